"""A plain plan, as a planner would make it by hand in a spreadsheet: the yardstick of better ones."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.checker.worth import people_worth
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import Pin, Request, Scenario
from optimizer.legs import Legs
from optimizer.openings import Bools, Ints, Openings, Starts

Stay = tuple[int, int, int]  # first day, last day, place


def first_fit(scenario: Scenario, base_plan: Sequence[Rotation | Draft] = ()) -> list[Draft]:
    """
    Put in request by request, the highest priority first, then in file order.

    Each class goes to the first unit that is free, units of the venue's own city first and
    then the nearest depot, on the earliest day on which that unit can start. A unit so far
    away that driving there and back costs more than the class is worth is passed over; else
    no drive is weighed. The pins stand from the beginning, and the rules R1 to R10 are kept.

    Parameters
    ----------
    scenario
        A validated scenario.
    base_plan
        Rotations that are put in before all others, those that still fit.

    Raises
    ------
    InputError
        When distances come from a matrix that the scenario does not hold.
    """
    sheet = _Sheet(scenario)
    for pin in scenario.pins:
        sheet.pin(pin)
    for rotation in sorted(base_plan, key=lambda rotation: rotation.start):
        sheet.keep(rotation)
    for request in sorted(scenario.requests, key=lambda request: -request.priority):
        sheet.fill(request)
    return sheet.drafts


class _Sheet:
    """The spreadsheet: who is where on which day."""

    def __init__(self, scenario: Scenario) -> None:
        self.drafts: list[Draft] = []
        self._scenario = scenario
        self._openings = Openings(scenario)
        self._legs = Legs(scenario, [request.venue for request in scenario.requests])
        self._homes = np.array([self._legs.depot(unit.depot) for unit in scenario.units], dtype=np.int64)
        self._cities = np.array([scenario.depot_by_id[unit.depot].city for unit in scenario.units])
        self._number = {unit.id: number for number, unit in enumerate(scenario.units)}
        self._pool_of = {course: row.id for row in scenario.instructors for course in row.courses}
        self._stays: list[list[Stay]] = [[] for _ in scenario.units]
        # Per unit, days held before each day: a difference of 0 means that no day between is held.
        self._held = np.zeros((len(scenario.units), scenario.days + 1), dtype=np.int64)
        # Spare rooms per venue and spare instructors per row, by day.
        self._spare = {
            **{("room", venue.id): np.full(scenario.days, venue.rooms) for venue in scenario.venues},
            **{("pool", row.id): np.full(scenario.days, row.count) for row in scenario.instructors},
        }
        self._classes: Counter[str] = Counter()

    def pin(self, pin: Pin) -> None:
        """R10: put in a pinned rotation."""
        request = self._scenario.request_by_id[pin.request]
        starts = self._openings.starts(request)
        start = int(np.searchsorted(starts.first, self._scenario.index(pin.start)))
        self._put(request, self._number[pin.unit], int(starts.first[start]), int(starts.last[start]))

    def keep(self, rotation: Rotation | Draft) -> None:
        """Put in a rotation if it is possible."""
        request = self._scenario.request_by_id.get(rotation.request)
        unit = self._number.get(rotation.unit)
        if request is None or unit is None or not self._wants_more(request):
            return
        if unit in self._openings.carriers(request):
            start = self._openings.starts(request).on(self._scenario.index(rotation.start))
            found = next(self._fitting(request, start, np.array([unit])), None)
            if found is not None:
                self._put(request, *found)

    def fill(self, request: Request) -> None:
        """Put in as many classes of a request as its people allow (R8) and as fit."""
        starts = self._openings.starts(request)
        while self._wants_more(request):
            found = next(self._fitting(request, starts, self._in_order(request)), None)
            if found is None:
                return
            self._put(request, *found)

    def _wants_more(self, request: Request) -> bool:
        """R2 and R8: whether a class more could be held somewhere, somewhen."""
        course = self._scenario.course_by_id[request.course]
        most = min(request.people // course.class_min, -(-request.people // course.class_max))
        return self._classes[request.id] < most and not self._openings.missing_facilities(request)

    def _fitting(self, request: Request, starts: Starts, units: Ints) -> Iterator[tuple[int, int, int]]:
        """Unit, first and last day of every class that some units could hold, in their order."""
        free = self._openings.there(units, starts)
        free &= self._held[units][:, starts.last + 1] == self._held[units][:, starts.first]
        for key in self._limits(request):
            free &= self._any_spare(self._spare[key], starts)
        place = self._legs.venue(request.venue)
        for row in np.flatnonzero(free.any(axis=1)).tolist():
            for column in np.flatnonzero(free[row]).tolist():
                unit, first, last = int(units[row]), int(starts.first[column]), int(starts.last[column])
                if self._moves_fit(unit, (first, last, place)):
                    yield unit, first, last

    def _in_order(self, request: Request) -> Ints:
        """Units that fit (R1, R2) and are near enough: own city first, then by distance, then file order."""
        units = self._openings.carriers(request)
        venue = self._scenario.venue_by_id[request.venue]
        there, back = (way[self._homes[units]] for way in self._legs.at_least(self._legs.venue(venue.id)))
        near = self._legs.costs(there) + self._legs.costs(back) <= self._worth_of_next(request)
        order = np.lexsort((units, there, self._cities[units] != venue.city))
        return units[order[near[order]]]

    def _worth_of_next(self, request: Request) -> int:
        size = self._scenario.course_by_id[request.course].class_max
        count = self._classes[request.id]
        served = (min(request.people, classes * size) for classes in (count, count + 1))
        before, after = (people_worth(self._scenario, request, people) for people in served)
        return after - before

    def _limits(self, request: Request) -> list[tuple[str, str]]:
        rooms = ("room", request.venue)
        return (
            [rooms, ("pool", self._pool_of[request.course])] if request.course in self._pool_of else [rooms]
        )

    def _any_spare(self, spare: Ints, starts: Starts) -> Bools:
        full = np.concatenate([[0], np.cumsum(spare <= 0)])
        found: Bools = full[starts.last + 1] == full[starts.first]
        return found

    def _moves_fit(self, unit: int, stay: Stay) -> bool:
        """R5: whether the stays before and after leave the days that the moves need."""
        stays = self._stays[unit]
        position = bisect_left(stays, stay)
        before, after = stays[max(position - 1, 0) : position], stays[position : position + 1]
        return all(self._far_enough(unit, one, stay) for one in before) and all(
            self._far_enough(unit, stay, one) for one in after
        )

    def _far_enough(self, unit: int, earlier: Stay, later: Stay) -> bool:
        home = self._openings.home[unit]
        if home[later[0]] > home[earlier[1] + 1]:
            return True
        return later[0] - earlier[1] - 1 >= self._legs.move_days(earlier[2], later[2])

    def _put(self, request: Request, unit: int, first: int, last: int) -> None:
        insort(self._stays[unit], (first, last, self._legs.venue(request.venue)))
        self._held[unit, first + 1 :] += 1
        self._held[unit, first + 1 : last + 2] += np.arange(last - first + 1)
        self._held[unit, last + 2 :] += last - first
        for key in self._limits(request):
            self._spare[key][first : last + 1] -= 1
        self._classes[request.id] += 1
        day = self._scenario.day
        self.drafts.append(
            Draft(request=request.id, unit=self._scenario.units[unit].id, start=day(first), end=day(last))
        )
