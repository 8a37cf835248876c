"""The routes that a better plan may use: all of them, and no others."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from optimizer.core.result import FINE
from optimizer.solvers import enumerate as enumeration
from optimizer.solvers.enumerate import Closing, promising_routes
from optimizer.solvers.layout import lay_out
from optimizer.solvers.search import Search
from tests.solvers.test_bound import proved
from tests.solvers.worlds import (
    all_routes,
    ints,
    optimum,
    random_duals,
    random_problem,
    route_worth,
    two_venues,
)

pytestmark = pytest.mark.usefixtures("compiled_loops")


@pytest.mark.parametrize("part", range(4))
def test_exactly_the_routes_within_the_slack(part):
    """At random prices, for slacks of nothing, a millipoint, and much."""
    for seed in range(part, 100, 4):
        problem = random_problem(seed)
        duals = random_duals(problem, seed)
        proof = proved(problem, duals).proof
        for wanted in (0, FINE, 10**6, 10**7):
            score = (proof.fine - wanted) // FINE
            slack = max(proof.fine - score * FINE, 0)
            state = SimpleNamespace(proof=proof, layout=lay_out(problem), score=score)
            found = promising_routes(state, 10_000)  # type: ignore[arg-type]
            due = {
                (segment, route)
                for segment in range(len(problem.segments))
                for route in all_routes(problem, segment)
                if route and route_worth(problem, segment, duals, route) >= proof.best[segment] - slack
            }
            assert found is not None
            assert set(found) == due, (seed, wanted)
            assert len(found) == len(due)


def test_too_many_routes_are_not_written():
    """Seven routes or more of a week, room for three."""
    search = Search(two_venues(), lambda: False, 0.0, lambda progress: None)
    assert len(all_routes(two_venues(), 0)) > 7
    assert promising_routes(search, 3) is None


def test_a_unit_with_nothing_to_earn_at_the_prices_may_still_be_needed():
    """
    One job of 100, two units, no costs: at the price 0 the request keeps all and units earn nothing.

    From the empty plan, enumeration must find the plan of 100 rather than prove that there is none.
    """
    problem = two_venues()
    free = replace(
        problem, cost=np.zeros((3, 3), np.int64), segments=problem.segments * 2, eligible=(ints(0), ints(0))
    )
    search = Search(free, lambda: False, 0.0, lambda progress: None)
    search.offer_proof(proved(free, replace(search.duals, job=ints(0, 70_000))).proof)
    assert search.score == 0
    Closing(search, lambda: 30.0, timed=False).step()
    assert (search.score, search.bound) == (100, 100)


def test_more_routes_are_packed_where_nothing_better_comes(monkeypatch):
    """Too many at first and the second time, then few enough, and no other try at the same slack."""
    best = Search(random_problem(1), lambda: False, 0.0, lambda progress: None)
    assert Closing(best, lambda: 60.0, timed=False).step()
    monkeypatch.setattr(enumeration, "MOST_ROUTES", (1, 2, 10_000, 20_000))
    search = Search(random_problem(1), lambda: False, 0.0, lambda progress: None, best.solution)
    closing = Closing(search, lambda: 60.0, timed=False)
    assert [closing.step() for _ in range(3)] == [False, False, True]
    assert (search.score, search.bound) == (optimum(1), optimum(1))
    assert not closing.step()


def test_closing_the_gap_proves_the_optimum():
    """From the empty plan, at the first prices of a search."""
    closed = 0
    for seed in range(24):
        search = Search(random_problem(seed), lambda: False, 0.0, lambda progress: None)
        if Closing(search, lambda: 60.0, timed=False).step():
            assert (search.score, search.bound) == (optimum(seed), optimum(seed)), seed
            closed += 1
        assert search.bound >= optimum(seed)
    assert closed > 15
