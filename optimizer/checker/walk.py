"""
The checker's own calendar: one day at a time, the rows read in file order (RULES.md section 1).

Nothing here is shared with ``WorkCalendar``; that the two agree is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import WEEKDAYS, CalendarRow, Course, Scenario, Unit, Venue

ONE_DAY = timedelta(days=1)
_EVERY_DAY = frozenset(range(7))

# Each pair reads: the first scope is wider than the second.
_WIDER = {
    ("all", "city"),
    ("all", "kind"),
    ("all", "venue"),
    ("all", "course"),
    ("city", "venue"),
    ("kind", "venue"),
    ("depot", "unit"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    scope: str
    first: date
    last: date
    weekdays: frozenset[int]
    opens: bool
    credit: int

    @classmethod
    def of(cls, row: CalendarRow) -> _Row:
        weekdays = row.weekdays or WEEKDAYS
        numbers = frozenset(WEEKDAYS.index(name) for name in weekdays)
        return cls(row.scope_type, row.first, row.last, numbers, row.opens, row.percent)

    def speaks_of(self, day: date) -> bool:
        return self.first <= day <= self.last and day.weekday() in self.weekdays

    def overrules(self, earlier: _Row) -> bool:
        return self.opens and (earlier.scope == self.scope or (earlier.scope, self.scope) in _WIDER)


class _Reading:
    """
    The rows that apply somewhere, in file order, and the days already read with them.

    Parameters
    ----------
    rows
        Rows of all scopes that apply.
    """

    def __init__(self, rows: list[_Row]) -> None:
        self.rows = rows
        self.days: dict[date, int] = {}

    def lowest(self, day: date, closed: bool) -> int:
        """The day's lowest credit of the rows left, the day being closed beforehand or not."""
        left = [_Row("all", day, day, _EVERY_DAY, False, 0)] if closed else []
        for row in self.rows:
            if row.speaks_of(day):
                left = [earlier for earlier in left if not row.overrules(earlier)]
                left.append(row)
        return min((row.credit for row in left), default=100)


class DayWalk:
    """
    What each day counts for, and when a class that starts on a day ends.

    Days outside the horizon are answered too: rotations of a base plan may lie there.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._working = frozenset(WEEKDAYS.index(name) for name in scenario.working_days)
        self._holidays: dict[int, frozenset[date]] = {}
        self._by_scope: dict[str, list[tuple[int, _Row]]] = {}
        for number, row in enumerate(scenario.calendar):
            self._by_scope.setdefault(row.scope, []).append((number, _Row.of(row)))
        self._shared: dict[tuple[str, ...], _Reading] = {}
        self._of_class: dict[tuple[str, str], _Reading] = {}
        self._of_unit: dict[str, _Reading] = {}

    def credit(self, venue: Venue, course: Course, day: date) -> int:
        """What the day counts for, 0..100, for teaching the course at the venue."""
        return self._credit(self._class_reading(venue, course), day)

    def end(self, venue: Venue, course: Course, start: date, last: date) -> date | None:
        """First day, up to ``last``, on which the credits from ``start`` on reach the course's days."""
        reading = self._class_reading(venue, course)
        missing = 100 * course.training_days
        for day in days(start, last):
            missing -= self._credit(reading, day)
            if missing <= 0:
                return day
        return None

    def at_depot(self, unit: Unit, day: date) -> bool:
        """Whether the unit is at its home depot on the day (R6)."""
        return self.first_depot_day(unit, day, day) is not None

    def first_depot_day(self, unit: Unit, first: date, last: date) -> date | None:
        """First day from ``first`` to ``last``, both included, on which the unit is at its depot."""
        reading = self._unit_reading(unit)
        if not reading.rows:
            return None
        for day in days(first, last):
            if day not in reading.days:
                reading.days[day] = reading.lowest(day, closed=False)
            if reading.days[day] == 0:
                return day
        return None

    def depot_day_between(self, unit: Unit, earlier_end: date, later_start: date) -> bool:
        """Whether the unit is at its depot on some day after the one date and before the other (R5, R6)."""
        if (later_start - earlier_end).days < 2:
            return False
        return self.first_depot_day(unit, earlier_end + ONE_DAY, later_start - ONE_DAY) is not None

    def _credit(self, reading: _Reading, day: date) -> int:
        if day not in reading.days:
            reading.days[day] = reading.lowest(day, self._is_closed_by_default(day))
        return reading.days[day]

    def _is_closed_by_default(self, day: date) -> bool:
        if day.weekday() not in self._working:
            return True
        if day.year not in self._holidays:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
            self._holidays[day.year] = frozenset(public_holidays(self._scenario.holidays, first, last))
        return day in self._holidays[day.year]

    def _class_reading(self, venue: Venue, course: Course) -> _Reading:
        name = venue.id, course.id
        if name not in self._of_class:
            scopes = (
                "all",
                f"city:{venue.city}",
                f"kind:{venue.kind}",
                f"venue:{venue.id}",
                f"course:{course.id}",
            )
            self._of_class[name] = self._reading(scopes)
        return self._of_class[name]

    def _unit_reading(self, unit: Unit) -> _Reading:
        if unit.id not in self._of_unit:
            self._of_unit[unit.id] = self._reading((f"depot:{unit.depot}", f"unit:{unit.id}"))
        return self._of_unit[unit.id]

    def _reading(self, scopes: tuple[str, ...]) -> _Reading:
        scopes = tuple(scope for scope in scopes if scope in self._by_scope)
        if scopes not in self._shared:
            numbered = [item for scope in scopes for item in self._by_scope[scope]]
            self._shared[scopes] = _Reading([row for _, row in sorted(numbered, key=lambda item: item[0])])
        return self._shared[scopes]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
