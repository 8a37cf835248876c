"""The fingerprint of a scenario: equal for equal content, whatever files it was read from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import Scenario

_ROWS_AT_A_TIME = 10_000


def scenario_sha256(scenario: Scenario) -> str:
    """
    SHA-256 of the scenario as canonical JSON with its resolved holidays, in hexadecimal.

    The order of rows counts; how a number was written (``1``, ``1.0``) and how the matrix
    file is called do not. Of the holidays only the dates count, not the names.
    """
    digest = hashlib.sha256()
    for piece in _canonical(scenario):
        digest.update(piece.encode("ascii"))
        digest.update(b"\n")
    return digest.hexdigest()


def _canonical(scenario: Scenario) -> Iterator[str]:
    for name in sorted(type(scenario).model_fields):
        if name == "distances":  # by far the longest table, so in pieces and without its column names
            for first in range(0, len(scenario.distances), _ROWS_AT_A_TIME):
                rows = scenario.distances[first : first + _ROWS_AT_A_TIME]
                yield _dump(["distances", [[row.origin, row.destination, row.metres] for row in rows]])
        elif name == "travel":
            yield _dump([name, _plain(scenario.travel.model_copy(update={"file": ""}))])
        else:
            yield _dump([name, _plain(getattr(scenario, name))])
    yield _dump(["resolved_holidays", _plain(tuple(_holidays(scenario)))])


def _holidays(scenario: Scenario) -> dict[date, str]:
    return public_holidays(scenario.holidays, scenario.start, scenario.end)


def _dump(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # Adding 0 turns -0 into 0; the fixed form has no exponent whatever the magnitude.
        return format((value + 0).normalize(), "f")
    if isinstance(value, float):
        return value + 0.0
    return value
