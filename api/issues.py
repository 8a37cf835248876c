"""Issues as the service tells them: in the language asked for, safe to send."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from optimizer.exceptions import Issue
from optimizer.formats.issue_text import issue_text
from optimizer.formats.words import Language


class ProblemIssue(BaseModel):
    """One issue of what was sent: what, where, and what to do about it."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="Stable code, for example V12.")
    severity: Literal["error", "warning"] = "error"
    pointer: str = Field(default="", description="JSON pointer (RFC 6901) into the request's body.")
    cell: str = Field(default="", description="File, row and column, or the cell of a workbook.")
    message: str = Field(description="What was seen and what was expected.")
    hint: str = Field(default="", description="What to do about it.")


def told(issue: Issue, language: Language, pointer: str | None = None) -> ProblemIssue:
    """An issue of the planner as the service tells it; with a pointer, it is of a JSON body."""
    parts = [issue.source + (f"!{issue.cell}" if issue.cell else "")]
    if issue.row is not None:
        parts.append(f"row {issue.row}")
    if issue.column:
        parts.append(issue.column)
    return ProblemIssue(
        code=issue.code,
        severity=issue.severity.value,
        pointer=pointer or "",
        cell="" if pointer is not None else " ".join(part for part in parts if part),
        message=readable(issue_text(issue.message, language)),
        hint=readable(issue_text(issue.hint, language)),
    )


def readable(text: str) -> str:
    """Text from outside, made safe to send: half characters and control characters are spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
