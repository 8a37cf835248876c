"""Writes one form of a plan: ``python -m api.children.render FOLDER FORM LANGUAGE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from api.children.day_by_day import day_by_day
from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.formats import charts
from optimizer.formats.plan_view import PlanView

FIGURES: dict[str, Any] = {
    "gantt": charts.gantt,
    "map": charts.route_map,
    "coverage": charts.coverage_by_city,
}


def render(place: Path, form: str, language: Any) -> None:
    """
    Make the file ``made`` from the files ``scenario`` and ``plan`` of a folder.

    Parameters
    ----------
    form
        ``csv``, ``xlsx``, ``ics``, ``geojson``, ``html``, ``calendar`` or a figure.
    language
        ``en`` or ``id``.
    """
    scenario = Scenario.model_validate_json((place / "scenario").read_bytes())
    plan = Plan.model_validate_json((place / "plan").read_bytes())
    if form == "calendar":
        (place / "made").write_text(json.dumps(day_by_day(PlanView(scenario, plan), language)))
    elif form in FIGURES:
        (place / "made").write_text(json.dumps(FIGURES[form](PlanView(scenario, plan), language)))
    else:
        from optimizer.formats.export import export

        written = export(scenario, plan, place, [form], language)
        written[0].rename(place / "made")


if __name__ == "__main__":
    render(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
