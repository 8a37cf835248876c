"""
A bound on routes that go far: beyond the places that a segment's layout holds one by one.

All places take part, the legs of far ones by region: such a leg costs at least what the nearest
two places of its regions are apart. A backward program over (day, node) first tells what may
follow; in it no job done once follows itself. Then a decision diagram of limited width is walked
forward (Bergman, Cire, van Hoeve & Hooker 2016): a label remembers all that it has done, and of
more than ``width`` labels at a node the last are merged into one, worth as much as the best of
them, that remembers what they have in common. So no route with a visit beyond the layout's own
places is worth more than what is found here.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.solvers.layout import NEVER, Flat, Layout
from optimizer.solvers.routes import end_day, stay_price

Few = NDArray[np.int32]
NOBODY = -1
"""First job of a continuation before which any job may be done."""
WHOLE, LAST, NOTHING = 0, 1, 2
"""What a label remembers where it lies: all that it has done, the last job, nothing."""


@njit(cache=True, nogil=True)
def far_bound(
    layout: Layout,
    segment: int,
    price: Flat,
    room_price: Flat,
    pool_price: Flat,
    floor: int,
    width: int,
    jobs_out: Flat,
    length_out: Flat,
    sifted: Flat,
) -> tuple[int, int]:
    """
    No route of the segment with a far visit is worth more than the first number returned.

    Parameters
    ----------
    price, room_price, pool_price
        As for ``labels.completion_bounds``.
    floor
        Routes worth no more are of no interest; it is returned where there are no others.
    width
        Most labels at a node.
    jobs_out, length_out
        Where far routes above the floor are written, latest job first; they may repeat jobs.
    sifted
        Set to 1 for each of the sort's jobs that may stand in a far route above the floor, near
        ones among them: no such route has a job that is not set.

    Returns
    -------
    (bound, routes)
        The bound, and how many routes were written.
    """
    sort = layout.sort[segment]
    jobs = layout.sort_jobs[layout.sort_at[sort] : layout.sort_at[sort + 1]]
    v0 = layout.place_at[segment]
    own = layout.places[v0 : layout.place_at[segment + 1]]
    first, last = layout.first[segment], layout.last[segment]
    days, near = last - first + 2, len(own)
    spot, node, copies = _spots(layout, jobs, own)
    cost, gap, out, ready, back, close = _legs(layout, segment, near)
    nodes = len(out)
    earn = np.full((days, len(jobs)), NEVER, np.int64)
    after = np.zeros((days, len(jobs)), np.int32)
    for today in range(days - 1):
        for local in range(len(jobs)):
            end = end_day(layout, jobs[local], first + today)
            if 0 <= end <= last:
                stay = stay_price(layout, jobs[local], first + today, end, room_price, pool_price)
                earn[today, local] = price[jobs[local]] - stay
                after[today, local] = end + 1 - first
    start, start_job, enter, travel, travel_job = _backward(
        days, near, spot, node, copies, cost, gap, back, close, earn, after
    )
    # Labels, and those free on a day as a linked list.
    size = 1024
    value = np.empty(size, np.int64)
    done = np.empty(size, np.int32)
    trail = np.empty(size, np.int32)
    memory = np.empty(size, np.int32)
    also = np.empty(size, np.int32)
    flag = np.empty(size, np.int8)
    following = np.empty(size, np.int32)
    head = np.full(days, -1, np.int32)
    labels = 0
    # Slots by (whether the route has been far, node or place, rank): on the way to a node, at
    # a node, waiting at a place, and leaving a node.
    coming = np.full((2, days, nodes, width), NEVER, np.int64)
    coming_at = np.full((2, days, nodes, width), -1, np.int32)
    coming_how = np.zeros((2, days, nodes, width), np.int8)
    present = np.full((2, nodes, width), NEVER, np.int64)
    present_at = np.full((2, nodes, width), -1, np.int32)
    present_how = np.zeros((2, nodes, width), np.int8)
    waiting = np.full((2, len(node), width), NEVER, np.int64)
    waiting_at = np.full((2, len(node), width), -1, np.int32)
    waiting_how = np.zeros((2, len(node), width), np.int8)
    leaving = np.full((2, nodes, width), NEVER, np.int64)
    leaving_at = np.full((2, nodes, width), -1, np.int32)
    leaving_how = np.zeros((2, nodes, width), np.int8)
    end_value = np.full(nodes, floor, np.int64)
    end_label = np.full(nodes, -1, np.int32)
    for to in range(nodes):
        if ready[to] < days and enter[0, ready[to], to] - out[to] > floor:
            coming[0, ready[to], to, 0] = -out[to]
    for today in range(days):
        leaving[:] = NEVER
        label = head[today]
        while label >= 0:
            far, place = flag[label], spot[done[label]]
            here = node[place]
            if far == 1 and today <= close[here] and value[label] - back[here] > end_value[here]:
                end_value[here], end_label[here] = value[label] - back[here], label
            for target in range(2):
                if target == 0:
                    slots, at, how = waiting[far, place], waiting_at[far, place], waiting_how[far, place]
                else:
                    slots, at, how = leaving[far, here], leaving_at[far, here], leaving_how[far, here]
                _let_in(slots, at, how, value[label], label, WHOLE, done, memory, also)
            label = following[label]
        if today == days - 1:
            break
        for far in range(2):
            for source in range(nodes):
                if leaving[far, source, 0] == NEVER:
                    continue
                for to in range(nodes):
                    when = today + gap[source, to]
                    if when >= days or (to == source and to < near):
                        continue
                    least = floor - enter[far, when, to] + cost[source, to]
                    for rank in range(width):
                        worth = leaving[far, source, rank]
                        if worth == NEVER or worth <= least:
                            break
                        _let_in(
                            coming[far, when, to], coming_at[far, when, to], coming_how[far, when, to],
                            worth - cost[source, to], leaving_at[far, source, rank],
                            leaving_how[far, source, rank], done, memory, also,
                        )  # fmt: skip
            for to in range(nodes):
                for rank in range(width):
                    if coming[far, today, to, rank] == NEVER:
                        break
                    _let_in(
                        present[far, to], present_at[far, to], present_how[far, to],
                        coming[far, today, to, rank], coming_at[far, today, to, rank],
                        coming_how[far, today, to, rank], done, memory, also,
                    )  # fmt: skip
        for local in range(len(jobs)):
            if earn[today, local] == NEVER:
                continue
            place, free = spot[local], after[today, local]
            here = node[place]
            for far in range(2):
                ahead = far if here < near else 1
                # What may follow: another job here, the way to another node, or the end.
                follow = travel[ahead, free, here, 0]
                if travel_job[ahead, free, here, 0] == local and copies[local] == 1:
                    follow = travel[ahead, free, here, 1]
                other = start[ahead, free, place, 0]
                if start_job[ahead, free, place, 0] == local and copies[local] == 1:
                    other = start[ahead, free, place, 1]
                follow = max(follow, other)
                if ahead == 1 and free <= close[here]:
                    follow = max(follow, -back[here])
                least = floor - earn[today, local] - follow
                for source in range(2):
                    if source == 0:
                        slots, at, how = present[far, here], present_at[far, here], present_how[far, here]
                    else:
                        slots, at, how = waiting[far, place], waiting_at[far, place], waiting_how[far, place]
                    for rank in range(width):
                        if slots[rank] == NEVER or slots[rank] <= least:
                            break
                        if _times(local, at[rank], how[rank], done, memory, also) >= copies[local]:
                            continue
                        if labels == size:
                            size *= 2
                            value, done, trail = _grown(value, size), _grown(done, size), _grown(trail, size)
                            memory, also = _grown(memory, size), _grown(also, size)
                            flag, following = _grown(flag, size), _grown(following, size)
                        sifted[local] = 1
                        value[labels] = slots[rank] + earn[today, local]
                        done[labels] = local
                        trail[labels] = at[rank]
                        memory[labels] = at[rank] if how[rank] == WHOLE else -1
                        also[labels] = done[at[rank]] if how[rank] == LAST and at[rank] >= 0 else NOBODY
                        flag[labels] = ahead
                        following[labels] = head[free]
                        head[free] = labels
                        labels += 1
    count = 0
    best = floor
    for place in np.argsort(-end_value):
        label = end_label[place]
        if label < 0:
            break
        best = max(best, end_value[place])
        if count == len(length_out):
            break
        length = 0
        while label >= 0:
            jobs_out[count, length] = jobs[done[label]]
            length += 1
            label = trail[label]
        length_out[count] = length
        count += 1
    return best, count


@njit(cache=True, nogil=True)
def _spots(layout: Layout, jobs: Flat, own: Flat) -> tuple[Flat, Flat, Flat]:
    """
    Place of each job, numbered as jobs meet them; the node of each place; copies of each job.

    Each near place is a node, then each region.
    """
    number = np.full(len(layout.room), -1, np.int64)
    spot = np.empty(len(jobs), np.int64)
    node = np.empty(len(jobs), np.int64)
    copies = np.empty(len(jobs), np.int64)
    count = 0
    for local in range(len(jobs)):
        copies[local] = layout.copies[jobs[local]]
        place = layout.job_place[jobs[local]]
        if number[place] < 0:
            number[place] = count
            at = np.searchsorted(own, place)
            is_near = at < len(own) and own[at] == place
            node[count] = at if is_near else len(own) + layout.region[place]
            count += 1
        spot[local] = number[place]
    return spot, node[:count], copies


@njit(cache=True, nogil=True)
def _legs(layout: Layout, segment: int, near: int) -> tuple[Flat, Flat, Flat, Flat, Flat, Flat]:
    """
    Legs between nodes, from the origin and to the destination, days counted from the segment's first.

    Returns
    -------
    (cost, gap, out, ready, back, close)
        Cost and free days from node to node; cost from the origin, and the first day there; cost
        to the destination, and the last day from which on a route that ends there may be free.
    """
    v0, pairs = layout.place_at[segment], layout.pair_at[segment]
    first, regions = layout.first[segment], len(layout.region_cost)
    days = layout.last[segment] - first + 2
    where, there = layout.origin_region[segment], layout.destination_region[segment]
    nodes = near + regions
    region = np.empty(nodes, np.int64)
    out, ready = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    back, close = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    for node in range(nodes):
        if node < near:
            region[node] = layout.region[layout.places[v0 + node]]
            out[node], ready[node] = layout.out[v0 + node], layout.ready[v0 + node] - first
            back[node], close[node] = layout.back[v0 + node], layout.close[v0 + node] + 1 - first
            continue
        of = region[node] = node - near
        out[node] = layout.region_cost[where, of]
        ready[node] = layout.wait[segment] * layout.region_gap[where, of]
        if of == where and layout.wait[segment] > 0:
            # The first stay may be at the very place of the pinned one.
            out[node], ready[node] = 0, 0
        back[node] = layout.region_cost[of, there]
        close[node] = days - 1 - layout.leave[segment] * layout.region_gap[of, there]
        if of == there and layout.leave[segment] > 0:
            back[node], close[node] = 0, days - 1
    cost, gap = np.empty((nodes, nodes), np.int64), np.empty((nodes, nodes), np.int64)
    for source in range(nodes):
        for to in range(nodes):
            if source < near and to < near:
                cost[source, to] = layout.cost[pairs + source * near + to]
                gap[source, to] = layout.gap[pairs + source * near + to]
            else:
                cost[source, to] = layout.region_cost[region[source], region[to]]
                gap[source, to] = layout.region_gap[region[source], region[to]]
    return cost, gap, out, ready, back, close


@njit(cache=True, nogil=True)
def _backward(
    days: int,
    near: int,
    spot: Flat,
    node: Flat,
    copies: Flat,
    cost: Flat,
    gap: Flat,
    back: Flat,
    close: Flat,
    earn: Flat,
    after: Flat,
) -> tuple[Flat, Few, Flat, Flat, Few]:
    """
    Best values of what may follow, by whether the route has been far already (it must in the end).

    Returns
    -------
    start, start_job
        ``[far, day, place, rank]``: continuations with a stay there from that day on, the best and
        the best with another first job, and the first jobs.
    enter
        ``[far, day, node]``: the best continuation that is at the node from that day on.
    travel, travel_job
        ``[far, day, node, rank]``: continuations that leave the node on that day.
    """
    nodes = len(back)
    start = np.full((2, days, len(node), 2), NEVER, np.int64)
    start_job = np.full((2, days, len(node), 2), NOBODY, np.int32)
    at = np.full((2, days, nodes, 2), NEVER, np.int64)
    at_job = np.full((2, days, nodes, 2), NOBODY, np.int32)
    travel = np.full((2, days, nodes, 2), NEVER, np.int64)
    travel_job = np.full((2, days, nodes, 2), NOBODY, np.int32)
    for today in range(days - 2, -1, -1):
        start[:, today] = start[:, today + 1]
        start_job[:, today] = start_job[:, today + 1]
        at[:, today] = at[:, today + 1]
        at_job[:, today] = at_job[:, today + 1]
        for local in range(len(spot)):
            if earn[today, local] == NEVER:
                continue
            place, free = spot[local], after[today, local]
            here = node[place]
            barred = local if copies[local] == 1 else NOBODY
            for far in range(2):
                ahead = far if here < near else 1
                follow = max(
                    _best_other(travel[ahead, free, here], travel_job[ahead, free, here], barred),
                    _best_other(start[ahead, free, place], start_job[ahead, free, place], barred),
                )
                if ahead == 1 and free <= close[here]:
                    follow = max(follow, -back[here])
                if follow > NEVER // 2:
                    worth = earn[today, local] + follow
                    _keep(start[far, today, place], start_job[far, today, place], worth, local)
                    _keep(at[far, today, here], at_job[far, today, here], worth, local)
        for far in range(2):
            for source in range(nodes):
                for to in range(nodes):
                    when = today + gap[source, to]
                    if when >= days or (to == source and to < near):
                        continue
                    for rank in range(2):
                        worth = at[far, when, to, rank] - cost[source, to]
                        if worth <= travel[far, today, source, 1] or at[far, when, to, rank] == NEVER:
                            break
                        _keep(
                            travel[far, today, source],
                            travel_job[far, today, source],
                            worth,
                            at_job[far, when, to, rank],
                        )
    return start, start_job, at[:, :, :, 0].copy(), travel, travel_job


@njit(cache=True, nogil=True)
def _keep(values: Flat, first: Flat, value: int, job: int) -> None:
    """Let a value in among the best and the best with another first job."""
    if value > values[0]:
        if first[0] != job:
            values[1], first[1] = values[0], first[0]
        values[0], first[0] = value, job
    elif job != first[0] and value > values[1]:
        values[1], first[1] = value, job


@njit(cache=True, nogil=True)
def _best_other(values: Flat, first: Flat, job: int) -> int:
    """The best value of a continuation that may follow this job."""
    return int(values[1] if job != NOBODY and first[0] == job else values[0])


@njit(cache=True, nogil=True)
def _times(job: int, label: int, how: int, done: Flat, memory: Flat, also: Flat) -> int:
    """How often a label remembers to have done a job."""
    if how == NOTHING or label < 0:
        return 0
    if how == LAST:
        return int(done[label] == job)
    count = 0
    while label >= 0:
        count += int(done[label] == job) + int(also[label] == job)
        label = memory[label]
    return count


@njit(cache=True, nogil=True)
def _includes(label: int, how: int, other: int, other_how: int, done: Flat, memory: Flat, also: Flat) -> bool:
    """Whether all that a label remembers is remembered by another too."""
    if how == NOTHING or label < 0:
        return True
    if how == LAST:
        return bool(_times(done[label], other, other_how, done, memory, also) > 0)
    step = label
    while step >= 0:
        mine = _times(done[step], label, how, done, memory, also)
        if _times(done[step], other, other_how, done, memory, also) < mine:
            return False
        if also[step] != NOBODY:
            mine = _times(also[step], label, how, done, memory, also)
            if _times(also[step], other, other_how, done, memory, also) < mine:
                return False
        step = memory[step]
    return True


@njit(cache=True, nogil=True)
def _let_in(
    values: Flat,
    at: Flat,
    how: Flat,
    value: int,
    label: int,
    memory_of: int,
    done: Flat,
    memory: Flat,
    also: Flat,
) -> None:
    """
    Let a label in among the best at a node; what falls out is merged into the last that stays.

    A label worth no less that remembers nothing which the other does not makes the other needless.
    """
    width = len(values)
    place = 0
    while place < width and values[place] >= value:
        if _includes(at[place], how[place], label, memory_of, done, memory, also):
            return
        place += 1
    if place == width:
        _forget(at, how, width - 1, label, memory_of, done)
        return
    end = place
    for slot in range(place, width):
        if values[slot] == NEVER:
            break
        if not _includes(label, memory_of, at[slot], how[slot], done, memory, also):
            values[end], at[end], how[end] = values[slot], at[slot], how[slot]
            end += 1
    values[end:] = NEVER
    full = end == width
    fallen, fallen_how = at[width - 1], how[width - 1]
    for slot in range(min(end, width - 1), place, -1):
        values[slot], at[slot], how[slot] = values[slot - 1], at[slot - 1], how[slot - 1]
    values[place], at[place], how[place] = value, label, memory_of
    if full:
        _forget(at, how, width - 1, fallen, fallen_how, done)


@njit(cache=True, nogil=True)
def _forget(at: Flat, how: Flat, slot: int, label: int, memory_of: int, done: Flat) -> None:
    """Let the label in a slot stand for another too: it remembers what both do."""
    if how[slot] == NOTHING:
        return
    same = memory_of != NOTHING and label >= 0 and at[slot] >= 0 and done[label] == done[at[slot]]
    how[slot] = LAST if same else NOTHING


@njit(cache=True, nogil=True)
def _grown(array: Flat, size: int) -> Flat:
    larger = np.empty(size, array.dtype)
    larger[: len(array)] = array
    return larger
