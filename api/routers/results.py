"""``/v1/plans/{plan}``: what a plan has come to, in every form; why not, figures, its days, its scenario."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import Response

from api import forms, plan_store
from api.answers import ETAG, JSON, IfNoneMatch, etag, json_answer, read_answer, reads, unchanged, wanted
from api.auth import Viewer
from api.context import Context, Parts
from api.database import Connection, fetch
from api.errors import Problem
from api.forms import FORMS
from api.keys import Principal
from api.plan_life import FINISHED
from api.schemas import Figure, PlanCalendar, PlanWhole, UnservedList, UnservedOf
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
#: Seconds after which it is worth asking again for a plan in the making.
RETRY = "2"
_FILES: dict[str, Any] = {
    kind: {"schema": {"type": "string", "format": "binary"}} for form, kind in FORMS.items() if form != "json"
}


@router.get(
    "/{plan}.{suffix}",
    operation_id="download_plan",
    summary="Download a plan",
    response_class=Response,
    responses={
        **reads(404, 409, 410),
        200: {
            "content": {**_FILES, "application/json": {"schema": {"$ref": "#/components/schemas/PlanWhole"}}},
            "headers": ETAG,
        },
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
        **reads(404, 406, 409, 410),
        200: {
            "model": PlanWhole,
            "description": "As JSON, or in the form that Accept asks for.",
            "headers": ETAG,
        },
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
    "/{plan}/unserved",
    operation_id="read_unserved",
    summary="Who is not served, and why",
    response_model=UnservedList,
    responses=reads(404, 409, 410),
)
async def unserved(
    parts: Parts, who: Viewer, plan: PlanId, language: Spoken = "en", known: IfNoneMatch = None
) -> Response:
    """Every request of which people are left over."""
    rows = await parts.database.read(lambda c: _unserved(c, who, plan, language))
    return read_answer(json.dumps({"unserved": rows}), known)


@router.get(
    "/{plan}/unserved/{request}",
    operation_id="read_unserved_request",
    summary="Why a request is not served",
    response_model=UnservedOf,
    responses=reads(404, 409, 410),
)
async def unserved_request(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    wanted_request: Annotated[str, Path(alias="request", min_length=1, max_length=64, description="Its id.")],
    language: Spoken = "en",
    known: IfNoneMatch = None,
) -> Response:
    """404 when nobody of it is left over."""
    rows = await parts.database.read(lambda c: _unserved(c, who, plan, language))
    for row in rows:
        if row["request"] == wanted_request:
            return read_answer(json.dumps(row), known)
    raise Problem("not-found", "Nobody of this request is left over, or there is no such request.")


@router.get(
    "/{plan}/figures/{figure}",
    operation_id="read_figure",
    summary="A figure of a plan",
    response_model=Figure,
    responses=reads(404, 409, 410),
)
async def figure(
    parts: Parts,
    who: Viewer,
    plan: PlanId,
    figure: Annotated[Literal["gantt", "map", "coverage"], Path(description="Which figure.")],
    language: Language = "en",
    known: IfNoneMatch = None,
) -> Response:
    """As plotly.js draws it."""
    return await _in_form(parts, who, plan, figure, language, known)


@router.get(
    "/{plan}/calendar",
    operation_id="read_plan_calendar",
    summary="A plan day by day",
    response_model=PlanCalendar,
    responses=reads(404, 409, 410),
)
async def calendar(parts: Parts, who: Viewer, plan: PlanId, known: IfNoneMatch = None) -> Response:
    """What each day is, what each day of a stay counts, and what the units' days go into."""
    return await _in_form(parts, who, plan, "calendar", "en", known)


@router.get(
    "/{plan}/scenario",
    operation_id="read_plan_scenario",
    summary="The scenario of a plan",
    response_model=Scenario,
    responses=reads(404, 410),
)
async def scenario_of(parts: Parts, who: Viewer, plan: PlanId, known: IfNoneMatch = None) -> Response:
    """As it was when the plan was asked for, its rates and pins included; ready to be posted again."""

    def look(connection: Connection) -> bytes:
        return fetch(connection, plan_store.kept(connection, who, plan).content)

    return read_answer(await parts.database.read(look), known)


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
    return Response(body, headers={"ETag": tag, "Vary": "Accept"}, media_type=FORMS.get(form, JSON))


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
        answer.headers["Retry-After"] = RETRY
    return answer


def finished(parts: Context, connection: Connection, who: Principal, plan: str) -> Response | None:
    """The answer of a plan that has ended and is kept; None of any other."""
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
