"""What can go wrong, said once: issues of the input, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave an issue is: an error stops planning, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """
    One problem of a scenario or plan, told so that a planner can mend it.

    Parameters
    ----------
    code
        Stable code, listed in ``optimizer/ISSUES.md``, for example ``V12``.
    message
        What was seen and what was expected, in one sentence.
    severity
        Error or warning.
    source
        File or sheet, for example ``venues.csv``; empty when the issue is of the whole.
    row
        Row in that file or sheet, the header being row 1; None when not of one row.
    column
        Column name; None when not of one column.
    cell
        Address in a workbook, for example ``F12``; None in a folder.
    hint
        What to do about it, where something plausible can be said.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    source: str = ""
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        place = self.source
        if self.cell:
            place += f"!{self.cell}"
        if self.row is not None:
            place += f" row {self.row}"
        if self.column:
            place += f", {self.column}" if place else self.column
        head = f"{place}: " if place else ""
        hint = f"\n  Hint: {self.hint}" if self.hint else ""
        return f"{head}{self.message} [{self.code}]{hint}"


class PlannerError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(PlannerError):
    """
    The input cannot be used; carries every issue found, not only the first.

    Parameters
    ----------
    issues
        All issues, errors and warnings alike, in the order of the files.
    """

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class EngineError(PlannerError):
    """The engine broke a promise (a fault of ours, never of the input)."""
