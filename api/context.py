"""What every route needs, made once per app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.database import Database
from api.feeds import Feeds
from api.jobs import Jobs
from api.rates import Reads
from api.recent import Recent
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The service's parts."""

    settings: Settings
    database: Database
    jobs: Jobs
    feeds: Feeds
    reads: Reads
    bodies: Recent


async def _context(request: Request) -> Context:
    # Not a plain function: that would be called in a thread, which costs more than all the rest.
    context: Context = request.app.state.context
    return context


Parts = Annotated[Context, Depends(_context)]
