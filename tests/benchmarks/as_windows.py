"""Classes of a scenario told as jobs with time windows, and orders of jobs brought back to the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.solution import Solution, Visit
from optimizer.core.windows import NEVER, WindowProblem

Orders = list[list[int]]
"""Per unit its jobs in order."""


@dataclass(frozen=True, slots=True)
class AsWindows:
    """
    A core problem without rooms and pools: every class of a request is a job, every segment a unit.

    Parameters
    ----------
    problem
        The core problem; without pins.
    windows
        The same in ticks, a tick being a day.
    request
        The core problem's job of each job.
    """

    problem: Problem
    windows: WindowProblem
    request: tuple[int, ...]

    def repaired(self, orders: Orders) -> Solution:
        """
        Each visit in its order on the first day on which it keeps all rules; left out where there is none.

        Room by room and pool by pool, whoever has the earlier start comes first.
        """
        problem = self.problem
        room, pool = problem.room.copy(), problem.pool.copy()
        routes: list[list[Visit]] = [[] for _ in problem.segments]
        left = [list(order) for order in orders]
        free = [segment.first for segment in problem.segments]
        here: list[int | None] = [None] * len(problem.segments)
        while any(left):
            nexts = []
            for unit, order in enumerate(left):
                if order:
                    job = self.request[order[0]]
                    start = self._first_start(unit, job, free[unit], here[unit], room, pool)
                    nexts.append((NEVER if start is None else start, unit, job))
            start, unit, job = min(nexts)
            left[unit].pop(0)
            if start == NEVER:
                continue
            place, end = int(problem.job_place[job]), problem.end(job, start)
            room[place, start : end + 1] -= 1
            if problem.job_pool[job] >= 0:
                pool[problem.job_pool[job], start : end + 1] -= 1
            routes[unit].append(Visit(start, job))
            free[unit], here[unit] = end + 1, place
        return Solution(tuple(tuple(route) for route in routes))

    def _first_start(self, unit, job, free, here, room, pool):
        problem, segment = self.problem, self.problem.segments[unit]
        place, group = int(problem.job_place[job]), int(problem.job_pool[job])
        begin = free + (int(problem.gap[here, place]) if here is not None else 0)
        for start in range(max(begin, int(problem.job_first[job])), segment.last + 1):
            end = problem.end(job, start)
            if end < 0 or end > segment.last:
                continue
            stay = slice(start, end + 1)
            if room[place, stay].min() > 0 and (group < 0 or pool[group, stay].min() > 0):
                return start
        return None


def as_windows(problem: Problem) -> AsWindows:
    """The window problem; start days of equal stay in a row are one start segment."""
    assert not any(segment.origin_fixed or segment.destination_fixed for segment in problem.segments)
    request, place, prize, segment_at = [], [], [], [0]
    first, last, stay = [], [], []
    for job in range(problem.jobs):
        runs = start_runs(problem, job)
        if not runs:
            continue
        for times in range(int(problem.copies[job])):
            request.append(job)
            place.append(int(problem.job_place[job]))
            prize.append(max(int(problem.value[job, times + 1] - problem.value[job, times]), 0))
            for begin, end, days in runs:
                first.append(begin)
                last.append(end)
                stay.append(days)
            segment_at.append(len(first))
    travel = np.array(problem.gap)
    travel[problem.places :] = 0
    travel[:, problem.places :] = 0
    able = np.array([np.isin(request, jobs) for jobs in problem.eligible])
    whole = {
        "place": place, "segment_at": segment_at, "first": first, "last": last, "stay": stay, "prize": prize,
        "origin": [segment.origin for segment in problem.segments],
        "destination": [segment.destination for segment in problem.segments],
        "leave": [segment.first for segment in problem.segments],
        "back": [segment.last + 1 for segment in problem.segments],
    }  # fmt: skip
    windows = WindowProblem(
        travel=travel,
        cost=np.asarray(problem.cost),
        eligible=able.reshape(len(problem.segments), len(request)),
        base_value=problem.base_value + int(problem.value[:, 0].sum()),
        **{name: np.array(values, np.int64) for name, values in whole.items()},
    )
    return AsWindows(problem, windows, tuple(request))


def start_runs(problem: Problem, job: int) -> list[tuple[int, int, int]]:
    """First day, last day and stay of each run of start days with equal stay."""
    runs: list[tuple[int, int, int]] = []
    for day in range(int(problem.job_first[job]), problem.horizon):
        end = problem.end(job, day)
        if end < 0:
            continue
        stay = end - day + 1
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == stay:
            runs[-1] = (runs[-1][0], day, stay)
        else:
            runs.append((day, day, stay))
    return runs


def in_time(problem: WindowProblem, orders: Orders) -> Orders:
    """The orders without the visits that come too late, or after which the unit would."""
    kept = []
    for unit, order in enumerate(orders):
        here, free, jobs = int(problem.origin[unit]), int(problem.leave[unit]), []
        for job in order:
            there = int(problem.place[job])
            after = problem.finish(job, free + int(problem.travel[here, there]))
            home = after + int(problem.travel[there, problem.destination[unit]])
            if home <= problem.back[unit] and problem.eligible[unit, job]:
                jobs.append(job)
                here, free = there, after
        kept.append(jobs)
    return kept


def raw_value(problem: WindowProblem, orders: Orders) -> int:
    """What the orders would be worth if all of them could be kept, in millipoints."""
    total = problem.base_value
    for unit, order in enumerate(orders):
        if order:
            stops: Sequence[int] = [problem.origin[unit], *problem.place[order], problem.destination[unit]]
            total += int(problem.prize[order].sum()) - int(problem.cost[stops[:-1], stops[1:]].sum())
    return total
