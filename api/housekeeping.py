"""What has had its time goes, contents that nobody names too; plans that the queue forgot go on."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import sqlalchemy as sa

from api import plan_store, presence, rates, repeats
from api.database import KEEPING, Database, now, stamp
from api.jobs import Jobs, forget_finished
from api.settings import Settings
from api.tables import audit, contents, exports, plans, scenario_versions
from api.tables import rates as rate_rows
from api.tables import repeats as repeat_rows

log = logging.getLogger("mtu.serve")

#: Seconds between two rounds, and plans deleted per transaction.
EVERY = 60.0
BATCH = 50


class Housekeeper:
    """
    A thread that tidies up as long as the service runs.

    Parameters
    ----------
    settings
        How long things are kept.
    database
        Its own; closed at the end.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._jobs = Jobs(database)
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Housekeeper:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leave.set()
        self._thread.join(5)
        self._database.close()

    def _run(self) -> None:
        while not self._leave.wait(EVERY):
            try:
                tidy(self._settings, self._database)
                mend(self._jobs, self._database)
            except sa.exc.SQLAlchemyError:
                log.exception("tidying up; trying again")


def mend(jobs: Jobs, database: Database) -> None:
    """Queue plans again that the queue has forgotten."""
    with database.writing() as connection:
        forgotten = plan_store.requeue_forgotten(connection, jobs)
    for plan in forgotten:
        log.warning("plan %s had not ended and was in no queue; it is queued again", plan)


def tidy(settings: Settings, database: Database) -> None:
    """Delete what has had its time."""
    moment = now()
    before = stamp(moment - timedelta(days=settings.keep_plans_days))
    while True:
        with database.writing() as connection:
            old = connection.execute(sa.select(plans.c.id).where(plans.c.finished_at < before).limit(BATCH))
            gone = list(old.scalars())
            for plan in gone:
                plan_store.remove(connection, plan)
        if not gone:
            break
    with database.writing() as connection:
        oldest = stamp(moment - timedelta(hours=repeats.HOURS))
        connection.execute(sa.delete(repeat_rows).where(repeat_rows.c.created_at < oldest))
        connection.execute(sa.delete(rate_rows).where(rate_rows.c.minute < rates.minute()))
        kept = stamp(moment - timedelta(days=settings.keep_audit_days))
        connection.execute(sa.delete(audit).where(audit.c.at < kept))
        forget_finished(connection)
    presence.sweep(database)
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({KEEPING})"))
        connection.execute(_forget_contents())


def _forget_contents() -> sa.Delete:
    named = sa.union_all(
        *(
            sa.select(column)
            for column in (
                plans.c.content,
                plans.c.drafts,
                plans.c.best,
                plans.c.result,
                exports.c.content,
                scenario_versions.c.content,
            )
        )
    ).subquery()
    column = next(iter(named.c))
    return sa.delete(contents).where(
        ~sa.exists(sa.select(1).select_from(named).where(column == contents.c.sha256))
    )
