"""
Closing the gap: every route that could be part of a better solution, and the best choice of them.

At the prices of a bound a route that misses its segment's best value by more than the slack of the
best known solution is in no better one. Where the others are few enough to write down, packing
them proves the best solution (Baldacci, Christofides & Mingozzi 2008).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from optimizer.core.result import FINE
from optimizer.core.solution import Visit
from optimizer.solvers.columns import Columns
from optimizer.solvers.labels import completion_bounds
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.packing import UNTIMED, pack_all
from optimizer.solvers.prices import Column, summed
from optimizer.solvers.routes import end_day, stay_price
from optimizer.solvers.search import Search

MOST_ROUTES = (20_000, 40_000, 80_000)
"""
More routes than this are not packed: at first, and in turn where no better solution comes meanwhile.

A better one leaves fewer routes, and packing many takes long.
"""
MOST_STEPS = 5_000_000
"""Steps of the search for routes in one segment."""
WORTH_ANOTHER_TRY = 0.8
"""Enumeration is tried again when the slack has shrunk to this share."""


class Closing:
    """
    Proving the best solution by enumeration, as soon as few routes are left.

    Parameters
    ----------
    search
        Where solution and bound are shared.
    remaining
        Seconds that are left.
    timed
        Whether packing is limited by time; otherwise it always ends by itself.
    """

    def __init__(self, search: Search, remaining: Callable[[], float], *, timed: bool) -> None:
        self.search = search
        self.remaining = remaining
        self.timed = timed
        self._tried: float = np.inf
        self._most: list[int] = []

    def step(self) -> bool:
        """
        Try again where the slack has shrunk or more routes may be packed; whether the gap is closed now.

        The bound then rests on the engine, beyond what the prices prove.
        """
        search = self.search
        if search.slack() <= WORTH_ANOTHER_TRY * self._tried:
            self._tried, self._most = search.slack(), list(MOST_ROUTES)
        if not self._most:
            return False
        found = promising_routes(search, self._most.pop(0))
        if found is None:
            return False
        self._most.clear()
        seconds = min(self.remaining(), 60.0) if self.timed else UNTIMED
        best, score = search.solution, search.score
        columns = Columns(search.problem, found)
        solution, bound = pack_all(search.problem, columns, best, seconds, workers=2 if self.timed else 1)
        search.offer(solution)
        if bound is None:
            return False
        # Anything better than the solution known before uses these routes alone.
        search.offer_enumeration(max(bound, score))
        return search.closed()


def promising_routes(search: Search, most: int) -> list[Column] | None:
    """Every route that a better solution may use; None when there are more than ``most``."""
    # One proof throughout: another thread may find a better one meanwhile.
    proof, layout = search.proof, search.layout
    slack = max(proof.fine - search.score * FINE, 0)
    room, pool = summed(proof.duals.room), summed(proof.duals.pool, 1)
    found: list[Column] = []
    for segment in np.flatnonzero(np.diff(layout.job_at) > 0).tolist():
        least = int(proof.best[segment]) - slack
        root, _, after_best, _ = completion_bounds(layout, segment, proof.duals.job, room, pool)
        # The root knows no route whose visits all earn nothing; such a one is worth no more than none.
        if max(root, -int(layout.empty[segment])) < least:
            continue
        left = most - len(found)
        jobs = np.zeros((left, layout.longest), np.int16)
        starts = np.zeros((left, layout.longest), np.int16)
        length = np.zeros(left, np.int64)
        count = enumerate_routes(
            layout, segment, proof.duals.job, room, pool, after_best, least, jobs, starts, length
        )
        if count < 0:
            return None
        eligible = layout.jobs[layout.job_at[segment] : layout.job_at[segment + 1]]
        for number in range(count):
            local = jobs[number, : length[number]].tolist()
            days = starts[number, : length[number]].tolist()
            found.append(
                (segment, tuple(Visit(day, int(eligible[j])) for j, day in zip(local, days, strict=True)))
            )
    return found


@njit(cache=True, nogil=True)
def enumerate_routes(
    layout: Layout,
    segment: int,
    price: Flat,
    room_price: Flat,
    pool_price: Flat,
    after_best: Flat,
    least: int,
    jobs_out: Flat,
    starts_out: Flat,
    length_out: Flat,
) -> int:
    """
    Write all elementary routes worth at least ``least``; -1 when they do not fit.

    Depth first, cut off by the completion bounds; unlike labelling it also takes visits that
    earn less than nothing, as a better solution may well hold one.
    """
    first, last = layout.first[segment], layout.last[segment]
    j0, j1 = layout.job_at[segment], layout.job_at[segment + 1]
    v0 = layout.place_at[segment]
    places = layout.place_at[segment + 1] - v0
    pairs = layout.pair_at[segment]
    most = len(length_out)
    count = 0
    jobs = np.full(layout.longest, -1, np.int64)
    days = np.zeros(layout.longest, np.int64)
    free = np.zeros(layout.longest + 1, np.int64)
    worth = np.zeros(layout.longest + 1, np.int64)
    times = np.zeros(len(layout.job_place), np.int64)
    # The next (day, job) to try at each depth.
    day_at = np.zeros(layout.longest + 1, np.int64)
    job_at = np.zeros(layout.longest + 1, np.int64)
    depth = 0
    day_at[0], job_at[0] = first, 0
    steps = 0
    while depth >= 0:
        if day_at[depth] > last or depth == layout.longest - 1:
            depth -= 1
            if depth >= 0:
                times[layout.demand[layout.jobs[j0 + jobs[depth]]]] -= 1
            continue
        day, local = day_at[depth], job_at[depth]
        if local == j1 - j0:
            day_at[depth] += 1
            job_at[depth] = 0
            continue
        job_at[depth] += 1
        steps += 1
        if steps > MOST_STEPS:
            return -1
        job = layout.jobs[j0 + local]
        demand = layout.demand[job]
        if times[demand] >= layout.copies[job]:
            continue
        end = end_day(layout, job, day)
        if end < 0 or end > last:
            continue
        place = layout.at[j0 + local]
        if depth == 0:
            if day < layout.ready[v0 + place]:
                continue
            value = -layout.out[v0 + place]
        else:
            here = layout.at[j0 + jobs[depth - 1]]
            if day < free[depth] + layout.gap[pairs + here * places + place]:
                continue
            value = worth[depth] - layout.cost[pairs + here * places + place]
        value += price[job] - stay_price(layout, job, day, end, room_price, pool_price)
        if value + after_best[end + 1 - first, place] < least:
            continue
        jobs[depth], days[depth] = local, day
        if end <= layout.close[v0 + place] and value - layout.back[v0 + place] >= least:
            if count >= most:
                return -1
            for position in range(depth + 1):
                jobs_out[count, position] = jobs[position]
                starts_out[count, position] = days[position]
            length_out[count] = depth + 1
            count += 1
        times[demand] += 1
        worth[depth + 1] = value
        free[depth + 1] = end + 1
        depth += 1
        day_at[depth], job_at[depth] = end + 1, 0
    return count
