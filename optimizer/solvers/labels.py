"""
The best elementary route of one segment at given prices, exactly.

A forward labelling over (day, place). A label remembers which jobs it has done, though only
those in the *memory* of the jobs it has visited since (ng-routes: Baldacci, Mingozzi & Roberti
2011); where the best route repeats a job all the same, the memory grows along the cycle and the
labelling starts again (decremental state space: Righini & Salani 2008). Labels are cut off by
completion bounds from a backward program without memory.

A label is dominated by one that is better by at least what the jobs remembered only by that one
could still earn: dropping these jobs from any elementary continuation loses no more. So the value
found bounds every elementary route, and is exact when its route is elementary.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.layout import NEVER, Flat, Layout
from optimizer.solvers.routes import end_day, stay_price

WORDS = 2
BITS = 62
"""Bits used of each memory word; the sign bit stays clear so that masks are plain int64."""


@njit(cache=True, nogil=True)
def completion_bounds(
    layout: Layout, segment: int, price: Flat, room_price: Flat, pool_price: Flat
) -> tuple[int, Flat, Flat, Flat]:
    """
    Best values of what may follow, repeats allowed.

    Returns
    -------
    root
        Bound on any route of the segment that visits something.
    start_best
        ``[day, place]``: best of a continuation that is at the place and free from that day on.
    after_best
        ``[day, place]``: the same, or the way to the end, for a route whose last stay ended
        the day before.
    job_best
        ``[local job, day]``: the most that one visit can earn from that day on.
    """
    first, last = layout.first[segment], layout.last[segment]
    j0, j1 = layout.job_at[segment], layout.job_at[segment + 1]
    v0 = layout.place_at[segment]
    places = layout.place_at[segment + 1] - v0
    pairs = layout.pair_at[segment]
    days = max(last - first + 2, 1)
    start_best = np.full((days + 1, places), NEVER, np.int64)
    after_best = np.full((days + 1, places), NEVER, np.int64)
    # Dropping a visit can cost a detour, so that visits which earn a little less than nothing count.
    detour = layout.detour[segment]
    least = NEVER if detour < 0 else -detour
    job_best = np.full((j1 - j0, days + 1), NEVER, np.int64)
    for today in range(days - 1, -1, -1):
        day = first + today
        for place in range(places):
            start_best[today, place] = start_best[today + 1, place]
        if today < days - 1:
            for local in range(j1 - j0):
                job_best[local, today] = job_best[local, today + 1]
                job = layout.jobs[j0 + local]
                end = end_day(layout, job, day)
                if end < 0 or end > last:
                    continue
                earn = price[job] - stay_price(layout, job, day, end, room_price, pool_price)
                if earn <= least:
                    continue
                if earn > job_best[local, today]:
                    job_best[local, today] = earn
                place = layout.at[j0 + local]
                value = earn + after_best[end + 1 - first, place]
                if value > start_best[today, place]:
                    start_best[today, place] = value
        for place in range(places):
            best = start_best[today, place]
            if day - 1 <= layout.close[v0 + place] and -layout.back[v0 + place] > best:
                best = -layout.back[v0 + place]
            row = pairs + place * places
            for to in range(places):
                when = today + layout.gap[row + to]
                if to != place and when < days:
                    value = start_best[when, to] - layout.cost[row + to]
                    if value > best:
                        best = value
            after_best[today, place] = best
    root = NEVER
    for place in range(places):
        ready = layout.ready[v0 + place] - first
        if ready < days and start_best[ready, place] - layout.out[v0 + place] > root:
            root = start_best[ready, place] - layout.out[v0 + place]
    return root, start_best, after_best, job_best


@njit(cache=True, nogil=True)
def _lowest_bit(mask: int) -> int:
    index = 0
    if mask & 0xFFFFFFFF == 0:
        mask >>= 32
        index += 32
    if mask & 0xFFFF == 0:
        mask >>= 16
        index += 16
    if mask & 0xFF == 0:
        mask >>= 8
        index += 8
    if mask & 0xF == 0:
        mask >>= 4
        index += 4
    if mask & 0x3 == 0:
        mask >>= 2
        index += 2
    if mask & 0x1 == 0:
        index += 1
    return index


@njit(cache=True, nogil=True)
def _covers(
    slack: int,
    mine0: int,
    mine1: int,
    other0: int,
    other1: int,
    bit_job: Flat,
    job_best: Flat,
    day: int,
    detour: int,
) -> bool:
    """Whether a label better by ``slack`` makes up for what only it remembers."""
    if detour < 0:
        return (mine0 & ~other0) == 0 and (mine1 & ~other1) == 0
    extra = mine0 & ~other0
    while extra != 0:
        index = _lowest_bit(extra)
        lost = job_best[bit_job[index], day] + detour
        if lost > 0:
            slack -= lost
            if slack < 0:
                return False
        extra &= extra - 1
    extra = mine1 & ~other1
    while extra != 0:
        index = _lowest_bit(extra)
        lost = job_best[bit_job[BITS + index], day] + detour
        if lost > 0:
            slack -= lost
            if slack < 0:
                return False
        extra &= extra - 1
    return True


@njit(cache=True, nogil=True)
def label_routes(
    layout: Layout,
    segment: int,
    price: Flat,
    room_price: Flat,
    pool_price: Flat,
    bit0: Flat,
    bit_count: Flat,
    bit_job: Flat,
    keep0: Flat,
    keep1: Flat,
    threshold: int,
    start_best: Flat,
    after_best: Flat,
    job_best: Flat,
    most_labels: int,
    most: int,
    jobs_out: Flat,
    starts_out: Flat,
    length_out: Flat,
    value_out: Flat,
    reach: Flat,
) -> tuple[int, int, int]:
    """
    One forward labelling at a given memory.

    Parameters
    ----------
    bit0, bit_count, bit_job
        First memory bit of a local job (-1: never remembered), how many bits it has (its copies,
        set one after the other), and the local job of each bit.
    keep0, keep1
        Per local job which bits survive a visit of it.
    threshold
        Routes worth no more are of no interest.
    reach
        ``[day, place]``: filled with the best value of a label there, for tightening the
        completion bounds of a labelling in the other direction.

    Returns
    -------
    (status, routes, labels)
        Status 0 done, 1 too many labels; number of routes written and of labels made.
    """
    first, last = layout.first[segment], layout.last[segment]
    j0, j1 = layout.job_at[segment], layout.job_at[segment + 1]
    v0 = layout.place_at[segment]
    places = layout.place_at[segment + 1] - v0
    pairs = layout.pair_at[segment]
    detour = layout.detour[segment]
    least = NEVER if detour < 0 else -detour
    days = last - first + 2
    most_gap = 0
    for pair in range(pairs, pairs + places * places):
        if layout.gap[pair] > most_gap:
            most_gap = layout.gap[pair]
    size = 1024
    value = np.empty(size, np.int64)
    mask0 = np.empty(size, np.int64)
    mask1 = np.empty(size, np.int64)
    previous = np.empty(size, np.int32)
    local_job = np.empty(size, np.int32)
    start_day = np.empty(size, np.int32)
    following = np.empty(size, np.int32)
    alive = np.ones(size, np.bool_)
    head = np.full((days, places), -1, np.int32)
    labels = 0
    # Labels that are at a place and free: (label, value there); label -1 is the route's beginning.
    width = 64
    here_label = np.empty((places, width), np.int32)
    here_value = np.empty((places, width), np.int64)
    here = np.zeros(places, np.int64)
    best_end = np.full(places, threshold, np.int64)
    best_label = np.full(places, -2, np.int32)
    for today in range(days):
        day = first + today
        for source in range(-1, most_gap + 1):
            # source -1: stays that ended here yesterday, and beginnings; then arrivals by free days.
            for origin in range(places):
                if source < 0:
                    label = head[today, origin]
                elif today - source >= 0:
                    label = head[today - source, origin]
                else:
                    continue
                beginning = source < 0 and layout.ready[v0 + origin] == day
                while label >= 0 or beginning:
                    if beginning:
                        low, high, base, me = origin, origin + 1, -layout.out[v0 + origin], -1
                        m0 = m1 = np.int64(0)
                    else:
                        me = label
                        label = following[label]
                        if not alive[me]:
                            continue
                        m0, m1, base = mask0[me], mask1[me], value[me]
                        if source < 0:
                            low, high = origin, origin + 1
                            ending = base - layout.back[v0 + origin]
                            if day - 1 <= layout.close[v0 + origin] and ending > best_end[origin]:
                                best_end[origin] = ending
                                best_label[origin] = me
                        else:
                            low, high = 0, places
                    beginning = False
                    for to in range(low, high):
                        mine = base
                        if source >= 0:
                            if to == origin or layout.gap[pairs + origin * places + to] != source:
                                continue
                            mine = base - layout.cost[pairs + origin * places + to]
                        if mine + start_best[today, to] <= threshold:
                            continue
                        dominated = False
                        slot = 0
                        while slot < here[to]:
                            other = here_label[to, slot]
                            o0 = mask0[other] if other >= 0 else np.int64(0)
                            o1 = mask1[other] if other >= 0 else np.int64(0)
                            slack = here_value[to, slot] - mine
                            if slack >= 0:
                                if _covers(slack, o0, o1, m0, m1, bit_job, job_best, today, detour):
                                    dominated = True
                                    stayed = source < 0 and me >= 0 and other >= 0
                                    if stayed and layout.at[j0 + local_job[other]] == to:
                                        # One that has stayed here too travels no worse either.
                                        alive[me] = False
                                    break
                                slot += 1
                            elif _covers(-slack, m0, m1, o0, o1, bit_job, job_best, today, detour):
                                here[to] -= 1
                                here_label[to, slot] = here_label[to, here[to]]
                                here_value[to, slot] = here_value[to, here[to]]
                            else:
                                slot += 1
                        if dominated:
                            continue
                        if here[to] == width:
                            wider = np.empty((places, 2 * width), np.int32)
                            wider[:, :width] = here_label
                            here_label = wider
                            wider_value = np.empty((places, 2 * width), np.int64)
                            wider_value[:, :width] = here_value
                            here_value = wider_value
                            width *= 2
                        here_label[to, here[to]] = me
                        here_value[to, here[to]] = mine
                        here[to] += 1
        for place in range(places):
            for slot in range(here[place]):
                if here_value[place, slot] > reach[today, place]:
                    reach[today, place] = here_value[place, slot]
        if today == days - 1:
            break
        for local in range(j1 - j0):
            job = layout.jobs[j0 + local]
            end = end_day(layout, job, day)
            if end < 0 or end > last:
                continue
            earn = price[job] - stay_price(layout, job, day, end, room_price, pool_price)
            if earn <= least:
                continue
            place = layout.at[j0 + local]
            after = end + 1 - first
            for slot in range(here[place]):
                mine = here_value[place, slot] + earn
                if mine + after_best[after, place] <= threshold:
                    continue
                other = here_label[place, slot]
                m0 = mask0[other] if other >= 0 else np.int64(0)
                m1 = mask1[other] if other >= 0 else np.int64(0)
                set0 = set1 = np.int64(0)
                if bit0[local] >= 0:
                    full = True
                    for bit in range(bit0[local], bit0[local] + bit_count[local]):
                        if bit < BITS:
                            if (m0 >> bit) & 1 == 0:
                                set0 = np.int64(1) << bit
                                full = False
                                break
                        elif (m1 >> (bit - BITS)) & 1 == 0:
                            set1 = np.int64(1) << (bit - BITS)
                            full = False
                            break
                    if full:
                        continue
                m0 = (m0 & keep0[local]) | set0
                m1 = (m1 & keep1[local]) | set1
                dominated = False
                other = head[after, place]
                while other >= 0:
                    if alive[other]:
                        slack = value[other] - mine
                        if slack >= 0:
                            if _covers(
                                slack, mask0[other], mask1[other], m0, m1, bit_job, job_best, after, detour
                            ):
                                dominated = True
                                break
                        elif _covers(
                            -slack, m0, m1, mask0[other], mask1[other], bit_job, job_best, after, detour
                        ):
                            alive[other] = False
                    other = following[other]
                if dominated:
                    continue
                if labels >= most_labels:
                    return 1, 0, labels
                if labels == size:
                    size *= 2
                    value = _grown(value, size)
                    mask0 = _grown(mask0, size)
                    mask1 = _grown(mask1, size)
                    previous = _grown(previous, size)
                    local_job = _grown(local_job, size)
                    start_day = _grown(start_day, size)
                    following = _grown(following, size)
                    alive = _grown(alive, size)
                value[labels] = mine
                mask0[labels] = m0
                mask1[labels] = m1
                previous[labels] = here_label[place, slot]
                local_job[labels] = local
                start_day[labels] = day
                following[labels] = head[after, place]
                alive[labels] = True
                head[after, place] = labels
                labels += 1
    order = np.argsort(-best_end)
    count = 0
    for rank in range(places):
        label = best_label[order[rank]]
        if count >= most or label < 0:
            break
        length = 0
        while label >= 0:
            jobs_out[count, length] = local_job[label]
            starts_out[count, length] = start_day[label]
            length += 1
            label = previous[label]
        length_out[count] = length
        value_out[count] = best_end[order[rank]]
        count += 1
    return 0, count, labels


@njit(cache=True, nogil=True)
def _grown(array: Flat, size: int) -> Flat:
    larger = np.empty(size, array.dtype)
    larger[: len(array)] = array
    return larger
