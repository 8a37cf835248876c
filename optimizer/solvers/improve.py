"""The order in which solutions are improved: cycles of annealing, and packing between them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import numpy as np

from optimizer.core.solution import Solution
from optimizer.solvers.annealing import HOT, Annealing
from optimizer.solvers.columns import Columns
from optimizer.solvers.groups import Share, independent_groups
from optimizer.solvers.layout import Flat
from optimizer.solvers.packing import UNTIMED, pack_better
from optimizer.solvers.search import Search

CYCLES = (2_000, 5_000, 10_000, 20_000)
"""Moves of the first annealing cycles; the last goes on."""
WHOLE, ALONE, FEWEST = 2, 0.6, 500
"""
After so many cycles through all segments that share of the others goes to one group alone: shorter cycles
instead, each with the moves that its visits ask for, and no fewer than so many.
"""
MOST_OF_TIME = 0.5
"""A cycle takes no more than that share of the time left: it is of use only when it has cooled down."""
ENDS, NEAREST = 15, 10
"""So many cycles' last solutions are packed anew, with the best few routes of each segment at the prices."""
PACK_EVERY, PACK_SECONDS, NODES = 4, 1.0, 20
"""
Cycles between two packings, and the most seconds of one, or nodes where steps are counted. Larger ones
take time that annealing makes more of.
"""
LARGE, HUGE = 260, 500
"""With more visits one cycle is to last to the end, and with still more the linear program is too slow."""
COOL = 0.12
"""First temperature of cycles through so many visits."""
LONG = 20
"""There the next cycle is the last where there is no time for so many of its length."""
QUARTER = 130
"""Visits of a quarter of twenty units, for which the cycles are."""


class Improving:
    """
    Cycles of annealing, longer each time, through all segments or the groups that lose most, and packing.

    A large instance has time to cool down once: after a few short cycles one lasts to the end.

    Parameters
    ----------
    search
        Where solutions and routes are shared.
    seed
        Of all random choices.
    remaining
        Seconds that are left.
    timed
        Whether time counts; otherwise steps.
    large
        Visits beyond which one cycle lasts to the end, where time counts.
    """

    def __init__(
        self, search: Search, seed: int, remaining: Callable[[], float], *, timed: bool, large: int = LARGE
    ) -> None:
        self.search = search
        self.remaining = remaining
        self.timed = timed
        self.large = large
        self._annealing = Annealing(search, seed)
        self._random = np.random.default_rng(seed)
        self._turn = 0
        self._ends: deque[Solution] = deque(maxlen=ENDS)
        self._shares: list[Share] = []
        # Seconds of a move, where seconds count; none known yet.
        self._pace = 0.0

    def step(self) -> None:
        """The next cycle, and now and then a packing."""
        if self.timed and visits(self.search) > self.large:
            self._anneal_large()
            return
        search, turn = self.search, self._turn
        self._turn += 1
        moves = CYCLES[min(turn, len(CYCLES) - 1)]
        # A larger instance takes as many more moves to cool down.
        moves = moves * max(visits(search), QUARTER) // QUARTER
        began = time.monotonic()
        if self._pace and self.remaining() * MOST_OF_TIME < moves * self._pace:
            moves = max(int(self.remaining() * MOST_OF_TIME / self._pace), 1)
        group = self._group() if search.priced and turn >= WHOLE and self._random.random() < ALONE else None
        if group is None:
            self._annealing.cycle(moves, windows=turn % 2 == 0)
        else:
            self._anneal_group(group, moves)
        if self.timed:
            self._pace = (time.monotonic() - began) / moves
        self._ends.append(self._annealing.here())
        if search.priced and turn % PACK_EVERY == PACK_EVERY - 1 and not search.done():
            self._pack()

    def _anneal_large(self) -> None:
        """A cycle twice as long as the one before, or to the end."""
        began, left = time.monotonic(), self.remaining()
        moves = (CYCLES[0] << self._turn) * visits(self.search) // QUARTER
        if self._pace and left < LONG * moves * self._pace:
            self._annealing.last_cycle(left, COOL, windows=True)
            return
        self._annealing.cycle(moves, COOL if self._turn else HOT, windows=True)
        self._pace = (time.monotonic() - began) / moves
        self._turn += 1

    def _anneal_group(self, group: Flat, moves: int) -> None:
        """So many moves in a group, by cycles as long as its visits ask for."""
        search = self.search
        held = sum(len(search.solution.routes[segment]) for segment in group)
        short = max(moves * held // max(visits(search), 1), FEWEST)
        for number in range(max(moves // short, 1)):
            if not search.done():
                self._annealing.cycle(short, windows=number % 2 == 0, among=group)

    def _group(self) -> Flat | None:
        """Segments of a group, the likelier the further it stands below its share of the bound."""
        search, proof = self.search, self.search.proof
        if not self._shares or self._shares[0].proof is not proof:
            groups = independent_groups(search.problem)
            self._shares = [Share(search.problem, proof, group) for group in groups]
        lost = np.array([max(s.first - s.held(search.solution), 0) for s in self._shares], np.float64)
        if len(lost) < 2 or not lost.any():
            return None
        return np.array(self._shares[self._random.choice(len(lost), p=lost / lost.sum())].segments)

    def _pack(self) -> None:
        """Choose anew among what cycles ended with, and what is best at the prices."""
        search, best, known = self.search, self.search.solution, self.search.columns
        columns = Columns(search.problem, enumerate(best.routes))
        for solution in self._ends:
            columns.add_all(enumerate(solution.routes))
        missed = known.missed(search.proof)
        home = known.segment[: len(missed)]
        for segment in np.unique(home).tolist():
            mine = np.flatnonzero(home == segment)
            nearest = mine[np.argsort(missed[mine], kind="stable")][:NEAREST]
            columns.add_all(known[number] for number in nearest.tolist())
        nodes, seconds = (None, min(PACK_SECONDS, self.remaining())) if self.timed else (NODES, UNTIMED)
        solution, _ = pack_better(search.problem, columns, np.arange(len(columns)), best, nodes, seconds)
        search.offer(solution)


def visits(search: Search) -> int:
    """Visits of the best solution."""
    return sum(map(len, search.solution.routes))
