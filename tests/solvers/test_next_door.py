"""The world next door: never below the real one, and exact where moves cost nothing there either."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Problem
from optimizer.core.result import FINE
from optimizer.core.solution import route_cost
from optimizer.solvers.families import fewest_free
from optimizer.solvers.next_door import NextDoor, first_prices
from optimizer.solvers.prices import no_prices
from tests.solvers.test_far import in_regions
from tests.solvers.worlds import (
    all_routes,
    ints,
    optimum,
    random_duals,
    random_problem,
    route_worth,
    two_venues,
    without_jobs,
    without_units,
)

pytestmark = pytest.mark.usefixtures("compiled_loops")


def test_by_hand():
    """Both jobs fit into the week with a free day between; the ways of 24 are forgotten."""
    problem = two_venues()
    door = NextDoor(problem)
    assert door.best(no_prices(problem)).tolist() == [170 * FINE]
    # Five days are enough for two stays of two days and the free one, four are not.
    for last, best in ((4, 170), (3, 100)):
        short = replace(problem, segments=(replace(problem.segments[0], last=last),))
        assert NextDoor(short).best(no_prices(short)).tolist() == [best * FINE]


def test_a_job_does_not_follow_itself():
    """With one place three stays fit: job 0 again only after job 1, unless it may be done twice."""
    problem = two_venues()
    at_one = replace(problem, job_place=ints(0, 0))
    assert NextDoor(at_one).best(no_prices(at_one)).tolist() == [(100 + 70 + 100) * FINE]
    twice = replace(at_one, copies=ints(2, 1), value=np.array([[0, 100, 200], [0, 70, 70]]))
    assert NextDoor(twice).best(no_prices(twice)).tolist() == [300 * FINE]


def test_free_days_that_any_move_needs():
    """The least between two different places; of regions the least between any two."""
    problem = two_venues()
    assert fewest_free(problem) == 1
    assert fewest_free(replace(problem, places=1)) == 0
    regions = in_regions(problem, [0, 1, 2])
    assert fewest_free(regions) == regions.regions.gap.min()


@pytest.mark.parametrize("part", range(4))
def test_no_real_route_is_worth_more(part):
    """400 random worlds at random prices, pins and lawless distances among them."""
    for seed in range(part, 400, 4):
        problem = random_problem(seed)
        duals = random_duals(problem, seed)
        best = NextDoor(problem).best(duals)
        for segment in range(len(problem.segments)):
            routes = all_routes(problem, segment)
            assert best[segment] >= max(route_worth(problem, segment, duals, route) for route in routes)


@pytest.mark.parametrize("part", range(2))
def test_it_is_exact_where_the_real_world_is_like_it(part):
    """Without costs, pins and room prices, and the same free days everywhere: no more than repeats allow."""
    exact = 0
    for seed in range(part, 200, 2):
        problem = random_problem(seed)
        size = len(np.array(problem.cost))
        problem = replace(
            problem,
            cost=np.zeros((size, size), np.int64),
            gap=np.ones((size, size), np.int64) - np.eye(size, dtype=np.int64),
            segments=tuple(
                replace(segment, origin_fixed=False, destination_fixed=False) for segment in problem.segments
            ),
        )
        duals = random_duals(problem, seed)
        duals = replace(duals, room=np.zeros_like(duals.room))
        best = NextDoor(problem).best(duals)
        for segment in range(len(problem.segments)):
            real = max(route_worth(problem, segment, duals, r) for r in all_routes(problem, segment))
            assert best[segment] >= real
            exact += bool(best[segment] == real)
    assert exact > 120


def alike(units: int, jobs: int = 16) -> Problem:
    """So many units of one sort, and so many jobs of the same price."""
    problem = two_venues()
    return replace(
        problem,
        job_place=np.arange(jobs) % 2,
        job_class=np.zeros(jobs, np.int64),
        job_first=np.zeros(jobs, np.int64),
        job_last=np.full(jobs, 6),
        job_pool=np.full(jobs, -1),
        job_demand=np.arange(jobs),
        value=np.tile([0, 100_000], (jobs, 1)),
        people=np.tile([0, 20], (jobs, 1)),
        copies=np.ones(jobs, np.int64),
        segments=problem.segments * units,
        eligible=(np.arange(jobs),) * units,
    )


def test_one_program_serves_those_that_begin_or_end_on_the_same_day():
    """Five stretches of days of one sort make two families: two begin together, the others end together."""
    problem = alike(6)
    days = [(0, 6), (0, 2), (3, 6), (4, 6), (2, 6), (0, 6)]
    whole = problem.segments[0]
    segments = [replace(whole, first=first, last=last) for first, last in days]
    # A segment's jobs are those that fit into its days: all of these are two days long.
    few = np.arange(4)
    problem = replace(
        problem,
        job_last=np.where(np.isin(np.arange(16), few), 1, 6),
        segments=tuple(segments),
        eligible=tuple(np.arange(16) if first == 0 else np.arange(4, 16) for first, _ in days),
    )
    door = NextDoor(problem)
    assert door.families == 2
    duals = no_prices(problem)
    each = [
        NextDoor(replace(problem, segments=(segment,), eligible=(jobs,))).best(duals)[0]
        for segment, jobs in zip(problem.segments, problem.eligible, strict=True)
    ]
    assert door.best(duals).tolist() == each
    assert each[0] > each[1]


@pytest.mark.parametrize("seed", range(60))
def test_first_prices_prove_a_bound(seed):
    """Never below the best plan, and never worse than at the highest prices."""
    problem = random_problem(seed)
    door = NextDoor(problem)
    proof = first_prices(problem, door.prove)
    assert optimum(seed) <= proof.value
    assert proof.fine <= door.prove(no_prices(problem)).fine


def test_nobody_and_nothing():
    """Without units, or without jobs, there is nothing to buy; who is idle drives what must be driven."""
    for problem in (without_units(two_venues()), without_jobs(two_venues())):
        door = NextDoor(problem)
        bought = door.bought(no_prices(problem).job.astype(float), np.zeros(problem.pool.shape), 1.0)
        assert not bought.visits.any()
        assert first_prices(problem, door.prove).value == problem.base_value == 0
    pinned = without_jobs(two_venues())
    home = replace(pinned.segments[0], origin=0, destination=1, origin_fixed=True, destination_fixed=True)
    pinned = replace(pinned, segments=(home,))
    assert NextDoor(pinned).best(no_prices(pinned)).tolist() == [-route_cost(pinned, home, ()) * FINE]
