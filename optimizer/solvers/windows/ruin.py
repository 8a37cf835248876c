"""
Ruin and recreate: take some neighbouring visits out, put jobs back where they fit best, keep what pays.

Strings of visits near a job are removed, as in Christiaens & Vanden Berghe (2020); absent jobs are tried
in an order that changes from move to move, each at its best place, now and then passing one over.
Whether a job fits is answered in O(1): per position, when the unit is free before it, and how late it
may be there after it (Savelsbergh 1992). Worse solutions are accepted with falling probability.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.solvers.windows.layout import Layout, finish, latest

Flat = NDArray[np.int64]


@njit(cache=True, nogil=True)
def _times(layout: Layout, unit: int, route: Flat, length: Flat, free: Flat, late: Flat) -> None:
    """Write when the unit is free after each visit, and the latest arrival at each."""
    jobs, kinds, kind = len(layout.prize), len(layout.leave), layout.kind[unit]
    count = length[unit]
    here = jobs + kind
    free[unit, 0] = layout.leave[kind]
    for position in range(count):
        job = route[unit, position]
        free[unit, position + 1] = finish(layout, job, free[unit, position] + layout.travel[here, job])
        here = job
    late[unit, count] = layout.back[kind]
    there = jobs + kinds + kind
    for position in range(count - 1, -1, -1):
        job = route[unit, position]
        late[unit, position] = latest(layout, job, late[unit, position + 1] - layout.travel[job, there])
        there = job


@njit(cache=True, nogil=True)
def _remove(
    layout: Layout, unit: int, position: int, count: int, route: Flat, length: Flat, unit_of: Flat
) -> tuple[int, int]:
    """Take visits out of a route; the change of cost and of travel. Times are left to `_times`."""
    jobs, kinds, kind = len(layout.prize), len(layout.leave), layout.kind[unit]
    before = route[unit, position - 1] if position > 0 else jobs + kind
    after = route[unit, position + count] if position + count < length[unit] else jobs + kinds + kind
    cost, travel = 0, 0
    here = before
    for at in range(position, position + count):
        job = route[unit, at]
        cost -= layout.cost[here, job]
        travel -= layout.travel[here, job]
        unit_of[job] = -1
        here = job
    cost -= layout.cost[here, after]
    travel -= layout.travel[here, after]
    if count < length[unit]:
        cost += layout.cost[before, after]
        travel += layout.travel[before, after]
    for at in range(position, length[unit] - count):
        route[unit, at] = route[unit, at + count]
    length[unit] -= count
    return cost, travel


@njit(cache=True, nogil=True)
def improve(
    layout: Layout,
    near: Flat,
    effort: NDArray[np.float64],
    keys: NDArray[np.uint64],
    route: Flat,
    length: Flat,
    best_route: Flat,
    best_length: Flat,
    best_value: int,
    moves: int,
    hot: float,
    cold: float,
    tie: float,
    pool: Flat,
    pool_length: Flat,
    pool_kind: Flat,
    pool_slack: float,
    stop: NDArray[np.bool_],
    seed: int,
) -> tuple[int, int]:
    """
    Walk on from ``route`` and ``length`` in place; a better solution than the best goes to ``best_*``.

    Parameters
    ----------
    near
        Per job the other jobs, nearest in place and time first, shape (jobs, some).
    effort
        Ticks that a job typically takes, travel included, shape (jobs,).
    keys
        A random number per job, of which sets of jobs are told apart.
    moves, hot, cold
        Number of moves; temperatures of the first and last, in millipoints.
    tie
        Millipoints that a tick of travel counts in accepting a solution.
    pool, pool_length, pool_kind, pool_slack
        Routes of solutions that are worth at least the best less this slack are written here.
    stop
        Ends the walk when it turns true.

    Returns
    -------
    best_value, routes in the pool
    """
    np.random.seed(seed)
    jobs, kinds, units = len(layout.prize), len(layout.leave), len(layout.kind)
    width = route.shape[1]
    free = np.zeros((units, width + 1), np.int64)
    late = np.zeros((units, width + 1), np.int64)
    unit_of = np.full(jobs, -1, np.int64)
    value, travel = 0, 0
    for unit in range(units):
        _times(layout, unit, route, length, free, late)
        here = jobs + layout.kind[unit]
        for position in range(length[unit]):
            job = route[unit, position]
            unit_of[job] = unit
            value += layout.prize[job] - layout.cost[here, job]
            travel += layout.travel[here, job]
            here = job
        if length[unit]:
            value -= layout.cost[here, jobs + kinds + layout.kind[unit]]
            travel += layout.travel[here, jobs + kinds + layout.kind[unit]]
    old_route, old_length = route.copy(), length.copy()
    old_unit_of = unit_of.copy()
    old_value, old_travel = value, travel
    dirty = np.zeros(units, np.bool_)
    rank = np.zeros(jobs, np.float64)
    absent = np.zeros(jobs, np.int64)
    bits = 15
    seen = np.zeros(1 << bits, np.uint64)
    pooled = 0
    cooling = math.log(cold / hot) if hot > 0 else 0.0
    move = 0
    while move < moves and not stop[0]:
        temperature = hot * math.exp(cooling * move / moves)
        move += 1
        served = 0
        for unit in range(units):
            served += length[unit]
        # Ruin.
        seed_job = np.random.randint(jobs)
        dice = np.random.random()
        if served > 0:
            if dice < 0.6:
                strings = 1 + np.random.randint(min(units, 4))
                most = 1 + np.random.randint(min(10, max(2, served // units)))
                for place in range(-1, near.shape[1]):
                    job = seed_job if place < 0 else near[seed_job, place]
                    unit = unit_of[job]
                    if unit < 0 or dirty[unit]:
                        continue
                    position = 0
                    while route[unit, position] != job:
                        position += 1
                    count = min(length[unit], 1 + np.random.randint(most))
                    lowest = max(0, position - count + 1)
                    highest = min(position, length[unit] - count)
                    start = lowest + np.random.randint(highest - lowest + 1)
                    for at in range(start, start + count):
                        value -= layout.prize[route[unit, at]]
                    cost, ticks = _remove(layout, unit, start, count, route, length, unit_of)
                    value -= cost
                    travel += ticks
                    dirty[unit] = True
                    strings -= 1
                    if strings == 0:
                        break
            else:
                count = 1 + np.random.randint(max(1, min(served // 3, 12)))
                for place in range(-1, near.shape[1]):
                    job = seed_job if place < 0 else near[seed_job, place]
                    if dice > 0.85:
                        job = np.random.randint(jobs)
                    unit = unit_of[job]
                    if unit < 0:
                        continue
                    position = 0
                    while route[unit, position] != job:
                        position += 1
                    value -= layout.prize[job]
                    cost, ticks = _remove(layout, unit, position, 1, route, length, unit_of)
                    value -= cost
                    travel += ticks
                    dirty[unit] = True
                    count -= 1
                    if count == 0:
                        break
            for unit in range(units):
                if dirty[unit]:
                    _times(layout, unit, route, length, free, late)
        # Recreate.
        order = np.random.randint(4)
        spread = np.random.random()
        count = 0
        for job in range(jobs):
            if unit_of[job] < 0:
                absent[count] = job
                noise = 1.0 - spread * np.random.random()
                worth = layout.prize[job]
                if order == 0:
                    rank[count] = -noise * worth
                elif order == 1 or order == 2:
                    rank[count] = -noise * worth / effort[job]
                else:
                    rank[count] = np.random.random()
                if job == seed_job and dice > 0.3:
                    rank[count] = -np.inf
                count += 1
        sorted_ranks = np.argsort(rank[:count])
        by_shift = np.random.random() if np.random.random() < 0.7 else 1.0
        blink = 0.02
        for number in range(count):
            job = absent[sorted_ranks[number]]
            opens = layout.opening[job]
            closes = layout.closing[job]
            best_unit, best_position, best_price, best_cost = -1, 0, np.inf, 0
            for unit in range(units):
                kind = layout.kind[unit]
                if not layout.eligible[kind, job]:
                    continue
                if length[unit] == 0 and unit > 0 and length[unit - 1] == 0 and layout.kind[unit - 1] == kind:
                    continue
                for position in range(length[unit] + 1):
                    if free[unit, position] > closes:
                        break
                    if late[unit, position] < opens:
                        continue
                    before = route[unit, position - 1] if position > 0 else jobs + kind
                    after = route[unit, position] if position < length[unit] else jobs + kinds + kind
                    arrival = free[unit, position] + layout.travel[before, job]
                    if arrival > closes:
                        continue
                    ready = finish(layout, job, arrival) + layout.travel[job, after]
                    if ready > late[unit, position] or np.random.random() < blink:
                        continue
                    cost = layout.cost[before, job] + layout.cost[job, after]
                    direct = 0
                    if length[unit] > 0:
                        cost -= layout.cost[before, after]
                        direct = layout.travel[before, after]
                    detour = layout.travel[before, job] + layout.travel[job, after] - direct
                    shift = ready - (free[unit, position] + direct)
                    price = cost + (tie + 1e-6) * (by_shift * shift + (1.0 - by_shift) * detour)
                    if price < best_price:
                        best_unit, best_position, best_price, best_cost = unit, position, price, cost
            if best_unit < 0 or best_cost >= layout.prize[job] + temperature:
                continue
            unit, kind = best_unit, layout.kind[best_unit]
            before = route[unit, best_position - 1] if best_position > 0 else jobs + kind
            after = route[unit, best_position] if best_position < length[unit] else jobs + kinds + kind
            travel += layout.travel[before, job] + layout.travel[job, after]
            if length[unit] > 0:
                travel -= layout.travel[before, after]
            value += layout.prize[job] - best_cost
            for at in range(length[unit], best_position, -1):
                route[unit, at] = route[unit, at - 1]
            route[unit, best_position] = job
            length[unit] += 1
            unit_of[job] = unit
            dirty[unit] = True
            _times(layout, unit, route, length, free, late)
        # Keep or undo.
        gain = (value - old_value) - tie * (travel - old_travel)
        if gain >= 0 or (temperature > 0 and np.random.random() < math.exp(gain / temperature)):
            for unit in range(units):
                if not dirty[unit]:
                    continue
                dirty[unit] = False
                old_length[unit] = length[unit]
                for position in range(length[unit]):
                    old_route[unit, position] = route[unit, position]
                if value + pool_slack >= best_value and pooled < len(pool_length) and length[unit] > 0:
                    key = np.uint64(layout.kind[unit] + 1) * np.uint64(0x9E3779B97F4A7C15)
                    for position in range(length[unit]):
                        key ^= keys[route[unit, position]]
                    slot = key >> np.uint64(64 - bits)
                    if seen[slot] != key:
                        seen[slot] = key
                        for position in range(length[unit]):
                            pool[pooled, position] = route[unit, position]
                        pool_length[pooled] = length[unit]
                        pool_kind[pooled] = layout.kind[unit]
                        pooled += 1
            for job in range(jobs):
                old_unit_of[job] = unit_of[job]
            old_value, old_travel = value, travel
            if value > best_value:
                best_value = value
                for unit in range(units):
                    best_length[unit] = length[unit]
                    for position in range(length[unit]):
                        best_route[unit, position] = route[unit, position]
        else:
            for unit in range(units):
                if not dirty[unit]:
                    continue
                dirty[unit] = False
                length[unit] = old_length[unit]
                for position in range(length[unit]):
                    route[unit, position] = old_route[unit, position]
                _times(layout, unit, route, length, free, late)
            for job in range(jobs):
                unit_of[job] = old_unit_of[job]
            value, travel = old_value, old_travel
    return best_value, pooled
