"""The database: one SQLite file or PostgreSQL, whole transactions, contents kept once."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from api.tables import contents

T = TypeVar("T")
Connection = sa.Connection

#: PostgreSQL's lock between those who keep contents and who deletes what nobody names;
#: SQLite lets one write at a time anyhow.
KEEPING = 7773
#: Seconds that a writer waits for another; SQLite lets one write at a time.
BUSY = 15.0


class Database:
    """
    Connections to one database.

    Reads see a settled state; writes are whole transactions, on SQLite begun with
    BEGIN IMMEDIATE, for a transaction that begins as a read may not become a write there
    while another writes, however long it waits.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql+psycopg://...``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            _prepare_file(Path(url.removeprefix("sqlite:///")))
            self.writer = _sqlite_engine(url, "BEGIN IMMEDIATE")
            self.reader = _sqlite_engine(url, "BEGIN")
        else:
            self.writer = sa.create_engine(
                url,
                pool_size=10,
                max_overflow=10,
                pool_timeout=10,
                pool_pre_ping=True,
                hide_parameters=True,
            )
            self.reader = self.writer

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or undone when an error leaves it."""
        with self.writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.reader.connect() as connection:
            yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do reads from the event loop: SQLite's take microseconds, those over a network wait in a thread."""
        if self.is_sqlite:
            return self._read(work)
        return await asyncio.to_thread(self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Do a whole transaction in a thread."""
        return await asyncio.to_thread(self._write, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.reading() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.writing() as connection:
            return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self.writer.dispose()
        self.reader.dispose()


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """A moment (default: the present) as the tables keep it; sorts as it counts."""
    return (moment or now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def keep(connection: Connection, body: bytes) -> str:
    """
    Keep bytes and return their name (SHA-256); the same bytes are kept once.

    Until the transaction ends nobody tidies up, for the bytes may stand there already and
    nobody may name them yet.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock_shared({KEEPING})"))
    name = hashlib.sha256(body).hexdigest()
    row = {"sha256": name, "body": zlib.compress(body, 6)}
    connection.execute(insert_or_ignore(connection, contents, row))
    return name


def fetch(connection: Connection, name: str) -> bytes:
    """Bytes kept under a name."""
    found = connection.execute(sa.select(contents.c.body).where(contents.c.sha256 == name)).scalar_one()
    return zlib.decompress(found)


def insert_or_ignore(connection: Connection, table: sa.Table, row: dict[str, Any]) -> sa.Insert:
    """An insert that does nothing where the primary key is taken."""
    made: sa.Insert = inserting(connection, table, row).on_conflict_do_nothing()
    return made


def upsert(connection: Connection, table: sa.Table, row: dict[str, Any]) -> sa.Insert:
    """An insert that replaces the row of the same primary key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    made: sa.Insert = inserting(connection, table, row).on_conflict_do_update(index_elements=keys, set_=rest)
    return made


def inserting(connection: Connection, table: sa.Table, row: dict[str, Any]) -> Any:
    """An insert in the database's own words, to be told what to do where the primary key is taken."""
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    return kind.insert(table).values(**row)


def _prepare_file(file: Path) -> None:
    # WAL is a property of the file and must be set before anybody else opens it.
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=BUSY, isolation_level=None)
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _sqlite_engine(url: str, begin: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={"timeout": BUSY, "check_same_thread": False},
        pool_size=10,
        max_overflow=40,
        # What people sent does not belong in a log.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-16000")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # On the driver's connection, for through SQLAlchemy's this word costs as much as a read.
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute(begin)

    return engine
