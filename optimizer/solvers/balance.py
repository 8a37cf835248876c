"""
Prices at which as much is bought as is sold, found in the world next door.

Segments and requests choose by chance (`smoothed`): what is bought too often becomes dearer in
proportion to the logarithm of how much too often it is, as in the balancing of matrices (Sinkhorn
1967), with momentum; meanwhile chance cools down. The prices come near the least bound of that
world in some ten rounds, where steps along a subgradient take hundreds.
"""

from __future__ import annotations

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import along, ceiling, nearest_in_simplex, no_prices, to_shares, to_whole
from optimizer.solvers.smoothed import Reals

HOT, COLD = 0.01, 0.0007
"""First and last heat, as a share of what a visit earns on average."""
STEP, MOMENTUM = 0.7, 0.7
"""Of what would balance a price if no other changed, the share that it changes by; and of its last change."""
DAYS = 8
"""A pool's price of a day goes into a stay's with those of about so many days."""
MOST, FEW = 3.0, 1e-3
"""Most by which a logarithm counts; and so much is added to what is never bought or sold."""


class Balance:
    """
    Prices on their way to balance.

    Parameters
    ----------
    problem
        The instance.
    door
        Its world next door.
    duals
        Prices to start from; those of rooms stay as they are.

    Attributes
    ----------
    visit
        What a visit earns on average, in thousandths.
    hot, cold
        First and last heat.
    """

    def __init__(self, problem: Problem, door: NextDoor, duals: Duals) -> None:
        self._problem, self._door, self._start = problem, door, duals
        self._prices = [duals.job.astype(float), duals.pool.astype(float), duals.equity.astype(float)]
        self._changes = [np.zeros_like(prices) for prices in self._prices]
        earned = no_prices(problem).job[~problem.kept]
        self.visit = float(earned[earned > 0].mean()) if (earned > 0).any() else 1.0
        self.hot, self.cold = HOT * self.visit, COLD * self.visit
        self._ceiling = ceiling(problem)

    @property
    def duals(self) -> Duals:
        """The prices as they stand."""
        job, pool, equity = self._prices
        whole = along(self._problem, to_whole(job))
        return Duals(whole, self._start.room, to_whole(pool), to_shares(self._problem, equity))

    def step(self, cooled: float) -> None:
        """Change prices once, with chance cooled down by that share of the way (0: hot, 1: cold)."""
        heat = self.hot * (self.cold / self.hot) ** cooled
        problem, (job, pool, equity) = self._problem, self._prices
        bought = self._door.bought(job, pool, heat)
        sold, people = self._sold(heat)
        wanted = [
            -heat * _ratio(bought.visits, sold),
            heat / DAYS * _ratio(bought.pool, problem.pool.astype(float)),
            self._toward_fair(people, heat),
        ]
        for change, now in zip(self._changes, wanted, strict=True):
            change *= MOMENTUM
            change += STEP * now
        np.clip(job + self._changes[0], -self._ceiling, self._ceiling, out=job)
        job[:] = along(problem, job)
        np.clip(pool + self._changes[1], 0, self._ceiling, out=pool)
        self._changes[1][pool == 0] = 0
        if len(equity):
            equity[:] = nearest_in_simplex(equity + self._changes[2], float(self._start.equity.sum()))

    def _sold(self, heat: float) -> tuple[Reals, Reals]:
        """How often each request sells a visit, chosen by chance too, and the people that come with it."""
        problem, (job, _, equity) = self._problem, self._prices
        times = np.arange(problem.value.shape[1])
        worth = problem.value * float(FINE) - job[:, None] * times
        if problem.equity is not None:
            group = problem.equity.group
            worth += (equity[group] / problem.equity.requested[group])[:, None] * problem.people
        worth = np.where(times <= problem.copies[:, None], worth, -np.inf)
        likely = np.exp((worth - worth.max(axis=1, keepdims=True)) / heat)
        likely /= likely.sum(axis=1, keepdims=True)
        sold: Reals = likely @ times
        people: Reals = (likely * problem.people).sum(axis=1)
        return sold, people

    def _toward_fair(self, people: Reals, heat: float) -> Reals:
        """How far shares of equity ought to move: up where least of the people are served."""
        equity = self._problem.equity
        if equity is None or not len(equity.requested) or not self._problem.jobs:
            return np.zeros_like(self._prices[2])
        served = equity.served + np.bincount(equity.group, people, len(equity.requested))
        coverage = np.append(served / equity.requested, 1.0)
        # A share of one more changes a visit's worth by a class of those requested, and so its odds.
        demand = self._problem.job_demand
        a_class = max(float(self._problem.people.max(axis=1)[demand].mean()), 1.0)
        pace = heat / a_class * np.append(equity.requested, equity.requested.mean())
        change: Reals = pace * ((pace * coverage).sum() / pace.sum() - coverage)
        return change


def _ratio(one: Reals, other: Reals) -> Reals:
    """Logarithm of one over the other, neither too great."""
    ratio: Reals = np.clip(np.log((one + FEW) / (other + FEW)), -MOST, MOST)
    return ratio
