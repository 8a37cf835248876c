"""The days of a stay in the core problem."""

from dataclasses import replace

from tests.solvers.worlds import ints, two_venues


def test_the_end_of_a_stay_is_read_from_its_class():
    """Two days from day 2 on end on day 3; from the last day on nothing ends."""
    problem = two_venues()
    assert problem.jobs == 2
    assert problem.end(0, 2) == 3
    assert problem.end(0, 6) == -1


def test_no_stay_before_its_first_day_past_its_last_or_outside_the_horizon():
    """Job 0 may start on day 2 at the earliest and end on day 4 at the latest."""
    problem = replace(two_venues(), job_first=ints(2, 0), job_last=ints(4, 6))
    assert [problem.end(0, start) for start in range(-1, 8)] == [-1, -1, -1, 3, 4, -1, -1, -1, -1]
