"""The door to the engines: a core problem in, the best solution and a proven bound out."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.core.problem import Problem
from optimizer.core.result import Progress, Result
from optimizer.core.solution import Solution
from optimizer.core.windows import WindowProblem
from optimizer.solvers.engine import Engine
from optimizer.solvers.part_by_part import PartByPart
from optimizer.solvers.parts import independent_parts
from optimizer.solvers.windows.solve import solve_windows


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
    parts = independent_parts(problem)
    if len(parts) > 1:
        apart = PartByPart(
            problem,
            parts,
            stopping=stopping,
            remaining=remaining,
            gap=gap,
            seed=seed,
            report=report,
            start=start,
        )
        if deterministic:
            apart.count(steps)
        else:
            apart.run()
        return apart.result()
    engine = Engine(
        problem, stopping=stopping, remaining=remaining, gap=gap, seed=seed, report=report, start=start
    )
    if deterministic:
        engine.count(steps)
    else:
        engine.run()
    return engine.search.result()
