"""``/v1/plans``: asked for, followed, stopped, read in every form."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from api import demo, forms, plan_store, reading, scenario_store
from api.answers import IfNoneMatch, etag, json_answer, problems, unchanged, wanted
from api.auth import Planner, Viewer
from api.bodies import described, read_json
from api.context import Context, Parts
from api.database import Connection, fetch
from api.errors import Problem, invalid
from api.feeds import last_event
from api.forms import FORMS
from api.keys import Principal
from api.plan_life import FINISHED
from api.plan_store import Order
from api.repeats import Answer, IdempotencyKey, digest, once
from api.routers.scenarios import After, Limit
from api.schemas import (
    Figure,
    PlanCalendar,
    PlanInfo,
    PlanPage,
    PlanRequest,
    PlanWhole,
    Status,
    UnservedList,
    UnservedOf,
)
from api.size_limits import check_size
from optimizer.domain.plan import Reason
from optimizer.domain.scenario import Scenario
from optimizer.formats.reason_text import reason_text
from optimizer.formats.words import Language as SpokenIn

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PlanId = Annotated[str, Path(alias="plan", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A plan's id.")]
Suffix = Annotated[
    Literal["json", "csv", "xlsx", "ics", "geojson", "html"],
    Path(description="xlsx: workbook, html: report, csv: rotations, ics: calendar, geojson: map."),
]
Language = Annotated[SpokenIn, Query(description="Of titles, column heads and reasons; JSON is in English.")]
Spoken = Annotated[SpokenIn, Query(description="Language in which reasons are told.")]
Prefer = Annotated[
    str | None, Header(max_length=200, description="wait=10 waits so many seconds (at most 60) for the plan.")
]
_TEXT = {"type": "string"}
_EVENT = {
    "type": "object",
    "description": (
        "Each event. `event` is `status` or `progress`; `data` is JSON: of `status` an object with the "
        "plan's `status`, of `progress` a News. `id` counts them; give the last one seen as Last-Event-ID "
        "to go on from there."
    ),
    "properties": {"id": _TEXT, "event": _TEXT, "data": _TEXT, "retry": _TEXT},
}
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,3})(?:$|[,;\s])")
_MOST_WAIT = 60
_PIN = re.compile(r"^/scenario/pins/([0-9]+)")
_RETRY = "2"
_FILES: dict[str, Any] = {
    kind: {"schema": {"type": "string", "format": "binary"}} for form, kind in FORMS.items() if form != "json"
}


@router.post(
    "",
    operation_id="create_plan",
    summary="Ask for a plan",
    openapi_extra=described(PlanRequest),
    status_code=202,
    responses={
        200: {"model": PlanWhole, "description": "With Prefer: wait, when it was done in time."},
        202: {"model": PlanInfo, "description": "Accepted and stored; Location says where it will be."},
        **problems(404, 413, 415, 507),
    },
)
async def create(
    request: Request,
    parts: Parts,
    who: Planner,
    operation: Annotated[
        Literal["solve", "check"], Query(description="check judges the given rotations without solving.")
    ] = "solve",
    repeat: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Answered once the plan is stored and queued: from then on it is computed, whatever happens."""
    asked, body = await read_json(request, PlanRequest)
    if (asked.rotations is not None) != (operation == "check"):
        raise invalid("Give rotations with operation=check, and only there.", "/rotations")
    order = await _order(parts, who, asked, operation)

    def store(connection: Connection) -> Answer:
        def work() -> Answer:
            plan = plan_store.queue(connection, parts.jobs, who, order, parts.settings.max_queued)
            text = json.dumps(plan_store.info(plan_store.find(connection, who, plan)))
            return Answer(202, text, {"Location": f"/v1/plans/{plan}", "Retry-After": _RETRY})

        return once(connection, who, repeat, digest("plan", operation, body), work)

    answer = await parts.database.write(store)
    seconds = _wait(prefer)
    if seconds:
        plan = answer.headers["Location"].rpartition("/")[2]
        await parts.feeds.ended(plan, seconds)
        done = await parts.database.read(lambda c: _finished(parts, c, who, plan))
        if done is not None:
            done.headers["Preference-Applied"] = f"wait={seconds}"
            return done
    return Response(answer.body, answer.status, answer.headers, media_type=forms.FORMS["json"])


