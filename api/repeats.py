"""``Idempotency-Key``: the same request again gives the same answer and changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import Header

from api.database import Connection, insert_or_ignore, now, stamp
from api.errors import Problem
from api.keys import Principal
from api.tables import repeats

#: Hours that an answer is remembered.
HOURS = 24

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same request gives the same answer for 24 hours.",
    ),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be given again."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def digest(*parts: bytes | str) -> str:
    """What makes two requests the same."""
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "big") + data)
    return made.hexdigest()


def once(
    connection: Connection, who: Principal, key: str | None, request: str, work: Callable[[], Answer]
) -> Answer:
    """
    Do the work, or give the answer of when it was done; all in the caller's transaction.

    Parameters
    ----------
    key
        The request's Idempotency-Key; without one the work is always done.
    request
        `digest` of the request.

    Raises
    ------
    Problem
        ``reused-key`` when the key came with another request before.
    """
    if key is None:
        return work()
    mine = (repeats.c.workspace == who.workspace, repeats.c.key == key)
    oldest = stamp(now() - timedelta(hours=HOURS))
    connection.execute(sa.delete(repeats).where(*mine, repeats.c.created_at < oldest))
    # The row comes first: a second request with the key waits here until the first has committed.
    row = {"workspace": who.workspace, "key": key, "request": request, "answer": "", "created_at": stamp()}
    first = insert_or_ignore(connection, repeats, row).returning(repeats.c.key)
    if connection.execute(first).first() is not None:
        answer = work()
        connection.execute(sa.update(repeats).where(*mine).values(answer=json.dumps(asdict(answer))))
        return answer
    found = connection.execute(sa.select(repeats.c.request, repeats.c.answer).where(*mine)).one()
    if found.request != request:
        raise Problem("reused-key", "This Idempotency-Key came with another request before.")
    return Answer(**json.loads(found.answer))
