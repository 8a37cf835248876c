"""Answers: which form is wanted, whether the asker has it already, and the headers that go with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import Response

from api.errors import MEDIA_TYPE, Problem

JSON = "application/json"

IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", max_length=1000, description="Answer 304 when this is current.")
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="The ETag of the version to be changed, or * for whichever there is; needed.",
    ),
]
IfUnchanged = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="The ETag of the version that is meant; 412 when it has changed meanwhile.",
    ),
]
#: How the ETag of an answer is documented.
ETAG: dict[str, Any] = {
    "ETag": {"description": "Of what is answered; for If-None-Match.", "schema": {"type": "string"}}
}

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_VERSION = re.compile(r'(?:W/)?"v([1-9][0-9]{0,8})"')


def etag(version: int | str) -> str:
    """The ETag of a version."""
    return f'"v{version}"'


def unchanged(asked: str | None, tag: str) -> Response | None:
    """The 304 for an asker who has it already; else None."""
    if asked is None:
        return None
    mine = _TAG.fullmatch(tag)
    if asked.strip() == "*" or (mine and mine.group(1) in _TAG.findall(asked)):
        return Response(status_code=304, headers={"ETag": tag})
    return None


def version_to_change(asked: str | None) -> int | None:
    """
    The version that If-Match names; None where it is ``*``, whichever there is.

    Raises
    ------
    Problem
        ``if-match`` without the header; ``changed`` when it is no version of ours.
    """
    if asked is None:
        raise Problem("if-match", "Read it first, and send its ETag as If-Match.")
    if asked.strip() == "*":
        return None
    found = _VERSION.fullmatch(asked.strip())
    if found is None:
        raise Problem("changed", "If-Match is not the ETag of any version; read it and try again.")
    return int(found.group(1))


def wanted(request: Request, offered: Sequence[str]) -> str:
    """
    The media type to answer with, the first offered where the asker does not mind.

    Raises
    ------
    Problem
        ``not-acceptable`` when none of the offered will do.
    """
    header = request.headers.get("accept", "").strip()
    if not header:
        return offered[0]
    asked = [_range(part) for part in header.split(",") if part.strip()]
    best = max(offered, key=lambda kind: _quality(kind, asked))
    if _quality(best, asked) <= 0:
        raise Problem("not-acceptable", f"Offered are: {', '.join(offered)}.")
    return best


def json_answer(body: bytes | str, status: int = 200, **headers: str) -> Response:
    """An answer of JSON text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, named, media_type=JSON)


def read_answer(body: bytes | str, known: str | None, media_type: str = JSON) -> Response:
    """The answer to a read, with an ETag made of its content; 304 to an asker who has it already."""
    content = body.encode() if isinstance(body, str) else body
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    same = unchanged(known, tag)
    if same is not None:
        return same
    return Response(content, 200, {"ETag": tag}, media_type=media_type)


def reads(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route documents that answers reads: an ETag, 304 and the errors."""
    return {200: {"headers": ETAG}, 304: {"description": "Unchanged."}, **problems(*statuses)}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route documents of the errors it can answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    always = (400, 401, 403, 421, 422, 429, 503)
    return {
        status: {"description": _WORDS[status], "content": content} for status in sorted({*always, *statuses})
    }


_WORDS = {
    400: "The request cannot be read.",
    401: "A key is needed, or the key is not valid.",
    403: "The key's role does not allow it.",
    404: "There is no such thing in this workspace.",
    406: "None of the asked-for forms is offered.",
    409: "The plan's state does not allow it.",
    410: "The plan has ended, or was cancelled.",
    412: "It was changed by somebody else.",
    413: "The body is too large.",
    415: "This kind of content is not read.",
    421: "The service is not known under this name.",
    422: "The content or a parameter is not valid.",
    428: "If-Match is needed.",
    429: "Too many requests, or too many plans waiting; see Retry-After.",
    503: "The storage does not answer; see Retry-After.",
    507: "The storage is full.",
}


def _range(text: str) -> tuple[str, float]:
    kind, _, rest = text.partition(";")
    quality = 1.0
    for parameter in rest.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            quality = float(value) if re.fullmatch(r"[01](\.[0-9]{0,3})?", value) else 0.0
    return kind.strip().lower(), quality


def _quality(kind: str, asked: Sequence[tuple[str, float]]) -> float:
    for pattern in (kind, kind.partition("/")[0] + "/*", "*/*"):
        found = [quality for one, quality in asked if one == pattern]
        if found:
            return max(found)
    return 0.0
