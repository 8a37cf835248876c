"""
Large neighbourhood search: take the visits of a few units out, fill the gap anew, keep what pays.

A move empties 1..4 segments that compete for the same jobs, whole or within a window of days, and
refills them one after the other by `best_routes`, each optimal given what the others hold.
Prizes and prices are blurred and partly replaced by dual prices, so that a unit leaves to the
others what they need more. Worse solutions are accepted with falling probability (annealing). The lowest
coverage is felt softly: hot, as what it is worth to each city at the prices; cold, where the rate is
great beside a visit, as what it is.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.solvers.crossover import crossing, differences, take_better
from optimizer.solvers.flat_equity import FlatEquity, lowest_coverage, people_served, smoothed_equity
from optimizer.solvers.flat_solution import FlatSolution, take, usage
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.refill import refill, set_prices
from optimizer.solvers.routes import end_day, reversed_cost, stay_price

NEARBY = 30
"""So many moves follow one another among segments that compete: what they look at is in the cache by then."""
MOST = 8
"""Most segments of one move."""
SOFT = 50.0
"""Equity is felt in so many times the heat of moves: a visit changes it by more than it earns."""
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
    equity: FlatEquity,
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
    Walk on from the solution ``here``, in place.

    What is better than in ``best`` is written there, part by part, and routes that may be of use
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
    equity
        The equity term and its shares at the prices.
    best_value
        What the best solution is worth; no matter where it is the one to walk on from.
    moves, most, window
        Number of moves, most segments of one, and days of a window (0: always whole segments).
    hot, cold
        Temperatures at the first and the last move, in thousandths of a millipoint.
    room_price_sum, pool_price_sum
        The dual prices summed up to each day, as pricing has them.
    worthwhile
        Per segment the least value at the dual prices of a route to be met.
    met_segment, met_routes
        Segment and route of each route met; they end where there is no more room.
    """
    np.random.seed(seed)
    met = 0
    segments = len(layout.first)
    days, demand = layout.room.shape[1], layout.demand
    taken = usage(layout, here)
    used, room_left, pool_left, cost = taken
    route_job, route_start, route_length = here
    met_job, met_start, met_length = met_routes
    fair, group = len(equity.requested) > 0, equity.group
    served = people_served(layout, equity, used)
    reverse = np.zeros(layout.longest, np.int64)
    total = -float(cost.sum()) + equity.rate * lowest_coverage(equity, served)
    for job in range(len(used)):
        for times in range(used[job]):
            total += layout.gain[job, times]
    for segment in range(segments):
        total += layout.bonus[route_job[segment, : route_length[segment]]].sum()
    # Segments in which the best solution may differ from this one.
    changed, changes, dirty, best_cost = differences(layout, here, best)
    if changes == 0:
        best_value = total
    memory = crossing(layout, equity)
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
        old_served[:] = served
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
                    left = used[demand[job]]
                    gain -= layout.gain[job, left]
                    if fair:
                        served[group[job]] -= layout.people[job, left + 1] - layout.people[job, left]
        # Fill anew.
        for index in range(count):
            segment = chosen[index]
            share = least_share + (most_share - least_share) * np.random.random()
            blur = 0.0 if np.random.random() < 0.3 else 0.1 * np.random.random()
            set_prices(
                layout, segment, share, blur, used, room_left, pool_left, job_price, room_dual, pool_dual,
                equity, low, high, prize, room_price, pool_price,
            )  # fmt: skip
            length = refill(
                layout, segment, low, high, old_job[index], old_start[index], old_length[index], prize, used,
                room_price, pool_price, route_job[segment], route_start[segment],
                out_job, out_start, out_length, out_value,
            )  # fmt: skip
            route_length[segment] = length
            for position in range(length):
                job, start = route_job[segment, position], route_start[segment, position]
                reverse[length - 1 - position] = job
                if start >= low and end_day(layout, job, start) <= high:
                    done = used[demand[job]]
                    gain += layout.gain[job, done]
                    if fair:
                        served[group[job]] += layout.people[job, done + 1] - layout.people[job, done]
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
        felt = gain
        if fair:
            soft = SOFT * heat
            felt += smoothed_equity(equity, served, soft) - smoothed_equity(equity, old_served, soft)
            gain += equity.rate * (lowest_coverage(equity, served) - lowest_coverage(equity, old_served))
        if felt >= 0 or np.random.random() < np.exp(felt / heat):
            total += gain
            for index in range(count):
                if not dirty[chosen[index]]:
                    dirty[chosen[index]] = True
                    changed[changes] = chosen[index]
                    changes += 1
            if total > best_value + 0.5 or move % look == 0:
                best_value += take_better(
                    layout, equity, memory, changed[:changes], dirty, here, taken, best, best_cost
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
        served[:] = old_served
    return best_value, met