@router.get(
    "", operation_id="list_plans", summary="List plans", response_model=PlanPage, responses=problems()
)
async def listing(
    parts: Parts,
    who: Viewer,
    status: Annotated[Status | None, Query(description="Only plans that stand so.")] = None,
    scenario: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Only plans of this stored scenario.")
    ] = None,
    tag: Annotated[
        str | None,
        Query(
            min_length=1, max_length=64, pattern=r"^[^\x00-\x1f,]+$", description="Only plans with this tag."
        ),
    ] = None,
    limit: Limit = 20,
    after: After = None,
) -> Response:
    """The newest first."""

    def look(connection: Connection) -> str:
        rows, following = plan_store.listing(
            connection, who, limit, after, status=status, scenario=scenario, tag=tag
        )
        return json.dumps({"plans": [plan_store.info(row) for row in rows], "next": following})

    return json_answer(await parts.database.read(look))


@router.get(
    "/{plan}.{suffix}",
    operation_id="download_plan",
    summary="Download a plan",
    response_class=Response,
    responses={
        200: {
            "content": {**_FILES, "application/json": {"schema": {"$ref": "#/components/schemas/PlanWhole"}}}
        },
        304: {"description": "Unchanged."},
        **problems(404, 409, 410),
    },
)
async def download(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    suffix: Suffix,
    language: Language = "en",
    known: IfNoneMatch = None,
) -> Response:
    """A form by its suffix, as a file to save."""
    answer = await _in_form(parts, who, plan, suffix, language, known)
    if answer.status_code == 200:
        answer.headers["Content-Disposition"] = f'attachment; filename="{plan}.{suffix}"'
    return answer


@router.api_route("/{plan}.{suffix}", methods=["DELETE", "PATCH", "POST", "PUT"], include_in_schema=False)
async def not_a_file_to_change(suffix: Suffix) -> None:  # noqa: ARG001 - it makes the address match
    """A form is read only; without this the plan itself would be looked for under the file's name."""
    raise HTTPException(405)


@router.get(
    "/{plan}",
    operation_id="read_plan",
    summary="Read a plan",
    responses={
        200: {"model": PlanWhole, "description": "As JSON, or in the form that Accept asks for."},
        304: {"description": "Unchanged."},
        **problems(404, 406, 409, 410),
    },
)
async def read(
    request: Request,
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    language: Language = "en",
    known: IfNoneMatch = None,
) -> Response:
    """In the form that Accept asks for, JSON by default; while it is in the making, the best so far."""
    kind = wanted(request, list(FORMS.values()))
    form = next(form for form, offered in FORMS.items() if offered == kind)
    return await _in_form(parts, who, plan, form, language, known)


@router.get(
    "/{plan}/events",
    operation_id="follow_plan",
    summary="Follow a plan",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {"schema": _EVENT}}},
        **problems(404, 410),
    },
)
async def follow(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    last: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID", pattern=r"^[0-9]{1,9}$", description="Begin after this event; all without."
        ),
    ] = None,
) -> Response:
    """Server-sent events: `status` and `progress`, until the plan has ended."""
    after = int(last) if last else 0

    def look(connection: Connection) -> None:
        row = plan_store.kept(connection, who, plan)
        if row.status in FINISHED and not (last and after < last_event(connection, plan)):
            raise Problem("ended", f"The plan is {row.status}.")

    await parts.database.read(look)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(parts.feeds.follow(plan, after), headers=headers, media_type="text/event-stream")


@router.post(
    "/{plan}/stop",
    operation_id="stop_plan",
    summary="Stop a plan and keep the best",
    status_code=202,
    response_model=PlanInfo,
    responses=problems(404, 409),
)
async def stop(parts: Parts, who: Planner, plan: PlanId) -> Response:
    """Ends within moments as `stopped`, or as `completed` where the best was proven meanwhile."""
    row = await parts.database.write(lambda c: plan_store.stop(c, who, plan))
    return json_answer(json.dumps(plan_store.info(row)), 202, Location=f"/v1/plans/{plan}", Retry_After="1")


