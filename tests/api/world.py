"""A small world to plan for, and a service on a free port in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from api import keys
from api.app import make_app
from api.database import Database
from api.migrate import migrate
from api.receive_deadline import protocol
from api.serve import Server
from api.settings import Settings
from api.worker import Desk


def scenario(**changes: Any) -> dict[str, Any]:
    """One unit, two venues and two requests in March 2026: both can be served in full."""
    made = {
        "name": "Two venues",
        "start": "2026-03-02",
        "end": "2026-03-31",
        "holidays": "",
        "depots": [{"id": "D1", "name": "Centre", "city": "Jakarta", "latitude": -6.2, "longitude": 106.8}],
        "units": [{"id": "U1", "name": "Bakery", "depot": "D1", "equipment": ["oven"]}],
        "courses": [
            {
                "id": "pastry",
                "name": "Pastry",
                "equipment": "oven",
                "training_days": 7,
                "class_min": 5,
                "class_max": 20,
            }
        ],
        "venues": [
            {
                "id": f"V{n}",
                "name": f"Village {n}",
                "kind": "village",
                "city": "Jakarta",
                "latitude": -6.2 - n / 100,
                "longitude": 106.8,
            }
            for n in (1, 2)
        ],
        "requests": [
            {"id": "K1", "venue": "V1", "course": "pastry", "people": 18},
            {"id": "K2", "venue": "V2", "course": "pastry", "people": 12},
        ],
    }
    return {**made, **changes}


#: A plan for `scenario` as a planner would write it; K2 alone is served.
BY_HAND = [{"request": "K2", "unit": "U1", "start": "2026-03-02"}]


class Service:
    """A running service, and clients for it."""

    def __init__(self, settings: Settings, database: Database, app: FastAPI, url: str) -> None:
        self.settings = settings
        self.app = app
        self.database = database
        self.url = url
        self.desk = Desk(database, settings.max_attempts, threading.Event())

    def client(self, role: str | None = None, workspace: str = "default") -> httpx.Client:
        """A client with a new key, or without one."""
        headers = {"Authorization": f"Bearer {self.key(role, workspace)}"} if role else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def key(self, role: str, workspace: str = "default") -> str:
        """A new key."""
        with self.database.writing() as connection:
            return keys.create(connection, workspace, role, "test", None)[1]

    def plan(self, client: httpx.Client, **asked: Any) -> str:
        """Ask for a plan and return its id; nobody computes it."""
        body = {"scenario": scenario(), "time_limit": 1, **asked}
        if "rotations" in body:
            answer = client.post("/v1/plans?operation=check", json=body)
        else:
            answer = client.post("/v1/plans", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def finished(self, client: httpx.Client) -> str:
        """A plan made by hand, checked in this process; a plan with a result, at little cost."""
        plan = self.plan(client, rotations=BY_HAND)
        self.desk.compute(plan)
        return plan


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Service]:
    """A service without workers on a free port."""
    made = Settings(**{"database": f"sqlite:///{folder / 'mtu.sqlite'}", "workers": 0, **settings})
    database = Database(made.database)
    migrate(database)
    app = make_app(made, database)
    config = uvicorn.Config(
        app,
        port=0,
        http=protocol(made.receive_seconds),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    try:
        yield Service(made, database, app, f"http://{host}:{port}")
    finally:
        app.state.context.feeds.close()
        server.should_exit = True
        thread.join(10)
