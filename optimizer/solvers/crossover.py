"""
Of two solutions, part by part the better one.

What is different in two solutions falls apart into parts that can be exchanged one by one: segments belong
together only if they want the same job, place or pool and there is not enough of it for all. So a walk need
not be better as a whole to leave something behind (partition crossover; Whitley, Hains & Howe 2009).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.solution import Solution
from optimizer.solvers.flat_equity import FlatEquity, lowest_coverage, people_served
from optimizer.solvers.flat_solution import FlatSolution, Usage, blank, cost_of, load, unload, usage
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.routes import end_day

NOBODY = -1
COUNT, JOIN, VALUE = range(3)
LEAST_GAIN = 1e-3
"""Of a thousandth of a millipoint; less is what floating point makes of nothing."""


class Crossing(NamedTuple):
    """Memory for `take_better`, as it is between two calls: nothing counted, nobody a holder."""

    room_more: Flat
    pool_more: Flat
    job_more: Flat
    """Segments that use a place, pool or demand in the best solution only; shape (.., days), or (jobs,)."""
    room_holder: Flat
    pool_holder: Flat
    job_holder: Flat
    """Some segment that uses it in one of the two."""
    room_stamp: Flat
    pool_stamp: Flat
    job_stamp: Flat
    """The last segment seen to use it in the other solution, and in which call."""
    job_change: Flat
    """How many times more a demand is met in the other solution than in the best."""
    head: Flat
    gain: Flat
    """Per segment one that stands for its part, and for such a one what the part gains without equity."""
    people: Flat
    """For such a one how many people more the part serves, shape (segments, groups)."""
    calls: Flat
    """Number of calls so far, shape (1,)."""


@njit(cache=True, nogil=True)
def crossing(layout: Layout, equity: FlatEquity) -> Crossing:
    """Memory for calls of `take_better`."""
    rooms, pools = layout.room.shape, layout.pool.shape
    jobs, segments = len(layout.job_place), len(layout.first)
    return Crossing(
        np.zeros(rooms, np.int64), np.zeros(pools, np.int64), np.zeros(jobs, np.int64),
        np.full(rooms, NOBODY), np.full(pools, NOBODY), np.full(jobs, NOBODY),
        np.zeros(rooms, np.int64), np.zeros(pools, np.int64), np.zeros(jobs, np.int64),
        np.zeros(jobs, np.int64), np.zeros(segments, np.int64), np.zeros(segments, np.int64),
        np.zeros((segments, len(equity.requested)), np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


def best_of_both(layout: Layout, equity: FlatEquity, best: Solution, other: Solution) -> Solution:
    """A solution with the better parts of two, worth no less than either but for equity's rounding."""
    flat, flat_other = (blank(len(best.routes), layout.longest) for _ in range(2))
    load(flat, best)
    load(flat_other, other)
    cross(layout, equity, flat_other, flat)
    return unload(flat)


@njit(cache=True, nogil=True)
def cross(layout: Layout, equity: FlatEquity, other: FlatSolution, best: FlatSolution) -> None:
    """Copy those parts of the other solution into the best one that are better there."""
    changed, changes, dirty, cost = differences(layout, other, best)
    memory, taken = crossing(layout, equity), usage(layout, other)
    take_better(layout, equity, memory, changed[:changes], dirty, other, taken, best, cost)


@njit(cache=True, nogil=True)
def differences(
    layout: Layout, other: FlatSolution, best: FlatSolution
) -> tuple[Flat, int, NDArray[np.bool_], Flat]:
    """
    Where two solutions differ.

    Returns
    -------
    (changed, changes, dirty, cost)
        A list with room for all segments, of those that differ, and their number; whether each segment
        does; and the costs of the best solution's routes.
    """
    segments = len(layout.first)
    changed, changes = np.zeros(segments, np.int64), 0
    dirty, cost = np.zeros(segments, np.bool_), np.zeros(segments, np.int64)
    for segment in range(segments):
        length = best.length[segment]
        cost[segment] = cost_of(layout, segment, best)
        if length != other.length[segment] or (
            (best.job[segment, :length] != other.job[segment, :length]).any()
            or (best.start[segment, :length] != other.start[segment, :length]).any()
        ):
            changed[changes], dirty[segment] = segment, True
            changes += 1
    return changed, changes, dirty, cost


