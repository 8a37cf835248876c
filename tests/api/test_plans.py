"""Plans over HTTP: asked for, listed, stopped, discarded, read in every form."""

from __future__ import annotations

import json
import operator
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from api import plan_life, worker
from api.errors import Problem
from api.jobs import Jobs
from api.keys import Principal
from api.plan_store import Order, queue
from api.size_limits import LAID_OUT_UP_TO, estimated_mb
from optimizer.domain.scenario import Scenario
from optimizer.transitions import MATRIX_UP_TO
from tests.api.world import BY_HAND, Service, scenario


def test_a_plan_is_accepted_with_its_address(service: Service, client: httpx.Client):
    """202 names where the plan will be, and the plan is there at once, queued."""
    answer = client.post("/v1/plans", json={"scenario": scenario(), "time_limit": 2, "name": "first"})
    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "2"
    read = client.get(answer.headers["Location"])
    assert read.json()["status"] == "queued"
    assert read.json()["name"] == "first"
    assert read.json()["plan"] is None
    assert read.json()["options"]["objective"]["person"] == "1"


def test_a_plan_made_by_hand_is_judged(service: Service, client: httpx.Client):
    """K2's twelve people are worth 12 points less the kilometres; K1's eighteen are left over."""
    plan = service.finished(client)
    read = client.get(f"/v1/plans/{plan}").json()
    assert (read["status"], read["proof"], read["violations"]) == ("completed", "none", [])
    assert read["plan"]["score_parts"]["people"] == 12
    assert read["score"] == read["plan"]["score"] < 12
    left = client.get(f"/v1/plans/{plan}/unserved").json()["unserved"]
    assert [(row["request"], row["people"]) for row in left] == [("K1", 18)]
    assert left[0]["reasons"]
    assert client.get(f"/v1/plans/{plan}/unserved/K1").json() == left[0]
    assert client.get(f"/v1/plans/{plan}/unserved/K2").status_code == 404


def test_reasons_are_told_in_both_languages(service: Service, client: httpx.Client):
    """The same facts, of which each language makes its own sentence."""
    plan = service.finished(client)
    english = client.get(f"/v1/plans/{plan}/unserved/K1").json()["reasons"]
    indonesian = client.get(f"/v1/plans/{plan}/unserved/K1?language=id").json()["reasons"]
    everything = client.get(f"/v1/plans/{plan}/unserved?language=id").json()["unserved"]
    assert [one["facts"] for one in english] == [one["facts"] for one in indonesian]
    assert english[0]["text"].startswith("Overlooked in this plan: U1 from ")
    assert indonesian[0]["text"].startswith("Terlewat dalam rencana ini: U1 dari ")
    assert everything[0]["reasons"] == indonesian


def test_a_plan_made_by_hand_that_breaks_rules_says_which(service: Service, client: httpx.Client):
    """Two stays of one unit on the same days break R5."""
    both = [*BY_HAND, {"request": "K1", "unit": "U1", "start": "2026-03-02"}]
    plan = service.plan(client, rotations=both)
    service.desk.compute(plan)
    [broken] = client.get(f"/v1/plans/{plan}").json()["violations"]
    assert broken["rule"] == "R5"
    assert "the unit is still at" in broken["message"]
    assert broken["told"]["en"] == broken["message"]
    assert "unit masih di" in broken["told"]["id"]


