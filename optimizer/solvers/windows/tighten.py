"""Column generation: the linear program over routes and the pricing of new ones, until they agree."""

from __future__ import annotations

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.windows.master import Master
from optimizer.solvers.windows.pricing import Pricing, columns
from optimizer.solvers.windows.search import Column, WindowSearch

QUICK, EXACT = 60, 100
"""Most new routes of a kind in one round."""
GROWN = 15
"""Routes along whose cycles memories grow in one round."""


class Tightening:
    """
    One step is one round; each exact round gives a bound by weak duality.

    Attributes
    ----------
    solved
        Whether nothing is left to do: no route is worth more than the program says, or pricing
        has become too hard.
    """

    def __init__(self, search: WindowSearch) -> None:
        self.search = search
        self.pricing = Pricing(search)
        self.master = Master(search)
        self.solved = False
        self._met: list[Column] = []

    def step(self) -> None:
        """Solve the program, and price: by the routes that others met, quickly, or else exactly."""
        master, pricing = self.master, self.pricing
        master.solve()
        price, kept = master.prices(), master.kept()
        if self._use_met(price, kept):
            return
        kinds = range(len(kept))
        found = [c for k in kinds for c in columns(k, pricing.quick(k, price, int(kept[k]), QUICK))]
        if master.add_all(found):
            self.search.collect(found)
            return
        if not self.search.halt[0]:
            self._exactly(price, kept)

    def _use_met(self, price: Ints, kept: Ints) -> int:
        """Add the routes among all known that are of use at these prices."""
        search = self.search
        self._met += search.columns()[len(self._met) :]
        useful = []
        for column in self._met:
            kind, route = column
            worth = int(price[list(route)].sum()) - search.column_cost(column) * FINE
            if worth > kept[kind] + FINE:
                useful.append((worth - int(kept[kind]), column))
        useful.sort(reverse=True)
        return self.master.add_all(column for _, column in useful[:QUICK])

    def _exactly(self, price: Ints, kept: Ints) -> None:
        search, pricing = self.search, self.pricing
        best = kept.copy()
        new, grown, complete = 0, False, True
        for kind in range(len(kept)):
            priced = pricing.exact(kind, price, int(kept[kind]), EXACT)
            best[kind] = priced.most
            complete &= priced.complete
            found = columns(kind, priced.routes)
            search.collect(found)
            new += self.master.add_all(found)
            repeated = [route for route in priced.routes if len(set(route)) < len(route)]
            for route in repeated[:GROWN]:
                grown |= pricing.grow(route)
        if search.halt[0] and not complete:
            return
        search.offer_proof(search.proven(price, best))
        self.solved = not new and not grown
