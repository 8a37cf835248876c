"""What servers answered, kept in a file, so that nothing is asked twice."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from optimizer.domain.place import Place
from optimizer.exceptions import InputError, Sentence

_TABLE = "CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, answer TEXT NOT NULL)"


def default_file() -> Path:
    """Where answers are kept if nothing else is said: in the user's folder for such things."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "mtu-planner" / "answers.sqlite"


class Answers:
    """
    Answers by question; each is on disk before the next question is asked.

    Parameters
    ----------
    path
        The SQLite file; made with the first answer.
    fresh
        Whether what is there already is left unread; new answers replace it.
    """

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        self._path = path
        self._fresh = fresh
        #: How many answers were found in the file.
        self.found = 0

    def get(self, question: str) -> str | None:
        """
        The answer kept, or None.

        Raises
        ------
        InputError
            When the file is there and cannot be used; `keep` raises it too.
        """
        if self._fresh or not self._path.exists():
            return None
        rows = self._run("SELECT answer FROM answers WHERE question = ?", question)
        self.found += len(rows)
        return rows[0][0] if rows else None

    def keep(self, question: str, answer: str) -> None:
        """Keep an answer; a newer one replaces an older."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._run("INSERT OR REPLACE INTO answers VALUES (?, ?)", question, answer)

    def _run(self, statement: str, *values: str) -> list[tuple[str]]:
        try:
            with closing(sqlite3.connect(self._path)) as database, database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, answer TEXT)"
                )
                return database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            message = Sentence("Answers cannot be kept here: {error}.", error=error)
            raise InputError(
                [Place(str(self._path)).issue("T06", message, Sentence("Delete the file."))]
            ) from error
