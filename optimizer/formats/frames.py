"""Scenario tables and rotations as data frames, for notebooks and analysis."""

from __future__ import annotations

import pandas as pd

from optimizer.domain.plan import Plan, Rotation
from optimizer.domain.scenario import Scenario
from optimizer.formats.columns import DISTANCES, Kind, matrix, tables


def table_frame(scenario: Scenario, table: str) -> pd.DataFrame:
    """
    One table of a scenario, its columns named and ordered as in the files.

    Ids stay text, dates become ``datetime64``, lists stay tuples; defaults are filled in,
    and what is not given is missing (``NaT``, ``NA``).

    Parameters
    ----------
    scenario
        Where the table stands.
    table
        Its name, for example ``venues`` or ``distances``.

    Raises
    ------
    KeyError
        When no table has that name.
    """
    known = matrix() if table == DISTANCES else tables()[table]
    rows = getattr(scenario, table)
    frame = pd.DataFrame(index=range(len(rows)))
    for column in known.columns:
        values = [getattr(row, column.field) for row in rows]
        match column.kind:
            case Kind.DATE:
                frame[column.name] = pd.to_datetime(pd.Series(values, dtype="object"))
            case Kind.WHOLE:
                frame[column.name] = pd.array(values, dtype="Int64")
            case Kind.NUMBER:
                frame[column.name] = pd.array([float(value) for value in values], dtype="float64")
            case Kind.IDS | Kind.WEEKDAYS:
                frame[column.name] = pd.Series(values, dtype="object")
            case _:
                frame[column.name] = pd.array(values, dtype="string")
    return frame


def rotations_frame(plan: Plan) -> pd.DataFrame:
    """The rotations of a plan, in its order; ``start`` and ``end`` are ``datetime64``."""
    fields = list(Rotation.model_fields)
    frame = pd.DataFrame([rotation.model_dump() for rotation in plan.rotations], columns=fields)
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name])
    for name in ("id", "request", "unit", "venue", "course"):
        frame[name] = frame[name].astype("string")
    return frame.astype({"people": "int64", "pinned": "bool"})
