"""
Problems too wide to lay out whole: annealing among near places, prices without a linear program.

No packing either: both grow faster than the problem. Prices come to balance next door, and go on
from there by the subgradient among real ways. Far routes count in the bound with what `far_bound`
says, and the places of those that seem to pay are laid out from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np

from optimizer.core.result import FINE
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.balance import Balance
from optimizer.solvers.bound import Memory, prove
from optimizer.solvers.layout import Flat, lay_out
from optimizer.solvers.near_and_far import NearAndFar
from optimizer.solvers.prices import Buyers, Subgradient
from optimizer.solvers.search import Search

DOOR_ROUNDS, BATCH, DOOR_SHARE = 100, 10, 1 / 3
"""
Rounds next door in which prices come to balance, with a proof after so many each time, and the most
of the time that they take.
"""
PROOF_NEXT_DOOR = 3
"""Where no more is left than so many rounds next door take, none is begun there: a proof must follow."""
ROUNDS = 120
"""Rounds by real ways before each proof but the first, which is at the prices found next door."""
LAST_MOMENT = 0.3
"""Seconds before the end at which a proof by real ways gives way: a segment may take so long."""
MOST_PLACES = 160
"""Places of a segment from which on no more are laid out for labelling."""
HURRY, SETTLED = 0.1, 0.3
"""
Where fewer seconds a segment are left when prices next door have cooled down so far, it is not waited for
proofs by real ways to tell which places are missing.
"""
LACK, BROAD, PAIRS = 0.035, 160, 20_000_000
"""
More are then laid out for those who would earn more by that share of a visit next door than among the nearest
places: so many, or as come to so many pairs; for annealing, too many for labelling.
"""
MOVES = (40, 120, 400, 1_200)
"""Annealing moves per segment of the first cycles; the last goes on."""
ALONE = 5.0
"""Where there is no time for so many cycles, the next is the last."""
STEP_BY_WAYS = 0.1
"""Length of the first steps after a proof by real ways."""
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
    if steps is not None:
        annealing = _Cycles(Annealing(search, seed), lambda: np.inf)
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

        def helper() -> Executor | None:
            return other if priced.done() and not priced.exception() else None

        annealing = _Cycles(Annealing(search, seed, helper), remaining)
        # It may end before the time is up, and only a fault of it ends the rest.
        while not search.done() and not (priced.done() and priced.exception()):
            annealing.next()
        priced.result()


class _Cycles:
    """Cycles of annealing, longer each time."""

    def __init__(self, annealing: Annealing, remaining: Callable[[], float]) -> None:
        self._search = annealing.search
        self._annealing, self._remaining = annealing, remaining
        self._turn = 0
        # Seconds of a move; none known yet.
        self._pace = 0.0

    def next(self) -> None:
        search, before = self._search, self._remaining()
        moves = MOVES[min(self._turn, len(MOVES) - 1)] * len(search.problem.segments)
        # The longer the better: rather one to the end than one after the other.
        hot = COOL if search.guide is None else WARM
        if self._pace > 0 and before < ALONE * moves * self._pace:
            self._annealing.last_cycle(before, hot)
        else:
            self._annealing.cycle(moves, hot)
            if before < np.inf:
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
        self._layout = search.layout
        self._memories = [Memory.none(jobs) for jobs in np.diff(self._layout.job_at).tolist()]
        self._door = search.door
        self._balance = Balance(search.problem, self._door, search.duals)
        # By segment, jobs whose places are laid out for annealing, besides those next to its origin.
        self._further: dict[int, Flat] = {}
        self._subgradient: Subgradient | None = None
        self._at_first = remaining()
        # Rounds next door, and seconds of the last one.
        self._rounds, self._round = 0, 0.0
        # Seconds kept free for the next proof by real ways.
        self._reserve = 0.0

    def next(self) -> bool:
        """Some rounds and a proof at their prices; False when there was no time for them."""
        return self._look_next_door() if self._cooled() < 1 else self._look_at_real_ways()

    def _cooled(self) -> float:
        """How much of what is done next door is done."""
        spent = self._at_first - self._remaining() if self._at_first < np.inf else 0.0
        return max(self._rounds / DOOR_ROUNDS, spent / max(DOOR_SHARE * self._at_first, 1e-6))

    def _look_next_door(self) -> bool:
        search, before = self._search, self._rounds
        while self._rounds < before + BATCH and not search.done():
            left, cooled = self._remaining(), self._cooled()
            # A proof takes no longer than a round.
            if left < PROOF_NEXT_DOOR * self._round:
                break
            self._balance.step(min(cooled, 1.0))
            self._rounds += 1
            self._round = left - self._remaining() if left < np.inf else 0.0
        if self._rounds == before:
            return False
        search.offer_proof(self._door.prove(self._balance.duals))
        search.guide = search.duals
        hurry = self._remaining() <= HURRY * len(search.problem.segments)
        if hurry and not self._further and self._cooled() > SETTLED:
            self._further = self._lacking()
            self._broaden()
        return True

    def _look_at_real_ways(self) -> bool:
        search, duals = self._search, self._search.duals
        if self._subgradient is not None:
            # Steps aim a little above the best solution, where the least bound is likely to be.
            target = search.score * FINE + abs(search.score) * FINE // 100
            if not self._subgradient.run(
                target, ROUNDS, lambda: search.done() or self._remaining() < self._reserve
            ):
                return False
            search.guide = duals = self._subgradient.duals
        before = self._remaining()
        proved = prove(
            search.problem,
            self._layout,
            duals,
            self._memories,
            lambda: search.done() or self._remaining() < LAST_MOMENT,
            door=self._door,
        )
        search.offer_proof(proved.proof)
        self._reserve = PROOF_MARGIN * (before - self._remaining()) if before < np.inf else 1.0
        if search.done() or self._remaining() < self._reserve:
            return False
        self._widen(proved.beyond)
        buying = NearAndFar(self._door, Buyers(search.problem, self._layout), proved, self._balance.cold)
        self._subgradient = Subgradient(search.problem, buying, duals, step=STEP_BY_WAYS)
        return True

    def _lacking(self) -> dict[int, Flat]:
        """Segments that would earn more elsewhere than nearby, with the jobs at more places."""
        problem, duals = self._search.problem, self._search.duals
        lack = self._door.best(duals) - Buyers(problem, self._layout).look(duals)
        further = {}
        lacking = np.flatnonzero(lack > LACK * self._balance.visit)
        most = min(BROAD, int((PAIRS / max(len(lacking), 1)) ** 0.5))
        for segment in lacking.tolist():
            jobs, origin = problem.eligible[segment], problem.segments[segment].origin
            places = np.unique(problem.job_place[jobs])
            nearest = places[np.argsort(problem.cost[np.full(len(places), origin), places], kind="stable")]
            further[segment] = jobs[np.isin(problem.job_place[jobs], nearest[:most])]
        return further

    def _broaden(self) -> None:
        """Lay more out for annealing; what has been is so still."""
        search = self._search
        search.layout = lay_out(search.problem, search.start, more=self._further, detours=False)

    def _widen(self, beyond: dict[int, Flat]) -> None:
        """Lay out the places of jobs beyond, for labelling in segments that have not too many yet."""
        for segment, jobs in beyond.items():
            self._further[segment] = np.union1d(jobs, self._further.get(segment, jobs))
        if beyond:
            self._broaden()
        layout = self._layout
        room = np.diff(layout.place_at) < MOST_PLACES
        more = {segment: jobs for segment, jobs in beyond.items() if room[segment]}
        if more:
            held = np.split(layout.jobs, layout.job_at[1:-1])
            wider = {segment: np.union1d(jobs, more.get(segment, jobs)) for segment, jobs in enumerate(held)}
            self._layout = lay_out(self._search.problem, near=0, more=wider)
            counts = np.diff(self._layout.job_at).tolist()
            for segment in more:
                self._memories[segment] = Memory.none(counts[segment])
