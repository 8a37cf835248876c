"""The best routes of each kind of unit at given prices, and a value that none of them exceeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.windows.cases import Case, all_solutions
from optimizer.solvers.windows.improve import nearest
from optimizer.solvers.windows.labels import (
    EXACT,
    SAME_SET,
    TIME_ONLY,
    Completion,
    Masks,
    Ways,
    best_start,
    completions,
    label_ways,
)
from optimizer.solvers.windows.layout import MUCH, reversed_layout, turn
from optimizer.solvers.windows.routes import Jobs, Prices
from optimizer.solvers.windows.rows import no_charges
from optimizer.solvers.windows.search import WindowSearch

REMEMBERED = 6
"""Neighbours that a job remembers at first."""
BEHIND = 3
"""The same for completion bounds."""
MOST_LABELS = 3_000_000
NO_BOUNDS = Completion(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Priced:
    """
    What pricing one kind of unit found.

    Parameters
    ----------
    routes
        Routes that are worth more than asked for, best first; they may repeat jobs.
    most
        In thousandths, no elementary route is worth more.
    complete
        Whether every route that is worth more than asked for was looked at.
    """

    routes: list[Jobs]
    most: int
    complete: bool


class Pricing:
    """
    Labelling with memories that grow where routes repeat themselves.

    Parameters
    ----------
    search
        What is shared.
    every
        Whether routes count with jobs that make them worth less, which is so where they do more than pay.
    """

    def __init__(self, search: WindowSearch, *, every: bool = False) -> None:
        self.search = search
        self._every = every
        self._end = turn(search.layout)
        near = nearest(search.layout)
        self.memory = _masks(near[:, :REMEMBERED])
        self._behind = _masks(near[:, :BEHIND])
        self._whole = np.full_like(self.memory, ~np.uint64(0))
        self.enter(all_solutions(search.layout))
        self._free = no_charges(len(near))

    def enter(self, case: Case) -> None:
        """From now on only routes of that case count."""
        self.layout = case.lay_out(self.search.layout)
        self.reversed = reversed_layout(self.layout)
        self._bounds: dict[int, tuple[bytes, Completion]] = {}

    def quick(self, kind: int, prices: Prices, above: int, most: int) -> list[Jobs]:
        """Some routes that are worth more than that, best first; none does not mean that none exist."""
        ways = self._label(kind, prices, self._whole, NO_BOUNDS, above, TIME_ONLY)
        return list(_routes(ways, most))

    def exact(self, kind: int, prices: Prices, above: int, most: int) -> Priced:
        """The best routes that are worth more than that, and the most that one can be worth."""
        price = prices.job
        bounds = self.bounds(kind, price)
        if bounds is None:
            return Priced([], int(price[price > 0].sum()), False)
        ways = self._label(kind, prices, self.memory, bounds, above, EXACT)
        best = int(ways.home_value.max(initial=above))
        if not ways.complete:
            best = max(best, best_start(self.layout, kind, FINE, bounds))
        return Priced(list(_routes(ways, most)), best, ways.complete)

    def all_above(self, kind: int, prices: Prices, value: int, labels: int) -> list[Jobs] | None:
        """Every elementary route worth more than that, of equal sets of jobs the best; None: too many."""
        bounds = self.bounds(kind, prices.job)
        if bounds is None:
            return None
        ways = self._label(kind, prices, self._whole, bounds, value, SAME_SET, labels)
        return list(_routes(ways, len(ways.home))) if ways.complete else None

    def bounds(self, kind: int, price: Ints) -> Completion | None:
        """Completion bounds at these prices; None where there are too many labels."""
        key = price.tobytes()
        known = self._bounds.get(kind)
        if known is not None and known[0] == key:
            return known[1]
        for memory in (self._behind, _masks(np.zeros((len(price), 0), np.int64))):
            ways = label_ways(
                self.reversed, kind, price, FINE, self._every, memory, self._free, NO_BOUNDS, MUCH * FINE,
                EXACT, MOST_LABELS, self.search.halt,
            )  # fmt: skip
            if ways.complete:
                made: Completion = completions(ways, self._end, len(price))
                self._bounds[kind] = key, made
                return made
            if self.search.halt[0]:
                break
        return None

    def grow(self, route: Jobs) -> bool:
        """Remember each repeated job along its cycle; whether anything was forgotten there."""
        grown = False
        last: dict[int, int] = {}
        for at, job in enumerate(route):
            if job in last:
                for between in route[last[job] + 1 : at]:
                    bit = np.uint64(1) << np.uint64(job & 63)
                    grown |= not self.memory[between, job >> 6] & bit
                    self.memory[between, job >> 6] |= bit
            last[job] = at
        return grown

    def forgets(self, route: Jobs) -> bool:
        """Whether memories let a route repeat the jobs that it repeats."""
        last: dict[int, int] = {}
        for at, job in enumerate(route):
            if job in last:
                bit = np.uint64(1) << np.uint64(job & 63)
                if all(self.memory[between, job >> 6] & bit for between in route[last[job] + 1 : at]):
                    return False
            last[job] = at
        return True

    def _label(
        self, kind: int, prices: Prices, memory: Masks, bounds: Completion, above: int, rule: int,
        labels: int = MOST_LABELS,
    ) -> Ways:  # fmt: skip
        ways: Ways = label_ways(
            self.layout, kind, prices.job, FINE, self._every, memory, prices.charges, bounds, above, rule,
            labels, self.search.halt,
        )  # fmt: skip
        return ways


def elementary(route: Jobs) -> bool:
    """Whether a route does no job twice."""
    return len(set(route)) == len(route)


def _masks(neighbours: Ints) -> Masks:
    """Per job the set of itself and its neighbours, as bits."""
    jobs = len(neighbours)
    masks = np.zeros((jobs, max(1, (jobs + 63) // 64)), np.uint64)
    for job, others in enumerate(neighbours.tolist()):
        for other in [job, *others]:
            masks[job, other >> 6] |= np.uint64(1) << np.uint64(other & 63)
    return masks


def _routes(ways: Ways, most: int) -> Iterator[Jobs]:
    for number in np.argsort(-ways.home_value, kind="stable")[:most].tolist():
        jobs, label = [], int(ways.home[number])
        while label >= 0:
            jobs.append(int(ways.job[label]))
            label = int(ways.before[label])
        yield tuple(reversed(jobs))
