"""
Who may do what: every route, for every role and for another workspace, as the table here says.
"""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from api import audit, keys
from api.tables import audit as rows
from tests.api.world import Service, scenario, serving

#: The least role of every route; a route that is not here fails the build.
TABLE = {
    "POST /v1/plans": "planner",
    "GET /v1/plans": "viewer",
    "GET /v1/plans/{plan}": "viewer",
    "DELETE /v1/plans/{plan}": "planner",
    "GET /v1/plans/{plan}.{suffix}": "viewer",
    "GET /v1/plans/{plan}/events": "viewer",
    "POST /v1/plans/{plan}/stop": "planner",
    "GET /v1/plans/{plan}/unserved": "viewer",
    "GET /v1/plans/{plan}/unserved/{request}": "viewer",
    "GET /v1/plans/{plan}/figures/{figure}": "viewer",
    "GET /v1/plans/{plan}/calendar": "viewer",
    "GET /v1/plans/{plan}/scenario": "viewer",
    "POST /v1/scenarios": "planner",
    "GET /v1/scenarios": "viewer",
    "GET /v1/scenarios/{scenario}": "viewer",
    "PUT /v1/scenarios/{scenario}": "planner",
    "DELETE /v1/scenarios/{scenario}": "planner",
    "POST /v1/webhooks": "admin",
    "GET /v1/webhooks": "admin",
    "DELETE /v1/webhooks/{webhook}": "admin",
    "GET /v1/compare": "viewer",
    "GET /v1/template": "viewer",
    "GET /v1/demo-data": "viewer",
    "GET /v1/demo-data/{name}": "viewer",
    "GET /v1/audit": "admin",
    "GET /health/live": None,
    "GET /health/ready": None,
    "GET /metrics": "admin",
}
#: Answers that tell that the door was passed.
PASSED = {200, 201, 202, 204, 400, 409, 410, 415, 422, 428, 503}


@pytest.fixture(scope="module")
def mine(service: Service) -> dict[str, str]:
    """A plan, a scenario and a webhook of the workspace `mine`."""
    with service.client("planner", "mine") as client:
        stored = client.post("/v1/scenarios", json=scenario()).json()["id"]
        plan = service.finished(client)
    with service.client("admin", "mine") as client:
        webhook = client.post("/v1/webhooks", json={"url": "https://example.org/told"}).json()["id"]
    return {"plan": plan, "scenario": stored, "webhook": webhook}


def ask(client: httpx.Client, route: str, mine: dict[str, str]) -> httpx.Response:
    """Call a route on what is `mine`."""
    method, path = route.split()
    names = {
        **mine,
        "suffix": "json",
        "request": "K1",
        "figure": "gantt",
        "name": "jakarta",
    }
    query = {"a": mine["plan"], "b": mine["plan"]} if path == "/v1/compare" else {}
    return client.request(method, path.format(**names), params=query)


def test_every_route_has_its_entry(service: Service):
    """A new route must say who may use it."""
    found = {
        f"{method.upper()} {path}"
        for path, methods in service.app.openapi()["paths"].items()
        for method in methods
    }
    assert found == set(TABLE)


@pytest.mark.parametrize("route", [route for route, role in TABLE.items() if role])
def test_a_route_lets_in_whom_it_should(service: Service, mine: dict[str, str], route: str):
    """Without a key 401, with too small a role 403, else the door is passed."""
    least = TABLE[route]
    passed = PASSED
    if route.startswith("DELETE"):
        # Nothing is there to delete, so that there is something left for the next.
        mine, passed = dict.fromkeys(mine, "none"), {404, 428}
    # What a page of another site sends along takes away this machine's right.
    for headers in ({"Authorization": "Bearer mtu_k1_x"}, {"Origin": "https://elsewhere.example"}):
        with httpx.Client(base_url=service.url, headers=headers) as client:
            assert ask(client, route, mine).status_code == 401
    for role in keys.ROLES:
        with service.client(role, "mine") as client:
            answer = ask(client, route, mine)
            enough = keys.ROLES.index(role) >= keys.ROLES.index(least)
            assert (answer.status_code in passed) if enough else (answer.status_code == 403), answer.text


@pytest.mark.parametrize("route", [route for route in TABLE if re.search("{(plan|scenario|webhook)}", route)])
def test_another_workspace_sees_nothing(service: Service, mine: dict[str, str], route: str):
    """404, as if it were not there, even for an admin; and nothing is deleted."""
    with service.client("admin", "theirs") as client:
        assert ask(client, route, mine).status_code == 404


def test_another_workspace_lists_nothing(service: Service, mine: dict[str, str]):
    """Lists, comparison and audit end at the workspace's border."""
    with service.client("admin", "theirs") as client:
        assert client.get("/v1/plans").json()["plans"] == []
        assert client.get("/v1/scenarios").json()["scenarios"] == []
        assert mine["plan"] not in client.get("/v1/audit").text
        assert client.get("/v1/compare", params={"a": mine["plan"], "b": mine["plan"]}).status_code == 404
        assert client.post("/v1/plans", json={"scenario_id": mine["scenario"]}).status_code == 404


