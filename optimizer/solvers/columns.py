"""Routes met so far, laid flat, so that new prices reach all of them at once."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals, Proof
from optimizer.core.solution import Route, Visit, route_cost
from optimizer.solvers.layout import Flat
from optimizer.solvers.prices import Bought, Column, summed

JOB, START, END, PLACE, POOL = range(5)
AT_ONCE = 8_192
"""Columns whose visits are laid out at once; those of all would take much memory, if only for a moment."""


class Columns:
    """
    A growing list of routes, each once; adding is safe from any thread.

    Columns are numbered in the order in which they came and never leave.

    Attributes
    ----------
    segment, cost
        Per column its segment, and what it costs beyond the segment's empty route in millipoints.
    empty
        What the empty route of each segment costs, in millipoints.
    """

    def __init__(self, problem: Problem, columns: Iterable[Column] = ()) -> None:
        self.problem = problem
        self._lock = threading.Lock()
        self._number: dict[bytes, int] = {}
        self._segment, self._cost = np.zeros(64, np.int64), np.zeros(64, np.int64)
        self._at = np.zeros(65, np.int64)
        # Job and start of each visit, and no more: of routes there are hundreds of thousands.
        self._visits = np.zeros((2, 256), np.int32)
        self.empty = np.array([route_cost(problem, home, ()) for home in problem.segments], np.int64)
        self.add_all(columns)

    def __len__(self) -> int:
        return len(self._number)

    def __getitem__(self, number: int) -> Column:
        jobs, starts = self._visits[:, self._at[number] : self._at[number + 1]].tolist()
        return int(self._segment[number]), tuple(map(Visit, starts, jobs))

    def number(self, column: Column) -> int:
        """The number of a known column."""
        return self._number[_key(column)]

    def add(self, segment: int, route: Route) -> bool:
        """Keep a route with visits; whether it is new."""
        key = _key((segment, route))
        if not route or key in self._number:
            return False
        cost = route_cost(self.problem, self.problem.segments[segment], route) - int(self.empty[segment])
        with self._lock:
            if key in self._number:
                return False
            number = len(self)
            first, after = int(self._at[number]), int(self._at[number]) + len(route)
            if number + 1 == len(self._segment):
                self._segment, self._cost = np.tile(self._segment, 2), np.tile(self._cost, 2)
                self._at = np.concatenate([self._at, np.zeros(len(self._segment), np.int64)])
            while after > self._visits.shape[1]:
                self._visits = np.tile(self._visits, (1, 2))
            self._visits[JOB, first:after] = [visit.job for visit in route]
            self._visits[START, first:after] = [visit.start for visit in route]
            self._segment[number], self._cost[number], self._at[number + 1] = segment, cost, after
            # Last: from now on there is one more for others to look at.
            self._number[key] = number
        return True

    def add_all(self, columns: Iterable[Column]) -> int:
        """Keep routes; how many are new."""
        return sum(self.add(segment, route) for segment, route in columns)

    @property
    def segment(self) -> Flat:
        """The segment of each column."""
        return self._segment[: len(self)]

    @property
    def cost(self) -> Flat:
        """What each column costs beyond its segment's empty route, in millipoints."""
        return self._cost[: len(self)]

    def visits(self, numbers: Flat) -> tuple[Flat, Flat]:
        """
        The visits of some columns, one column after the other.

        Returns
        -------
        (owner, visits)
            The index into ``numbers`` of each visit's column, and the rows ``JOB``, ``START``,
            ``END`` (last day), ``PLACE``, ``POOL`` (-1: none), shape (5, visits).
        """
        first = self._at[numbers]
        count = self._at[numbers + 1] - first
        owner = np.repeat(np.arange(len(numbers)), count)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        problem, (jobs, starts) = self.problem, self._visits[:, np.repeat(first, count) + within]
        ends = problem.class_end[problem.job_class[jobs], starts]
        return owner, np.stack([jobs, starts, ends, problem.job_place[jobs], problem.job_pool[jobs]])

    def missed(self, proof: Proof) -> Flat:
        """
        By how much each column misses its segment's best value at the prices of a bound, in thousandths.

        A route that misses by more than the slack of the best solution is in no better one.
        """
        missed = np.zeros(len(self), np.int64)
        for first in range(0, len(missed), AT_ONCE):
            some = np.arange(first, min(first + AT_ONCE, len(missed)))
            shelf = Shelf(self, some)
            missed[some] = proof.best[shelf.segment] - shelf.values(proof.duals)
        return missed


class Shelf:
    """
    Segments that buy the best of the routes known, as these are when it is made; see `prices.Buying`.

    Parameters
    ----------
    columns
        The routes.
    numbers
        Those that count; by default all.

    Attributes
    ----------
    segment
        The segment of each route.
    """

    def __init__(self, columns: Columns, numbers: Flat | None = None) -> None:
        problem = columns.problem
        # Others may add routes meanwhile.
        numbers = np.arange(len(columns)) if numbers is None else numbers
        self._problem = problem
        self.segment = columns.segment[numbers]
        self._empty = -columns.empty * FINE
        self._free = self._empty[self.segment] - columns.cost[numbers] * FINE
        self._owner, self._visits = columns.visits(numbers)
        self._first = np.searchsorted(self._owner, np.arange(len(numbers)))

    def values(self, duals: Duals) -> Flat:
        """What each route is worth at the prices, in thousandths."""
        jobs, starts, ends, places, pools = self._visits
        room, pool = summed(duals.room), summed(duals.pool, 1)
        earned = duals.job[jobs] - (room[places, ends + 1] - room[places, starts])
        earned -= pool[pools + 1, ends + 1] - pool[pools + 1, starts]
        if not len(self._free):
            return self._free
        return np.asarray(self._free + np.add.reduceat(earned, self._first))

    def __call__(self, duals: Duals) -> Bought:
        """The best route of each segment, or none where all are worth less."""
        values = self.values(duals)
        best = self._empty.copy()
        np.maximum.at(best, self.segment, values)
        which = np.flatnonzero((values == best[self.segment]) & (values > self._empty[self.segment]))
        chosen = np.zeros(len(values), np.bool_)
        chosen[which[np.unique(self.segment[which], return_index=True)[1]]] = True
        visits = self._visits[:, chosen[self._owner]]
        return Bought.of(self._problem, float(best.sum()), visits[JOB], visits[START])


def _key(column: Column) -> bytes:
    """A column as few bytes: segment, then start and job of each visit."""
    segment, route = column
    numbers = array("i", [segment])
    for visit in route:
        numbers.append(visit.start)
        numbers.append(visit.job)
    return numbers.tobytes()


def binding_days(capacity: Flat, starts: Flat, ends: Flat) -> NDArray[np.bool_]:
    """
    The days of one place or pool on which its capacity need be watched.

    Of two days the one on which all stays of the other are under way, with no more capacity,
    says it all: what is left are the maximal cliques of an interval graph.

    Parameters
    ----------
    capacity, starts, ends
        Per day what there is, and how many of the stays in question begin, and end, on it.
    """
    keep = np.zeros(len(capacity), bool)
    under_way, fresh, kept = 0, False, -1
    for day in range(len(capacity)):
        under_way += int(starts[day])
        fresh = fresh or starts[day] > 0 or kept < 0 or capacity[day] < capacity[kept]
        rises = day + 1 < len(capacity) and capacity[day + 1] > capacity[day]
        if fresh and (ends[day] > 0 or rises or day + 1 == len(capacity)):
            keep[day] = under_way > capacity[day]
            fresh, kept = False, day
        under_way -= int(ends[day])
    return keep
