"""The tables of the result workbook: rotations, venues, units, the unserved, cities and the summary."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from optimizer.formats import palette, words
from optimizer.formats.escaping import clean_text
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.text_width import text_width
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
HEADER_HEIGHT = 36  # pixels
LINE = 17  # pixels
MOST_HEIGHT = 540  # pixels; Excel takes no more than 546
DIGIT = 7  # pixels of a digit of the default font: what column widths count in
PADDING = 14  # pixels between a cell's text and its edges
DATE_WIDTH = 108
BAR_WIDTH = 96
FILTER_ARROW = 18  # pixels that the arrow of a filter takes


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a table.

    Parameters
    ----------
    key
        Key of its heading.
    widest
        Most characters of its width; longer text is wrapped.
    style
        Look of its cells.
    bar
        Whether a bar in each cell shows its number.
    least
        Fewest characters of its width.
    """

    key: str
    widest: int
    style: Format
    bar: bool = False
    least: int = 0


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
    _table(sheet, styles, language, 0, columns, rows, "Rotations")
    _print(sheet, styles, view, language, freeze=(1, 1))


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
    _table(sheet, styles, language, 0, columns, rows, "Venues")
    _print(sheet, styles, view, language, freeze=(1, 2))


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
    _table(sheet, styles, language, 0, columns, rows, "Units")
    _print(sheet, styles, view, language, freeze=(1, 2))


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
                "\n".join(reason.text for reason in left.reasons),
            ]
        )
    if rows:
        _table(sheet, styles, language, 0, columns, rows, "Unserved")
    else:
        sheet.write_string(0, 0, say("nobody_unserved", language), styles.heading)
    _print(sheet, styles, view, language, freeze=(1, 1))


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
    end = _table(sheet, styles, language, 0, [city, *numbers], cities, "Cities")
    top = end + 2
    _table(
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
    _print(sheet, styles, view, language, freeze=(1, 1))


def write_summary(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """What the plan is worth, how near the best it is, and how it was made."""
    plan, scenario = view.plan, view.scenario
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 72)
    share = view.served / view.requested if view.requested else 1.0
    sections: list[tuple[str, list[tuple[str, Cell, Format]]]] = [
        (
            say("plan", language),
            [
                (say("scenario", language), scenario.name, styles.value),
                (say("period", language), words.period(scenario.start, scenario.end, language), styles.value),
                (say("status", language), words.status(plan, language), styles.value),
                (say("rotations", language), len(view.stays), styles.whole),
                (say("requested", language), view.requested, styles.whole),
                (say("served", language), view.served, styles.whole),
                (say("coverage", language), share, styles.share),
                (say("km", language), round(view.km, 3), styles.decimal),
            ],
        ),
        (
            say("score_parts", language),
            [
                (say("part_people", language), plan.score_parts.people, styles.points),
                (say("part_km", language), plan.score_parts.km, styles.points),
                (say("part_equity", language), plan.score_parts.equity, styles.points),
                (say("part_change", language), plan.score_parts.change, styles.points),
                (say("score_of", language), plan.score, styles.points),
                _or_not_proven(say("bound", language), plan.bound, styles.points, styles, language),
                _or_not_proven(say("gap", language), plan.gap, styles.proof, styles, language),
            ],
        ),
        (
            say("made", language),
            [
                (say("version", language), plan.run.version, styles.value),
                (say("mode", language), plan.run.mode, styles.value),
                (say("seed", language), plan.run.seed, styles.value),
                (say("seconds", language), plan.run.seconds, styles.decimal),
                (say("tolerance", language), plan.run.tolerance, styles.proof),
                *(
                    (say("package", language, package=name), version, styles.value)
                    for name, version in plan.run.versions.items()
                ),
                (say("fingerprint", language), plan.scenario.sha256, styles.value),
                (
                    say("certificate", language),
                    say("certificate_yes" if plan.certificate else "certificate_no", language),
                    styles.value,
                ),
            ],
        ),
        (
            say("holidays_used", language),
            [(words.day(day, language), name, styles.value) for day, name in view.calendar.holidays.items()]
            or [(say("no_holidays", language), None, styles.value)],
        ),
    ]
    row = 0
    for heading, lines in sections:
        sheet.write_string(row, 0, heading, styles.heading)
        sheet.write_blank(row, 1, None, styles.heading)
        row += 1
        for label, value, style in lines:
            sheet.write_string(row, 0, clean_text(label), styles.label)
            _cell(sheet, row, 1, value, style)
            row += 1
        row += 1
    _print(sheet, styles, view, language, freeze=None)


def _or_not_proven(
    label: str, value: float | None, style: Format, styles: Styles, language: Language
) -> tuple[str, Cell, Format]:
    return (label, say("not_proven", language), styles.value) if value is None else (label, value, style)


def _table(
    sheet: Worksheet,
    styles: Styles,
    language: Language,
    top: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    name: str,
    *,
    first_table: bool = True,
) -> int:
    """A table with filters; gives the row after it. Without rows only the headings stand."""
    headings = [say(column.key, language) for column in columns]
    widths = [
        _column_width(column, heading, [row[at] for row in rows])
        for at, (column, heading) in enumerate(zip(columns, headings, strict=True))
    ]
    sheet.set_row_pixels(top, HEADER_HEIGHT)
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        if first_table:
            sheet.set_column_pixels(at, at, width)
        sheet.write_string(top, at, heading, styles.header)
    for number, row in enumerate(rows, start=top + 1):
        # Not every program finds the height of wrapped text by itself.
        lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
        sheet.set_row_pixels(number, min(MOST_HEIGHT, LINE * lines + 4))
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            _cell(sheet, number, at, value, column.style)
    end = top + len(rows)
    if not rows:
        return top + 1
    sheet.add_table(
        top,
        0,
        end,
        len(columns) - 1,
        {
            "name": name,
            "style": "Table Style Light 1",
            "columns": [{"header": heading, "header_format": styles.header} for heading in headings],
        },
    )
    for at, column in enumerate(columns):
        if column.bar:
            sheet.conditional_format(top + 1, at, end, at, _bar(share=column.style is styles.share))
    return end + 1


def _column_width(column: Column, heading: str, values: Sequence[Cell]) -> int:
    """Pixels that show the longest value on one line, or the most that the column may have."""
    longest_word = max((text_width(word, 10, bold=True) for word in heading.split()), default=0.0)
    needed = max(longest_word + FILTER_ARROW, text_width(heading, 10, bold=True) / 2 + FILTER_ARROW)
    for value in values:
        if isinstance(value, date):
            needed = max(needed, DATE_WIDTH)
        elif value is not None:
            text = f"{value:,.1f}" if isinstance(value, float) else str(value)
            needed = max(needed, *(text_width(line, 10) for line in text.split("\n")))
        if needed > column.widest * DIGIT:
            break
    if column.bar:
        needed = max(needed, BAR_WIDTH)
    needed = max(needed, column.least * DIGIT)
    limit = max(column.widest * DIGIT, longest_word + FILTER_ARROW)
    return math.ceil(min(needed, limit)) + PADDING


def _lines(value: Cell, width: int) -> int:
    if not isinstance(value, str):
        return 1
    room = width - PADDING + 1
    return sum(max(1, math.ceil(text_width(line, 10) / room)) for line in value.split("\n"))


def _bar(*, share: bool) -> dict[str, object]:
    bar: dict[str, object] = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": "#9fd3c7" if share else "#f2b8a6",
    }
    limits: dict[str, object] = {"min_type": "num", "min_value": 0}
    if share:
        limits |= {"max_type": "num", "max_value": 1}
    return bar | limits


def _cell(sheet: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, clean_text(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(items))


def _print(
    sheet: Worksheet, styles: Styles, view: PlanView, language: Language, freeze: tuple[int, int] | None
) -> None:
    sheet.set_paper(8 if freeze else 9)  # A3 for tables, A4 for the summary
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(styles.footer(view.scenario.name, language))
    sheet.fit_to_pages(1, 0)
    if freeze:
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.freeze_panes(*freeze)
