"""
The engine port: how plans wait, are taken by workers, and are taken over from dead ones.

Behind it stands DBOS, in the same database as everything else, so that a plan and its
place in the queue are committed in one transaction. What DBOS does not do stands here:
each worker process has an executor id of its own, never used twice, for which it holds a
lock as long as it lives; whoever finds the lock of an executor free in two looks in a row
puts its plans back on the queue. A plan that runs twice all the same is published once,
for publishing asks for the attempt's number (``api.worker``).
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, WorkflowStatus
from dbos._serialization import DBOSPortableJSONSerializer

from api.database import Connection, Database
from api.presence import Presence

log = logging.getLogger("mtu.jobs")

QUEUE = "plans"
WORKFLOW = "compute"
APPLICATION = "mtu"
# One fixed version: a newer program goes on with the plans of an older one.
VERSION = "1"
#: Seconds between two looks at the queue, and between two looks at other executors' locks.
POLL = 0.2
LOOK = 0.5
#: Rows of finished work that the engine keeps, in seconds; plans have their own retention.
KEEP_FINISHED = 3600.0


class Jobs:
    """
    Puts plans on the queue, from the service's side.

    Parameters
    ----------
    database
        Where the queue stands; must be migrated.
    """

    def __init__(self, database: Database) -> None:
        self._client = _client(database)

    def enqueue(self, connection: Connection, plan: str, priority: int) -> None:
        """Queue a plan within the caller's transaction; a lower priority number goes first."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": plan,
                "app_version": VERSION,
                "priority": priority,
            },
            plan,
        )

    def cancel(self, plan: str) -> None:
        """Take a plan off the queue, where it still waits."""
        with contextlib.suppress(Exception):
            # The plan's own row is what counts; a worker that takes it finds nothing to do.
            self._client.cancel_workflow(plan)

    def enqueue_again(self, connection: Connection, plan: str, priority: int) -> None:
        """Queue a plan that has not ended although the queue is done with it."""
        rows = _rows(connection)
        connection.execute(sa.delete(rows).where(rows.c.workflow_uuid == plan))
        self.enqueue(connection, plan, priority)


def _client(database: Database) -> DBOSClient:
    return DBOSClient(
        system_database_engine=database.writer,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )


def migrate_queue(database: Database) -> None:
    """Make or renew the queue's tables."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(_url(database))
    client = _client(database)
    # Here and not in the worker: a worker that knows its queue at launch begins at once.
    client.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL)
    client.destroy()


def work(database: Database, compute: Callable[[str], None], leave: threading.Event) -> None:
    """
    Take plans from the queue, one at a time, until asked to leave.

    Parameters
    ----------
    database
        Must be migrated.
    compute
        Called with a plan's id; called again after a crash.
    leave
        Set it to take no further plan.
    """
    executor = f"{os.getpid()}-{secrets.token_hex(8)}"
    with Presence(database, executor) as presence:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": _url(database),
            "executor_id": executor,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "run_migrations": False,
            "use_listen_notify": True,
        }
        DBOS(config=config)

        # Attempts are counted with the plan, so the engine need not.
        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=1_000_000)
        def workflow(plan: str) -> None:
            compute(plan)

        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        try:
            _look_after_others(presence, executor, leave)
        finally:
            DBOS.destroy()


def _look_after_others(presence: Presence, executor: str, leave: threading.Event) -> None:
    suspects: set[str] = set()
    while True:
        try:
            if presence.renewed():
                # Others have lost their locks with ours, and are given the time to take them again.
                suspects = set()
            else:
                pending = _pending()
                gone = {other for other in set(pending.values()) - {executor} if presence.is_gone(other)}
                for plan, owner in pending.items():
                    if owner in gone & suspects:
                        log.warning("taking over plan %s of executor %s", plan, owner)
                        DBOS.resume_workflow(plan, queue_name=QUEUE)
                suspects = gone
        except sa.exc.DBAPIError:
            log.exception("looking after others; trying again")
        if leave.wait(LOOK):
            return


def _pending() -> dict[str, str]:
    rows: list[WorkflowStatus] = DBOS.list_workflows(
        status="PENDING", queue_name=QUEUE, load_input=False, load_output=False
    )
    return {row.workflow_id: row.executor_id or "" for row in rows}


def is_queued(connection: Connection, plan: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """The condition that a plan waits in the queue or is under way."""
    rows = _rows(connection)
    return sa.exists().where(rows.c.workflow_uuid == plan, rows.c.status.not_in(_ENDED))


def forget_finished(connection: Connection) -> None:
    """Delete the engine's rows of work that ended a while ago."""
    rows = _rows(connection)
    before = int((_epoch() - KEEP_FINISHED) * 1000)
    connection.execute(sa.delete(rows).where(rows.c.status.in_(_ENDED), rows.c.updated_at < before))


#: The engine's words for work that it does not touch again.
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


def _rows(connection: Connection) -> sa.TableClause:
    """The engine's table of work, as far as it is looked at here."""
    return sa.table(
        "workflow_status",
        *(sa.column(name) for name in ("workflow_uuid", "status", "updated_at")),
        schema=None if connection.dialect.name == "sqlite" else "dbos",
    )


def _epoch() -> float:
    return time.clock_gettime(time.CLOCK_REALTIME)


def _url(database: Database) -> str:
    # DBOS adds the driver by itself.
    return database.url.replace("postgresql+psycopg://", "postgresql://")
