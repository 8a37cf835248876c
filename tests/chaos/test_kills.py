"""
Kill -9 at random points: nothing accepted is lost, nothing is published twice.

Part of ``./run test -m stress``; ``MTU_KILLS=2000`` makes it as long as you like.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import audit
from api.database import Database
from api.plan_life import FINISHED
from tests.api.processes import Served, below, engines, until, with_pid, workers
from tests.api.world import BY_HAND, scenario

pytestmark = pytest.mark.stress

KILLS = int(os.environ.get("MTU_KILLS", "24"))
SEED = int(os.environ.get("MTU_SEED", "1"))
#: After so many kills the service is left alone until it has got something done.
STORM = 12


class Submitter(threading.Thread):
    """
    Asks for plans, each under a key of its own, again and again until it is answered.

    Parameters
    ----------
    served
        The service; its address changes with every start.
    """

    def __init__(self, served: Served) -> None:
        super().__init__(daemon=True)
        self.accepted: dict[str, str] = {}
        self.odd: list[str] = []
        self.enough = threading.Event()
        self._served = served

    def run(self) -> None:
        """Ask until it is enough."""
        number = 0
        while not self.enough.is_set():
            number += 1
            key = f"order-{number}"
            while not self.enough.is_set():
                try:
                    answer = self._ask(number, key)
                except httpx.TransportError:
                    time.sleep(0.02)
                    continue
                if answer.status_code == 202:
                    self.accepted[key] = answer.json()["id"]
                    break
                if answer.status_code != 503:
                    self.odd.append(f"{answer.status_code} {answer.text[:200]}")
                time.sleep(0.05)
            self.enough.wait(0.3)

    def _ask(self, number: int, key: str) -> httpx.Response:
        solve = number % 5 == 0
        body: dict[str, Any] = {"scenario": scenario(), "time_limit": 1, "name": key}
        if not solve:
            body["rotations"] = BY_HAND
        return httpx.post(
            f"{self._served.url}/v1/plans?operation={'solve' if solve else 'check'}",
            json=body,
            headers={"Idempotency-Key": key},
            timeout=5,
        )


@pytest.mark.timeout(1200)
def test_nothing_accepted_is_lost_or_doubled(tmp_path: Path):
    """Server, workers and solvers are killed; every plan that was answered with 202 is published once."""
    dice = random.Random(SEED)
    with Served(
        tmp_path, workers=2, max_queued=100_000, writes_per_minute=10**6, max_attempts=10**6
    ) as served:
        _warm_up(served)
        submitter = Submitter(served)
        submitter.start()
        killed = dict.fromkeys(("server", "worker", "solver"), 0)
        slowest = 0.0
        while sum(killed.values()) < KILLS:
            time.sleep(dice.uniform(0.02, 0.5))
            victim = dice.choice(["server", "worker", "worker", "solver"])
            found = {"server": [served.pid], "worker": workers(served.pid), "solver": engines(served.pid)}[
                victim
            ]
            if not found:
                continue
            with_pid(dice.choice(found))
            killed[victim] += 1
            if victim == "server":
                served.wait()
                served.start()
                began = time.monotonic()
                assert httpx.get(f"{served.url}/v1/plans", timeout=10).status_code == 200
                slowest = max(slowest, time.monotonic() - began)
            if sum(killed.values()) % STORM == 0:
                _calm(served, submitter)
        submitter.enough.set()
        submitter.join(30)
        _finish(served, submitter)
        assert submitter.odd == []
        _judge(served, submitter)
        print(f"{killed}, {len(submitter.accepted)} accepted, slowest first read {slowest:.2f} s")
        left = below(served.pid)
    until("no process is left", lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 15)


def _warm_up(served: Served) -> None:
    """Compile the engine's loops once; who kills a compiler again and again waits for ever."""
    with served.client() as client:
        body = {"scenario": scenario(), "time_limit": 1, "name": "warm-up"}
        plan = client.post("/v1/plans", json=body).json()["id"]
        until("the first plan", lambda: client.get(f"/v1/plans/{plan}").json()["finished_at"], 600)


def _calm(served: Served, submitter: Submitter) -> None:
    """Until one more plan was accepted and a worker has ended one more."""
    known = len(submitter.accepted)
    before = _ended(served)
    until("the service goes on", lambda: len(submitter.accepted) > known and _ended(served) > before)


def _ended(served: Served) -> int:
    connection = sqlite3.connect(served.database, timeout=15)
    try:
        counted = "SELECT count(*) FROM plans WHERE finished_at IS NOT NULL"
        return int(connection.execute(counted).fetchone()[0])
    finally:
        connection.close()


def _finish(served: Served, submitter: Submitter) -> None:
    with served.client() as client:

        def idle() -> bool:
            return not any(
                client.get("/v1/plans", params={"status": status, "limit": 1}).json()["plans"]
                for status in ("queued", "running")
            )

        until("every plan has ended", idle, 60 + 5 * len(submitter.accepted))


def _judge(served: Served, submitter: Submitter) -> None:
    connection = sqlite3.connect(served.database, timeout=15)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = dict(connection.execute("SELECT id, status FROM plans").fetchall())
    lost = {plan for plan in submitter.accepted.values() if rows.get(plan) != "completed"}
    assert lost == set()
    # A key that was never answered may have made a plan, but no key has made two.
    names = connection.execute(
        "SELECT name, count(*) FROM plans GROUP BY name HAVING count(*) > 1"
    ).fetchall()
    assert names == []
    told = connection.execute("SELECT plan, body FROM events WHERE kind = 'status'").fetchall()
    ends = Counter(plan for plan, body in told if json.loads(body)["status"] in FINISHED)
    assert ends == Counter(rows.keys())
    connection.close()
    database = Database(f"sqlite:///{served.database}")
    with database.reading() as reading:
        assert audit.broken(reading) is None
    database.close()
