"""The core problem laid out in flat arrays for compiled loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Ints, Problem
from optimizer.core.result import FINE

Flat = NDArray[np.int64]
NEVER = -(1 << 60)
"""Below every value that a route can have."""


class Layout(NamedTuple):
    """
    Arrays of all segments one after the other; a segment's part begins at its offset.

    ``job_at``, ``place_at``, ``pair_at`` hold the offsets of the segments' eligible jobs, of the
    places of these, and of the square matrices between those places. Costs are in thousandths
    of a millipoint (``FINE``). ``ready`` is the first day on which a route may start at a place
    that comes first, ``close`` the last day on which it may end at a place that comes last.
    ``detour`` is by how much a leg may cost more than the same leg with a stop between
    (rounded distances break the triangle inequality a little), ``NEVER`` where dropping a stop
    may need more days. ``longest`` is room for the visits of any route: a stay lasts a day at
    least.
    """

    first: Flat
    last: Flat
    empty: Flat
    detour: Flat
    job_at: Flat
    jobs: Flat
    at: Flat
    place_at: Flat
    places: Flat
    pair_at: Flat
    cost: Flat
    gap: Flat
    out: Flat
    back: Flat
    ready: Flat
    close: Flat
    job_place: Flat
    job_class: Flat
    job_first: Flat
    job_last: Flat
    job_pool: Flat
    class_end: Flat
    copies: Flat
    gain: Flat
    people: Flat
    room: Flat
    pool: Flat
    longest: int


def lay_out(problem: Problem) -> Layout:
    """
    Flat arrays of a problem.

    ``gain[j, k]`` is what doing job *j* once more adds when it is done *k* times already.
    ``job_pool`` is shifted by one: row 0 of ``pool`` stands for "no pool", never used up.
    """
    places_of, at = [], []
    for jobs in problem.eligible:
        places, local = np.unique(problem.job_place[jobs], return_inverse=True)
        places_of.append(places)
        at.append(local.astype(np.int64).ravel())
    out, back, ready, close, cost, gap, empty, detour = ([] for _ in range(8))
    for segment, places in zip(problem.segments, places_of, strict=True):
        here, there = segment.origin, segment.destination
        out.append(problem.cost[here, places] * FINE)
        back.append(problem.cost[places, there] * FINE)
        ready.append(segment.first + (problem.gap[here, places] if segment.origin_fixed else 0 * places))
        close.append(segment.last - (problem.gap[places, there] if segment.destination_fixed else 0 * places))
        square = np.ix_(places, places)
        cost.append(problem.cost[square] * FINE)
        gap.append(problem.gap[square])
        stays = segment.origin_fixed or segment.destination_fixed
        empty.append(int(problem.cost[here, there]) * FINE if stays else 0)
        detour.append(_detour(cost[-1], gap[-1], out[-1], back[-1], ready[-1], close[-1], empty[-1]))
    days = problem.horizon
    gain = np.diff(problem.value, axis=1) * FINE
    return Layout(
        first=_flat([[s.first for s in problem.segments]]),
        last=_flat([[s.last for s in problem.segments]]),
        empty=_flat([empty]),
        detour=_flat([detour]),
        job_at=_offsets(problem.eligible),
        jobs=_flat(problem.eligible),
        at=_flat(at),
        place_at=_offsets(places_of),
        places=_flat(places_of),
        pair_at=_flat([np.concatenate([[0], np.cumsum([len(p) ** 2 for p in places_of])])]),
        cost=_flat([c.ravel() for c in cost]),
        gap=_flat([g.ravel() for g in gap]),
        out=_flat(out),
        back=_flat(back),
        ready=_flat(ready),
        close=_flat(close),
        job_place=problem.job_place,
        job_class=problem.job_class,
        job_first=problem.job_first,
        job_last=problem.job_last,
        job_pool=problem.job_pool + 1,
        class_end=problem.class_end.reshape(-1, days),
        copies=problem.copies,
        gain=np.ascontiguousarray(gain),
        people=problem.people,
        room=problem.room.reshape(-1, days),
        longest=max((s.last - s.first + 1 for s in problem.segments), default=0) + 1,
        pool=np.vstack([np.full((1, days), problem.jobs * 1000 + 1000, dtype=np.int64), problem.pool]),
    )


def _detour(cost: Flat, gap: Flat, out: Flat, back: Flat, ready: Flat, close: Flat, empty: int) -> int:
    """What dropping a stop can cost at most; NEVER where it can need more days."""
    worst = 0
    for stop in range(len(cost)):
        via = cost[:, stop, None] + cost[None, stop, :]
        worst = max(worst, int((cost - via).max()))
        worst = max(worst, int((out - out[stop] - cost[stop]).max()))
        worst = max(worst, int((back - cost[:, stop] - back[stop]).max()))
        # The only stop dropped: between pinned stays the way without it is driven too.
        worst = max(worst, empty - int(out[stop] + back[stop]))
        if (gap - gap[:, stop, None] - gap[None, stop, :] > 1).any():
            return NEVER
        # The first stop dropped: the next one must not be ready later than by way of it.
        if (ready - ready[stop] - gap[stop, :] > 1).any():
            return NEVER
        # The last stop dropped: the one before must still be in time for the destination.
        if (close[stop] - gap[:, stop] - 1 > close).any():
            return NEVER
    return worst


def _flat(parts: list[Ints] | tuple[Ints, ...] | list[list[int]]) -> Flat:
    arrays = [np.asarray(part, dtype=np.int64).ravel() for part in parts]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _offsets(parts: list[Ints] | tuple[Ints, ...]) -> Flat:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
