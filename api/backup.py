"""A copy of the SQLite database taken while the service goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def backup(source: Path, target: Path) -> None:
    """
    Copy a database whole, as of one moment; the copy appears complete or not at all.

    Raises
    ------
    FileExistsError
        When the target is there already; a backup is never overwritten.
    sqlite3.DatabaseError
        When the copy does not pass SQLite's integrity check.
    """
    if target.exists():
        raise FileExistsError(17, "is there already; a backup is never overwritten", str(target))
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    original = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=15)
    copy = sqlite3.connect(partial)
    try:
        with original:
            original.backup(copy)
        # One file, without a log beside it that could get lost.
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {found}")
    finally:
        copy.close()
        original.close()
    partial.rename(target)
