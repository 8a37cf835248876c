"""Writes ``api/openapi.json`` anew: ``python -m api.openapi_file``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from api.app import make_app
from api.database import Database
from api.openapi import text
from api.settings import Settings

FILE = Path(__file__).with_name("openapi.json")


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database=f"sqlite:///{folder}/mtu.sqlite")
        FILE.write_text(text(make_app(settings, Database(settings.database))))


if __name__ == "__main__":
    main()
