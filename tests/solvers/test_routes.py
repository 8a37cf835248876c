"""Routes by dynamic programming, against every route there is."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.solution import Solution, Visit, faults, route_cost
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import RouteBook, no_prices, price_all
from optimizer.solvers.routes import reversed_cost
from tests.solvers.worlds import all_routes, ints, random_duals, random_problem, route_worth, two_venues

pytestmark = pytest.mark.usefixtures("compiled_loops")


def priced(problem, duals, most=3):
    layout = lay_out(problem)
    segments = np.flatnonzero(np.diff(layout.job_at) > 0)
    book = RouteBook.blank(len(problem.segments), most, layout.longest)
    prize = np.repeat(duals.job[:, None], problem.value.shape[1] - 1, 1)
    price_all(layout, segments, prize, np.zeros(problem.jobs, np.int64), duals, most, book)
    return book


def test_the_best_route_of_a_week():
    """Both jobs: 100 + 70 - 24 = 146, place 0 on days 0-1, place 1 on days 3-4 at the earliest."""
    problem = two_venues()
    book = priced(problem, no_prices(problem))
    assert book.value[0, 0] == 146_000
    assert sorted(visit.job for visit in book.route(0)) == [0, 1]


@pytest.mark.parametrize("part", range(4))
def test_routes_are_valid_worth_what_is_said_and_never_beat_the_best(part):
    """Each route of each random world, at random prices; they come best first and beat the empty one."""
    compared = 0
    for seed in range(part, 80, 4):
        problem = random_problem(seed)
        duals = random_duals(problem, seed)
        book = priced(problem, duals)
        for segment in range(len(problem.segments)):
            best = max(route_worth(problem, segment, duals, route) for route in all_routes(problem, segment))
            values = book.value[segment, : book.count[segment]].tolist()
            assert values == sorted(values, reverse=True)
            for rank, value in enumerate(values):
                route = book.route(segment, rank)
                empty = ((),) * len(problem.segments)
                alone = Solution((*empty[:segment], route, *empty[segment + 1 :]))
                # Without prices on capacity a route may take what is not there.
                assert all("room" in text or "pool" in text for text in faults(problem, alone))
                assert value == route_worth(problem, segment, duals, route)
                assert route_worth(problem, segment, duals, ()) < value <= best
                compared += 1
    assert compared > 10


def test_a_way_back_to_where_the_best_comes_from():
    """
    Job 1 is due on days 0-1 alone; job 0 first is worth more then, but job 1 and then job 0 is best.

    Who has done job 1 is worth no more at its place than who comes from job 0, and has to go there.
    """
    problem = replace(two_venues(), job_last=ints(6, 1))
    book = priced(problem, no_prices(problem))
    assert book.value[0, 0] == 146_000
    assert [visit.job for visit in book.route(0)] == [1, 0]


@pytest.mark.parametrize(("days", "value"), [(0, 146_000), (2, 146_000), (4, 80_000)])
def test_legs_of_different_lengths(days, value):
    """From place 1 to place 0 so many free days, the other way none that would fit; job 1 is due first."""
    way = np.array([[0, 6, 1], [days, 0, 1], [1, 1, 0]], dtype=np.int64)
    problem = replace(two_venues(), job_last=ints(6, 1), gap=way)
    assert priced(problem, no_prices(problem)).value[0, 0] == value


def test_costs_of_routes_written_backwards():
    """The same as forwards."""
    problem = two_venues()
    route = (Visit(0, 0), Visit(3, 1))
    jobs = np.array([1, 0])
    assert reversed_cost(lay_out(problem), 0, jobs, 2) == 1000 * route_cost(
        problem, problem.segments[0], route
    )
    assert reversed_cost(lay_out(problem), 0, jobs, 0) == 0
