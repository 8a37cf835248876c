"""Compiled loops made ready before the clock starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.core.problem import Problem, Regions, Segment
from optimizer.solvers import enumerate as enumeration
from optimizer.solvers import far, halves, labels, layout, lns, next_door, routes, smoothed
from optimizer.solvers.annealing import Annealing, related_segments
from optimizer.solvers.balance import Balance
from optimizer.solvers.bound import Memory, prove
from optimizer.solvers.enumerate import promising_routes
from optimizer.solvers.layout import lay_out
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import no_prices
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening

LOOPS = (
    routes.best_routes,
    routes.price_segments,
    labels.completion_bounds,
    labels.label_routes,
    layout.longest_detour,
    far.far_bound,
    lns.search,
    halves.nearest_half,
    next_door.best_values,
    smoothed.buy_smoothly,
    enumeration.enumerate_routes,
)


def is_compiled(loops: tuple[Any, ...] = LOOPS) -> bool:
    """Whether an earlier run has left compiled loops on disk (if not, compiling takes a while)."""
    for loop in loops:
        source = Path(loop.py_func.__code__.co_filename)
        if not any(index.stat().st_mtime >= source.stat().st_mtime for index in _indexes(loop)):
            return False
    return True


def _indexes(loop: Any) -> Iterator[Path]:
    """The files in which the cache lists what it has of a loop, named after module and function."""
    function = loop.py_func
    stem = Path(function.__code__.co_filename).stem
    return Path(loop.stats.cache_path).glob(f"{stem}.{function.__qualname__}-*.nbi")


def compile_loops() -> None:
    """Compile every loop, or load it from disk, by solving the smallest problem there is."""
    search = Search(_smallest(), lambda: False, 0.0, lambda progress: None)
    Annealing(search, 0).cycle(2)
    halves.nearest_half(*related_segments(search.layout), np.zeros(1, np.int64))
    Tightening(search, 2).step()
    promising_routes(search, 10)
    regions = Regions(np.array([0, 1, 0]), np.zeros((2, 2), np.int64), np.zeros((2, 2), np.int64))
    wide = replace(_smallest(), regions=regions)
    Balance(wide, NextDoor(wide), no_prices(wide)).step(0.0)
    prove(wide, lay_out(wide, near=1), no_prices(wide), [Memory.none(1)], lambda: False)
    for loop in LOOPS:
        for index in _indexes(loop):
            # The cache goes by a source's text, ``is_compiled`` by its age: a checkout makes it younger.
            index.touch()


def _smallest() -> Problem:
    """One unit, two jobs at two places, four days."""
    whole = np.array([0, 0], dtype=np.int64)
    days = np.ones((2, 4), dtype=np.int64)
    return Problem(
        horizon=4,
        cost=np.ones((3, 3), dtype=np.int64) - np.eye(3, dtype=np.int64),
        gap=np.zeros((3, 3), dtype=np.int64),
        places=2,
        job_place=np.array([0, 1], dtype=np.int64),
        job_class=whole,
        job_first=whole,
        job_last=whole + 3,
        job_pool=whole - 1,
        job_demand=np.array([0, 1], dtype=np.int64),
        class_end=np.arange(4, dtype=np.int64)[None, :],
        value=np.array([[0, 1000], [0, 1000]], dtype=np.int64),
        people=np.array([[0, 1], [0, 1]], dtype=np.int64),
        copies=whole + 1,
        room=days,
        pool=np.zeros((0, 4), dtype=np.int64),
        segments=(Segment(0, 0, 3, 2, 2),),
        eligible=(np.array([0, 1], dtype=np.int64),),
    )
