"""What is read has an ETag, and who changes something may say which version is meant."""

from __future__ import annotations

import httpx
import pytest

from tests.api.test_access import TABLE, ask
from tests.api.world import Service, scenario

#: Reads whose answer is of the moment.
OF_THE_MOMENT = {
    "GET /v1/plans/{plan}/events",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
}


@pytest.fixture(scope="module")
def there(service: Service) -> dict[str, str]:
    """A plan and a scenario."""
    with service.client("planner", "etags") as client:
        stored = client.post("/v1/scenarios", json=scenario()).json()["id"]
        return {"plan": service.finished(client), "scenario": stored}


@pytest.mark.parametrize(
    "route", [route for route in TABLE if route.startswith("GET") and route not in OF_THE_MOMENT]
)
def test_every_read_is_answered_once(service: Service, there: dict[str, str], route: str):
    """Asked again with the ETag of the first answer, 304 and no body; described so, too."""
    with service.client("admin", "etags") as client:
        first = ask(client, route, there)
        assert first.status_code == 200, first.text
        client.headers["If-None-Match"] = first.headers["ETag"]
        again = ask(client, route, there)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        client.headers["If-None-Match"] = '"another"'
        assert ask(client, route, there).content == first.content
    answers = service.app.openapi()["paths"][route.split()[1]]["get"]["responses"]
    assert "304" in answers
    assert "ETag" in answers["200"]["headers"]


def test_a_list_has_another_etag_once_something_changed(service: Service):
    """A plan is asked for: 200 with it; then stopped: 200 again."""
    with service.client("planner", "changing") as client:
        tag = client.get("/v1/plans").headers["ETag"]
        plan = service.plan(client)
        listed = client.get("/v1/plans", headers={"If-None-Match": tag})
        assert [row["id"] for row in listed.json()["plans"]] == [plan]
        client.post(f"/v1/plans/{plan}/stop")
        again = client.get("/v1/plans", headers={"If-None-Match": listed.headers["ETag"]})
        assert again.status_code == 200


def test_a_plan_that_ended_meanwhile_is_not_deleted(service: Service, client: httpx.Client):
    """Who meant to cancel it names the version that was waiting, and the result is kept."""
    plan = service.plan(client, rotations=[])
    waiting = client.get(f"/v1/plans/{plan}").headers["ETag"]
    service.desk.compute(plan)
    refused = client.delete(f"/v1/plans/{plan}", headers={"If-Match": waiting})
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/changed")
    read = client.get(f"/v1/plans/{plan}")
    assert read.json()["status"] == "completed"
    for tag in ("nonsense", "", '"v0"'):
        assert client.delete(f"/v1/plans/{plan}", headers={"If-Match": tag}).status_code == 412
    assert client.delete(f"/v1/plans/{plan}", headers={"If-Match": read.headers["ETag"]}).status_code == 204


def test_a_plan_is_stopped_in_the_version_that_is_meant(service: Service, client: httpx.Client):
    """An older version is refused; a star means whichever there is."""
    plan = service.plan(client)
    old = client.get(f"/v1/plans/{plan}").headers["ETag"]
    assert client.post(f"/v1/plans/{plan}/stop", headers={"If-Match": old}).status_code == 202
    assert client.post(f"/v1/plans/{plan}/stop", headers={"If-Match": old}).status_code == 412
    assert client.post(f"/v1/plans/{plan}/stop", headers={"If-Match": "*"}).status_code == 202


def test_a_stop_that_is_asked_for_again_is_answered_as_before(service: Service, client: httpx.Client):
    """Its first answer was lost and the plan has ended: who repeats it is not told of a conflict."""
    plan = service.plan(client, rotations=[])
    key = {"Idempotency-Key": f"stop-{plan}"}
    first = client.post(f"/v1/plans/{plan}/stop", headers=key)
    service.desk.compute(plan)
    again = client.post(f"/v1/plans/{plan}/stop", headers=key)
    assert (again.status_code, again.text) == (202, first.text)
    assert client.post(f"/v1/plans/{plan}/stop").status_code == 409


def test_a_scenario_is_changed_whatever_its_version(service: Service, client: httpx.Client):
    """A star says so in so many words; without If-Match nothing is changed."""
    address = client.post("/v1/scenarios", json=scenario()).headers["Location"]
    changed = client.put(address, json=scenario(name="second"), headers={"If-Match": "*"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"v2"')
    assert client.delete(address).status_code == 428
    assert client.delete(address, headers={"If-Match": "*"}).status_code == 204
