"""What is to be told to whom: a delivery per webhook, written with the change that it tells."""

from __future__ import annotations

import json
import secrets

import sqlalchemy as sa

from api.database import Connection, stamp
from api.tables import deliveries, plans, webhooks


def announce(connection: Connection, plan: str, status: str) -> None:
    """Queue a message to every webhook of the plan's workspace."""
    row = connection.execute(sa.select(plans.c.workspace, plans.c.name).where(plans.c.id == plan)).one()
    hooks = connection.execute(
        sa.select(webhooks.c.id).where(webhooks.c.workspace == row.workspace)
    ).scalars()
    now = stamp()
    for hook in hooks.all():
        body = {
            "type": "plan.ended",
            "timestamp": now,
            "data": {"id": plan, "name": row.name, "status": status, "url": f"/v1/plans/{plan}"},
        }
        connection.execute(
            sa.insert(deliveries).values(
                id=f"msg_{secrets.token_hex(12)}",
                webhook=hook,
                body=json.dumps(body),
                attempts=0,
                next_at=now,
                created_at=now,
            )
        )
