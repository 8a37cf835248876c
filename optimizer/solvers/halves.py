"""
A wide problem cut in two, so that two threads can walk at once from the same solution.

Each half has its own segments, and may do with them what stays valid whatever the other does: what
is free of a place goes to the half that more segments there are of, what is free of a pool is
shared out, and what a half holds it may give back and take again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.solvers.flat_solution import FlatSolution, usage
from optimizer.solvers.layout import Flat, Layout


class Half(NamedTuple):
    """
    Half of the segments.

    Parameters
    ----------
    segments
        Their numbers.
    layout
        The layout with as much capacity as is theirs or in use.
    related
        Competitors among them, as in `annealing.related_segments`.
    """

    segments: Flat
    layout: Layout
    related: tuple[Flat, Flat]


def halves(
    layout: Layout, related: tuple[Flat, Flat], here: FlatSolution, random: np.random.Generator
) -> tuple[Half, Half]:
    """Cut in two anew, at random, so that segments which compete are rather in the same half."""
    inside = nearest_half(*related, random.permutation(len(layout.first)))
    taken = usage(layout, here)
    of_segment = np.repeat(inside, np.diff(layout.place_at))
    places = len(layout.room)
    within = np.bincount(layout.places, of_segment, places)
    owned = 2 * within >= np.bincount(layout.places, minlength=places)
    used = taken.used[layout.demand]
    jobs_free, pool_free = layout.copies - used, taken.pool_left // 2
    pool_free += random.integers(2, size=pool_free.shape) * (taken.pool_left % 2)

    def half(mine: NDArray[np.bool_], own: NDArray[np.bool_], pool_mine: Flat) -> Half:
        return Half(
            np.flatnonzero(mine),
            layout._replace(
                copies=used + np.where(own[layout.job_place], jobs_free, 0),
                room=layout.room - np.where(own[:, None], 0, taken.room_left),
                pool=layout.pool - taken.pool_left + pool_mine,
            ),
            _among(related, mine),
        )

    return half(inside, owned, pool_free), half(~inside, ~owned, taken.pool_left - pool_free)


@njit(cache=True, nogil=True)
def nearest_half(related_at: Flat, related: Flat, order: Flat) -> NDArray[np.bool_]:
    """Half of the segments: those nearest to the first of an order, by steps between competitors."""
    inside, queue = np.zeros(len(order), np.bool_), np.zeros(len(order), np.int64)
    found, seen, turn = 0, 0, 0
    while found < len(order) // 2:
        if seen == found:
            while inside[order[turn]]:
                turn += 1
            queue[found], inside[order[turn]] = order[turn], True
            found += 1
        segment = queue[seen]
        seen += 1
        for other in related[related_at[segment] : related_at[segment + 1]]:
            if not inside[other] and found < len(order) // 2:
                queue[found], inside[other] = other, True
                found += 1
    return inside


def _among(related: tuple[Flat, Flat], mine: NDArray[np.bool_]) -> tuple[Flat, Flat]:
    """Those pairs of competitors of whom both are in a half."""
    offsets, others = related
    kept = np.repeat(mine, np.diff(offsets)) & mine[others]
    counts = np.add.reduceat(np.append(kept, False).astype(np.int64), offsets[:-1])
    counts[np.diff(offsets) == 0] = 0
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), others[kept]
