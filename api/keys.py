"""API keys: made once and shown once, kept as a hash, expiring, revoked at once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from api import audit
from api.database import Connection, now, stamp
from api.tables import keys

ROLES = ("viewer", "planner", "admin")
_PREFIX = "mtu"


@dataclass(frozen=True, slots=True)
class Principal:
    """
    Who asks.

    Parameters
    ----------
    workspace
        What belongs together; nobody sees beyond it.
    actor
        The key's id, or ``local`` without one.
    role
        ``viewer`` reads, ``planner`` plans too, ``admin`` also sees audit and webhooks.
    """

    workspace: str
    actor: str
    role: str

    def may(self, role: str) -> bool:
        """Whether this role is at least the one asked for."""
        return ROLES.index(self.role) >= ROLES.index(role)


def create(
    connection: Connection, workspace: str, role: str, name: str, days: float | None
) -> tuple[str, str]:
    """
    Make a key.

    Parameters
    ----------
    name
        What it is for; no secret, and no person's name.
    days
        Until it expires; None for never.

    Returns
    -------
    tuple of str
        The key's id, and the key itself, which cannot be shown again.
    """
    number, secret = f"k{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(keys).values(
            id=number,
            workspace=workspace,
            role=role,
            name=name,
            hash=_hash(secret),
            created_at=stamp(),
            expires_at=None if days is None else stamp(now() + timedelta(days=days)),
        )
    )
    audit.record(connection, workspace, "command", "key.create", number, role=role)
    return number, f"{_PREFIX}_{number}_{secret}"


def find(connection: Connection, key: str) -> Principal | None:
    """Whose key this is; None when it is unknown, expired or revoked."""
    prefix, _, rest = key.partition("_")
    number, _, secret = rest.partition("_")
    row = connection.execute(sa.select(keys).where(keys.c.id == number[:64])).first()
    # An unknown id is compared too, so that it takes as long as a wrong secret.
    right = hmac.compare_digest(_hash(secret), row.hash if row else _hash(""))
    if row is None or not right or prefix != _PREFIX or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= stamp():
        return None
    return Principal(row.workspace, row.id, row.role)


def revoke(connection: Connection, number: str) -> bool:
    """Make a key worthless from the next request on; False where there is none, or it is already."""
    row = connection.execute(
        sa.update(keys)
        .where(keys.c.id == number, keys.c.revoked_at.is_(None))
        .values(revoked_at=stamp())
        .returning(keys.c.workspace)
    ).first()
    if row is not None:
        audit.record(connection, row.workspace, "command", "key.revoke", number)
    return row is not None


def listing(connection: Connection) -> list[dict[str, Any]]:
    """All keys, without what would open anything."""
    columns = [column for column in keys.c if column.name != "hash"]
    rows = connection.execute(sa.select(*columns).order_by(keys.c.created_at)).mappings()
    return [dict(row) for row in rows]


def any_valid(connection: Connection) -> bool:
    """Whether there is a key that opens."""
    condition = (
        keys.c.revoked_at.is_(None),
        sa.or_(keys.c.expires_at.is_(None), keys.c.expires_at > stamp()),
    )
    return connection.execute(sa.select(keys.c.id).where(*condition).limit(1)).first() is not None


def _hash(secret: str) -> str:
    # The secret has 256 random bits: nothing is gained by a slow hash.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
