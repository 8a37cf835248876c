"""The door to the engines: a core problem in, the best solution and a proven bound out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from optimizer.core.problem import Problem
from optimizer.core.result import Progress, Result
from optimizer.core.solution import Solution
from optimizer.core.windows import WindowProblem
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.branching import Branching
from optimizer.solvers.enumerate import Closing
from optimizer.solvers.improve import HUGE, Improving, visits
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from optimizer.solvers.wide import solve_wide
from optimizer.solvers.windows.solve import solve_windows

FIRST_MOVES = 300
ROUNDS_NEXT_DOOR, SUBGRADIENT_ROUNDS = 30, 300


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
    if not search.layout.whole:
        solve_wide(search, seed, remaining, steps if deterministic else None)
        return search.result()
    Annealing(search, seed).cycle(FIRST_MOVES)
    search.phase = "improve"
    if search.done():
        return search.result()
    if deterministic:
        improving = Improving(search, seed, remaining, timed=False)
        tightening = Tightening(search, SUBGRADIENT_ROUNDS, ROUNDS_NEXT_DOOR)
        closing = Closing(search, remaining, timed=False)
        branching = Branching(search, remaining, timed=False)
        for _ in range(steps):
            if search.done() or not _take_turns(search, tightening, closing, branching, improving):
                break
    else:
        _at_once(search, seed, remaining)
    return search.result()


def _take_turns(
    search: Search, tightening: Tightening, closing: Closing, branching: Branching, improving: Improving
) -> bool:
    """One step of tightening and one of improving; whether there is more to do."""
    if not tightening.solved:
        tightening.step()
    elif closing.step():
        return False
    else:
        branching.step()
    if not search.done():
        improving.step()
    return True


def _at_once(search: Search, seed: int, remaining: Callable[[], float]) -> None:
    """Improve in one thread; in the other tighten, and then improve too."""
    finished = threading.Event()

    def tighten() -> None:
        try:
            huge = visits(search) > HUGE
            tightening = Tightening(search, SUBGRADIENT_ROUNDS, ROUNDS_NEXT_DOOR, huge=huge)
            tightening.step()
            while huge and not search.done() and tightening.descend_by_known():
                pass
            while not huge and not search.done() and not tightening.solved:
                tightening.step()
            closing = Closing(search, remaining, timed=True)
            branching = Branching(search, remaining, timed=True)
            improving = Improving(search, seed + 1, remaining, timed=True, large=HUGE)
            last = time.monotonic()
            while not search.done() and not closing.step():
                # Cases are told apart for as long as the last step of improving took, once at least.
                until = 2 * time.monotonic() - last
                while tightening.solved and branching.step() and time.monotonic() < until:
                    pass
                last = time.monotonic()
                if not search.done():
                    improving.step()
        finally:
            finished.set()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(tighten)
        improving = Improving(search, seed, remaining, timed=True)
        while not search.done() and not finished.is_set():
            improving.step()
        other.result()