def test_a_plan_by_hand_with_an_unknown_unit_fails_with_words(service: Service, client: httpx.Client):
    """The plan ends as failed, and says what is unknown."""
    plan = service.plan(client, rotations=[{"request": "K1", "unit": "U9", "start": "2026-03-02"}])
    service.desk.compute(plan)
    read = client.get(f"/v1/plans/{plan}").json()
    assert read["status"] == "failed"
    assert "U9" in read["error"]


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("geojson", "application/geo+json", b"{"),
        ("html", "text/html", b"<!"),
    ],
)
def test_a_plan_is_given_in_every_form(
    service: Service, client: httpx.Client, finished_plan: str, form: str, kind: str, begins: bytes
):
    """By suffix and by Accept, the same bytes; the second time 304."""
    plan = finished_plan
    by_suffix = client.get(f"/v1/plans/{plan}.{form}")
    assert by_suffix.status_code == 200, by_suffix.text
    assert by_suffix.headers["Content-Type"].startswith(kind)
    assert by_suffix.headers["Content-Disposition"].endswith(f'{plan}.{form}"')
    assert by_suffix.content.lstrip(b"\xef\xbb\xbf").startswith(begins.lstrip(b"\xef\xbb\xbf"))
    by_accept = client.get(f"/v1/plans/{plan}", headers={"Accept": kind})
    assert by_accept.content == by_suffix.content
    again = client.get(
        f"/v1/plans/{plan}", headers={"Accept": kind, "If-None-Match": by_accept.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.fixture(scope="module")
def finished_plan(service: Service) -> str:
    """A plan with a result."""
    with service.client() as client:
        return service.finished(client)


@pytest.mark.parametrize("figure", ["gantt", "map", "coverage"])
def test_a_plan_has_figures(client: httpx.Client, finished_plan: str, figure: str):
    """Each is plotly's data and layout."""
    made = client.get(f"/v1/plans/{finished_plan}/figures/{figure}").json()
    assert made["data"]
    assert "layout" in made


def test_no_form_that_is_not_offered(client: httpx.Client, finished_plan: str):
    """406 names what is offered."""
    answer = client.get(f"/v1/plans/{finished_plan}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/calendar" in answer.json()["detail"]


def test_a_plan_that_has_no_result_yet_gives_no_table(service: Service, client: httpx.Client):
    """409, for the state is the reason."""
    plan = service.plan(client)
    assert client.get(f"/v1/plans/{plan}.csv").status_code == 409
    assert client.get(f"/v1/plans/{plan}/unserved").status_code == 409
    assert client.get("/v1/compare", params={"a": plan, "b": plan}).status_code == 409


def test_two_plans_are_compared(service: Service, client: httpx.Client, finished_plan: str):
    """K2 alone against K1 alone: nothing kept, each has one rotation that the other lacks."""
    other = service.plan(client, rotations=[{"request": "K1", "unit": "U1", "start": "2026-03-02"}])
    service.desk.compute(other)
    made = client.get("/v1/compare", params={"a": finished_plan, "b": other}).json()
    assert (made["a"]["people"], made["b"]["people"]) == (12, 18)
    assert (made["kept"], made["same_scenario"]) == (0, True)
    assert [row["request"] for row in made["only_a"] + made["only_b"]] == ["K2", "K1"]
    # Planned again around a lock it is still that scenario; with other rates it is not.
    own = {"request": "K1", "unit": "U1", "start": "2026-03-02"}
    for changes, same in (({"pins": [own]}, True), ({"objective": {"km": 0.5}}, False)):
        again = service.plan(client, scenario=scenario(**changes), rotations=[own])
        service.desk.compute(again)
        made = client.get("/v1/compare", params={"a": finished_plan, "b": again}).json()
        assert made["same_scenario"] is same


def test_plans_are_listed_in_pages_and_filtered(service: Service):
    """Five plans in pages of two: 2 + 2 + 1, the newest first, none twice."""
    with service.client("planner", "listing") as client:
        made = [service.plan(client, tags=["odd" if n % 2 else "even"], name=str(n)) for n in range(5)]
        seen: list[str] = []
        after = None
        for expected in (2, 2, 1):
            page = client.get("/v1/plans", params={"limit": 2} | ({"after": after} if after else {})).json()
            assert len(page["plans"]) == expected
            seen += [plan["id"] for plan in page["plans"]]
            after = page["next"]
        assert after is None
        assert seen == made[::-1]
        odd = client.get("/v1/plans", params={"tag": "odd"}).json()["plans"]
        assert [plan["id"] for plan in odd] == [made[3], made[1]]
        assert client.get("/v1/plans", params={"status": "running"}).json()["plans"] == []
        assert client.get("/v1/plans", params={"after": "nonsense"}).status_code == 422


def test_a_cancelled_plan_is_not_computed_and_not_shown(service: Service, client: httpx.Client):
    """DELETE cancels; the worker finds nothing to do; a second DELETE removes the rest."""
    plan = service.plan(client)
    assert client.delete(f"/v1/plans/{plan}").status_code == 204
    service.desk.compute(plan)
    assert client.get(f"/v1/plans/{plan}").status_code == 410
    listed = client.get("/v1/plans", params={"status": "cancelled"}).json()["plans"]
    assert plan in [row["id"] for row in listed]
    assert client.delete(f"/v1/plans/{plan}").status_code == 204
    assert client.get(f"/v1/plans/{plan}").status_code == 404
    assert client.delete(f"/v1/plans/{plan}").status_code == 404


def test_a_finished_plan_cannot_be_stopped(client: httpx.Client, finished_plan: str):
    """409, and the plan stays."""
    assert client.post(f"/v1/plans/{finished_plan}/stop").status_code == 409
    assert client.get(f"/v1/plans/{finished_plan}").status_code == 200


def test_fifty_posts_with_one_key_make_one_plan(service: Service):
    """All get the same answer; another body under the key is refused."""
    with service.client("planner", "repeats") as client:
        body = {"scenario": scenario(), "time_limit": 1}
        headers = {"Idempotency-Key": "order-1"}
        with ThreadPoolExecutor(50) as pool:
            answers = list(
                pool.map(lambda _: client.post("/v1/plans", json=body, headers=headers), range(50))
            )
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.text for answer in answers}) == 1
        assert len(client.get("/v1/plans").json()["plans"]) == 1
        other = client.post("/v1/plans", json={**body, "seed": 2}, headers=headers)
        assert other.status_code == 422
        assert other.json()["type"] == "/problems/reused-key"


def test_a_key_of_another_workspace_is_another_key(service: Service):
    """Two agencies may number their orders alike."""
    ids = set()
    for workspace in ("agency-a", "agency-b"):
        with service.client("planner", workspace) as client:
            headers = {"Idempotency-Key": "order-1"}
            ids.add(client.post("/v1/plans", json={"scenario": scenario()}, headers=headers).json()["id"])
    assert len(ids) == 2


def test_prefer_wait_answers_with_the_finished_plan(service: Service, client: httpx.Client):
    """The worker is done within the ten seconds, so the answer is 200 with the plan."""
    done: list[str] = []

    def worker() -> None:
        while not done:
            for row in client.get("/v1/plans", params={"status": "queued", "tag": "waited"}).json()["plans"]:
                service.desk.compute(row["id"])
                done.append(row["id"])

    thread = threading.Thread(target=worker)
    thread.start()
    with service.client() as asker:
        answer = asker.post(
            "/v1/plans?operation=check",
            json={"scenario": scenario(), "rotations": BY_HAND, "tags": ["waited"]},
            headers={"Prefer": "respond-async, wait=20"},
        )
    thread.join()
    assert answer.status_code == 200
    assert answer.json()["status"] == "completed"
    assert answer.headers["Preference-Applied"] == "wait=20"


def test_prefer_wait_gives_up_in_time(service: Service, client: httpx.Client):
    """Nobody computes it, so after a second the answer is 202."""
    answer = client.post("/v1/plans", json={"scenario": scenario()}, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202


def test_a_plan_is_followed_to_its_end(service: Service, client: httpx.Client):
    """Queued, running, completed; then 410, and whoever missed the end gets it by Last-Event-ID."""
    plan = service.plan(client, rotations=BY_HAND)
    with client.stream("GET", f"/v1/plans/{plan}/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        first = [next(lines) for _ in range(5)]
        assert first[2:] == ["id: 1", "event: status", 'data: {"status": "queued"}']
        service.desk.compute(plan)
        rest = [line for line in lines if line.startswith("data: ")]
    assert [json.loads(line[6:])["status"] for line in rest] == ["running", "completed"]
    assert client.get(f"/v1/plans/{plan}/events").status_code == 410
    resumed = client.get(f"/v1/plans/{plan}/events", headers={"Last-Event-ID": "2"})
    assert resumed.status_code == 200
    assert resumed.text.count("data: ") == 1
    assert client.get(f"/v1/plans/{plan}/events", headers={"Last-Event-ID": "3"}).status_code == 410


def test_the_queue_of_a_workspace_is_bounded(service: Service):
    """With the settings' limit reached the answer is 429 with Retry-After."""
    order = Order("solve", "", (), "n", None, None, b"{}", {}, 5, None)
    who = Principal("crowded", "test", "planner")
    jobs = Jobs(service.database)
    with service.database.writing() as connection:
        for _ in range(2):
            queue(connection, jobs, who, order, 2)
        with pytest.raises(Problem, match="at most 2") as refused:
            queue(connection, jobs, who, order, 2)
    assert refused.value.response().status_code == 429
    assert refused.value.headers["Retry-After"] == "30"


def test_an_attempt_that_was_overtaken_publishes_nothing(service: Service, client: httpx.Client):
    """Two workers take one plan: the later claim counts, the earlier one's publishing fails."""
    plan = service.plan(client)
    with service.database.writing() as connection:
        early = plan_life.claim(connection, plan, 20)
        late = plan_life.claim(connection, plan, 20)
        assert early is not None
        assert late is not None
        assert plan_life.wish(connection, early) == "leave"
        done = [
            plan_life.publish(
                connection,
                claim,
                "completed",
                b"{}",
                score=1,
                bound=None,
                gap=None,
                proof="none",
                violations=None,
            )
            for claim in (early, late, late)
        ]
    assert done == [False, True, False]


@pytest.mark.parametrize("step", ["plan_life.claim", "fetch", "plan_life.publish"])
def test_a_plan_outlives_storage_that_fails(
    service: Service, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, step: str
):
    """At whichever step it fails once, the plan is completed all the same, and nobody calls it a fault."""
    plan = service.plan(client, rotations=BY_HAND)
    sound = operator.attrgetter(step)(worker)
    left = [sa.exc.OperationalError("", {}, OSError("away"))]

    def failing(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return sound(*given, **named)

    monkeypatch.setattr(f"api.worker.{step}", failing)
    service.desk.compute(plan)
    assert left == []
    assert client.get(f"/v1/plans/{plan}").json()["status"] == "completed"


def test_a_plan_that_kills_its_workers_is_given_up(service: Service, client: httpx.Client):
    """After so many beginnings without an end the plan has failed, and says so."""
    plan = service.plan(client)
    with service.database.writing() as connection:
        claims = [plan_life.claim(connection, plan, 2) for _ in range(3)]
    assert [claim is not None for claim in claims] == [True, True, False]
    read = client.get(f"/v1/plans/{plan}").json()
    assert read["status"] == "failed"
    assert "begun 2 times" in read["error"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scenario_id": "sc_1"}, ""),
        ({"time_limit": 0}, "/time_limit"),
        ({"gap": 1.5}, "/gap"),
        ({"seed": -1}, "/seed"),
        ({"bogus": 1}, "/bogus"),
        ({"priority": 0}, "/priority"),
        ({"tags": ["a,b"]}, "/tags/0"),
        ({"pins": [{"request": "K1", "unit": "U1", "start": "5 March"}]}, "/pins/0/start"),
        ({"pins": [{"request": "K1", "unit": "U1", "start": "2026-03-02"},
                   {"request": "K9", "unit": "U1", "start": "2026-03-02"}]}, "/pins/1/request"),
        ({"scenario": {**scenario(), "start": "2026-03-02T00:00:00"}}, "/scenario/start"),
        ({"scenario": scenario(requests=[{"id": "K1", "venue": "V9", "course": "pastry", "people": 3}])},
         "/scenario/requests/0/venue"),
        ({"rotations": []}, "/rotations"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_with_its_place(client: httpx.Client, change: dict, pointer: str):
    """422 with a JSON pointer to the field."""
    answer = client.post("/v1/plans", json={"scenario": scenario(), **change})
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert pointer in [issue["pointer"] for issue in answer.json()["errors"]]


def test_rotations_are_held_when_planning_again(service: Service, client: httpx.Client):
    """What was planned by hand is pinned beside the scenario's own pins; both come back, as pinned."""
    held = [{**BY_HAND[0], "start": "2026-03-11"}]
    own = {"request": "K1", "unit": "U1", "start": "2026-03-23"}
    plan = service.plan(client, scenario=scenario(pins=[own]), pins=held, time_limit=2)
    service.desk.compute(plan)
    made = client.get(f"/v1/plans/{plan}").json()["plan"]["rotations"]
    assert [(row["request"], row["start"], row["pinned"]) for row in made] == [
        ("K2", "2026-03-11", True),
        ("K1", "2026-03-23", True),
    ]
    # A third class is all that may be added, and there is nobody left to attend it.
    refused = client.post("/v1/plans", json={"scenario": scenario(pins=[own]), "pins": [own]})
    assert refused.status_code == 422
    assert "/pins/0" in [issue["pointer"] for issue in refused.json()["errors"]]


def test_too_large_a_scenario_is_refused_before_queueing(client: httpx.Client):
    """The limit on the time is named, with what was asked for."""
    answer = client.post("/v1/plans", json={"scenario": scenario(), "time_limit": 80_000})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/too-big-to-plan"
    assert "80,000" in answer.json()["detail"]


@pytest.mark.slow
def test_the_whole_country_is_accepted_as_the_settings_come(service: Service, client: httpx.Client):
    """2,300 units, 12,500 venues, 30,000 requests for a quarter; the limits are those of `Settings`."""
    small = scenario(end="2026-05-30")
    places = [(f"V{n}", n % 500, -8 + n % 125 / 20, 100 + n // 125 / 5) for n in range(12_500)]
    country = scenario(
        end="2026-05-30",
        units=[{**small["units"][0], "id": f"U{n}"} for n in range(2_300)],
        venues=[
            {**small["venues"][0], "id": name, "city": f"City {city}", "latitude": lat, "longitude": lon}
            for name, city, lat, lon in places
        ],
        requests=[
            {"id": f"K{n}", "venue": f"V{n % 12_500}", "course": "pastry", "people": 18}
            for n in range(30_000)
        ],
    )
    answer = client.post("/v1/plans", json={"scenario": country, "time_limit": 3600}, timeout=120)
    assert answer.status_code == 202, answer.text[:2000]
    assert client.delete(answer.headers["Location"]).status_code == 204
    # 700 MB; 60 bytes for each of 12,501 x 12,501 places (with a matrix), 30,000 x 90 and 2,300 x 90 days.
    laid_out = Scenario.model_validate({**country, "travel": {"provider": "matrix", "file": "m.csv"}})
    assert estimated_mb(laid_out) == 10_251
    assert LAID_OUT_UP_TO == MATRIX_UP_TO


def test_a_plan_is_told_day_by_day_with_the_scenario_it_was_made_for(service: Service, client: httpx.Client):
    """
    Pastry takes 7 working days: from Monday 2 to Tuesday 10 March are nine days, two of them a weekend.
    """
    plan = service.finished(client)
    told = client.get(f"/v1/plans/{plan}/calendar").json()
    assert len(told["days"]) == 30
    assert [day["kind"] for day in told["days"][:7]] == ["working"] * 5 + ["weekend"] * 2
    assert told["stays"][0]["rotation"] == "K2-1"
    assert told["stays"][0]["credits"] == [100] * 5 + [0] * 2 + [100] * 2
    assert told["stays"][0]["km"] > 0
    unit = told["units"][0]
    assert (unit["unit"], unit["taught"], unit["closed"], unit["at_depot"]) == ("U1", 7, 2, [])
    parts = ("taught", "closed", "depot", "moving", "idle")
    assert sum(unit[part] for part in parts) == unit["present"] == 30
    made_for = client.get(f"/v1/plans/{plan}/scenario").json()
    again = client.post("/v1/plans", json={"scenario": made_for, "time_limit": 1})
    assert again.status_code == 202
    assert client.get(f"/v1/plans/{again.json()['id']}/scenario").json() == made_for
