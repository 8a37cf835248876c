"""The tables of the result workbook: rotations, venues, units, the unserved, cities and courses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from optimizer.formats import palette, words
from optimizer.formats.escaping import clean_text
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.reason_text import reason_text
from optimizer.formats.table_sheet import Cell, Column, set_up_page, write_table
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet


def write_rotations(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """One row per rotation, in the order of the plan file."""
    text, whole = styles.text, styles.whole
    columns = [
        Column("rotation", 24, text),
        Column("start", 16, styles.date),
        Column("end", 16, styles.date),
        Column("days", 10, whole),
        Column("taught", 10, whole),
        Column("unit", 24, text),
        Column("unit_name", 34, text),
        Column("depot", 34, text),
        Column("course", 30, text),
        Column("people", 8, whole),
        Column("venue_id", 24, text),
        Column("venue", 44, text),
        Column("kind", 18, text),
        Column("city", 24, text),
        Column("district", 24, text),
        Column("address", 44, text),
        Column("km_to", 11, styles.decimal),
        Column("request", 24, text),
        Column("pinned", 11, text),
    ]
    rows = [_rotation(view, stay, language) for stay in view.stays]
    write_table(sheet, styles, language, 0, columns, rows, "Rotations")
    set_up_page(sheet, styles, view.scenario.name, language, freeze=(1, 1))


def _rotation(view: PlanView, stay: Stay, language: Language) -> list[Cell]:
    rotation, venue = stay.rotation, stay.venue
    return [
        rotation.id,
        rotation.start,
        rotation.end,
        stay.days,
        stay.taught,
        stay.unit.id,
        stay.unit.name,
        stay.depot.name,
        stay.course.name,
        rotation.people,
        venue.id,
        venue.name,
        venue.kind,
        venue.city,
        venue.district,
        venue.address,
        round(view.km_to[rotation.id], 3),
        rotation.request,
        say("yes", language) if rotation.pinned else None,
    ]


def write_venues(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """One row per venue, with all who come there in one cell."""
    columns = [
        Column("venue_id", 24, styles.text),
        Column("venue", 44, styles.text),
        Column("kind", 18, styles.text),
        Column("city", 24, styles.text),
        Column("district", 24, styles.text),
        Column("address", 44, styles.text),
        Column("requested", 11, styles.whole),
        Column("served", 11, styles.whole),
        Column("rotations", 10, styles.whole),
        Column("coverage", 13, styles.share, bar=True),
        Column("visits", 80, styles.text),
    ]
    rows: list[list[Cell]] = []
    for venue in view.scenario.venues:
        stays = view.by_venue[venue.id]
        served = sum(stay.rotation.people for stay in stays)
        requested = view.requested_at[venue.id]
        visits = "\n".join(_visit(stay, language) for stay in stays)
        rows.append(
            [
                venue.id,
                venue.name,
                venue.kind,
                venue.city,
                venue.district,
                venue.address,
                requested,
                served,
                len(stays),
                served / requested if requested else None,
                visits or None,
            ]
        )
    write_table(sheet, styles, language, 0, columns, rows, "Venues")
    set_up_page(sheet, styles, view.scenario.name, language, freeze=(1, 2))


def _visit(stay: Stay, language: Language) -> str:
    when = words.period(stay.rotation.start, stay.rotation.end, language)
    people = words.number(stay.rotation.people, language)
    return f"{when}: {say('class_of', language, course=stay.course.name, people=people)} · {stay.unit.name}"


def write_units(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """One row per unit: what it does and what its days go into."""
    whole = styles.whole
    columns = [
        Column("unit", 24, styles.text),
        Column("unit_name", 34, styles.text),
        Column("depot", 34, styles.text),
        Column("equipment", 34, styles.text),
        Column("vehicle", 9, styles.text),
        Column("rotations", 10, whole),
        Column("people", 10, whole),
        Column("km", 12, styles.decimal),
        Column("days_present", 11, whole),
        Column("days_taught", 11, whole),
        Column("days_closed", 14, whole),
        Column("days_depot", 12, whole),
        Column("days_moving", 12, whole),
        Column("days_idle", 14, whole, bar=True),
    ]
    rows: list[list[Cell]] = []
    for unit in view.scenario.units:
        days = view.unit_days(unit)
        summary = view.unit_summary.get(unit.id)
        stays = view.by_unit[unit.id]
        rows.append(
            [
                unit.id,
                unit.name,
                view.scenario.depot_by_id[unit.depot].name,
                " ".join(unit.equipment),
                unit.vehicle,
                len(stays),
                sum(stay.rotation.people for stay in stays),
                summary.km if summary else None,
                days.present,
                days.taught,
                days.closed,
                days.depot,
                days.moving,
                days.idle,
            ]
        )
    write_table(sheet, styles, language, 0, columns, rows, "Units")
    set_up_page(sheet, styles, view.scenario.name, language, freeze=(1, 2))


def write_unserved(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """One row per request of which somebody is left over, with why."""
    columns = [
        Column("request", 24, styles.text),
        Column("venue", 44, styles.text),
        Column("city", 24, styles.text),
        Column("course", 30, styles.text),
        Column("requested", 12, styles.whole),
        Column("not_served", 12, styles.whole),
        Column("priority", 9, styles.general),
        Column("earliest", 16, styles.date),
        Column("latest", 16, styles.date),
        Column("rule", 16, styles.text),
        Column("code", 30, styles.text),
        Column("reasons", 90, styles.text),
    ]
    rows: list[list[Cell]] = []
    for left in view.plan.unserved:
        request = view.scenario.request_by_id[left.request]
        venue = view.scenario.venue_by_id[request.venue]
        rows.append(
            [
                request.id,
                venue.name,
                venue.city,
                view.scenario.course_by_id[request.course].name,
                request.people,
                left.people,
                float(request.priority),
                request.earliest,
                request.latest,
                _listed(reason.rule for reason in left.reasons),
                _listed(reason.code for reason in left.reasons),
                "\n".join(reason_text(reason, language) for reason in left.reasons),
            ]
        )
    if rows:
        write_table(sheet, styles, language, 0, columns, rows, "Unserved")
    else:
        sheet.write_string(0, 0, say("nobody_unserved", language), styles.heading)
    set_up_page(sheet, styles, view.scenario.name, language, freeze=(1, 1))


def write_cities(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """Coverage of each city and, below, of each course."""
    numbers = [
        Column("requested", 14, styles.whole),
        Column("served", 14, styles.whole),
        Column("not_served", 14, styles.whole),
        Column("rotations", 12, styles.whole),
        Column("coverage", 26, styles.share, bar=True),
    ]
    count = dict.fromkeys((row.city for row in view.plan.cities), 0)
    for stay in view.stays:
        count[stay.venue.city] = count.get(stay.venue.city, 0) + 1
    cities: list[list[Cell]] = [
        [row.city, row.requested, row.served, row.requested - row.served, count[row.city], row.coverage]
        for row in view.plan.cities
    ]
    courses: list[list[Cell]] = [
        [
            row.course.name,
            row.requested,
            row.served,
            row.requested - row.served,
            row.rotations,
            row.served / row.requested if row.requested else None,
        ]
        for row in view.courses
    ]
    city = Column("city", 44, styles.text, least=30)
    end = write_table(sheet, styles, language, 0, [city, *numbers], cities, "Cities")
    top = end + 2
    write_table(
        sheet,
        styles,
        language,
        top,
        [Column("course", 44, styles.text), *numbers],
        courses,
        "Courses",
        first_table=False,
    )
    colours = palette.course_colours(view.scenario.course_by_id)
    for number, course in enumerate(view.scenario.courses):
        filled = styles.make(font_size=10, bg_color=colours[course.id], valign="top", text_wrap=True)
        sheet.write_string(top + 1 + number, 0, clean_text(course.name), filled)
    set_up_page(sheet, styles, view.scenario.name, language, freeze=(1, 1))


def _listed(items: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(items))
