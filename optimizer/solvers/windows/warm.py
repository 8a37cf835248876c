"""Compiled loops of the window engine made ready before the clock starts."""

from __future__ import annotations

import numpy as np

from optimizer.core.windows import WindowProblem
from optimizer.solvers.windows import labels, rows, ruin
from optimizer.solvers.windows.improve import Improving
from optimizer.solvers.windows.pricing import Pricing
from optimizer.solvers.windows.search import WindowSearch

LOOPS = (ruin.improve, labels.label_ways, labels.completions, labels.best_start, rows._broken)


def compile_loops() -> None:
    """Compile every loop, or load it from disk, on one unit and two jobs."""
    apart = np.ones((3, 3), np.int64) - np.eye(3, dtype=np.int64)
    zero, two = np.zeros(2, np.int64), np.arange(3, dtype=np.int64)
    problem = WindowProblem(
        travel=apart,
        cost=apart,
        place=two[1:],
        segment_at=two,
        first=zero,
        last=zero + 9,
        stay=zero + 1,
        prize=zero + 9,
        origin=zero[:1],
        destination=zero[:1],
        leave=zero[:1],
        back=zero[:1] + 9,
        eligible=np.ones((1, 2), np.bool_),
    )
    search = WindowSearch(problem, lambda: False, 0.0, lambda progress: None)
    Improving(search, 0).step()
    pricing = Pricing(search)
    bounds = pricing.bounds(0, search.prices.job)
    assert bounds is not None
    pricing.exact(0, search.prices, 0, 1)
    rows.broken_rows(2, [(0, 1)], [1.0], 1)
    labels.best_start(search.layout, 0, 1000, bounds)
