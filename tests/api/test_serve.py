"""The service as a user meets it: started, asked for a plan, stopped, backed up."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.settings import Settings
from optimizer.checker import check
from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from tests.api.processes import Served, engines, until, with_pid, workers
from tests.api.world import scenario

ROOT = Path(__file__).parents[2]


def mtu(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "api.cli", *words],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service for the tests of this file that leave it running."""
    with Served(tmp_path_factory.mktemp("served"), workers=1) as made:
        yield made


def finished(client: httpx.Client, plan: str, seconds: float = 90) -> dict[str, Any]:
    """Wait for a plan."""
    until(
        "the plan ends",
        lambda: client.get(f"/v1/plans/{plan}").json()["status"] not in ("queued", "running"),
        seconds,
    )
    made: dict[str, Any] = client.get(f"/v1/plans/{plan}").json()
    return made


def test_a_plan_from_post_to_rotations(served: Served):
    """Asked for, followed by SSE to its end, read: thirty people served, and the checker agrees."""
    with served.client() as client:
        asked = client.post("/v1/plans", json={"scenario": scenario(), "time_limit": 5})
        plan = asked.json()["id"]
        with client.stream("GET", f"/v1/plans/{plan}/events") as stream:
            lines = [line for line in stream.iter_lines() if line.startswith("data: ")]
        told = [json.loads(line[6:]) for line in lines]
        assert told[0] == {"status": "queued"}
        assert any(news.get("score") is not None for news in told if "phase" in news)
        assert told[-1]["status"] == "completed"
        read = client.get(f"/v1/plans/{plan}").json()
    assert (read["status"], read["proof"], read["gap"]) == ("completed", "optimal", 0)
    assert read["plan"]["score_parts"]["people"] == 30
    report = check(Scenario.model_validate(scenario()), Plan.model_validate_json(json.dumps(read["plan"])))
    assert report.valid


def test_a_running_plan_is_stopped_and_keeps_its_best(served: Served):
    """A minute was asked for; after stop it ends at once with a plan."""
    with served.client() as client:
        asked = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 60, "gap": 0})
        plan = asked.json()["id"]
        until(
            "there is a best plan",
            lambda: client.get(f"/v1/plans/{plan}").json()["best_rotations"],
        )
        running = client.get(f"/v1/plans/{plan}").json()
        assert running["status"] == "running"
        assert running["progress"]["score"] is not None
        began = time.monotonic()
        assert client.post(f"/v1/plans/{plan}/stop").status_code == 202
        read = finished(client, plan, 40)
        assert time.monotonic() - began < 40
        assert read["status"] == "stopped"
        assert read["plan"]["rotations"]
        assert read["best_rotations"] is None


def test_a_plan_whose_solver_is_killed_keeps_its_best_and_says_so(served: Served):
    """A minute was asked for; the solver dies before; who reads or follows the plan is told."""
    with served.client() as client:
        plan = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 60, "gap": 0}).json()["id"]
        until(
            "a solver has found something",
            lambda: (client.get(f"/v1/plans/{plan}").json()["progress"] or {}).get("seconds"),
            90,
        )
        (solver,) = engines(served.pid)
        with_pid(solver)
        read = finished(client, plan, 40)
        assert read["status"] == "completed"
        assert read["warning"] == "The engine was ended by SIGKILL. The best plan until then was kept."
        assert read["plan"]["rotations"]
        assert read["plan"]["run"]["mode"] == f"fast; {read['warning']}"
        listed = client.get("/v1/plans").json()["plans"][0]
        assert (listed["id"], listed["warning"]) == (plan, read["warning"])
        sound = client.post("/v1/plans", json={"scenario": scenario(), "time_limit": 2}).json()["id"]
        assert finished(client, sound)["warning"] is None


def test_a_running_plan_is_cancelled_and_leaves_the_worker_free(served: Served):
    """After DELETE nothing of it is shown, and the next plan is computed."""
    with served.client() as client:
        plan = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 60, "gap": 0}).json()["id"]
        until("it runs", lambda: client.get(f"/v1/plans/{plan}").json()["status"] == "running")
        assert client.delete(f"/v1/plans/{plan}").status_code == 204
        assert client.get(f"/v1/plans/{plan}").status_code == 410
        following = client.post("/v1/plans", json={"scenario": scenario(), "time_limit": 2}).json()["id"]
        assert finished(client, following)["status"] == "completed"


