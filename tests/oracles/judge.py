"""RULES.md section 2 read a second time: which rules a set of rotations breaks, and what it is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise

from tests.oracles.world import World, rounded


@dataclass(frozen=True, slots=True)
class Stay:
    """A rotation; ``end`` and ``people`` are worked out where they are None."""

    request: str
    unit: str
    start: date
    end: date | None = None
    people: int | None = None

    @property
    def key(self) -> tuple[str, str, date]:
        return self.request, self.unit, self.start


@dataclass(frozen=True, slots=True)
class Held:
    """A rotation with everything known."""

    request: str
    unit: str
    venue: str
    course: str
    start: date
    end: date
    people: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The rules broken, and the score with its parts in millipoints.

    The score is None where nobody can say it: a stay has no end in the horizon (``endless``), or stays
    of one unit overlap; ``muddled`` says that two frozen ones do, so that R5 has no order to be asked in.
    ``held`` are the rotations with end and people, by start, then unit.
    """

    broken: frozenset[str]
    score: int | None = None
    held: tuple[Held, ...] = ()
    endless: bool = False
    muddled: bool = False
    people: int = 0
    km: int = 0
    equity: int = 0
    change: int = 0


def judge(
    world: World, stays: Iterable[Stay], base: Sequence[Stay] = (), freeze: date | None = None
) -> Verdict:
    """
    Judge a plan.

    Parameters
    ----------
    world
        The scenario.
    stays
        The plan, in any order.
    base
        Rotations of the base plan when replanning, with end and people.
    freeze
        The freeze date; base rotations that start earlier are facts (R11).
    """
    given = sorted(stays, key=lambda stay: (stay.start, stay.unit))
    broken: set[str] = set()
    kept = {stay.key for stay in base}
    facts = {stay.key: stay for stay in base if freeze is not None and stay.start < freeze}
    if any(not _stands(fact, given) for fact in facts.values()):
        broken.add("R11")

    # A pin equal to a frozen rotation is not asked again.
    pinned = {(pin.request, pin.unit, pin.start) for pin in world.scenario.pins} - set(facts)
    held: list[Held] = []
    endless = False
    free: dict[str, list[tuple[Stay, date]]] = defaultdict(list)
    for stay in given:
        request = world.requests[stay.request]
        if stay.key in facts:
            fact = facts[stay.key]
            assert fact.end is not None
            assert fact.people is not None
            held.append(_held(world, stay, fact.end, fact.people, frozen=True))
            continue
        if freeze is not None and stay.start < freeze:
            broken.add("R11")
        broken |= world.suits(stay.unit, request)
        end = world.end_of(stay.request, stay.start)
        broken |= dates_broken(world, stay, end, freeze if stay.key not in kept else None)
        if end is None:
            endless = True
        else:
            free[stay.request].append((stay, end))

    for request_id, group in free.items():
        request = world.requests[request_id]
        gone = sum(one.people for one in held if one.frozen and one.request == request_id)
        left = max(0, request.people - gone)
        pins = sum(pin[0] == request_id for pin in pinned)
        if len(group) > world.most_classes(request, left, pins):
            broken.add("R8")
        sizes = world.sizes(request, len(group), left)
        for (stay, end), size in zip(group, sizes, strict=True):
            if stay.people not in (None, size):
                broken.add("R8")
            held.append(_held(world, stay, end, size, frozen=False))

    held.sort(key=lambda one: (one.start, one.unit))
    overlaps = [
        (one, other)
        for one, other in combinations(held, 2)
        if one.unit == other.unit and one.start <= other.end and other.start <= one.end
    ]
    if any(not (one.frozen and other.frozen) for one, other in overlaps):
        broken.add("R5")
    broken |= _moves_broken(world, held) | _crowds_broken(world, held)
    if pinned - {stay.key for stay in given}:
        broken.add("R10")
    if endless or overlaps:
        muddled = any(one.frozen and other.frozen for one, other in overlaps)
        return Verdict(frozenset(broken), endless=endless, muddled=muddled)
    lost = len(kept - {stay.key for stay in given})
    return _priced(world, held, lost, frozenset(broken))


def _held(world: World, stay: Stay, end: date, people: int, frozen: bool) -> Held:
    request = world.requests[stay.request]
    return Held(request.id, stay.unit, request.venue, request.course, stay.start, end, people, frozen)


def _stands(fact: Stay, given: list[Stay]) -> bool:
    """Whether a frozen rotation is in the plan as it is (R11)."""
    mine = [stay for stay in given if stay.key == fact.key]
    return len(mine) == 1 and mine[0].end in (None, fact.end) and mine[0].people in (None, fact.people)


