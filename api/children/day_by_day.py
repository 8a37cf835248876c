"""A plan day by day: what each day is, what each day of a stay counts, what units' days go into."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.formats.plan_view import PlanView
from optimizer.formats.words import Language


def day_by_day(view: PlanView, language: Language) -> dict[str, Any]:
    """As ``api.schemas.PlanCalendar`` describes it."""
    return {
        "days": [
            {"day": shade.day.isoformat(), "kind": shade.kind, "name": shade.name, "credit": shade.credit}
            for shade in view.shades(language)
        ],
        "stays": [
            {"rotation": stay.rotation.id, "credits": stay.credits, "km": view.km_to[stay.rotation.id]}
            for stay in view.stays
        ],
        "units": [_unit(view, number) for number in range(len(view.scenario.units))],
    }


def _unit(view: PlanView, number: int) -> dict[str, Any]:
    unit = view.scenario.units[number]
    days = view.unit_days(unit)
    at_depot = view.at_depot(unit.id) & view.present(unit)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], at_depot.astype(np.int8), [0]))))
    spans = [
        [view.scenario.day(int(first)).isoformat(), view.scenario.day(int(end) - 1).isoformat()]
        for first, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    return {
        "unit": unit.id,
        "present": days.present,
        "taught": days.taught,
        "closed": days.closed,
        "depot": days.depot,
        "moving": days.moving,
        "idle": days.idle,
        "at_depot": spans,
    }
