"""Bring a database to the schema of this version, the queue's tables included."""

from __future__ import annotations

import logging
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.database import Database
from api.jobs import migrate_queue


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
    config = _config()
    script = ScriptDirectory.from_config(config)
    with database.reading() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(
            f"The database is of a newer version (schema {current}); this one knows up to "
            f"{script.get_current_head()}. Use the newer version, or restore a backup."
        )
    if current != script.get_current_head():
        with database.writing() as connection:
            if not database.is_sqlite:
                # Two processes may start at once; the second finds nothing left to do.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7771)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    migrate_queue(database)


def _config() -> Config:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
