"""Proofs of the engine, made in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from optimizer import certificate
from optimizer.compile import compile_scenario
from optimizer.core.result import Result
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening


def proved(
    scenario: Scenario, rounds: int = 40, steps: int = 4, base: Sequence[Draft] = ()
) -> tuple[Result, dict[str, Any]]:
    """A result with prices, and its certificate as it comes back from a file."""
    compiled = compile_scenario(scenario, base)
    search = Search(compiled.problem, lambda: False, 0.0, lambda progress: None)
    tightening = Tightening(search, rounds)
    for _ in range(steps):
        if not search.done() and not tightening.solved:
            tightening.step()
    result = search.result()
    return result, json.loads(json.dumps(certificate.write(compiled, result)))
