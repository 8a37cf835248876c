"""
``plan.json``: read strictly, written so that reading and writing again gives the same bytes.

A plan written by hand may hold only ``rotations`` with request, unit and start
(RULES.md section 4); it is read as drafts, which the checker completes.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from optimizer.domain.issue_list import IssueList
from optimizer.domain.nearest import Names
from optimizer.domain.place import Place
from optimizer.domain.plan import Draft, Plan, Rotation, ScenarioRef
from optimizer.domain.scenario import Frozen
from optimizer.exceptions import SILENCE, InputError, Issue, Sentence
from optimizer.formats.plain_file import read_text, write_text
from optimizer.formats.raw import shortened

#: Bytes that a plan file may have: some 100,000 rotations.
MAX_BYTES = 64_000_000

#: Levels of a plan file that are looked into; a sound one has five.
MAX_DEPTH = 20

#: Digits of a whole number; more than any count has, fewer than Python counts slowly.
MAX_DIGITS = 18

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _HandWritten(Frozen):
    """A plan written by hand."""

    format: Literal[1] = 1
    scenario: ScenarioRef | None = None
    rotations: tuple[Draft, ...]


class _Odd:
    """A JSON number that no plan can hold."""

    def __init__(self, text: str) -> None:
        self.text = text


class _Object(dict[str, Any]):
    """A JSON object that remembers keys given twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.twice: list[str] = []
        if len(self) < len(pairs):
            seen: set[str] = set()
            self.twice = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def read_plan(path: Path | str) -> Plan | tuple[Draft, ...]:
    """
    The plan of a file, or the drafts of a plan written by hand.

    Parameters
    ----------
    path
        A ``plan.json``. With only ``rotations`` (and ``format`` and ``scenario``, if
        given) it is a plan written by hand; with anything more it must be complete.

    Raises
    ------
    InputError
        With every problem found, each with the JSON pointer of its spot.
    """
    path = Path(path)
    issues: list[Issue] = []
    text = read_text(path, path.name, issues, limit=MAX_BYTES)
    if text is None:
        raise InputError(issues)
    return parse_plan(text, path.name)


def parse_plan(text: str, source: str = "plan.json") -> Plan | tuple[Draft, ...]:
    """
    The plan of a JSON text, or the drafts of a plan written by hand.

    Parameters
    ----------
    text
        The JSON text.
    source
        What messages call it.

    Raises
    ------
    InputError
        With every problem found.
    """
    try:
        document = json.loads(
            text, object_pairs_hook=_Object, parse_constant=_Odd, parse_int=_whole, parse_float=_float
        )
    except json.JSONDecodeError as error:
        message = Sentence(
            "The file is not JSON: {error} (line {line}, column {column}).",
            error=error.msg,
            line=error.lineno,
            column=error.colno,
        )
        raise InputError([Place(source, error.lineno).issue("P02", message, _json_hint(error))]) from None
    except RecursionError:
        raise InputError(
            [Place(source).issue("P02", Sentence("The file is nested too deeply to be a plan."))]
        ) from None
    issues = IssueList(_odd_values(document, "", source, 0))
    if not isinstance(document, dict):
        issues.append(
            Place(source).issue("P03", Sentence('The file holds no plan; expected {{"rotations": [...]}}.'))
        )
    if issues:
        raise InputError(issues)
    return _read(document, source)


