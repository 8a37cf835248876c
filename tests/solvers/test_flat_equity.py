"""Equity in flat arrays: as it is, and as it is felt in the heat."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Equity
from optimizer.core.result import FINE
from optimizer.core.solution import equity_value
from optimizer.solvers.flat_equity import lay_out_equity, lowest_coverage, people_served, smoothed_equity
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import no_prices
from tests.solvers.worlds import random_problem

pytestmark = pytest.mark.usefixtures("compiled_loops")


def laid_out(seed):
    """A random world with equity, and its term with shares that add up to the rate."""
    problem, random = random_problem(seed), np.random.default_rng(seed)
    groups = int(random.integers(1, 4))
    equity = Equity(
        rate_fine=int(random.integers(1, 10**7)),
        group=random.integers(0, groups, problem.jobs),
        requested=random.integers(5, 60, groups),
        served=random.integers(0, 20, groups),
    )
    problem = replace(problem, equity=equity)
    shares = random.multinomial(equity.rate_fine, random.dirichlet(np.ones(groups + 1)))
    return problem, lay_out_equity(problem, replace(no_prices(problem), equity=shares)), random


@pytest.mark.parametrize("seed", range(40))
def test_it_is_worth_what_the_objective_says(seed):
    problem, equity, random = laid_out(seed)
    used = random.integers(0, problem.copies + 1)
    served = people_served(lay_out(problem), equity, used)
    value = equity_value(problem, Counter(dict(enumerate(used.tolist()))))
    assert equity.rate * lowest_coverage(equity, served) / FINE == pytest.approx(value, abs=0.51)


@pytest.mark.parametrize("seed", range(40))
def test_hot_it_is_a_sum_and_cold_the_lowest(seed):
    """Between the two, the more the hotter; and it grows with every person served below full coverage."""
    _, equity, random = laid_out(seed)
    served = random.integers(0, equity.requested)
    lowest = equity.rate * lowest_coverage(equity, served)
    coverage = np.append(served / equity.requested, 1.0)
    mean = (equity.price * coverage).sum()
    felt = [smoothed_equity(equity, served, heat * equity.rate) for heat in (1e-4, 0.01, 0.1, 1.0, 1e4)]
    assert felt[0] == pytest.approx(lowest, abs=1e-3 * equity.rate)
    assert felt[-1] == pytest.approx(mean, abs=0.06 * equity.rate)
    assert np.all(np.diff(felt) >= -1e-9 * equity.rate)
    for group in range(len(served)):
        more = served.copy()
        more[group] += 1
        assert smoothed_equity(equity, more, 0.1 * equity.rate) > felt[2]


def test_without_it_nothing_is_felt():
    problem = replace(random_problem(1), equity=None)
    equity = lay_out_equity(problem, no_prices(problem))
    served = people_served(lay_out(problem), equity, np.zeros(problem.jobs, np.int64))
    assert len(served) == 0
    assert equity.rate * lowest_coverage(equity, served) == 0