@njit(cache=True, nogil=True)
def take_better(
    layout: Layout,
    equity: FlatEquity,
    memory: Crossing,
    changed: Flat,
    dirty: NDArray[np.bool_],
    other: FlatSolution,
    taken: Usage,
    best: FlatSolution,
    best_cost: Flat,
) -> float:
    """
    Copy those parts of the other solution into the best one that are better there; what that gains.

    All are taken where with equity they gain more together than those that do so by themselves.

    Parameters
    ----------
    changed, dirty
        The segments in which the two may differ, and whether a segment is one; not any more once copied.
    taken
        What the other solution does and leaves.
    best, best_cost
        The best solution and the costs of its routes; both are written to.
    """
    _find_parts(layout, equity, memory, changed, other, taken, best, best_cost)
    served = people_served(layout, equity, taken.used)
    together = equity.rate * lowest_coverage(equity, served)
    for head in changed:
        if memory.head[head] == head:
            together += memory.gain[head]
            served -= memory.people[head]
    together -= equity.rate * lowest_coverage(equity, served)
    one_by_one = _choose(equity, memory, changed, dirty, served)
    everything = together > one_by_one + LEAST_GAIN
    for segment in changed:
        if everything or not dirty[_head(memory.head, segment)]:
            dirty[segment] = False
            best_cost[segment] = taken.cost[segment]
            keep(segment, other, best)
    return float(together if everything else one_by_one)


@njit(cache=True, nogil=True)
def _find_parts(
    layout: Layout,
    equity: FlatEquity,
    memory: Crossing,
    changed: Flat,
    other: FlatSolution,
    taken: Usage,
    best: FlatSolution,
    best_cost: Flat,
) -> None:
    """Put segments together that cannot be exchanged one by one; what each part gains, and whom it serves."""
    memory.calls[0] += 1
    for segment in changed:
        memory.head[segment], memory.gain[segment] = segment, best_cost[segment] - taken.cost[segment]
        memory.people[segment] = 0
    for step in range(3):
        for segment in changed:
            stamp = memory.calls[0] * len(memory.head) + segment
            for side in range(2):
                one, two = (other, best) if side == 0 else (best, other)
                also = 0
                for position in range(one.length[segment]):
                    job, start = one.job[segment, position], one.start[segment, position]
                    while also < two.length[segment] and two.start[segment, also] < start:
                        also += 1
                    same = also < two.length[segment] and two.start[segment, also] == start
                    if same and two.job[segment, also] == job:
                        continue
                    if step == COUNT:
                        memory.gain[segment] += layout.bonus[job] if side == 0 else -layout.bonus[job]
                        _count(layout, memory, job, start, side == 1, stamp)
                    elif step == JOIN:
                        _join(layout, memory, job, start, segment, taken)
                    else:
                        _value(layout, equity, memory, job, start, taken.used)
    for segment in changed:
        head = _head(memory.head, segment)
        if head != segment:
            memory.gain[head] += memory.gain[segment]
            memory.people[head] += memory.people[segment]


@njit(cache=True, nogil=True)
def _choose(
    equity: FlatEquity, memory: Crossing, changed: Flat, dirty: NDArray[np.bool_], served: Flat
) -> float:
    """
    Take the parts that gain by themselves, marked as no longer dirty by their heads; what they gain.

    The lowest coverage is one for all: parts are looked at one after the other, and once more where
    what others did may change what they gain. ``served`` are people without any part; it is written to.
    """
    total, lowest = 0.0, lowest_coverage(equity, served)
    for _ in range(1 if len(served) == 0 else 2):
        for head in changed:
            if memory.head[head] != head or not dirty[head]:
                continue
            served += memory.people[head]
            then = lowest_coverage(equity, served)
            gain = memory.gain[head] + equity.rate * (then - lowest)
            if gain > LEAST_GAIN:
                total, lowest, dirty[head] = total + gain, then, False
            else:
                served -= memory.people[head]
    return total


