"""Scenario to core problem, and a solution of it back to rotations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Change, Equity, Ints, Problem, Segment, earliest_ends
from optimizer.core.solution import Solution, Visit, keep_where_possible
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import SIZES, Pin, Request, Scenario, Unit
from optimizer.domain.work_calendar import WorkCalendar
from optimizer.legs import micro
from optimizer.transitions import transitions


@dataclass(frozen=True, slots=True)
class Compiled:
    """
    A core problem and what its numbers stand for.

    Parameters
    ----------
    problem
        The core problem.
    jobs
        Request id of each job.
    units
        Unit id of each unit number.
    base_rotations
        Number of rotations of the plan that is changed; 0 without one.
    """

    scenario: Scenario
    problem: Problem
    jobs: tuple[str, ...]
    units: tuple[str, ...]
    base_rotations: int = 0

    def rotations(self, solution: Solution) -> list[Draft]:
        """The rotations of a solution, pinned ones included."""
        drafts = [
            Draft(request=pin.request, unit=pin.unit, start=pin.start, pinned=True)
            for pin in self.scenario.pins
        ]
        for segment, route in zip(self.problem.segments, solution.routes, strict=True):
            drafts += [
                Draft(
                    request=self.jobs[visit.job],
                    unit=self.units[segment.unit],
                    start=self.scenario.day(visit.start),
                )
                for visit in route
            ]
        return drafts

    def solution(self, drafts: Iterable[Draft]) -> Solution:
        """The solution that holds the rotations of a plan; pinned ones are left out."""
        demands = self.problem.job_demand.tolist()
        job_of = dict(zip(self.jobs, demands, strict=True))
        pinned = {(pin.request, pin.unit, pin.start) for pin in self.scenario.pins}
        visits: dict[tuple[str, int], Visit] = {}
        for draft in drafts:
            if (draft.request, draft.unit, draft.start) not in pinned:
                start = self.scenario.index(draft.start)
                visits[draft.unit, start] = Visit(start=start, job=job_of[draft.request])
        routes = []
        for segment in self.problem.segments:
            unit = self.units[segment.unit]
            days = range(segment.first, segment.last + 1)
            routes.append(tuple(visits[unit, day] for day in days if (unit, day) in visits))
        return keep_where_possible(self.problem, Solution(tuple(routes)))


def compile_scenario(scenario: Scenario, base_plan: Sequence[Rotation | Draft] = ()) -> Compiled:
    """
    The core problem of a valid scenario, and of the plan that it changes, if any.

    Classes of calendars are told apart by what they give, not by name: venues and courses
    with the same credits and length share one row of end days.
    """
    calendar = WorkCalendar(scenario)
    classes = _Classes(scenario, calendar)
    pins = defaultdict(list)
    for pin in scenario.pins:
        pins[pin.unit].append(pin)
    pinned = Counter(pin.request for pin in scenario.pins)
    asked = [r for r in scenario.requests if _most_classes(scenario, r, pinned[r.id])]
    # Only venues that are asked for or pinned need distances: at national scale most of the matrix.
    venues = list(dict.fromkeys(r.venue for r in asked))
    place_of = {venue: place for place, venue in enumerate(venues)}
    depots = {depot.id: number for number, depot in enumerate(scenario.depots)}
    cost, gap, regions = transitions(scenario, venues)

    segments: list[Segment] = []
    for number, unit in enumerate(scenario.units):
        home = len(venues) + depots[unit.depot]
        fixed = [_stay(scenario, classes, place_of, pin) for pin in pins[unit.id]]
        segments += _segments(scenario, calendar, unit, number, home, sorted(fixed))

    room = np.array([scenario.venue_by_id[v].rooms for v in venues], dtype=np.int64)
    room = np.repeat(room[:, None], scenario.days, axis=1)
    pool = np.repeat(
        np.array([row.count for row in scenario.instructors], dtype=np.int64)[:, None], scenario.days, axis=1
    )
    pool_of = {course: n for n, row in enumerate(scenario.instructors) for course in row.courses}
    for pin in scenario.pins:
        place, start, end = _stay(scenario, classes, place_of, pin)[2], *_days(scenario, classes, pin)
        room[place, start : end + 1] -= 1
        course = scenario.request_by_id[pin.request].course
        if course in pool_of:
            pool[pool_of[course], start : end + 1] -= 1

    rows = [_job_row(scenario, classes, request, pinned[request.id]) for request in asked]
    eligible = _eligible(scenario, asked, rows, classes, segments)
    change, stays = _change(scenario, asked, rows, classes, segments, eligible, base_plan)
    shared = {id(jobs): jobs for jobs in eligible}
    used = np.unique(np.concatenate([_ints([]), *shared.values()])).tolist()
    job_of = {old: new for new, old in enumerate(used)}
    renumbered = {key: _ints(job_of[job] for job in jobs.tolist()) for key, jobs in shared.items()}
    base = 0
    served: dict[str, int] = defaultdict(int)
    for old, request in enumerate(asked):
        if old not in job_of:
            base += rows[old].value[0]
            served[scenario.venue_by_id[request.venue].city] += rows[old].people[0]
    demand = list(range(len(used))) + [job_of[stay.job] for stay in stays]
    jobs = [asked[old] for old in used] + [asked[stay.job] for stay in stays]
    only = classes.from_one_day([(stay.start, stay.end) for stay in stays])
    kept = [rows[old] for old in used]
    kept += [_JobRow(row, stay.start, stay.end, [0], [0]) for row, stay in zip(only, stays, strict=True)]
    width = max((len(row.value) for row in kept), default=2)
    able = [renumbered[id(jobs)] for jobs in eligible]
    for number, stay in enumerate(stays, start=len(used)):
        able[stay.segment] = np.append(able[stay.segment], number)
    problem = Problem(
        horizon=scenario.days,
        cost=cost,
        gap=gap,
        places=len(venues),
        job_place=_ints(place_of[r.venue] for r in jobs),
        job_class=_ints(row.calendar_class for row in kept),
        job_first=_ints(row.first for row in kept),
        job_last=_ints(row.last for row in kept),
        job_pool=_ints(pool_of.get(r.course, -1) for r in jobs),
        job_demand=_ints(demand),
        class_end=classes.table(),
        value=_padded((row.value for row in kept), width),
        people=_padded((row.people for row in kept), width),
        copies=_ints(len(row.value) - 1 for row in kept),
        room=room,
        pool=pool.reshape(len(scenario.instructors), scenario.days),
        segments=tuple(segments),
        eligible=tuple(able),
        base_value=base,
        equity=_equity(scenario, jobs, served),
        change=change,
        regions=regions,
    )
    units = tuple(unit.id for unit in scenario.units)
    return Compiled(scenario, problem, tuple(r.id for r in jobs), units, len(base_plan))


@dataclass(frozen=True, slots=True)
class _JobRow:
    calendar_class: int
    first: int
    last: int
    value: list[int]
    people: list[int]


class _Classes:
    """End days by class of calendar: each distinct (credits, course length) once."""

    def __init__(self, scenario: Scenario, calendar: WorkCalendar) -> None:
        self._scenario = scenario
        self._calendar = calendar
        self._numbers: dict[tuple[bytes, int, int], int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        self.ends: list[Ints] = []

    def number(self, venue: str, course_id: str) -> int:
        """Class of a venue and course."""
        pair = (venue, course_id)
        if pair not in self._pairs:
            course = self._scenario.course_by_id[course_id]
            credits = np.asarray(self._calendar.credits(venue, course_id), dtype=np.int64)
            key = (credits.tobytes(), course.training_days, course.longest_stay)
            if key not in self._numbers:
                self._numbers[key] = len(self.ends)
                self.ends.append(_end_days(credits, course.training_days, course.longest_stay))
            self._pairs[pair] = self._numbers[key]
        return self._pairs[pair]

    def from_one_day(self, stays: list[tuple[int, int]]) -> list[int]:
        """Classes in which a stay starts on one day alone, of the first and last days of these stays."""
        number = {stay: row for row, stay in enumerate(dict.fromkeys(stays), start=len(self.ends))}
        for start, end in number:
            row = np.full(self._scenario.days, -1, np.int64)
            row[start] = end
            self.ends.append(row)
        return [number[stay] for stay in stays]

    def table(self) -> Ints:
        """End day of each class and start day, -1 where no stay may start."""
        return np.array(self.ends, dtype=np.int64).reshape(len(self.ends), self._scenario.days)


def _end_days(credits: Ints, training_days: int, longest_stay: int) -> Ints:
    """R3: the first day on which the credits from the start on reach 100 a training day."""
    total = np.cumsum(credits)
    before = total - credits
    days = np.arange(len(credits))
    end = np.searchsorted(total, before + 100 * training_days, side="left")
    valid = (credits > 0) & (end < len(credits)) & (end - days + 1 <= longest_stay)
    return np.where(valid, end, -1)


def _most_classes(scenario: Scenario, request: Request, pinned: int) -> int:
    """R8: how many classes a request can have (pins may ask for more than the size needs)."""
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    by_size = min(request.people // course.class_min, -(-request.people // course.class_max))
    # A crowd of a thousand million is no reason to count so many classes: each takes a room its days (R7).
    by_room = venue.rooms * (scenario.days // course.training_days)
    return max(min(by_size, by_room), pinned)


def _job_row(scenario: Scenario, classes: _Classes, request: Request, pinned: int) -> _JobRow:
    course = scenario.course_by_id[request.course]
    venue = scenario.venue_by_id[request.venue]
    most = _most_classes(scenario, request, pinned)
    people = [min(request.people, k * course.class_max) for k in range(pinned, most + 1)]
    rate = Fraction(request.priority) * Fraction(course.value) * Fraction(scenario.objective.person) * 1000
    first = max(venue.lead_days, scenario.index(request.earliest) if request.earliest else 0)
    last = min(scenario.days - 1, scenario.index(request.latest) if request.latest else scenario.days - 1)
    return _JobRow(
        calendar_class=classes.number(request.venue, request.course),
        first=min(max(first, 0), scenario.days),
        last=max(last, -1),
        value=[int((count * rate + Fraction(1, 2)) // 1) for count in people],
        people=people,
    )


def _days(scenario: Scenario, classes: _Classes, pin: Pin) -> tuple[int, int]:
    """First and last day of a pinned stay."""
    request = scenario.request_by_id[pin.request]
    start = scenario.index(pin.start)
    return start, int(classes.ends[classes.number(request.venue, request.course)][start])


def _stay(scenario: Scenario, classes: _Classes, place_of: dict[str, int], pin: Pin) -> tuple[int, int, int]:
    """First day, last day and place of a pinned stay."""
    start, end = _days(scenario, classes, pin)
    return start, end, place_of[scenario.request_by_id[pin.request].venue]


def _segments(
    scenario: Scenario,
    calendar: WorkCalendar,
    unit: Unit,
    number: int,
    home: int,
    fixed: list[tuple[int, int, int]],
) -> list[Segment]:
    """R6: the unit's days between depot days, cut at its pinned stays (R10)."""
    low = max(0, scenario.index(unit.first)) if unit.first else 0
    high = min(scenario.days - 1, scenario.index(unit.last)) if unit.last else scenario.days - 1
    at_depot = np.asarray(calendar.at_depot(unit.id), dtype=bool)
    found: list[Segment] = []
    day = low
    while day <= high:
        if at_depot[day]:
            day += 1
            continue
        stop = day
        while stop < high and not at_depot[stop + 1]:
            stop += 1
        first, origin, leaves_pin = day, home, False
        for start, end, place in (stay for stay in fixed if day <= stay[0] <= stop):
            found.append(Segment(number, first, start - 1, origin, place, leaves_pin, True))
            first, origin, leaves_pin = end + 1, place, True
        found.append(Segment(number, first, stop, origin, home, leaves_pin, False))
        day = stop + 1
    return found


