"""``/v1/plans``: asked for, listed, followed, stopped, discarded; `results` gives out what comes of them."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from api import forms, plan_store
from api.answers import (
    IfNoneMatch,
    IfUnchanged,
    problems,
    read_answer,
    reads,
    version_to_change,
)
from api.auth import Planner, Viewer
from api.bodies import described, read_json
from api.context import Parts
from api.database import Connection
from api.errors import Problem, invalid
from api.feeds import last_event
from api.orders import order_of
from api.plan_life import FINISHED
from api.repeats import Answer, IdempotencyKey, digest, once
from api.routers.results import RETRY, PlanId, finished
from api.routers.scenarios import After, Limit, Spoken
from api.schemas import PlanInfo, PlanPage, PlanRequest, PlanWhole, Status

router = APIRouter(prefix="/v1/plans", tags=["plans"])

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
    language: Spoken = "en",
    repeat: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Answered once the plan is stored and queued: from then on it is computed, whatever happens."""
    asked, body = await read_json(request, PlanRequest)
    if (asked.rotations is not None) != (operation == "check"):
        raise invalid("Give rotations with operation=check, and only there.", "/rotations")
    order = await order_of(parts, who, asked, operation, language)

    def store(connection: Connection) -> Answer:
        def work() -> Answer:
            plan = plan_store.queue(connection, parts.jobs, who, order, parts.settings.max_queued)
            text = json.dumps(plan_store.info(plan_store.find(connection, who, plan)))
            return Answer(202, text, {"Location": f"/v1/plans/{plan}", "Retry-After": RETRY})

        return once(connection, who, repeat, digest("plan", operation, body), work)

    answer = await parts.database.write(store)
    seconds = _wait(prefer)
    if seconds:
        plan = answer.headers["Location"].rpartition("/")[2]
        await parts.feeds.ended(plan, seconds)
        done = await parts.database.read(lambda c: finished(parts, c, who, plan))
        if done is not None:
            done.headers["Preference-Applied"] = f"wait={seconds}"
            return done
    return Response(answer.body, answer.status, answer.headers, media_type=forms.FORMS["json"])


@router.get("", operation_id="list_plans", summary="List plans", response_model=PlanPage, responses=reads())
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
    known: IfNoneMatch = None,
) -> Response:
    """The newest first."""

    def look(connection: Connection) -> str:
        rows, following = plan_store.listing(
            connection, who, limit, after, status=status, scenario=scenario, tag=tag
        )
        return json.dumps({"plans": [plan_store.info(row) for row in rows], "next": following})

    return read_answer(await parts.database.read(look), known)


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
    responses=problems(404, 409, 412),
)
async def stop(
    parts: Parts, who: Planner, plan: PlanId, version: IfUnchanged = None, repeat: IdempotencyKey = None
) -> Response:
    """Ends within moments as `stopped`, or as `completed` where the best was proven meanwhile."""
    meant = version_to_change("*" if version is None else version)

    def store(connection: Connection) -> Answer:
        def work() -> Answer:
            row = plan_store.stop(connection, who, plan, meant)
            headers = {"Location": f"/v1/plans/{plan}", "Retry-After": "1"}
            return Answer(202, json.dumps(plan_store.info(row)), headers)

        return once(connection, who, repeat, digest("stop", plan), work)

    answer = await parts.database.write(store)
    return Response(answer.body, answer.status, answer.headers, media_type=forms.FORMS["json"])


@router.delete(
    "/{plan}",
    operation_id="discard_plan",
    summary="Cancel or delete a plan",
    status_code=204,
    response_class=Response,
    responses=problems(404, 412),
)
async def discard(parts: Parts, who: Planner, plan: PlanId, version: IfUnchanged = None) -> Response:
    """A plan in the making is cancelled and nothing of it is kept; one that has ended is deleted."""
    meant = version_to_change("*" if version is None else version)
    # A worker that has begun it sees for itself that the plan is gone.
    if await parts.database.write(lambda c: plan_store.discard(c, who, plan, meant)):
        await asyncio.to_thread(parts.jobs.cancel, plan)
    return Response(status_code=204)


def _wait(prefer: str | None) -> int:
    found = _WAIT.search(prefer or "")
    return min(int(found.group(1)), _MOST_WAIT) if found else 0
