"""
Buyers that know the ways near by, and what is far only as if it was next door.

Where a country is wide, prices by near places alone go astray: what many could reach from afar seems
to be wanted by few. So a segment for which the last proof met far routes that seem to pay buys
what it would next door whenever that is worth more than its best near route, less a margin: by
how much the proof found its value next door too high.
"""

from __future__ import annotations

import numpy as np

from optimizer.core.result import Duals
from optimizer.solvers.bound import Proved
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import Bought, Buyers


class NearAndFar:
    """
    The segments of a wide problem as buyers.

    Parameters
    ----------
    door
        The problem next door.
    near
        Buyers among the places laid out.
    proved
        What the last proof by real ways has found.
    heat
        Of the choice by chance, where they buy next door.
    """

    def __init__(self, door: NextDoor, near: Buyers, proved: Proved, heat: float) -> None:
        self._door, self._near, self._heat = door, near, heat
        self._margin = door.best(proved.proof.duals) - proved.proof.best
        self._goes_far = np.zeros(len(self._margin), np.bool_)
        self._goes_far[list(proved.beyond)] = True

    def __call__(self, duals: Duals) -> Bought:
        """Purchases at the prices; what far ones are worth is an estimate."""
        by_ways, next_door = self._near.look(duals), self._door.best(duals) - self._margin
        far = self._goes_far & (next_door > by_ways)
        bought, much = (
            self._near.bought(~far),
            self._door.bought(duals.job.astype(float), duals.pool.astype(float), self._heat, far),
        )
        return Bought(
            float(np.where(far, next_door, by_ways).sum()),
            bought.visits + much.visits,
            bought.room,
            bought.pool + much.pool,
        )
