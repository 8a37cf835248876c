"""
A plan's life in the database: ``queued -> running -> completed | stopped | failed | cancelled``.

Every step is one statement that says from which state it leads, so that of two that try
only one succeeds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from api import webhook_queue
from api.database import Connection, keep, stamp
from api.tables import events, plans

UNFINISHED = ("queued", "running")
FINISHED = ("completed", "stopped", "failed", "cancelled")
STATUSES = (*UNFINISHED, *FINISHED)


@dataclass(frozen=True, slots=True)
class Claim:
    """
    The right to publish a plan, until somebody else claims it.

    Parameters
    ----------
    plan
        The plan's id.
    attempt
        Number of this attempt; a later one makes this one void.
    row
        The plan as it was claimed.
    """

    plan: str
    attempt: int
    row: Any


def claim(connection: Connection, plan: str, most_attempts: int) -> Claim | None:
    """Begin an attempt; None where the plan has ended, was deleted, or was begun too often."""
    row = connection.execute(sa.select(plans).where(plans.c.id == plan)).first()
    if row is None or row.status not in UNFINISHED:
        return None
    if row.attempt >= most_attempts:
        text = f"The plan was begun {row.attempt} times and its worker died each time."
        fail(connection, Claim(plan, row.attempt, row), text)
        return None
    # Two executors may come here at once; each gets a number of its own, the later one counts.
    attempt = connection.execute(
        sa.update(plans)
        .where(plans.c.id == plan, plans.c.status.in_(UNFINISHED))
        .values(
            status="running",
            attempt=plans.c.attempt + 1,
            version=plans.c.version + 1,
            started_at=sa.func.coalesce(plans.c.started_at, stamp()),
        )
        .returning(plans.c.attempt)
    ).scalar_one_or_none()
    if attempt is None:
        return None
    add_event(connection, plan, "status", {"status": "running", "attempt": attempt})
    return Claim(plan, attempt, row)


def wish(connection: Connection, mine: Claim) -> str | None:
    """``stop`` where it was asked for, ``leave`` where this attempt no longer counts, else None."""
    row = connection.execute(
        sa.select(plans.c.status, plans.c.attempt, plans.c.wish).where(plans.c.id == mine.plan)
    ).first()
    if row is None or row.status != "running" or row.attempt != mine.attempt:
        return "leave"
    return str(row.wish) if row.wish else None


def tell(connection: Connection, mine: Claim, news: dict[str, Any], best: bytes | None) -> None:
    """Store the latest news of a running plan, and its best rotations where they are new."""
    values: dict[str, Any] = {"progress": json.dumps(news), "version": plans.c.version + 1}
    if news.get("score") is not None:
        values |= {name: news[name] for name in ("score", "bound", "gap")}
    if best is not None:
        values["best"] = keep(connection, best)
    if _step(connection, mine, values):
        add_event(connection, mine.plan, "progress", news)


def publish(
    connection: Connection,
    mine: Claim,
    status: str,
    result: bytes,
    *,
    score: float,
    bound: float | None,
    gap: float | None,
    proof: str,
    violations: list[dict[str, Any]] | None,
    warning: str | None = None,
) -> bool:
    """End a plan with its result; False where this attempt no longer counts."""
    done = _step(
        connection,
        mine,
        {
            "status": status,
            "result": keep(connection, result),
            "score": score,
            "bound": bound,
            "gap": gap,
            "proof": proof,
            "violations": None if violations is None else json.dumps(violations),
            "warning": warning,
            "best": None,
            "finished_at": stamp(),
            "version": plans.c.version + 1,
        },
    )
    if done:
        told = {} if warning is None else {"warning": warning}
        ended(connection, mine.plan, status, score=score, bound=bound, gap=gap, proof=proof, **told)
    return done


def fail(connection: Connection, mine: Claim, text: str) -> bool:
    """End a plan without a result."""
    values = {"status": "failed", "error": text, "finished_at": stamp(), "version": plans.c.version + 1}
    condition = (plans.c.id == mine.plan, plans.c.status.in_(UNFINISHED), plans.c.attempt == mine.attempt)
    done = connection.execute(sa.update(plans).where(*condition).values(**values)).rowcount == 1
    if done:
        ended(connection, mine.plan, "failed", error=text)
    return done


def ask_to_stop(connection: Connection, plan: str) -> bool:
    """Ask a plan to end with the best it has; False where it has ended."""
    done = connection.execute(
        sa.update(plans)
        .where(plans.c.id == plan, plans.c.status.in_(UNFINISHED))
        .values(wish="stop", version=plans.c.version + 1)
    )
    return done.rowcount == 1


def cancel(connection: Connection, plan: str) -> bool:
    """End a plan and keep nothing; False where it has ended."""
    done = connection.execute(
        sa.update(plans)
        .where(plans.c.id == plan, plans.c.status.in_(UNFINISHED))
        .values(
            status="cancelled",
            best=None,
            score=None,
            bound=None,
            gap=None,
            finished_at=stamp(),
            version=plans.c.version + 1,
        )
    )
    if done.rowcount == 1:
        ended(connection, plan, "cancelled")
    return done.rowcount == 1


def ended(connection: Connection, plan: str, status: str, **detail: object) -> None:
    """Tell everybody who follows that a plan has ended."""
    add_event(connection, plan, "status", {"status": status, **detail})
    webhook_queue.announce(connection, plan, status)


def add_event(connection: Connection, plan: str, kind: str, body: dict[str, Any]) -> None:
    """Add to what the followers of a plan get to see."""
    number = sa.select(sa.func.coalesce(sa.func.max(events.c.number), 0) + 1).where(events.c.plan == plan)
    connection.execute(
        sa.insert(events).values(plan=plan, number=number.scalar_subquery(), kind=kind, body=json.dumps(body))
    )


def _step(connection: Connection, mine: Claim, values: dict[str, Any]) -> bool:
    condition = (plans.c.id == mine.plan, plans.c.status == "running", plans.c.attempt == mine.attempt)
    return connection.execute(sa.update(plans).where(*condition).values(**values)).rowcount == 1
