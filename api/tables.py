"""The tables of the service's database; ``api/migrations`` makes and changes them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# Times are UTC as ISO text with microseconds: it sorts as it counts, in both databases.
Time = sa.String(32)
Name = sa.String(200)
Id = sa.String(64)

contents = sa.Table(
    "contents",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    comment="Scenarios, plans and exports as packed bytes, each once.",
)
scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("workspace", Id, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    sa.Index("scenarios_by_time", "workspace", "created_at", "id"),
)
scenario_versions = sa.Table(
    "scenario_versions",
    metadata,
    sa.Column("scenario", Id, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("created_by", Name, nullable=False),
)
plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("workspace", Id, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("operation", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("scenario", Id),
    sa.Column("scenario_version", sa.Integer),
    sa.Column("content", sa.String(64), nullable=False, comment="the scenario"),
    sa.Column("options", sa.Text, nullable=False),
    sa.Column("drafts", sa.String(64), comment="rotations to check"),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False, comment="place among plans of its priority"),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("created_by", Name, nullable=False),
    sa.Column("started_at", Time),
    sa.Column("finished_at", Time),
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("wish", sa.String(16), comment="stop, once asked for"),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("progress", sa.Text, comment="the latest news"),
    sa.Column("best", sa.String(64), comment="best rotations so far"),
    sa.Column("score", sa.Float),
    sa.Column("bound", sa.Float),
    sa.Column("gap", sa.Float),
    sa.Column("proof", sa.String(16), nullable=False, default="none"),
    sa.Column("result", sa.String(64)),
    sa.Column("violations", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("warning", sa.Text, comment="what went wrong although there is a result"),
    sa.Index("plans_by_time", "workspace", "created_at", "id"),
    sa.Index("plans_by_status", "status", "workspace"),
    sa.Index("plans_by_turn", "turn"),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("plan", Id, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
exports = sa.Table(
    "exports",
    metadata,
    sa.Column("plan", Id, primary_key=True),
    sa.Column("form", sa.String(32), primary_key=True),
    sa.Column("content", sa.String(64), nullable=False),
)
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("workspace", Id, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("expires_at", Time),
    sa.Column("revoked_at", Time),
)
repeats = sa.Table(
    "repeats",
    metadata,
    sa.Column("workspace", Id, primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    comment="Answers by Idempotency-Key.",
)
rates = sa.Table(
    "rates",
    metadata,
    sa.Column("subject", sa.String(200), primary_key=True),
    sa.Column("minute", sa.String(16), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Time, nullable=False),
    sa.Column("workspace", Id, nullable=False),
    sa.Column("actor", Name, nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("target", sa.String(200), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, comment="of this row and the hash before"),
    sa.Index("audit_by_workspace", "workspace", "number"),
)
webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("workspace", Id, nullable=False),
    sa.Column("url", sa.String(2000), nullable=False),
    sa.Column("secret", sa.String(100), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Index("webhooks_by_workspace", "workspace"),
)
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("webhook", Id, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Time),
    sa.Column("created_at", Time, nullable=False),
    sa.Index("deliveries_by_time", "next_at"),
)
marks = sa.Table(
    "marks",
    metadata,
    sa.Column("name", Id, primary_key=True),
    sa.Column("value", Name, nullable=False),
    comment="What was brought up to date by which version.",
)
