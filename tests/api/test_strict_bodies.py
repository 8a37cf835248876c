"""Nasty JSON: whatever parsers let pass and databases choke on is refused, never a fault."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import httpx
import pytest

from api import strict_json
from tests.api.world import Service, scenario

#: JSON text by what is nasty about it; each is set in place of a field's value.
NASTY = {
    "not a number": "NaN",
    "minus infinity": "-Infinity",
    "beyond range": "1e999",
    "far beyond range": "-1e99999999999",
    "half a character": '"\\ud800"',
    "the other half": '"\\udfff x"',
    "NUL": '"a\\u0000b"',
    "2 to the 63": str(2**63),
    "minus 2 to the 63 and one": str(-(2**63) - 1),
    "5,000 digits": "9" * 5000,
    "900 deep": "[" * 900 + "]" * 900,
    "100,000 deep": "[" * 100_000 + "]" * 100_000,
    "100,000 objects deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a key twice": '{"a": 1, "a": 2}',
    "cut off": '{"a": ',
    "a bare word": "nothing",
    "a control character": '"\x01"',
    "a list": "[]",
    "null": "null",
    "yes": "true",
    "a number as text": '"20"',
    "a huge text": '"' + "x" * 100_000 + '"',
}
FIELDS = ["name", "time_limit", "seed", "tags", "priority", "scenario", "scenario_id", "pins", "objective"]
#: What means just this, or is what the field may be.
FINE = {
    ("name", "a number as text"),
    ("tags", "a list"),
    ("pins", "a list"),
    ("scenario_id", "null"),
    ("objective", "null"),
}


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("field", FIELDS)
def test_nasty_values_are_refused(client: httpx.Client, field: str, nasty: str):
    """4xx as a problem, quickly."""
    rest = json.dumps({"scenario": scenario()} if field != "scenario" else {})[1:-1]
    body = f'{{{rest}{", " if rest else ""}"{field}": {NASTY[nasty]}}}'
    began = time.process_time()
    answer = client.post("/v1/plans", content=body.encode(), headers={"Content-Type": "application/json"})
    if (field, nasty) in FINE:
        assert answer.status_code == 202
        return
    # A stored scenario of this name is looked for, and not there.
    lookup = {404} if (field, nasty) == ("scenario_id", "a number as text") else set()
    assert answer.status_code in {400, 422} | lookup, answer.text[:300]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert time.process_time() - began < 2


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("spot", ["name", "venues/0/latitude", "requests/0/people", "units/0/id", "start"])
def test_nasty_values_inside_a_scenario_are_refused(client: httpx.Client, spot: str, nasty: str):
    """Stored scenarios are as strict."""
    made = scenario()
    *path, last = spot.split("/")
    place: object = made
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]  # type: ignore[index]
    place[last] = "@@@"  # type: ignore[index]
    body = json.dumps(made).replace('"@@@"', NASTY[nasty])
    answer = client.post(
        "/v1/scenarios?dry_run=true", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    fine = {("name", "a number as text"), ("units/0/id", "a number as text")}
    if (spot, nasty) in fine:
        assert answer.status_code == 200
    else:
        assert answer.status_code in (400, 422), answer.text[:300]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe" + '{"demo": "jakarta"}'.encode("utf-16-le"),
        '{"demo": "jakarta"}'.encode("utf-16"),
        '{"demo": "jakarta"}'.encode("utf-32"),
        b"\xef\xbb\xbf" + b'{"demo": "jakarta"}',
        b'{"name": "\xc3\x28"}',
        b'{"name": "\xed\xa0\x80"}',
        b"[" * 1_000_000,
        b"{}" * 2,
        b'"text"',
        b"1",
    ],
)
def test_nasty_bodies_are_refused(client: httpx.Client, body: bytes):
    """Other encodings, marks, halves and rests."""
    for address in ("/v1/plans", "/v1/scenarios"):
        answer = client.post(address, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text[:300]
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_other_kinds_of_content_are_refused(client: httpx.Client, kind: str):
    """415, also where the text would be JSON: a page's form cannot post it."""
    answer = client.post("/v1/plans", content=b'{"demo": "jakarta"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", f"limit={2**63}", "limit=1e3", "limit=NaN", "limit=",
        "after=%00", "after=%ff", "after=x~%27%3B", "status=done", "tag=%00", "scenario=%F0%9F%98%80",
        "scenario=" + "x" * 10_000, "after=2026~" + "x" * 500,
    ],
)  # fmt: skip
def test_nasty_parameters_are_refused(client: httpx.Client, query: str):
    """422 as a problem."""
    answer = client.get(f"/v1/plans?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "plan", ["%00", "..%2f..%2fetc%2fpasswd", "x" * 5000, "%F0%9F%98%80", "a b", "'", "%ff"]
)
def test_nasty_addresses_are_refused(client: httpx.Client, plan: str):
    """404 or 422, never a fault."""
    for address in (f"/v1/plans/{plan}", f"/v1/plans/{plan}.csv", f"/v1/scenarios/{plan}"):
        answer = client.get(address)
        assert answer.status_code in (404, 422)
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Idempotency-Key", "x" * 300),
        ("Idempotency-Key", "with space"),
        ("Last-Event-ID", "-1"),
        ("Last-Event-ID", str(2**70)),
        ("Prefer", "wait=" + "9" * 5000),
        ("If-None-Match", "x" * 5000),
    ],
)
def test_nasty_headers_are_refused(service: Service, client: httpx.Client, name: str, value: str):
    """422, or passed over; never a fault."""
    plan = service.plan(client)
    for method, address in (
        ("POST", "/v1/plans"),
        ("GET", f"/v1/plans/{plan}"),
        ("GET", f"/v1/plans/{plan}.csv"),
    ):
        answer = client.request(method, address, headers={name: value}, json={} if method == "POST" else None)
        assert answer.status_code < 500


def test_a_body_that_is_too_large_is_refused_before_it_is_read(service: Service):
    """With a length announced at once; in pieces as soon as the limit is passed."""
    most = service.settings.max_body_mb * 1_000_000
    with service.client() as client:
        answer = client.post(
            "/v1/scenarios",
            content=(b" " * 65536 for _ in range(most // 65536 + 100)),
            headers={"Content-Type": "application/json"},
        )
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_bodies_are_parsed_beside_the_loop(client: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    """A whole country takes seconds to parse; the thread that answers everybody else does not do it."""
    parse, threads = strict_json.parse, []

    def watched(body: bytes) -> Any:
        threads.append(threading.current_thread().name)
        return parse(body)

    monkeypatch.setattr(strict_json, "parse", watched)
    assert client.post("/v1/plans", json={"scenario": scenario()}).status_code == 202
    assert client.post("/v1/scenarios", json=scenario()).status_code == 201
    assert [name.partition("_")[0] for name in threads] == ["asyncio", "asyncio"]
