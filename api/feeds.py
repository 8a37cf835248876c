"""What happens to plans, told to those who follow: one look at the database for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any

import sqlalchemy as sa

from api.database import Connection, Database
from api.plan_life import FINISHED
from api.tables import events, plans

log = logging.getLogger("mtu.api")

#: Seconds between two looks, and between two heartbeats.
LOOK = 0.2
HEARTBEAT = 15.0


class Feeds:
    """
    Followers of plans in this process.

    Parameters
    ----------
    database
        Where workers write what happens.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: dict[str, set[asyncio.Event]] = {}
        self._seen: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self.closing = False

    @property
    def followers(self) -> int:
        """How many follow a plan now."""
        return sum(len(group) for group in self._followers.values())

    def close(self) -> None:
        """Let every follower go; new ones are not taken in."""
        self.closing = True
        for group in self._followers.values():
            for bell in group:
                bell.set()

    async def ended(self, plan: str, seconds: float) -> None:
        """Wait until a plan has ended, but not longer than so many seconds."""
        with _Bell(self, plan) as bell, suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.closing and not await self._database.read(lambda c: _is_over(c, plan)):
                    await bell.wait()
                    bell.clear()

    async def follow(self, plan: str, after: int) -> AsyncIterator[bytes]:
        """What happens to a plan after an event's number, as SSE; ends with the plan."""
        with _Bell(self, plan) as bell:
            yield b"retry: 2000\n\n"
            while not self.closing:
                rows, over = await self._database.read(partial(_after, plan=plan, number=after))
                for row in rows:
                    after = row.number
                    yield f"id: {row.number}\nevent: {row.kind}\ndata: {row.body}\n\n".encode()
                if over:
                    return
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await bell.wait()
                    bell.clear()
                except TimeoutError:
                    yield b": still here\n\n"

    def _enter(self, plan: str, bell: asyncio.Event) -> None:
        self._followers.setdefault(plan, set()).add(bell)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())

    def _leave(self, plan: str, bell: asyncio.Event) -> None:
        group = self._followers[plan]
        group.discard(bell)
        if not group:
            del self._followers[plan]
            self._seen.pop(plan, None)

    async def _look(self) -> None:
        """Ring for plans of which something new is there; ends when nobody follows."""
        while self._followers and not self.closing:
            try:
                for plan, version in (await self._database.read(self._versions)).items():
                    if self._seen.get(plan) != version:
                        self._seen[plan] = version
                        for bell in self._followers.get(plan, ()):
                            bell.set()
            except sa.exc.DBAPIError:
                log.exception("following plans; trying again")
            await asyncio.sleep(LOOK)

    def _versions(self, connection: Connection) -> dict[str, int]:
        asked = list(self._followers)
        rows = connection.execute(sa.select(plans.c.id, plans.c.version).where(plans.c.id.in_(asked)))
        found = {row.id: row.version for row in rows}
        # A plan that was deleted rings once more, and its followers find it gone.
        return {plan: found.get(plan, -1) for plan in asked}


class _Bell:
    """A follower's place, given back however the following ends."""

    def __init__(self, feeds: Feeds, plan: str) -> None:
        self._feeds, self._plan, self._bell = feeds, plan, asyncio.Event()

    def __enter__(self) -> asyncio.Event:
        self._feeds._enter(self._plan, self._bell)
        return self._bell

    def __exit__(self, *_error: object) -> None:
        self._feeds._leave(self._plan, self._bell)


def last_event(connection: Connection, plan: str) -> int:
    """Number of a plan's last event; 0 where nothing has happened."""
    newest = sa.select(sa.func.coalesce(sa.func.max(events.c.number), 0)).where(events.c.plan == plan)
    return int(connection.execute(newest).scalar_one())


def _is_over(connection: Connection, plan: str) -> bool:
    status = connection.execute(sa.select(plans.c.status).where(plans.c.id == plan)).scalar_one_or_none()
    return status is None or status in FINISHED


def _after(connection: Connection, plan: str, number: int) -> tuple[list[Any], bool]:
    over = _is_over(connection, plan)
    rows = connection.execute(
        sa.select(events).where(events.c.plan == plan, events.c.number > number).order_by(events.c.number)
    )
    return list(rows), over
