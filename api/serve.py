"""
The service as processes: one that answers, and workers that compute, looked after by the first.

A worker ends when its parent does, however that ends: it reads a pipe that nobody writes to.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from api import keys
from api.app import make_app
from api.database import Database, stamp
from api.housekeeping import Housekeeper
from api.migrate import migrate
from api.receive_deadline import protocol
from api.settings import PREFIX, Settings
from api.webhooks import Courier

log = logging.getLogger("mtu.serve")

#: Seconds before a dead worker is replaced; longer when it dies at once again and again.
PAUSE = 0.2
MOST_PAUSE = 5.0


class RefusedError(Exception):
    """The service does not start; the message says why and what to do."""


class Server(uvicorn.Server):
    """uvicorn's server, which tells when it answers, and whose streams end when it is asked to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self.answers.set()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End the streams first, for they would never end by themselves."""
        app: Any = self.config.app
        app.state.context.feeds.close()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """
    Answer requests until SIGTERM or SIGINT, with workers beside.

    Raises
    ------
    RefusedError
        When others than this machine could reach the service and no key exists.
    """
    database = Database(settings.database)
    migrate(database)
    with database.reading() as connection:
        if not settings.loopback and not keys.any_valid(connection):
            raise RefusedError(
                f"Listening on {settings.host} needs a key, for others could reach the service. "
                "Make one with: mtu key create --role admin"
            )
    app = make_app(settings, database)
    config = uvicorn.Config(
        app,
        http=protocol(settings.receive_seconds),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, round(settings.drain_seconds)),
        backlog=2048,
        loop="asyncio",
    )
    listening = _listen(settings)
    host, port = listening.getsockname()[:2]
    log.info("listening on http://%s:%d", f"[{host}]" if ":" in host else host, port)
    keeper = Housekeeper(settings, Database(settings.database))
    server = Server(config)
    with workers(settings, server.answers), keeper, Courier(settings, Database(settings.database)):
        server.run(sockets=[listening])


@contextmanager
def workers(settings: Settings, begin: threading.Event) -> Iterator[None]:
    """Keep as many workers running as the settings say, once told to begin: loading takes processors."""
    leave = threading.Event()
    threads = [
        threading.Thread(target=_look_after, args=(settings, begin, leave), daemon=True)
        for _ in range(settings.workers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        leave.set()
        begin.set()
        for thread in threads:
            thread.join(10)


def _look_after(settings: Settings, begin: threading.Event, leave: threading.Event) -> None:
    begin.wait()
    pause = PAUSE
    while not leave.is_set():
        began = time.monotonic()
        worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "api.cli", "worker", "--tied"],
            stdin=subprocess.PIPE,
            env={**os.environ, **as_environment(settings)},
        )
        while worker.poll() is None and not leave.wait(0.1):
            pass
        if leave.is_set():
            worker.terminate()
            try:
                worker.wait(5)
            except subprocess.TimeoutExpired:
                worker.kill()
            return
        log.warning("a worker ended with %s; starting another", worker.returncode)
        pause = PAUSE if time.monotonic() - began > 10 else min(2 * pause, MOST_PAUSE)
        leave.wait(pause)


def as_environment(settings: Settings) -> dict[str, str]:
    """Settings as the environment of a child, so that it has the same."""
    values = settings.model_dump()
    return {
        f"{PREFIX}{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    # A restart must not wait for connections of the one before to be forgotten.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise RefusedError(
            f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}."
        ) from error
    listening.listen(2048)
    return listening


class JsonLines(logging.Formatter):
    """Log lines as JSON objects; what is logged holds no keys, names or bodies."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": stamp(),
            "level": record.levelname.lower(),
            "from": record.name,
            "text": record.getMessage(),
        }
        for name in ("request", "seconds"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0] is not None:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up_logging(settings: Settings) -> None:
    """Send all log lines to stderr as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    # It brings a handler of its own, whose lines are no JSON, unless it finds one.
    queue = logging.getLogger("dbos")
    queue.handlers, queue.propagate = [handler], False
    # Their lines tell what ours tell, or too much.
    for name, level in (
        ("alembic", logging.WARNING),
        ("dbos", logging.WARNING),
        ("uvicorn", logging.WARNING),
    ):
        logging.getLogger(name).setLevel(level)
