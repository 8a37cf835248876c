"""What a scenario offers to any plan, read day by day: stays, stretches of days, free rooms (RULES.md)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimizer.checker.walk import DayWalk
from optimizer.checker.worth import people_worth
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import SIZES, Course, Pin, Request, Scenario, Unit, Venue

Span = tuple[int, int]
"""First day of a stay, and the first day after it, as day numbers of the horizon."""


@dataclass(frozen=True, slots=True)
class Ask:
    """
    A request, and what serving it brings.

    Parameters
    ----------
    city
        City of its venue.
    pinned
        Rotations that pins fix.
    earned, served
        Millipoints earned and people served by ``pinned``, ``pinned + 1``, ... rotations in all,
        up to the most that R8 allows.
    stays
        Every stay within its window (R3, R4).
    """

    request: Request
    city: str
    pinned: int
    earned: tuple[int, ...]
    served: tuple[int, ...]
    stays: Sequence[Span]

    @property
    def more(self) -> int:
        """Rotations possible beside the pinned ones."""
        return len(self.earned) - 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    Days of a unit between two days at its depot, or between pinned stays.

    Parameters
    ----------
    first, last
        First and last day on which a stay may lie; ``last`` is before ``first`` where two
        pinned stays follow each other.
    origin, destination
        Where the unit comes from and goes to, as travel calls places.
    after_stay, before_stay
        Whether these are the venues of pinned stays (else the depot), so that R5 holds.
    """

    unit: str
    first: int
    last: int
    origin: str
    destination: str
    after_stay: bool
    before_stay: bool


