"""
Best routes of one segment by dynamic programming over (day, place).

The program keeps one label per day and place, so a route that would do a job too often is
dropped rather than proven away: fast, and exact but for that. `labels.py` is the exact one.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.layout import NEVER, Flat, Layout

MARKS = 62
"""Jobs that share a bit of a label's marks are so many apart."""


@njit(cache=True, nogil=True)
def end_day(layout: Layout, job: int, start: int) -> int:
    """Last day of a job that starts on a day, -1 where it may not."""
    if start < layout.job_first[job]:
        return -1
    end = layout.class_end[layout.job_class[job], start]
    return int(end) if end <= layout.job_last[job] else -1


@njit(cache=True, nogil=True)
def stay_price(layout: Layout, job: int, start: int, end: int, room_price: Flat, pool_price: Flat) -> int:
    """What room and pool cost for a job from ``start`` to ``end``, at prices summed up to each day."""
    place, group = layout.job_place[job], layout.job_pool[job]
    return int(
        room_price[place, end + 1]
        - room_price[place, start]
        + pool_price[group, end + 1]
        - pool_price[group, start]
    )


@njit(cache=True, nogil=True)
def best_routes(
    layout: Layout,
    segment: int,
    first: int,
    last: int,
    out: Flat,
    back: Flat,
    ready: Flat,
    close: Flat,
    empty: int,
    prize: Flat,
    used: Flat,
    room_price: Flat,
    pool_price: Flat,
    most: int,
    jobs_out: Flat,
    starts_out: Flat,
    length_out: Flat,
    value_out: Flat,
) -> int:
    """
    Up to ``most`` routes of high value that end at different places, best first.

    Parameters
    ----------
    first, last, out, back, ready, close, empty
        The stretch of days to fill and its two ends, in the manner of ``Layout``; the whole segment
        or the part between two stays that are kept.
    prize
        What the (k+1)-th visit of a job earns, shape (jobs, copies).
    used
        Visits of each job elsewhere; the first one here earns ``prize[j, used[j]]``.
    room_price, pool_price
        Prices summed up to each day (column t: days before t), shape (.., horizon + 1).
    jobs_out, starts_out, length_out, value_out
        Where the routes are written, latest visit first; ``most`` rows of ``layout.longest``.

    Returns
    -------
    int
        Number of routes written; each is worth more than the empty route.
    """
    j0, j1 = layout.job_at[segment], layout.job_at[segment + 1]
    places = len(out)
    pairs = layout.pair_at[segment]
    days = last - first + 2
    if days < 2 or j1 == j0:
        return 0
    # Most jobs are done by others, or worth nothing here; and places without any are left out.
    offered = np.empty(j1 - j0, np.int64)
    offers = 0
    number = np.full(places, -1, np.int64)
    for local in range(j0, j1):
        job = layout.jobs[local]
        due = layout.job_first[job] <= last and layout.job_last[job] >= first
        if due and used[job] < layout.copies[job] and prize[job, used[job]] > 0:
            offered[offers] = local
            offers += 1
            number[layout.at[local]] = 0
    open_places = np.flatnonzero(number == 0)
    count_open = len(open_places)
    for here in range(count_open):
        number[open_places[here]] = here
    # A label is an open place on a day, numbered day by day.
    size = days * count_open
    done = np.full(size, NEVER, np.int64)
    done_job = np.full(size, -1, np.int32)
    done_start = np.zeros(size, np.int32)
    done_from = np.full(size, -1, np.int32)
    # Which jobs the route of a label may hold: looked at before the route itself is.
    marks = np.zeros(size, np.int64)
    arrive = np.full(size, NEVER, np.int64)
    arrive_from = np.full(size, -1, np.int32)
    stay = np.full(count_open, NEVER, np.int64)
    stay_from = np.full(count_open, -1, np.int32)
    come = np.full(count_open, NEVER, np.int64)
    come_from = np.full(count_open, -1, np.int32)
    final = np.full(count_open, NEVER, np.int64)
    final_from = np.full(count_open, -1, np.int32)
    for here in range(count_open):
        opening = ready[open_places[here]] - first
        if opening < days:
            arrive[opening * count_open + here] = -out[open_places[here]]
    for today in range(days):
        now = today * count_open
        for here in range(count_open):
            value = done[now + here]
            if value > NEVER:
                place = open_places[here]
                if first + today - 1 <= close[place]:
                    ending = value - back[place]
                    if ending > final[here]:
                        final[here] = ending
                        final_from[here] = now + here
                if value > stay[here]:
                    stay[here] = value
                    stay_from[here] = now + here
                    # Who is here by way of elsewhere by now goes on from there no worse.
                    if value <= come[here] or value <= arrive[now + here]:
                        continue
                    row = pairs + place * places
                    for to in range(count_open):
                        if to == here:
                            continue
                        when = now + layout.gap[row + open_places[to]] * count_open
                        if when < size:
                            there = value - layout.cost[row + open_places[to]]
                            if there > arrive[when + to]:
                                arrive[when + to] = there
                                arrive_from[when + to] = now + here
        for here in range(count_open):
            if arrive[now + here] > come[here]:
                come[here] = arrive[now + here]
                come_from[here] = arrive_from[now + here]
        if today == days - 1:
            break
        day = first + today
        for local in offered[:offers]:
            job = layout.jobs[local]
            end = end_day(layout, job, day)
            if end < 0 or end > last:
                continue
            price = stay_price(layout, job, day, end, room_price, pool_price)
            top = prize[job, used[job]] - price
            if top <= 0:
                continue
            here = number[layout.at[local]]
            after = (end + 1 - first) * count_open + here
            left = layout.copies[job] - used[job]
            mark = np.int64(1) << ((local - j0) % MARKS)
            # Two ways to be here; the better one first, the other where the job is used up in it.
            for way in range(2):
                if (way == 0) == (stay[here] >= come[here]):
                    base, node = stay[here], stay_from[here]
                else:
                    base, node = come[here], come_from[here]
                if base + top <= done[after] or base <= NEVER // 2:
                    break
                before = marks[node] if node >= 0 else np.int64(0)
                times = 0
                if before & mark != 0:
                    step = node
                    while step >= 0:
                        if done_job[step] == job:
                            times += 1
                        step = done_from[step]
                    if times >= left:
                        continue
                value = base + prize[job, used[job] + times] - price
                if value > done[after]:
                    done[after] = value
                    done_job[after] = job
                    done_start[after] = day
                    done_from[after] = node
                    marks[after] = before | mark
                break
    order = np.argsort(-final)
    count = 0
    for rank in range(count_open):
        here = order[rank]
        if count >= most or final[here] <= -empty or final_from[here] < 0:
            break
        step, length = final_from[here], 0
        while step >= 0:
            jobs_out[count, length] = done_job[step]
            starts_out[count, length] = done_start[step]
            length += 1
            step = done_from[step]
        length_out[count] = length
        value_out[count] = final[here]
        count += 1
    return count


