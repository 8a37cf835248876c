"""``/v1/scenarios``: stored, validated, changed by version."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api import plan_store, reading, scenario_store
from api.answers import (
    ETAG,
    IfMatch,
    IfNoneMatch,
    etag,
    json_answer,
    problems,
    read_answer,
    reads,
    unchanged,
    version_to_change,
)
from api.auth import Planner, Viewer
from api.bodies import content_type, described
from api.context import Parts
from api.database import fetch
from api.errors import changed
from api.reading import XLSX, ZIP
from api.repeats import Answer, IdempotencyKey, digest, once
from api.schemas import ScenarioInfo, ScenarioPage, ScenarioWhole, Validation
from api.tables import scenarios
from optimizer.domain.scenario import Scenario
from optimizer.formats.words import Language

router = APIRouter(prefix="/v1/scenarios", tags=["scenarios"])

ScenarioId = Annotated[
    str, Path(alias="scenario", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A stored scenario's id.")
]
Spoken = Annotated[Language, Query(description="Language in which issues are told.")]
DryRun = Annotated[bool, Query(description="Only validate; nothing is stored.")]
Limit = Annotated[int, Query(ge=1, le=100, description="Most rows of the page.")]
After = Annotated[
    str | None,
    Query(max_length=120, pattern=r"^[0-9A-Za-z:.~_-]+$", description="The `next` of the page before."),
]
_BODY = described(Scenario, binary=(ZIP, XLSX))


@router.post(
    "",
    operation_id="create_scenario",
    summary="Store a scenario",
    openapi_extra=_BODY,
    status_code=201,
    responses={
        200: {"model": Validation, "description": "With dry_run: it could be stored."},
        201: {"model": ScenarioInfo, "headers": ETAG},
        **problems(413, 415, 507),
    },
)
async def create(
    request: Request,
    parts: Parts,
    who: Planner,
    repeat: IdempotencyKey = None,
    dry_run: DryRun = False,
    language: Spoken = "en",
) -> Response:
    """JSON, a zip archive of the CSV files, or a workbook; all issues are told at once, up to 100."""
    body = await request.body()
    kind = content_type(request)
    found = await reading.read(kind, body, language)
    if dry_run:
        return _dry(found)
    packed = await asyncio.to_thread(reading.packed, found.scenario)

    def store(connection: sa.Connection) -> Answer:
        def work() -> Answer:
            row = scenario_store.create(connection, who, found.scenario.name, packed)
            headers = {"Location": f"/v1/scenarios/{row.id}", "ETag": etag(row.version)}
            return Answer(201, json.dumps(scenario_store.info(connection, row)), headers)

        return once(connection, who, repeat, digest("scenario", kind, body), work)

    answer = await parts.database.write(store)
    return Response(answer.body, answer.status, answer.headers, media_type=reading.JSON)


@router.get(
    "",
    operation_id="list_scenarios",
    summary="List scenarios",
    response_model=ScenarioPage,
    responses=reads(),
)
async def listing(
    parts: Parts, who: Viewer, limit: Limit = 20, after: After = None, known: IfNoneMatch = None
) -> Response:
    """The newest first."""

    def look(connection: sa.Connection) -> str:
        query = sa.select(scenarios).where(scenarios.c.workspace == who.workspace)
        rows, following = plan_store.page(connection, query, scenarios, limit, after)
        return json.dumps(
            {"scenarios": [scenario_store.info(connection, row) for row in rows], "next": following}
        )

    return read_answer(await parts.database.read(look), known)


@router.get(
    "/{scenario}",
    operation_id="read_scenario",
    summary="Read a scenario",
    response_model=ScenarioWhole,
    responses=reads(404),
)
async def read(parts: Parts, who: Viewer, scenario: ScenarioId, known: IfNoneMatch = None) -> Response:
    """Its newest version, with an ETag for changing it."""

    def look(connection: sa.Connection) -> Response:
        row = scenario_store.find(connection, who, scenario)
        same = unchanged(known, etag(row.version))
        if same is not None:
            return same
        head = json.dumps(scenario_store.info(connection, row))
        content = fetch(connection, row.content).decode()
        return json_answer(f'{head[:-1]}, "scenario": {content}}}', ETag=etag(row.version))

    return await parts.database.read(look)


@router.put(
    "/{scenario}",
    operation_id="change_scenario",
    summary="Change a scenario",
    openapi_extra=_BODY,
    response_model=ScenarioInfo,
    responses={200: {"headers": ETAG}, **problems(404, 412, 413, 415, 428, 507)},
)
async def change(
    request: Request,
    parts: Parts,
    who: Planner,
    scenario: ScenarioId,
    version: IfMatch = None,
    language: Spoken = "en",
) -> Response:
    """Stores the next version; If-Match names the one that it was made from."""
    row = await parts.database.read(lambda c: scenario_store.find(c, who, scenario))
    number = version_to_change(version) or row.version
    if row.version != number:
        raise changed(row.version)
    found = await reading.read(content_type(request), await request.body(), language)
    packed = await asyncio.to_thread(reading.packed, found.scenario)

    def store(connection: sa.Connection) -> tuple[str, int]:
        row = scenario_store.change(connection, who, scenario, number, found.scenario.name, packed)
        return json.dumps(scenario_store.info(connection, row)), row.version

    text, newest = await parts.database.write(store)
    return json_answer(text, ETag=etag(newest))


@router.delete(
    "/{scenario}",
    operation_id="delete_scenario",
    summary="Delete a scenario",
    status_code=204,
    response_class=Response,
    responses=problems(404, 412, 428),
)
async def delete(parts: Parts, who: Planner, scenario: ScenarioId, version: IfMatch = None) -> Response:
    """All versions; plans made for it stay as they are."""
    row = await parts.database.read(lambda c: scenario_store.find(c, who, scenario))
    number = version_to_change(version) or row.version
    await parts.database.write(lambda c: scenario_store.delete(c, who, scenario, number))
    return Response(status_code=204)


def _dry(found: reading.Reading) -> Response:
    answer = Validation(
        valid=True,
        name=found.scenario.name,
        sizes=scenario_store.sizes(found.scenario),
        issues=found.issues,
    )
    return json_answer(answer.model_dump_json())
