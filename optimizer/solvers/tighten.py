"""Better prices and bounds: subgradient first, then the linear program with column generation."""

from __future__ import annotations

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals
from optimizer.core.solution import Route, route_cost
from optimizer.solvers.balance import Balance
from optimizer.solvers.bound import Proved, prove
from optimizer.solvers.columns import Columns, Shelf
from optimizer.solvers.master import POINT, Master
from optimizer.solvers.prices import FIRST_STEP, Buyers, Column, RouteBook, Subgradient, along, price_all
from optimizer.solvers.search import Search

ROUTES = 4
"""Routes priced per segment and round."""
ROUNDS = 3
"""Rounds of heuristic pricing between two exact ones."""
FIRST = 40
"""Routes per segment with which the linear program begins."""
KNOWN_STEP, FEW_ROUNDS, MOST_ROUNDS = 0.1, 50, 400
"""
First length of steps by the routes known, and rounds before a proof: twice as many each time, as prices far
from the last proof's take long to prove.
"""
CLOSE = 3e-5
"""Where a proof is that near to what known routes say, no better one is looked for."""
NEAR = 1e-6
"""The linear program counts as solved when its value is that near to the bound."""


class Tightening:
    """
    Prices driven to the least bound, step by step.

    Parameters
    ----------
    search
        Where bound and routes are shared.
    rounds
        Subgradient rounds of the first step.
    next_door
        Rounds before these in which prices come to balance next door; none where they are good already.
    huge
        Whether the linear program will be too slow, and the first proof is.
    """

    def __init__(self, search: Search, rounds: int, next_door: int = 0, *, huge: bool = False) -> None:
        self.search = search
        self.huge = huge
        self.next_door = next_door
        self.rounds = rounds
        self.master: Master | None = None
        self.solved = False
        self._descended = False
        # Routes by which the subgradient goes on between proofs.
        self._known, self._known_rounds = Columns(search.problem), FEW_ROUNDS
        self._blend = 0.5

    def step(self) -> None:
        """The subgradient the first time, then a round of column generation."""
        if self._descended:
            self._generate()
        else:
            self._descended = True
            self._descend()

    def _descend(self) -> None:
        """The subgradient, and a first real bound at its prices."""
        search = self.search
        met: dict[Column, None] = {}

        def meet(segment: int, route: Route) -> None:
            met.setdefault((segment, route))

        duals = search.duals
        if self.next_door:
            balance = Balance(search.problem, search.door, duals)
            for number in range(self.next_door):
                balance.step(number / self.next_door)
            search.guide = duals = balance.duals
            search.offer_proof(search.door.prove(duals), rough=True)
        buyers = Buyers(search.problem, search.layout, meet)
        subgradient = Subgradient(search.problem, buyers, duals, step=FIRST_STEP)

        # Halfway its prices are good enough to lead the search, and prove a bound that tells something.
        for rounds, rough in ((self.rounds // 2, True), (self.rounds - self.rounds // 2, False)):
            # Steps aim a little above the best solution, where the least bound is likely to be.
            target = search.score * FINE + abs(search.score) * FINE // 200
            subgradient.run(target, rounds, search.done)
            search.guide = subgradient.duals
            if not (rough and self.huge):
                self._prove(subgradient.duals, rough=rough)
        # The first routes answer to prices far off; the later ones are of use.
        late = list(met)[len(met) // 4 :]
        search.columns.add_all(late)
        if self.huge:
            self._known.add_all(late)

    def descend_by_known(self) -> bool:
        """
        Prices best for the routes known, then a proof, which meets those that are worth more there.

        Where the linear program is too slow: each round is one of its rounds, solved by a subgradient that
        starts from the prices of the best bound and so stays near (a bundle of cuts: Lemaréchal,
        Nemirovskii & Nesterov 1995). Returns whether there is more to do.
        """
        search, shelf = self.search, Shelf(self._known)
        known = Subgradient(search.problem, shelf, search.duals, step=KNOWN_STEP)
        known.run(search.score * FINE + abs(search.score) * FINE // 200, self._known_rounds, search.done)
        self._known_rounds = min(2 * self._known_rounds, MOST_ROUNDS)
        proved = self._prove(known.duals)
        return proved.proof.fine - known.bound > CLOSE * abs(proved.proof.fine)

    def _generate(self) -> None:
        """A few rounds of column generation, and a bound at blended prices."""
        search, problem, layout = self.search, self.search.problem, self.search.layout
        if self.master is None:
            self.master = Master(problem)
            self.master.add_all(search.columns[n] for n in self._nearest())
            self.master.add_all(enumerate(search.solution.routes))
            self.master.solve()
        segments = np.flatnonzero(np.diff(layout.job_at) > 0).astype(np.int64)
        book = RouteBook.blank(len(problem.segments), ROUTES, layout.longest)
        width = max(problem.value.shape[1] - 1, 1)
        used = np.zeros(problem.jobs, np.int64)
        duals, new = self.master.duals(), 0
        for _ in range(ROUNDS):
            if search.done():
                return
            # Prices between the program's and those of the best bound jump about less
            # (Wentges smoothing: Pessoa et al. 2018).
            duals = blended(problem, search.duals, self.master.duals(), self._blend)
            prize = np.repeat(duals.job[:, None], width, 1)
            price_all(layout, segments, prize, used, duals, ROUTES, book)
            routes = [(int(s), book.route(int(s), r)) for s in segments for r in range(book.count[s])]
            new = self.master.add_all(routes)
            search.columns.add_all(routes)
            if new == 0:
                break
            self.master.solve()
        before = search.proof.fine
        # What the last round of pricing met counts too: the program has not seen prices without it.
        new += self.master.add_all(self._prove(duals).columns)
        value = self.master.solve()
        fixed = int(problem.value[:, 0].sum())
        fixed -= sum(route_cost(problem, segment, ()) for segment in problem.segments)
        left = search.proof.fine - (value * POINT + fixed * FINE + problem.fixed_fine)
        if left <= max(NEAR * abs(search.proof.fine), FINE) or (new == 0 and self._blend == 0.0):
            self.solved = True
        # No progress: nearer to the program's own prices, where routes that improve it must show.
        self._blend = 0.0 if new == 0 or search.proof.fine >= before else max(0.5, self._blend)

    def _nearest(self) -> list[int]:
        """Of each segment the few known routes that miss its best value least."""
        columns = self.search.columns
        missed = columns.missed(self.search.proof)
        home = columns.segment[: len(missed)]
        order = np.lexsort((missed, home))
        rank = np.arange(len(order)) - np.searchsorted(home[order], home[order])
        return [int(number) for number in np.sort(order[rank < FIRST])]

    def _prove(self, duals: Duals, *, rough: bool = False) -> Proved:
        """Offer the bound at the prices, and keep the routes that come with it."""
        search = self.search
        proved = prove(search.problem, search.layout, duals, search.memories, search.done)
        search.columns.add_all(proved.columns)
        if self.huge:
            self._known.add_all(proved.columns)
        search.offer_proof(proved.proof, rough=rough)
        return proved


def blended(problem: Problem, one: Duals, other: Duals, share: float) -> Duals:
    """Prices between two, ``share`` of the first."""

    def mix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.rint(share * a + (1 - share) * b).astype(np.int64)

    equity = mix(one.equity, other.equity)
    if len(equity):
        equity[-1] += int(one.equity.sum() - equity.sum())
        if equity[-1] < 0:
            equity[int(np.argmax(equity))] += equity[-1]
            equity[-1] = 0
    job = along(problem, mix(one.job, other.job))
    return Duals(job, mix(one.room, other.room), mix(one.pool, other.pool), equity)
