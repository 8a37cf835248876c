"""What venues ask for, and how much that is against what the fleet can serve."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from optimizer.domain.scenario import SIZES, WEEKDAYS, CalendarRow, Course, Request, Scenario, Unit, Venue
from optimizer.generator.dice import Dice
from optimizer.generator.season import days_off

PRIORITIES = ((Decimal("1"), 55.0), (Decimal("1.2"), 25.0), (Decimal("1.5"), 15.0), (Decimal("2"), 5.0))
CLASSES = ((1, 85.0), (2, 11.0), (3, 4.0))
# How much of its time a unit with several types is taken to teach with the first.
FIRST_EQUIPMENT = 0.65
# Rounds of fitting the mix of courses to the fleet; after six it is right within a few percent.
ROUNDS = 6
WINDOW = (25, 60)
# A window holds at least this many times the training days, whatever holidays fall into it.
WINDOW_ROOM = 1.6
# Requests for a course that the place or the fleet cannot host: few, but every agency has them.
WISHFUL = 0.01
# A few ask for seats beyond whole classes; who is too many stays unserved.
OVERFULL = 0.05


@dataclass(frozen=True, slots=True)
class Horizon:
    """The calendar that all venues share, as running sums of credit; venues' own rows left out."""

    start: date
    sums: tuple[int, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Horizon:
        """Working days, holidays and the rows of scope ``all`` that lower the credit."""
        off = days_off(scenario.start, scenario.end) if scenario.holidays else {}
        rows = [row for row in scenario.calendar if row.scope == "all" and not row.opens]
        daily = []
        for index in range(scenario.days):
            day = scenario.day(index)
            works = WEEKDAYS[day.weekday()] in scenario.working_days and day not in off
            daily.append(min([100, *(row.percent for row in rows if row.covers(day))]) if works else 0)
        return cls(scenario.start, (0, *accumulate(daily)))

    @property
    def days(self) -> int:
        """Calendar days."""
        return len(self.sums) - 1

    def credit(self, first: int, last: int) -> int:
        """Credits of the days ``first`` to ``last``, both included, added up."""
        return self.sums[last + 1] - self.sums[first]

    def reach(self, first: int, credit: int) -> int:
        """First day on which the credits from ``first`` on reach ``credit``; ``days`` if none does."""
        return bisect_left(self.sums, self.sums[first] + credit) - 1


def capacity_days(scenario: Scenario) -> float:
    """
    Training days that the fleet has: credit of the shared calendar on each unit's days.

    Days outside ``from..to`` and days of closing rows of the unit or its depot do not count.
    """
    horizon = Horizon.of(scenario)
    away: dict[str, list[CalendarRow]] = {}
    for row in scenario.calendar:
        if row.scope_type in ("unit", "depot") and not row.opens:
            away.setdefault(row.scope, []).append(row)
    total = 0
    for unit in scenario.units:
        first = max(0, scenario.index(unit.first)) if unit.first else 0
        last = min(horizon.days - 1, scenario.index(unit.last)) if unit.last else horizon.days - 1
        total += horizon.credit(first, last) if first <= last else 0
        rows = away.get(f"unit:{unit.id}", []) + away.get(f"depot:{unit.depot}", [])
        gone = {index for row in rows for index in _days_of(row, scenario) if first <= index <= last}
        total -= sum(horizon.credit(index, index) for index in gone)
    return total / 100


def _days_of(row: CalendarRow, scenario: Scenario) -> list[int]:
    first = max(0, scenario.index(row.first))
    last = min(scenario.days - 1, scenario.index(row.last))
    return [index for index in range(first, last + 1) if row.covers(scenario.day(index))]


def classes_of(people: int, course: Course) -> int:
    """The most classes that ``people`` may be taught in (RULES.md section 3)."""
    return min(people // course.class_min, -(-people // course.class_max))


def class_days(scenario: Scenario) -> Callable[[Course], float]:
    """What one class costs a unit: its training days and the credit of the move before it."""
    horizon = Horizon.of(scenario)
    per_day = horizon.sums[-1] / 100 / max(horizon.days, 1)
    move = scenario.moves.days * per_day
    return lambda course: course.training_days + move


def load(scenario: Scenario) -> float:
    """Demand against capacity: unit-days of all classes asked for over :func:`capacity_days`."""
    cost = class_days(scenario)
    courses = scenario.course_by_id
    asked = sum(
        classes_of(request.people, courses[request.course]) * cost(courses[request.course])
        for request in scenario.requests
    )
    capacity = capacity_days(scenario)
    return asked / capacity if capacity else 0.0


def can_host(venue: Venue, course: Course, units: Sequence[Unit]) -> bool:
    """Whether some unit carries the equipment and the site takes it and the course (R1, R2)."""
    reach = SIZES.index(venue.access)
    return set(course.needs) <= set(venue.facilities) and any(
        course.equipment in unit.equipment and SIZES.index(unit.vehicle) <= reach for unit in units
    )


class Demand:
    """
    Draws requests for a scenario that has everything but requests.

    The mix of all requests follows ``asked`` and the fleet; who asks for what follows ``wish``.

    Parameters
    ----------
    scenario
        Units, courses, venues and calendar; its requests are not looked at.
    asked
        Demand for a course, by id, against what the units with its equipment can teach.
    wish
        How much more than others a venue wants a course; 1 is as much as others.
    weight
        How many requests a venue has, in proportion to other venues.
    dice
        The stream to draw from.
    """

    def __init__(
        self,
        scenario: Scenario,
        asked: Mapping[str, float],
        wish: Callable[[Venue, Course], float],
        weight: Callable[[Venue], float],
        dice: Dice,
    ) -> None:
        self._scenario = scenario
        self._dice = dice
        self._horizon = Horizon.of(scenario)
        self._cost = class_days(scenario)
        weights = [weight(venue) for venue in scenario.venues]
        self._venue_sums = list(accumulate(weights))
        # One unit per equipment and size stands for the fleet: thousands of units are of few sorts.
        sorts = list({(unit.equipment, unit.vehicle): unit for unit in scenario.units}.values())
        wishes = [[wish(venue, course) for course in scenario.courses] for venue in scenario.venues]
        possible = [
            [own * can_host(venue, course, sorts) for own, course in zip(row, scenario.courses, strict=True)]
            for row, venue in zip(wishes, scenario.venues, strict=True)
        ]
        factors = _fitted(possible, weights, self._targets(asked))
        self._course_sums = [_sums(row, factors) for row in possible]
        self._wishful_sums = [list(accumulate(row)) for row in wishes]
        self._asked: set[tuple[int, int]] = set()

    def requests(self, load: float) -> tuple[Request, ...]:
        """Requests until the classes asked for reach ``load`` times the fleet's capacity."""
        scenario = self._scenario
        if not any(sums[-1] > 0 for sums in self._course_sums):
            return ()
        left = load * capacity_days(scenario)
        drawn = []
        while left > 0:
            venue, course = self._venue_and_course()
            people = self._people(scenario.courses[course])
            window = self._window(scenario.courses[course])
            drawn.append((venue, course, window, people, self._dice.weighted(PRIORITIES)))
            left -= classes_of(people, scenario.courses[course]) * self._cost(scenario.courses[course])
        drawn.sort(key=lambda row: (row[0], row[1], row[2][0] or scenario.start))
        width = max(3, len(str(len(drawn))))
        return tuple(
            Request(
                id=f"K{number:0{width}}",
                venue=scenario.venues[venue].id,
                course=scenario.courses[course].id,
                people=people,
                priority=priority,
                earliest=window[0],
                latest=window[1],
            )
            for number, (venue, course, window, people, priority) in enumerate(drawn, 1)
        )

    def _targets(self, asked: Mapping[str, float]) -> list[float]:
        """Classes asked for of each course, in proportion."""
        supply: dict[str, float] = defaultdict(float)
        for unit in self._scenario.units:
            first, *others = unit.equipment
            supply[first] += FIRST_EQUIPMENT if others else 1.0
            for equipment in others:
                supply[equipment] += (1.0 - FIRST_EQUIPMENT) / len(others)
        return [
            asked[course.id] * supply[course.equipment] / self._cost(course)
            for course in self._scenario.courses
        ]

    def _venue_and_course(self) -> tuple[int, int]:
        # A venue asks for a course once, unless there are too few venues for the fleet.
        for _ in range(8):
            venue, course = self._draw_pair()
            if (venue, course) not in self._asked:
                break
        self._asked.add((venue, course))
        return venue, course

    def _draw_pair(self) -> tuple[int, int]:
        while True:
            venue = self._dice.along(self._venue_sums)
            sums = (self._wishful_sums if self._dice.chance(WISHFUL) else self._course_sums)[venue]
            if sums[-1] > 0:
                return venue, self._dice.along(sums)

    def _people(self, course: Course) -> int:
        classes = self._dice.weighted(CLASSES)
        people = sum(self._dice.whole(course.class_min, course.class_max) for _ in range(classes))
        if self._dice.chance(OVERFULL):
            people += self._dice.whole(course.class_max // 4, course.class_max // 2)
        return people

    def _window(self, course: Course) -> tuple[date | None, date | None]:
        scenario, horizon = self._scenario, self._horizon
        if not self._dice.chance(0.5):
            return None, None
        length = self._dice.whole(*WINDOW)
        first = self._dice.whole(0, max(0, scenario.days - length))
        needed = int(100 * WINDOW_ROOM * course.training_days)
        last = max(first + length - 1, horizon.reach(first, needed))
        if last >= scenario.days:
            return (scenario.day(first), None) if first else (None, None)
        return scenario.day(first), scenario.start + timedelta(days=last)


def _sums(row: Sequence[float], factors: Sequence[float]) -> list[float]:
    return list(accumulate(wish * factor for wish, factor in zip(row, factors, strict=True)))


def _fitted(
    wishes: Sequence[Sequence[float]], weights: Sequence[float], targets: Sequence[float]
) -> list[float]:
    """
    Factors on the courses under which all venues together ask for them as the targets say.

    Iterative proportional fitting; courses without a target or a place have factor 0.
    """
    factors = [1.0 if target > 0 else 0.0 for target in targets]
    for _ in range(ROUNDS):
        drawn = [0.0] * len(targets)
        for row, weight in zip(wishes, weights, strict=True):
            own = [wish * factor for wish, factor in zip(row, factors, strict=True)]
            total = sum(own)
            if total > 0:
                for index, value in enumerate(own):
                    drawn[index] += weight * value / total
        scale = sum(drawn) / sum(targets) if sum(targets) else 0.0
        factors = [
            factor * target * scale / share if share else 0.0
            for factor, target, share in zip(factors, targets, drawn, strict=True)
        ]
    return factors
