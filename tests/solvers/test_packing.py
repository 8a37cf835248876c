"""Choosing among known routes, against every choice there is."""

import numpy as np
import pytest

from optimizer.core.solution import Solution, Visit, faults, objective
from optimizer.solvers.columns import Columns
from optimizer.solvers.packing import improve_part, pack_all
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


def test_freed_segments_are_packed_around_the_others():
    """The others keep their routes; freed ones take the best of all their routes that fit."""
    for seed in range(24):
        problem, best = random_problem(seed), random_solution(random_problem(seed), seed)
        free = {seed % len(problem.segments)}
        columns = known(problem, free)
        solution, proven = improve_part(
            problem, columns, np.arange(len(columns)), best, free, nodes=10_000, seconds=30.0
        )
        assert proven
        assert faults(problem, solution) == []
        choice = [
            list(all_routes(problem, s)) if s in free else [route] for s, route in enumerate(best.routes)
        ]
        # A request's gains are rounded together, so one may seem a millipoint more than the one before.
        assert 0 <= best_choice(problem, choice) - objective(problem, solution) <= problem.jobs
        assert all(solution.routes[s] == best.routes[s] for s in range(len(best.routes)) if s not in free)


def test_a_better_route_is_found():
    """Only job 1 is done; with all routes known both are: 146."""
    problem = two_venues()
    columns, best = known(problem), Solution(((Visit(0, 1),),))
    solution, proven = improve_part(problem, columns, np.arange(len(columns)), best, {0}, 400, 10.0)
    assert proven
    assert objective(problem, solution) == 146
