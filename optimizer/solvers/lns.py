"""
Large neighbourhood search: take the visits of a few units out, fill the gap anew, keep what pays.

A move empties 1..4 segments that compete for the same jobs, whole or within a window of days, and
refills them one after the other by `best_routes`, each optimal given what the others hold.
Prizes and prices are blurred and partly replaced by dual prices, so that a unit leaves to the
others what they need more. Worse solutions are accepted with falling probability (annealing).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.crossover import crossing, differences, keep, take_better
from optimizer.solvers.flat_solution import FlatSolution, take, usage
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.routes import best_routes, end_day, reversed_cost, stay_price

FULL = 1 << 50
"""Price of a day on which a place or pool has nothing left: more than any route earns."""
NEARBY = 30
"""So many moves follow one another among segments that compete: what they look at is in the cache by then."""
MOST = 8
"""Most segments of one move."""
LOOK = 100
"""
Moves after which it is looked whether some part is better than in the best solution, though the whole is
not; as many as there are segments where these are more.
"""


@njit(cache=True, nogil=True)
def search(
    layout: Layout,
    related_at: Flat,
    related: Flat,
    seats: Flat,
    job_price: Flat,
    room_dual: Flat,
    pool_dual: Flat,
    least_share: float,
    most_share: float,
    equity_rate: float,
    equity_price: Flat,
    group: Flat,
    requested: Flat,
    served_before: Flat,
    here: FlatSolution,
    best: FlatSolution,
    best_value: float,
    moves: int,
    most: int,
    window: int,
    hot: float,
    cold: float,
    seed: int,
    room_price_sum: Flat,
    pool_price_sum: Flat,
    worthwhile: Flat,
    met_segment: Flat,
    met_routes: FlatSolution,
) -> tuple[float, int]:
    """
    Walk on from the solution in ``route_*`` (in place, each route in order of start).

    What is better than in ``best_*`` is written there, part by part, and routes that may be of use
    elsewhere to ``met_*``; returns the value of the best and the number of routes met.

    Parameters
    ----------
    related_at, related
        Per segment the segments that compete with it.
    seats
        Segments that moves begin with; they reach what competes with these too.
    job_price, room_dual, pool_dual
        Dual prices.
    least_share, most_share
        How far these replace prizes: a random share between the two, drawn for each segment.
    equity_rate, equity_price, group, requested, served_before
        The equity term and the dual share of each group in it; no groups without equity.
    moves, most, window
        Number of moves, most segments of one, and days of a window (0: always whole segments).
    hot, cold
        Temperatures at the first and the last move, in thousandths of a millipoint.
    room_price_sum, pool_price_sum
        The dual prices summed up to each day, as pricing has them.
    worthwhile
        Per segment the least value at the dual prices of a route to be met.
    """
    np.random.seed(seed)
    met = 0
    segments = len(layout.first)
    days = layout.room.shape[1]
    taken = usage(layout, here)
    used, room_left, pool_left, cost = taken
    route_job, route_start, route_length = here
    met_job, met_start, met_length = met_routes
    groups = len(requested)
    served = served_before.astype(np.float64)
    for job in range(len(group)):
        served[group[job]] += layout.people[job, 0]
    reverse = np.zeros(layout.longest, np.int64)
    if groups > 0:
        for job in range(len(group)):
            served[group[job]] += layout.people[job, used[job]] - layout.people[job, 0]
    total = -float(cost.sum()) + _equity(equity_rate, served, requested)
    for job in range(len(used)):
        for times in range(used[job]):
            total += layout.gain[job, times]
    # Segments in which the best solution may differ from this one.
    changed, changes, dirty, best_cost = differences(layout, here, best)
    if changes == 0:
        best_value = total
    memory = crossing(layout)
    look = max(LOOK, segments)
    old_job = np.zeros((MOST, layout.longest), np.int64)
    old_start = np.zeros((MOST, layout.longest), np.int64)
    old_length = np.zeros(MOST, np.int64)
    old_cost = np.zeros(MOST, np.int64)
    chosen = np.zeros(MOST, np.int64)
    out_job = np.zeros((1, layout.longest), np.int64)
    out_start = np.zeros((1, layout.longest), np.int64)
    out_length = np.zeros(1, np.int64)
    out_value = np.zeros(1, np.int64)
    room_price = np.zeros((len(layout.room), days + 1), np.int64)
    pool_price = np.zeros((len(layout.pool), days + 1), np.int64)
    prize = np.zeros(layout.gain.shape, np.int64)
    old_served = served.copy()
    middle = 0
    for move in range(moves):
        heat = hot * (cold / hot) ** (move / moves)
        if move % NEARBY == 0:
            middle = seats[np.random.randint(len(seats))]
        seat, around = middle, related_at[middle + 1] - related_at[middle]
        if around > 0 and move % NEARBY > 0:
            seat = related[related_at[middle] + np.random.randint(around)]
        chosen[0] = seat
        count = 1
        wanted = 1 + np.random.randint(most)
        competitors = related_at[seat + 1] - related_at[seat]
        if competitors == 0 and layout.job_at[seat + 1] == layout.job_at[seat]:
            continue
        tries = 0
        while count < wanted and tries < 4 * wanted and competitors > 0:
            tries += 1
            other = related[related_at[seat] + np.random.randint(competitors)]
            new = True
            for index in range(count):
                new = new and chosen[index] != other
            if new:
                chosen[count] = other
                count += 1
        for index in range(count - 1, 0, -1):
            swap = np.random.randint(index + 1)
            chosen[index], chosen[swap] = chosen[swap], chosen[index]
        low, high = 0, days - 1
        if window > 0:
            span = layout.last[seat] - layout.first[seat] + 1
            if span > window:
                low = layout.first[seat] + np.random.randint(span - window // 2) - window // 4
                high = low + window - 1
        # Take out.
        gain = 0.0
        if groups > 0:
            old_served[:] = served
            gain -= _equity(equity_rate, served, requested)
        for index in range(count):
            segment = chosen[index]
            length = route_length[segment]
            old_length[index] = length
            old_cost[index] = cost[segment]
            gain += cost[segment]
            for position in range(length):
                job, start = route_job[segment, position], route_start[segment, position]
                old_job[index, position], old_start[index, position] = job, start
                if start >= low and end_day(layout, job, start) <= high:
                    take(layout, job, start, used, room_left, pool_left, -1)
                    gain -= layout.gain[job, used[job]]
                    if groups > 0:
                        served[group[job]] -= (
                            layout.people[job, used[job] + 1] - layout.people[job, used[job]]
                        )
        # Fill anew.
        for index in range(count):
            segment = chosen[index]
            share = least_share + (most_share - least_share) * np.random.random()
            blur = 0.0 if np.random.random() < 0.3 else 0.1 * np.random.random()
            _prices(
                layout, segment, share, blur, used, room_left, pool_left, job_price, room_dual, pool_dual,
                equity_price, group, requested, low, high, prize, room_price, pool_price,
            )  # fmt: skip
            length = _refill(
                layout, segment, low, high, old_job[index], old_start[index], old_length[index], prize, used,
                room_price, pool_price, route_job[segment], route_start[segment],
                out_job, out_start, out_length, out_value,
            )  # fmt: skip
            route_length[segment] = length
            for position in range(length):
                job, start = route_job[segment, position], route_start[segment, position]
                reverse[length - 1 - position] = job
                if start >= low and end_day(layout, job, start) <= high:
                    gain += layout.gain[job, used[job]]
                    if groups > 0:
                        served[group[job]] += (
                            layout.people[job, used[job] + 1] - layout.people[job, used[job]]
                        )
                    take(layout, job, start, used, room_left, pool_left, 1)
            cost[segment] = reversed_cost(layout, segment, reverse, length)
            gain -= cost[segment]
            if met < len(met_length) and length > 0:
                worth = -cost[segment]
                for position in range(length):
                    job, start = route_job[segment, position], route_start[segment, position]
                    end = end_day(layout, job, start)
                    worth += job_price[job]
                    worth -= stay_price(layout, job, start, end, room_price_sum, pool_price_sum)
                if worth >= worthwhile[segment]:
                    met_segment[met], met_length[met] = segment, length
                    met_job[met, :length] = route_job[segment, :length]
                    met_start[met, :length] = route_start[segment, :length]
                    met += 1
        if groups > 0:
            gain += _equity(equity_rate, served, requested)
        if gain >= 0 or np.random.random() < np.exp(gain / heat):
            total += gain
            for index in range(count):
                if not dirty[chosen[index]]:
                    dirty[chosen[index]] = True
                    changed[changes] = chosen[index]
                    changes += 1
            if groups > 0:
                # The lowest coverage is one for all, and nothing can be told apart.
                if total > best_value + 0.5:
                    best_value = total
                    for index in range(changes):
                        dirty[changed[index]] = False
                        keep(changed[index], here, best)
                    changes = 0
            elif total > best_value + 0.5 or move % look == 0:
                best_value += take_better(
                    layout, memory, changed[:changes], dirty, here, taken, best, best_cost
                )
                kept = 0
                for index in range(changes):
                    if dirty[changed[index]]:
                        changed[kept] = changed[index]
                        kept += 1
                changes = kept
            continue
        for index in range(count):
            segment = chosen[index]
            for position in range(route_length[segment]):
                job, start = route_job[segment, position], route_start[segment, position]
                if start >= low and end_day(layout, job, start) <= high:
                    take(layout, job, start, used, room_left, pool_left, -1)
        for index in range(count):
            segment = chosen[index]
            route_length[segment] = old_length[index]
            cost[segment] = old_cost[index]
            for position in range(old_length[index]):
                job, start = old_job[index, position], old_start[index, position]
                route_job[segment, position], route_start[segment, position] = job, start
                if start >= low and end_day(layout, job, start) <= high:
                    take(layout, job, start, used, room_left, pool_left, 1)
        if groups > 0:
            served[:] = old_served
    return best_value, met


@njit(cache=True, nogil=True)
def _equity(rate: float, served: Flat, requested: Flat) -> float:
    if len(requested) == 0:
        return rate
    lowest = 1.0
    for group in range(len(requested)):
        lowest = min(lowest, served[group] / requested[group])
    return rate * lowest


@njit(cache=True, nogil=True)
def _prices(
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
    equity_price: Flat,
    group: Flat,
    requested: Flat,
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
        noise = 1.0 + blur * (np.random.random() - 0.5)
        for times in range(used[job], layout.copies[job]):
            worth = float(layout.gain[job, times])
            if len(requested) > 0:
                more = layout.people[job, times + 1] - layout.people[job, times]
                worth += equity_price[group[job]] * more / requested[group[job]]
            prize[job, times] = int(((1.0 - share) * worth + share * job_price[job]) * noise)
        # What others have done needs no prices.
        if used[job] == layout.copies[job]:
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
def _refill(
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
