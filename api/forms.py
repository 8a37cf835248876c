"""The forms in which a plan is given out, each made once in a child process and then kept."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from api import children
from api.database import Connection, Database, fetch, insert_or_ignore, keep
from api.errors import Problem
from api.tables import exports

#: Suffix, media type.
FORMS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar",
    "geojson": "application/geo+json",
    "html": "text/html",
}
#: Seconds that a child may take, and children at once.
_SECONDS = 120.0
_PLACES = asyncio.Semaphore(2)


async def made(database: Database, row: Any, form: str, language: str) -> bytes:
    """
    A finished plan in a form.

    Parameters
    ----------
    row
        The plan's row; it has a result.
    form
        A key of ``FORMS`` other than ``json``, or what else `api.children.render` makes.
    language
        ``en`` or ``id``.

    Raises
    ------
    Problem
        ``fault`` when it cannot be made.
    """
    name = f"{form}-{language}"

    def kept(connection: Connection) -> bytes | None:
        condition = (exports.c.plan == row.id, exports.c.form == name)
        content = connection.execute(sa.select(exports.c.content).where(*condition)).scalar_one_or_none()
        return None if content is None else fetch(connection, content)

    found = await database.read(kept)
    if found is not None:
        return found
    sources = await database.read(lambda c: (fetch(c, row.content), fetch(c, row.result)))
    async with _PLACES:
        body = await asyncio.to_thread(_in_child, *sources, form, language)

    def store(connection: Connection) -> None:
        values = {"plan": row.id, "form": name, "content": keep(connection, body)}
        connection.execute(insert_or_ignore(connection, exports, values))

    await database.write(store)
    return body


def _in_child(scenario: bytes, plan: bytes, form: str, language: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="mtu-") as folder:
        place = Path(folder)
        (place / "scenario").write_bytes(scenario)
        (place / "plan").write_bytes(plan)
        try:
            done = children.run("render", folder, form, language, seconds=_SECONDS)
        except subprocess.TimeoutExpired:
            raise Problem("fault", "Making this form takes too long.") from None
        if done.returncode != 0:
            raise Problem("fault", f"This form cannot be made: {done.stderr.decode(errors='replace')[-200:]}")
        return (place / "made").read_bytes()
