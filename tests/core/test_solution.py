"""Worth and faults of solutions, the sums done by hand."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Equity, Segment
from optimizer.core.solution import (
    Solution,
    Visit,
    equity_value,
    faults,
    keep_where_possible,
    objective,
    route_cost,
    times_done,
)
from tests.solvers.worlds import ints, keeping, two_venues

BOTH = (Visit(0, 0), Visit(3, 1))


def plan(*routes):
    return Solution(routes)


def test_a_route_pays_for_the_way_out_between_and_home():
    """10 out, 4 across, 10 home."""
    problem = two_venues()
    assert route_cost(problem, problem.segments[0], BOTH) == 24
    assert route_cost(problem, problem.segments[0], ()) == 0


def test_an_empty_stretch_next_to_a_pinned_stay_is_driven():
    """From the pinned stay at place 0 home: 10."""
    problem = two_venues()
    assert route_cost(problem, Segment(0, 0, 6, 0, 2, origin_fixed=True), ()) == 10


def test_the_score_is_value_less_driving_and_what_is_fixed():
    """100 + 70 - 24 + 5."""
    assert objective(replace(two_venues(), base_value=5), plan(BOTH)) == 151


def test_what_pins_have_earned_counts_without_any_visit():
    """Column 0 of the values: 30 and 0; doing job 0 once more makes it 100."""
    problem = replace(two_venues(), value=np.array([[30, 100], [0, 70]]))
    assert objective(problem, Solution.empty(problem)) == 30
    assert objective(problem, plan((Visit(0, 0),))) == 100 - 20


@pytest.mark.parametrize(
    ("done", "worth"),
    # Groups ask for 40 and 10; 2 thousandths of a point a share of coverage: 5 x 20/40 = 2.5, halves up.
    [({}, 0), ({0: 1}, 0), ({0: 1, 1: 1}, 3)],
)
def test_equity_pays_for_the_lowest_coverage_and_rounds_halves_up(done, worth):
    """Coverage 20/40 and 10/10: the worst of the two is one half."""
    equity = Equity(rate_fine=5000, group=ints(0, 1), requested=ints(40, 10), served=ints(0, 0))
    assert equity_value(replace(two_venues(), equity=equity), done) == worth


def test_coverage_never_counts_above_one():
    """20 served of 7 requested, 10 of 5."""
    equity = Equity(rate_fine=5000, group=ints(0, 1), requested=ints(7, 5), served=ints(0, 0))
    problem = replace(two_venues(), equity=equity)
    assert objective(problem, plan(BOTH)) == 146 + 5


def test_a_valid_plan_has_no_faults():
    """Days 0-1 at place 0, day 2 free, days 3-4 at place 1."""
    problem = two_venues()
    assert faults(problem, plan(BOTH)) == []
    assert times_done(problem, plan(BOTH)) == {0: 1, 1: 1}


def changing():
    """Of three stays that there were, job 0 from day 1 on may be kept, as job 2; 1.25 millipoints each."""
    return keeping(two_venues(), [(0, 0, 1, 2)], 1250, 3)


@pytest.mark.parametrize(
    ("route", "score"),
    # Lost are 3 times 1.25, so 4 with halves up, or 2 times: 2.5, so 3.
    [((), -4), ((Visit(1, 0),), 100 - 20 - 4), ((Visit(1, 2),), 100 - 20 - 3)],
)
def test_what_is_not_kept_of_a_base_plan_costs_its_rate_rounded_once(route, score):
    assert objective(changing(), plan(route)) == score


def test_a_kept_job_meets_the_demand_of_its_first():
    """Doing both is doing one job twice; from another day on there is nothing to keep."""
    problem = changing()
    assert times_done(problem, plan((Visit(1, 2),))) == {0: 1}
    assert faults(problem, plan((Visit(1, 2), Visit(4, 0)))) == ["job 0 is done 2 times, at most 1"]
    assert faults(problem, plan((Visit(2, 2),))) == ["job 2 cannot start on day 2"]


def test_stays_of_the_base_plan_are_taken_for_what_they_are():
    """Job 0 from day 1 on is kept, from day 2 on it is not."""
    problem = changing()
    assert keep_where_possible(problem, plan((Visit(1, 0), Visit(4, 1)))) == plan((Visit(1, 2), Visit(4, 1)))
    assert keep_where_possible(problem, plan((Visit(2, 0),))) == plan((Visit(2, 0),))


@pytest.mark.parametrize(
    ("changes", "route", "words"),
    [
        ({}, (Visit(0, 0), Visit(2, 1)), "starts before day 3"),
        ({}, (Visit(6, 0),), "cannot start on day 6"),
        ({}, (Visit(0, 0), Visit(2, 0)), "is done 2 times, at most 1"),
        ({"eligible": (ints(1),)}, (Visit(0, 0),), "may not do job 0"),
        ({"room": np.zeros((2, 7), np.int64)}, (Visit(0, 0),), "place 0 has no free room on day 0"),
        ({"job_pool": ints(0, -1), "pool": ints(1, 0, 1, 1, 1, 1, 1)[None]}, (Visit(0, 0),), "pool 0"),
        ({"segments": (Segment(0, 1, 6, 2, 2),)}, (Visit(0, 0),), "starts before day 1"),
        ({"segments": (Segment(0, 0, 4, 2, 2),)}, (Visit(4, 0),), "cannot start on day 4"),
        ({"segments": (Segment(0, 0, 6, 1, 2, True),)}, (Visit(0, 0),), "starts before day 1"),
        (
            {"segments": (Segment(0, 0, 6, 2, 1, False, True),)},
            (Visit(5, 0),),
            "too late for its",
        ),
    ],
)
def test_each_fault_is_told(changes, route, words):
    """One thing wrong, one sentence about it."""
    (found,) = [text for text in faults(replace(two_venues(), **changes), plan(route)) if words in text]
    assert words in found


def test_the_day_before_each_fault_is_none():
    """Pinned at place 1 after day 6: two days at place 0 from day 4 on leave day 6 for the move."""
    problem = replace(two_venues(), segments=(Segment(0, 0, 6, 2, 1, False, True),))
    assert faults(problem, plan((Visit(4, 0),))) == []
