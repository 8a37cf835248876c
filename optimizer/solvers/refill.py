"""
One segment filled anew in a move: what its jobs and days cost it, and the best route at that.

Prizes are blurred and partly replaced by dual prices; what others hold is out of reach.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.flat_equity import FlatEquity
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.routes import best_routes, end_day

FULL = 1 << 50
"""Price of a day on which a place or pool has nothing left: more than any route earns."""


@njit(cache=True, nogil=True)
def set_prices(
    layout: Layout,
    segment: int,
    share: float,
    blur: float,
    used: Flat,
    room_left: Flat,
    pool_left: Flat,
    job_price: Flat,
    room_dual: Flat,
    pool_dual: Flat,
    equity: FlatEquity,
    low: int,
    high: int,
    prize: Flat,
    room_price: Flat,
    pool_price: Flat,
) -> None:
    """Prizes of a segment's jobs, and prices of their places' and pools' days, a share of them dual."""
    first, last = max(low, layout.first[segment]), min(high, layout.last[segment])
    if first > last:
        return
    place_known = np.zeros(layout.place_at[segment + 1] - layout.place_at[segment], np.bool_)
    pool_known = np.zeros(len(layout.pool), np.bool_)
    for local in range(layout.job_at[segment], layout.job_at[segment + 1]):
        job = layout.jobs[local]
        done = used[layout.demand[job]]
        noise = 1.0 + blur * (np.random.random() - 0.5)
        for times in range(done, layout.copies[job]):
            worth = float(layout.gain[job, times])
            if len(equity.requested) > 0:
                group = equity.group[job]
                more = layout.people[job, times + 1] - layout.people[job, times]
                worth += equity.price[group] * more / equity.requested[group]
            prize[job, times] = int(((1.0 - share) * worth + share * job_price[job]) * noise)
        # What others have done needs no prices.
        if done == layout.copies[job]:
            continue
        place, row = layout.job_place[job], layout.job_pool[job]
        if not place_known[layout.at[local]]:
            place_known[layout.at[local]] = True
            _sum_up(room_left[place], room_dual[place], share, first, last, room_price[place])
        if not pool_known[row]:
            pool_known[row] = True
            _sum_up(pool_left[row], pool_dual[row], share, first, last, pool_price[row])


@njit(cache=True, nogil=True)
def _sum_up(left: Flat, dual: Flat, share: float, first: int, last: int, price: Flat) -> None:
    """Prices of the days from ``first`` to ``last``, summed up to each."""
    price[first] = 0
    for day in range(first, last + 1):
        price[day + 1] = price[day] + (FULL if left[day] <= 0 else int(share * dual[day]))


@njit(cache=True, nogil=True)
def refill(
    layout: Layout,
    segment: int,
    low: int,
    high: int,
    old_job: Flat,
    old_start: Flat,
    old_length: int,
    prize: Flat,
    used: Flat,
    room_price: Flat,
    pool_price: Flat,
    route_job: Flat,
    route_start: Flat,
    out_job: Flat,
    out_start: Flat,
    out_length: Flat,
    out_value: Flat,
) -> int:
    """Write the segment's new route: what lies outside the window, and the best between."""
    a, b = layout.place_at[segment], layout.place_at[segment + 1]
    size, pairs = b - a, layout.pair_at[segment]
    places = layout.places[a:b]
    before = 0
    while before < old_length and old_start[before] < low:
        before += 1
    after = old_length
    while after > before and end_day(layout, old_job[after - 1], old_start[after - 1]) > high:
        after -= 1
    first, last = max(low, layout.first[segment]), min(high, layout.last[segment])
    out, ready = layout.out[a:b], layout.ready[a:b]
    back, close = layout.back[a:b], layout.close[a:b]
    if before > 0:
        here = np.searchsorted(places, layout.job_place[old_job[before - 1]])
        free = end_day(layout, old_job[before - 1], old_start[before - 1]) + 1
        first = max(first, free)
        out = layout.cost[pairs + here * size : pairs + (here + 1) * size]
        ready = free + layout.gap[pairs + here * size : pairs + (here + 1) * size]
    if after < old_length:
        there = np.searchsorted(places, layout.job_place[old_job[after]])
        last = min(last, old_start[after] - 1)
        back = layout.cost[pairs + there : pairs + size * size : size].copy()
        close = old_start[after] - 1 - layout.gap[pairs + there : pairs + size * size : size]
    # An empty stretch is worth minus what passing it by costs; only better routes are of interest.
    empty = layout.empty[segment]
    if before > 0 and after < old_length:
        empty = out[np.searchsorted(places, layout.job_place[old_job[after]])]
    elif before > 0:
        empty = layout.back[a + np.searchsorted(places, layout.job_place[old_job[before - 1]])]
    elif after < old_length:
        empty = layout.out[a + np.searchsorted(places, layout.job_place[old_job[after]])]
    ready = np.maximum(ready, first)
    found = best_routes(
        layout, segment, first, last, out.copy(), back.copy(), ready, close.copy(), empty, prize, used,
        room_price, pool_price, 1, out_job, out_start, out_length, out_value,
    )  # fmt: skip
    length = 0
    for position in range(before):
        route_job[length], route_start[length] = old_job[position], old_start[position]
        length += 1
    if found > 0:
        for position in range(out_length[0] - 1, -1, -1):
            route_job[length], route_start[length] = out_job[0, position], out_start[0, position]
            length += 1
    for position in range(after, old_length):
        route_job[length], route_start[length] = old_job[position], old_start[position]
        length += 1
    return length
