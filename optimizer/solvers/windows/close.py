"""Closing the gap: every route that a better solution could use is written down, and the best are chosen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.core.result import FINE
from optimizer.solvers.windows.master import choose
from optimizer.solvers.windows.pricing import Pricing
from optimizer.solvers.windows.search import Column, WindowSearch

MOST_ROUTES = 40_000
LABELS = 3_000_000
PACKED = 2_000
"""Most routes of a packing that proves nothing."""
NODES = 300


class Closing:
    """
    Enumerates within the gap, again whenever the gap has become smaller.

    Parameters
    ----------
    search, pricing
        What is shared.
    remaining
        Seconds that are left.
    timed
        Whether programs end by the clock; if not, by a number of nodes.
    """

    def __init__(
        self, search: WindowSearch, pricing: Pricing, remaining: Callable[[], float], *, timed: bool
    ) -> None:
        self.search = search
        self.pricing = pricing
        self._remaining = remaining
        self._timed = timed
        self._tried: int | None = None

    def step(self) -> bool:
        """Try once for each slack; whether the search is over."""
        search = self.search
        slack = search.proof.fine - search.needed()
        if slack < 0:
            return search.closed()
        if self._tried is not None and slack >= self._tried:
            return False
        self._tried = slack
        found = self._all_within(slack)
        if found is None:
            return False
        search.collect(found)
        routes, proven = choose(search, [*found, *search.best_columns()], self._seconds(1.0), self._nodes(10))
        search.offer(routes)
        if proven:
            search.offer_enumeration(search.score)
        return proven

    def pack(self) -> bool:
        """Choose among the most promising routes met; whether that helped."""
        search = self.search
        proof = search.proof
        missed = []
        best = {int(k): int(b) for k, b in zip(search.layout.kind, proof.best, strict=True)}
        for column in search.columns():
            kind, route = column
            value = int(proof.duals.job[list(route)].sum()) - search.column_cost(column) * FINE
            missed.append((best[kind] - value, column))
        slack = proof.fine - search.needed()
        near = [entry for entry in missed if entry[0] <= slack]
        near.sort(key=lambda entry: entry[0])
        own = search.best_columns()
        chosen = dict.fromkeys([column for _, column in near[:PACKED]] + own)
        routes, _ = choose(search, list(chosen), self._seconds(0.15), self._nodes(1))
        return search.offer(routes)

    def _all_within(self, slack: int) -> list[Column] | None:
        search = self.search
        proof = search.proof
        found: list[Column] = []
        first = np.unique(search.layout.kind, return_index=True)[1]
        for kind, unit in enumerate(first.tolist()):
            least = int(proof.best[unit]) - slack
            routes = self.pricing.all_above(kind, proof.duals.job, least - 1, LABELS)
            if routes is None or len(found) + len(routes) > MOST_ROUTES:
                return None
            found += [(kind, route) for route in routes]
        return found

    def _seconds(self, share: float) -> float:
        return min(share * self._remaining(), 3600.0) if self._timed else 3600.0

    def _nodes(self, times: int) -> int | None:
        return None if self._timed else times * NODES
