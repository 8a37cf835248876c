"""
Column generation: the linear program over routes and the pricing of new ones, until they agree.

The program also takes routes that repeat jobs as far as memories let them. Where its solution does so,
memories grow along the cycles, and such routes go (Roberti & Mingozzi 2014).
"""

from __future__ import annotations

import numpy as np

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.windows.cases import Case
from optimizer.solvers.windows.master import POINT, Master
from optimizer.solvers.windows.pricing import Pricing, elementary
from optimizer.solvers.windows.routes import Column, Prices
from optimizer.solvers.windows.search import WindowSearch

USED, QUICK, EXACT = 100, 30, 20
"""Most new routes in one round of those met, and of a kind of those found quickly and exactly."""
QUICK_ROUNDS = 2
"""Rounds of quick pricing between two exact ones."""
BLEND = 0.5
"""Share of the prices of the best bound in those at which routes are looked for."""
NEAR = 1e-7
"""The linear program counts as solved when its value is that near to the bound."""
ROWS = 30
"""Most rows added at once."""


class Tightening:
    """
    One step is one round; each exact round gives a bound by weak duality.

    Attributes
    ----------
    fine
        The bound on what solutions of the case are worth beyond the base, in thousandths.
    solved
        Whether no route is worth more than the program says, or pricing has become too hard.
    """

    def __init__(self, search: WindowSearch) -> None:
        self.search = search
        self.pricing = Pricing(search)
        self.master = Master(search)
        self._case: Case | None = None
        self.fine = search.proof.fine
        self.solved = False
        # Whether no label was left out when it was solved.
        self._complete = True
        self._blend = BLEND
        self._quick = 0

    def enter(self, case: Case, fine: int) -> None:
        """Go on with that case, of which a bound is known."""
        self._case = case
        self.master.enter(case)
        self.pricing.enter(case)
        self.fine = fine
        self.solved = False
        self._blend = 0.0

    def renew(self) -> None:
        """Begin a new program with the routes that can be in a better solution, and the rows in use."""
        search, old = self.search, self.master
        slack = search.proof.fine - search.needed()
        missed = search.proof.best[search.layout.first_of_kind][old.routes.kind]
        missed = missed - old.routes.values(search.prices)
        near = np.flatnonzero((missed <= slack) & ~old.forbidden)
        self.master = Master(search, old.rows_in_use())
        self.master.add_all(old.routes.columns[number] for number in near.tolist())

    def add_rows(self) -> bool:
        """Add rows that the program breaks, where the case is solved; whether there were any."""
        if self.solved and self._complete and self.master.add_rows(ROWS):
            self.solved = False
        return not self.solved

    def step(self) -> None:
        """Solve the program, and price: by the routes that others met, quickly, or else exactly."""
        master, pricing, search = self.master, self.pricing, self.search
        value = master.solve()
        prices, kept = master.prices(), master.kept()
        if self._case is None and self._use_met(prices, kept):
            return
        if self._blend:
            prices, kept = self._blended(prices, kept)
        found: list[Column] = []
        if self._quick < QUICK_ROUNDS:
            kinds = range(len(kept))
            found = [(k, route) for k in kinds for route in pricing.quick(k, prices, int(kept[k]), QUICK)]
            search.collect(found)
        if master.add_all(found):
            self._quick += 1
        elif not search.halt[0]:
            self._quick = 0
            self._exactly(prices, kept, value)

    def _blended(self, prices: Prices, kept: Ints) -> tuple[Prices, Ints]:
        """
        Prices between the program's and those of the best bound, which jump about less.

        Any route that is worth more than what is kept then is so at the program's prices too, for at the
        others none is (Wentges 1997; Pessoa, Sadykov, Uchoa & Vanderbeck 2018).
        """
        search, share = self.search, self._blend
        job = np.rint(share * search.prices.job + (1 - share) * prices.job).astype(np.int64)
        best = search.proof.best[search.layout.first_of_kind]
        most = np.ceil(share * best + (1 - share) * kept).astype(np.int64)
        return Prices(job, prices.charges), most

    def _use_met(self, prices: Prices, kept: Ints) -> int:
        """Add the routes among all known that are of use at these prices."""
        met, kind, worth = self.search.met_values(prices)
        left = worth - kept[kind]
        useful = np.flatnonzero(left > FINE)
        useful = useful[np.argsort(-left[useful], kind="stable")][:USED]
        return self.master.add_all(met[number] for number in useful.tolist())

    def _exactly(self, prices: Prices, kept: Ints, value: float) -> None:
        search, pricing = self.search, self.pricing
        best = kept.copy()
        new, complete = 0, True
        for kind in range(len(kept)):
            priced = pricing.exact(kind, prices, int(kept[kind]), EXACT)
            best[kind] = priced.most
            complete &= priced.complete
            new += self.master.add_all((kind, route) for route in priced.routes)
            search.collect((kind, route) for route in priced.routes if elementary(route))
        if search.halt[0] and not complete:
            return
        before = self.fine
        if self._case is None:
            search.offer_proof(prices, best)
            self.fine = search.proof.fine
        else:
            self.fine = min(self.fine, search.proven(prices, best, self._case.required).fine)
        if new:
            return
        left = self.fine - search.problem.base_value * FINE - value * POINT
        if self._blend and left > max(NEAR * abs(self.fine), FINE):
            # No progress: at the program's own prices routes that improve it must show.
            self._blend = self._blend if self.fine < before else 0.0
            return
        self._blend = 0.0
        repeated = [route for _, route in self.master.solution()[0] if not elementary(route)]
        grown = [pricing.grow(route) for route in repeated]
        if any(grown):
            self.master.forbid(lambda route: not pricing.forgets(route))
        else:
            self.solved, self._complete = True, complete
