"""Plans as the service's side sees them: put in the queue, found, listed, told, deleted."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from api import audit, plan_life
from api.database import Connection, fetch, keep, stamp
from api.errors import Problem, changed, invalid
from api.jobs import Jobs, is_queued
from api.keys import Principal
from api.tables import events, exports, plans

#: Turns between two priorities; nine times as many still count as 32 bits.
_STEP = 200_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """A plan to be queued; everything in it is validated."""

    operation: str
    name: str
    tags: tuple[str, ...]
    scenario_name: str
    scenario: str | None
    scenario_version: int | None
    content: bytes
    options: dict[str, Any]
    priority: int
    drafts: bytes | None


def queue(connection: Connection, jobs: Jobs, who: Principal, order: Order, most: int) -> str:
    """
    Store a plan and queue it, in one transaction; gives its id.

    Priority goes first. Among equals workspaces take turns, so that who asks for much does
    not keep out who asks for little: a plan's turn is one after the last of its workspace,
    and never before one that has begun, so that who asks again and again overtakes nobody.

    Raises
    ------
    Problem
        ``queue-full`` when the workspace has too many plans waiting.
    """
    mine = (plans.c.workspace == who.workspace, plans.c.status.in_(plan_life.UNFINISHED))
    waiting = connection.execute(sa.select(sa.func.count()).select_from(plans).where(*mine)).scalar_one()
    if waiting >= most:
        raise Problem(
            "queue-full", f"{waiting} plans are waiting; at most {most} may.", headers={"Retry-After": "30"}
        )
    plan = f"pl_{secrets.token_hex(12)}"
    last = sa.func.coalesce(sa.func.max(plans.c.turn), 0)
    equals = plans.c.priority == order.priority
    begun = connection.execute(sa.select(last).where(equals, plans.c.attempt > 0)).scalar_one()
    own = connection.execute(sa.select(last).where(equals, *mine)).scalar_one()
    turn = max(begun, own) + 1
    connection.execute(
        sa.insert(plans).values(
            id=plan,
            workspace=who.workspace,
            name=order.name,
            tags=json.dumps(order.tags),
            operation=order.operation,
            status="queued",
            scenario=order.scenario,
            scenario_version=order.scenario_version,
            content=keep(connection, order.content),
            options=json.dumps({**order.options, "scenario_name": order.scenario_name}),
            drafts=None if order.drafts is None else keep(connection, order.drafts),
            priority=order.priority,
            turn=turn,
            created_at=stamp(),
            created_by=who.actor,
            attempt=0,
            version=1,
            proof="none",
        )
    )
    jobs.enqueue(connection, plan, _place(order.priority, turn))
    plan_life.add_event(connection, plan, "status", {"status": "queued"})
    audit.record(connection, who.workspace, who.actor, f"plan.{order.operation}", plan)
    return plan


def requeue_forgotten(connection: Connection, jobs: Jobs) -> list[str]:
    """
    Queue again what has not ended although the queue is done with it; gives their ids.

    None is there as long as all goes well: a plan and its place are stored, and it ends before
    its place does. This mends what a fault has left, such as a storage that failed oddly.
    """
    forgotten = sa.select(plans.c.id, plans.c.priority, plans.c.turn).where(
        plans.c.status.in_(plan_life.UNFINISHED), ~is_queued(connection, plans.c.id)
    )
    rows = connection.execute(forgotten).all()
    for row in rows:
        jobs.enqueue_again(connection, row.id, _place(row.priority, row.turn))
    return [row.id for row in rows]


def _place(priority: int, turn: int) -> int:
    return priority * _STEP + min(turn, _STEP - 1)


def find(connection: Connection, who: Principal, plan: str) -> Any:
    """
    A plan's row.

    Raises
    ------
    Problem
        ``not-found`` when there is none in this workspace.
    """
    row = connection.execute(
        sa.select(plans).where(plans.c.id == plan, plans.c.workspace == who.workspace)
    ).first()
    if row is None:
        raise Problem("not-found", "There is no such plan here.")
    return row


# Made once: who reads a plan a thousand times a second asks nothing but this.
_STATE = sa.select(plans.c.status, plans.c.version).where(
    plans.c.id == sa.bindparam("plan"), plans.c.workspace == sa.bindparam("workspace")
)


def state(connection: Connection, who: Principal, plan: str) -> tuple[str, int]:
    """
    Status and version of a plan that was not cancelled.

    Raises
    ------
    Problem
        As for `kept`.
    """
    row = connection.execute(_STATE, {"plan": plan, "workspace": who.workspace}).first()
    if row is None or row.status == "cancelled":
        row = kept(connection, who, plan)
    return row.status, row.version


def kept(connection: Connection, who: Principal, plan: str) -> Any:
    """
    The row of a plan that was not cancelled.

    Raises
    ------
    Problem
        ``discarded`` when it was; ``not-found`` as for `find`.
    """
    row = find(connection, who, plan)
    if row.status == "cancelled":
        raise Problem("discarded", "The plan was cancelled, and nothing of it is kept.")
    return row


def listing(
    connection: Connection,
    who: Principal,
    limit: int,
    after: str | None,
    *,
    status: str | None = None,
    scenario: str | None = None,
    tag: str | None = None,
) -> tuple[list[Any], str | None]:
    """Plans, the newest first, and where the next page begins."""
    query = sa.select(plans).where(plans.c.workspace == who.workspace)
    if status is not None:
        query = query.where(plans.c.status == status)
    if scenario is not None:
        query = query.where(plans.c.scenario == scenario)
    if tag is not None:
        # Tags are a JSON list of texts, so a tag stands there in its quotes.
        query = query.where(plans.c.tags.contains(json.dumps(tag), autoescape=True))
    return page(connection, query, plans, limit, after)


def page(
    connection: Connection, query: sa.Select[Any], table: sa.Table, limit: int, after: str | None
) -> tuple[list[Any], str | None]:
    """
    Rows, the newest first, and where the next page begins.

    Raises
    ------
    Problem
        ``invalid`` when ``after`` is not one of ours.
    """
    if after is not None:
        moment, _, last = after.partition("~")
        if not last:
            raise invalid("Not the `next` of a page.", "/query/after")
        query = query.where(sa.tuple_(table.c.created_at, table.c.id) < sa.tuple_(moment, last))
    rows = list(
        connection.execute(query.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(limit + 1))
    )
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], f"{rows[limit - 1].created_at}~{rows[limit - 1].id}"


def info(row: Any) -> dict[str, Any]:
    """What is told about a plan without its rotations."""
    options = json.loads(row.options)
    name = options.pop("scenario_name")
    return {
        "id": row.id,
        "name": row.name,
        "tags": json.loads(row.tags),
        "operation": row.operation,
        "status": row.status,
        "proof": row.proof,
        "scenario": {"name": name, "id": row.scenario, "version": row.scenario_version},
        "options": options,
        "priority": row.priority,
        "version": row.version,
        "attempt": row.attempt,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "progress": json.loads(row.progress) if row.progress else None,
        "score": row.score,
        "bound": row.bound,
        "gap": row.gap,
        "violations": json.loads(row.violations) if row.violations else None,
        "error": row.error,
        "warning": row.warning,
    }


def whole(connection: Connection, row: Any) -> bytes:
    """A plan as the service answers it; the plan itself goes through as it was written."""
    head = json.dumps(info(row), ensure_ascii=False)
    plan = fetch(connection, row.result).decode() if row.result else "null"
    best = fetch(connection, row.best).decode() if row.best else "null"
    return f'{head[:-1]}, "plan": {plan.rstrip()}, "best_rotations": {best}}}'.encode()


def stop(connection: Connection, who: Principal, plan: str, version: int | None = None) -> Any:
    """
    Ask a plan to end with the best it has; gives its row.

    Raises
    ------
    Problem
        ``state`` when it has ended; as for `_meant`.
    """
    row = _meant(connection, who, plan, version)
    if not plan_life.ask_to_stop(connection, plan):
        raise Problem(
            "state", f"The plan is {row.status}; only one that is queued or running can be stopped."
        )
    audit.record(connection, who.workspace, who.actor, "plan.stop", plan)
    return find(connection, who, plan)


def discard(connection: Connection, who: Principal, plan: str, version: int | None = None) -> bool:
    """
    Cancel a plan that has not ended, delete one that has; tells whether it was still queued.

    Raises
    ------
    Problem
        As for `_meant`.
    """
    row = _meant(connection, who, plan, version)
    if not plan_life.cancel(connection, plan):
        remove(connection, plan)
    audit.record(connection, who.workspace, who.actor, "plan.discard", plan)
    return bool(row.status == "queued")


def _meant(connection: Connection, who: Principal, plan: str, version: int | None) -> Any:
    """
    The row of a plan that is to be changed, held until the transaction ends.

    Raises
    ------
    Problem
        ``changed`` when another version is meant than stands there; ``not-found`` as for `find`.
    """
    connection.execute(sa.select(plans.c.id).where(plans.c.id == plan).with_for_update())
    row = find(connection, who, plan)
    if version is not None and version != row.version:
        raise changed(row.version)
    return row


def remove(connection: Connection, plan: str) -> None:
    """Delete a plan's rows; contents that nobody names any more go with the next clean-up."""
    connection.execute(sa.delete(plans).where(plans.c.id == plan))
    connection.execute(sa.delete(events).where(events.c.plan == plan))
    connection.execute(sa.delete(exports).where(exports.c.plan == plan))
