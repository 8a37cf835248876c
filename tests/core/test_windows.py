"""A window problem's worth and faults, with the sums done by hand."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.solution import Solution, Visit
from optimizer.core.windows import NEVER, WindowProblem, window_faults, window_objective


def whole(*values):
    return np.array(values, np.int64)


@pytest.fixture
def line():
    """
    Home at 0, jobs at 3 and 5 on a line, a tick and 2 millipoints per step; two units.


    Job 0 may start at 2..4 for 6 ticks, or at 10..12 for 1 tick; job 1 at 0..20 for 2 ticks.
    The second unit does job 1 alone. Both are back by 25.
    """
    at = np.array([0, 3, 5], np.int64)
    apart = np.abs(at[:, None] - at[None, :])
    return WindowProblem(
        travel=apart,
        cost=2 * apart,
        place=whole(1, 2),
        segment_at=whole(0, 2, 3),
        first=whole(2, 10, 0),
        last=whole(4, 12, 20),
        stay=whole(6, 1, 2),
        prize=whole(100, 50),
        origin=whole(0, 0),
        destination=whole(0, 0),
        leave=whole(0, 0),
        back=whole(25, 25),
        eligible=np.array([[True, True], [False, True]]),
        base_value=-7,
    )


def test_the_earliest_end_may_come_from_the_later_segment(line):
    """Arriving at 3 one stays 6 ticks, at 4 too; arriving at 5 one waits for the short stay."""
    assert line.finish(0, 3) == 9
    assert line.finish(0, 4) == 10
    # 10 + 1
    assert line.finish(0, 5) == 11
    assert line.finish(0, 13) == NEVER


def test_the_worth_is_prizes_less_ways(line):
    """One unit does both and comes home: 150 - 2 x (3 + 2 + 5) - 7 = 123."""
    both = Solution(((Visit(3, 0), Visit(11, 1)), ()))
    assert window_faults(line, both) == []
    assert window_objective(line, both) == 123


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        (((Visit(3, 0),), (Visit(3, 0),)), "job 0 is done twice"),
        (((), (Visit(3, 0),)), "unit 1 may not do job 0"),
        (((Visit(2, 0),), ()), "before unit 0 is there at 3"),
        (((Visit(5, 0),), ()), "job 0 cannot start at 5"),
        (((Visit(19, 1),), ()), "back at 26, after 25"),
        (((Visit(3, 0), Visit(10, 1)), ()), "before unit 0 is there at 11"),
        (((),), "1 routes for 2 units"),
    ],
)
def test_every_fault_is_found(line, routes, fault):
    assert any(fault in told for told in window_faults(line, Solution(routes)))


def test_the_nearest_sound_ones_are_sound(line):
    """Each is one tick, or one unit, from a fault above."""
    for routes in [((Visit(3, 0),), ()), ((Visit(4, 0),), ()), ((), (Visit(18, 1),)), ((), ())]:
        assert window_faults(line, Solution(routes)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"last": whole(1, 12, 20)},
        {"stay": whole(6, -1, 2)},
        {"prize": whole(100, -1)},
        {"cost": -np.ones((3, 3), np.int64)},
        {"segment_at": whole(0, 3, 3)},
        {"eligible": np.ones((1, 2), np.bool_)},
    ],
)
def test_a_problem_without_sense_is_refused(line, change):
    with pytest.raises(ValueError):
        replace(line, **change)
