"""
Messages to other systems when a plan has ended, signed as Standard Webhooks describes.

The address is resolved once, checked, and that very address is called: a name that points
elsewhere a moment later leads nowhere. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import secrets
import socket
import ssl
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from api import audit
from api.database import Connection, Database, now, stamp
from api.errors import Problem, invalid
from api.keys import Principal
from api.settings import Settings
from api.tables import deliveries, webhooks

log = logging.getLogger("mtu.webhooks")

#: Seconds until the next attempt, by attempts made; after the last the message is given up.
PAUSES = (5, 30, 120, 600, 3_600, 21_600, 86_400)
#: Seconds that a receiver has, and seconds between two looks for what is due.
PATIENCE = 10.0
LOOK = 1.0
_SECRET = "whsec_"  # noqa: S105 - the mark of a secret, not one
_MOST = 20


def create(connection: Connection, who: Principal, url: str) -> dict[str, str]:
    """
    Make a webhook; its secret is in the answer and nowhere else to be read.

    Raises
    ------
    Problem
        ``invalid`` when the workspace has too many.
    """
    mine = sa.select(sa.func.count()).select_from(webhooks).where(webhooks.c.workspace == who.workspace)
    if connection.execute(mine).scalar_one() >= _MOST:
        raise invalid(f"A workspace has at most {_MOST} webhooks.", "/url")
    row = {
        "id": f"wh_{secrets.token_hex(12)}",
        "url": url,
        "created_at": stamp(),
        "secret": _SECRET + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    connection.execute(sa.insert(webhooks).values(**row, workspace=who.workspace))
    audit.record(connection, who.workspace, who.actor, "webhook.create", row["id"])
    return row


def delete(connection: Connection, who: Principal, number: str) -> None:
    """
    Delete a webhook and what is still to be sent to it.

    Raises
    ------
    Problem
        ``not-found`` when there is none in this workspace.
    """
    condition = (webhooks.c.id == number, webhooks.c.workspace == who.workspace)
    if connection.execute(sa.delete(webhooks).where(*condition)).rowcount == 0:
        raise Problem("not-found", "There is no such webhook here.")
    connection.execute(sa.delete(deliveries).where(deliveries.c.webhook == number))
    audit.record(connection, who.workspace, who.actor, "webhook.delete", number)


def signature(secret: str, number: str, moment: int, body: bytes) -> str:
    """The value of the header ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(_SECRET))
    signed = b".".join((number.encode(), str(moment).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


class Courier:
    """
    A thread that sends what is due.

    Parameters
    ----------
    settings
        Whether private targets are allowed.
    database
        Its own; closed at the end.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._private = settings.webhook_private_targets
        self._database = database
        self._leave = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Courier:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leave.set()
        self._thread.join(PATIENCE + 1)
        self._database.close()

    def _run(self) -> None:
        while not self._leave.wait(LOOK):
            try:
                while not self._leave.is_set() and self.send_one():
                    pass
            except sa.exc.SQLAlchemyError:
                log.exception("sending webhooks; trying again")

    def send_one(self) -> bool:
        """Send one message that is due; False where none is."""
        with self._database.reading() as connection:
            due = connection.execute(
                sa.select(deliveries, webhooks.c.url, webhooks.c.secret)
                .join(webhooks, webhooks.c.id == deliveries.c.webhook)
                .where(deliveries.c.next_at <= stamp())
                .order_by(deliveries.c.next_at)
                .limit(1)
            ).first()
        if due is None:
            return False
        # The next attempt is planned before this one: who dies in between sends twice, not never.
        pause = PAUSES[due.attempts] if due.attempts < len(PAUSES) else None
        later = None if pause is None else stamp(now() + timedelta(seconds=pause))
        with self._database.writing() as connection:
            taken = connection.execute(
                sa.update(deliveries)
                .where(deliveries.c.id == due.id, deliveries.c.attempts == due.attempts)
                .values(attempts=due.attempts + 1, next_at=later)
            )
        if taken.rowcount == 0:
            return True
        done = self._send(due)
        if done or later is None:
            if not done:
                log.warning("message %s is given up after %d attempts", due.id, due.attempts + 1)
            with self._database.writing() as connection:
                connection.execute(sa.delete(deliveries).where(deliveries.c.id == due.id))
        return True

    def _send(self, due: Any) -> bool:
        body = json.dumps(json.loads(due.body), separators=(",", ":")).encode()
        moment = int(now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": due.id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(due.secret, due.id, moment, body),
            "User-Agent": "mtu-planner",
        }
        try:
            status = post(due.url, body, headers, private=self._private)
        except (OSError, http.client.HTTPException, ValueError) as error:
            log.info("message %s did not arrive: %s", due.id, type(error).__name__)
            return False
        return 200 <= status < 300


class TargetError(OSError):
    """An address that must not be called."""


def post(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> int:
    """
    Send a body and return the status.

    Raises
    ------
    TargetError
        When the name leads to a private address and that is not allowed.
    OSError
        When it does not arrive.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    address = ipaddress.ip_address(str(target[0]).partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not private and (not address.is_global or address.is_multicast):
        raise TargetError(f"{host} leads to a private address")
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    raw = socket.socket(family, socket.SOCK_STREAM)
    raw.settimeout(PATIENCE)
    try:
        raw.connect(target)
        secure = parts.scheme == "https"
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
        raw.close()
