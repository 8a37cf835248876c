"""Groups of segments that share nothing but rooms: what each adds to the bound, and to a solution."""

from __future__ import annotations

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals, Proof
from optimizer.core.solution import Solution, route_cost
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


def independent_groups(problem: Problem) -> list[list[int]]:
    """The segments with jobs, put together where they have a job or a pool in common."""
    head = list(range(len(problem.segments)))

    def find(segment: int) -> int:
        while head[segment] != segment:
            head[segment] = head[head[segment]]
            segment = head[segment]
        return segment

    doer: dict[tuple[str, int], int] = {}
    for segment, jobs in enumerate(problem.eligible):
        pools = np.unique(problem.job_pool[jobs])
        demands = np.unique(problem.job_demand[jobs]).tolist()
        shared = [("demand", demand) for demand in demands] + [("pool", p) for p in pools.tolist() if p >= 0]
        for one in shared:
            head[find(segment)] = find(doer.setdefault(one, segment))
    groups: dict[int, list[int]] = {}
    for segment, jobs in enumerate(problem.eligible):
        if len(jobs):
            groups.setdefault(find(segment), []).append(segment)
    return list(groups.values())
