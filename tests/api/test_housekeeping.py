"""What has had its time goes, and nothing else; who asks for little is not kept waiting."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api import audit, keys, plan_store
from api.database import Database, now, stamp
from api.housekeeping import tidy
from api.jobs import Jobs
from api.migrate import migrate
from api.presence import Presence, present
from api.tables import audit as audit_rows
from api.tables import contents, events, exports, metadata, plans, repeats
from tests.api.processes import Served, until
from tests.api.world import BY_HAND, Service, scenario


def count(service: Service, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    """Rows of a table."""
    with service.database.reading() as connection:
        query = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return int(connection.execute(query).scalar_one())


def age(service: Service, column: sa.Column, days: float, *conditions: sa.ColumnElement[bool]) -> None:
    """Let rows be older."""
    with service.database.writing() as connection:
        values = {column.name: stamp(now() - timedelta(days=days))}
        connection.execute(sa.update(column.table).where(*conditions).values(values))


def test_a_finished_plan_goes_after_its_days(service: Service, client: httpx.Client):
    """One ended 400 days ago, one today, one still waits: the first goes with all that was its own."""
    old, new = service.finished(client), service.finished(client)
    waiting = service.plan(client)
    assert client.get(f"/v1/plans/{old}.csv").status_code == 200
    age(service, plans.c.created_at, 400, plans.c.id.in_([old, waiting]))
    age(service, plans.c.finished_at, 400, plans.c.id == old)
    before = count(service, contents)
    tidy(service.settings, service.database)
    assert client.get(f"/v1/plans/{old}").status_code == 404
    assert client.get(f"/v1/plans/{new}").json()["plan"]["rotations"]
    assert client.get(f"/v1/plans/{waiting}").json()["status"] == "queued"
    assert count(service, events, events.c.plan == old) == 0
    assert count(service, exports, exports.c.plan == old) == 0
    # Scenario, rotations and result are the other plan's as well; the table was its own.
    assert count(service, contents) == before - 1


def test_contents_go_when_nobody_names_them(service: Service):
    """A scenario's two versions are kept until it is deleted."""
    with service.client("planner", "contents") as client:
        made = client.post("/v1/scenarios", json=scenario(name="first"))
        address, tag = made.headers["Location"], made.headers["ETag"]
        tag = client.put(address, json=scenario(name="second"), headers={"If-Match": tag}).headers["ETag"]
        tidy(service.settings, service.database)
        before = count(service, contents)
        assert client.delete(address, headers={"If-Match": tag}).status_code == 204
        tidy(service.settings, service.database)
        assert count(service, contents) == before - 2


def test_answers_by_key_are_forgotten_after_a_day(service: Service):
    """After 25 hours the key is free again, and makes another plan."""
    with service.client("planner", "forgotten") as client:
        headers = {"Idempotency-Key": "order-1"}
        body = {"scenario": scenario()}

        def ask() -> str:
            return str(client.post("/v1/plans", json=body, headers=headers).json()["id"])

        first = ask()
        age(service, repeats.c.created_at, 23 / 24, repeats.c.workspace == "forgotten")
        tidy(service.settings, service.database)
        assert ask() == first
        age(service, repeats.c.created_at, 25 / 24, repeats.c.workspace == "forgotten")
        tidy(service.settings, service.database)
        assert count(service, repeats, repeats.c.workspace == "forgotten") == 0
        assert ask() != first


def test_old_audit_rows_go_and_the_rest_still_holds(service: Service, client: httpx.Client):
    """Three rows are of long ago; the chain then begins with the fourth, and the present is kept."""
    service.plan(client)
    with service.database.writing() as connection:
        connection.execute(sa.delete(audit_rows))
        for days in (5000, 4999, 4998, 1, 0):
            moment = stamp(now() - timedelta(days=days))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(audit, "stamp", lambda moment=moment: moment)
                audit.record(connection, "default", "local", "plan.solve", f"{days} days ago")
    tidy(service.settings, service.database)
    with service.database.reading() as connection:
        left = list(
            connection.execute(sa.select(audit_rows.c.target).order_by(audit_rows.c.number)).scalars()
        )
        assert left == ["1 days ago", "0 days ago"]
        assert audit.broken(connection) is None


