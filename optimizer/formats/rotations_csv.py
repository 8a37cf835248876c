"""``rotations.csv``: the rotations as one plain table that a spreadsheet program opens by a double click."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.formats.escaping import csv_text
from optimizer.formats.plain_file import write_bytes
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.words import Language

# What Excel expects with English and with Indonesian settings.
_SEPARATORS: dict[Language, tuple[str, str]] = {"en": (",", "."), "id": (";", ",")}


def write_rotations_csv(
    scenario: Scenario, plan: Plan, path: Path, language: Language = "en", *, view: PlanView | None = None
) -> Path:
    """
    Writes one line per rotation in the order of the plan, under the same headings in both languages.

    UTF-8 with the mark that Excel needs to see it; commas, or in Indonesian semicolons and
    decimal commas. Text that a spreadsheet program could take for a formula starts with an
    apostrophe.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have.
    """
    import pandas as pd  # here, because it takes longer to load than most commands run

    view = view or PlanView(scenario, plan)
    separator, decimal = _SEPARATORS[language]
    table = pd.DataFrame([_row(view, stay) for stay in view.stays], columns=_COLUMNS)
    for name in table.columns.difference(_NUMBERS):
        table[name] = table[name].map(csv_text)
    text = table.to_csv(index=False, sep=separator, decimal=decimal, lineterminator="\n")
    write_bytes(path, text.encode("utf-8-sig"))
    return path


_COLUMNS = [
    "id",
    "request",
    "unit",
    "unit_name",
    "depot",
    "course",
    "course_name",
    "venue",
    "venue_name",
    "kind",
    "city",
    "district",
    "address",
    "latitude",
    "longitude",
    "start",
    "end",
    "calendar_days",
    "teaching_days",
    "people",
    "pinned",
    "km",
]
_NUMBERS = ["calendar_days", "km", "latitude", "longitude", "people", "teaching_days"]


def _row(view: PlanView, stay: Stay) -> tuple[object, ...]:
    rotation, venue = stay.rotation, stay.venue
    return (
        rotation.id,
        rotation.request,
        stay.unit.id,
        stay.unit.name,
        stay.depot.id,
        stay.course.id,
        stay.course.name,
        venue.id,
        venue.name,
        venue.kind,
        venue.city,
        venue.district,
        venue.address,
        venue.latitude,
        venue.longitude,
        rotation.start.isoformat(),
        rotation.end.isoformat(),
        stay.days,
        stay.taught,
        rotation.people,
        "yes" if rotation.pinned else "no",
        round(view.km_to[rotation.id], 3),
    )
