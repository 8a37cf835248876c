"""
The core problem in ticks: jobs with time windows, each done at most once, no shared capacity.

It holds what team orienteering and technician routing have in common: a unit leaves its origin, does
jobs within their windows, and is back at its destination in time. Nothing in it grows with the
number of ticks. Values and costs are whole millipoints; solutions are those of `solution`, one route
per unit, a visit's start in ticks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Ints
from optimizer.core.result import Proof
from optimizer.core.solution import Route, Solution

NEVER = 1 << 60
"""A tick that never comes."""


@dataclass(frozen=True, slots=True)
class WindowProof(Proof):
    """
    A bound by weak duality, of which routes may be charged for pairs of jobs.

    Parameters
    ----------
    charges
        Three jobs each, and what a route pays in thousandths for every second visit to them. No two routes
        of a solution pay for the same three, so each charge also counts once in ``fine``.
    """

    charges: tuple[tuple[tuple[int, ...], int], ...]


@dataclass(frozen=True, slots=True)
class WindowProblem:
    """
    An instance for the engine.

    Parameters
    ----------
    travel
        Ticks between locations, shape (locations, locations); no law of the triangle is asked for.
    cost
        Millipoints between locations, at least 0, same shape.
    place
        Location of each job, shape (jobs,).
    segment_at
        Start segments ``segment_at[j] .. segment_at[j + 1] - 1`` are job ``j``'s, at least one each;
        shape (jobs + 1,).
    first, last, stay
        A start in ``first .. last``, both included, keeps the unit for ``stay`` ticks; shape (segments,).
    prize
        Millipoints for doing each job, at least 0, shape (jobs,).
    origin, destination
        Locations where each unit starts and ends, shape (units,).
    leave, back
        Tick from which each unit may leave, and tick by which it has to be back, shape (units,).
    eligible
        Whether a unit may do a job, shape (units, jobs).
    base_value
        Millipoints that no decision changes, for instance minus all prizes where a job left out is paid for.
    """

    travel: Ints
    cost: Ints
    place: Ints
    segment_at: Ints
    first: Ints
    last: Ints
    stay: Ints
    prize: Ints
    origin: Ints
    destination: Ints
    leave: Ints
    back: Ints
    eligible: NDArray[np.bool_]
    base_value: int = 0

    def __post_init__(self) -> None:
        if self.eligible.shape != (self.units, self.jobs):
            raise ValueError(f"Eligible has shape {self.eligible.shape}; expected {(self.units, self.jobs)}.")
        if self.jobs and int(np.diff(self.segment_at).min()) < 1:
            raise ValueError("A job has no start segment; expected at least one.")
        if np.any(self.first > self.last) or np.any(self.stay < 0) or np.any(self.prize < 0):
            raise ValueError("A start segment is empty, or a stay or prize negative.")
        if min(self.travel.min(), self.cost.min(), self.first.min(initial=0), self.leave.min(initial=0)) < 0:
            raise ValueError("A tick or a cost is negative.")

    @property
    def jobs(self) -> int:
        """Number of jobs."""
        return len(self.place)

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.origin)

    def finish(self, job: int, arrival: int) -> int:
        """Earliest tick at which a unit that arrives then is free again; ``NEVER`` when too late."""
        ends = [
            max(arrival, int(self.first[s])) + int(self.stay[s])
            for s in range(self.segment_at[job], self.segment_at[job + 1])
            if arrival <= self.last[s]
        ]
        return min(ends, default=NEVER)

    def finish_from(self, job: int, start: int) -> int:
        """Tick at which the unit is free after a start right then; ``NEVER`` where none may be."""
        ends = [
            start + int(self.stay[s])
            for s in range(self.segment_at[job], self.segment_at[job + 1])
            if self.first[s] <= start <= self.last[s]
        ]
        return min(ends, default=NEVER)


def no_visits(problem: WindowProblem) -> Solution:
    """The solution in which every unit stays where it is."""
    return Solution(((),) * problem.units)


def window_cost(problem: WindowProblem, unit: int, route: Route) -> int:
    """Millipoints that a unit's way costs; nothing when it does not leave."""
    if not route:
        return 0
    stops = [problem.origin[unit], *(problem.place[visit.job] for visit in route), problem.destination[unit]]
    return sum(int(problem.cost[a, b]) for a, b in pairwise(stops))


def window_objective(problem: WindowProblem, solution: Solution) -> int:
    """What a solution is worth, in millipoints."""
    return problem.base_value + sum(
        sum(int(problem.prize[visit.job]) for visit in route) - window_cost(problem, unit, route)
        for unit, route in enumerate(solution.routes)
    )


def window_faults(problem: WindowProblem, solution: Solution) -> list[str]:
    """Everything that makes a solution invalid, in words; empty when it is valid."""
    found: list[str] = []
    done: set[int] = set()
    for unit, route in enumerate(solution.routes):
        here, free = int(problem.origin[unit]), int(problem.leave[unit])
        for visit in route:
            job, there = visit.job, int(problem.place[visit.job])
            if job in done:
                found.append(f"job {job} is done twice")
            done.add(job)
            if not problem.eligible[unit, job]:
                found.append(f"unit {unit} may not do job {job}")
            arrival = free + int(problem.travel[here, there])
            if visit.start < arrival:
                found.append(f"job {job} starts at {visit.start}, before unit {unit} is there at {arrival}")
            free, here = problem.finish_from(job, visit.start), there
            if free == NEVER:
                found.append(f"job {job} cannot start at {visit.start}")
        home = free + int(problem.travel[here, problem.destination[unit]])
        if route and home > problem.back[unit]:
            found.append(f"unit {unit} is back at {home}, after {problem.back[unit]}")
    if len(solution.routes) != problem.units:
        found.append(f"there are {len(solution.routes)} routes for {problem.units} units")
    return found
