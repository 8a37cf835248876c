"""What every request goes through: a number, a limit on its body, headers for safety, a log line."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import metrics
from api.errors import Problem
from api.settings import Settings

log = logging.getLogger("mtu.access")

HEADERS = {
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}
# A report is a page that works without us, scripts and styles inside: shown in a sandbox.
_REPORT_CSP = (
    b"sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    b"img-src data: blob:; frame-ancestors 'none'"
)


class Door:
    """
    The outermost layer of the app.

    Parameters
    ----------
    app
        What is behind it.
    settings
        Limits and known names.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._most = settings.max_body_mb * 1_000_000
        self._hosts = frozenset(settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = scope["request_number"] = secrets.token_hex(8)
        began = time.monotonic()
        status = 500
        begun = False

        async def sent(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                _add_headers(message, number, scope)
                _count(scope, status, time.monotonic() - began)
            await send(message)

        taken = 0

        async def received() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise self._too_large()
            return message

        try:
            self._look(scope)
            await self._app(scope, received, sent)
        except Problem as problem:
            if begun:
                raise
            await problem.response(number)(scope, receive, sent)
        finally:
            log.info(
                "%s %s %d",
                scope["method"],
                _route(scope),
                status,
                extra={"request": number, "seconds": round(time.monotonic() - began, 4)},
            )

    def _look(self, scope: Scope) -> None:
        request = Request(scope)
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length[:20]) > self._most:
            raise self._too_large()
        if self._hosts and request.headers.get("host", "").partition(":")[0] not in self._hosts:
            raise Problem("host", "The settings do not list the name by which the service was called.")

    def _too_large(self) -> Problem:
        text = f"At most {self._most:,} bytes are taken."
        return Problem("too-large", text, headers={"Connection": "close"})


def _add_headers(message: Message, number: str, scope: Scope) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    given = {name.lower() for name, _ in headers}
    report = any(
        name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers
    )
    for name, value in HEADERS.items():
        if name in given:
            continue
        if name == b"content-security-policy" and report and scope["path"].startswith("/v1/"):
            headers.append((name, _REPORT_CSP))
        else:
            headers.append((name, value))
    headers.append((b"x-request-id", number.encode()))
    message["headers"] = headers


def _route(scope: MutableMapping[str, Any]) -> str:
    route = scope.get("route")
    # The pattern, not the path: ids of people's things do not belong in logs and labels.
    return str(getattr(route, "path", "-"))


def _count(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.REQUESTS.labels(method, _route(scope), str(status)).inc()
    metrics.SECONDS.labels(method, _route(scope)).observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
