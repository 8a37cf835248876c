"""Two threads on one solution: what either half does, the other cannot get in the way of."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest

from optimizer.compile import compile_scenario
from optimizer.core.solution import faults, objective
from optimizer.generator import generate
from optimizer.solvers.annealing import Annealing, related_segments
from optimizer.solvers.flat_solution import blank, load, unload, usage
from optimizer.solvers.halves import halves
from optimizer.solvers.search import Search
from tests.solvers.worlds import optimum, random_problem

pytestmark = pytest.mark.usefixtures("compiled_loops")


def searched(seed, moves=60):
    """A random world, and a search that has a solution of it."""
    search = Search(random_problem(seed), lambda: False, -1.0, lambda progress: None)
    Annealing(search, seed).cycle(moves)
    return search


@pytest.mark.parametrize("seed", range(30))
def test_capacity_is_shared_out(seed):
    """What is free goes to one half or the other, and what is in use is no matter of either."""
    search = searched(seed)
    layout, related = search.layout, related_segments(search.layout)
    here = blank(len(layout.first), layout.longest)
    load(here, search.solution)
    one, other = halves(layout, related, here, np.random.default_rng(seed))
    assert sorted([*one.segments, *other.segments]) == list(range(len(layout.first)))
    assert abs(len(one.segments) - len(other.segments)) <= 1
    taken = usage(layout, here)
    assert np.array_equal(one.layout.copies + other.layout.copies - taken.used[layout.demand], layout.copies)
    for mine, yours, whole, left in (
        (one.layout.room, other.layout.room, layout.room, taken.room_left),
        (one.layout.pool, other.layout.pool, layout.pool, taken.pool_left),
    ):
        assert np.array_equal(mine + yours, 2 * whole - left)
        assert (mine >= whole - left).all()
    for half in (one, other):
        offsets, others = half.related
        for segment in range(len(layout.first)):
            among = others[offsets[segment] : offsets[segment + 1]].tolist()
            old = related[1][related[0][segment] : related[0][segment + 1]].tolist()
            members = set(half.segments.tolist())
            assert among == ([rival for rival in old if rival in members] if segment in members else [])


def test_both_halves_together_are_valid_and_better():
    """An invalid solution would be a fault of the engine; many find the optimum."""
    best = 0
    with ThreadPoolExecutor(1) as pool:
        for seed in range(40):
            search = searched(seed, moves=3)
            before = search.score
            walk = Annealing(search, seed, lambda: pool)
            for _ in range(4):
                walk.cycle(200, hot=0.3)
            assert not faults(search.problem, search.solution)
            assert objective(search.problem, search.solution) == search.score >= before
            best += search.score == optimum(seed)
    assert best > 25


def test_with_equity_nothing_that_either_half_found_is_lost(monkeypatch):
    """What one found beside the other as it was may be better than both together."""
    scenario = generate(23, 125, 90, seed=1)
    fair = scenario.objective.model_copy(update={"equity": Decimal(2000)})
    problem = compile_scenario(scenario.model_copy(update={"objective": fair})).problem
    search = Search(problem, lambda: False, 0.0, lambda progress: None)
    found, moves = [], Annealing._moves

    def noted(walk, *args):
        outcome = moves(walk, *args)
        found.append(objective(problem, unload(args[-1])))
        return outcome

    monkeypatch.setattr(Annealing, "_moves", noted)
    with ThreadPoolExecutor(1) as pool:
        walk = Annealing(search, 1, lambda: pool)
        for _ in range(250):
            found.clear()
            walk.cycle(300, hot=0.1, cold=0.1)
            assert len(found) == 2
            assert not faults(problem, search.solution)
            assert search.score >= max(found) - 1
