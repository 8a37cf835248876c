"""The order in which solutions are improved: annealing and packing, on the whole or part by part."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from optimizer.solvers.annealing import HOT, Annealing
from optimizer.solvers.focus import Part, cut_out
from optimizer.solvers.packing import UNTIMED, improve_part
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening

CYCLES = (2_000, 5_000, 10_000, 20_000)
"""Moves of the first annealing cycles; the last goes on."""
WARM = 0.5
"""First temperature of a cycle that stays near the best solution (see ``HOT``)."""
IDLE = 2
"""Packings without success after which annealing goes on."""
MOST_COLUMNS = 4_000
NODES = 20
"""Most columns, and branch-and-bound nodes (where steps are counted), of one packing."""
NARROW = (20, 2.0)
WIDE = (1_000_000, 15.0)
"""
Most segments freed and most seconds of one packing.

One thread packs narrowly, so that annealing has its turn often and finds new routes; the other,
once it has done with prices, as widely as it can.
"""
MOST_DAYS = 90
VISITS = 130
"""A part is about a quarter of twenty units: so many days, and so many visits freed."""
GAP = 1e-5
"""Relative gap at which a part counts as solved."""
PART_SECONDS = 8.0
PART_ROUNDS = 100
PART_REACH = (1_000_000, 4.0)
"""Seconds, rounds of the subgradient, and reach of a packing of one part."""


class Improving:
    """
    The order in which solutions are improved: cycles of annealing, longer each time, and packing.

    Packing frees a few segments at first, more while it proves them best, fewer when it cannot.

    Parameters
    ----------
    search
        Where solutions and routes are shared.
    seed
        Of all random choices.
    remaining
        Seconds that are left.
    reach
        Most segments freed, and most seconds, of one packing; None where steps are counted: narrow.
    """

    def __init__(
        self, search: Search, seed: int, remaining: Callable[[], float], reach: tuple[int, float] | None
    ) -> None:
        self.search = search
        self.remaining = remaining
        self.reach = reach or (NARROW[0], UNTIMED)
        self.nodes = None if reach else NODES
        self._annealing = Annealing(search, seed)
        self._random = np.random.default_rng(seed)
        self._busy = [s for s, jobs in enumerate(search.problem.eligible) if len(jobs)]
        # Half of the reach at first: where there are no more, all at once.
        self._free = min(self.reach[0] // 2, len(self._busy))
        self._turn = 0

    def step(self) -> None:
        """The next cycle, and packing for as long as it helps."""
        search, turn = self.search, self._turn
        self._turn += 1
        moves = CYCLES[min(turn, len(CYCLES) - 1)]
        # Mostly hot, to leave the best solution behind; every third time warm, to stay near it.
        self._annealing.cycle(moves, WARM if turn % 3 == 2 else HOT, windows=turn % 2 == 0)
        idle = 0
        while search.priced and idle < IDLE and not search.done():
            idle = 0 if self._pack() else idle + 1

    def _pack(self) -> bool:
        """Free some segments and pack their routes anew; whether that helped."""
        search, busy = self.search, self._busy
        if not busy:
            return False
        seat = int(self._random.choice(busy))
        near = self._random.permutation(self._annealing.competitors(seat))
        far = self._random.permutation(np.setdiff1d(busy, [seat, *near]))
        free = {seat, *np.concatenate([near, far])[: self._free - 1].tolist()}
        best, columns = search.solution, search.columns
        columns.add_all((segment, best.routes[segment]) for segment in free)
        missed, home = columns.missed(search.proof), columns.segment
        numbers = np.flatnonzero(np.isin(home[: len(missed)], list(free)) & (missed <= search.slack()))
        numbers = numbers[np.argsort(missed[numbers], kind="stable")][:MOST_COLUMNS]
        held = [columns.number((s, best.routes[s])) for s in free if best.routes[s]]
        numbers = np.union1d(numbers, np.array(held, np.int64))
        widest, seconds = self.reach
        seconds = min(seconds, self.remaining())
        solution, proven = improve_part(search.problem, columns, numbers, best, free, self.nodes, seconds)
        grown = self._free * 5 // 4 + 1 if proven else max(self._free * 4 // 5, 2)
        self._free = min(grown, widest, len(busy))
        return search.offer(solution)


class Focusing:
    """
    The whole engine on one part after the other of an instance too large for it.

    Parameters
    ----------
    search
        Where the solution of the whole is shared.
    seed
        Of all random choices.
    remaining
        Seconds that are left.
    """

    def __init__(self, search: Search, seed: int, remaining: Callable[[], float]) -> None:
        self.search = search
        self.remaining = remaining
        self._annealing = Annealing(search, seed)
        self._random = np.random.default_rng(seed)

    @staticmethod
    def pays(search: Search) -> bool:
        """Whether an instance is so large that its parts are easier."""
        return sum(map(len, search.solution.routes)) > 2 * VISITS

    def step(self) -> None:
        """Solve one part anew, and keep what is better."""
        part = self._choose()
        if part is None:
            return
        until = time.monotonic() + min(PART_SECONDS, self.remaining())
        inner = Search(
            part.problem,
            lambda: self.search.done() or time.monotonic() >= until,
            GAP,
            lambda progress: None,
            part.start,
        )
        Annealing(inner, int(self._random.integers(2**31))).cycle(CYCLES[0])
        tightening = Tightening(inner, PART_ROUNDS, None)
        while not inner.done() and not tightening.solved:
            tightening.step()
        seed = int(self._random.integers(2**31))
        improving = Improving(inner, seed, lambda: max(until - time.monotonic(), 0.0), PART_REACH)
        while not inner.done():
            improving.step()
        self.search.offer_part(part, inner.solution)

    def _choose(self) -> Part | None:
        """Segments that compete with one another, over weeks that hold about ``VISITS`` visits."""
        problem, routes = self.search.problem, self.search.solution.routes
        busy = [s for s, jobs in enumerate(problem.eligible) if len(jobs)]
        seat = int(self._random.choice(busy))
        near = self._random.permutation(self._annealing.competitors(seat))
        segments = [seat, *near.tolist()]
        low, high = 0, problem.horizon - 1
        if sum(len(routes[s]) for s in segments) > VISITS and problem.horizon > MOST_DAYS:
            low = int(self._random.integers(-MOST_DAYS // 2, problem.horizon - MOST_DAYS // 2))
            high = low + MOST_DAYS - 1
        count, chosen = 0, []
        for segment in segments:
            home = problem.segments[segment]
            if home.first <= high and home.last >= low:
                chosen.append(segment)
                count += sum(low <= visit.start <= high for visit in routes[segment])
            if count >= VISITS:
                break
        return cut_out(problem, self.search.solution, chosen, low, high) if chosen else None
