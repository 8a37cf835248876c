"""Demo data, comparison, health, metrics, audit: what belongs to no single plan."""

from __future__ import annotations

import asyncio
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query
from fastapi import Path as InPath
from fastapi.responses import Response

from api import demo, metrics, plan_store, reading
from api.answers import ETAG, IfNoneMatch, json_answer, problems, read_answer, reads
from api.auth import Admin, Scraper, Viewer
from api.context import Parts
from api.database import Connection, fetch
from api.errors import Problem
from api.forms import FORMS
from api.presence import present
from api.schemas import AuditPage, Comparison, DemoList, Health
from api.tables import audit
from optimizer import __version__
from optimizer.domain.scenario import Scenario
from optimizer.formats.template import template

router = APIRouter()

WORKBOOK = FORMS["xlsx"]

PlanOf = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A finished plan's id.")]


@router.get(
    "/v1/compare",
    operation_id="compare_plans",
    tags=["plans"],
    summary="Two plans side by side",
    response_model=Comparison,
    responses=reads(404, 409, 410),
)
async def compare(parts: Parts, who: Viewer, a: PlanOf, b: PlanOf, known: IfNoneMatch = None) -> Response:
    """Score, coverage and kilometres of both, and the rotations that only one has."""

    def look(connection: Connection) -> str:
        rows = [plan_store.kept(connection, who, plan) for plan in (a, b)]
        for row in rows:
            if row.result is None:
                raise Problem("state", f"The plan {row.id} is {row.status}; there is nothing to compare.")
        plans = [json.loads(fetch(connection, row.result)) for row in rows]
        rotations = [{_same(one): one for one in plan["rotations"]} for plan in plans]
        only = [
            [one for key, one in mine.items() if key not in other]
            for mine, other in (rotations, rotations[::-1])
        ]
        return json.dumps(
            {
                "a": _side(rows[0], plans[0]),
                "b": _side(rows[1], plans[1]),
                "same_scenario": _without_pins(connection, rows[0]) == _without_pins(connection, rows[1]),
                "kept": len(rotations[0].keys() & rotations[1].keys()),
                "only_a": only[0],
                "only_b": only[1],
            }
        )

    return read_answer(await parts.database.read(look), known)


@router.get(
    "/v1/demo-data",
    operation_id="list_demos",
    tags=["demo data"],
    summary="Names of the demo scenarios",
    response_model=DemoList,
    responses=reads(),
)
async def demos(_who: Viewer, known: IfNoneMatch = None) -> Response:
    """To be planned by name, or read and changed."""
    return read_answer(DemoList(demos=demo.names()).model_dump_json(), known)


@router.get(
    "/v1/demo-data/{name}",
    operation_id="read_demo",
    tags=["demo data"],
    summary="A demo scenario",
    response_model=Scenario,
    responses=reads(404),
)
async def demo_data(
    _who: Viewer,
    name: Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="One of the names.")],
    known: IfNoneMatch = None,
) -> Response:
    """As JSON, ready to be posted."""
    scenario = await asyncio.to_thread(demo.scenario, name)
    return read_answer(await asyncio.to_thread(reading.packed, scenario), known)


@router.get(
    "/v1/template",
    operation_id="read_template",
    tags=["scenarios"],
    summary="An empty scenario to fill in",
    response_class=Response,
    responses={
        **reads(),
        200: {
            "content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}},
            "headers": ETAG,
        },
    },
)
async def empty_scenario(_who: Viewer, known: IfNoneMatch = None) -> Response:
    """A workbook with every table and column, each explained; filled in, it is ready to be posted."""
    answer = read_answer(await asyncio.to_thread(_template), known, WORKBOOK)
    answer.headers["Content-Disposition"] = 'attachment; filename="scenario.xlsx"'
    return answer


# A workbook holds the moment of its making: one is made, so that its ETag stays.
@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="mtu-") as folder:
        path = Path(folder) / "scenario.xlsx"
        template(path)
        return path.read_bytes()


@router.get(
    "/v1/audit",
    operation_id="list_audit",
    tags=["service"],
    summary="Who changed what",
    response_model=AuditPage,
    responses=reads(),
)
async def changes(
    parts: Parts,
    who: Admin,
    limit: Annotated[int, Query(ge=1, le=100, description="Most rows of the page.")] = 20,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="The `next` of the page before.")
    ] = None,
    known: IfNoneMatch = None,
) -> Response:
    """The newest first; each row's hash covers the row before it."""

    def look(connection: Connection) -> str:
        query = sa.select(audit).where(audit.c.workspace == who.workspace)
        if before is not None:
            query = query.where(audit.c.number < before)
        found = connection.execute(query.order_by(audit.c.number.desc()).limit(limit + 1)).mappings().all()
        rows = [{**row, "detail": json.loads(row["detail"])} for row in found[:limit]]
        for row in rows:
            del row["workspace"]
        following = rows[-1]["number"] if len(found) > limit else None
        return json.dumps({"rows": rows, "next": following})

    return read_answer(await parts.database.read(look), known)


@router.get("/health/live", operation_id="live", tags=["service"], summary="Whether the service runs")
async def live() -> Health:
    """Needs no key and no database."""
    return Health(status="ok", version=__version__)


@router.get(
    "/health/ready",
    operation_id="ready",
    tags=["service"],
    summary="Whether the service can do its work",
    responses={200: {"model": Health}, 503: {"model": Health, "description": "It cannot, for now."}},
)
async def ready(parts: Parts) -> Response:
    """The database answers, and a worker is there to compute plans."""
    database, workers = True, 0
    try:
        await parts.database.read(lambda c: c.execute(sa.text("SELECT 1")).scalar_one())
        workers = await asyncio.to_thread(present, parts.database)
    except sa.exc.SQLAlchemyError:
        database = False
    good = database and (workers > 0) and not parts.feeds.closing
    body = Health(
        status="ok" if good else "degraded", version=__version__, database=database, workers=workers
    )
    return json_answer(body.model_dump_json(), 200 if good else 503)


@router.get(
    "/metrics",
    operation_id="metrics",
    tags=["service"],
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **problems()},
)
async def figures(_who: Scraper, parts: Parts) -> Response:
    """Needs the role admin, unless the settings say otherwise."""
    body = await asyncio.to_thread(metrics.exposition, parts.database, parts.feeds)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _same(rotation: dict[str, Any]) -> tuple[str, str, str]:
    return rotation["request"], rotation["unit"], rotation["start"]


def _without_pins(connection: Connection, row: Any) -> dict[str, Any]:
    """The scenario and rates of a plan; planning again around locks changes its pins alone."""
    scenario: dict[str, Any] = json.loads(fetch(connection, row.content))
    scenario.pop("pins", None)
    return scenario


def _side(row: Any, plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "score": row.score,
        "bound": row.bound,
        "gap": row.gap,
        "proof": row.proof,
        "people": sum(one["people"] for one in plan["rotations"]),
        "km": round(sum(unit["km"] for unit in plan["units"]), 3),
        "rotations": len(plan["rotations"]),
        "score_parts": plan["score_parts"],
        "coverage": {city["city"]: city["coverage"] for city in plan["cities"]},
    }
