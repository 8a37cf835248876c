"""A solution as arrays for compiled loops, and back; what it takes of jobs, places and pools."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.core.solution import Route, Solution, Visit
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.routes import end_day, reversed_cost


class FlatSolution(NamedTuple):
    """Routes in order of start: jobs and starts, shape (segments, longest), and their lengths."""

    job: Flat
    start: Flat
    length: Flat


class Usage(NamedTuple):
    """
    What a solution does, and what it leaves.

    Parameters
    ----------
    used
        Visits of each demand, by its first job; shape (jobs,).
    room_left, pool_left
        What is left of places and pools on each day, in the rows of `Layout`.
    cost
        Transition costs of each segment, in thousandths of a millipoint.
    """

    used: Flat
    room_left: Flat
    pool_left: Flat
    cost: Flat


def blank(segments: int, longest: int) -> FlatSolution:
    """So many routes without visits, of up to ``longest``."""
    shape = (segments, longest)
    return FlatSolution(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(segments, np.int64))


def copied(flat: FlatSolution) -> FlatSolution:
    """A copy."""
    return FlatSolution(flat.job.copy(), flat.start.copy(), flat.length.copy())


def load(flat: FlatSolution, solution: Solution) -> None:
    """Write a solution."""
    for segment, route in enumerate(solution.routes):
        flat.length[segment] = len(route)
        for position, visit in enumerate(route):
            flat.job[segment, position], flat.start[segment, position] = visit.job, visit.start


def route(flat: FlatSolution, row: int) -> Route:
    """One of the routes."""
    length = flat.length[row]
    jobs, starts = flat.job[row, :length].tolist(), flat.start[row, :length].tolist()
    return tuple(map(Visit, starts, jobs))


def unload(flat: FlatSolution) -> Solution:
    """The solution."""
    return Solution(tuple(route(flat, row) for row in range(len(flat.length))))


@njit(cache=True, nogil=True)
def usage(layout: Layout, flat: FlatSolution) -> Usage:
    """What a solution does and leaves."""
    segments = len(layout.first)
    room_left, pool_left = layout.room.copy(), layout.pool.copy()
    used, cost = np.zeros(len(layout.job_place), np.int64), np.zeros(segments, np.int64)
    for segment in range(segments):
        for position in range(flat.length[segment]):
            job, start = flat.job[segment, position], flat.start[segment, position]
            take(layout, job, start, used, room_left, pool_left, 1)
        cost[segment] = cost_of(layout, segment, flat)
    return Usage(used, room_left, pool_left, cost)


@njit(cache=True, nogil=True)
def cost_of(layout: Layout, segment: int, flat: FlatSolution) -> int:
    """Transition costs of a segment's route."""
    length = flat.length[segment]
    return int(reversed_cost(layout, segment, flat.job[segment, :length][::-1].copy(), length))


@njit(cache=True, nogil=True)
def take(
    layout: Layout, job: int, start: int, used: Flat, room_left: Flat, pool_left: Flat, times: int
) -> None:
    """Put a visit in (1) or out (-1)."""
    used[layout.demand[job]] += times
    place, pool = layout.job_place[job], layout.job_pool[job]
    for day in range(start, end_day(layout, job, start) + 1):
        room_left[place, day] -= times
        pool_left[pool, day] -= times