class Ground:
    """
    Everything about a scenario that a bound is made of, apart from prices and distances.

    Parameters
    ----------
    scenario
        A valid scenario.
    base_plan
        Rotations of the plan that is changed, if any.

    Attributes
    ----------
    kept
        By unit the rotations of the base plan, as request and start day number.
    bonus
        What each of them that is not kept costs, in thousandths of a millipoint.
    lost
        What it costs, in these, to keep none but those that pins keep.
    """

    def __init__(self, scenario: Scenario, base_plan: Sequence[Rotation | Draft] = ()) -> None:
        self.scenario = scenario
        pins = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
        base = {(row.request, row.unit, row.start) for row in base_plan}
        self.kept: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        for name, unit, start in base:
            self.kept[unit].add((name, scenario.index(start)))
        self.bonus = int(1_000_000 * scenario.objective.change)
        self.lost = self.bonus * len(base - pins)
        self._walk = DayWalk(scenario)
        self._ends: dict[tuple[str, str], tuple[int | None, ...]] = {}
        self._spans: dict[tuple[object, ...], tuple[Span, ...]] = {}
        pinned = Counter(pin.request for pin in scenario.pins)
        self.asks = {row.id: self._ask(row, pinned[row.id]) for row in scenario.requests}
        self.requested: Counter[str] = Counter()
        for ask in self.asks.values():
            self.requested[ask.city] += ask.request.people
        self.row_of_course = {course: row.id for row in scenario.instructors for course in row.courses}
        self.stretches = {
            (stretch.unit, stretch.first, stretch.last): stretch
            for unit in scenario.units
            for stretch in self._stretches(unit)
        }
        self._suited = _suited(scenario, [ask for ask in self.asks.values() if ask.more])
        self.servable = self._servable()

    def free_rooms(self) -> dict[str, list[int]]:
        """Rooms of each venue that pins leave free, by day (R7)."""
        free = {row.id: [row.rooms] * self.scenario.days for row in self.scenario.venues}
        for pin in self.scenario.pins:
            _take(free[self.scenario.request_by_id[pin.request].venue], self._pinned_span(pin))
        return free

    def free_instructors(self) -> dict[str, list[int]]:
        """Instructors of each row whom pins leave free, by day (R9)."""
        free = {row.id: [row.count] * self.scenario.days for row in self.scenario.instructors}
        for pin in self.scenario.pins:
            row = self.row_of_course.get(self.scenario.request_by_id[pin.request].course)
            if row is not None:
                _take(free[row], self._pinned_span(pin))
        return free

    def suited(self, stretch: Stretch) -> list[Ask]:
        """The requests that the unit can serve, somewhen (R1, R2); one list for units of one sort."""
        return self._suited[stretch.unit]

    def _ask(self, request: Request, pinned: int) -> Ask:
        scenario = self.scenario
        course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
        by_size = min(request.people // course.class_min, -(-request.people // course.class_max))
        # No more than the venue's rooms have days for, however many ask (R7).
        most = max(pinned, min(by_size, scenario.days // course.training_days * venue.rooms))
        served = tuple(min(request.people, k * course.class_max) for k in range(pinned, most + 1))
        return Ask(
            request=request,
            city=venue.city,
            pinned=pinned,
            earned=tuple(people_worth(scenario, request, people) for people in served),
            served=served,
            stays=self._within_window(request, venue, course),
        )

    def _within_window(self, request: Request, venue: Venue, course: Course) -> tuple[Span, ...]:
        """R4."""
        scenario = self.scenario
        first, last = venue.lead_days, scenario.days - 1
        if request.earliest is not None:
            first = max(first, scenario.index(request.earliest))
        if request.latest is not None:
            last = min(last, scenario.index(request.latest))
        ends = self._end_days(venue, course)
        key = (ends, first, last)
        if key not in self._spans:
            self._spans[key] = tuple(
                (start, end + 1)
                for start, end in enumerate(ends[: last + 1] if last >= 0 else ())
                if start >= first and end is not None and end <= last
            )
        return self._spans[key]

    def _end_days(self, venue: Venue, course: Course) -> tuple[int | None, ...]:
        """R3: last day of a stay by its first; None where none may begin."""
        key = (venue.id, course.id)
        if key not in self._ends:
            days = [self.scenario.day(number) for number in range(self.scenario.days)]
            credits = [self._walk.credit(venue, course, day) for day in days]
            self._ends[key] = tuple(_end_days(credits, 100 * course.training_days, course.longest_stay))
        return self._ends[key]

    def _pinned_span(self, pin: Pin) -> Span:
        request = self.scenario.request_by_id[pin.request]
        ends = self._end_days(
            self.scenario.venue_by_id[request.venue], self.scenario.course_by_id[request.course]
        )
        start = self.scenario.index(pin.start)
        end = ends[start]
        if end is None:
            raise ValueError(f"Pin of {pin.request} on {pin.start}: no stay begins on that day (R3).")
        return start, end + 1

    def _stretches(self, unit: Unit) -> Iterator[Stretch]:
        """The unit's days away from its depot (R6), cut at its pinned stays."""
        home = f"depot:{unit.depot}"
        fixed = sorted(
            (*self._pinned_span(pin), f"venue:{self.scenario.request_by_id[pin.request].venue}")
            for pin in self.scenario.pins
            if pin.unit == unit.id
        )
        for first, last in self._away(unit):
            origin, after_stay = home, False
            for start, free, place in fixed:
                if first <= start <= last:
                    yield Stretch(unit.id, first, start - 1, origin, place, after_stay, True)
                    first, origin, after_stay = free, place, True
            yield Stretch(unit.id, first, last, origin, home, after_stay, False)

    def _away(self, unit: Unit) -> Iterator[Span]:
        """First and last day, included, of each run of days on which the unit is not at its depot."""
        first: int | None = None
        for number in range(self.scenario.days):
            day = self.scenario.day(number)
            away = (
                (unit.first is None or day >= unit.first)
                and (unit.last is None or day <= unit.last)
                and not self._walk.at_depot(unit, day)
            )
            if away and first is None:
                first = number
            if not away and first is not None:
                yield first, number - 1
                first = None
        if first is not None:
            yield first, self.scenario.days - 1

    def _servable(self) -> set[str]:
        """Requests that some unit can serve beyond the pins."""
        found: set[str] = set()
        for stretch in self.stretches.values():
            for ask in self._suited[stretch.unit]:
                if ask.request.id not in found and any(
                    span[0] >= stretch.first and span[1] <= stretch.last + 1 for span in ask.stays
                ):
                    found.add(ask.request.id)
        return found


def _take(free: list[int], span: Span) -> None:
    for day in range(*span):
        free[day] -= 1


def _end_days(credits: list[int], wanted: int, longest: int) -> Iterator[int | None]:
    """Walk a window of days along the calendar: the shortest from each start that holds enough credit."""
    held, after = 0, 0
    for start, credit in enumerate(credits):
        while held < wanted and after < len(credits):
            held += credits[after]
            after += 1
        fits = credit > 0 and held >= wanted and after - start <= longest
        yield after - 1 if fits else None
        held -= credit


def _suited(scenario: Scenario, asks: list[Ask]) -> dict[str, list[Ask]]:
    """R1 and R2: by unit the requests that it can serve as far as equipment, access and facilities go."""
    by_fitting: dict[tuple[frozenset[str], str], list[Ask]] = {}
    found = {}
    for unit in scenario.units:
        fitting = frozenset(unit.equipment), unit.vehicle
        if fitting not in by_fitting:
            by_fitting[fitting] = [ask for ask in asks if _suits(scenario, unit, ask.request)]
        found[unit.id] = by_fitting[fitting]
    return found


def _suits(scenario: Scenario, unit: Unit, request: Request) -> bool:
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    return (
        course.equipment in unit.equipment
        and SIZES.index(unit.vehicle) <= SIZES.index(venue.access)
        and all(facility in venue.facilities for facility in course.needs)
    )
