"""The app: routes, errors and middleware put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import errors
from api.context import Context
from api.database import Database
from api.feeds import Feeds
from api.jobs import Jobs
from api.middleware import Door
from api.openapi import describe
from api.rates import Reads
from api.recent import Recent
from api.routers import dashboard, docs, plans, results, scenarios, service, webhooks
from api.settings import Settings
from optimizer import __version__

#: What is kept in memory of the answers given last.
RECENT_BYTES = 64_000_000
#: Smaller answers are not worth packing.
GZIP_FROM = 1_000
#: Request headers that pages of other origins may send.
ALLOWED_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
)


def make_app(settings: Settings, database: Database) -> FastAPI:
    """
    The app on a database that is migrated.

    Parameters
    ----------
    settings
        What the service may do.
    database
        Closed with the app.
    """
    context = Context(
        settings,
        database,
        Jobs(database),
        Feeds(database),
        Reads(settings.reads_per_minute),
        Recent(RECENT_BYTES),
    )

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        context.feeds.close()
        database.close()

    app = FastAPI(
        title="MTU Planner",
        version=__version__,
        summary="Plans rotations of Mobile Training Units, and proves how good each plan is.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.context = context
    # Results before plans: in an address with a suffix no plan of that name is meant.
    for part in (results, plans, scenarios, webhooks, service, docs):
        app.include_router(part.router)
    dashboard.install(app)
    errors.install(app)
    describe(app)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM, compresslevel=5)
    if settings.cors_origins:
        cors: dict[str, Any] = {
            "allow_origins": list(settings.cors_origins),
            "allow_methods": ["GET", "POST", "PUT", "DELETE"],
            "allow_headers": list(ALLOWED_HEADERS),
            "expose_headers": ["ETag", "Location", "Retry-After", "X-Request-ID"],
        }
        app.add_middleware(CORSMiddleware, **cors)
    app.add_middleware(Door, settings=settings)
    return app