def _eligible(
    scenario: Scenario,
    asked: list[Request],
    rows: list[_JobRow],
    classes: _Classes,
    segments: list[Segment],
) -> list[Ints]:
    """Per segment the requests that its unit can serve inside it (R1, R2, R3, R4, R6)."""
    if not asked:
        return [_ints([]) for _ in segments]
    by_equipment: dict[str, list[int]] = defaultdict(list)
    for job, request in enumerate(asked):
        if len(rows[job].value) > 1 and _has_facilities(scenario, request):
            by_equipment[scenario.course_by_id[request.course].equipment].append(job)
    access = _ints(SIZES.index(scenario.venue_by_id[r.venue].access) for r in asked)
    kind = _ints(row.calendar_class for row in rows)
    first, last = _ints(row.first for row in rows), _ints(row.last for row in rows)
    earliest = earliest_ends(classes.table())
    # Segments of like units and days share one array: thousands of units are of few sorts.
    found: dict[tuple[frozenset[str], str, int, int], Ints] = {}

    def of(segment: Segment) -> Ints:
        unit = scenario.units[segment.unit]
        key = frozenset(unit.equipment), unit.vehicle, segment.first, segment.last
        if key not in found:
            jobs = _ints(sorted({job for item in unit.equipment for job in by_equipment.get(item, ())}))
            start = np.minimum(np.maximum(first[jobs], segment.first), scenario.days)
            fits = earliest[kind[jobs], start] <= np.minimum(last[jobs], segment.last)
            found[key] = jobs[fits & (access[jobs] >= SIZES.index(unit.vehicle))]
        return found[key]

    return [of(segment) for segment in segments]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stay of the base plan that may be kept: its job and segment, first and last day."""

    job: int
    segment: int
    start: int
    end: int


def _change(
    scenario: Scenario,
    asked: list[Request],
    rows: list[_JobRow],
    classes: _Classes,
    segments: list[Segment],
    eligible: list[Ints],
    base_plan: Sequence[Rotation | Draft],
) -> tuple[Change | None, list[_Kept]]:
    """What changes to the base plan cost, and those of its stays that are still possible."""
    rate = micro(scenario.objective.change)
    pinned = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
    # Pinned ones are kept whatever happens.
    base = [stay for stay in base_plan if (stay.request, stay.unit, stay.start) not in pinned]
    if rate == 0 or not base:
        return None, []
    job_of = {request.id: job for job, request in enumerate(asked)}
    of_unit: dict[str, list[int]] = defaultdict(list)
    for number, segment in enumerate(segments):
        of_unit[scenario.units[segment.unit].id].append(number)
    found = []
    for stay in base:
        start, job = scenario.index(stay.start), job_of.get(stay.request)
        if job is None or not 0 <= start < scenario.days:
            continue
        end, row = int(classes.ends[rows[job].calendar_class][start]), rows[job]
        if not 0 <= end <= row.last or start < row.first:
            continue
        found += [
            _Kept(job, number, start, end)
            for number in of_unit.get(stay.unit, ())
            if segments[number].first <= start and end <= segments[number].last and job in eligible[number]
        ]
    return Change(rate, len(base)), found


def _has_facilities(scenario: Scenario, request: Request) -> bool:
    needs = scenario.course_by_id[request.course].needs
    return set(needs) <= set(scenario.venue_by_id[request.venue].facilities)


def _equity(scenario: Scenario, jobs: list[Request], served: dict[str, int]) -> Equity | None:
    rate = micro(scenario.objective.equity)
    if rate == 0:
        return None
    requested: Counter[str] = Counter()
    for request in scenario.requests:
        requested[scenario.venue_by_id[request.venue].city] += request.people
    group_of = {city: group for group, city in enumerate(requested)}
    return Equity(
        rate_fine=rate,
        group=_ints(group_of[scenario.venue_by_id[r.venue].city] for r in jobs),
        requested=_ints(requested.values()),
        served=_ints(served.get(city, 0) for city in requested),
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _padded(rows: Iterable[list[int]], width: int) -> NDArray[np.int64]:
    """Rows filled up with their last entry to one width."""
    filled = [row + [row[-1]] * (width - len(row)) for row in rows]
    return np.array(filled, dtype=np.int64).reshape(len(filled), width)
