"""The same service on PostgreSQL: the same promises, and plans taken over between machines."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api import audit
from tests.api.postgres import Cluster, programs, running
from tests.api.processes import Served, until, with_pid, workers
from tests.api.world import Service, scenario, serving
from tests.strain import within

pytestmark = [
    pytest.mark.stress,
    pytest.mark.timeout(600),
    pytest.mark.skipif(programs() is None, reason="needs Debian's package postgresql"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server, in a place that its user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "cluster") as made:
            yield made


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on it."""
    with serving(tmp_path_factory.mktemp("pg"), database=cluster.url, writes_per_minute=10**6) as made:
        yield made


def test_a_plan_lives_on_postgresql(service: Service):
    """Asked for, computed, read, listed by tag, exported, audited."""
    with service.client("admin", "pg") as client:
        plan = service.finished(client)
        read = client.get(f"/v1/plans/{plan}").json()
        assert (read["status"], read["plan"]["score_parts"]["people"]) == ("completed", 12)
        assert client.get(f"/v1/plans/{plan}.csv").status_code == 200
        tagged = service.plan(client, tags=["odd"])
        assert [row["id"] for row in client.get("/v1/plans?tag=odd").json()["plans"]] == [tagged]
        assert client.delete(f"/v1/plans/{tagged}").status_code == 204
        assert [row["action"] for row in client.get("/v1/audit").json()["rows"]][:1] == ["plan.discard"]
        nul = {"scenario": scenario(name="a\0b")}
        assert client.post("/v1/plans", json=nul).status_code == 400


def test_fifty_posts_with_one_key_make_one_plan_on_postgresql(service: Service):
    """The second waits for the first to commit, and gets its answer."""
    with service.client("planner", "pg-repeats") as client:
        body = {"scenario": scenario(), "time_limit": 1}
        headers = {"Idempotency-Key": "order-1"}
        with ThreadPoolExecutor(20) as pool:
            answers = list(
                pool.map(lambda _: client.post("/v1/plans", json=body, headers=headers), range(50))
            )
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.text for answer in answers}) == 1


def test_editors_lose_nothing_on_postgresql(service: Service):
    """Twenty editors, twenty changes, twenty-one versions."""
    with service.client("planner", "pg-editors") as client:
        address = client.post("/v1/scenarios", json=scenario()).headers["Location"]

        def edit(number: int) -> None:
            while True:
                read = client.get(address)
                content = {**read.json()["scenario"], "name": f"by {number}"}
                done = client.put(address, json=content, headers={"If-Match": read.headers["ETag"]})
                if done.status_code == 200:
                    return
                assert done.status_code == 412

        with ThreadPoolExecutor(20) as pool:
            list(pool.map(edit, range(20)))
        assert client.get(address).json()["version"] == 21
    with service.database.reading() as connection:
        assert audit.broken(connection) is None


def test_the_plan_of_a_dead_machine_is_taken_over(cluster: Cluster, tmp_path: Path):
    """Two services share the database; one is killed whole; the other computes its plan."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        Served(tmp_path / "one", database=cluster.url) as one,
        Served(tmp_path / "two", database=cluster.url, workers=0) as two,
        two.client() as client,
    ):
        plan = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 600, "gap": 0}).json()["id"]

        def attempt() -> int:
            return int(client.get(f"/v1/plans/{plan}").json()["attempt"])

        until("machine one has begun", lambda: attempt() == 1)
        (tmp_path / "three").mkdir()
        with Served(tmp_path / "three", database=cluster.url) as three:
            until("machine three works", lambda: client.get("/health/ready").json()["workers"] == 2)
            began = time.monotonic()
            one.kill()
            until("machine three has begun", lambda: attempt() == 2, within(10) + 20)
            took = time.monotonic() - began
            for pid in workers(three.pid):
                with_pid(pid)
        print(f"taken over in {took:.1f} s")
        assert took < within(10)
        assert client.delete(f"/v1/plans/{plan}").status_code == 204


def test_the_service_goes_on_after_the_database_was_down(tmp_path: Path):
    """While it is down 503 with Retry-After; afterwards all is there, without a restart."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with (
            running(Path(folder) / "cluster") as cluster,
            serving(tmp_path, database=cluster.url) as service,
            service.client() as client,
        ):
            plan = service.finished(client)
            cluster.stop()
            refused = client.get(f"/v1/plans/{plan}")
            assert refused.status_code == 503
            assert refused.headers["Content-Type"] == "application/problem+json"
            assert "Retry-After" in refused.headers
            assert client.get("/health/live").status_code == 200
            cluster.start()
            assert client.get(f"/v1/plans/{plan}").json()["status"] == "completed"
            assert client.post("/v1/plans", json={"scenario": scenario()}).status_code == 202


def test_a_plan_in_the_making_outlives_the_database(tmp_path: Path):
    """The database goes while a plan is computed and comes back after its time; the plan is published."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with (
            running(Path(folder) / "cluster") as cluster,
            Served(tmp_path, database=cluster.url) as served,
            served.client() as client,
        ):
            plan = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 2, "gap": 0}).json()["id"]
            until("it solves", lambda: client.get(f"/v1/plans/{plan}").json()["score"] is not None)
            cluster.stop()
            time.sleep(6)
            cluster.start()
            until("it has ended", lambda: client.get(f"/v1/plans/{plan}").json()["finished_at"])
            assert client.get(f"/v1/plans/{plan}").json()["status"] == "completed"


def test_nobody_is_taken_for_dead_after_the_database_was_down(tmp_path: Path):
    """Two plans are computed when it is killed and comes back: both workers go on, each with its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with (
            running(Path(folder) / "cluster") as cluster,
            Served(tmp_path, database=cluster.url, workers=2) as served,
            served.client() as client,
        ):
            body = {"demo": "jakarta", "time_limit": 600, "gap": 0}
            both = [client.post("/v1/plans", json=body).json()["id"] for _ in range(2)]

            def told(name: str) -> list[object]:
                return [client.get(f"/v1/plans/{plan}").json()[name] for plan in both]

            until("both are computed", lambda: None not in told("score"))
            cluster.stop()
            time.sleep(2)
            cluster.start()
            until("both workers are seen", lambda: client.get("/health/ready").json()["workers"] == 2, 30)
            # Long enough for several looks at each other.
            time.sleep(4)
            assert told("attempt") == [1, 1]
            for plan in both:
                assert client.delete(f"/v1/plans/{plan}").status_code == 204
