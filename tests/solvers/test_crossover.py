"""Of two solutions the better parts, against every way to mix them."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from optimizer.compile import compile_scenario
from optimizer.core.problem import Equity
from optimizer.core.result import FINE
from optimizer.core.solution import Solution, faults, objective, times_done
from optimizer.generator import generate
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.crossover import best_of_both, crossing, differences, take_better
from optimizer.solvers.flat_equity import lay_out_equity
from optimizer.solvers.flat_solution import blank, load, unload, usage
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import no_prices
from optimizer.solvers.search import Search
from tests.solvers.worlds import all_routes, random_problem, random_solution, two_venues

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


def test_what_parts_gain_is_what_the_objective_gains():
    """To the rounding of equity and change, also where parts are of several segments."""
    gained = 0
    for problem, one, other in [*pairs(200), *pairs(400, fair=True)]:
        layout, equity = lay_out(problem), lay_out_equity(problem, no_prices(problem))
        flat, flat_other = (blank(len(one.routes), layout.longest) for _ in range(2))
        load(flat, one)
        load(flat_other, other)
        changed, changes, dirty, cost = differences(layout, flat_other, flat)
        gain = take_better(
            layout, equity, crossing(layout, equity), changed[:changes], dirty, flat_other,
            usage(layout, flat_other), flat, cost,
        )  # fmt: skip
        change = objective(problem, unload(flat)) - objective(problem, one)
        rounded = (problem.equity is not None) + (problem.change is not None)
        assert gain / FINE == pytest.approx(change, abs=rounded)
        gained += problem.equity is not None and change > 1
    assert gained > 20


def two_towns():
    """Two units at home in different towns, each with one visit of little worth: equity needs both."""
    problem = two_venues()
    return replace(
        problem,
        segments=problem.segments * 2,
        eligible=problem.eligible * 2,
        value=np.array([[0, 1], [0, 1]]),
        equity=Equity(10**6, np.array([0, 1]), np.array([20, 10]), np.array([0, 0])),
    )


def test_all_is_taken_where_only_together_it_gains():
    """One town served is worth less than the way there; both are worth it."""
    problem = two_towns()
    routes = [
        max(all_routes(problem, s), key=lambda route: sum(visit.job == s for visit in route) - len(route) / 9)
        for s in range(2)
    ]
    assert [[visit.job for visit in route] for route in routes] == [[0], [1]]
    nothing, both = Solution.empty(problem), Solution(tuple(routes))
    halves = [Solution((routes[0], ())), Solution(((), routes[1]))]
    assert max(objective(problem, half) for half in halves) < objective(problem, nothing)
    assert objective(problem, both) > objective(problem, nothing)
    assert both_of(problem, nothing, both) == both


def test_where_nothing_is_scarce_it_is_the_best_mixture():
    """Against all mixtures, where each valid one stays so however it is mixed."""
    told = 0
    for problem, one, other in pairs(200):
        roomy = replace(problem, room=problem.room * 0 + 99, pool=problem.pool * 0 + 99)
        if times_done(problem, one) & times_done(problem, other):
            continue
        both = both_of(roomy, one, other)
        ways = product([False, True], repeat=len(one.routes))
        assert objective(roomy, both) == max(objective(roomy, mixed(one, other, way)) for way in ways)
        told += bool(times_done(problem, one)) and bool(times_done(problem, other))
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