@njit(cache=True, nogil=True)
def reversed_cost(layout: Layout, segment: int, jobs: Flat, length: int) -> int:
    """Transition costs of a route written latest visit first."""
    if length == 0:
        return int(layout.empty[segment])
    v0 = layout.place_at[segment]
    places = layout.places[v0 : layout.place_at[segment + 1]]
    pairs, size = layout.pair_at[segment], len(places)
    here = np.searchsorted(places, layout.job_place[jobs[length - 1]])
    total = layout.out[v0 + here]
    for position in range(length - 2, -1, -1):
        there = np.searchsorted(places, layout.job_place[jobs[position]])
        if there != here:
            total += layout.cost[pairs + here * size + there]
        here = there
    return int(total + layout.back[v0 + here])


@njit(cache=True, nogil=True)
def price_segments(
    layout: Layout,
    segments: Flat,
    prize: Flat,
    used: Flat,
    room_price: Flat,
    pool_price: Flat,
    most: int,
    jobs_out: Flat,
    starts_out: Flat,
    length_out: Flat,
    value_out: Flat,
    count_out: Flat,
) -> None:
    """``best_routes`` of whole segments, one after the other; row *i* of the outputs is segment *i*'s."""
    for segment in segments:
        a, b = layout.place_at[segment], layout.place_at[segment + 1]
        count_out[segment] = best_routes(
            layout,
            segment,
            layout.first[segment],
            layout.last[segment],
            layout.out[a:b],
            layout.back[a:b],
            layout.ready[a:b],
            layout.close[a:b],
            layout.empty[segment],
            prize,
            used,
            room_price,
            pool_price,
            most,
            jobs_out[segment],
            starts_out[segment],
            length_out[segment],
            value_out[segment],
        )
