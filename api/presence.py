"""Which executors live: a lock for each, held by its process, that falls with it however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from api.database import Database


class Presence:
    """
    A lock that an executor holds as long as it lives, and a look at those of others.

    On SQLite a file lock beside the database, on PostgreSQL a session's advisory lock:
    both fall with the process, however it ends. The latter falls with the session too, when
    the database ends or the network fails, and is to be renewed then.
    """

    def __init__(self, database: Database, executor: str) -> None:
        self._database = database
        self._executor = executor
        self._folder = _folder(database)
        self._held: Any = None

    def __enter__(self) -> Presence:
        if self._folder is not None:
            self._folder.mkdir(exist_ok=True)
            self._held = _locked(self._folder / self._executor)
        else:
            self._take()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._held is not None:
            self._held.close()
        if self._folder is not None:
            (self._folder / self._executor).unlink(missing_ok=True)

    def renewed(self) -> bool:
        """
        Take the lock again where it was lost; tells whether it was.

        Raises
        ------
        sqlalchemy.exc.DBAPIError
            When the database is not back yet.
        """
        if self._folder is not None:
            return False
        if self._held is not None:
            try:
                self._held.execute(sa.text("SELECT 1"))
                return False
            except sa.exc.DBAPIError:
                self._held.invalidate()
                self._held.close()
                self._held = None
        self._take()
        return True

    def _take(self) -> None:
        session = self._database.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Not waited for: the database may not have noticed yet that an earlier session of ours
        # is lost; until it does that one stands for us.
        taken = sa.text("SELECT pg_try_advisory_lock(:n)")
        if session.execute(taken, {"n": _number(self._executor)}).scalar_one():
            self._held = session
        else:
            session.close()

    def is_gone(self, executor: str) -> bool:
        """Whether an executor lives no more."""
        if self._folder is None:
            with self._database.reading() as connection:
                held = sa.text(f"{_LOCKS} AND objid = :n")
                return not connection.execute(held, {"n": _number(executor)}).scalar_one()
        return _is_free(self._folder / executor)


def present(database: Database) -> int:
    """How many workers live."""
    folder = _folder(database)
    if folder is None:
        with database.reading() as connection:
            counted = sa.text(f"{_LOCKS} AND objid >= :least")
            return int(connection.execute(counted, {"least": _LEAST}).scalar_one())
    return sum(not _is_free(path) for path in folder.iterdir()) if folder.is_dir() else 0


def sweep(database: Database) -> None:
    """Delete the files of workers that ended without doing so themselves."""
    folder = _folder(database)
    if folder is not None and folder.is_dir():
        for path in folder.iterdir():
            if _is_free(path):
                path.unlink(missing_ok=True)


def _folder(database: Database) -> Path | None:
    """Where the files are that are locked; None on PostgreSQL."""
    if not database.is_sqlite:
        return None
    file = Path(database.url.removeprefix("sqlite:///"))
    return file.with_name(file.name + "-workers")


def _locked(path: Path) -> IO[str]:
    while True:
        file = path.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        if path.exists():
            return file
        # Swept away between the two, for a moment ago nobody held it.
        file.close()


def _is_free(path: Path) -> bool:
    with _opened(path) as file:
        if file is None:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[str] | None]:
    try:
        file = path.open()
    except FileNotFoundError:
        yield None
        return
    with file:
        yield file


# Numbers of executors' locks: above those that anything else here takes.
_LEAST = 1 << 20
# One PostgreSQL server may hold databases of several services.
_LOCKS = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _number(executor: str) -> int:
    return _LEAST + zlib.crc32(executor.encode()) % ((1 << 31) - _LEAST)
