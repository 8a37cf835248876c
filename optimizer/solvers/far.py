"""
A bound on routes that go far: beyond the places that a segment's layout holds one by one.

All places take part, the legs between them by region: a leg costs at least what the nearest two
places of its regions are apart. The program over (day, region) keeps two labels, the best and the
best with another last job, so that no job done once follows itself; it may come back later. So no
route with a visit beyond the layout's own places is worth more than what is found here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.layout import NEVER, Flat, Layout
from optimizer.solvers.routes import end_day, stay_price

NOBODY = -1
"""Last job of a label after which any job may follow."""


@njit(cache=True, nogil=True)
def far_bound(layout: Layout, segment: int, price: Flat, room_price: Flat, pool_price: Flat) -> int:
    """
    No route of the segment with a far visit is worth more; NEVER where there is none.

    Parameters
    ----------
    price, room_price, pool_price
        As for ``labels.completion_bounds``.
    """
    sort = layout.sort[segment]
    jobs = layout.sort_jobs[layout.sort_at[sort] : layout.sort_at[sort + 1]]
    own = layout.places[layout.place_at[segment] : layout.place_at[segment + 1]]
    first, last = layout.first[segment], layout.last[segment]
    days, regions = last - first + 2, len(layout.region_cost)
    where, there = layout.origin_region[segment], layout.destination_region[segment]
    # Places in the order in which jobs meet them.
    number = np.full(len(layout.room), -1, np.int64)
    at = np.empty(len(jobs), np.int64)
    place_of = np.empty(len(jobs), np.int64)
    near = np.empty(len(jobs), np.bool_)
    count = 0
    for local in range(len(jobs)):
        place = layout.job_place[jobs[local]]
        if number[place] < 0:
            number[place] = count
            place_of[count] = place
            spot = np.searchsorted(own, place)
            near[count] = spot < len(own) and own[spot] == place
            count += 1
        at[local] = number[place]
    region = layout.region[place_of[:count]]
    # Labels by (whether the route has been far, day, place or region, rank): freed after a stay,
    # on their way to a region, and here already.
    freed = np.full((2, days, count, 2), NEVER, np.int64)
    freed_job = np.full((2, days, count, 2), NOBODY, np.int32)
    coming = np.full((2, days, regions, 2), NEVER, np.int64)
    coming_job = np.full((2, days, regions, 2), NOBODY, np.int32)
    waiting = np.full((2, count, 2), NEVER, np.int64)
    waiting_job = np.full((2, count, 2), NOBODY, np.int32)
    present = np.full((2, regions, 2), NEVER, np.int64)
    present_job = np.full((2, regions, 2), NOBODY, np.int32)
    leaving = np.empty((regions, 2), np.int64)
    leaving_job = np.empty((regions, 2), np.int32)
    for to in range(regions):
        ready = layout.wait[segment] * layout.region_gap[where, to]
        cost = layout.region_cost[where, to]
        if to == where and layout.wait[segment] > 0:
            # The first stay may be at the very place of the pinned one.
            ready, cost = 0, 0
        if ready < days:
            coming[0, ready, to, 0] = -cost
    best = NEVER
    for today in range(days):
        for far in range(2):
            leaving[:] = NEVER
            leaving_job[:] = NOBODY
            for place in range(count):
                for rank in range(2):
                    value, job = freed[far, today, place, rank], freed_job[far, today, place, rank]
                    if value > NEVER:
                        _keep(waiting[far, place], waiting_job[far, place], value, job)
                        _keep(leaving[region[place]], leaving_job[region[place]], value, job)
            for source in range(regions):
                if leaving[source, 0] == NEVER:
                    continue
                if far == 1:
                    home = layout.region_cost[source, there]
                    if source == there and layout.leave[segment] > 0:
                        home = 0
                    best = max(best, leaving[source, 0] - home)
                for to in range(regions):
                    when = today + layout.region_gap[source, to]
                    if when >= days:
                        continue
                    for rank in range(2):
                        if leaving[source, rank] > NEVER:
                            _keep(
                                coming[far, when, to],
                                coming_job[far, when, to],
                                leaving[source, rank] - layout.region_cost[source, to],
                                leaving_job[source, rank],
                            )
            for to in range(regions):
                for rank in range(2):
                    value, job = coming[far, today, to, rank], coming_job[far, today, to, rank]
                    if value > NEVER:
                        _keep(present[far, to], present_job[far, to], value, job)
        if today == days - 1:
            break
        day = first + today
        for local in range(len(jobs)):
            job = jobs[local]
            end = end_day(layout, job, day)
            if end < 0 or end > last:
                continue
            earn = price[job] - stay_price(layout, job, day, end, room_price, pool_price)
            place = at[local]
            for far in range(2):
                value = max(
                    _best_other(present[far, region[place]], present_job[far, region[place]], job),
                    _best_other(waiting[far, place], waiting_job[far, place], job),
                )
                if value > NEVER:
                    to = far if near[place] else 1
                    mark = job if layout.copies[job] == 1 else NOBODY
                    after = end + 1 - first
                    _keep(freed[to, after, place], freed_job[to, after, place], value + earn, mark)
    return best


@njit(cache=True, nogil=True)
def _keep(values: Flat, last: Flat, value: int, job: int) -> None:
    """Let a label in among the best and the best with another last job."""
    if value > values[0]:
        if last[0] != job:
            values[1], last[1] = values[0], last[0]
        values[0], last[0] = value, job
    elif job != last[0] and value > values[1]:
        values[1], last[1] = value, job


@njit(cache=True, nogil=True)
def _best_other(values: Flat, last: Flat, job: int) -> int:
    """The best value of a label that this job may follow."""
    return int(values[0] if last[0] != job else values[1])
