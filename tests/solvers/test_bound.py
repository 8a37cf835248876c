"""Best elementary routes and the bound that prices prove, against every route and every plan there is."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Segment
from optimizer.core.result import Duals
from optimizer.solvers.bound import Memory, best_route, prove
from optimizer.solvers.layout import lay_out
from optimizer.solvers.prices import no_prices, summed
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


def labelled(problem, segment, duals, most_labels=10**6):
    layout = lay_out(problem)
    return best_route(
        layout,
        segment,
        duals,
        summed(duals.room),
        summed(duals.pool, 1),
        Memory.none(len(problem.eligible[segment])),
        -int(layout.empty[segment]),
        most_labels,
    )


def proved(problem, duals, stop=lambda: False, **limits):
    memories = [Memory.none(len(jobs)) for jobs in problem.eligible]
    return prove(problem, lay_out(problem), duals, memories, stop, **limits)


@pytest.mark.parametrize("part", range(4))
def test_labelling_finds_the_best_elementary_route(part):
    """400 random worlds at random prices: the value that brute force finds, and it is attained."""
    for seed in range(part, 400, 4):
        problem = random_problem(seed)
        duals = random_duals(problem, seed)
        for segment in range(len(problem.segments)):
            found = labelled(problem, segment, duals)
            best = max(route_worth(problem, segment, duals, route) for route in all_routes(problem, segment))
            assert (found.best, found.exact) == (best, True), (seed, segment)


def test_a_visit_that_earns_nothing_may_save_a_detour():
    """Pinned at 0, home costs 10, by way of place 1 only 4 + 2: best is -6, not -10."""
    problem = two_venues()
    cost = np.array(problem.cost)
    cost[1, 2] = 2
    segment = Segment(0, 0, 6, 0, 2, origin_fixed=True)
    pinned = replace(problem, cost=cost, segments=(segment,), eligible=(ints(1),))
    nothing = replace(no_prices(pinned), job=ints(0, 0))
    assert labelled(pinned, 0, nothing).best == -6000


def test_a_job_is_not_done_twice_however_dear():
    """Free days for three stays at place 0, one copy: 100 - 20."""
    problem = replace(two_venues(), eligible=(ints(0),))
    found = labelled(problem, 0, no_prices(problem))
    assert (found.best, found.exact) == (80_000, True)
    two = replace(problem, copies=ints(2, 1), value=np.array([[0, 100, 200], [0, 70, 70]]))
    assert labelled(two, 0, no_prices(two)).best == 180_000


@pytest.mark.parametrize("part", range(4))
def test_any_prices_prove_a_bound(part):
    """No plan beats it, whether the labelling is exact, given up at 3 labels, or not begun."""
    for seed in range(part, 320, 4):
        problem, best = random_problem(seed), optimum(seed)
        for number in range(3):
            duals = random_duals(problem, 10 * seed + number)
            exact = proved(problem, duals)
            assert exact.exact.all()
            assert exact.proof.value >= best, seed
            assert proved(problem, duals, most_labels=3).proof.fine >= exact.proof.fine
            assert proved(problem, duals, stop=lambda: True).proof.fine >= exact.proof.fine


def test_the_bound_by_hand():
    """Jobs at 100 and 70 keep nothing, the route is worth 146: so is the bound, and so is the best plan."""
    problem = two_venues()
    assert proved(problem, no_prices(problem)).proof.value == 146
    # At 80 and 70 job 0 keeps 20, and the route is worth 126.
    cheaper = Duals(ints(80_000, 70_000), np.zeros((2, 7), np.int64), np.zeros((0, 7), np.int64), ints())
    assert proved(problem, cheaper).proof.fine == 20_000 + 126_000


def test_routes_found_on_the_way_are_real_ones():
    """Every column of a proof is a route of its segment."""
    for seed in range(30):
        problem = random_problem(seed)
        for segment, route in proved(problem, random_duals(problem, seed)).columns:
            assert route in all_routes(problem, segment)
