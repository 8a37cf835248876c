"""The compiled loops in which an engine spends its time, on Jakarta's quarter at prices of a real search."""

from pathlib import Path

import numpy as np
import pytest

import optimizer
from optimizer.compile import compile_scenario
from optimizer.core.result import FINE
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.bound import Memory, best_route
from optimizer.solvers.labels import completion_bounds
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import Buyers, RouteBook, Subgradient, no_prices, price_all, summed
from optimizer.solvers.search import Search

pytestmark = [pytest.mark.usefixtures("compiled_loops"), pytest.mark.timeout(600)]


class World:
    """Jakarta's problem, prices after 60 rounds, and its segment with most jobs."""

    def __init__(self):
        scenario = optimizer.load(Path(__file__).parents[2] / "data" / "jakarta")
        self.problem = compile_scenario(scenario).problem
        self.layout = lay_out(self.problem)
        search = Search(self.problem, lambda: False, 0.0, lambda progress: None)
        Annealing(search, 1).cycle(300)
        walk = Subgradient(self.problem, Buyers(self.problem, self.layout), no_prices(self.problem))
        walk.run(search.score * FINE, 60, lambda: False)
        self.duals = walk.duals
        self.room, self.pool = summed(walk.duals.room), summed(walk.duals.pool, 1)
        self.segment = int(np.argmax(np.diff(self.layout.job_at)))

    def price(self, segments):
        """`best_routes` of each segment."""
        book = RouteBook.blank(len(self.problem.segments), 1, self.layout.longest)
        prize = np.repeat(self.duals.job[:, None], self.problem.value.shape[1] - 1, 1)
        used = np.zeros(self.problem.jobs, np.int64)
        price_all(self.layout, segments, prize, used, self.duals, 1, book)
        return book


@pytest.fixture(scope="module")
def world(compiled_loops):
    return World()


def test_best_routes(benchmark, world):
    """One segment."""
    book = benchmark(world.price, np.array([world.segment]))
    assert book.count[world.segment] == 1


def test_price_all(benchmark, world):
    """All segments: one round of the subgradient."""
    book = benchmark(world.price, np.flatnonzero(np.diff(world.layout.job_at) > 0))
    assert book.count.sum() > 0


def test_completion_bounds(benchmark, world):
    """One segment."""
    root, *_ = benchmark(
        completion_bounds, world.layout, world.segment, world.duals.job, world.room, world.pool
    )
    assert root > 0


def test_label_routes(benchmark, world):
    """The best elementary route of one segment, memory grown from nothing."""

    def label():
        memory = Memory.none(len(world.problem.eligible[world.segment]))
        empty = -int(world.layout.empty[world.segment])
        return best_route(
            world.layout, world.segment, world.duals, world.room, world.pool, memory, empty, 10**6
        )

    assert benchmark.pedantic(label, rounds=3).labels > 0
