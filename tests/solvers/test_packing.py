"""Choosing among known routes, against every choice there is."""

import numpy as np
import pytest

from optimizer.core.solution import Solution, Visit, faults, objective
from optimizer.solvers.columns import Columns
from optimizer.solvers.packing import pack_all, pack_better
from tests.solvers.worlds import all_routes, best_choice, optimum, random_problem, random_solution, two_venues


def known(problem, segments=None):
    numbers = range(len(problem.segments)) if segments is None else sorted(segments)
    return Columns(problem, [(s, route) for s in numbers for route in all_routes(problem, s) if route])


@pytest.mark.parametrize("part", range(3))
def test_packing_all_routes_is_the_best_plan_and_proves_it(part):
    """Score and bound are those of brute force."""
    for seed in range(part, 36, 3):
        problem = random_problem(seed)
        solution, bound = pack_all(problem, known(problem), Solution.empty(problem), 60.0, workers=1)
        assert faults(problem, solution) == []
        assert (objective(problem, solution), bound) == (optimum(seed), optimum(seed)), seed


def test_packing_some_routes_is_the_best_choice_of_these():
    """Every third route of each segment."""
    for seed in range(12):
        problem = random_problem(seed)
        every = known(problem)
        some = [every[number] for number in range(0, len(every), 3)]
        choice = [[(), *(route for s, route in some if s == n)] for n in range(len(problem.segments))]
        solution, bound = pack_all(problem, Columns(problem, some), Solution.empty(problem), 60.0, workers=1)
        assert (objective(problem, solution), bound) == (best_choice(problem, choice),) * 2


def test_packing_nothing():
    """No routes: the empty plan, proven."""
    problem = two_venues()
    assert pack_all(problem, Columns(problem), Solution.empty(problem), 5.0, workers=1) == (
        Solution.empty(problem),
        0,
    )


def test_the_best_of_many_routes_is_found():
    """Every other route of each segment, and those of a solution: as good as brute force finds it."""
    for seed in range(24):
        problem = random_problem(seed)
        best = random_solution(problem, seed)
        every = known(problem)
        columns = Columns(problem, [every[number] for number in range(0, len(every), 2)])
        columns.add_all(enumerate(best.routes))
        solution, proven = pack_better(
            problem, columns, np.arange(len(columns)), best, nodes=10_000, seconds=30.0
        )
        assert proven
        assert faults(problem, solution) == []
        some = [columns[number] for number in range(len(columns))]
        choice = [[(), *(route for s, route in some if s == n)] for n in range(len(problem.segments))]
        # A request's gains are rounded together, so one may seem a millipoint more than the one before.
        assert 0 <= best_choice(problem, choice) - objective(problem, solution) <= problem.jobs


def test_a_better_route_is_found():
    """Only job 1 is done; with all routes known both are: 146."""
    problem = two_venues()
    columns, best = known(problem), Solution(((Visit(0, 1),),))
    solution, proven = pack_better(problem, columns, np.arange(len(columns)), best, 400, 10.0)
    assert proven
    assert objective(problem, solution) == 146