def test_a_revoked_key_opens_nothing_from_the_next_request_on(service: Service):
    """200, then 401."""
    key = service.key("viewer")
    with httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {key}"}) as client:
        assert client.get("/v1/plans").status_code == 200
        with service.database.writing() as connection:
            assert keys.revoke(connection, key.split("_")[1])
        assert client.get("/v1/plans").status_code == 401
        with service.database.writing() as connection:
            assert not keys.revoke(connection, key.split("_")[1])


def test_an_expired_key_opens_nothing(service: Service):
    """A key of a ten-thousandth of a second."""
    with service.database.writing() as connection:
        _, key = keys.create(connection, "default", "viewer", "short", 1e-9)
    answer = httpx.get(f"{service.url}/v1/plans", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_no_key_stands_in_the_database(service: Service):
    """Its hash does, its secret does not, in no file."""
    secret = service.key("admin").split("_", 2)[2]
    database = service.settings.sqlite_file
    assert database is not None
    for file in database.parent.iterdir():
        if file.is_file():
            assert secret.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"X-Forwarded-For": "10.0.0.1"},
        {"Origin": "null"},
    ],
)
def test_without_a_key_only_this_machine_itself(service: Service, headers: dict[str, str]):
    """A page in a browser here, a name that points here, a proxy: none of them is us."""
    assert httpx.get(f"{service.url}/v1/plans").status_code == 200
    assert httpx.get(f"{service.url}/v1/plans", headers=headers).status_code == 401


def test_wrong_keys_are_counted_per_peer(tmp_path: Path):
    """Ten are answered 401, the next 429; a right key is not held up."""
    with serving(tmp_path) as service:
        wrong = {"Authorization": "Bearer mtu_k000000000000_wrong"}
        with httpx.Client(base_url=service.url, headers=wrong) as client:
            seen = [client.get("/v1/plans") for _ in range(30)]
        # A minute may end in between and begin the count anew, but not two.
        refused = [answer for answer in seen if answer.status_code == 429]
        assert [answer.status_code for answer in seen[:1]] == [401]
        assert len(seen) - len(refused) in range(10, 21)
        assert int(refused[0].headers["Retry-After"]) <= 60
        with service.client("viewer") as client:
            assert client.get("/v1/plans").status_code == 200


def test_changes_and_reads_are_counted_per_key(tmp_path: Path):
    """Three of each a minute: the fourth to seventh is refused, and another key is free."""
    with serving(tmp_path, writes_per_minute=3, reads_per_minute=3) as service:
        with service.client("planner") as client:
            for call in (lambda: client.get("/v1/plans"), lambda: client.post("/v1/plans/none/stop")):
                codes = [call().status_code for _ in range(7)]
                assert codes[-1] == 429 or codes.count(429) >= 1
                assert len([code for code in codes if code != 429]) in range(3, 7)
        with service.client("planner") as client:
            assert client.get("/v1/plans").status_code == 200


def test_each_change_is_one_audit_row_and_the_chain_holds(service: Service):
    """Three changes, three rows; a row changed afterwards shows."""
    with service.client("admin", "audited") as client:
        plan = service.plan(client)
        client.post(f"/v1/plans/{plan}/stop")
        client.delete(f"/v1/plans/{plan}")
        made = client.get("/v1/audit").json()["rows"]
    assert [row["action"] for row in made] == ["plan.discard", "plan.stop", "plan.solve", "key.create"]
    assert {row["target"] for row in made[:3]} == {plan}
    with service.database.writing() as connection:
        assert audit.broken(connection) is None
        number = made[1]["number"]
        before = connection.execute(sa.select(rows.c.action).where(rows.c.number == number)).scalar_one()
        connection.execute(sa.update(rows).where(rows.c.number == number).values(action="nothing"))
        assert audit.broken(connection) == number
        connection.execute(sa.update(rows).where(rows.c.number == number).values(action=before))
        connection.execute(sa.delete(rows).where(rows.c.number == number))
        assert audit.broken(connection) == number + 1
        connection.rollback()
    with service.database.reading() as connection:
        assert audit.broken(connection) is None


def test_every_answer_has_the_headers_of_safety(client: httpx.Client):
    """Also errors, also what is not there."""
    for path in ("/health/live", "/v1/plans", "/nothing", "/v1/plans/pl_none"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
    assert client.request("TRACE", "/v1/plans").status_code == 405
    assert "Access-Control-Allow-Origin" not in client.get("/v1/plans", headers={"Origin": "x"}).headers


def test_the_page_of_the_description_is_our_own(client: httpx.Client):
    """Its parts come from here alone, and none of its scripts stands in the page itself."""
    page = client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [part for part in parts if "//" in part] == []
    assert re.findall(r"<script[^>]*>([^<]+)", page.text) == []
    for part in ("docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"):
        assert part in parts
        assert client.get(f"/{part}").status_code == 200
    assert client.get("/docs/redoc.standalone.js").status_code == 422
