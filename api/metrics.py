"""Figures for Prometheus: requests of this process, plans of the whole database."""

from __future__ import annotations

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.database import Database
from api.feeds import Feeds
from api.plan_life import STATUSES
from api.presence import present
from api.tables import plans

registry = CollectorRegistry()
REQUESTS = Counter("mtu_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
SECONDS = Histogram(
    "mtu_request_seconds",
    "Seconds until the answer began.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=registry,
)
PLANS = Gauge("mtu_plans", "Plans kept, by status.", ["status"], registry=registry)
FOLLOWERS = Gauge("mtu_followers", "Clients that follow a plan now.", registry=registry)
WORKERS = Gauge("mtu_workers", "Workers that live now.", registry=registry)


def exposition(database: Database, feeds: Feeds) -> bytes:
    """All figures, as Prometheus reads them."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(plans.c.status, sa.func.count()).group_by(plans.c.status))
        counts: dict[str, int] = {row[0]: row[1] for row in rows}
    for status in STATUSES:
        PLANS.labels(status).set(counts.get(status, 0))
    FOLLOWERS.set(feeds.followers)
    WORKERS.set(present(database))
    return generate_latest(registry)
