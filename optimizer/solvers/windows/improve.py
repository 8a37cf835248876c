"""Cycles of ruin and recreate, hot at first and cold at the end, from the best solution or where they are."""

from __future__ import annotations

import numpy as np

from optimizer.solvers.windows.layout import Layout
from optimizer.solvers.windows.routes import Column
from optimizer.solvers.windows.ruin import improve
from optimizer.solvers.windows.search import WindowSearch

MOVES = (20, 100, 200, 400, 800)
"""Moves of the first cycles for each job; the last goes on."""
NEIGHBOURS = 60
POOLED = 3_000
"""Most routes that a cycle hands on."""
HOT, COLD = 0.5, 0.01
"""First and last temperature, as shares of what is at stake."""
LEAST, MOST = 0.3, 2.0
"""First temperatures of cycles lie between, times those shares of a typical stake and of a job's prize."""
TIE = 0.02
"""What the travel to a typical job counts, as a share of the stake."""
NEAR = 0.02
"""Routes are kept of solutions that are at most this share worse than the best."""


class Improving:
    """
    One walker; several may work for one search.

    Parameters
    ----------
    search
        What is shared.
    seed
        Of all random choices.
    """

    def __init__(self, search: WindowSearch, seed: int) -> None:
        self.search = search
        layout = search.layout
        jobs, units = search.problem.jobs, search.problem.units
        self._random = np.random.default_rng(seed)
        self._near, self._effort = nearest(layout), effort(layout)
        self._stake = stake(layout)
        self._worth = max(float(layout.prize.mean()), self._stake)
        self._tie = 0.0 if layout.cost.any() else TIE * self._stake / float(self._effort.mean())
        # Every walker tells sets of jobs apart by the same numbers.
        self._keys = np.random.default_rng(0).integers(0, 2**64, jobs, np.uint64)
        self._route, self._length = np.zeros((units, jobs + 1), np.int64), np.zeros(units, np.int64)
        self._best_route, self._best_length = self._route.copy(), self._length.copy()
        self._pool = np.zeros((POOLED, jobs + 1), np.int64)
        self._pool_length, self._pool_kind = np.zeros(POOLED, np.int64), np.zeros(POOLED, np.int64)
        self.turn = 0

    def step(self) -> None:
        """The next cycle; every other one starts from the best solution."""
        search, turn = self.search, self.turn
        self.turn += 1
        with_best = turn % 2 == 0
        score = search.score
        if with_best:
            self._length[:] = 0
            for unit, route in enumerate(search.solution.routes):
                self._length[unit] = len(route)
                self._route[unit, : len(route)] = [visit.job for visit in route]
        worth = score - search.problem.base_value
        # From what a way is worth to what a job is: some cycles change ways alone, some what is done too.
        low, high = np.log(LEAST * self._stake), np.log(MOST * self._worth)
        heat = HOT * float(np.exp(self._random.uniform(low, high)))
        best, pooled = improve(
            search.layout,
            self._near,
            self._effort,
            self._keys,
            self._route,
            self._length,
            self._best_route,
            self._best_length,
            worth,
            MOVES[min(turn, len(MOVES) - 1)] * search.problem.jobs,
            heat,
            self._stake * COLD,
            self._tie,
            self._pool,
            self._pool_length,
            self._pool_kind,
            round(NEAR * worth) + 1,
            search.halt,
            int(self._random.integers(2**31)),
        )
        search.collect(
            (int(self._pool_kind[n]), tuple(self._pool[n, : self._pool_length[n]].tolist()))
            for n in range(pooled)
        )
        if best > worth:
            search.offer(self._found())

    def _found(self) -> list[Column]:
        kind = self.search.layout.kind
        return [
            (int(kind[unit]), tuple(self._best_route[unit, :length].tolist()))
            for unit, length in enumerate(self._best_length.tolist())
            if length
        ]


def nearest(layout: Layout) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """
    Per job the others that it goes well with, best first (Vidal, Crainic, Gendreau & Prins 2013).

    Travel counts, waiting a fifth, and lateness in full, in the better of both orders.
    """
    jobs = len(layout.prize)
    shortest = np.minimum.reduceat(layout.stay, layout.segment_at[:-1])
    travel = layout.travel[:jobs, :jobs]
    ready = shortest[:, None] + travel
    waiting = np.maximum(0, layout.opening[None, :] - ready - layout.closing[:, None])
    lateness = np.maximum(0, layout.opening[:, None] + ready - layout.closing[None, :])
    apart = travel + 0.2 * waiting + lateness
    apart = np.minimum(apart, apart.T)
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")
    return np.ascontiguousarray(order[:, : min(NEIGHBOURS, jobs - 1)].astype(np.int64))


def effort(layout: Layout) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Ticks that each job typically takes: its stay, and the travel from one of its ten nearest."""
    jobs = len(layout.prize)
    shortest = np.minimum.reduceat(layout.stay, layout.segment_at[:-1])
    travel = np.sort(layout.travel[:jobs, :jobs], axis=1)[:, 1:11]
    return np.maximum(shortest + (travel.mean(axis=1) if travel.shape[1] else 0.0), 1.0)


def stake(layout: Layout) -> float:
    """Millipoints that a typical decision is about: a job's prize, or three ways if that is less."""
    jobs = len(layout.prize)
    way = np.sort(layout.cost[:jobs, :jobs], axis=1)[:, 1:11]
    prize = float(layout.prize.mean()) if jobs else 0.0
    return max(min(prize, 3 * float(way.mean())) if way.any() else prize, 1.0)
