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
import fcntl
import logging
import os
import secrets
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, WorkflowStatus
from dbos._serialization import DBOSPortableJSONSerializer

from api.database import Connection, Database

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
        self._folder: Path | None = None
        self._held: Any = None
        if database.is_sqlite:
            file = Path(database.url.removeprefix("sqlite:///"))
            self._folder = file.with_name(file.name + "-workers")

    def __enter__(self) -> Presence:
        if self._folder is not None:
            self._folder.mkdir(exist_ok=True)
            self._held = (self._folder / self._executor).open("w")
            fcntl.flock(self._held, fcntl.LOCK_EX)
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
        gone = _is_free(self._folder / executor)
        if gone:
            (self._folder / executor).unlink(missing_ok=True)
        return gone


def present(database: Database) -> int:
    """How many workers live."""
    if not database.is_sqlite:
        with database.reading() as connection:
            counted = sa.text(f"{_LOCKS} AND objid >= :least")
            return int(connection.execute(counted, {"least": _LEAST}).scalar_one())
    file = Path(database.url.removeprefix("sqlite:///"))
    folder = file.with_name(file.name + "-workers")
    return sum(not _is_free(path) for path in folder.iterdir()) if folder.is_dir() else 0


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
