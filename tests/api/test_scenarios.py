"""Scenarios over HTTP: stored from every kind of file, validated, changed without losing anything."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

import optimizer
from optimizer.domain.scenario import Scenario
from optimizer.formats.save import save
from tests.api.world import Service, scenario

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_scenario_is_stored_read_and_planned(service: Service, client: httpx.Client):
    """What is read back is what was stored, and a plan can name it."""
    made = client.post("/v1/scenarios", json=scenario())
    assert made.status_code == 201
    assert made.json()["sizes"]["requests"] == 2
    read = client.get(made.headers["Location"])
    assert read.headers["ETag"] == made.headers["ETag"] == '"v1"'
    stored = Scenario.model_validate(read.json()["scenario"])
    assert stored == Scenario.model_validate(scenario())
    plan = service.plan(client, scenario=None, scenario_id=made.json()["id"])
    told = client.get(f"/v1/plans/{plan}").json()["scenario"]
    assert told == {"name": "Two venues", "id": made.json()["id"], "version": 1}


def archive(folder: Path, prefix: str = "") -> bytes:
    """A folder's files as a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for path in folder.iterdir():
            file.write(path, prefix + path.name)
    return made.getvalue()


@pytest.mark.parametrize("prefix", ["", "my-scenario/"])
def test_an_archive_of_the_files_is_a_scenario(client: httpx.Client, tmp_path: Path, prefix: str):
    """The files at the top or in one folder."""
    given = optimizer.generate(2, 3, 30, 1, 1)
    save(given, tmp_path / "folder")
    body = archive(tmp_path / "folder", prefix)
    made = client.post("/v1/scenarios", content=body, headers={"Content-Type": "application/zip"})
    assert made.status_code == 201, made.text
    read = client.get(made.headers["Location"]).json()["scenario"]
    assert Scenario.model_validate(read) == given


def test_a_workbook_is_a_scenario(client: httpx.Client, tmp_path: Path):
    """The same as from a folder; dry_run stores nothing."""
    given = optimizer.generate(2, 3, 30, 1, 1)
    save(given, tmp_path / "book.xlsx")
    body = (tmp_path / "book.xlsx").read_bytes()
    before = client.get("/v1/scenarios").json()
    dry = client.post("/v1/scenarios?dry_run=true", content=body, headers={"Content-Type": XLSX})
    assert (dry.status_code, dry.json()["valid"]) == (200, True)
    assert client.get("/v1/scenarios").json() == before
    made = client.post("/v1/scenarios", content=body, headers={"Content-Type": XLSX})
    read = client.get(made.headers["Location"]).json()["scenario"]
    assert Scenario.model_validate(read) == given


def test_all_issues_of_a_workbook_come_with_their_cells(client: httpx.Client, tmp_path: Path):
    """Two wrong venues: both are told, each with its cell."""
    given = optimizer.generate(2, 3, 30, 1, 1)
    broken = tuple(row.model_copy(update={"venue": "V-none"}) for row in given.requests[:2])
    save(given.replace(requests=(*broken, *given.requests[2:])), tmp_path / "book.xlsx")
    body = (tmp_path / "book.xlsx").read_bytes()
    answer = client.post("/v1/scenarios", content=body, headers={"Content-Type": XLSX})
    assert answer.status_code == 422
    errors = [issue for issue in answer.json()["errors"] if issue["severity"] == "error"]
    assert [issue["code"] for issue in errors] == ["V02", "V02"]
    assert all(issue["cell"].startswith("requests!") for issue in errors)


