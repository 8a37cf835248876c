"""
Who changed what: one row per change, in the change's own transaction, each row chained to
the one before, so that a row changed or taken out shows.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa

from api.database import Connection, stamp
from api.tables import audit


def record(
    connection: Connection, workspace: str, actor: str, action: str, target: str, **detail: object
) -> None:
    """
    Add a row; call it in the transaction of the change.

    Parameters
    ----------
    workspace, actor
        Whose, and who: the key's id, ``local`` without a key, ``command`` from the command line.
    action, target
        For example ``plan.stop`` and the plan's id.
    detail
        What else is worth knowing; no personal data, no keys.
    """
    if connection.dialect.name != "sqlite":
        # Rows are chained, so one at a time; SQLite has one writer anyhow.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7772)"))
    last = connection.execute(
        sa.select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.hash) if last else (1, "")
    row = {
        "number": number,
        "at": stamp(),
        "workspace": workspace,
        "actor": actor,
        "action": action,
        "target": target,
        "detail": json.dumps(detail, sort_keys=True),
    }
    connection.execute(sa.insert(audit).values(**row, hash=_hash(before, row)))


def broken(connection: Connection) -> int | None:
    """The number of the first row that was changed, or that follows one taken out; None if all is well."""
    before, expected = "", None
    for found in connection.execute(sa.select(audit).order_by(audit.c.number)).mappings():
        row = {name: found[name] for name in found if name != "hash"}
        if expected is None:
            # Retention takes the oldest rows; the first one left is taken at its word.
            expected = row["number"]
            if expected == 1 and found["hash"] != _hash("", row):
                return 1
        elif row["number"] != expected or found["hash"] != _hash(before, row):
            return int(row["number"])
        before, expected = found["hash"], row["number"] + 1
    return None


def _hash(before: str, row: dict[str, object]) -> str:
    return hashlib.sha256((before + json.dumps(row, sort_keys=True)).encode()).hexdigest()
