"""The door to the engines: a core problem in, the best solution and a proven bound out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import Progress, Result
from optimizer.core.solution import Solution
from optimizer.core.windows import WindowProblem
from optimizer.solvers.enumerate import Closing
from optimizer.solvers.improve import HOT, Annealing
from optimizer.solvers.packing import UNTIMED, improve_part
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from optimizer.solvers.windows.solve import solve_windows

FIRST_MOVES = 300
SUBGRADIENT_ROUNDS = 300
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


def solve(
    problem: Problem | WindowProblem,
    *,
    stopping: Callable[[], bool],
    remaining: Callable[[], float],
    gap: float = 1e-4,
    seed: int = 1,
    deterministic: bool = False,
    steps: int = 10**9,
    report: Callable[[Progress], None] = lambda progress: None,
    start: Solution | None = None,
) -> Result:
    """
    Solve a problem until the gap is closed, nothing is left to try, or time is up.

    Parameters
    ----------
    problem
        The instance, in days or in ticks.
    stopping, remaining
        Whether to stop now, and the seconds that are left (infinite without a limit).
    gap
        Relative gap that is good enough.
    seed
        Of all random choices.
    deterministic
        One thread, and steps counted rather than timed: the same problem, seed and number of
        steps give the same result.
    steps
        Most steps of improving and tightening, each about a second's work on a quarter of
        20 units.
    report
        Hears of each improvement; the last report equals the result.
    start
        A valid solution to start from; the result is worth no less.
    """
    if isinstance(problem, WindowProblem):
        return solve_windows(
            problem,
            stopping=stopping,
            remaining=remaining,
            gap=gap,
            seed=seed,
            deterministic=deterministic,
            steps=steps,
            report=report,
            start=start,
        )
    search = Search(problem, stopping, gap, report, start)
    Annealing(search, seed).cycle(FIRST_MOVES)
    search.phase = "improve"
    if search.done():
        return search.result()
    if deterministic:
        improving = Improving(search, seed, remaining, None)
        tightening = Tightening(search, SUBGRADIENT_ROUNDS, None)
        closing = Closing(search, remaining, timed=False)
        for _ in range(steps):
            if search.done() or not _take_turns(search, tightening, closing, improving):
                break
    else:
        _at_once(search, seed, remaining)
    return search.result()


def _take_turns(search: Search, tightening: Tightening, closing: Closing, improving: Improving) -> bool:
    """One step of tightening and one of improving; whether there is more to do."""
    if not tightening.solved:
        tightening.step()
    elif closing.step():
        return False
    if not search.done():
        improving.step()
    return True


def _at_once(search: Search, seed: int, remaining: Callable[[], float]) -> None:
    """Improve in one thread; in the other tighten, and then improve too."""
    finished = threading.Event()

    def tighten() -> None:
        try:
            tightening = Tightening(search, SUBGRADIENT_ROUNDS, None)
            while not search.done() and not tightening.solved:
                tightening.step()
            improving = Improving(search, seed + 1, remaining, WIDE)
            closing = Closing(search, remaining, timed=True)
            while not search.done() and not closing.step():
                improving.step()
        finally:
            finished.set()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(tighten)
        improving = Improving(search, seed, remaining, NARROW)
        while not search.done() and not finished.is_set():
            improving.step()
        other.result()


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
        Most segments freed, and most seconds, of one packing; None where steps are counted.
    """

    def __init__(
        self, search: Search, seed: int, remaining: Callable[[], float], reach: tuple[int, float] | None
    ) -> None:
        self.search = search
        self.remaining = remaining
        self.reach = reach
        self._annealing = Annealing(search, seed)
        self._random = np.random.default_rng(seed)
        self._free = 10 if reach == NARROW else 40
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
        search, problem = self.search, self.search.problem
        busy = [s for s, jobs in enumerate(problem.eligible) if len(jobs)]
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
        widest, seconds = self.reach or (len(busy), UNTIMED)
        seconds = min(seconds, self.remaining())
        nodes = None if self.reach else NODES
        solution, proven = improve_part(problem, columns, numbers, best, free, nodes, seconds)
        grown = self._free * 5 // 4 + 1 if proven else max(self._free * 4 // 5, 2)
        self._free = min(grown, widest, len(busy))
        return search.offer(solution)
