"""
Best routes of one segment by dynamic programming over (day, place).

The program keeps one label per day and place, so a route that would do a job too often is
dropped rather than proven away: fast, and exact but for that. `labels.py` is the exact one.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.solvers.layout import NEVER, Days, Flat, Layout

Narrow = NDArray[np.int32]
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
def _open(
    layout: Layout, segment: int, first: int, last: int, prize: Flat, used: Flat
) -> tuple[Flat, Flat, Flat]:
    """The jobs still to be had, for each the rank of its place among places with such, and these places."""
    j0, j1 = layout.job_at[segment], layout.job_at[segment + 1]
    offered, place_of = np.empty(j1 - j0, np.int64), np.empty(j1 - j0, np.int64)
    number = np.full(layout.place_at[segment + 1] - layout.place_at[segment], -1, np.int64)
    offers = 0
    for local in range(j0, j1):
        job = layout.jobs[local]
        due = layout.job_first[job] <= last and layout.job_last[job] >= first
        done = used[layout.demand[job]]
        if due and done < layout.copies[job] and prize[job, done] > 0:
            offered[offers], place_of[offers] = job, layout.at[local]
            offers += 1
            number[layout.at[local]] = 0
    places = np.flatnonzero(number == 0)
    for here in range(len(places)):
        number[places[here]] = here
    return offered[:offers], number[place_of[:offers]], places


@njit(cache=True, nogil=True)
def _stays_that_pay(
    layout: Layout,
    offered: Flat,
    worth_of: Flat,
    first: int,
    last: int,
    room_price: Flat,
    pool_price: Flat,
) -> tuple[Narrow, Narrow, Narrow, Narrow, Flat]:
    """
    The stays that are worth more than room and pool, found job by job, as a list for each day.

    Returns
    -------
    tuple of arrays
        Of each day the stay to begin with; of each stay the next one, the rank of its job among those
        offered, its end and its price.
    """
    most = 0
    for job in offered:
        most += min(layout.job_last[job], last) - max(layout.job_first[job], first) + 1
    newest = np.full(last - first + 2, -1, np.int32)
    before, rank_of, end_on = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    price_of = np.empty(most, np.int64)
    found = 0
    for rank in range(len(offered) - 1, -1, -1):
        job = offered[rank]
        due = min(layout.job_last[job], last)
        kind, place, row = layout.job_class[job], layout.job_place[job], layout.job_pool[job]
        for day in range(max(layout.job_first[job], first), due + 1):
            end = layout.class_end[kind, day]
            if end < 0 or end > due:
                continue
            price = room_price[place, end + 1] - room_price[place, day]
            price += pool_price[row, end + 1] - pool_price[row, day]
            if price < worth_of[rank]:
                rank_of[found], end_on[found], price_of[found] = rank, end, price
                before[found], newest[day - first] = newest[day - first], found
                found += 1
    return newest, before, rank_of, end_on, price_of


@njit(cache=True, nogil=True)
def _arrive(
    cost: Flat,
    gap: Days,
    pairs: int,
    places: int,
    open_places: Flat,
    day: int,
    leg: int,
    even: bool,
    leave_first: Narrow,
    leave_next: Narrow,
    done: Flat,
    come: Flat,
    come_from: Narrow,
) -> None:
    """Who went on elsewhere on ``day`` and takes ``leg`` days there is there now; ``even``: all legs do."""
    count_open = len(open_places)
    label = leave_first[day]
    while label >= 0:
        here, value = label - day * count_open, done[label]
        row = pairs + open_places[here] * places
        if even and value <= come[here]:
            # Who came by goes on no worse, but to the place come from, where a job is done already.
            to = come_from[here] % count_open if come_from[here] >= 0 else here
            there = value - cost[row + open_places[to]]
            if there > come[to] and to != here:
                come[to], come_from[to] = there, label
        else:
            for to in range(count_open):
                there = value - cost[row + open_places[to]]
                if there > come[to] and to != here and (even or gap[row + open_places[to]] == leg):
                    come[to], come_from[to] = there, label
        label = leave_next[label]


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
        What the (k+1)-th visit of its demand earns when it is to that job, shape (jobs, copies).
    used
        Visits of each demand elsewhere; the first one here, to job *j* of demand *d*, earns
        ``prize[j, used[d]]``.
    room_price, pool_price
        Prices summed up to each day (column t: days before t), shape (.., horizon + 1).
    jobs_out, starts_out, length_out, value_out
        Where the routes are written, latest visit first; ``most`` rows of ``layout.longest``.

    Returns
    -------
    int
        Number of routes written; each is worth more than the empty route.
    """
    places = len(out)
    pairs = layout.pair_at[segment]
    days = last - first + 2
    if days < 2:
        return 0
    offered, here_of, open_places = _open(layout, segment, first, last, prize, used)
    ranks, count_open = len(offered), len(open_places)
    worth_of, left_of, kin = np.empty(ranks, np.int64), np.empty(ranks, np.int64), np.arange(ranks)
    for rank in range(ranks):
        job = offered[rank]
        demand = layout.demand[job]
        worth_of[rank], left_of[rank] = prize[job, used[demand]], layout.copies[job] - used[demand]
        if demand != job:
            # A route does one of a demand's jobs as if it did any: the first that is offered stands for all.
            other = 0
            while layout.demand[offered[other]] != demand:
                other += 1
            kin[rank] = other
    newest, before, rank_of, end_on, price_of = _stays_that_pay(
        layout, offered, worth_of, first, last, room_price, pool_price
    )
    # A label is an open place on a day, numbered day by day; each day's form a list.
    size = days * count_open
    done = np.full(size, NEVER, np.int64)
    done_rank, done_start = np.empty(size, np.int32), np.empty(size, np.int32)
    done_from, done_next = np.empty(size, np.int32), np.empty(size, np.int32)
    done_last = np.full(days, -1, np.int32)
    # Which jobs the route of a label may hold: looked at before the route itself is.
    marks = np.empty(size, np.int64)
    # Labels that go on elsewhere, a list for each day too, the best one first.
    leave_next, leave_first = np.empty(size, np.int32), np.full(days, -1, np.int32)
    stay, stay_from = np.full(count_open, NEVER, np.int64), np.full(count_open, -1, np.int32)
    come, come_from = np.full(count_open, NEVER, np.int64), np.full(count_open, -1, np.int32)
    final, final_from = np.full(count_open, NEVER, np.int64), np.full(count_open, -1, np.int32)
    cost, gap = layout.cost, layout.gap
    least, longest = layout.leg_least[segment], layout.leg_most[segment]
    late = (ready > first).any()
    for today in range(days):
        if today == 0 or late:
            for here in range(count_open):
                place = open_places[here]
                if max(ready[place] - first, 0) == today and -out[place] > come[here]:
                    come[here], come_from[here] = -out[place], -1
        for leg in range(max(least, 1), min(longest, today) + 1):
            _arrive(
                cost, gap, pairs, places, open_places, today - leg, leg, least == longest,
                leave_first, leave_next, done, come, come_from,
            )  # fmt: skip
        label = done_last[today]
        while label >= 0:
            here, value = label - today * count_open, done[label]
            place = open_places[here]
            if value - back[place] > final[here] and first + today - 1 <= close[place]:
                final[here], final_from[here] = value - back[place], label
            if value > stay[here]:
                stay[here], stay_from[here] = value, label
                # Who is here by way of elsewhere by now goes on from there no worse.
                if value > come[here]:
                    head = leave_first[today]
                    if head < 0 or value > done[head]:
                        leave_next[label], leave_first[today] = head, label
                    else:
                        leave_next[label], leave_next[head] = leave_next[head], label
            label = done_next[label]
        if least == 0:
            _arrive(
                cost, gap, pairs, places, open_places, today, 0, longest == 0,
                leave_first, leave_next, done, come, come_from,
            )  # fmt: skip
        offer = newest[today]
        while offer >= 0:
            rank, end, price = rank_of[offer], end_on[offer], price_of[offer]
            offer = before[offer]
            here = here_of[rank]
            after = (end + 1 - first) * count_open + here
            top = worth_of[rank] - price
            mark = np.int64(1) << (kin[rank] % MARKS)
            # Two ways to be here; the better one first, the other where the job is used up in it.
            for way in range(2):
                if (way == 0) == (stay[here] >= come[here]):
                    base, node = stay[here], stay_from[here]
                else:
                    base, node = come[here], come_from[here]
                if base + top <= done[after] or base <= NEVER // 2:
                    break
                held = marks[node] if node >= 0 else np.int64(0)
                value = base + top
                if held & mark != 0:
                    if left_of[rank] == 1 and ranks <= MARKS:
                        continue
                    step, times = node, 0
                    while step >= 0:
                        if kin[done_rank[step]] == kin[rank]:
                            times += 1
                        step = done_from[step]
                    if times >= left_of[rank]:
                        continue
                    job = offered[rank]
                    value = base + prize[job, used[layout.demand[job]] + times] - price
                if value > done[after]:
                    if done[after] == NEVER:
                        done_next[after], done_last[end + 1 - first] = done_last[end + 1 - first], after
                    done[after] = value
                    done_rank[after], done_start[after], done_from[after] = rank, first + today, node
                    marks[after] = held | mark
                break
    order = np.argsort(-final)
    count = 0
    for rank in range(count_open):
        here = order[rank]
        if count >= most or final[here] <= -empty or final_from[here] < 0:
            break
        step, length = final_from[here], 0
        while step >= 0:
            jobs_out[count, length] = offered[done_rank[step]]
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
