"""
The checker's own calendar: one day at a time, the rows read in file order (RULES.md section 1).

Nothing here is shared with ``WorkCalendar``; that the two agree is tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import WEEKDAYS, CalendarRow, Course, Scenario, Unit, Venue

ONE_DAY = timedelta(days=1)

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
        self._rows: dict[tuple[str, ...], list[_Row]] = {}
        self._credits: dict[tuple[str, ...], dict[date, int]] = {}

    def credit(self, venue: Venue, course: Course, day: date) -> int:
        """What the day counts for, 0..100, for teaching the course at the venue."""
        scopes = self._known(
            ("all", f"city:{venue.city}", f"kind:{venue.kind}", f"venue:{venue.id}", f"course:{course.id}")
        )
        known = self._credits.setdefault(scopes, {})
        if day not in known:
            rows = self._rows_of(scopes)
            if self._is_closed_by_default(day):
                rows = [_Row("all", day, day, frozenset(range(7)), False, 0), *rows]
            known[day] = min((row.credit for row in _left(rows, day)), default=100)
        return known[day]

    def at_depot(self, unit: Unit, day: date) -> bool:
        """Whether the unit is at its home depot on the day (R6)."""
        scopes = self._known((f"depot:{unit.depot}", f"unit:{unit.id}"))
        return bool(scopes) and any(row.credit == 0 for row in _left(self._rows_of(scopes), day))

    def first_depot_day(self, unit: Unit, first: date, last: date) -> date | None:
        """First day from ``first`` to ``last``, both included, on which the unit is at its depot."""
        if not self._known((f"depot:{unit.depot}", f"unit:{unit.id}")):
            return None
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if self.at_depot(unit, day):
                return day
        return None

    def depot_day_between(self, unit: Unit, earlier_end: date, later_start: date) -> bool:
        """Whether the unit is at its depot on some day after the one date and before the other (R5, R6)."""
        if (later_start - earlier_end).days < 2:
            return False
        return self.first_depot_day(unit, earlier_end + ONE_DAY, later_start - ONE_DAY) is not None

    def end(self, venue: Venue, course: Course, start: date, last: date) -> date | None:
        """First day, up to ``last``, on which the credits from ``start`` on reach the course's days."""
        missing = 100 * course.training_days
        for number in range((last - start).days + 1):
            day = start + timedelta(days=number)
            missing -= self.credit(venue, course, day)
            if missing <= 0:
                return day
        return None

    def _is_closed_by_default(self, day: date) -> bool:
        if day.weekday() not in self._working:
            return True
        if day.year not in self._holidays:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
            self._holidays[day.year] = frozenset(public_holidays(self._scenario.holidays, first, last))
        return day in self._holidays[day.year]

    def _known(self, scopes: Iterable[str]) -> tuple[str, ...]:
        return tuple(scope for scope in scopes if scope in self._by_scope)

    def _rows_of(self, scopes: tuple[str, ...]) -> list[_Row]:
        if scopes not in self._rows:
            numbered = [item for scope in scopes for item in self._by_scope[scope]]
            self._rows[scopes] = [row for _, row in sorted(numbered, key=lambda item: item[0])]
        return self._rows[scopes]


def _left(rows: Iterable[_Row], day: date) -> list[_Row]:
    """The rows that speak of the day and that no later open row overrules."""
    left: list[_Row] = []
    for row in rows:
        if row.speaks_of(day):
            left = [earlier for earlier in left if not row.overrules(earlier)]
            left.append(row)
    return left