def test_what_killed_workers_left_is_swept_away(service: Service):
    """Of a worker that lives and one that was killed, the first is still seen afterwards."""
    assert service.settings.sqlite_file is not None
    folder = service.settings.sqlite_file.with_name("mtu.sqlite-workers")
    with Presence(service.database, "alive") as alive:
        (folder / "killed").touch()
        tidy(service.settings, service.database)
        assert [path.name for path in folder.iterdir()] == ["alive"]
        assert alive.is_gone("killed")
        assert not alive.is_gone("alive")
        assert present(service.database) == 1


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path):
    """Nothing to add, nothing to take away."""
    database = Database(f"sqlite:///{tmp_path / 'mtu.sqlite'}")
    migrate(database)
    with database.reading() as connection:
        ours = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables},
        )
        assert compare_metadata(ours, metadata) == []
    database.close()


@pytest.mark.timeout(180)
def test_plans_that_the_queue_forgot_go_on(tmp_path: Path):
    """
    A fault ended one plan's place in the queue and lost another's; both are computed after all.

    A third that waits and a fourth that was cancelled stay as they are.
    """
    with Served(tmp_path, workers=0) as served, served.client() as client:
        body = {"scenario": scenario(), "rotations": BY_HAND}
        ended, lost, waits, cancelled = (
            client.post("/v1/plans?operation=check", json=body).json()["id"] for _ in range(4)
        )
        client.delete(f"/v1/plans/{cancelled}")
        database = Database(served.settings["database"])
        with database.writing() as connection:
            end = "UPDATE workflow_status SET status = 'ERROR' WHERE workflow_uuid = :plan"
            connection.execute(sa.text(end), {"plan": ended})
            lose = "DELETE FROM workflow_status WHERE workflow_uuid = :plan"
            connection.execute(sa.text(lose), {"plan": lost})
        jobs = Jobs(database)
        with database.writing() as connection:
            assert sorted(plan_store.requeue_forgotten(connection, jobs)) == sorted([ended, lost])
            assert plan_store.requeue_forgotten(connection, jobs) == []
        _computed(served, database, 4)
        for plan in (ended, lost, waits):
            read = client.get(f"/v1/plans/{plan}").json()
            assert (read["status"], read["attempt"]) == ("completed", 1)
        database.close()


@pytest.mark.timeout(180)
def test_workspaces_take_turns(tmp_path: Path):
    """
    One workspace asks for four plans, then another for two, and one is urgent.

    The urgent one first; then a, b, a, b, a, a.
    """
    with Served(tmp_path, workers=0) as served, served.client() as client:
        database = Database(served.settings["database"])

        def ask(workspace: str, *names: str, priority: int = 5) -> None:
            with database.writing() as connection:
                _, key = keys.create(connection, workspace, "planner", "test", None)
            for name in names:
                answer = client.post(
                    "/v1/plans?operation=check",
                    json={"scenario": scenario(), "rotations": BY_HAND, "name": name, "priority": priority},
                    headers={"Authorization": f"Bearer {key}"},
                )
                assert answer.status_code == 202

        ask("a", "a1", "a2", "a3", "a4")
        ask("b", "b1", "b2")
        ask("a", "urgent", priority=1)
        assert _computed(served, database, 7) == ["urgent", "a1", "b1", "a2", "b2", "a3", "a4"]
        # Who comes back does not overtake who has waited meanwhile.
        ask("a", "a5", "a6")
        with database.reading() as connection:
            found = connection.execute(sa.select(plans.c.name, plans.c.turn))
            turns = {row.name: row.turn for row in found}
        assert turns["a4"] < turns["a5"] < turns["a6"]
        database.close()


def _computed(served: Served, database: Database, number: int) -> list[str]:
    """Let a worker compute so many plans; their names in the order of beginning."""
    environment = {**os.environ, "MTU_DATABASE": served.settings["database"]}
    command = [sys.executable, "-P", "-m", "api.cli", "worker"]
    with subprocess.Popen(command, env=environment, cwd=served.folder) as worker:

        def ended() -> list[str]:
            query = sa.select(plans.c.name).where(plans.c.finished_at.is_not(None))
            with database.reading() as connection:
                return list(connection.execute(query.order_by(plans.c.started_at)).scalars())

        try:
            until("all are computed", lambda: len(ended()) == number, 120)
        finally:
            worker.kill()
        return ended()