def dates_broken(world: World, stay: Stay, end: date | None, notice_from: date | None = None) -> set[str]:
    """R3, R4 and R6 of one stay; ``notice_from`` is the freeze date where lead days count from it."""
    scenario, request = world.scenario, world.requests[stay.request]
    unit, venue, course = world.units[stay.unit], world.venues[request.venue], world.courses[request.course]
    broken = set()
    inside = scenario.start <= stay.start <= scenario.end
    if not inside or world.credit(request.venue, request.course, stay.start) == 0:
        broken.add("R3" if inside else "R4")
    notice = max(scenario.start, notice_from or scenario.start) + timedelta(days=venue.lead_days)
    if stay.start < max(notice, request.earliest or scenario.start):
        broken.add("R4")
    if end is None:
        return broken | {"R3"}
    if stay.end not in (None, end):
        broken.add("R3")
    span = (end - stay.start).days + 1
    if span > (course.max_span if course.max_span is not None else 2 * course.training_days + 4):
        broken.add("R3")
    if end > min(scenario.end, request.latest or scenario.end):
        broken.add("R4")
    if stay.start < (unit.first or stay.start) or end > (unit.last or end):
        broken.add("R6")
    if any(world.home(stay.unit, stay.start + timedelta(days=n)) for n in range(span)):
        broken.add("R6")
    return broken


def depot_day_between(world: World, earlier: Held, later: Held) -> bool:
    """Whether the unit is at its depot on a day after the one stay and before the other."""
    gap = (later.start - earlier.end).days
    return any(world.home(earlier.unit, earlier.end + timedelta(days=n)) for n in range(1, gap))


def _moves_broken(world: World, held: list[Held]) -> set[str]:
    """R5 between consecutive stays; nothing is asked of two frozen ones."""
    broken = set()
    for unit in {one.unit for one in held}:
        mine = [one for one in held if one.unit == unit]
        for earlier, later in pairwise(mine):
            rest = (later.start - earlier.end).days - 1
            if (
                not (earlier.frozen and later.frozen)
                and rest < world.move_days(earlier.venue, later.venue)
                and not depot_day_between(world, earlier, later)
            ):
                broken.add("R5")
    return broken


def _crowds_broken(world: World, held: list[Held]) -> set[str]:
    """R7 and R9: rooms and instructors, each day; frozen stays alone break nothing."""
    broken = set()
    for day in world.days():
        here = [one for one in held if one.start <= day <= one.end]
        for venue in world.scenario.venues:
            crowd = [one for one in here if one.venue == venue.id]
            if len(crowd) > venue.rooms and not all(one.frozen for one in crowd):
                broken.add("R7")
        for group in world.scenario.instructors:
            crowd = [one for one in here if one.course in group.courses]
            if len(crowd) > group.count and not all(one.frozen for one in crowd):
                broken.add("R9")
    return broken


def legs(world: World, unit_id: str, mine: list[Held]) -> Iterator[tuple[str, str]]:
    """The ways that a unit drives, by its stays in order (section 3, Kilometres)."""
    if not mine:
        return
    home = f"depot:{world.units[unit_id].depot}"
    yield home, f"venue:{mine[0].venue}"
    for earlier, later in pairwise(mine):
        if depot_day_between(world, earlier, later):
            yield f"venue:{earlier.venue}", home
            yield home, f"venue:{later.venue}"
        else:
            yield f"venue:{earlier.venue}", f"venue:{later.venue}"
    yield f"venue:{mine[-1].venue}", home


def _priced(world: World, held: list[Held], lost: int, broken: frozenset[str]) -> Verdict:
    served = dict.fromkeys(world.requests, 0)
    for one in held:
        served[one.request] += one.people
    people = sum(world.value(world.requests[name], number) for name, number in served.items())

    km = 0
    for unit in world.scenario.units:
        mine = [one for one in held if one.unit == unit.id]
        km += sum(world.leg(*leg) for leg in legs(world, unit.id, mine))

    by_city = dict.fromkeys(world.asked(), 0)
    for name, number in served.items():
        by_city[world.venues[world.requests[name].venue].city] += number
    worths = [world.coverage_worth(by_city[city], asked) for city, asked in world.asked().items()]
    equity = min(worths, default=world.coverage_worth(0, 0))
    change = rounded(1000 * Fraction(world.scenario.objective.change) * lost)
    score = people - km + equity - change
    return Verdict(broken, score, tuple(held), people=people, km=-km, equity=equity, change=-change)
