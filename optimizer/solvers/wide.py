"""
Problems too wide to lay out whole: annealing among near places, prices by the subgradient alone.

No linear program and no packing: both grow faster than the problem. A bound is proven at the
subgradient's prices; far routes count in it with what `far_bound` says, and the places of those
that seem to pay are laid out from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from optimizer.core.result import FINE
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.bound import prove
from optimizer.solvers.near_and_far import NearAndFar
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import FIRST_STEP, Buyers, Subgradient
from optimizer.solvers.search import Search

DOOR_ROUNDS, DOOR_GAIN, DOOR_SHARE = 20, 0.0003, 1 / 3
"""
Rounds of the subgradient before each proof next door, the least share of the bound that one must
gain for another to follow, and the most of the time that all take where there is enough for ways.
"""
BY_WAYS, ENOUGH = 50, 1 / 2
"""
A segment's proof by real ways takes about as long as a look at so many families next door; there is
enough time when that share of the segments gets its turn.
"""
PROOF_NEXT_DOOR = 3
"""Where no more is left than so many rounds next door take, none is begun there: a proof must follow."""
ROUNDS = 120
"""Rounds by real ways before each proof but the first, which is at the prices found next door."""
LAST_MOMENT = 0.3
"""Seconds before the end at which a proof by real ways gives way: a segment may take so long."""
MOST_PLACES = 160
"""Places of a segment from which on no more are laid out."""
MOVES = (40, 120, 400, 1_200)
"""Annealing moves per segment of the first cycles; the last goes on."""
ALONE, LAST, MOST_MOVES = 5.0, 0.97, 10**12
"""
Where there is no time for so many cycles, the next is the last, takes that share of the time left, and as
many moves as it comes to: a cycle is of use only when it has cooled down.
"""
LEAST_STEP, STEP_BY_WAYS = 0.03, 0.1
"""Least length of steps after a proof next door, and the first after a proof by real ways."""
PROOF_MARGIN = 1.3
"""Time is kept for a proof that takes so many times as long as the one before."""
COOL, WARM = 0.15, 0.5
"""First temperature of a cycle (see ``annealing.HOT``): before there are prices, and by them."""


def solve_wide(search: Search, seed: int, remaining: Callable[[], float], steps: int | None) -> None:
    """
    Improve and bound until the search is done, or for so many ``steps`` in one thread.

    Parameters
    ----------
    remaining
        Seconds that are left (infinite without a limit).
    steps
        Where steps are counted instead of time: cycles of annealing, each with a proof.
    """
    search.phase = "improve"
    annealing = _Cycles(search, seed, remaining if steps is None else lambda: np.inf)
    if steps is not None:
        pricing = _Pricing(search, lambda: np.inf)
        for _ in range(steps):
            if search.done():
                return
            annealing.next()
            pricing.next()
        return

    def price() -> None:
        pricing = _Pricing(search, remaining)
        while not search.done() and pricing.next():
            pass

    with ThreadPoolExecutor(1) as other:
        priced = other.submit(price)
        # It may end before the time is up, and only a fault of it ends the rest.
        while not search.done() and not (priced.done() and priced.exception()):
            annealing.next()
        priced.result()


class _Cycles:
    """Cycles of annealing, longer each time."""

    def __init__(self, search: Search, seed: int, remaining: Callable[[], float]) -> None:
        self._search = search
        self._remaining = remaining
        self._annealing = Annealing(search, seed)
        self._turn = 0
        # Seconds of a move; none known yet.
        self._pace = 0.0

    def next(self) -> None:
        search, before = self._search, self._remaining()
        moves = MOVES[min(self._turn, len(MOVES) - 1)] * len(search.problem.segments)
        # The longer the better: rather one to the end than one after the other.
        last = self._pace > 0 and before < ALONE * moves * self._pace
        self._annealing.cycle(
            MOST_MOVES if last else moves,
            COOL if search.guide is None else WARM,
            seconds=LAST * before if last else np.inf,
        )
        if before < np.inf and not last:
            self._pace = (before - self._remaining()) / moves
        self._turn += 1


class _Pricing:
    """
    Prices for a world next door, then for the places laid out, and a proof at them each time.

    The first are cheap and right about what is far; the second know the ways.
    """

    def __init__(self, search: Search, remaining: Callable[[], float]) -> None:
        self._search = search
        self._remaining = remaining
        self._door = NextDoor(search.problem)
        self._subgradient = Subgradient(search.problem, self._door, search.duals, step=FIRST_STEP)
        self._rough = True
        self._at_first = remaining()
        # Seconds of a round next door; none known yet.
        self._round: float | None = None
        # Seconds kept free for the next proof by real ways; none needed before the first.
        self._reserve = 0.0

    def next(self) -> bool:
        """Some rounds of the subgradient and a proof; False when there was no time for them."""
        # Steps aim a little above the best solution, where the least bound is likely to be.
        target = self._search.score * FINE + abs(self._search.score) * FINE // 100
        if self._rough:
            return self._look_next_door(target)
        return self._look_at_real_ways(target)

    def _look_next_door(self, target: int) -> bool:
        search, left, bound = self._search, self._remaining(), self._search.proof.fine
        # A proof takes about as long as a round; how long that is, the first one tells.
        rounds, least = (1, 0.0) if self._round is None else (DOOR_ROUNDS, PROOF_NEXT_DOOR * self._round)
        made = self._subgradient.run(target, rounds, lambda: search.done() or self._remaining() < least)
        if not made:
            return False
        search.offer_proof(self._door.prove(self._subgradient.duals))
        self._round = (left - self._remaining()) / (made + 1) if left < np.inf else 0.0
        search.guide = search.duals
        self._subgradient.step = max(self._subgradient.step, LEAST_STEP)
        left = self._remaining()
        if rounds > 1:
            proof_by_ways = BY_WAYS * self._round * len(search.problem.segments) / max(self._door.families, 1)
            late = left < (1 - DOOR_SHARE) * self._at_first and left > ENOUGH * proof_by_ways
            gained = bound - search.proof.fine
            self._rough = left < np.inf and not late and gained > DOOR_GAIN * bound
        return True

    def _look_at_real_ways(self, target: int) -> bool:
        search = self._search
        if self._reserve and not self._subgradient.run(
            target, ROUNDS, lambda: search.done() or self._remaining() < self._reserve
        ):
            return False
        search.guide = duals = self._subgradient.duals
        before = self._remaining()
        proved = prove(
            search.problem,
            search.layout,
            duals,
            search.memories,
            lambda: search.done() or self._remaining() < LAST_MOMENT,
            door=self._door,
        )
        search.offer_proof(proved.proof)
        self._reserve = PROOF_MARGIN * (before - self._remaining()) if before < np.inf else 1.0
        if search.done() or self._remaining() < self._reserve:
            return False
        search.widen(proved.beyond, MOST_PLACES)
        buying = NearAndFar(self._door, Buyers(search.problem, search.layout), proved)
        self._subgradient = Subgradient(search.problem, buying, duals, step=STEP_BY_WAYS)
        return True
