"""
Whether the rows of a scenario fit together (RULES.md section 1).

Every row is sound by itself when it comes here; or it lacks the fields that are not,
and only what it has is looked at, so that one broken cell hides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from fractions import Fraction
from math import hypot, sqrt
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from optimizer.domain.advice import advice
from optimizer.domain.issue_list import IssueList
from optimizer.domain.matrix import matrix_faults
from optimizer.domain.nearest import Names
from optimizer.domain.place import Locate, in_folder
from optimizer.domain.rows import Rows
from optimizer.domain.scenario import Objective, Scenario, Travel
from optimizer.exceptions import SILENCE, Issue, Sentence

#: Years that a horizon may span.
MAX_YEARS = 10

#: Points that a plan may be worth: below 2**53 millipoints all arithmetic is exact.
MOST_POINTS = 9 * 10**12

#: Metres of a degree at most, on any meridian and along the equator.
_DEGREE = 111_700

#: Abbreviations of time zones that planners write, and the names they stand for.
_ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}

#: Column and table it points to, by table: ids that must exist.
_REFERENCES: dict[str, dict[str, str]] = {
    "units": {"depot": "depots"},
    "requests": {"venue": "venues", "course": "courses"},
    "instructors": {"courses": "courses"},
    "pins": {"request": "requests", "unit": "units"},
}

#: What a scope may name, by its type: a table's ids, or values of its column.
_SCOPES = {"venue": "venues", "course": "courses", "depot": "depots", "unit": "units"}


def validate_scenario(
    scenario: Scenario, place: Locate = in_folder, unread: Collection[str] = frozenset()
) -> IssueList:
    """
    Every issue of the scenario as a whole, errors and warnings.

    Parameters
    ----------
    scenario
        Its rows may lack fields that could not be read.
    place
        Tells where a row stood.
    unread
        Tables that could not be read; references to them are not judged.
    """
    rows = Rows(scenario, place, frozenset(unread))
    checks: tuple[Callable[[Rows], Iterator[Issue]], ...] = (
        _horizon,
        _country_and_zone,
        _ids,
        _references,
        _spans,
        _class_sizes,
        _scopes,
        _depot_days,
        _one_instructor_row,
        _equal_pins,
        matrix_faults,
        _largest_score,
        advice,
    )
    return IssueList(issue for check in checks for issue in check(rows))


def _horizon(rows: Rows) -> Iterator[Issue]:
    start, end = rows.setting("start"), rows.setting("end")
    if not (isinstance(start, date) and isinstance(end, date)):
        return
    place = rows.place("scenario", None, "end")
    if end < start:
        yield place.issue("V03", Sentence("The end {end} is before the start {start}.", end=end, start=start))
    elif start.year < 1900 or end.year > 2199:
        yield place.issue(
            "V11",
            Sentence(
                "The horizon {start} to {end} lies outside the years 1900 to 2199.", start=start, end=end
            ),
        )
    elif end >= date(start.year + MAX_YEARS, start.month, min(start.day, 28)):
        years = (end - start).days / 365.25
        message = Sentence(
            "The horizon {start} to {end} has {years:.1f} years; at most {max_years} are planned.",
            start=start,
            end=end,
            years=years,
            max_years=MAX_YEARS,
        )
        yield place.issue("V11", message)


def _country_and_zone(rows: Rows) -> Iterator[Issue]:
    country = rows.setting("holidays")
    if isinstance(country, str) and country:
        import holidays  # here, because it costs a tenth of a second that a scenario without it saves

        known = Names(holidays.list_supported_countries())
        if country not in known:
            message = Sentence('"{country}" is not a country code of the holidays package.', country=country)
            found = known.nearest(country)
            hint = (
                Sentence("Did you mean {found}?", found=found)
                if found
                else Sentence("Indonesia is ID; leave it empty for no holidays.")
            )
            yield rows.place("scenario", None, "holidays").issue("V13", message, hint)
    zone = rows.setting("timezone")
    if isinstance(zone, str) and not _is_zone(zone):
        found = _ZONES.get(zone.upper()) or Names(available_timezones()).nearest(zone)
        hint = (
            Sentence("Did you mean {found}?", found=found)
            if found
            else Sentence("Write it like Asia/Jakarta.")
        )
        place = rows.place("scenario", None, "timezone")
        yield place.issue("V12", Sentence('"{zone}" is not the name of a time zone.', zone=zone), hint)


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _ids(rows: Rows) -> Iterator[Issue]:
    for table in ("depots", "units", "courses", "venues", "requests", "instructors"):
        first: dict[str, int] = {}
        for index, row in rows.of(table):
            key = getattr(row, "id", None)
            if key is None:
                continue
            if key in first:
                seen = rows.place(table, first[key], "id").row
                place = rows.place(table, index, "id")
                yield place.issue(
                    "V01",
                    Sentence(
                        'The id "{key}" stands already in row {seen}; expected one row per id.',
                        key=key,
                        seen=seen,
                    ),
                )
            else:
                first[key] = index


def _references(rows: Rows) -> Iterator[Issue]:
    for table, columns in _REFERENCES.items():
        for index, row in rows.of(table):
            for column, target in columns.items():
                value = getattr(row, column, None)
                if value is None or target in rows.unread:
                    continue
                for key in value if isinstance(value, tuple) else (value,):
                    if key not in rows.ids(target):
                        place = rows.place(table, index, column)
                        yield place.issue(
                            "V02",
                            Sentence('"{key}" is not an id of {target}.', key=key, target=target),
                            _hint(rows, target, key),
                        )


def _hint(rows: Rows, table: str, key: str) -> Sentence:
    known = rows.ids(table)
    parts = [part for part in key.replace(";", ",").split(",") if part]
    if len(parts) > 1 and all(part in known for part in parts):
        return Sentence("Separate ids by spaces: {parts}", parts=" ".join(parts))
    found = known.nearest(key)
    if found:
        return Sentence("Did you mean {found}?", found=found)
    named = next((row for _, row in rows.of(table) if getattr(row, "name", None) == key), None)
    if named is not None and getattr(named, "id", None):
        return Sentence("This is a name; its id is {named}.", named=named.id)
    return SILENCE if len(known) else Sentence("The table {table} has no rows.", table=table)


def _spans(rows: Rows) -> Iterator[Issue]:
    """Dates in order: first and last day of units and calendar rows, earliest and latest of requests."""
    for table, first, last, column, other in (
        ("units", "first", "last", "to", "from"),
        ("requests", "earliest", "latest", "latest", "earliest"),
        ("calendar", "first", "last", "to", "from"),
    ):
        for index, row in rows.of(table):
            start, end = getattr(row, first, None), getattr(row, last, None)
            if start is not None and end is not None and start > end:
                message = Sentence(
                    "{column} ({end}) is before {other} ({start}).",
                    column=column,
                    end=end,
                    other=other,
                    start=start,
                )
                yield rows.place(table, index, column).issue("V03", message)


def _class_sizes(rows: Rows) -> Iterator[Issue]:
    for index, row in rows.of("courses"):
        least, most = getattr(row, "class_min", None), getattr(row, "class_max", None)
        if least is not None and most is not None and least > most:
            place = rows.place("courses", index, "class_min")
            yield place.issue(
                "V04", Sentence("class_min ({least}) is above class_max ({most}).", least=least, most=most)
            )
        days, span = getattr(row, "training_days", None), getattr(row, "max_span", None)
        if days is not None and span is not None and span < days:
            message = Sentence(
                "max_span ({span}) is below training_days ({days}): no stay is that short.",
                span=span,
                days=days,
            )
            hint = Sentence("Leave it empty for 2 x training_days + 4.")
            yield rows.place("courses", index, "max_span").issue("V05", message, hint)


def _scopes(rows: Rows) -> Iterator[Issue]:
    for index, row in rows.of("calendar"):
        scope = getattr(row, "scope", None)
        if scope is None or scope == "all":
            continue
        kind, _, key = scope.partition(":")
        table = _SCOPES.get(kind)
        if (table or "venues") in rows.unread:
            continue
        known = rows.ids(table) if table else rows.values("venues", kind)
        if key not in known:
            what = (
                Sentence("no row of {table} has this id", table=table)
                if table
                else Sentence("no venue has this {kind}", kind=kind)
            )
            found = known.nearest(key)
            hint = Sentence("Did you mean {kind}:{found}?", kind=kind, found=found) if found else SILENCE
            yield rows.place("calendar", index, "scope").issue(
                "V06", Sentence('"{scope}" names nothing: {what}.', scope=scope, what=what), hint
            )


def _depot_days(rows: Rows) -> Iterator[Issue]:
    for index, row in rows.of("calendar"):
        scope, credit = getattr(row, "scope", None), getattr(row, "credit", None)
        if scope is None or credit is None or scope.partition(":")[0] not in ("unit", "depot"):
            continue
        if credit not in ("0", "open", "open:100"):
            message = Sentence(
                "{credit} stands in a row of a {kind}; expected 0 (at the depot) or open.",
                credit=credit,
                kind=scope.partition(":")[0],
            )
            yield rows.place("calendar", index, "credit").issue("V07", message)


def _one_instructor_row(rows: Rows) -> Iterator[Issue]:
    """R9: a course stands in at most one row."""
    first: dict[str, int] = {}
    for index, row in rows.of("instructors"):
        for course in dict.fromkeys(getattr(row, "courses", None) or ()):
            if course in first:
                seen = rows.place("instructors", first[course], "courses").row
                message = Sentence(
                    "{course} stands already in row {seen}; expected a course in one row only (R9).",
                    course=course,
                    seen=seen,
                )
                yield rows.place("instructors", index, "courses").issue("V08", message)
            else:
                first[course] = index


def _equal_pins(rows: Rows) -> Iterator[Issue]:
    first: dict[tuple[Any, ...], int] = {}
    for index, row in rows.of("pins"):
        key = tuple(getattr(row, column, None) for column in ("request", "unit", "start"))
        if None in key:
            continue
        if key in first:
            seen = rows.place("pins", first[key], None).row
            yield rows.place("pins", index, None).issue(
                "V09", Sentence("This pin stands already in row {seen} (R10).", seen=seen)
            )
        else:
            first[key] = index


def _largest_score(rows: Rows) -> Iterator[Issue]:
    """Whether a plan could be worth, or drive away, more points than are counted exactly."""
    objective, travel = rows.setting("objective"), rows.setting("travel")
    start, end = rows.setting("start"), rows.setting("end")
    sound = isinstance(objective, Objective) and isinstance(travel, Travel)
    if not (sound and isinstance(start, date) and isinstance(end, date)):
        return
    rates = {name: Fraction(getattr(objective, name, 0)) for name in Objective.model_fields}
    values = {getattr(row, "id", None): getattr(row, "value", 0) for _, row in rows.of("courses")}
    people = sum(
        (
            getattr(row, "people", 0)
            * Fraction(getattr(row, "priority", 0))
            * Fraction(values.get(getattr(row, "course", None), 0))
            for _, row in rows.of("requests")
        ),
        Fraction(0),
    )
    line = _DEGREE * hypot(_width(rows, "latitude"), _width(rows, "longitude"))
    road = float(getattr(travel, "a", 0)) * line + float(getattr(travel, "b", 0)) * sqrt(line)
    longest = max(
        (getattr(row, "metres", 0) for _, row in rows.of("distances")), default=int(max(line, road))
    )
    unit_days = len(rows.scenario.units) * max(0, (end - start).days + 1)
    points = (
        people * rates["person"]
        + 2 * unit_days * Fraction(longest, 1000) * rates["km"]
        + rates["equity"]
        + unit_days * rates["change"]
    )
    if points > MOST_POINTS:
        message = Sentence(
            "A plan could be worth {points:.0e} points; at most {most_points:,} are counted exactly.",
            points=float(points),
            most_points=MOST_POINTS,
        )
        hint = Sentence("Check people, priority and value, and the rates of objective.")
        yield rows.place("scenario", None, None).issue("V18", message, hint)


def _width(rows: Rows, column: str) -> float:
    """Degrees between the outermost places."""
    found = [getattr(row, column, None) for table in ("depots", "venues") for _, row in rows.of(table)]
    known = [degrees for degrees in found if degrees is not None]
    return max(known) - min(known) if known else 0.0
