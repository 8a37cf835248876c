"""How often somebody may ask: fixed minutes, counted in the database where it must hold for all processes."""

from __future__ import annotations

import sqlalchemy as sa

from api.database import Connection, inserting, now
from api.errors import Problem
from api.tables import rates


def minute() -> str:
    """The present minute, as the table counts it."""
    return now().strftime("%Y-%m-%dT%H:%M")


def count(connection: Connection, subject: str) -> int:
    """Count once more, and tell how often it was this minute."""
    insert = inserting(connection, rates, {"subject": subject, "minute": minute(), "count": 1})
    statement = insert.on_conflict_do_update(
        index_elements=[rates.c.subject, rates.c.minute], set_={"count": rates.c.count + 1}
    ).returning(rates.c.count)
    return int(connection.execute(statement).scalar_one())


def counted(connection: Connection, subject: str) -> int:
    """How often it was counted this minute."""
    condition = (rates.c.subject == subject, rates.c.minute == minute())
    return connection.execute(sa.select(rates.c.count).where(*condition)).scalar_one_or_none() or 0


def too_many(limit: int, what: str) -> Problem:
    """The problem to answer with."""
    wait = str(60 - now().second)
    return Problem("too-many", f"At most {limit} {what} per minute.", headers={"Retry-After": wait})


class Reads:
    """
    Counts reads in this process: they are many, and no count of them must outlive it.

    Parameters
    ----------
    limit
        Most per subject and minute.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._minute = ""
        self._counts: dict[str, int] = {}

    def count(self, subject: str) -> None:
        """Count once more; a problem when it is too often."""
        this = minute()
        if this != self._minute:
            self._minute, self._counts = this, {}
        made = self._counts[subject] = self._counts.get(subject, 0) + 1
        if made > self._limit:
            raise too_many(self._limit, "reads")
