"""Who may do what: keys, roles, workspaces; without a key only this machine, only on loopback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api import audit, keys, rates
from api.context import Context
from api.errors import Problem
from api.keys import Principal
from api.settings import is_loopback

LOCAL = Principal("default", "local", "admin")
_BEARER = HTTPBearer(
    scheme_name="key",
    description="A key of `mtu key create`: Authorization: Bearer mtu_...",
    auto_error=False,
)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def needs(role: str, *, open_to: Callable[[Context], bool] = lambda _: False) -> Any:
    """
    The parameter by which a route asks for a role; gives the `Principal`.

    Parameters
    ----------
    open_to
        Whether the settings let anybody in here.
    """

    async def principal(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Principal:
        context: Context = request.app.state.context
        if open_to(context):
            return LOCAL
        who = await _identify(context, request, credentials)
        if not who.may(role):
            await context.database.write(
                lambda c: audit.record(c, who.workspace, who.actor, "refused", request.url.path[:200])
            )
            raise Problem("not-allowed", f"This needs the role {role}; the key has {who.role}.")
        if request.method in _READS:
            context.reads.count(f"{who.workspace}/{who.actor}")
        else:
            limit = context.settings.writes_per_minute
            subject = f"write/{who.workspace}/{who.actor}"
            if await context.database.write(lambda c: rates.count(c, subject)) > limit:
                raise rates.too_many(limit, "changes")
        return who

    checked: Callable[..., Awaitable[Principal]] = principal
    return Depends(checked)


Viewer = Annotated[Principal, needs("viewer")]
Planner = Annotated[Principal, needs("planner")]
Admin = Annotated[Principal, needs("admin")]
Scraper = Annotated[Principal, needs("admin", open_to=lambda context: context.settings.metrics_without_key)]


async def _identify(
    context: Context, request: Request, credentials: HTTPAuthorizationCredentials | None
) -> Principal:
    if "authorization" not in request.headers:
        if _is_local(context, request):
            return LOCAL
        raise Problem("no-key", "Send Authorization: Bearer and a key.", headers=_CHALLENGE)
    subject = f"wrong/{peer(context, request)}"
    limit = context.settings.wrong_keys_per_minute
    key = credentials.credentials if credentials else ""

    def look(connection: Any) -> tuple[Principal | None, int]:
        found = keys.find(connection, key)
        return found, 0 if found else rates.counted(connection, subject)

    found, wrong = await context.database.read(look)
    if found is not None:
        return found
    if wrong >= limit:
        raise rates.too_many(limit, "wrong keys")

    def note(connection: Any) -> None:
        rates.count(connection, subject)
        audit.record(connection, "", "unknown", "wrong-key", request.url.path[:200])

    await context.database.write(note)
    raise Problem("wrong-key", "The key is unknown, expired or revoked.", headers=_CHALLENGE)


def peer(context: Context, request: Request) -> str:
    """The address that asks; what a proxy says counts only where the proxy is trusted."""
    address = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "")
    if address in context.settings.trusted_proxies and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return address


def _is_local(context: Context, request: Request) -> bool:
    """Whether this machine's user asks: not a page of some site in the user's browser, nor a proxy."""
    settings = context.settings
    if not (settings.allow_without_key and settings.loopback):
        return False
    address = request.client.host if request.client else ""
    if not is_loopback(address) or "x-forwarded-for" in request.headers:
        return False
    host = request.headers.get("host", "")
    # A foreign name that resolves to this machine would make any site ours.
    if not is_loopback(_host_name(host)):
        return False
    origin = request.headers.get("origin")
    if origin is None or origin in settings.cors_origins:
        return True
    return urlsplit(origin).netloc == host


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
