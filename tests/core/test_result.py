"""The result that rests on nothing: all prices 0."""

import pytest

from optimizer.core.result import FINE, unpriced
from optimizer.core.solution import Solution, objective, route_cost
from tests.solvers.worlds import all_routes, optimum, random_problem


@pytest.mark.parametrize("part", range(4))
def test_without_prices_no_route_is_worth_more_than_stated(part):
    """Pinned ends may be further apart than by way of a visit, and what is kept of a base plan pays."""
    for seed in range(part, 200, 4):
        problem = random_problem(seed)
        result = unpriced(problem, Solution.empty(problem))
        for number, segment in enumerate(problem.segments):
            for route in all_routes(problem, number):
                worth = -route_cost(problem, segment, route) * FINE
                worth += sum(int(problem.bonus[visit.job]) for visit in route)
                assert worth <= result.proof.best[number], seed
        assert result.score == objective(problem, Solution.empty(problem))
        assert result.bound == result.proven == result.proof.value


@pytest.mark.parametrize("seed", [*range(20), 273, 675, 1481])
def test_without_prices_the_bound_holds(seed):
    problem = random_problem(seed)
    assert unpriced(problem, Solution.empty(problem)).bound >= optimum(seed)
