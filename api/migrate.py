"""Bring a database to the schema of this version, the queue's tables included."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from api.database import Connection, Database, upsert
from api.tables import marks

_FOLDER = Path(__file__).parent / "migrations"


class SchemaError(Exception):
    """The database belongs to a newer version of this program."""


def migrate(database: Database) -> None:
    """
    Apply what is missing; a database that is up to date is left alone.

    Raises
    ------
    SchemaError
        When a newer version has been at work; nothing is changed then.
    """
    known = sorted(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))
    current = _current(database)
    if current is not None and current not in known:
        raise SchemaError(
            f"The database is of a newer version (schema {current}); this one knows up to "
            f"{known[-1]}. Use the newer version, or restore a backup."
        )
    if current != known[-1]:
        _upgrade(database)
    queue = version("dbos")
    with database.reading() as connection:
        mark = connection.execute(
            sa.select(marks.c.value).where(marks.c.name == "queue")
        ).scalar_one_or_none()
    if mark != queue:
        from api.jobs import migrate_queue

        migrate_queue(database)
        with database.writing() as connection:
            connection.execute(upsert(connection, marks, {"name": "queue", "value": queue}))


def _current(database: Database) -> str | None:
    """The database's revision; looked up without Alembic, which takes its time to load."""
    with database.reading() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with database.writing() as connection:
        _one_at_a_time(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _one_at_a_time(connection: Connection) -> None:
    # Two processes may start at once; the second finds nothing left to do.
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7771)"))
