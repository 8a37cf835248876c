"""Bodies read strictly: what JSON parsers let pass and no database or reader can hold is refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.errors import Problem
from api.issues import ProblemIssue, readable

Model = TypeVar("Model", bound=BaseModel)

#: Levels of nesting; a scenario has four.
MAX_DEPTH = 32
#: Digits of a whole number; no count needs more.
MAX_DIGITS = 18
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATES = frozenset({"start", "end", "from", "to", "earliest", "latest"})


class _RefusedError(Exception):
    pass


def parse(body: bytes) -> Any:
    """
    The value of a JSON text.

    Raises
    ------
    Problem
        ``bad-request`` when it is not UTF-8 JSON, holds NaN, infinities, numbers beyond
        range, NUL or half characters, a key twice, or is nested too deeply.
    """
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise _RefusedError("it begins with a byte order mark")
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole, parse_float=_float
        )
        _look(value, 0)
    except UnicodeDecodeError:
        raise Problem("bad-request", "The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem("bad-request", f"The body is not JSON: {error.msg} ({where}).") from None
    except RecursionError:
        raise Problem("bad-request", "The body is nested too deeply.") from None
    except _RefusedError as refused:
        raise Problem("bad-request", f"The body cannot be used: {refused}.") from None
    return value


def read(model: type[Model], body: bytes) -> Model:
    """
    A body as a model, strictly: unknown fields and text for numbers are refused.

    Raises
    ------
    Problem
        ``bad-request`` as for `parse`; ``invalid`` with a pointer for each field.
    """
    return validated(model, parse(body))


def validated(model: type[Model], value: Any) -> Model:
    """A value that `parse` gave, as a model."""
    issues = list(_odd_dates(value, ""))
    if issues:
        raise Problem("invalid", "Dates are written like 2026-01-31.", issues)
    try:
        # Through JSON, for strictness knows only there that a date is a text.
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise Problem("invalid", "The content is not valid.", field_issues(error)) from None


def field_issues(error: ValidationError) -> list[ProblemIssue]:
    """The issues of a validation, each with its pointer."""
    return [
        ProblemIssue(
            code="A01",
            pointer="".join(f"/{escaped(str(part))}" for part in found["loc"]),
            message=readable(found["msg"]) + ".",
        )
        for found in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def escaped(key: str) -> str:
    """A key in a JSON pointer."""
    return readable(key[:100]).replace("~", "~0").replace("/", "~1")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _RefusedError("a key stands twice in one object")
    return made


def _constant(text: str) -> Any:
    raise _RefusedError(f"{text} is not a number")


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _RefusedError(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    value = float(text) if len(text) <= 100 else math.inf
    if not math.isfinite(value):
        raise _RefusedError("a number is out of range")
    return value


def _look(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _RefusedError("it is nested too deeply")
    if isinstance(value, str):
        _look_at_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _look_at_text(key)
            _look(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _look(item, depth + 1)


def _look_at_text(text: str) -> None:
    if "\0" in text:
        raise _RefusedError("a text holds NUL")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _RefusedError("a text holds half a character") from None


def _odd_dates(value: Any, pointer: str) -> list[ProblemIssue]:
    found: list[ProblemIssue] = []
    if isinstance(value, dict):
        for key, item in value.items():
            at = f"{pointer}/{escaped(key)}"
            # In distances, from and to are places.
            if key in _DATES and isinstance(item, str) and not pointer.count("/distances/"):
                if not _DATE.fullmatch(item):
                    found.append(ProblemIssue(code="A02", pointer=at, message="Not a date like 2026-01-31."))
            else:
                found += _odd_dates(item, at)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, (dict, list)):
                found += _odd_dates(item, f"{pointer}/{number}")
    return found
