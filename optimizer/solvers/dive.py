"""
From shares of routes to whole routes: fix the most certain, price the rest anew, repeat.

A diving heuristic with column generation after each fixing (Sadykov et al. 2019), so that the
units left find routes that fit what is fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.solution import Solution
from optimizer.solvers.layout import Layout
from optimizer.solvers.master import Master
from optimizer.solvers.prices import RouteBook, price_all

CERTAIN = 0.85
"""Routes with more than this share are fixed all at once."""
ROUTES = 4
"""Routes per segment and round of pricing."""


def dive(
    problem: Problem,
    layout: Layout,
    master: Master,
    stop: Callable[[], bool],
    rng: np.random.Generator,
    pool: Executor | None = None,
    rounds: int = 2,
) -> Solution | None:
    """
    A whole solution from the master's shares; None when stopped before.

    The master keeps the new columns; its bounds are as before.
    """
    segments = np.flatnonzero(np.diff(layout.job_at) > 0).astype(np.int64)
    book = RouteBook.blank(len(problem.segments), ROUTES)
    width = max(problem.value.shape[1] - 1, 1)
    used = np.zeros(problem.jobs, np.int64)
    fixed: dict[int, int] = {}
    try:
        master.solve()
        while not stop():
            shares = master.shares()
            open_ = [n for n in np.flatnonzero(shares > 1e-6) if master.columns[n][0] not in fixed]
            if not open_:
                routes = [()] * len(problem.segments)
                for segment, number in fixed.items():
                    routes[segment] = master.columns[number][1]
                return Solution(tuple(routes))
            certain = [n for n in open_ if shares[n] > CERTAIN]
            if not certain:
                # A little chance, so that another dive goes another way.
                certain = [max(open_, key=lambda n: shares[n] + 0.1 * rng.random())]
            for number in certain:
                fixed[master.columns[number][0]] = int(number)
            master.fix(int(n) for n in certain)
            master.solve()
            rest = np.array([s for s in segments if s not in fixed], np.int64)
            for _ in range(rounds if len(rest) else 0):
                duals = master.duals()
                price_all(layout, rest, np.repeat(duals.job[:, None], width, 1), used, duals, ROUTES, book, pool)
                new = sum(
                    master.add(int(s), book.route(int(s), rank)) for s in rest for rank in range(book.count[s])
                )
                if new == 0:
                    break
                master.solve()
        return None
    finally:
        master.release()