@router.delete(
    "/{plan}",
    operation_id="discard_plan",
    summary="Cancel or delete a plan",
    status_code=204,
    response_class=Response,
    responses=problems(404),
)
async def discard(parts: Parts, who: Planner, plan: PlanId) -> Response:
    """A plan in the making is cancelled and nothing of it is kept; one that has ended is deleted."""
    # A worker that has begun it sees for itself that the plan is gone.
    if await parts.database.write(lambda c: plan_store.discard(c, who, plan)):
        await asyncio.to_thread(parts.jobs.cancel, plan)
    return Response(status_code=204)


@router.get(
    "/{plan}/unserved",
    operation_id="read_unserved",
    summary="Who is not served, and why",
    response_model=UnservedList,
    responses=problems(404, 409, 410),
)
async def unserved(parts: Parts, who: Viewer, plan: PlanId, language: Spoken = "en") -> Response:
    """Every request of which people are left over."""
    rows = await parts.database.read(lambda c: _unserved(c, who, plan, language))
    return json_answer(json.dumps({"unserved": rows}))


@router.get(
    "/{plan}/unserved/{request}",
    operation_id="read_unserved_request",
    summary="Why a request is not served",
    response_model=UnservedOf,
    responses=problems(404, 409, 410),
)
async def unserved_request(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    wanted_request: Annotated[str, Path(alias="request", min_length=1, max_length=64, description="Its id.")],
    language: Spoken = "en",
) -> Response:
    """404 when nobody of it is left over."""
    rows = await parts.database.read(lambda c: _unserved(c, who, plan, language))
    for row in rows:
        if row["request"] == wanted_request:
            return json_answer(json.dumps(row))
    raise Problem("not-found", "Nobody of this request is left over, or there is no such request.")


@router.get(
    "/{plan}/figures/{figure}",
    operation_id="read_figure",
    summary="A figure of a plan",
    response_model=Figure,
    responses=problems(404, 409, 410),
)
async def figure(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    figure: Annotated[Literal["gantt", "map", "coverage"], Path(description="Which figure.")],
    language: Language = "en",
) -> Response:
    """As plotly.js draws it."""
    row = await parts.database.read(lambda c: _with_result(c, who, plan))
    return json_answer(await forms.made(parts.database, row, figure, language))


@router.get(
    "/{plan}/calendar",
    operation_id="read_plan_calendar",
    summary="A plan day by day",
    response_model=PlanCalendar,
    responses=problems(404, 409, 410),
)
async def calendar(parts: Parts, who: Viewer, plan: PlanId) -> Response:
    """What each day is, what each day of a stay counts, and what the units' days go into."""
    row = await parts.database.read(lambda c: _with_result(c, who, plan))
    return json_answer(await forms.made(parts.database, row, "calendar", "en"))


@router.get(
    "/{plan}/scenario",
    operation_id="read_plan_scenario",
    summary="The scenario of a plan",
    response_model=Scenario,
    responses=problems(404, 410),
)
async def scenario_of(parts: Parts, who: Viewer, plan: PlanId) -> Response:
    """As it was when the plan was asked for, its rates and pins included; ready to be posted again."""

    def look(connection: Connection) -> bytes:
        return fetch(connection, plan_store.kept(connection, who, plan).content)

    return json_answer(await parts.database.read(look))


