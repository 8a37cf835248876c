"""A plan laid beside its scenario: every rotation with its rows, its end and its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from optimizer.checker.base import Base, Fact, Key, Stated, key, read_base, rotations_of
from optimizer.checker.sizes import class_sizes
from optimizer.checker.walk import DayWalk
from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Course, Request, Scenario, Unit, Venue
from optimizer.exceptions import Sentence, chained
from optimizer.travel import Travel


@dataclass(frozen=True, slots=True)
class Stay:
    """
    A rotation as the rules see it.

    Parameters
    ----------
    id
        ``<request>-<n>``, n counting the request's rotations by start, then unit.
    end
        Last day, included: computed (R3), or of the base plan where ``frozen`` (R11).
    ends
        Whether the class ends within the horizon; if not, ``end`` is the horizon's, or the
        first day where that lies outside.
    people
        Computed (section 3), or of the base plan where ``frozen``.
    stated
        The rotation as the plan holds it.
    """

    id: str
    request: Request
    unit: Unit
    venue: Venue
    course: Course
    start: date
    end: date
    ends: bool
    people: int
    frozen: bool
    pinned: bool
    stated: Stated

    def __str__(self) -> str:
        return Sentence(
            "{request} by {unit} from {start}", request=self.request.id, unit=self.unit.id, start=self.start
        )


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive of a unit; ``metres`` is 0 where it does not leave the place."""

    unit: str
    origin: str
    destination: str
    metres: int


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    stated: Stated
    fact: Fact | None


_Item = TypeVar("_Item")


