"""What all methods share while a window problem is solved: best solution, best bound, routes met."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from math import gcd

import numpy as np

from optimizer.core.problem import Ints
from optimizer.core.result import FINE, Duals, Progress, Result
from optimizer.core.solution import Route, Solution, Visit
from optimizer.core.windows import WindowProblem, WindowProof, no_visits, window_faults, window_objective
from optimizer.exceptions import EngineError
from optimizer.solvers.windows.cases import Bools
from optimizer.solvers.windows.layout import MUCH, Layout, lay_out
from optimizer.solvers.windows.routes import Column, Prices, Routes
from optimizer.solvers.windows.rows import no_charges


class WindowSearch:
    """
    The common state of one solve; every method may be called from any thread.

    Parameters
    ----------
    problem
        The instance.
    stopping
        Turns true when the time is up.
    gap
        Relative gap at which the search ends by itself.
    report
        Hears of each improvement.
    start
        A valid solution to start from; the empty one by default.

    Attributes
    ----------
    prices
        The prices of the best bound.
    halt
        Ends compiled loops when its only element turns true.
    """

    def __init__(
        self,
        problem: WindowProblem,
        stopping: Callable[[], bool],
        gap: float,
        report: Callable[[Progress], None],
        start: Solution | None = None,
    ) -> None:
        self.problem = problem
        self.layout: Layout = lay_out(problem)
        self.halt = np.zeros(1, np.bool_)
        self.phase = "construct"
        self._gap = gap
        self._stopping = stopping
        self._report = report
        self._began = time.monotonic()
        self._lock = threading.RLock()
        self._met = Routes(problem.jobs)
        # Of each kind and set of jobs, the number of its route among those met, and its cost.
        self._known: dict[tuple[int, frozenset[int]], tuple[int, int]] = {}
        self._history: list[tuple[float, int, int]] = []
        self._enumerated: int | None = None
        self._grain = gcd(*problem.prize.tolist(), *np.unique(problem.cost).tolist()) or 1
        self.solution = start or no_visits(problem)
        self.score = window_objective(problem, self.solution)
        # Where a job brings no more than the least way to it costs, no route is worth anything.
        self.prices = Prices(least_ways(self.layout) * FINE, no_charges(problem.jobs))
        self.proof = self.proven(self.prices, np.zeros(len(self.layout.leave), np.int64))
        self._tell()

    def proven(self, prices: Prices, best: Ints, required: Bools | None = None) -> WindowProof:
        """
        The bound of prices, by weak duality.

        Parameters
        ----------
        best
            Per kind of unit what none of its routes exceeds at these prices.
        required
            Jobs that must be done; none by default.
        """
        problem, nothing = self.problem, np.zeros((0, 0), np.int64)
        each = best[self.layout.kind]
        kept = problem.prize * FINE - prices.job
        free = True if required is None else ~required
        beyond = int(kept.sum(where=~(free & (kept < 0))))
        beyond += int(prices.charges.charge.sum()) + int(each.sum())
        # Whatever a solution is worth beyond the base is a multiple of the grain.
        value = problem.base_value + beyond // (FINE * self._grain) * self._grain
        duals = Duals(prices.job, nothing, nothing, np.zeros(0, np.int64))
        return WindowProof(duals, each, problem.base_value * FINE + beyond, value, prices.charges.told())

    @property
    def bound(self) -> int:
        """The best bound in millipoints."""
        return self.proof.value if self._enumerated is None else min(self.proof.value, self._enumerated)

    def done(self) -> bool:
        """Whether to stop: time is up, or the gap is closed."""
        if not self.halt[0] and (self._stopping() or self.closed()):
            self.halt[0] = True
        return bool(self.halt[0])

    def closed(self) -> bool:
        """Whether the gap is as small as asked for."""
        return self.bound - self.score <= self._gap * max(abs(self.bound), 1000)

    def needed(self) -> int:
        """What a better solution is worth at least, in thousandths."""
        return (self.score + self._grain) * FINE

    def column_cost(self, column: Column) -> int:
        """Millipoints of a route's way."""
        kind, route = column
        jobs, kinds, cost = self.problem.jobs, len(self.layout.leave), self.layout.cost
        stops = [jobs + kind, *route, jobs + kinds + kind]
        return int(cost[stops[:-1], stops[1:]].sum())

    def offer(self, columns: Iterable[Column]) -> bool:
        """Take a solution made of routes if it is better; one that is not valid is a fault of the engine."""
        solution = self._scheduled(columns)
        score = window_objective(self.problem, solution)
        with self._lock:
            if score <= self.score:
                return False
            wrong = window_faults(self.problem, solution)
            if wrong:
                raise EngineError(f"The engine made an invalid solution: {wrong[0]}.")
            self.solution, self.score = solution, score
            self._tell()
            return True

    def offer_proof(self, prices: Prices, best: Ints) -> bool:
        """Take the bound of prices if it is better; ``best`` as for `proven`."""
        proof = self.proven(prices, best)
        with self._lock:
            if proof.fine >= self.proof.fine:
                return False
            self.prices, self.proof = prices, proof
            self._tell()
            return True

    def offer_enumeration(self, bound: int) -> None:
        """Take a bound that rests on having looked at every route that could improve the solution."""
        with self._lock:
            if bound < self.bound:
                self._enumerated = bound
                self._tell()

    def offer_tree(self, fine: int) -> None:
        """Take the bound of a tree's worst case, in thousandths."""
        beyond = fine - self.problem.base_value * FINE
        self.offer_enumeration(self.problem.base_value + beyond // (FINE * self._grain) * self._grain)

    def collect(self, columns: Iterable[Column]) -> None:
        """Keep routes, of those that do the same jobs the cheapest."""
        for column in columns:
            key, cost = (column[0], frozenset(column[1])), self.column_cost(column)
            with self._lock:
                known = self._known.get(key)
                if known is None:
                    self._known[key] = len(self._met.columns), cost
                    self._met.add(column, cost)
                elif cost < known[1]:
                    self._known[key] = known[0], cost
                    self._met.replace(known[0], column, cost)

    def met_values(self, prices: Prices) -> tuple[list[Column], Ints, Ints]:
        """Routes met so far, oldest first, their kinds, and what they are worth at prices, in thousandths."""
        with self._lock:
            return self._met.columns.copy(), self._met.kind.copy(), self._met.values(prices)

    def best_columns(self) -> list[Column]:
        """The routes of the best solution."""
        return [
            (int(self.layout.kind[unit]), tuple(visit.job for visit in route))
            for unit, route in enumerate(self.solution.routes)
            if route
        ]

    def result(self) -> Result:
        """Best solution and bound as they stand."""
        with self._lock:
            enumerated = self._enumerated is not None and self._enumerated < self.proof.value
            return Result(
                solution=self.solution,
                score=self.score,
                bound=self.bound,
                proof=self.proof,
                proven=self.proof.value,
                enumerated=enumerated,
                history=tuple(self._history),
            )

    def _scheduled(self, columns: Iterable[Column]) -> Solution:
        """Routes given to units of their kind in order, every visit as early as can be."""
        units = [list(np.flatnonzero(self.layout.kind == kind)) for kind in range(len(self.layout.leave))]
        routes: list[Route] = [()] * self.problem.units
        for kind, jobs in columns:
            unit = int(units[kind].pop(0))
            routes[unit] = schedule(self.problem, unit, jobs)
        return Solution(tuple(routes))

    def _tell(self) -> None:
        seconds = time.monotonic() - self._began
        self._history.append((seconds, self.score, self.bound))
        self._report(Progress(seconds, self.phase, self.result()))


def schedule(problem: WindowProblem, unit: int, jobs: Sequence[int]) -> Route:
    """Jobs in order, each begun so that the unit is free again as early as can be."""
    here, free = int(problem.origin[unit]), int(problem.leave[unit])
    visits = []
    for job in jobs:
        arrival = free + int(problem.travel[here, problem.place[job]])
        free, here = problem.finish(job, arrival), int(problem.place[job])
        own = range(problem.segment_at[job], problem.segment_at[job + 1])
        starts = [max(arrival, int(problem.first[s])) for s in own if arrival <= problem.last[s]]
        visits.append(Visit(next(s for s in starts if problem.finish_from(job, s) == free), job))
    return tuple(visits)


def least_ways(layout: Layout) -> Ints:
    """
    What the cheapest way to each job costs, from another job or an origin, in millipoints.

    More than any job is worth where there are no units.
    """
    jobs, kinds = len(layout.prize), len(layout.leave)
    cost = layout.cost[: jobs + kinds, :jobs].copy()
    np.fill_diagonal(cost, MUCH)
    least: Ints = cost.min(axis=0) if kinds else np.full(jobs, MUCH)
    return least
