"""
The most that a route through a network can be worth, shown from above until it meets a floor.

A route visits each request only so often. Forgetting that, two plain programs over the days give
for each stay the best that can come before it and after it; stays on no route worth more than the
floor are struck out. Then labels walk the days to and fro. A label remembers some of what it has
done: only requests that routes were caught repeating, and only past stays that lay between the two
(Righini & Salani 2008; Baldacci, Mingozzi & Roberti 2011). The labels of each walk bound the next,
which goes the other way, and strike out more stays, until no route above the floor is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.certificate.network import Network
from optimizer.certificate.roads import NEVER
from optimizer.certificate.walk import Memory, Walk

MOST_LABELS = 3_000_000
"""Work after which a network is given up: about a minute."""
LOOK = 1000
"""Routes of each walk that are looked through: for the best without repetitions, to learn from the others."""


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was shown about a network.

    Parameters
    ----------
    worth
        No route is worth more; never below the floor.
    settled
        Whether this is the floor, or the worth of a real route; if not, the work was too much.
    """

    worth: int
    settled: bool


def most_worth(network: Network, floor: int, most_labels: int = MOST_LABELS) -> Found:
    """
    The most that a route is worth, or the floor if none is worth more than that.

    Parameters
    ----------
    network
        Stays and legs at given prices.
    floor
        The value of interest, in thousandths of a millipoint: the nearer to the best, the less work.
    most_labels
        Work after which to give up.
    """
    floor = max(floor, network.idle)
    before, after = plain_bounds(network), plain_bounds(network.mirrored())
    through = [b + visit.earns + a for b, visit, a in zip(before, network.visits, after, strict=True)]
    limit = max(through, default=floor)
    memory = Memory(network.often)
    while True:
        live = [n for n, visit in enumerate(network.visits) if before[n] + visit.earns + after[n] > floor]
        network = network.with_visits(tuple(network.visits[n] for n in live))
        before, after = [before[n] for n in live], [after[n] for n in live]
        walk = Walk(network, after, floor, memory)
        if not walk.run(most_labels):
            return Found(limit, settled=False)
        if not walk.complete:
            return Found(floor, settled=True)
        most_labels -= walk.labels
        routes = walk.best_routes(LOOK)
        limit = routes[0][0]
        floor = max([floor] + [worth for worth, route in routes if not memory.repeats(route)])
        for worth, route in routes:
            if worth > floor:
                memory.learn(route)
        before = [min(pair) for pair in zip(before, walk.before, strict=True)]
        network, before, after = network.mirrored(), after, before


def plain_bounds(network: Network) -> list[int]:
    """
    The most that a route can be worth on arriving at each visit, repetitions allowed.

    Visits that no route reaches get a value far below all others.
    """
    places = len(network.out)
    elsewhere = ~np.eye(places, dtype=bool)
    legs = [
        (int(gap), np.where((network.gap == gap) & elsewhere, -network.cost, NEVER))
        for gap in np.unique(network.gap[elsewhere])
        if gap < network.days
    ]
    # Worth of routes that are free at a place on a day, and of those that wait there or come by then.
    freed = np.full((network.days + 1, places), NEVER, dtype=np.int64)
    here = np.full(places, NEVER, dtype=np.int64)
    bounds = [NEVER] * len(network.visits)
    order = sorted(range(len(bounds)), key=lambda number: network.visits[number].start)
    today = -1
    for number in order:
        _, free, _, place, earns = network.visits[number]
        while today < network.visits[number].start:
            today += 1
            np.maximum(here, freed[today], out=here)
            np.maximum(here, np.where(network.ready == today, -network.out, NEVER), out=here)
            for gap, worth in legs:
                if gap <= today:
                    np.maximum(here, (freed[today - gap][:, None] + worth).max(axis=0), out=here)
        if here[place] > NEVER // 2:
            bounds[number] = int(here[place])
            freed[free, place] = max(freed[free, place], bounds[number] + earns)
    return bounds
