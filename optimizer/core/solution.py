"""A solution of the core problem, what it is worth, and whether it is valid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from optimizer.core.problem import Problem, Segment


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """One job done in a segment from a start day on."""

    start: int
    job: int


Route = tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """Per segment its visits in order of start."""

    routes: tuple[Route, ...]

    @classmethod
    def empty(cls, problem: Problem) -> Solution:
        """The solution without visits."""
        return cls(routes=((),) * len(problem.segments))


def keep_where_possible(problem: Problem, solution: Solution) -> Solution:
    """The same stays, those of the base plan as the kept jobs that they are."""
    if problem.change is None:
        return solution
    routes, is_kept = [], problem.kept
    for jobs, route in zip(problem.eligible, solution.routes, strict=True):
        kept = jobs[is_kept[jobs]]
        demands, starts = problem.job_demand[kept].tolist(), problem.job_first[kept].tolist()
        job_of = dict(zip(zip(demands, starts, strict=True), kept.tolist(), strict=True))
        visits = [(visit, (int(problem.job_demand[visit.job]), visit.start)) for visit in route]
        routes.append(tuple(Visit(visit.start, job_of.get(key, visit.job)) for visit, key in visits))
    return Solution(tuple(routes))


def route_cost(problem: Problem, segment: Segment, route: Route) -> int:
    """Transition costs of a route in millipoints, from the segment's origin to its destination."""
    return _driven(problem, _legs(problem, segment, route))


def _legs(problem: Problem, segment: Segment, route: Route) -> list[tuple[int, int]]:
    """The legs that a route drives, as pairs of locations."""
    if not route and not segment.origin_fixed and not segment.destination_fixed:
        return []
    places = problem.job_place
    return list(pairwise([segment.origin, *(int(places[v.job]) for v in route), segment.destination]))


def _driven(problem: Problem, legs: list[tuple[int, int]]) -> int:
    """Cost of legs in millipoints, all looked up in one go."""
    if not legs:
        return 0
    ends = np.array(legs, dtype=np.int64)
    return int(problem.cost[ends[:, 0], ends[:, 1]].sum())


def times_done(problem: Problem, solution: Solution) -> Counter[int]:
    """How often each demand is met, by its first job."""
    jobs = np.array([visit.job for route in solution.routes for visit in route], dtype=np.int64)
    return Counter(problem.job_demand[jobs].tolist())


def objective(problem: Problem, solution: Solution) -> int:
    """The score of a solution in whole millipoints; equity and change are rounded once each, halves up."""
    done = times_done(problem, solution)
    total = problem.base_value + int(problem.value[:, 0].sum())
    for job, times in done.items():
        total += int(problem.value[job, times] - problem.value[job, 0])
    routes = zip(problem.segments, solution.routes, strict=True)
    total -= _driven(problem, [leg for segment, route in routes for leg in _legs(problem, segment, route)])
    return total + equity_value(problem, done) - change_loss(problem, solution)


def equity_value(problem: Problem, done: Counter[int]) -> int:
    """The equity term in whole millipoints for jobs done so often."""
    if problem.equity is None:
        return 0
    served = problem.equity.served.astype(object).copy()
    for job in range(problem.jobs):
        served[problem.equity.group[job]] += int(problem.people[job, done.get(job, 0)])
    coverage = min(
        [Fraction(1)]
        + [Fraction(int(s), int(r)) for s, r in zip(served, problem.equity.requested, strict=True)]
    )
    return int((problem.equity.rate_fine * coverage / 1000 + Fraction(1, 2)) // 1)


def change_loss(problem: Problem, solution: Solution) -> int:
    """What the stays of the base plan that a solution does not keep cost, in whole millipoints."""
    if problem.change is None:
        return 0
    jobs = np.array([visit.job for route in solution.routes for visit in route], dtype=np.int64)
    lost = problem.change.stays - int(problem.kept[jobs].sum())
    return (problem.change.rate_fine * lost + 500) // 1000


def _free_days(problem: Problem, solution: Solution) -> dict[tuple[int, int], int]:
    """Free days that each leg of a solution needs, all looked up in one go."""
    routes = zip(problem.segments, solution.routes, strict=True)
    legs = list({leg for segment, route in routes for leg in _legs(problem, segment, route)})
    ends = np.array(legs, dtype=np.int64).reshape(-1, 2)
    return dict(zip(legs, problem.gap[ends[:, 0], ends[:, 1]].tolist(), strict=True))


def faults(problem: Problem, solution: Solution) -> list[str]:
    """Everything that makes a solution invalid, in words; empty when it is valid."""
    found: list[str] = []
    room = problem.room.copy()
    pool = problem.pool.copy()
    free_days = _free_days(problem, solution)
    for number, (segment, route) in enumerate(zip(problem.segments, solution.routes, strict=True)):
        jobs = np.array([visit.job for visit in route], dtype=np.int64)
        # Sorting the thousands of jobs of each of thousands of segments would take longer than all else.
        eligible = set(jobs[np.isin(jobs, problem.eligible[number], kind="table")].tolist())
        free_from, here, fixed = segment.first, segment.origin, segment.origin_fixed
        for visit in route:
            place = int(problem.job_place[visit.job])
            end = problem.end(visit.job, visit.start)
            if visit.job not in eligible:
                found.append(f"segment {number} may not do job {visit.job}")
            if end < 0 or end > segment.last:
                found.append(f"job {visit.job} cannot start on day {visit.start}")
                continue
            arrival = free_from + (free_days[here, place] if fixed else 0)
            if visit.start < arrival:
                found.append(f"job {visit.job} starts before day {arrival}")
            room[place, visit.start : end + 1] -= 1
            if problem.job_pool[visit.job] >= 0:
                pool[problem.job_pool[visit.job], visit.start : end + 1] -= 1
            free_from, here, fixed = end + 1, place, True
        if route and segment.destination_fixed:
            ready = free_from + free_days[here, segment.destination]
            if ready > segment.last + 1:
                found.append(f"segment {number} ends too late for its destination")
    for job, times in times_done(problem, solution).items():
        if times > problem.copies[job]:
            found.append(f"job {job} is done {times} times, at most {problem.copies[job]}")
    for place, day in np.argwhere(room < 0).tolist():
        found.append(f"place {place} has no free room on day {day}")
    for group, day in np.argwhere(pool < 0).tolist():
        found.append(f"pool {group} is used up on day {day}")
    return found
