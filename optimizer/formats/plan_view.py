"""A plan with its names looked up and its days told apart: what every writer of results draws from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from optimizer.domain.plan import Plan, Rotation, UnitSummary
from optimizer.domain.scenario import WEEKDAYS, CalendarRow, Course, Depot, Request, Scenario, Unit, Venue
from optimizer.domain.work_calendar import WorkCalendar
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.formats.words import Language
from optimizer.travel import Travel

DayKind = Literal["working", "weekend", "holiday", "closed", "short"]
FULL = 100
METRES_PER_KM = 1000


@dataclass(frozen=True, slots=True)
class Stay:
    """
    A rotation with all it refers to.

    Parameters
    ----------
    credits
        Credit 0..100 of each calendar day of the stay; days outside the horizon count 100.
    """

    rotation: Rotation
    request: Request
    unit: Unit
    depot: Depot
    course: Course
    venue: Venue
    credits: tuple[int, ...]

    @property
    def days(self) -> int:
        """Calendar days of the stay, both ends included."""
        return len(self.credits)

    @property
    def taught(self) -> int:
        """Days of the stay on which something is taught (credit above 0)."""
        return sum(credit > 0 for credit in self.credits)


@dataclass(frozen=True, slots=True)
class DayShade:
    """What a day is for everybody, by working days, holidays and calendar rows of scope ``all``."""

    day: date
    kind: DayKind
    name: str
    credit: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on a unit's way."""

    kind: Literal["depot", "venue"]
    id: str
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class CourseSummary:
    """How well one course is served."""

    course: Course
    requested: int
    served: int
    rotations: int


@dataclass(frozen=True, slots=True)
class UnitDays:
    """
    What a unit's days of the horizon go into; the parts add up to ``present``.

    Parameters
    ----------
    present
        Days of the horizon inside the unit's ``from..to``.
    taught
        Days of stays with credit above 0.
    closed
        Days of stays with credit 0.
    depot
        Days at the home depot (R6).
    moving
        Days needed for moves between venues (R5).
    idle
        The rest.
    """

    unit: Unit
    present: int
    taught: int
    closed: int
    depot: int
    moving: int
    idle: int


