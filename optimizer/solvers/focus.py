"""
A part of a problem as a problem of its own: some segments, some weeks, all else as it stands.

The engine is at its best on a quarter of twenty units; a year, or ten regions, is improved part
by part with all its methods (the large neighbourhoods of Pisinger & Ropke 2010, cut out whole).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.core.problem import Equity, Ints, Problem, Segment
from optimizer.core.result import Duals
from optimizer.core.solution import Route, Solution, Visit, left_over


@dataclass(frozen=True, slots=True)
class Part:
    """
    A problem cut out of a larger one around a solution of that.

    Parameters
    ----------
    problem
        The part, days and jobs numbered anew; its segments are ``segments`` of the whole.
    start
        What the solution does in the part.
    segments, jobs, places
        Numbers in the whole of the part's segments, jobs and places.
    first
        Day of the whole that is day 0 of the part.
    before, after
        Visits of each segment that stay as they are.
    """

    problem: Problem
    start: Solution
    segments: tuple[int, ...]
    jobs: Ints
    places: Ints
    first: int
    before: tuple[Route, ...]
    after: tuple[Route, ...]

    def joined(self, whole: Solution, part: Solution) -> Solution:
        """The whole solution with the part's routes in it."""
        routes = list(whole.routes)
        for segment, before, route, after in zip(
            self.segments, self.before, part.routes, self.after, strict=True
        ):
            moved = tuple(Visit(v.start + self.first, int(self.jobs[v.job])) for v in route)
            routes[segment] = before + moved + after
        return Solution(tuple(routes))

    def duals(self, whole: Duals) -> Duals:
        """The whole's prices of what is in the part."""
        days = slice(self.first, self.first + self.problem.horizon)
        return Duals(
            job=whole.job[self.jobs],
            room=np.ascontiguousarray(whole.room[self.places, days]),
            pool=np.ascontiguousarray(whole.pool[:, days]),
            equity=whole.equity if self.problem.equity is not None else whole.equity[:0],
        )


def cut_out(
    problem: Problem, solution: Solution, segments: Sequence[int], low: int, high: int
) -> Part | None:
    """
    The part in which the given segments may change what lies within days ``low`` to ``high``.

    Returns
    -------
    Part or None
        None where nothing could be done.
    """
    befores, afters, freed, homes = [], [], [], []
    for segment in segments:
        route, home = solution.routes[segment], problem.segments[segment]
        before = tuple(v for v in route if v.start < low)
        after = tuple(v for v in route if v.start >= low and problem.end(v.job, v.start) > high)
        befores.append(before)
        afters.append(after)
        freed.append(route[len(before) : len(route) - len(after)])
        homes.append(_stretch(problem, home, before, after, low, high))
    kept = list(solution.routes)
    for segment, before, after in zip(segments, befores, afters, strict=True):
        kept[segment] = before + after
    done, room, pool = left_over(problem, kept)
    due = (done < problem.copies) & (problem.job_last >= low) & (problem.job_first <= high)
    eligible = [problem.eligible[s][due[problem.eligible[s]]] for s in segments]
    jobs = np.unique(np.concatenate(eligible))
    if len(jobs) == 0:
        return None
    first, last = min(h.first for h in homes), max(h.last for h in homes)
    places = np.unique(problem.job_place[jobs])
    ends = {end for home in homes for end in (home.origin, home.destination)}
    locations = np.concatenate([places, np.array(sorted(ends - set(places.tolist())), np.int64)])
    number = {int(location): index for index, location in enumerate(locations)}
    square = np.ix_(locations, locations)
    width = problem.value.shape[1]
    times = np.minimum(done[jobs, None] + np.arange(width), width - 1)
    ends_at = problem.class_end[:, first : last + 1] - first
    part = Problem(
        horizon=last - first + 1,
        cost=problem.cost[square],
        gap=problem.gap[square],
        places=len(places),
        job_place=np.searchsorted(places, problem.job_place[jobs]),
        job_class=problem.job_class[jobs],
        job_first=np.maximum(problem.job_first[jobs] - first, 0),
        job_last=np.minimum(problem.job_last[jobs], last) - first,
        job_pool=problem.job_pool[jobs],
        class_end=np.where((ends_at >= 0) & (ends_at <= last - first), ends_at, -1),
        value=np.take_along_axis(problem.value[jobs], times, 1),
        people=np.take_along_axis(problem.people[jobs], times, 1),
        copies=problem.copies[jobs] - done[jobs],
        room=np.ascontiguousarray(room[places, first : last + 1]),
        pool=np.ascontiguousarray(pool[:, first : last + 1]),
        segments=tuple(
            replace(
                home,
                first=home.first - first,
                last=home.last - first,
                origin=number[home.origin],
                destination=number[home.destination],
            )
            for home in homes
        ),
        eligible=tuple(np.searchsorted(jobs, some) for some in eligible),
        equity=_equity(problem, jobs, done),
    )
    position = {int(job): index for index, job in enumerate(jobs)}
    start = Solution(tuple(tuple(Visit(v.start - first, position[v.job]) for v in route) for route in freed))
    return Part(part, start, tuple(segments), jobs, places, first, tuple(befores), tuple(afters))


def _stretch(problem: Problem, home: Segment, before: Route, after: Route, low: int, high: int) -> Segment:
    """The days between the visits that stay; where none does, no more than the days in question."""
    if before:
        last = before[-1]
        home = replace(
            home,
            first=problem.end(last.job, last.start) + 1,
            origin=int(problem.job_place[last.job]),
            origin_fixed=True,
        )
    elif not home.origin_fixed:
        home = replace(home, first=max(home.first, low))
    if after:
        home = replace(
            home,
            last=after[0].start - 1,
            destination=int(problem.job_place[after[0].job]),
            destination_fixed=True,
        )
    elif not home.destination_fixed:
        home = replace(home, last=min(home.last, high))
    return home


def _equity(problem: Problem, jobs: Ints, done: Ints) -> Equity | None:
    """The equity term with what is served outside the part."""
    equity = problem.equity
    if equity is None:
        return None
    served = equity.served.copy()
    outside = np.setdiff1d(np.arange(problem.jobs), jobs)
    np.add.at(served, equity.group[outside], problem.people[outside, done[outside]])
    return replace(equity, group=equity.group[jobs], served=served)
