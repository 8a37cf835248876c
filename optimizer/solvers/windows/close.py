"""Closing the gap: every route that a better solution could use is written down, and the best are chosen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.solvers.windows.master import choose
from optimizer.solvers.windows.pricing import Pricing
from optimizer.solvers.windows.routes import Column
from optimizer.solvers.windows.search import WindowSearch

MOST_ROUTES = 40_000
LABELS = 3_000_000
PACKED = 2_000
"""Most routes of a packing that proves nothing."""
CHOOSING, PACKING = 0.3, 0.1
"""Most of the time left that a choice takes among all routes that may be of use, and among some."""
NODES = 300
AGAIN = 0.7
"""After routes were too many, it is tried again when the slack is no more than that share of what it was."""


class Closing:
    """
    Enumerates within the gap, again whenever the gap has become smaller.

    Parameters
    ----------
    search
        What is shared.
    remaining
        Seconds that are left.
    timed
        Whether programs end by the clock; if not, by a number of nodes.
    """

    def __init__(self, search: WindowSearch, remaining: Callable[[], float], *, timed: bool) -> None:
        self.search = search
        # One of its own, for others look at the routes of a case; and what is worth most by itself at the
        # prices may leave out a job that a solution does.
        self.pricing = Pricing(search, every=True)
        self._remaining = remaining
        self._timed = timed
        self._tried: int | None = None

    def step(self) -> bool:
        """Try once for each slack; whether the search is over."""
        search = self.search
        slack = search.proof.fine - search.needed()
        if slack < 0:
            return search.closed()
        if self._tried is not None and slack > AGAIN * self._tried:
            return False
        self._tried = slack
        found = self._all_within(slack)
        if found is None:
            return False
        search.collect(found)
        found += search.best_columns()
        routes, proven = choose(search, found, self._seconds(CHOOSING), self._nodes(10))
        search.offer(routes)
        if proven:
            search.offer_enumeration(search.score)
        return proven

    def pack(self) -> bool:
        """Choose among the most promising routes met; whether that helped."""
        search = self.search
        prices, proof = search.prices, search.proof
        columns, kind, worth = search.met_values(prices)
        missed = proof.best[search.layout.first_of_kind][kind] - worth
        near = np.flatnonzero(missed <= proof.fine - search.needed())
        near = near[np.argsort(missed[near], kind="stable")][:PACKED]
        own = search.best_columns()
        chosen = dict.fromkeys([columns[number] for number in near.tolist()] + own)
        routes, _ = choose(search, list(chosen), self._seconds(PACKING), self._nodes(1))
        return search.offer(routes)

    def _all_within(self, slack: int) -> list[Column] | None:
        search = self.search
        prices, proof = search.prices, search.proof
        found: list[Column] = []
        for kind, unit in enumerate(search.layout.first_of_kind.tolist()):
            least = int(proof.best[unit]) - slack
            routes = self.pricing.all_above(kind, prices, least - 1, LABELS)
            if routes is None or len(found) + len(routes) > MOST_ROUTES:
                return None
            found += [(kind, route) for route in routes]
        return found

    def _seconds(self, share: float) -> float:
        return min(share * self._remaining(), 3600.0) if self._timed else 3600.0

    def _nodes(self, times: int) -> int | None:
        return None if self._timed else times * NODES
