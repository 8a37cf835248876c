"""Prices: shares of equity, what requests gain, and the subgradient."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Change, Equity
from optimizer.core.result import FINE, whole_bound
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import (
    Buyers,
    Subgradient,
    along,
    capacity_part,
    equal_shares,
    job_part,
    nearest_in_simplex,
    no_prices,
    summed,
)
from tests.solvers.test_bound import proved
from tests.solvers.worlds import ints, keeping, optimum, random_problem, two_venues


def test_prices_are_summed_up_to_each_day():
    """1, 2, 3 a day; a free row before."""
    assert summed(ints(1, 2, 3)[None], 1).tolist() == [[0, 0, 0, 0], [0, 1, 3, 6]]


def test_equal_shares_sum_to_the_rate():
    """10 over three groups: 3 each, and 1 for the cap."""
    problem = two_venues()
    three = Equity(10, ints(0, 1), ints(1, 1, 1), ints(0, 0, 0))
    nobody = Equity(10, ints(), ints(), ints())
    assert equal_shares(replace(problem, equity=three)).tolist() == [3, 3, 3, 1]
    assert equal_shares(replace(problem, equity=nobody)).tolist() == [10]
    assert equal_shares(problem).tolist() == []


def test_a_request_sells_while_it_pays():
    """Worth 100 and 70 at prices of 80 each: the first sells and keeps 20, the second does not."""
    problem = two_venues()
    duals = replace(no_prices(problem), job=ints(80_000, 80_000))
    gain, sold = job_part(problem, duals)
    assert gain == 20_000
    assert sold.tolist() == [1, 0]


def test_capacity_costs_its_price():
    """One room of place 0 on day 3 at 7."""
    problem = two_venues()
    duals = no_prices(problem)
    duals.room[0, 3] = 7
    assert capacity_part(problem, duals) == 7


def test_a_bound_is_rounded_down_and_leaves_equity_its_half():
    """Scores are whole, so 1.9 bounds like 1; the score's equity term may have been rounded up."""
    problem = two_venues()
    assert whole_bound(problem, 1900) == 1
    fair = replace(problem, equity=Equity(1, ints(0, 0), ints(1), ints(0)))
    assert whole_bound(fair, 1900) == 2
    assert whole_bound(fair, 1400) == 1


def test_a_loss_of_half_a_millipoint_is_a_whole_one():
    """Lost are 0.499, 0.5 and 1.5: the score has 0, -1 and -2, and no bound needs more."""
    problem = replace(two_venues(), change=Change(1, 1))
    assert [whole_bound(problem, -lost) for lost in (499, 500, 1499, 1500)] == [0, -1, -1, -2]


def test_a_kept_job_costs_its_bonus_more_and_gains_what_it_costs_less():
    """Job 2 keeps job 0's stay, for 7 millipoints; the request's own price is 80 points a visit."""
    problem = keeping(two_venues(), [(0, 0, 1, 2)], 7000, 1)
    prices = along(problem, ints(80_000, 80_000, 5))
    assert prices.tolist() == [80_000, 80_000, 87_000]
    duals = replace(no_prices(problem), job=prices)
    # 20 as without a base plan, less 7 for what may be lost.
    assert job_part(problem, duals)[0] == 20_000 - 7_000
    prices[2] -= 4_000
    assert job_part(problem, duals)[0] == 20_000 - 7_000 + 4_000


@pytest.mark.parametrize(
    ("values", "nearest"), [([3.0, 1.0], [3.0, 1.0]), ([5.0, 1.0], [4.0, 0.0]), ([0.0, 0.0], [2.0, 2.0])]
)
def test_the_nearest_shares_that_sum_to_four(values, nearest):
    """Duchi et al., with entries >= 0."""
    assert nearest_in_simplex(np.array(values), 4.0).tolist() == nearest


@pytest.mark.usefixtures("compiled_loops")
def test_the_subgradient_lowers_the_bound_and_keeps_it_one():
    """Over random worlds: never below the best plan, never worse than where it began, mostly better."""
    better = 0
    for seed in range(40):
        problem, best = random_problem(seed), optimum(seed)
        before = proved(problem, no_prices(problem)).proof
        walk = Subgradient(problem, Buyers(problem, lay_out(problem)), no_prices(problem))
        walk.run(best * FINE, 60, lambda: False)
        after = proved(problem, walk.duals).proof
        assert after.value >= best
        if problem.equity is not None:
            assert walk.duals.equity.sum() == problem.equity.rate_fine
            assert walk.duals.equity.min() >= 0
        better += after.fine < before.fine
    assert better > 10
