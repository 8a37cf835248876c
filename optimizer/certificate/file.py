"""``certificate.json``: read as plain JSON of bounded size; what it says is judged elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from optimizer.domain.place import Place
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.formats.plain_file import read_text

#: Bytes that a certificate may have; a year of 2,300 units needs a few million.
MAX_BYTES = 64_000_000


def read_certificate(path: Path | str) -> object:
    """
    The JSON content of a certificate file.

    Raises
    ------
    InputError
        When it cannot be read, or is no JSON.
    """
    path = Path(path)
    issues: list[Issue] = []
    text = read_text(path, path.name, issues, limit=MAX_BYTES)
    if text is None:
        raise InputError(issues)
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        message = Sentence(
            "The file is no JSON that a certificate can hold: {error}.",
            error=getattr(error, "msg", error),
        )
        raise InputError([Place(path.name, line).issue("P02", message)]) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