class Case:
    """
    A scenario, a plan for it, and where replanning the base plan and the freeze date.

    Parameters
    ----------
    scenario
        A validated scenario.
    rotations
        A plan, or rotations as a planner writes them: request, unit and start are enough.
    base_plan, freeze
        For replanning (R11): the plan to start from, and the first day that may change.
    """

    def __init__(
        self,
        scenario: Scenario,
        rotations: Plan | Sequence[Stated],
        base_plan: Plan | Sequence[Stated] | None = None,
        freeze: date | None = None,
    ) -> None:
        self.scenario = scenario
        self.freeze = freeze
        self.walk = DayWalk(scenario)
        self.base: Base = read_base(scenario, self.walk, base_plan, freeze)
        self.pins = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
        known, self.unknown = self._sorted_out(rotations_of(rotations))
        numbered = self._numbered(known)
        people = self._people(numbered)
        self.stays: tuple[Stay, ...] = tuple(self._stay(entry, people[entry.id]) for entry in numbered)

    def _sorted_out(self, stated: Sequence[Stated]) -> tuple[list[Stated], tuple[Sentence, ...]]:
        known: list[Stated] = []
        unknown: list[Sentence] = []
        for rotation in stated:
            missing = [
                what
                for what, name, table in (
                    (
                        Sentence("request {request}", request=rotation.request),
                        rotation.request,
                        self.scenario.request_by_id,
                    ),
                    (Sentence("unit {unit}", unit=rotation.unit), rotation.unit, self.scenario.unit_by_id),
                )
                if name not in table
            ]
            if missing:
                name = Sentence(
                    "{request} by {unit} from {start}",
                    request=rotation.request,
                    unit=rotation.unit,
                    start=rotation.start,
                )
                unknown.append(
                    Sentence(
                        "{name}: the scenario has no {missing}.",
                        name=name,
                        missing=chained("{left} and no {right}", missing),
                    )
                )
            else:
                known.append(rotation)
        return known, tuple(unknown)

    def _numbered(self, known: Sequence[Stated]) -> list[_Entry]:
        """The rotations in the order of a plan file."""
        count: Counter[str] = Counter()
        facts = dict(self.base.facts)
        entries = []
        for rotation in sorted(known, key=lambda item: (item.start, item.unit, item.request)):
            count[rotation.request] += 1
            # Of two equal rotations only the first can be the one of the base plan.
            fact = facts.pop(key(rotation), None)
            entries.append(_Entry(f"{rotation.request}-{count[rotation.request]}", rotation, fact))
        return entries

    def _people(self, entries: Sequence[_Entry]) -> dict[str, int]:
        """People of each rotation by its id: of the base plan where frozen, else by section 3."""
        people = {entry.id: entry.fact.people for entry in entries if entry.fact}
        for request_id, group in _grouped(entries, lambda entry: entry.stated.request).items():
            request = self.scenario.request_by_id[request_id]
            free = [entry.id for entry in group if not entry.fact]
            left = max(0, request.people - sum(entry.fact.people for entry in group if entry.fact))
            sizes = class_sizes(left, len(free), self.scenario.course_by_id[request.course].class_max)
            people.update(zip(free, sizes, strict=True))
        return people

    def _stay(self, entry: _Entry, people: int) -> Stay:
        stated = entry.stated
        request = self.scenario.request_by_id[stated.request]
        venue = self.scenario.venue_by_id[request.venue]
        course = self.scenario.course_by_id[request.course]
        inside = self.scenario.start <= stated.start <= self.scenario.end
        end: date | None = None
        if entry.fact:
            end = entry.fact.end
        elif inside:
            end = self.walk.end(venue, course, stated.start, self.scenario.end)
        return Stay(
            id=entry.id,
            request=request,
            unit=self.scenario.unit_by_id[stated.unit],
            venue=venue,
            course=course,
            start=stated.start,
            end=end or (self.scenario.end if inside else stated.start),
            ends=end is not None,
            people=people,
            frozen=entry.fact is not None,
            pinned=key(stated) in self.pins,
            stated=stated,
        )

    @cached_property
    def by_unit(self) -> dict[str, list[Stay]]:
        """The stays of each unit by start."""
        return _grouped(self.stays, lambda stay: stay.unit.id)

    @cached_property
    def by_venue(self) -> dict[str, list[Stay]]:
        """The stays at each venue by start."""
        return _grouped(self.stays, lambda stay: stay.venue.id)

    @cached_property
    def by_request(self) -> dict[str, list[Stay]]:
        """The stays of each request by start, then unit: the order of the class sizes."""
        return _grouped(self.stays, lambda stay: stay.request.id)

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """Every drive between different places, unit by unit in the order of the file."""
        drives = [
            (unit.id, origin, destination)
            for unit in self.scenario.units
            for origin, destination in self._drives(unit, self.by_unit.get(unit.id, []))
        ]
        if not drives:
            return ()
        metres = self._travel.legs([origin for _, origin, _ in drives], [to for _, _, to in drives])
        return tuple(
            Leg(*drive, metres=length) for drive, length in zip(drives, metres.tolist(), strict=True)
        )

    def _drives(self, unit: Unit, stays: Sequence[Stay]) -> Iterator[tuple[str, str]]:
        if not stays:
            return
        home = f"depot:{unit.depot}"
        yield home, f"venue:{stays[0].venue.id}"
        for earlier, later in pairwise(stays):
            here, there = f"venue:{earlier.venue.id}", f"venue:{later.venue.id}"
            if self.walk.depot_day_between(unit, earlier.end, later.start):
                yield here, home
                yield home, there
            elif here != there:
                yield here, there
        yield f"venue:{stays[-1].venue.id}", home

    @cached_property
    def _travel(self) -> Travel:
        return Travel(self.scenario)

    @cached_property
    def _metres(self) -> dict[tuple[str, str], int]:
        return {(leg.origin, leg.destination): leg.metres for leg in self.legs}

    def _distance(self, origin: str, destination: str) -> int:
        # Stays that overlap are compared across others, so the pair need not be a leg.
        if (origin, destination) not in self._metres:
            self._metres[origin, destination] = int(self._travel.legs([origin], [destination])[0])
        return self._metres[origin, destination]

    def move_days(self, earlier: Stay, later: Stay) -> int:
        """
        Days without a stay that two consecutive stays of a unit need between them (R5).

        None at one venue, and none where the unit is at its depot in between.
        """
        if earlier.venue.id == later.venue.id:
            return 0
        if self.walk.depot_day_between(earlier.unit, earlier.end, later.start):
            return 0
        moves = self.scenario.moves
        metres = self._distance(f"venue:{earlier.venue.id}", f"venue:{later.venue.id}")
        share = Fraction(metres, 1000) / Fraction(moves.km_per_day)
        if share <= 1:
            return moves.days
        return max(moves.days, -(-share.numerator // share.denominator))

    @cached_property
    def base_rotations_lost(self) -> int:
        """How many rotations of the base plan are not kept: same request, unit and start."""
        kept = {key(stay.stated) for stay in self.stays}
        return sum(1 for rotation in self.base.rotations if rotation not in kept)

    def in_base(self, stay: Stay) -> bool:
        """Whether the base plan holds this rotation."""
        return key(stay.stated) in self._base_keys

    @cached_property
    def _base_keys(self) -> set[Key]:
        return set(self.base.rotations)


def _grouped(items: Sequence[_Item], name: Callable[[_Item], str]) -> dict[str, list[_Item]]:
    groups: dict[str, list[_Item]] = {}
    for item in items:
        groups.setdefault(name(item), []).append(item)
    return groups
