"""A window problem as flat arrays for compiled loops, and the two steps that every loop takes."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.problem import Ints
from optimizer.core.windows import NEVER, WindowProblem

MUCH = 1 << 40
"""More millipoints than anything is worth."""


class Layout(NamedTuple):
    """
    The arrays of a `WindowProblem`, in C order, between jobs and kinds of units.

    Units alike in everything are one **kind**. Nodes ``0 .. jobs-1`` are the jobs, then each kind's
    origin, then each kind's destination; ``travel`` and ``cost`` are between nodes.
    """

    travel: NDArray[np.int64]
    cost: NDArray[np.int64]
    segment_at: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    stay: NDArray[np.int64]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    """First and last start of each job, shape (jobs,)."""
    prize: NDArray[np.int64]
    leave: NDArray[np.int64]
    back: NDArray[np.int64]
    eligible: NDArray[np.bool_]
    nearest: NDArray[np.int64]
    """Least ticks from the end of a stay to the arrival elsewhere, by any way; between nodes."""
    shortcut: int
    """
    Millipoints that a visit to a job may save in travel, where rounding breaks the law of the triangle;
    very many where it may save ticks.
    """
    kind: NDArray[np.int64]
    """Kind of each unit, shape (units,)."""
    kind_size: NDArray[np.int64]
    """Number of units of each kind."""
    first_of_kind: NDArray[np.int64]
    """The first unit of each kind."""


def lay_out(problem: WindowProblem) -> Layout:
    """The arrays of a problem; kinds are numbered in the order of their first unit."""
    kinds: dict[tuple[object, ...], int] = {}
    kind = []
    for unit in range(problem.units):
        own = (
            int(problem.origin[unit]),
            int(problem.destination[unit]),
            int(problem.leave[unit]),
            int(problem.back[unit]),
            problem.eligible[unit].tobytes(),
        )
        kind.append(kinds.setdefault(own, len(kinds)))
    units = [kind.index(number) for number in range(len(kinds))]
    nodes = np.concatenate([problem.place, problem.origin[units], problem.destination[units]])
    travel, cost = problem.travel[np.ix_(nodes, nodes)], problem.cost[np.ix_(nodes, nodes)]
    shortest = np.array([problem.stay[a:b].min() for a, b in pairwise(problem.segment_at)], np.int64)
    nearest = travel.copy()
    shortcut = 0
    for job, stay in enumerate(shortest):
        if np.any(travel > travel[:, job, None] + stay + travel[None, job, :]):
            shortcut = MUCH
        saved = cost - cost[:, job, None] - cost[None, job, :]
        shortcut = max(shortcut, int(saved.max()))
        nearest = np.minimum(nearest, nearest[:, job, None] + stay + nearest[None, job, :])
    return Layout(
        travel=_flat(travel),
        cost=_flat(cost),
        segment_at=_flat(problem.segment_at),
        first=_flat(problem.first),
        last=_flat(problem.last),
        stay=_flat(problem.stay),
        opening=_flat(np.minimum.reduceat(problem.first, problem.segment_at[:-1])),
        closing=_flat(np.maximum.reduceat(problem.last, problem.segment_at[:-1])),
        prize=_flat(problem.prize),
        leave=_flat(problem.leave[units]),
        back=_flat(problem.back[units]),
        eligible=np.ascontiguousarray(problem.eligible[units]),
        nearest=_flat(nearest),
        shortcut=shortcut,
        kind=np.array(kind, np.int64),
        first_of_kind=np.array(units, np.int64),
        kind_size=np.bincount(np.array(kind, np.int64), minlength=len(kinds)).astype(np.int64),
    )


def reversed_layout(layout: Layout) -> Layout:
    """
    The same problem with time running backwards from `turn(layout)`.

    A stay that may start in ``first .. last`` ends, seen from behind, so that it may start in
    ``turn - last - stay .. turn - first - stay``.
    """
    end = turn(layout)
    kinds, jobs = len(layout.leave), len(layout.prize)
    order = np.concatenate(
        [np.arange(jobs), np.arange(jobs + kinds, jobs + 2 * kinds), np.arange(jobs, jobs + kinds)]
    )
    first, last = end - layout.last - layout.stay, end - layout.first - layout.stay
    return layout._replace(
        travel=_flat(layout.travel.T[np.ix_(order, order)]),
        cost=_flat(layout.cost.T[np.ix_(order, order)]),
        first=_flat(first),
        last=_flat(last),
        opening=_flat(np.minimum.reduceat(first, layout.segment_at[:-1])),
        closing=_flat(np.maximum.reduceat(last, layout.segment_at[:-1])),
        nearest=_flat(layout.nearest.T[np.ix_(order, order)]),
        leave=_flat(end - layout.back),
        back=_flat(end - layout.leave),
    )


def turn(layout: Layout) -> int:
    """The tick after which nothing happens any more."""
    return int(max((layout.last + layout.stay).max(initial=0), layout.back.max(initial=0)))


def _flat(array: NDArray[np.int64]) -> Ints:
    return np.ascontiguousarray(array, np.int64)


@njit(cache=True, nogil=True, inline="always")
def finish(layout: Layout, job: int, arrival: int) -> int:
    """Earliest tick at which a unit that arrives then is free again; ``NEVER`` when too late."""
    best = NEVER
    for s in range(layout.segment_at[job], layout.segment_at[job + 1]):
        if arrival <= layout.last[s]:
            best = min(best, max(arrival, layout.first[s]) + layout.stay[s])
    return best


@njit(cache=True, nogil=True, inline="always")
def latest(layout: Layout, job: int, free: int) -> int:
    """Latest arrival that leaves the unit free by then; below 0 when there is none."""
    best = -NEVER
    for s in range(layout.segment_at[job], layout.segment_at[job + 1]):
        if layout.first[s] + layout.stay[s] <= free:
            best = max(best, min(layout.last[s], free - layout.stay[s]))
    return best
