"""RULES.md sections 1 and 3 read a second time, day by day and in fractions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import holidays
from geopy.distance import geodesic

from optimizer.domain.scenario import CalendarRow, Request, Scenario

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDER = {"S": 0, "M": 1, "L": 2}


def rounded(number: Fraction | float) -> int:
    """The nearest whole, halves away from zero."""
    size = math.floor(abs(number) + Fraction(1, 2) if isinstance(number, Fraction) else abs(number) + 0.5)
    return size if number >= 0 else -size


@cache
def free_days(country: str, year: int) -> frozenset[date]:
    """Public holidays and joint leave of a country."""
    if not country:
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year, categories=("public", "government")))


@cache
def bird_flies(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Geodesic metres on WGS-84, not rounded."""
    return float(geodesic(one, other).meters)


class World:
    """
    One scenario with its days, distances and worths, each worked out when first asked for.

    Parameters
    ----------
    scenario
        A scenario without errors; its tables are read, its helpers are not used.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.units = {unit.id: unit for unit in scenario.units}
        self.venues = {venue.id: venue for venue in scenario.venues}
        self.courses = {course.id: course for course in scenario.courses}
        self.requests = {request.id: request for request in scenario.requests}
        self.depots = {depot.id: depot for depot in scenario.depots}
        self.table = {(row.origin, row.destination): row.metres for row in scenario.distances}
        self._credits: dict[tuple[str, str, date], int] = {}
        self._home: dict[tuple[str, date], bool] = {}
        self._metres: dict[tuple[str, str], int] = {}

    def days(self) -> Iterator[date]:
        """Every day of the horizon."""
        day = self.scenario.start
        while day <= self.scenario.end:
            yield day
            day += timedelta(days=1)

    def credit(self, venue_id: str, course_id: str, day: date) -> int:
        """How much of a training day this day counts for, 0..100."""
        key = (venue_id, course_id, day)
        if key not in self._credits:
            self._credits[key] = self._work_out_credit(*key)
        return self._credits[key]

    def _work_out_credit(self, venue_id: str, course_id: str, day: date) -> int:
        venue = self.venues[venue_id]
        city, kind, here = f"city:{venue.city}", f"kind:{venue.kind}", f"venue:{venue.id}"
        # What an open row of a scope removes: rows of the scopes listed with it.
        removes = {
            "all": {"all"},
            city: {"all", city},
            kind: {"all", kind},
            here: {"all", city, kind, here},
            f"course:{course_id}": {"all", f"course:{course_id}"},
        }
        left: list[tuple[str, int]] = []
        if NAMES[day.weekday()] not in self.scenario.working_days or day in free_days(
            self.scenario.holidays, day.year
        ):
            left.append(("all", 0))
        for row in self.scenario.calendar:
            if row.scope in removes and speaks_of(row, day):
                if row.credit[0] == "o":
                    left = [other for other in left if other[0] not in removes[row.scope]]
                left.append((row.scope, worth_of(row.credit)))
        return min((credit for _, credit in left), default=100)

    def home(self, unit_id: str, day: date) -> bool:
        """Whether the calendar says that the unit is at its depot that day (R6)."""
        key = (unit_id, day)
        if key not in self._home:
            unit, depot = f"unit:{unit_id}", f"depot:{self.units[unit_id].depot}"
            left: list[tuple[str, int]] = []
            for row in self.scenario.calendar:
                if row.scope in (unit, depot) and speaks_of(row, day):
                    if row.credit[0] == "o":
                        left = [other for other in left if row.scope == depot and other[0] == unit]
                    left.append((row.scope, worth_of(row.credit)))
            self._home[key] = any(credit == 0 for _, credit in left)
        return self._home[key]

    def end_of(self, request_id: str, start: date) -> date | None:
        """Last day of a stay that starts on a day, None where the horizon ends first (R3)."""
        request = self.requests[request_id]
        wanted = 100 * self.courses[request.course].training_days
        day = start
        while self.scenario.start <= day <= self.scenario.end:
            wanted -= self.credit(request.venue, request.course, day)
            if wanted <= 0:
                return day
            day += timedelta(days=1)
        return None

    def metres(self, origin: str, destination: str) -> int:
        """Whole metres between two places, ``depot:<id>`` or ``venue:<id>``."""
        key = (origin, destination)
        if key not in self._metres:
            self._metres[key] = self._work_out_metres(origin, destination)
        return self._metres[key]

    def _work_out_metres(self, origin: str, destination: str) -> int:
        travel = self.scenario.travel
        if origin == destination:
            return 0
        if travel.provider == "matrix":
            return self.table[origin, destination]
        flight = bird_flies(self._point(origin), self._point(destination))
        if travel.provider == "geodesic":
            return rounded(flight)
        return rounded(float(travel.a) * flight + float(travel.b) * math.sqrt(flight))

    def _point(self, place: str) -> tuple[float, float]:
        sort, _, name = place.partition(":")
        row = self.depots[name] if sort == "depot" else self.venues[name]
        return row.latitude, row.longitude

    def leg(self, origin: str, destination: str) -> int:
        """What driving one leg costs, in millipoints."""
        return rounded(Fraction(self.scenario.objective.km) * self.metres(origin, destination))

    def move_days(self, earlier_venue: str, later_venue: str) -> int:
        """Days without a stay that a move needs (R5, no depot day on the way)."""
        if earlier_venue == later_venue:
            return 0
        moves = self.scenario.moves
        kilometres = Fraction(self.metres(f"venue:{earlier_venue}", f"venue:{later_venue}"), 1000)
        if kilometres <= Fraction(moves.km_per_day):
            return moves.days
        return max(moves.days, math.ceil(kilometres / Fraction(moves.km_per_day)))

    def suits(self, unit_id: str, request: Request) -> set[str]:
        """Which of R1 and R2 keep this unit from this request."""
        unit, course, venue = self.units[unit_id], self.courses[request.course], self.venues[request.venue]
        broken = set()
        if course.equipment not in unit.equipment:
            broken.add("R1")
        if ORDER[venue.access] < ORDER[unit.vehicle] or set(course.needs) - set(venue.facilities):
            broken.add("R2")
        return broken

    def most_classes(self, request: Request, people: int | None = None, pins: int | None = None) -> int:
        """
        The largest number of rotations that a request may have (section 3, Class sizes).

        When replanning, ``people`` and ``pins`` are those that the frozen rotations leave.
        """
        course = self.courses[request.course]
        people = request.people if people is None else people
        if pins is None:
            pins = sum(pin.request == request.id for pin in self.scenario.pins)
        enough = max(math.ceil(Fraction(people, course.class_max)), pins)
        number = 0
        while number < enough and people >= (number + 1) * course.class_min:
            number += 1
        return number

    def sizes(self, request: Request, number: int, people: int | None = None) -> list[int]:
        """Class sizes of a request's rotations, the larger first."""
        people = request.people if people is None else people
        taught = min(people, number * self.courses[request.course].class_max)
        return [taught // number + (place < taught % number) for place in range(number)]

    def value(self, request: Request, people: int) -> int:
        """What teaching this many people of a request is worth, in millipoints."""
        course = self.courses[request.course]
        rates: list[Decimal] = [request.priority, course.value, self.scenario.objective.person]
        worth = Fraction(1000 * people)
        for rate in rates:
            worth *= Fraction(rate)
        return rounded(worth)

    def asked(self) -> dict[str, int]:
        """People requested by city."""
        total = {venue.city: 0 for venue in self.scenario.venues}
        for request in self.scenario.requests:
            total[self.venues[request.venue].city] += request.people
        return total

    def coverage_worth(self, served: int, asked: int) -> int:
        """What equity would pay were this city the worst, in millipoints."""
        share = min(Fraction(1), Fraction(served, asked)) if asked else Fraction(1)
        return rounded(1000 * Fraction(self.scenario.objective.equity) * share)


def speaks_of(row: CalendarRow, day: date) -> bool:
    """Whether a calendar row is about this day."""
    if row.weekdays and NAMES[day.weekday()] not in row.weekdays:
        return False
    return row.first <= day <= row.last


def worth_of(credit: str) -> int:
    """The number in a credit cell."""
    if credit == "open":
        return 100
    return int(credit.removeprefix("open:"))