def test_a_backup_is_taken_while_the_service_writes(served: Served, tmp_path: Path):
    """The copy is whole and holds what was accepted before; it is never overwritten."""
    enough = threading.Event()

    def write() -> int:
        with served.client() as writer:
            stored = 0
            while not enough.is_set():
                stored += writer.post("/v1/scenarios", json=scenario()).status_code == 201
            return stored

    with served.client() as client, ThreadPoolExecutor(1) as pool:
        before = client.post("/v1/scenarios", json=scenario()).json()["id"]
        writing = pool.submit(write)
        target = tmp_path / "copy.sqlite"
        done = mtu("backup", str(target), MTU_DATABASE=f"sqlite:///{served.database}")
        enough.set()
        assert done.returncode == 0, done.stderr
        assert writing.result() > 0
    copy = sqlite3.connect(target)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT count(*) FROM scenarios WHERE id = ?", (before,)).fetchone() == (1,)
    # Each change and its audit row were committed together, and so they were copied.
    changes = "SELECT count(*) FROM audit WHERE action = 'scenario.create'"
    assert copy.execute("SELECT count(*) FROM scenarios").fetchone() == copy.execute(changes).fetchone()
    copy.close()
    again = mtu("backup", str(target), MTU_DATABASE=f"sqlite:///{served.database}")
    assert again.returncode == 2
    assert "never overwritten" in again.stderr


def test_the_log_holds_nothing_of_what_was_sent(served: Served):
    """Each line is a JSON object; names, tags and ids of plans are in none."""
    with served.client() as client:
        body = {"scenario": scenario(name="Rumah Sari"), "name": "for Budi", "tags": ["secret"]}
        plan = client.post("/v1/plans", json=body).json()["id"]
        assert client.get(f"/v1/plans/{plan}").status_code == 200
        assert client.get("/v1/plans/for-Budi").status_code == 404
        client.post("/v1/plans", json={**body, "bogus": 1})
        client.delete(f"/v1/plans/{plan}")
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert any(line["text"] == "GET /v1/plans/{plan} 404" for line in lines)
    told = json.dumps(lines)
    assert [word for word in ("Sari", "Budi", "secret", "bogus", plan) if word in told] == []


def test_sigterm_ends_streams_and_all_processes(tmp_path: Path):
    """With a plan running and followed: the stream ends, the exit code is 0, no worker is left."""
    with Served(tmp_path) as served, served.client() as client:
        plan = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 60, "gap": 0}).json()["id"]
        until("it runs", lambda: client.get(f"/v1/plans/{plan}").json()["status"] == "running")
        left = workers(served.pid)
        assert len(left) == 1
        with client.stream("GET", f"/v1/plans/{plan}/events") as stream:
            lines = stream.iter_lines()
            next(lines)
            began = time.monotonic()
            served.signal(signal.SIGTERM)
            for _ in lines:
                pass
        assert served.wait(15) == 0
        assert time.monotonic() - began < 12
        until("no worker is left", lambda: not Path(f"/proc/{left[0]}").exists(), 10)


def test_a_worker_whose_service_was_killed_begins_nothing(tmp_path: Path):
    """It ends at once, also while it loads: the service that is started again needs the processors."""
    # Nobody holds the other end of its pipe, as after a kill -9 of the service.
    done = mtu("worker", "--tied", MTU_DATABASE=f"sqlite:///{tmp_path / 'mtu.sqlite'}")
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_beyond_loopback_a_key_is_needed(tmp_path: Path):
    """Without one it does not start, and says how to make one; a key made so is shown once."""
    database = {"MTU_DATABASE": f"sqlite:///{tmp_path / 'mtu.sqlite'}"}
    refused = mtu("serve", "--host", "0.0.0.0", "--port", "0", **database)
    assert refused.returncode == 2
    assert "mtu key create" in refused.stderr
    made = mtu("key", "create", "--role", "admin", "--workspace", "agency", **database)
    assert made.returncode == 0
    key = made.stdout.strip()
    assert key.startswith("mtu_k")
    listed = json.loads(mtu("key", "list", **database).stdout)
    assert [(row["workspace"], row["role"]) for row in listed] == [("agency", "admin")]
    assert key.split("_", 2)[2] not in json.dumps(listed)
    assert mtu("key", "revoke", listed[0]["id"], **database).returncode == 0
    again = mtu("serve", "--host", "0.0.0.0", "--port", "0", **database)
    assert again.returncode == 2


def test_wrong_settings_are_told_by_name(tmp_path: Path):
    """From the environment and from the file, unknown ones too."""
    file = tmp_path / "mtu.toml"
    file.write_text("colour = 1\n")
    done = mtu("serve", "--port", "70000", MTU_SETTINGS=str(file))
    assert done.returncode == 2
    assert "port" in done.stderr
    assert "colour" in done.stderr


def test_every_setting_stands_in_the_documented_list():
    """`mtu settings` prints the list that the service's README holds."""
    page = (ROOT / "api" / "README.md").read_text()
    printed = mtu("settings").stdout
    assert printed in page
    assert printed.count("\n") == len(Settings.model_fields) + 2
