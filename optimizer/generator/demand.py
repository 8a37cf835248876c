"""What venues ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from optimizer.domain.scenario import SIZES, Course, Request, Scenario, Unit, Venue
from optimizer.generator.dice import Dice
from optimizer.generator.measure import capacity_days, class_days, classes_of
from optimizer.openings import Openings

PRIORITIES = ((Decimal("1"), 55.0), (Decimal("1.2"), 25.0), (Decimal("1.5"), 15.0), (Decimal("2"), 5.0))
CLASSES = ((1, 85.0), (2, 11.0), (3, 4.0))
WINDOWED = 0.5
WINDOW = (25, 60)
# Requests that the place or the fleet may be unable to serve: few, but every agency has them.
WISHFUL = 0.01
# A few ask for seats beyond whole classes; who is too many stays unserved.
OVERFULL = 0.05
# How much of its time a unit with several types is taken to teach with the first.
FIRST_EQUIPMENT = 0.65
# Rounds of fitting the mix of courses to the fleet; after six it is right within a few percent.
ROUNDS = 6
# A venue asks for the same course again only so many days later.
AGAIN_AFTER = 120
TRIES = 12


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
    All but a few can be served by themselves: the place takes the course and a unit, and a stay
    fits into the window.

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
    classes
        Odds of the number of classes a request is for.
    """

    def __init__(
        self,
        scenario: Scenario,
        asked: Mapping[str, float],
        wish: Callable[[Venue, Course], float],
        weight: Callable[[Venue], float],
        dice: Dice,
        classes: Sequence[tuple[int, float]] = CLASSES,
    ) -> None:
        self._scenario = scenario
        self._dice = dice
        self._classes = classes
        self._openings = Openings(scenario)
        self._cost = class_days(scenario)
        weights = [weight(venue) for venue in scenario.venues]
        # One unit per equipment and size stands for the fleet: thousands of units are of few sorts.
        sorts = list({(unit.equipment, unit.vehicle): unit for unit in scenario.units}.values())
        wishes = [[wish(venue, course) for course in scenario.courses] for venue in scenario.venues]
        possible = [
            [own * can_host(venue, course, sorts) for own, course in zip(row, scenario.courses, strict=True)]
            for row, venue in zip(wishes, scenario.venues, strict=True)
        ]
        factors = _fitted(possible, weights, self._targets(asked))
        self._course_sums = [_sums(row, factors) for row in possible]
        self._venue_sums = list(
            accumulate(
                own if sums[-1] > 0 else 0.0 for own, sums in zip(weights, self._course_sums, strict=True)
            )
        )
        self._wishful_sums = [list(accumulate(row)) for row in wishes]
        self._repeats = 1 + (scenario.days - 1) // AGAIN_AFTER
        self._asked: Counter[tuple[str, str]] = Counter()

    def requests(self, load: float, given: Sequence[Request] = ()) -> tuple[Request, ...]:
        """
        Requests until the classes asked for reach ``load`` times the fleet's capacity.

        They stand by venue and course, numbered ``K001`` and so on; ``given`` ones are among them.
        """
        drawn = list(given)
        self._asked.update((request.venue, request.course) for request in given)
        left = load * capacity_days(self._scenario) - sum(map(self._unit_days, given))
        while left > 0 and self._venue_sums[-1] > 0:
            request = self._request()
            drawn.append(request)
            left -= self._unit_days(request)
        places = {venue.id: number for number, venue in enumerate(self._scenario.venues)}
        courses = {course.id: number for number, course in enumerate(self._scenario.courses)}
        start = self._scenario.start
        drawn.sort(key=lambda row: (places[row.venue], courses[row.course], row.earliest or start))
        width = max(3, len(str(len(drawn))))
        return tuple(
            row.model_copy(update={"id": f"K{number:0{width}}"}) for number, row in enumerate(drawn, 1)
        )

    def _unit_days(self, request: Request) -> float:
        course = self._scenario.course_by_id[request.course]
        return classes_of(request.people, course) * self._cost(course)

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

    def _request(self) -> Request:
        """A new wish that can be served, or the last of some tries where the world is too tight."""
        wishful = self._dice.chance(WISHFUL)
        sums = self._wishful_sums if wishful else self._course_sums
        for _ in range(TRIES):
            venue = self._dice.along(self._venue_sums)
            course = self._scenario.courses[self._dice.along(sums[venue])]
            earliest, latest = self._window()
            request = Request(
                id="K",
                venue=self._scenario.venues[venue].id,
                course=course.id,
                people=self._people(course),
                priority=self._dice.weighted(PRIORITIES),
                earliest=earliest,
                latest=latest,
            )
            new = self._asked[request.venue, request.course] < self._repeats
            if new and (wishful or len(self._openings.starts(request))):
                break
        self._asked[request.venue, request.course] += 1
        return request

    def _people(self, course: Course) -> int:
        classes = self._dice.weighted(self._classes)
        people = sum(self._dice.whole(course.class_min, course.class_max) for _ in range(classes))
        if self._dice.chance(OVERFULL):
            people += self._dice.whole(course.class_max // 4, course.class_max // 2)
        return people

    def _window(self) -> tuple[date | None, date | None]:
        """None, or 25 to 60 days somewhere in the horizon; an end outside the horizon is not given."""
        scenario = self._scenario
        if not self._dice.chance(WINDOWED):
            return None, None
        length = self._dice.whole(*WINDOW)
        first = self._dice.whole(0, max(0, scenario.days - length))
        last = first + length - 1
        return (
            scenario.day(first) if first else None,
            scenario.start + timedelta(days=last) if last < scenario.days - 1 else None,
        )


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
