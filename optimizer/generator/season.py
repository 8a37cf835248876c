"""
The rows of the calendar that come back every year in Indonesia.

The rules of thumb below give Jakarta's announced dates of 2026 (Ramadan 19 February to 20 March,
school breaks 16 to 20 February and 16 to 27 March) and are assumed for other years.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import CalendarRow, Weekday


def row(
    name: str, scope: str, first: date, last: date, credit: str, weekdays: tuple[Weekday, ...] = ()
) -> CalendarRow:
    """A calendar row; a short form of the constructor, whose aliases are keywords of Python."""
    return CalendarRow.model_validate(
        {"name": name, "scope": scope, "from": first, "to": last, "weekdays": weekdays, "credit": credit}
    )


def season_rows(start: date, end: date) -> list[CalendarRow]:
    """Ramadan, school breaks and days of worship that touch the horizon, both ends included."""
    around = public_holidays("ID", start - timedelta(days=60), end + timedelta(days=60))
    rows = [*_every_week(start, end), *_school_years(start, end)]
    for day, name in around.items():
        if name.removesuffix(" (estimated)") == "Eid al-Fitr":
            rows += _ramadan(day)
        if name == "Good Friday":
            rows.append(_closed("Holy Week and Easter", "kind:church", day, -1, 2))
        if name == "Christmas Day":
            rows.append(_closed("Christmas", "kind:church", day, -1, 1))
    return [found for found in rows if found.first <= end and found.last >= start]


def _closed(name: str, scope: str, day: date, before: int, after: int) -> CalendarRow:
    return row(name, scope, day + timedelta(days=before), day + timedelta(days=after), "0")


def _every_week(start: date, end: date) -> Iterator[CalendarRow]:
    yield row("Friday prayer", "kind:mosque", start, end, "0", ("fri",))
    yield row("Sunday service", "kind:church", start, end, "0", ("sun",))


def _ramadan(eid: date) -> Iterator[CalendarRow]:
    eve = eid - timedelta(days=1)
    yield row("Ramadan (short days)", "all", eid - timedelta(days=30), eve, "80")
    yield row("Last ten days of Ramadan", "kind:mosque", eid - timedelta(days=10), eve, "0")
    yield _closed("School break (start of Ramadan)", "kind:school", eid, -33, -29)
    yield _closed("School break (Eid)", "kind:school", eid, -5, 6)


def _school_years(start: date, end: date) -> Iterator[CalendarRow]:
    for year in range(start.year - 1, end.year + 1):
        name = "School break (middle of the year)"
        yield row(name, "kind:school", date(year, 6, 20), date(year, 7, 12), "0")
        yield row("School break (Christmas)", "kind:school", date(year, 12, 21), date(year + 1, 1, 4), "0")
