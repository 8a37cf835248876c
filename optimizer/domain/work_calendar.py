"""The calendar of a scenario: how much of a training day each day counts for (RULES.md section 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import WEEKDAYS, CalendarRow, Scenario

# The scope types whose earlier rows an open row of a type overrules: its own and the wider ones.
_OVERRULED: dict[str, tuple[str, ...]] = {
    "all": ("all",),
    "city": ("all", "city"),
    "kind": ("all", "kind"),
    "venue": ("all", "city", "kind", "venue"),
    "course": ("all", "course"),
    "depot": ("depot",),
    "unit": ("depot", "unit"),
}
_FULL = 100
_NO_WORKING_DAY = {"en": "not a working day", "id": "bukan hari kerja"}


class WorkCalendar:
    """
    Credits of venues and courses, and depot days of units, for every day of the horizon.

    The answers are cached by the rows that apply, so thousands of venues without rows of
    their own share a few arrays. Arrays are read-only; index 0 is the horizon's start.

    Parameters
    ----------
    scenario
        A validated scenario; every scope of its calendar is taken to exist.
    language
        Of the names of holidays, ``en`` or ``id``.
    """

    def __init__(self, scenario: Scenario, language: str = "en") -> None:
        self._scenario = scenario
        self.holidays: dict[date, str] = public_holidays(
            scenario.holidays, scenario.start, scenario.end, language
        )
        self._no_working_day = _NO_WORKING_DAY[language]
        self._rows_of: dict[str, list[int]] = {}
        for number, row in enumerate(scenario.calendar):
            self._rows_of.setdefault(row.scope, []).append(number)
        self._weekday = (np.arange(scenario.days) + scenario.start.weekday()) % 7
        self._base = self._closed_without_rows()
        self._credits: dict[tuple[str, ...], npt.NDArray[np.int16]] = {}
        self._depot_days: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {}

    def credits(self, venue_id: str, course_id: str) -> npt.NDArray[np.int16]:
        """Credit 0..100 of each horizon day for teaching this course at this venue."""
        scopes = self._venue_scopes(venue_id, course_id)
        found = self._credits.get(scopes)
        if found is None:
            found = self._lowest(scopes, self._base)
            found.setflags(write=False)
            self._credits[scopes] = found
        return found

    def at_depot(self, unit_id: str) -> npt.NDArray[np.bool_]:
        """Whether the unit is at its home depot on each horizon day, by rows of scope unit and depot (R6)."""
        scopes = self._unit_scopes(unit_id)
        found = self._depot_days.get(scopes)
        if found is None:
            found = self._lowest(scopes, None) == 0
            found.setflags(write=False)
            self._depot_days[scopes] = found
        return found

    def why(self, venue_id: str, course_id: str, day: date) -> str:
        """
        Names of the rows that decide a horizon day's credit, joined by commas.

        A holiday or weekend that no row speaks of is named too; empty where nothing
        limits the day and no row opens it.
        """
        standing: list[tuple[str, int, str]] = []
        if self._base[self._scenario.index(day)] == 0:
            standing.append(("all", 0, self.holidays.get(day, self._no_working_day)))
        for row in self._rows(self._venue_scopes(venue_id, course_id)):
            if not row.covers(day):
                continue
            if row.opens:
                overruled = _OVERRULED[row.scope_type]
                standing = [item for item in standing if item[0] not in overruled]
            standing.append((row.scope_type, row.percent, row.name))
        lowest = min((percent for _, percent, _ in standing), default=_FULL)
        names = [name for _, percent, name in standing if percent == lowest]
        return ", ".join(dict.fromkeys(names))

    def _venue_scopes(self, venue_id: str, course_id: str) -> tuple[str, ...]:
        venue = self._scenario.venue_by_id[venue_id]
        return self._with_rows(
            ("all", f"city:{venue.city}", f"kind:{venue.kind}", f"venue:{venue_id}", f"course:{course_id}")
        )

    def _unit_scopes(self, unit_id: str) -> tuple[str, ...]:
        unit = self._scenario.unit_by_id[unit_id]
        return self._with_rows((f"depot:{unit.depot}", f"unit:{unit_id}"))

    def _with_rows(self, scopes: Iterable[str]) -> tuple[str, ...]:
        return tuple(scope for scope in scopes if scope in self._rows_of)

    def _rows(self, scopes: Iterable[str]) -> Sequence[CalendarRow]:
        numbers = sorted(number for scope in scopes for number in self._rows_of[scope])
        return [self._scenario.calendar[number] for number in numbers]

    def _closed_without_rows(self) -> npt.NDArray[np.int16]:
        works = np.array([day in self._scenario.working_days for day in WEEKDAYS])
        base = np.where(works[self._weekday], _FULL, 0).astype(np.int16)
        for day in self.holidays:
            base[self._scenario.index(day)] = 0
        return base

    def _lowest(self, scopes: tuple[str, ...], base: npt.NDArray[np.int16] | None) -> npt.NDArray[np.int16]:
        # An open row removes either all or none of the earlier rows of a scope type, so the
        # lowest credit per type, day by day, is all that has to be remembered of them.
        lowest: dict[str, npt.NDArray[np.int16]] = {}
        if base is not None:
            lowest["all"] = base.copy()
        for row in self._rows(scopes):
            days = self._days(row)
            if row.opens:
                for wider in _OVERRULED[row.scope_type]:
                    if wider in lowest:
                        lowest[wider][days] = _FULL
            own = lowest.setdefault(row.scope_type, self._full())
            own[days] = np.minimum(own[days], row.percent)
        result = self._full()
        for credit in lowest.values():
            np.minimum(result, credit, out=result)
        return result

    def _full(self) -> npt.NDArray[np.int16]:
        return np.full(self._scenario.days, _FULL, dtype=np.int16)

    def _days(self, row: CalendarRow) -> slice | npt.NDArray[np.int64]:
        first = max(0, self._scenario.index(row.first))
        end = max(first, min(self._scenario.days, self._scenario.index(row.last) + 1))
        if not row.weekdays:
            return slice(first, end)
        wanted = [WEEKDAYS.index(day) for day in row.weekdays]
        return first + np.flatnonzero(np.isin(self._weekday[first:end], wanted))