async def _order(parts: Context, who: Principal, asked: PlanRequest, operation: str) -> Order:
    scenario, version = asked.scenario, None
    if asked.scenario_id is not None:
        stored = asked.scenario_id

        def look(connection: Connection) -> tuple[bytes, int]:
            row = scenario_store.find(connection, who, stored)
            return fetch(connection, row.content), row.version

        content, version = await parts.database.read(look)
        scenario = Scenario.model_validate_json(content)
    elif asked.demo is not None:
        scenario = await asyncio.to_thread(demo.scenario, asked.demo)
    assert scenario is not None
    if asked.objective is not None or asked.pins:
        scenario = scenario.replace(
            objective=asked.objective or scenario.objective, pins=(*scenario.pins, *asked.pins)
        )
    check_size(parts.settings, scenario, asked.time_limit)
    if asked.scenario is not None or asked.pins:
        await asyncio.to_thread(_judge, scenario, len(scenario.pins) - len(asked.pins))
    return Order(
        operation=operation,
        name=asked.name,
        tags=asked.tags,
        scenario_name=scenario.name,
        scenario=asked.scenario_id,
        scenario_version=version,
        content=await asyncio.to_thread(reading.packed, scenario),
        options={
            "time_limit": asked.time_limit,
            "gap": asked.gap,
            "seed": asked.seed,
            "deterministic": asked.deterministic,
            "objective": {name: str(value) for name, value in scenario.objective},
        },
        priority=asked.priority,
        drafts=None
        if asked.rotations is None
        else json.dumps([draft.model_dump(mode="json") for draft in asked.rotations]).encode(),
    )


def _judge(scenario: Scenario, own_pins: int) -> None:
    """Whether all fits together; issues of pins that came beside the scenario point there."""
    try:
        reading.judged(scenario, "/scenario")
    except Problem as problem:
        problem.issues = [
            issue.model_copy(update={"pointer": _PIN.sub(partial(_beside, own_pins), issue.pointer)})
            for issue in problem.issues
        ]
        raise


def _beside(own_pins: int, pin: re.Match[str]) -> str:
    number = int(pin.group(1)) - own_pins
    return f"/pins/{number}" if number >= 0 else pin.group(0)


async def _in_form(
    parts: Context, who: Principal, plan: str, form: str, language: str, known: str | None
) -> Response:
    if form == "json":
        return await parts.database.read(lambda c: _as_json(parts, c, who, plan, known))
    row = await parts.database.read(lambda c: _with_result(c, who, plan))
    tag = etag(f"{row.version}-{form}-{language}")
    same = unchanged(known, tag)
    if same is not None:
        return same
    body = await forms.made(parts.database, row, form, language)
    return Response(body, headers={"ETag": tag, "Vary": "Accept"}, media_type=FORMS[form])


def _as_json(
    parts: Context, connection: Connection, who: Principal, plan: str, known: str | None
) -> Response:
    status, version = plan_store.state(connection, who, plan)
    same = unchanged(known, etag(version))
    if same is not None:
        return same
    body = parts.bodies.get(plan, version)
    if body is None:
        row = plan_store.kept(connection, who, plan)
        status, version = row.status, row.version
        body = plan_store.whole(connection, row)
        parts.bodies.put(plan, version, body)
    answer = json_answer(body, ETag=etag(version), Vary="Accept")
    if status not in FINISHED:
        answer.headers["Retry-After"] = _RETRY
    return answer


def _finished(parts: Context, connection: Connection, who: Principal, plan: str) -> Response | None:
    status, _ = plan_store.state(connection, who, plan)
    if status not in ("completed", "stopped", "failed"):
        return None
    return _as_json(parts, connection, who, plan, None)


def _with_result(connection: Connection, who: Principal, plan: str) -> Any:
    row = plan_store.kept(connection, who, plan)
    if row.result is None:
        raise Problem("state", f"The plan is {row.status}; there is no finished plan to show.")
    return row


def _unserved(connection: Connection, who: Principal, plan: str, language: SpokenIn) -> Any:
    """The unserved of a plan, their reasons said in a language."""
    rows = json.loads(fetch(connection, _with_result(connection, who, plan).result))["unserved"]
    for reason in (reason for row in rows for reason in row["reasons"]):
        reason["text"] = reason_text(Reason.model_validate(reason), language)
    return rows


def _wait(prefer: str | None) -> int:
    found = _WAIT.search(prefer or "")
    return min(int(found.group(1)), _MOST_WAIT) if found else 0
