"""Groups of segments that share nothing but rooms: what each adds to the bound, and to a solution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals, Proof
from optimizer.core.solution import Solution, route_cost
from optimizer.solvers.layout import Flat
from optimizer.solvers.prices import equity_gains, job_gains, summed


class Share:
    """
    A group's share of a bound. With what rooms cost fixed, shares add up to the bound.

    Parameters
    ----------
    problem, proof
        The instance, and the proof of the bound.
    segments
        The group.

    Attributes
    ----------
    jobs, pools
        What these segments may do, and the pools of that (-1: none).
    first
        The share in thousandths of a millipoint.
    """

    def __init__(self, problem: Problem, proof: Proof, segments: list[int]) -> None:
        self.problem, self.proof, self.segments = problem, proof, tuple(segments)
        able = np.concatenate([problem.eligible[s] for s in segments])
        self.jobs = np.union1d(able, problem.job_demand[able])
        self.pools = np.unique(problem.job_pool[self.jobs])
        self._room = summed(proof.duals.room)
        self.first = self._worth(proof.duals) + int(proof.best[segments].sum())

    def held(self, solution: Solution) -> int:
        """What the group adds in a solution, counted as in the bound."""
        problem, toll, bonus = self.problem, self._room, self.problem.bonus
        done = np.zeros(problem.jobs, np.int64)
        value = 0
        for segment in self.segments:
            route = solution.routes[segment]
            value -= route_cost(problem, problem.segments[segment], route) * FINE
            for visit in route:
                place, end = problem.job_place[visit.job], problem.end(visit.job, visit.start)
                done[problem.job_demand[visit.job]] += 1
                value += int(bonus[visit.job])
                value -= int(toll[place, end + 1] - toll[place, visit.start])
        earned = problem.value * FINE + equity_gains(problem, self.proof.duals)
        return value + int(earned[self.jobs, done[self.jobs]].sum())

    def _worth(self, duals: Duals) -> int:
        """What the group's jobs gain, and its pools cost, at the prices."""
        pools = self.pools[self.pools >= 0]
        gains, _ = job_gains(self.problem, duals)
        return int(gains[self.jobs].sum()) + int((self.problem.pool[pools] * duals.pool[pools]).sum())


def independent_groups(problem: Problem, also: Sequence[Flat] | None = None) -> list[list[int]]:
    """
    The segments with jobs, put together where they have a job or a pool in common.

    Parameters
    ----------
    also
        By segment, numbers of what else joins it with those who have that too.
    """
    uses, known = [], problem.jobs + len(problem.pool)
    for segment, jobs in enumerate(problem.eligible):
        pools = problem.job_pool[jobs]
        parts = [problem.job_demand[jobs], problem.jobs + np.unique(pools[pools >= 0])]
        uses.append(np.concatenate(parts if also is None else [*parts, known + also[segment]]))
    return _joined(uses)


def _joined(uses: Sequence[Flat]) -> list[list[int]]:
    """Numbers of those who use something, put together where a chain of things used joins them."""
    head = list(range(len(uses)))

    def find(one: int) -> int:
        while head[one] != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    # Who was the first to use each thing; -1: nobody yet.
    first = np.full(max((int(some.max(initial=-1)) for some in uses), default=-1) + 1, -1, np.int64)
    for one, some in enumerate(uses):
        for other in np.unique(first[some]).tolist():
            if other >= 0:
                head[find(one)] = find(other)
        first[some[first[some] < 0]] = one
    together: dict[int, list[int]] = {}
    for one, some in enumerate(uses):
        if len(some):
            together.setdefault(find(one), []).append(one)
    return list(together.values())
