"""What can go wrong, said once: issues of the input, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from numbers import Number
from typing import Any


class Sentence(str):
    """
    A sentence in English, or a part of one, that still knows what it was made of.

    It is a plain text to all who read English; ``optimizer.formats.issue_text`` tells its
    pattern and facts in another language.

    Parameters
    ----------
    pattern
        The English words, with ``{gaps}`` for the facts.
    facts
        What fills the gaps: numbers and sentences stay what they are, the rest becomes text.
    """

    pattern: str
    facts: dict[str, Any]

    def __new__(cls, pattern: str, **facts: object) -> Sentence:
        """Fill the gaps."""
        kept = {
            name: fact if isinstance(fact, Number | Sentence) else str(fact) for name, fact in facts.items()
        }
        made = super().__new__(cls, pattern.format_map(kept))
        made.pattern, made.facts = pattern, kept
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.pattern,), self.facts


def chained(pattern: str, items: Iterable[object]) -> str:
    """
    A list in words, put together two by two: ``a or b or c``.

    Parameters
    ----------
    pattern
        How two are put together, with gaps ``{left}`` and ``{right}``.
    items
        What to list.
    """
    texts = [item if isinstance(item, Sentence) else str(item) for item in items]
    return reduce(lambda left, right: Sentence(pattern, left=left, right=right), texts) if texts else ""


#: What is said where there is nothing to say.
SILENCE = Sentence("")


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
    message: Sentence
    severity: Severity = Severity.ERROR
    source: str = ""
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    hint: Sentence = SILENCE

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