@pytest.mark.parametrize("form", ["json", "workbook", "plan"])
def test_issues_are_told_in_the_language_asked_for(client: httpx.Client, tmp_path: Path, form: str):
    """Words alone differ: of a scenario in a body, of a workbook, and where a plan is asked for."""
    broken = scenario(venues=[{**row, "id": "v1"} for row in scenario()["venues"]])
    sent: dict[str, Any]
    if form == "workbook":
        save(Scenario.model_validate(broken), tmp_path / "book.xlsx")
        sent = {"content": (tmp_path / "book.xlsx").read_bytes(), "headers": {"Content-Type": XLSX}}
    else:
        sent = {"json": {"scenario": broken} if form == "plan" else broken}
    path = "/v1/plans" if form == "plan" else "/v1/scenarios"
    told = {
        language: client.post(path, params={"language": language}, **sent).json()["errors"]
        for language in ("en", "id")
    }
    same = [[(issue["code"], issue["cell"], issue["pointer"]) for issue in told[one]] for one in told]
    assert same[0] == same[1]
    unknown = {one: next(issue for issue in told[one] if issue["code"] == "V02") for one in told}
    assert (unknown["en"]["message"], unknown["en"]["hint"]) == (
        '"V1" is not an id of venues.',
        "Did you mean v1?",
    )
    assert (unknown["id"]["message"], unknown["id"]["hint"]) == (
        '"V1" bukan id dalam tabel venues.',
        "Maksud Anda v1?",
    )
    assert client.post(path, params={"language": "fr"}, **sent).status_code == 422


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"PK not really", "application/zip"),
        (b"PK not really", XLSX),
        (b"", "application/zip"),
        (b"id,name\nU1,One\n", "application/zip"),
    ],
)
def test_files_that_are_none_are_refused(client: httpx.Client, body: bytes, kind: str):
    """422 with a code, never a fault."""
    answer = client.post("/v1/scenarios", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"].startswith("F")


def test_an_archive_that_unpacks_to_far_too_much_is_refused(client: httpx.Client):
    """200 MB of zeros in 200 KB: the sizes announced are looked at before anything is unpacked."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file, file.open("venues.csv", "w") as member:
        for _ in range(200):
            member.write(bytes(1_000_000))
    answer = client.post(
        "/v1/scenarios", content=made.getvalue(), headers={"Content-Type": "application/zip"}
    )
    assert answer.status_code == 422
    assert "more than a scenario may" in answer.json()["errors"][0]["message"]


def test_other_kinds_of_content_are_not_read(client: httpx.Client):
    """415 names what is."""
    answer = client.post("/v1/scenarios", content=b"x", headers={"Content-Type": "text/csv"})
    assert answer.status_code == 415
    assert "application/zip" in answer.headers["Accept-Post"]


def test_twenty_editors_lose_nothing(service: Service):
    """
    Each reads, adds one request and writes, again and again until it worked.

    Twenty requests are added in the end; the version counts the twenty changes.
    """
    with service.client("planner", "editors") as client:
        address = client.post("/v1/scenarios", json=scenario()).headers["Location"]
        assert client.put(address, json=scenario()).status_code == 428
        assert client.put(address, json=scenario(), headers={"If-Match": '"v9"'}).status_code == 412

        def edit(editor: int) -> int:
            lost = 0
            while True:
                read = client.get(address)
                content = read.json()["scenario"]
                content["requests"].append(
                    {"id": f"E{editor}", "venue": "V1", "course": "pastry", "people": 5}
                )
                done = client.put(address, json=content, headers={"If-Match": read.headers["ETag"]})
                if done.status_code == 200:
                    return lost
                assert done.status_code == 412
                lost += 1

        with ThreadPoolExecutor(20) as pool:
            lost = sum(pool.map(edit, range(20)))
        read = client.get(address).json()
        assert read["version"] == 21
        assert {row["id"] for row in read["scenario"]["requests"]} == {"K1", "K2"} | {
            f"E{n}" for n in range(20)
        }
        assert lost > 0


def test_a_deleted_scenario_is_gone_but_its_plans_stay(service: Service, client: httpx.Client):
    """DELETE asks for If-Match like every change."""
    made = client.post("/v1/scenarios", json=scenario())
    address = made.headers["Location"]
    plan = service.plan(client, scenario=None, scenario_id=made.json()["id"])
    assert client.delete(address).status_code == 428
    assert client.delete(address, headers={"If-Match": '"v1"'}).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(f"/v1/plans/{plan}").status_code == 200


def test_demo_data_is_a_scenario_to_begin_with(client: httpx.Client):
    """It is listed, read, and what is read can be validated."""
    assert "jakarta" in client.get("/v1/demo-data").json()["demos"]
    read = client.get("/v1/demo-data/jakarta")
    dry = client.post("/v1/scenarios?dry_run=true", json=read.json())
    assert dry.json()["valid"] is True
    assert client.get("/v1/demo-data/atlantis").status_code == 404


def test_the_empty_workbook_can_be_posted_as_it_is(client: httpx.Client):
    """It is sound; that its tables are empty is warned of."""
    empty = client.get("/v1/template")
    assert empty.headers["Content-Disposition"] == 'attachment; filename="scenario.xlsx"'
    kind = {"Content-Type": empty.headers["Content-Type"]}
    read = client.post("/v1/scenarios?dry_run=true", content=empty.content, headers=kind).json()
    assert read["valid"]
    assert {issue["severity"] for issue in read["issues"]} == {"warning"}


def test_an_unchanged_scenario_is_not_sent_again(client: httpx.Client):
    """304 without a body."""
    made = client.post("/v1/scenarios", json=scenario())
    again = client.get(made.headers["Location"], headers={"If-None-Match": made.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