class PlanView:
    """
    Looks up names, calendars and sums of one plan once, for all writers.

    Parameters
    ----------
    scenario
        The validated scenario that the plan was made for.
    plan
        The plan; it need not be free of broken rules, but must speak of this scenario.

    Raises
    ------
    InputError
        When the plan names a request, unit, venue or course that the scenario does not have.
    """

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario = scenario
        self.plan = plan
        issues = tuple(_unknown_names(scenario, plan))
        if issues:
            raise InputError(issues)
        self.calendar = WorkCalendar(scenario)
        self._named: dict[Language, WorkCalendar] = {"en": self.calendar}
        self.stays = tuple(self._stay(rotation) for rotation in plan.rotations)
        self.unit_summary: dict[str, UnitSummary] = {row.unit: row for row in plan.units}

    @property
    def requested(self) -> int:
        """People requested in all."""
        return sum(request.people for request in self.scenario.requests)

    @cached_property
    def served(self) -> int:
        """People served in all."""
        return sum(stay.rotation.people for stay in self.stays)

    @property
    def km(self) -> float:
        """Kilometres driven by all units."""
        return sum(row.km for row in self.plan.units)

    @cached_property
    def by_unit(self) -> dict[str, list[Stay]]:
        """Stays of each unit by start, units in file order, those without stays included."""
        groups: dict[str, list[Stay]] = {unit.id: [] for unit in self.scenario.units}
        for stay in self.stays:
            groups[stay.unit.id].append(stay)
        for group in groups.values():
            group.sort(key=lambda stay: (stay.rotation.start, stay.rotation.id))
        return groups

    @cached_property
    def by_venue(self) -> dict[str, list[Stay]]:
        """Stays at each venue by start, venues in file order, those without stays included."""
        groups: dict[str, list[Stay]] = {venue.id: [] for venue in self.scenario.venues}
        for stay in self.stays:
            groups[stay.venue.id].append(stay)
        for group in groups.values():
            group.sort(key=lambda stay: (stay.rotation.start, stay.rotation.id))
        return groups

    @cached_property
    def requested_at(self) -> dict[str, int]:
        """People requested at each venue, 0 where nobody asks."""
        people = dict.fromkeys(self.scenario.venue_by_id, 0)
        for request in self.scenario.requests:
            people[request.venue] += request.people
        return people

    @cached_property
    def courses(self) -> tuple[CourseSummary, ...]:
        """Demand and supply of each course, in file order."""
        requested = dict.fromkeys(self.scenario.course_by_id, 0)
        for request in self.scenario.requests:
            requested[request.course] += request.people
        served = dict.fromkeys(self.scenario.course_by_id, 0)
        count = dict.fromkeys(self.scenario.course_by_id, 0)
        for stay in self.stays:
            served[stay.course.id] += stay.rotation.people
            count[stay.course.id] += 1
        return tuple(
            CourseSummary(course, requested[course.id], served[course.id], count[course.id])
            for course in self.scenario.courses
        )

    def holidays(self, language: Language) -> dict[date, str]:
        """Public holidays of the horizon with their names."""
        return self._calendar(language).holidays

    def shades(self, language: Language) -> tuple[DayShade, ...]:
        """One shade per day of the horizon."""
        rows = [row for row in self.scenario.calendar if row.scope == "all"]
        holidays = self.holidays(language)
        days = (self.scenario.day(index) for index in range(self.scenario.days))
        return tuple(self._shade(day, rows, holidays) for day in days)

    def at_depot(self, unit_id: str) -> npt.NDArray[np.bool_]:
        """Whether the unit is at its depot on each horizon day (R6)."""
        return self.calendar.at_depot(unit_id)

    def present(self, unit: Unit) -> npt.NDArray[np.bool_]:
        """Whether each horizon day lies inside the unit's ``from..to``."""
        days = np.arange(self.scenario.days)
        first = self.scenario.index(unit.first) if unit.first else 0
        last = self.scenario.index(unit.last) if unit.last else self.scenario.days - 1
        return (days >= first) & (days <= last)

    def unit_days(self, unit: Unit) -> UnitDays:
        """What the unit's days go into."""
        present = self.present(unit)
        taught = closed = 0
        staying = np.zeros(self.scenario.days, dtype=np.bool_)
        for stay in self.by_unit[unit.id]:
            first = self.scenario.index(stay.rotation.start)
            # A frozen rotation may have begun before the horizon (R11); only its days inside count.
            inside = stay.credits[max(0, -first) : max(0, self.scenario.days - first)]
            taught += sum(credit > 0 for credit in inside)
            closed += sum(credit == 0 for credit in inside)
            staying[max(0, first) : max(0, first + stay.days)] = True
        depot = int((present & self.at_depot(unit.id) & ~staying).sum())
        days = int(present.sum())
        rest = days - taught - closed - depot
        summary = self.unit_summary.get(unit.id)
        idle = min(summary.days_idle, max(0, rest)) if summary else max(0, rest)
        return UnitDays(unit, days, taught, closed, depot, max(0, rest - idle), idle)

    def route(self, unit_id: str) -> list[Stop]:
        """
        Places in the order in which the unit drives to them, from its depot and back to it.

        Where a day at the depot lies between two stays the way leads through the depot
        (R5); staying on at a venue adds no stop. Empty for a unit without stays.
        """
        stays = self.by_unit[unit_id]
        if not stays:
            return []
        stops = [_stop("depot", stays[0].depot)]
        for number, stay in enumerate(stays):
            stops += self._way(stays[number - 1] if number else None, stay)[1:]
        return [*stops, stops[0]]

    @cached_property
    def km_to(self) -> dict[str, float]:
        """Kilometres driven to each rotation's venue, by rotation id; a way over the depot counts whole."""
        ways: list[tuple[str, Stop, Stop]] = []
        for stays in self.by_unit.values():
            for number, stay in enumerate(stays):
                way = self._way(stays[number - 1] if number else None, stay)
                ways += [(stay.rotation.id, origin, goal) for origin, goal in pairwise(way)]
        metres = Travel(self.scenario).legs(
            [f"{origin.kind}:{origin.id}" for _, origin, _ in ways],
            [f"{goal.kind}:{goal.id}" for *_, goal in ways],
        )
        km = dict.fromkeys((stay.rotation.id for stay in self.stays), 0.0)
        for (rotation, _, _), leg in zip(ways, metres, strict=True):
            km[rotation] += float(leg) / METRES_PER_KM
        return km

    def closed_days(self, stay: Stay, language: Language) -> list[tuple[date, str]]:
        """Working days of the week inside a stay on which nothing is taught, with what closes them."""
        found = []
        for offset, credit in enumerate(stay.credits):
            day = stay.rotation.start + timedelta(days=offset)
            if credit == 0 and WEEKDAYS[day.weekday()] in self.scenario.working_days:
                found.append((day, self._calendar(language).why(stay.venue.id, stay.course.id, day)))
        return found

    def _calendar(self, language: Language) -> WorkCalendar:
        if language not in self._named:
            self._named[language] = WorkCalendar(self.scenario, language)
        return self._named[language]

    def _way(self, previous: Stay | None, stay: Stay) -> list[Stop]:
        """Stops from where the unit is after its previous stay to the venue of the next."""
        home = _stop("depot", stay.depot)
        goal = _stop("venue", stay.venue)
        if previous is None:
            return [home, goal]
        between = slice(
            max(0, self.scenario.index(previous.rotation.end) + 1),
            max(0, self.scenario.index(stay.rotation.start)),
        )
        origin = _stop("venue", previous.venue)
        if self.at_depot(stay.unit.id)[between].any():
            return [origin, home, goal]
        return [origin, goal] if origin != goal else [goal]

    def _stay(self, rotation: Rotation) -> Stay:
        scenario = self.scenario
        unit = scenario.unit_by_id[rotation.unit]
        credits = self.calendar.credits(rotation.venue, rotation.course)
        first, last = scenario.index(rotation.start), scenario.index(rotation.end)
        return Stay(
            rotation,
            scenario.request_by_id[rotation.request],
            unit,
            scenario.depot_by_id[unit.depot],
            scenario.course_by_id[rotation.course],
            scenario.venue_by_id[rotation.venue],
            tuple(
                int(credits[index]) if 0 <= index < scenario.days else FULL
                for index in range(first, last + 1)
            ),
        )

    def _shade(self, day: date, rows: list[CalendarRow], holidays: dict[date, str]) -> DayShade:
        kind: DayKind = "working"
        credit, name = FULL, ""
        if WEEKDAYS[day.weekday()] not in self.scenario.working_days:
            kind, credit = "weekend", 0
        if day in holidays:
            kind, credit, name = "holiday", 0, holidays[day]
        for row in rows:
            # Among rows of scope all an open row removes all earlier ones, the holidays included.
            if row.covers(day) and (row.opens or row.percent < credit):
                credit, name = row.percent, row.name
                kind = "working" if credit == FULL else "short" if credit else "closed"
        return DayShade(day, kind, name, credit)


def _stop(kind: Literal["depot", "venue"], place: Depot | Venue) -> Stop:
    return Stop(kind, place.id, place.name, place.latitude, place.longitude)


def _unknown_names(scenario: Scenario, plan: Plan) -> Iterator[Issue]:
    known: dict[str, Collection[str]] = {
        "request": scenario.request_by_id,
        "unit": scenario.unit_by_id,
        "venue": scenario.venue_by_id,
        "course": scenario.course_by_id,
    }
    for rotation in plan.rotations:
        for word, table in known.items():
            if getattr(rotation, word) not in table:
                yield _unknown(word, getattr(rotation, word), f"rotation {rotation.id}")
    for left in plan.unserved:
        if left.request not in known["request"]:
            yield _unknown("request", left.request, "unserved")
    for row in plan.units:
        if row.unit not in known["unit"]:
            yield _unknown("unit", row.unit, "units")


def _unknown(word: str, name: str, where: str) -> Issue:
    return Issue(
        code="P01",
        message=Sentence(
            "The plan names {word} {name} ({where}), which the scenario does not have.",
            word=word,
            name=repr(name),
            where=where,
        ),
        source="plan.json",
        hint=Sentence("Was the plan made for another scenario, or has the scenario changed since?"),
    )