@njit(cache=True, nogil=True)
def keep(segment: int, other: FlatSolution, best: FlatSolution) -> None:
    """Copy a segment's route into the best solution."""
    length = other.length[segment]
    best.length[segment] = length
    best.job[segment, :length] = other.job[segment, :length]
    best.start[segment, :length] = other.start[segment, :length]


@njit(cache=True, nogil=True)
def _count(layout: Layout, memory: Crossing, job: int, start: int, best: bool, stamp: int) -> None:
    """Note a visit of one of the solutions; all of a segment's first in the other, then in the best."""
    place, pool, demand = layout.job_place[job], layout.job_pool[job], layout.demand[job]
    memory.job_change[demand] += -1 if best else 1
    if not best:
        memory.job_stamp[demand] = stamp
    elif memory.job_stamp[demand] != stamp:
        memory.job_more[demand] += 1
    for day in range(start, end_day(layout, job, start) + 1):
        if not best:
            memory.room_stamp[place, day] = memory.pool_stamp[pool, day] = stamp
            continue
        if memory.room_stamp[place, day] != stamp:
            memory.room_more[place, day] += 1
        if memory.pool_stamp[pool, day] != stamp:
            memory.pool_more[pool, day] += 1


@njit(cache=True, nogil=True)
def _join(
    layout: Layout,
    memory: Crossing,
    job: int,
    start: int,
    segment: int,
    taken: Usage,
) -> None:
    """Put a visit's segment together with those that want the same, where it might be too much."""
    place, pool, demand = layout.job_place[job], layout.job_pool[job], layout.demand[job]
    # Of a job that may be done more than once, each time may be worth something else.
    copies = layout.copies[demand]
    several = copies > 1 or taken.used[demand] + memory.job_more[demand] > copies
    if memory.job_holder[demand] != NOBODY and several:
        memory.head[_head(memory.head, segment)] = _head(memory.head, memory.job_holder[demand])
    memory.job_holder[demand] = segment
    for day in range(start, end_day(layout, job, start) + 1):
        if memory.room_more[place, day] > taken.room_left[place, day]:
            if memory.room_holder[place, day] != NOBODY:
                memory.head[_head(memory.head, segment)] = _head(memory.head, memory.room_holder[place, day])
            memory.room_holder[place, day] = segment
        if memory.pool_more[pool, day] > taken.pool_left[pool, day]:
            if memory.pool_holder[pool, day] != NOBODY:
                memory.head[_head(memory.head, segment)] = _head(memory.head, memory.pool_holder[pool, day])
            memory.pool_holder[pool, day] = segment


@njit(cache=True, nogil=True)
def _value(layout: Layout, equity: FlatEquity, memory: Crossing, job: int, start: int, used: Flat) -> None:
    """Count what a demand earns more with its segment, once, and forget the visit."""
    place, pool, demand = layout.job_place[job], layout.job_pool[job], layout.demand[job]
    if memory.job_holder[demand] != NOBODY:
        holder, change = memory.job_holder[demand], memory.job_change[demand]
        for times in range(used[demand] - change, used[demand]):
            memory.gain[holder] += layout.gain[demand, times]
        for times in range(used[demand], used[demand] - change):
            memory.gain[holder] -= layout.gain[demand, times]
        if len(equity.group) > 0:
            more = layout.people[demand, used[demand]] - layout.people[demand, used[demand] - change]
            memory.people[holder, equity.group[demand]] += more
        memory.job_holder[demand], memory.job_change[demand], memory.job_more[demand] = NOBODY, 0, 0
    for day in range(start, end_day(layout, job, start) + 1):
        memory.room_more[place, day] = memory.pool_more[pool, day] = 0
        memory.room_holder[place, day] = memory.pool_holder[pool, day] = NOBODY


@njit(cache=True, nogil=True)
def _head(head: Flat, segment: int) -> int:
    while head[segment] != segment:
        head[segment] = head[head[segment]]
        segment = head[segment]
    return segment