def write_plan(plan: Plan, path: Path | str) -> None:
    """
    Write a plan file; it appears whole or not at all.

    Parameters
    ----------
    plan
        What to write.
    path
        The file; its folder is made where it does not exist.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, plan.to_json())
    except OSError as error:
        message = Sentence("The plan cannot be written: {strerror}.", strerror=error.strerror)
        raise InputError([Place(str(path)).issue("F07", message)]) from error


def _whole(text: str) -> int | _Odd:
    return int(text) if len(text) <= MAX_DIGITS else _Odd(text)


def _float(text: str) -> float | _Odd:
    value = float(text)
    return value if math.isfinite(value) else _Odd(text)


def _json_hint(error: json.JSONDecodeError) -> Sentence:
    rest = error.doc[error.pos : error.pos + 1]
    if rest == "'":
        return Sentence('Text stands in double quotes: "K3".')
    before = error.doc[: error.pos].rstrip()[-1:]
    if rest in ("}", "]") and before == ",":
        return Sentence("Remove the comma before it.")
    if "Extra data" in error.msg:
        return Sentence("A plan file holds one object.")
    return SILENCE


def _odd_values(value: object, pointer: str, source: str, depth: int) -> Iterator[Issue]:
    """Whatever JSON lets pass and a plan cannot hold: NaN, huge numbers, keys twice, control characters."""
    place = Place(source, column=pointer or None)
    if depth > MAX_DEPTH:
        yield place.issue("P02", Sentence("The file is nested too deeply to be a plan."))
    elif isinstance(value, _Odd):
        yield place.issue(
            "P04", Sentence("{value} is not a number that a plan can hold.", value=shortened(value.text))
        )
    elif isinstance(value, str):
        if not _printable(value):
            yield place.issue(
                "P04",
                Sentence('"{value}" holds control characters or half a character.', value=shortened(value)),
            )
    elif isinstance(value, _Object):
        for key in value.twice:
            yield place.issue("P05", Sentence('The key "{key}" stands twice.', key=shortened(key)))
        for key, item in value.items():
            if not _printable(key):
                yield place.issue(
                    "P04", Sentence('The key "{key}" holds control characters.', key=shortened(key))
                )
            else:
                yield from _odd_values(item, f"{pointer}/{_escaped(key)}", source, depth + 1)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _odd_values(item, f"{pointer}/{at}", source, depth + 1)


def _printable(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)


def _escaped(key: str) -> str:
    """A key in a JSON pointer (RFC 6901)."""
    return shortened(key).replace("~", "~0").replace("/", "~1")


def _read(document: dict[str, Any], source: str) -> Plan | tuple[Draft, ...]:
    complete = {name for name, info in Plan.model_fields.items() if info.is_required() or name == "format"}
    issues = IssueList((*_unknown(document, Plan, "", source), *_dates(document, source)))
    if document.get("format") is True:
        issues.append(
            Place(source, column="/format").issue("P06", Sentence("The format is true; expected 1."))
        )
    by_hand = set(document) <= set(_HandWritten.model_fields)
    if "rotations" not in document:
        issues.append(Place(source).issue("P03", Sentence('The plan has no "rotations".')))
    elif not by_hand and (missing := sorted(complete - set(document))):
        message = Sentence(
            "The plan lacks {missing}; expected a complete plan, or rotations alone.",
            missing=", ".join(missing),
        )
        issues.append(
            Place(source).issue(
                "P03", message, Sentence("Keep only rotations, with request, unit and start.")
            )
        )
    if issues:
        raise InputError([*issues, *issues.counted()])
    # Strict, so that "20" is no number; through JSON, as only there a date is a text.
    text = json.dumps(document, ensure_ascii=False)
    try:
        if by_hand:
            return _HandWritten.model_validate_json(text, strict=True).rotations
        return Plan.model_validate_json(text, strict=True)
    except ValidationError as error:
        found = IssueList(_issue(detail, source) for detail in error.errors(include_url=False))
        raise InputError([*found, *found.counted()]) from None


def _unknown(document: dict[str, Any], model: type[BaseModel], pointer: str, source: str) -> Iterator[Issue]:
    """Unknown keys of the plan and its rotations, with the key that was probably meant."""
    known = Names(name for name, info in model.model_fields.items() if not info.exclude)
    for key in document:
        if key not in known:
            place = Place(source, column=f"{pointer}/{_escaped(key)}")
            yield place.issue(
                "P07", Sentence('"{key}" is not a key of a plan.', key=shortened(key)), known.hint(key)
            )
    if model is Plan:
        rotations = document.get("rotations")
        for at, rotation in enumerate(rotations if isinstance(rotations, list) else ()):
            if isinstance(rotation, dict):
                yield from _unknown(rotation, Rotation, f"/rotations/{at}", source)


def _dates(document: dict[str, Any], source: str) -> Iterator[Issue]:
    rotations = document.get("rotations")
    for at, rotation in enumerate(rotations if isinstance(rotations, list) else ()):
        for key in ("start", "end"):
            value = rotation.get(key) if isinstance(rotation, dict) else None
            if isinstance(value, str) and not _DATE.fullmatch(value):
                place = Place(source, column=f"/rotations/{at}/{key}")
                yield place.issue(
                    "P08", Sentence('"{value}" is not a date like 2026-01-31.', value=shortened(value))
                )


def _issue(detail: ErrorDetails, source: str) -> Issue:
    pointer = "".join(f"/{_escaped(str(part))}" for part in detail["loc"])
    place = Place(source, column=pointer or None)
    if detail["type"] == "missing":
        return place.issue("P03", Sentence("This is missing."))
    if detail["type"] == "extra_forbidden":
        return place.issue("P07", Sentence("This is not a key of a plan."))
    seen = detail["input"]
    shown = f'"{shortened(seen)}"' if isinstance(seen, str) else shortened(json.dumps(seen, default=str))
    expected = detail["msg"].replace("Input should be", "expected").replace("Input", "it")
    if pointer == "/format":
        return place.issue(
            "P06", Sentence("The format is {shown}; this version reads format 1.", shown=shown)
        )
    return place.issue(
        "P08",
        Sentence(
            "{shown} cannot stand here; {expected}.",
            shown=shown,
            expected=f"{expected[:1].lower()}{expected[1:]}",
        ),
    )
