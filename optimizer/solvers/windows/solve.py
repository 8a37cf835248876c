"""Window problems through the door: walkers, column generation and closing on two threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from optimizer.core.result import Progress, Result
from optimizer.core.solution import Solution
from optimizer.core.windows import WindowProblem
from optimizer.solvers.windows.improve import Improving
from optimizer.solvers.windows.prove import Proving
from optimizer.solvers.windows.search import WindowSearch

FIRST_CYCLES = 4
"""Cycles of improving before prices are sought; their routes start the linear program."""
PACK_EACH = 5
"""Cycles between two packings where steps are counted."""
PROVING = 3
"""Once cases are told apart, that takes so many times as long as packing and improving in between."""
LOOK = 0.01
"""Seconds between looks at the clock while compiled loops run."""


def solve_windows(
    problem: WindowProblem,
    *,
    stopping: Callable[[], bool],
    remaining: Callable[[], float],
    gap: float,
    seed: int,
    deterministic: bool,
    steps: int,
    report: Callable[[Progress], None],
    start: Solution | None,
) -> Result:
    """Solve a window problem; parameters as for `optimizer.solvers.solve.solve`."""
    search = WindowSearch(problem, stopping, gap, report, start)
    if problem.jobs == 0 or problem.units == 0 or search.done():
        return search.result()
    search.phase = "improve"
    with _watched(search):
        first = Improving(search, seed)
        for _ in range(FIRST_CYCLES):
            first.step()
        if deterministic:
            proving = Proving(search, remaining, timed=False)
            for _ in range(steps):
                if search.done() or proving.step():
                    break
                if proving.branches and first.turn % PACK_EACH == 0:
                    proving.closing.pack()
                if not search.done():
                    first.step()
        else:
            _at_once(search, first, seed, remaining)
    return search.result()


def _at_once(search: WindowSearch, improving: Improving, seed: int, remaining: Callable[[], float]) -> None:
    """Improve in one thread; in the other prove, and then improve too."""
    finished = threading.Event()

    def prove() -> None:
        try:
            proving = Proving(search, remaining, timed=True)
            other = Improving(search, seed + 1)
            until = 0.0
            while not search.done() and not proving.step():
                began = time.monotonic()
                if proving.idle or (proving.branches and began >= until):
                    proving.closing.pack()
                    other.step()
                    until = time.monotonic() + PROVING * (time.monotonic() - began)
        finally:
            finished.set()
            search.halt[0] = True

    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(prove)
        while not search.done() and not finished.is_set():
            improving.step()
        task.result()


@contextmanager
def _watched(search: WindowSearch) -> Iterator[None]:
    """Have compiled loops halted when it is time to stop."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK) and not search.done():
            pass

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
