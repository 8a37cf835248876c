"""What the child process runs: loops made ready, then the solve, everything told to the parent."""

from __future__ import annotations

from optimizer.core.problem import Problem
from optimizer.core.result import Result
from optimizer.core.solution import Solution
from optimizer.solvers.channel import Channel
from optimizer.solvers.solve import solve
from optimizer.solvers.warm import compile_loops, is_compiled


def warm(channel: Channel) -> None:
    """Make the loops ready while the parent still compiles the scenario; that is no solving yet."""
    channel.phase("loading" if is_compiled() else "compiling")
    compile_loops()


def serve(
    channel: Channel,
    problem: Problem,
    start: Solution,
    gap: float,
    seed: int,
    deterministic: bool,
    steps: int,
) -> Result:
    """Solve in a child that is warm."""
    channel.ready()
    return solve(
        problem,
        stopping=channel.stopping,
        remaining=channel.remaining,
        gap=gap,
        seed=seed,
        deterministic=deterministic,
        steps=steps,
        report=channel.report,
        start=start,
    )
