"""All methods for an instance in days, in their order; it can be stopped, and go on later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from optimizer.core.problem import Problem
from optimizer.core.result import Progress
from optimizer.core.solution import Solution
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.branching import Branching
from optimizer.solvers.enumerate import Closing
from optimizer.solvers.improve import HUGE, Improving, visits
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from optimizer.solvers.wide import solve_wide

FIRST_MOVES = 300
ROUNDS_NEXT_DOOR, SUBGRADIENT_ROUNDS = 30, 300


class Engine:
    """
    The methods at work on one instance.

    Parameters
    ----------
    problem, gap, seed, report, start
        As for `solve`.
    stopping, remaining
        Whether to stop for now, and the seconds until then (infinite without a limit).

    Attributes
    ----------
    search
        Solution and bound as they stand; there is a first solution from the beginning.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        stopping: Callable[[], bool],
        remaining: Callable[[], float],
        gap: float,
        seed: int,
        report: Callable[[Progress], None],
        start: Solution | None,
    ) -> None:
        self.search = search = Search(problem, stopping, gap, report, start)
        self._seed, self._remaining = seed, remaining
        self._improving: Improving | None = None
        self._tightening: Iterator[None] | None = None
        if search.layout.whole:
            Annealing(search, seed).cycle(FIRST_MOVES)
            search.phase = "improve"

    def run(self) -> bool:
        """
        Go on until it is time to stop; whether there is anything left to try.

        One thread improves; the other tightens, and then improves too.
        """
        search = self.search
        if search.done():
            return not search.closed()
        if not search.layout.whole:
            solve_wide(search, self._seed, self._remaining, None)
            return not search.closed()
        if self._improving is None:
            self._improving = Improving(search, self._seed, self._remaining, timed=True)
        improving, tightening = self._improving, self._tightening or self._tighten()
        self._tightening = tightening
        finished = threading.Event()

        def tighten() -> bool:
            try:
                while not search.done():
                    if next(tightening, tighten) is tighten:
                        return False
                return not search.closed()
            finally:
                finished.set()

        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(tighten)
            while not search.done() and not finished.is_set():
                improving.step()
            return other.result()

    def count(self, steps: int) -> None:
        """Take so many steps in one thread, each of them one of tightening and one of improving."""
        search, remaining = self.search, self._remaining
        if search.done():
            return
        if not search.layout.whole:
            solve_wide(search, self._seed, remaining, steps)
            return
        improving = Improving(search, self._seed, remaining, timed=False)
        tightening = Tightening(search, SUBGRADIENT_ROUNDS, ROUNDS_NEXT_DOOR)
        closing = Closing(search, remaining, timed=False)
        branching = Branching(search, remaining, timed=False)
        for _ in range(steps):
            if search.done():
                return
            if not tightening.solved:
                tightening.step()
            elif closing.step():
                return
            else:
                branching.step()
            if not search.done():
                improving.step()

    def _tighten(self) -> Iterator[None]:
        """The steps of the thread that tightens, and then improves too; over when nothing is left to try."""
        search, remaining = self.search, self._remaining
        huge = visits(search) > HUGE
        tightening = Tightening(search, SUBGRADIENT_ROUNDS, ROUNDS_NEXT_DOOR, huge=huge)
        tightening.step()
        yield
        while huge and tightening.descend_by_known():
            yield
        while not huge and not tightening.solved:
            tightening.step()
            yield
        closing = Closing(search, remaining, timed=True)
        branching = Branching(search, remaining, timed=True)
        improving = Improving(search, self._seed + 1, remaining, timed=True, large=HUGE)
        took = 0.0
        while not closing.step():
            # Cases are told apart for as long as the last step of improving took, once at least.
            until = time.monotonic() + took
            while tightening.solved and branching.step() and time.monotonic() < until:
                yield
            yield
            began = time.monotonic()
            improving.step()
            took = time.monotonic() - began
            yield
