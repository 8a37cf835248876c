"""Upper bounds, for many cells at once, on what an exchange there can gain."""

from __future__ import annotations

import numpy as np

from optimizer.explainer.cells import Cells
from optimizer.explainer.standing import Floats, Standing
from optimizer.openings import Bools, Ints

# Float sums of millipoints, and legs rounded one by one, stay within this of the exact score.
SLACK = 8.0
NEVER = -np.inf


def upper_bounds(standing: Standing, cells: Cells, own: Floats) -> Floats:
    """
    Of each cell the most that an exchange can gain; NEVER where pins or own classes are in the way.

    Parameters
    ----------
    standing, cells
        The plan, and where the class could be held.
    own
        The cells' `own_bounds`.
    """
    making_room, bonus = np.zeros(len(cells)), np.zeros(len(cells))
    for capacity in cells.capacities:
        cost = capacity.least_cost(cells.first, cells.last)
        # What the unit itself gives up may be what makes room, and is paid already.
        paid = np.flatnonzero(capacity.among(cells.low, cells.high))
        start, end = standing.first[cells.low[paid]], standing.last[cells.high[paid] - 1]
        cost[paid] = capacity.least_cost_besides(cells.first[paid], cells.last[paid], start, end)
        making_room = np.maximum(making_room, cost)
        bonus += capacity.bonus(cells.first, cells.last)
    bound = own - making_room + bonus + standing.stray_bonus
    fixed = standing.fixed_before[cells.high] > standing.fixed_before[cells.low]
    bound[fixed | _removes_own(standing, cells)] = NEVER
    return bound


def own_bounds(standing: Standing, cells: Cells) -> Floats:
    """Of each cell: people won and lost, legs and coverage, as far as the cell's own unit goes."""
    place, legs = standing.place, standing.legs
    unit, low, high = cells.unit, cells.low, cells.high
    home = standing.home_of[unit]
    to_venue, from_venue = legs.costs(cells.to_venue), legs.costs(cells.from_venue)
    over_home = standing.home_between(unit, standing.last[low - 1], cells.first)
    arrive = np.where(over_home, standing.to_home[low - 1] + to_venue[home], to_venue[place[low - 1]])
    over_home = standing.home_between(unit, cells.last, standing.first[high])
    leave = np.where(over_home, from_venue[home] + standing.from_home[high], from_venue[place[high]])
    driven = standing.arrive_before[high + 1] - standing.arrive_before[low]
    lost = standing.loss_before[high] - standing.loss_before[low]
    request = cells.request.id
    count = standing.classes[request]
    won = standing.value(request, count + 1) - standing.value(request, count)
    bound: Floats = won - lost + driven - arrive - leave + SLACK
    if standing.change:
        scenario = standing.scenario
        bound += np.array(
            [
                standing.change.most_gain(request, scenario.units[number].id, scenario.day(first))
                for number, first in zip(unit.tolist(), cells.first.tolist(), strict=True)
            ]
        )
    if standing.coverage.rate:
        bound += _coverage_bounds(standing, request, low, high)
    return bound


def _coverage_bounds(standing: Standing, request: str, low: Ints, high: Ints) -> Floats:
    coverage = standing.coverage
    city = coverage.city_of[request]
    count = standing.classes[request]
    added = standing.served(request, count + 1) - standing.served(request, count)
    mine = standing.city == city
    people = np.concatenate([[0], np.cumsum(np.where(mine, standing.people, 0))])
    left = coverage.served[city] + added - (people[high] - people[low])
    lowest = np.minimum(left / coverage.requested[city], coverage.lowest_without(city))
    # Each rotation of another city that goes holds the lowest coverage down by itself.
    ceiling = np.where(mine, 1.0, standing.left_alone)
    for step in range(int((high - low).max(initial=0))):
        slot = low + step
        inside = slot < high
        lowest = np.where(inside, np.minimum(lowest, ceiling[np.where(inside, slot, low)]), lowest)
    return coverage.upper_effect(np.minimum(lowest, 1.0))


def _removes_own(standing: Standing, cells: Cells) -> Bools:
    found = np.zeros(len(cells), dtype=bool)
    for index in standing.at_venue(cells.request.venue):
        if standing.rotations[index].request == cells.request.id:
            slot = standing.slot[index]
            found |= (cells.low <= slot) & (slot < cells.high)
    return found
