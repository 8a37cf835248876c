"""Where and when a request could be held at all, before looking at any plan (R1 to R4 and R6)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.scenario import SIZES, Request, Scenario
from optimizer.domain.work_calendar import WorkCalendar

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FULL_DAY = 100


@dataclass(frozen=True, slots=True)
class Starts:
    """
    The days on which a request may start, each with the last day of its stay.

    Parameters
    ----------
    first
        Day indexes of the starts, ascending; 0 is the horizon's start.
    last
        Day index on which the stay that starts there ends, included.
    """

    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.first)

    def on(self, day: int) -> Starts:
        """The one on a day, if there is one."""
        return Starts(self.first[self.first == day], self.last[self.first == day])


class Openings:
    """
    Possible starts (R3, R4) and units (R1, R2, R6) of the requests of a scenario.

    Parameters
    ----------
    scenario
        A validated scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.calendar = WorkCalendar(scenario)
        self.home = self._prefix_of_depot_days()
        self._absent = self._prefix_of_absent_days()
        self._carriers: dict[tuple[str, str], Ints] = {}
        self._ends: dict[tuple[bytes, int, int], Ints] = {}

    @cached_property
    def indonesian_calendar(self) -> WorkCalendar:
        """The calendar with the names of holidays in Indonesian."""
        return WorkCalendar(self.scenario, "id")

    def window(self, request: Request) -> tuple[int, int]:
        """R4: first and last day index of the request's window, both inside the horizon if not empty."""
        scenario = self.scenario
        first = scenario.venue_by_id[request.venue].lead_days
        last = scenario.days - 1
        if request.earliest:
            first = max(first, scenario.index(request.earliest))
        if request.latest:
            last = min(last, scenario.index(request.latest))
        return first, last

    def starts(self, request: Request) -> Starts:
        """R3 and R4: the days on which the request may start."""
        first, last = self.window(request)
        if first > last:
            return Starts(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        ends = self._end_days(request, self.scenario.course_by_id[request.course].longest_stay)
        days = np.arange(first, last + 1)
        inside = (ends[first : last + 1] >= 0) & (ends[first : last + 1] <= last)
        return Starts(days[inside], ends[days[inside]])

    def shortest_stay(self, request: Request) -> tuple[int, int]:
        """
        First and last day index of the shortest stay inside the window, ``max_span`` left aside.

        Raises
        ------
        ValueError
            When no stay ends inside the window.
        """
        first, last = self.window(request)
        course = self.scenario.course_by_id[request.course]
        ends = self._end_days(request, longest=max(self.scenario.days, course.longest_stay))
        stays = [(int(ends[day]) - day, day) for day in range(first, last + 1) if 0 <= ends[day] <= last]
        length, start = min(stays)
        return start, start + length

    def carriers(self, request: Request) -> Ints:
        """R1 and R2: unit numbers that carry the equipment and whose vehicle the venue lets in."""
        course = self.scenario.course_by_id[request.course]
        venue = self.scenario.venue_by_id[request.venue]
        key = (course.equipment, venue.access)
        if key not in self._carriers:
            fits = SIZES[: SIZES.index(venue.access) + 1]
            self._carriers[key] = np.array(
                [
                    number
                    for number, unit in enumerate(self.scenario.units)
                    if course.equipment in unit.equipment and unit.vehicle in fits
                ],
                dtype=np.int64,
            )
        return self._carriers[key]

    def missing_facilities(self, request: Request) -> tuple[str, ...]:
        """R2: what the course needs and the venue lacks, in the course's order."""
        has = self.scenario.venue_by_id[request.venue].facilities
        return tuple(item for item in self.scenario.course_by_id[request.course].needs if item not in has)

    def there(self, units: Ints, starts: Starts) -> Bools:
        """R6: for each unit (row) and start (column), whether the unit is there for the whole stay."""
        absent = self._absent[units]
        free: Bools = absent[:, starts.last + 1] == absent[:, starts.first]
        return free

    def _end_days(self, request: Request, longest: int) -> Ints:
        """R3: last day of the stay that starts on each day, -1 where none may start."""
        course = self.scenario.course_by_id[request.course]
        worth = self.calendar.credits(request.venue, request.course)
        key = (worth.tobytes(), course.training_days, longest)
        if key not in self._ends:
            total = np.cumsum(worth, dtype=np.int64)
            needed = total - worth + FULL_DAY * course.training_days
            days = np.arange(len(worth))
            end = np.searchsorted(total, needed, side="left").astype(np.int64)
            valid = (worth > 0) & (end < len(worth)) & (end - days < longest)
            self._ends[key] = np.where(valid, end, -1)
        return self._ends[key]

    def _prefix_of_depot_days(self) -> Ints:
        """Per unit, how many days before each day it is at its depot by R6."""
        grid = np.zeros((len(self.scenario.units), self.scenario.days + 1), dtype=np.int64)
        for number, unit in enumerate(self.scenario.units):
            np.cumsum(self.calendar.at_depot(unit.id), out=grid[number, 1:])
        return grid

    def _prefix_of_absent_days(self) -> Ints:
        """Per unit, how many days before each day it may not teach by R6."""
        scenario = self.scenario
        grid = np.zeros((len(scenario.units), scenario.days + 1), dtype=np.int64)
        for number, unit in enumerate(scenario.units):
            absent = self.calendar.at_depot(unit.id).copy()
            if unit.first:
                absent[: max(0, scenario.index(unit.first))] = True
            if unit.last:
                absent[max(0, scenario.index(unit.last) + 1) :] = True
            np.cumsum(absent, out=grid[number, 1:])
        return grid
