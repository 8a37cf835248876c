"""Window problems through the door: walkers, column generation and closing on two threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from optimizer.core.result import Progress, Result
from optimizer.core.solution import Solution
from optimizer.core.windows import WindowProblem
from optimizer.solvers.windows.close import Closing
from optimizer.solvers.windows.improve import Improving
from optimizer.solvers.windows.search import WindowSearch
from optimizer.solvers.windows.tighten import Tightening

FIRST_CYCLES = 4
"""Cycles of improving before prices are sought; their routes start the linear program."""
PACK_EACH = 5
"""Cycles between two packings."""
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
            tightening = Tightening(search)
            closing = Closing(search, tightening.pricing, remaining, timed=False)
            for _ in range(steps):
                if search.done() or not _take_turns(search, tightening, closing, first):
                    break
        else:
            _at_once(search, first, seed, remaining)
    return search.result()


def _take_turns(search: WindowSearch, tightening: Tightening, closing: Closing, improving: Improving) -> bool:
    """One step of tightening and one of improving; whether there is more to do."""
    if not tightening.solved:
        tightening.step()
    elif closing.step():
        return False
    elif improving.turn % PACK_EACH == 0:
        closing.pack()
    if not search.done():
        improving.step()
    return True


def _at_once(search: WindowSearch, improving: Improving, seed: int, remaining: Callable[[], float]) -> None:
    """Improve in one thread; in the other tighten, close, and then improve too."""
    finished = threading.Event()

    def tighten() -> None:
        try:
            tightening = Tightening(search)
            while not search.done() and not tightening.solved:
                tightening.step()
            closing = Closing(search, tightening.pricing, remaining, timed=True)
            other = Improving(search, seed + 1)
            while not search.done() and not closing.step():
                closing.pack()
                for _ in range(PACK_EACH):
                    other.step()
        finally:
            finished.set()
            search.halt[0] = True

    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(tighten)
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
