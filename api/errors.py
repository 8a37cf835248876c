"""One shape for every error: RFC 9457 problem documents."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.issues import ProblemIssue, readable, told
from optimizer.exceptions import InputError

log = logging.getLogger("mtu.api")
MEDIA_TYPE = "application/problem+json"
#: Issues that one answer tells.
MOST_ISSUES = 100

#: Every kind of problem: its name in ``type`` and ``code``, status and title.
PROBLEMS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "no-key": (401, "A key is needed"),
    "wrong-key": (401, "The key is not valid"),
    "not-allowed": (403, "The role of this key does not allow it"),
    "not-found": (404, "There is no such thing here"),
    "method": (405, "This address does not take that method"),
    "not-acceptable": (406, "None of the asked-for forms is offered"),
    "state": (409, "The plan's state does not allow it"),
    "in-flight": (409, "The first request with this Idempotency-Key is still under way"),
    "ended": (410, "The plan has ended; there is nothing to follow"),
    "discarded": (410, "The plan was cancelled"),
    "changed": (412, "It was changed by somebody else"),
    "too-large": (413, "The request is too large"),
    "media-type": (415, "This kind of content is not read"),
    "host": (421, "The service is not known under this name"),
    "invalid": (422, "The content is not valid"),
    "reused-key": (422, "The Idempotency-Key was used for another request"),
    "too-big-to-plan": (422, "The scenario is larger than this service plans"),
    "if-match": (428, "If-Match is needed"),
    "too-many": (429, "Too many requests"),
    "queue-full": (429, "Too many plans are waiting"),
    "fault": (500, "A fault of the service"),
    "storage": (503, "The storage does not answer"),
    "full": (507, "The storage is full"),
}


class ProblemDocument(BaseModel):
    """Every error of every route (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Kind of problem, for example /problems/invalid.")
    title: str
    status: int
    detail: str = ""
    instance: str = Field(default="", description="Number of the request; the log has the same.")
    errors: list[ProblemIssue] = Field(default_factory=list)
    errors_left_out: int = Field(default=0, description="Issues beyond those told.")


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """
    An error to answer with.

    Parameters
    ----------
    kind
        A key of ``PROBLEMS``.
    detail
        One sentence: what was seen, what was expected.
    issues
        Single issues, where there are several or they have a place.
    headers
        Headers of the answer, for example ``Retry-After``.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        issues: Sequence[ProblemIssue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or kind)
        self.kind = kind
        self.detail = detail
        self.issues = list(issues)
        self.headers = dict(headers or {})

    def response(self, number: str = "") -> Response:
        """The answer."""
        status, title = PROBLEMS[self.kind]
        document = ProblemDocument(
            type=f"/problems/{self.kind}",
            title=title,
            status=status,
            detail=self.detail,
            instance=number,
            errors=self.issues[:MOST_ISSUES],
            errors_left_out=max(0, len(self.issues) - MOST_ISSUES),
        )
        return JSONResponse(document.model_dump(), status, self.headers, media_type=MEDIA_TYPE)


def invalid(message: str, pointer: str = "", code: str = "A01", hint: str = "") -> Problem:
    """A problem of one field."""
    issue = ProblemIssue(code=code, pointer=pointer, message=message, hint=hint)
    return Problem("invalid", message, [issue])


def changed(version: int) -> Problem:
    """A problem of who names another version than the newest."""
    return Problem("changed", f"The newest version is {version}; read it and try again.")


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    async def of_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.response(_number(request))

    async def of_input(request: Request, error: Exception) -> Response:
        assert isinstance(error, InputError)
        problem = Problem("invalid", "The content has issues.", [told(issue, "en") for issue in error.issues])
        return problem.response(_number(request))

    async def of_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        issues = [
            ProblemIssue(
                code="A01",
                pointer="/" + "/".join(readable(str(part)) for part in found["loc"]),
                message=readable(str(found["msg"])),
            )
            for found in error.errors()
        ]
        return Problem("invalid", "A parameter is not valid.", issues).response(_number(request))

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = {404: "not-found", 405: "method", 413: "too-large"}.get(error.status_code, "bad-request")
        headers = dict(error.headers or {})
        if kind == "method":
            headers["Allow"] = ", ".join(_allowed(request))
        problem = Problem(kind, HTTPStatus(error.status_code).phrase + ".", headers=headers)
        return problem.response(_number(request))

    async def of_storage(request: Request, error: Exception) -> Response:
        log.error("storage: %s", type(getattr(error, "orig", error)).__name__, exc_info=error)
        return storage_problem(error).response(_number(request))

    async def of_fault(request: Request, error: Exception) -> Response:
        log.error("fault in request %s", _number(request), exc_info=error)
        problem = Problem("fault", "The fault is ours; the log has it under the number in instance.")
        return problem.response(_number(request))

    handlers: dict[Any, Any] = {
        Problem: of_problem,
        InputError: of_input,
        RequestValidationError: of_parameters,
        HTTPException: of_http,
        DBAPIError: of_storage,
        PoolTimeout: of_storage,
        Exception: of_fault,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def storage_problem(error: Exception) -> Problem:
    """What to answer when the database refuses: full, or not there for now."""
    text = str(getattr(error, "orig", error)).lower()
    if "full" in text or "no space" in text:
        return Problem("full", "Nothing more can be stored; reading goes on.", headers={"Retry-After": "60"})
    return Problem("storage", "Please try again.", headers={"Retry-After": "5"})


def _allowed(request: Request) -> list[str]:
    """The methods of all routes of an address; each route by itself knows only its own."""
    app: FastAPI = request.scope["app"]
    matching = {
        address: methods
        for address, methods in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(address)), request.scope["path"])
    }
    # A suffix makes an address of its own, which the plain one matches too.
    files = {address: methods for address, methods in matching.items() if ".{" in address}
    return sorted({method.upper() for methods in (files or matching).values() for method in methods})


def _number(request: Request) -> str:
    return str(request.scope.get("request_number", ""))
