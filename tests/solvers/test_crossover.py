"""Of two solutions the better parts, against every way to mix them."""

from dataclasses import replace
from itertools import combinations, product

import pytest

from optimizer.compile import compile_scenario
from optimizer.core.solution import Solution, faults, objective
from optimizer.generator import generate
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.crossover import best_of_both
from optimizer.solvers.flat_equity import lay_out_equity
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import no_prices
from optimizer.solvers.search import Search
from tests.solvers.worlds import random_problem, random_solution

pytestmark = pytest.mark.usefixtures("compiled_loops")


def mixed(one, other, which):
    """Of each segment the route of one or of the other."""
    pairs = zip(one.routes, other.routes, which, strict=True)
    return Solution(tuple(theirs if takes else ours for ours, theirs, takes in pairs))


def both_of(problem, one, other):
    return best_of_both(lay_out(problem), lay_out_equity(problem, no_prices(problem)), one, other)


def pairs(count, *, fair=False):
    for seed in range(count):
        problem = random_problem(seed) if fair else replace(random_problem(seed), equity=None)
        yield problem, random_solution(problem, 2 * seed), random_solution(problem, 2 * seed + 1)


def test_what_comes_of_both_is_valid_and_no_worse_than_either():
    """Now and then better than both, with equity and without."""
    better = 0
    for problem, one, other in [*pairs(300), *pairs(300, fair=True)]:
        both = both_of(problem, one, other)
        score = objective(problem, both)
        assert faults(problem, both) == []
        assert score >= max(objective(problem, one), objective(problem, other))
        better += score > max(objective(problem, one), objective(problem, other))
    assert better > 8


def test_where_nothing_is_scarce_it_is_the_best_mixture():
    """Against all mixtures, where each valid one stays so however it is mixed."""
    told = 0
    for problem, one, other in pairs(200):
        roomy = replace(problem, room=problem.room * 0 + 99, pool=problem.pool * 0 + 99)
        jobs_of = [{visit.job for route in given.routes for visit in route} for given in (one, other)]
        if jobs_of[0] & jobs_of[1]:
            continue
        both = both_of(roomy, one, other)
        ways = product([False, True], repeat=len(one.routes))
        assert objective(roomy, both) == max(objective(roomy, mixed(one, other, way)) for way in ways)
        told += bool(jobs_of[0]) and bool(jobs_of[1])
    assert told > 10


def test_two_plans_of_a_town():
    """Forty units, where parts are of many segments."""
    problem = compile_scenario(generate(40, 200, 90, seed=3)).problem
    ends = []
    for seed in range(4):
        search = Search(problem, lambda: False, 0.0, lambda progress: None)
        Annealing(search, seed).cycle(150)
        ends.append(search.solution)
    better = 0
    for one, other in combinations(ends, 2):
        both = both_of(problem, one, other)
        assert faults(problem, both) == []
        assert objective(problem, both) >= max(objective(problem, one), objective(problem, other))
        better += both not in (one, other)
    assert better > 2


def test_the_order_of_the_two_makes_no_odds():
    """But where parts are worth the same."""
    for problem, one, other in pairs(100):
        there, back = both_of(problem, one, other), both_of(problem, other, one)
        assert objective(problem, there) == objective(problem, back)
        assert both_of(problem, there, one) == there
