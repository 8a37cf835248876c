"""A plan as it stands, in arrays: who is where, what each rotation is worth, what drives cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.checker.base import key
from optimizer.checker.worth import people_worth
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import Request, Scenario
from optimizer.explainer.change import Change
from optimizer.explainer.coverage import Coverage
from optimizer.legs import Legs
from optimizer.openings import Bools, Ints, Openings

Floats = NDArray[np.float64]
Stay = tuple[int, int, int]  # first day, last day, place


class Standing:
    """
    The rotations of a valid plan by unit and start, in slots.

    Each unit has one slot per rotation, and before and after them one slot that stands for
    its home depot.

    Parameters
    ----------
    scenario
        A validated scenario.
    rotations
        A plan that the checker accepts; how many people a rotation serves follows from R8.
    base_plan
        Rotations of the plan that it changes, if any.

    Attributes
    ----------
    rotations
        The rotations by unit (file order), then start.
    slot
        Slot of each rotation.
    base
        Slot of each unit's home before its first rotation; one entry more at the end.
    rotation, first, last, place
        Of each slot: index in ``rotations`` (-1 at home), first and last day, place.
    change
        What giving up rotations of the base plan costs.
    pinned
        Indexes of the rotations that are fixed beforehand (R10).
    loss, people
        Of each slot: least millipoints, and people, lost when that rotation alone is removed. Of two
        rotations of a request at least the sum is lost, for what classes add never rises.
    arrive
        Of each slot: millipoints of driving there from the slot before.
    weight
        Of each slot: least millipoints lost when it is removed, the most of the drive spared.
    stray_bonus
        Millipoints that rotations forced out by others could gain by leaving.
    city, left_alone
        Of each slot: its city, and the city's coverage without that rotation.
    """

    def __init__(
        self,
        scenario: Scenario,
        rotations: Iterable[Rotation],
        base_plan: Iterable[Rotation | Draft] = (),
    ) -> None:
        self.scenario = scenario
        self.openings = Openings(scenario)
        self.legs = Legs(scenario, [request.venue for request in scenario.requests])
        self.unit_number = {unit.id: number for number, unit in enumerate(scenario.units)}
        self.home_of = np.array([self.legs.depot(unit.depot) for unit in scenario.units], dtype=np.int64)
        self.pool_of = {
            course: number for number, row in enumerate(scenario.instructors) for course in row.courses
        }
        self.rotations = tuple(sorted(rotations, key=lambda r: (self.unit_number[r.unit], r.start)))
        self.classes = Counter(rotation.request for rotation in self.rotations)
        self.coverage = Coverage(scenario, self.served)
        self.change = Change(scenario, self.rotations, base_plan)
        pins = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
        self.pinned = [n for n, r in enumerate(self.rotations) if key(r) in pins]
        self._values: dict[tuple[str, int], int] = {}
        self._lay_slots()
        self._weigh_slots()
        self._by_venue: defaultdict[str, list[int]] = defaultdict(list)
        self._by_pool: defaultdict[int, list[int]] = defaultdict(list)
        for index, rotation in enumerate(self.rotations):
            self._by_venue[rotation.venue].append(index)
            if rotation.course in self.pool_of:
                self._by_pool[self.pool_of[rotation.course]].append(index)

    def served(self, request_id: str, classes: int | None = None) -> int:
        """R8: people whom so many classes of a request serve; by default those of the plan."""
        request = self.scenario.request_by_id[request_id]
        count = self.classes[request_id] if classes is None else classes
        return min(request.people, count * self.scenario.course_by_id[request.course].class_max)

    def value(self, request_id: str, classes: int) -> int:
        """Section 3: what so many classes of a request are worth, in millipoints."""
        key = (request_id, classes)
        if key not in self._values:
            request = self.scenario.request_by_id[request_id]
            self._values[key] = people_worth(self.scenario, request, self.served(request_id, classes))
        return self._values[key]

    def kept(self, request: Request) -> set[int]:
        """Rotations that an exchange for this request leaves alone: pinned ones and its own."""
        own = (n for n in self.at_venue(request.venue) if self.rotations[n].request == request.id)
        return {*self.pinned, *own}

    def at_venue(self, venue_id: str) -> Sequence[int]:
        """Rotations that stay at a venue."""
        return self._by_venue.get(venue_id, ())

    def of_pool(self, pool: int) -> Sequence[int]:
        """Rotations that the instructors of a row teach."""
        return self._by_pool.get(pool, ())

    def under_way(self, indexes: Sequence[int]) -> Ints:
        """How many of these rotations are under way on each day of the horizon."""
        change = np.zeros(self.scenario.days + 1, dtype=np.int64)
        slots = self.slot[np.array(indexes, dtype=np.int64)]
        np.add.at(change, self.first[slots], 1)
        np.add.at(change, self.last[slots] + 1, -1)
        return np.cumsum(change)[:-1]

    def home_between(self, units: Ints, last: Ints, first: Ints) -> Bools:
        """R6: whether a depot day lies between the last day of a stay and the first of the next."""
        home = self.openings.home
        found: Bools = home[units, first] > home[units, last + 1]
        return found

    def colliding(self, unit: int, stay: Stay) -> range:
        """R5: slots of the unit's rotations that a stay overlaps or leaves too few move days."""
        start, end, _ = stay
        low = int(self.base[unit] + 1 + self.ended[unit, start])
        high = int(self.base[unit] + 1 + self.begun[unit, end])
        while low - 1 > self.base[unit] and self._too_near(unit, self._stay(low - 1), stay):
            low -= 1
        while high < self.base[unit + 1] - 1 and self._too_near(unit, stay, self._stay(high)):
            high += 1
        return range(low, high)

    def route(self, unit: int, without: Collection[int] = ()) -> list[Stay]:
        """The unit's stays, some rotations left out."""
        slots = range(int(self.base[unit]) + 1, int(self.base[unit + 1]) - 1)
        return [self._stay(slot) for slot in slots if int(self.rotation[slot]) not in without]

    def stranded(self, unit: int, without: Collection[int]) -> list[int] | None:
        """
        R5: two rotations that are too near each other once others are gone; None where none are.

        That happens where a stay in between broke a long move into short ones.
        """
        slots = range(int(self.base[unit]) + 1, int(self.base[unit + 1]) - 1)
        left = [slot for slot in slots if int(self.rotation[slot]) not in without]
        for one, other in pairwise(left):
            if other > one + 1 and self._too_near(unit, self._stay(one), self._stay(other)):
                return [int(self.rotation[one]), int(self.rotation[other])]
        return None

    def drive(self, unit: int, route: Sequence[Stay]) -> list[int]:
        """Metres of each leg of a route from home to home."""
        if not route:
            return []
        home = int(self.home_of[unit])
        legs = [(home, route[0][2])]
        for earlier, later in pairwise(route):
            if self._home_on_the_way(unit, earlier[1], later[0]):
                legs += [(earlier[2], home), (home, later[2])]
            else:
                legs.append((earlier[2], later[2]))
        legs.append((route[-1][2], home))
        self.legs.learn(legs)
        return [self.legs.metres(*leg) for leg in legs]

    def _stay(self, slot: int) -> Stay:
        return int(self.first[slot]), int(self.last[slot]), int(self.place[slot])

    def _home_on_the_way(self, unit: int, last: int, first: int) -> bool:
        home = self.openings.home[unit]
        return bool(home[first] > home[last + 1])

    def _too_near(self, unit: int, earlier: Stay, later: Stay) -> bool:
        if self._home_on_the_way(unit, earlier[1], later[0]):
            return False
        return later[0] - earlier[1] - 1 < self.legs.move_days(earlier[2], later[2])

    def _lay_slots(self) -> None:
        scenario, units = self.scenario, len(self.scenario.units)
        unit_of = np.array([self.unit_number[r.unit] for r in self.rotations], dtype=np.int64)
        counts = np.bincount(unit_of, minlength=units)
        self.base = np.concatenate([[0], np.cumsum(counts + 2)]).astype(np.int64)
        size = int(self.base[-1])
        self.slot = np.arange(len(self.rotations)) + 2 * unit_of + 1
        self.first = np.full(size, scenario.days, dtype=np.int64)
        self.last = np.full(size, -1, dtype=np.int64)
        self.rotation = np.full(size, -1, dtype=np.int64)
        self.place = np.repeat(self.home_of, counts + 2)
        self.rotation[self.slot] = np.arange(len(self.rotations))
        self.first[self.slot] = [scenario.index(r.start) for r in self.rotations]
        self.last[self.slot] = [scenario.index(r.end) for r in self.rotations]
        self.place[self.slot] = [self.legs.venue(r.venue) for r in self.rotations]
        # Rotations begun by the end of each day, and ended before each day, by unit.
        begun = np.zeros((units, scenario.days), dtype=np.int64)
        ended = np.zeros((units, scenario.days + 1), dtype=np.int64)
        np.add.at(begun, (unit_of, self.first[self.slot]), 1)
        np.add.at(ended, (unit_of, self.last[self.slot] + 1), 1)
        self.begun, self.ended = np.cumsum(begun, axis=1), np.cumsum(ended, axis=1)

    def _weigh_slots(self) -> None:
        size = len(self.first)
        self.loss, self.arrive = np.zeros(size), np.zeros(size)
        self.people = np.zeros(size, dtype=np.int64)
        for index, slot in enumerate(self.slot.tolist()):
            request = self.rotations[index].request
            count = self.classes[request]
            self.loss[slot] = self.value(request, count) - self.value(request, count - 1)
            self.loss[slot] += self.change.least_loss(self.rotations[index])
            self.people[slot] = self.served(request) - self.served(request, count - 1)
        fixed = np.zeros(size)
        fixed[self.slot[self.pinned]] = 1
        unit = np.repeat(np.arange(len(self.home_of)), np.diff(self.base))
        home = self.home_of[unit]
        self.to_home, self.from_home = self._costs(self.place, home), self._costs(home, self.place)
        if size:
            over_home = self.home_between(unit[1:], self.last[:-1], self.first[1:])
            direct = self._costs(self.place[:-1], self.place[1:])
            self.arrive[1:] = np.where(over_home, self.to_home[:-1] + self.from_home[1:], direct)
            self.arrive[self.base[:-1]] = 0
        legs = np.append(self.arrive, 0.0)
        self.weight = self.loss - legs[:-1] - legs[1:]
        # Only where a detour can save move days can removing one rotation force out the next.
        may_strand = self.scenario.moves.days == 0 or self.legs.given
        self.stray_bonus = float(-np.minimum(self.weight, 0).sum()) if may_strand else 0.0
        # Running sums before each slot, so that what a run of slots weighs is one difference.
        self.loss_before, self.arrive_before = _before(self.loss), _before(self.arrive)
        self.fixed_before = _before(fixed)
        self._weigh_cities()

    def _weigh_cities(self) -> None:
        size = len(self.first)
        self.city = np.full(size, "", dtype=object)
        self.left_alone = np.ones(size)
        for slot, rotation in zip(self.slot.tolist(), self.rotations, strict=True):
            city = self.coverage.city_of[rotation.request]
            self.city[slot] = city
            left = self.coverage.served[city] - self.people[slot]
            self.left_alone[slot] = left / self.coverage.requested[city]

    def _costs(self, origins: Ints, destinations: Ints) -> Floats:
        pairs = list(zip(origins.tolist(), destinations.tolist(), strict=True))
        self.legs.learn(pairs)
        return np.array([self.legs.cost(self.legs.metres(a, b)) for a, b in pairs], dtype=np.float64)


def _before(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])
