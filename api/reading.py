"""
Scenarios from outside: JSON in this process, files in a child with little memory and time.

Workbooks and archives are parsed by large libraries that a hostile file can make eat all
memory; a child of its own takes that, not the service.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import children, strict_json
from api.errors import Problem
from api.issues import ProblemIssue, told
from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import Issue, Sentence, Severity
from optimizer.formats.words import Language

JSON = "application/json"
ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What a child may take: address space, processor seconds, and seconds in all.
CHILD_MEMORY = 2 * 2**30
CHILD_CPU = 60
CHILD_SECONDS = 90.0
#: Children at once; others wait.
_PLACES = asyncio.Semaphore(2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario that can be planned, and what there is to warn about."""

    scenario: Scenario
    issues: list[ProblemIssue]


async def read(kind: str, body: bytes, language: Language) -> Reading:
    """
    A scenario of a request's body.

    Parameters
    ----------
    kind
        The content type, without parameters.
    language
        In which issues are told.

    Raises
    ------
    Problem
        ``media-type`` when it is none of JSON, zip and xlsx; ``invalid`` with all issues.
    """
    if kind == JSON:
        return await asyncio.to_thread(lambda: of_json(strict_json.parse(body), language))
    if kind in (ZIP, XLSX):
        async with _PLACES:
            return await asyncio.to_thread(_in_child, kind, body, language)
    raise Problem(
        "media-type", f"Send {JSON}, {ZIP} or {XLSX}.", headers={"Accept-Post": f"{JSON}, {ZIP}, {XLSX}"}
    )


def of_json(value: Any, language: Language) -> Reading:
    """A scenario of a JSON value."""
    return judged(strict_json.validated(Scenario, value), "", language)


def judged(scenario: Scenario, prefix: str, language: Language) -> Reading:
    """
    Whether the rows of a scenario fit together.

    Parameters
    ----------
    prefix
        Pointer to where it stands in the body.
    language
        In which issues are told.

    Raises
    ------
    Problem
        ``invalid`` with all issues.
    """
    from optimizer.domain.validate import validate_scenario
    from optimizer.foresight import pin_faults

    def place(table: str, index: int | None = None, column: str | None = None) -> Place:
        parts = (
            (column or "").split(".") if table == "scenario" else [table, *map(str, _given(index, column))]
        )
        return Place("/".join(["", *(strict_json.escaped(part) for part in parts if part)]))

    issues = validate_scenario(scenario, place)
    if not _severe(issues):
        issues += pin_faults(scenario, place)
    found = [told(issue, language, prefix + issue.source) for issue in issues]
    if _severe(issues):
        raise Problem("invalid", "The scenario has issues.", found)
    return Reading(scenario, found)


def packed(scenario: Scenario) -> bytes:
    """A scenario as it is kept."""
    return scenario.model_dump_json(by_alias=True, exclude_defaults=True).encode()


def _given(*parts: object) -> list[object]:
    return [part for part in parts if part is not None]


def _severe(issues: list[Issue]) -> bool:
    return any(issue.severity is Severity.ERROR for issue in issues)


def of_file(file: Path, language: Language) -> Reading:
    """
    A scenario of a file or folder, read by a child.

    Parameters
    ----------
    language
        In which issues are told.

    Raises
    ------
    Problem
        ``invalid`` with all issues.
    """
    try:
        done = children.run("read_file", str(file), language, seconds=CHILD_SECONDS, begin=_limit)
    except subprocess.TimeoutExpired:
        raise _unreadable(Sentence("It takes too long to read."), language) from None
    if done.returncode != 0:
        raise _unreadable(
            Sentence("It cannot be read with the memory and time that a file may take."), language
        )
    answer = json.loads(done.stdout)
    issues = [ProblemIssue(**one) for one in answer["issues"]]
    if answer["scenario"] is None:
        raise Problem("invalid", "The scenario has issues.", issues)
    return Reading(Scenario.model_validate_json(answer["scenario"]), issues)


def _in_child(kind: str, body: bytes, language: Language) -> Reading:
    with tempfile.TemporaryDirectory(prefix="mtu-") as folder:
        file = Path(folder) / ("upload.xlsx" if kind == XLSX else "upload.zip")
        file.write_bytes(body)
        return of_file(file, language)


def _unreadable(sentence: Sentence, language: Language) -> Problem:
    return Problem("invalid", sentence, [told(Issue("F04", sentence), language)])


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU, CHILD_CPU))
