"""Flat arrays of a problem, and what dropping a stop may cost."""

from dataclasses import replace

import numpy as np

from optimizer.core.problem import Segment
from optimizer.solvers.layout import NEVER, lay_out
from tests.solvers.worlds import two_venues, without_jobs, without_units


def test_costs_are_in_thousandths_and_pools_shifted_by_one():
    """Row 0 of the pools stands for no pool and is never used up."""
    layout = lay_out(two_venues())
    assert layout.cost.tolist() == [0, 4000, 4000, 0]
    assert layout.out.tolist() == layout.back.tolist() == [10_000, 10_000]
    assert layout.job_pool.tolist() == [0, 0]
    assert layout.pool.min() > 1000
    assert layout.detour.tolist() == [0]


def test_a_stop_on_the_way_may_save_money():
    """10 straight home, 4 + 2 by way of place 1: dropping the stop costs 4."""
    problem = two_venues()
    cost = np.array(problem.cost)
    cost[1, 2] = 2
    assert lay_out(replace(problem, cost=cost)).detour.tolist() == [4000]


def test_a_stop_between_a_pin_and_home_may_save_money():
    """From the pin at 0 home 10; by way of 1 alone 4 + 2. Nothing but the empty route shows it."""
    problem = two_venues()
    cost = np.array(problem.cost)
    cost[1, 2] = 2
    segment = Segment(0, 0, 6, 0, 2, origin_fixed=True)
    only_there = replace(problem, cost=cost, segments=(segment,), eligible=(problem.eligible[0][1:],))
    layout = lay_out(only_there)
    assert layout.empty.tolist() == [10_000]
    assert layout.detour.tolist() == [4000]


def test_a_stop_may_save_days():
    """Straight 5 free days, by way of a third place 1 + a stay + 1: dropping it may need more days."""
    problem = two_venues()
    cost, gap = np.ones((4, 4), np.int64), np.ones((4, 4), np.int64)
    gap[0, 1] = 5
    three = replace(
        problem,
        places=3,
        cost=cost,
        gap=gap,
        job_place=np.array([0, 1, 2]),
        job_class=np.zeros(3, np.int64),
        job_first=np.zeros(3, np.int64),
        job_last=np.full(3, 6),
        job_pool=np.full(3, -1),
        job_demand=np.arange(3),
        value=np.array([[0, 1]] * 3),
        people=np.array([[0, 1]] * 3),
        copies=np.ones(3, np.int64),
        room=np.ones((3, 7), np.int64),
        segments=(Segment(0, 0, 6, 3, 3),),
        eligible=(np.arange(3),),
    )
    assert lay_out(three).detour.tolist() == [NEVER]


def test_nothing_to_lay_out():
    """No units, or no jobs: empty arrays, offsets that begin at 0."""
    assert lay_out(without_units(two_venues())).job_at.tolist() == [0]
    assert lay_out(without_jobs(two_venues())).job_at.tolist() == [0, 0]
