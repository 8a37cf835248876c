"""What it would change to hold one more class of a request, whatever is in the way being removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.checker.base import Key
from optimizer.domain.scenario import Request
from optimizer.explainer.bounds import NEVER, own_bounds, upper_bounds
from optimizer.explainer.cells import Cells
from optimizer.explainer.standing import Floats, Standing, Stay

# Exchanges tried for one request before its search gives up, and says so.
MOST_TRIALS = 2_000


@dataclass(frozen=True, slots=True)
class Trial:
    """
    One exchange, scored exactly.

    Parameters
    ----------
    cell
        Where the class is put in.
    removed
        Rotations that have to go, as indexes of ``Standing.rotations``.
    gain
        What the plan's score changes by, in millipoints.
    """

    cell: int
    removed: tuple[int, ...]
    gain: int


@dataclass(slots=True)
class Search:
    """
    The best exchanges for one request.

    Parameters
    ----------
    free
        Best way to put a class in without removing anything; None where nothing is free.
    swap
        Best way that removes rotations; None where only pins or the request's own classes
        could make room.
    complete
        Whether every other exchange at these cells is proven to be no better; else
        ``MOST_TRIALS`` were spent.
    """

    free: Trial | None = None
    swap: Trial | None = None
    complete: bool = True
    trials: int = 0


class Exchanges:
    """
    The exchanges that put one more class of a request into a plan.

    An exchange removes the unit's rotations that collide with the stay (R5), and of the
    rotations in the venue's rooms (R7) and of the instructors (R9) what makes room, and what
    these removals leave too near each other (R5). Pinned rotations (R10) and the request's own
    classes stay.

    Parameters
    ----------
    standing
        The plan.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._unit_costs: dict[int, int] = {}

    def search(self, cells: Cells) -> Search:
        """The best exchanges at these cells."""
        search = Search()
        if len(cells):
            own = own_bounds(self._standing, cells)
            most = upper_bounds(self._standing, cells, own)
            search.free = self._best(cells, own, np.where(cells.free, most, NEVER), search)
            search.swap = self._best(cells, own, np.where(cells.free, NEVER, most), search)
        return search

    def least_drive(self, cells: Cells, best: Trial) -> tuple[Trial, int]:
        """
        Of the free places the one with the least drive, and millipoints of that.

        It is the best one but where that is worth more for being in the base plan.
        """
        alone = self.gain_alone(cells.request)
        if not self._kept(cells, best.cell):
            return best, alone - best.gain
        trials = [
            Trial(cell, (), self._gain(cells.request, int(cells.unit[cell]), self._stay(cells, cell), ()))
            for cell in np.flatnonzero(cells.free).tolist()
        ]
        drives = [alone + self._kept(cells, trial.cell) - trial.gain for trial in trials]
        least = int(np.argmin(drives))
        return trials[least], drives[least]

    def _kept(self, cells: Cells, cell: int) -> int:
        """Millipoints that a free place is worth for being in the base plan."""
        key = self._key(cells.request, int(cells.unit[cell]), self._stay(cells, cell))
        return self._standing.change.effect(key, ())

    def _key(self, request: Request, unit: int, stay: Stay) -> Key:
        scenario = self._standing.scenario
        return request.id, scenario.units[unit].id, scenario.day(stay[0])

    def gain_alone(self, request: Request) -> int:
        """Millipoints that one more class brings by its people, drives, removals and changes apart."""
        return self._worth_of(Counter({request.id: 1}))

    def _best(self, cells: Cells, own: Floats, most: Floats, search: Search) -> Trial | None:
        best: Trial | None = None
        while True:
            cell = int(np.argmax(most))
            if most[cell] == NEVER or (best is not None and most[cell] <= best.gain):
                return best
            if search.trials >= MOST_TRIALS:
                search.complete = False
                return best
            search.trials += 1
            best = self._best_at(cells, cell, float(own[cell]), best, search)
            most[cell] = NEVER

    def _best_at(
        self, cells: Cells, cell: int, own: float, best: Trial | None, search: Search
    ) -> Trial | None:
        """The better of ``best`` and the best exchange at one cell, by branching on who makes room."""
        standing = self._standing
        unit, stay = int(cells.unit[cell]), self._stay(cells, cell)
        kept = standing.kept(cells.request)
        gone = tuple(standing.rotation[cells.low[cell] : cells.high[cell]].tolist())
        if not kept.isdisjoint(gone):
            return best
        first, last = cells.first[[cell]], cells.last[[cell]]
        bonus = sum(float(capacity.bonus(first, last)[0]) for capacity in cells.capacities)
        bonus += standing.stray_bonus
        branches = [(own, gone)]
        while branches:
            bound, removed = branches.pop()
            if best is not None and bound + bonus <= best.gain:
                continue
            if search.trials >= MOST_TRIALS:
                search.complete = False
                return best
            search.trials += 1
            crowd = self._in_the_way(cells, unit, stay, removed)
            if crowd is None:
                gain = self._gain(cells.request, unit, stay, removed)
                if best is None or gain > best.gain:
                    best = Trial(cell, tuple(sorted(removed)), gain)
                continue
            costs = {n: float(standing.weight[standing.slot[n]]) for n in crowd if n not in kept}
            # The cheapest comes last, to be taken first.
            order = sorted(costs, key=lambda n: (-costs[n], -n))
            branches += [(bound - costs[n], (*removed, n)) for n in order]
        return best

    def _in_the_way(self, cells: Cells, unit: int, stay: Stay, removed: Sequence[int]) -> list[int] | None:
        """Rotations of which one more has to go; None where the exchange is complete."""
        for capacity in cells.capacities:
            crowd = capacity.crowd(stay[0], stay[1], removed)
            if crowd is not None:
                return crowd
        for number in sorted(self._units_of(removed) - {unit}):
            pair = self._standing.stranded(number, removed)
            if pair is not None:
                return pair
        return None

    def _gain(self, request: Request, unit: int, stay: Stay, removed: Sequence[int]) -> int:
        """What the exchange changes the score by."""
        standing = self._standing
        classes = Counter({request.id: 1})
        classes.subtract(standing.rotations[index].request for index in removed)
        gain = self._worth_of(classes)
        gone = [standing.rotations[index] for index in removed]
        gain += standing.change.effect(self._key(request, unit, stay), gone)
        for number in self._units_of(removed) | {unit}:
            route = standing.route(number, without=removed)
            if number == unit:
                route = sorted([*route, stay])
            gain += self._present_cost(number) - self._cost(number, route)
        return gain

    def _units_of(self, rotations: Sequence[int]) -> set[int]:
        standing = self._standing
        return {standing.unit_number[standing.rotations[index].unit] for index in rotations}

    def _worth_of(self, classes: Counter[str]) -> int:
        standing = self._standing
        gain, people = 0, {}
        for request, more in classes.items():
            count = standing.classes[request]
            gain += standing.value(request, count + more) - standing.value(request, count)
            people[request] = standing.served(request, count + more) - standing.served(request, count)
        return gain + standing.coverage.effect(people)

    def _cost(self, unit: int, route: Sequence[Stay]) -> int:
        return sum(self._standing.legs.cost(leg) for leg in self._standing.drive(unit, route))

    def _present_cost(self, unit: int) -> int:
        if unit not in self._unit_costs:
            self._unit_costs[unit] = self._cost(unit, self._standing.route(unit))
        return self._unit_costs[unit]

    def _stay(self, cells: Cells, cell: int) -> Stay:
        venue = self._standing.legs.venue(cells.request.venue)
        return int(cells.first[cell]), int(cells.last[cell]), venue
