"""The linear program over routes: its value and its prices."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.result import FINE
from optimizer.core.solution import route_cost
from optimizer.solvers.master import POINT, Master
from optimizer.solvers.tighten import blended
from tests.solvers.test_bound import proved
from tests.solvers.worlds import all_routes, ints, optimum, random_problem, two_venues

pytestmark = pytest.mark.usefixtures("compiled_loops")


def full_master(problem):
    master = Master(problem)
    master.add_all((s, route) for s in range(len(problem.segments)) for route in all_routes(problem, s))
    return master


def test_a_week_by_hand():
    """One unit, both jobs: 146 millipoints; a route is added once, the empty one never."""
    problem = two_venues()
    master = full_master(problem)
    assert master.solve() * POINT == pytest.approx(146 * FINE)
    segment, route = master.columns[0]
    assert not master.add(segment, route)
    assert not master.add(0, ())


def test_two_units_share_one_room():
    """Two units, place 0 alone open on days 0-1, done twice: 100 - 20 once, not twice."""
    problem = two_venues()
    twins = replace(
        problem,
        segments=problem.segments * 2,
        eligible=problem.eligible * 2,
        job_last=ints(1, -1),
        copies=ints(2, 1),
        value=np.array([[0, 100, 200], [0, 70, 70]]),
        people=np.array([[0, 20, 40], [0, 10, 10]]),
    )
    master = full_master(twins)
    assert master.solve() * POINT == pytest.approx(80 * FINE)
    assert proved(twins, master.duals()).proof.value == 80


def test_its_value_bounds_every_plan_and_its_prices_prove_it():
    """With all routes in it the program's value is the least bound that prices prove."""
    for seed in range(60):
        problem, best = random_problem(seed), optimum(seed)
        master = full_master(problem)
        fixed = problem.base_value + int(problem.value[:, 0].sum())
        fixed -= sum(route_cost(problem, segment, ()) for segment in problem.segments)
        value = master.solve() * POINT + fixed * FINE
        # Equity and gains are rounded by a millipoint for the score alone.
        assert value >= (best - 1) * FINE
        proof = proved(problem, master.duals()).proof
        assert proof.value >= best
        assert proof.fine <= value + FINE * (2 + problem.jobs)


def test_prices_between_two_prices():
    """Half way; the shares of equity still sum to the rate."""
    for seed in range(40):
        problem = random_problem(seed)
        if problem.equity is not None:
            one, other = full_master(problem), Master(problem)
            one.solve(), other.solve()
            mixed = blended(problem, one.duals(), other.duals(), 0.37)
            assert mixed.equity.sum() == problem.equity.rate_fine
            assert mixed.equity.min() >= 0
            assert mixed.room.min(initial=0) >= 0
            break
    else:
        raise AssertionError("no world with equity")
