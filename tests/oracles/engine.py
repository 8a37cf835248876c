"""The engine in this process, run until it has proven its plan best; and the exact model, asked once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from optimizer import checker
from optimizer.compile import compile_scenario
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import EngineError
from optimizer.solvers.solve import solve
from tests.oracles.compare import draft
from tests.oracles.exact import optimum
from tests.oracles.tiny import base_of, tiny

PATIENCE = 60.0  # seconds; nearly all tiny scenarios take a fraction of one


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine says: score and bound in millipoints, and the rotations."""

    score: int
    bound: int
    rotations: tuple[Draft, ...]


def engine(
    scenario: Scenario, seed: int = 1, deterministic: bool = False, base: Sequence[Draft] = ()
) -> Found:
    """Plan a scenario with gap 0, in two threads or, when deterministic, in one."""
    compiled = compile_scenario(scenario, base)
    deadline = time.monotonic() + PATIENCE
    result = solve(
        compiled.problem,
        stopping=lambda: time.monotonic() > deadline,
        remaining=lambda: deadline - time.monotonic(),
        gap=0.0,
        seed=seed,
        deterministic=deterministic,
    )
    return Found(result.score, result.bound, tuple(compiled.rotations(result.solution)))


@cache
def exact_score(seed: int) -> int:
    """Millipoints of the best plan of a tiny scenario that changes another one, by the exact model."""
    return optimum(tiny(seed), base_of(seed)).score


def engine_differs(number: int, seed: int = 1, deterministic: bool = False) -> Iterator[str]:
    """The engine against the exact model on a tiny scenario, and its plan against the checker."""
    scenario, base = tiny(number), [draft(stay) for stay in base_of(number)]
    try:
        found, due = engine(scenario, seed, deterministic, base), exact_score(number)
    except EngineError as refusal:
        yield f"{scenario.name}: {refusal}"
        return
    if found.score != due:
        yield f"{scenario.name}: the engine's score is {found.score}, the best plan's {due}"
    if found.bound != due:
        yield f"{scenario.name}: the engine's bound is {found.bound}, the best plan's score {due}"
    report = checker.check(scenario, found.rotations, base)
    if report.violations:
        yield f"{scenario.name}: the engine's plan breaks {[str(item) for item in report.violations]}"
    if report.score != found.score:
        yield f"{scenario.name}: the engine counts {found.score}, the checker {report.score}"
