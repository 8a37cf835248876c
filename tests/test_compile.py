"""From scenario to core problem and back, the sums done by hand."""

from collections import Counter
from decimal import Decimal

import pytest

from optimizer.checker import check
from optimizer.compile import compile_scenario
from optimizer.core.problem import Change, Segment
from optimizer.core.solution import Solution, Visit, faults, objective
from optimizer.domain.plan import Draft
from optimizer.first_fit import first_fit
from tests.checker.worlds import course, day, request, row, unit, venue, world
from tests.oracles.compare import draft
from tests.oracles.tiny import base_of, tiny

A, B, C, DEPOT = 0, 1, 2, 3  # locations of the small world


def problem_of(**changes):
    return compile_scenario(world(**changes)).problem


def pin(request, unit, start):
    return {"request": request, "unit": unit, "start": day(start)}


def test_stays_end_on_the_third_working_day():
    """Monday to Wednesday; Thursday to Monday; no start on Saturday, none from 29 January on."""
    ends = problem_of().class_end
    assert ends.shape == (1, 28)
    assert [int(ends[0, start]) for start in (0, 3, 5, 23, 24, 27)] == [2, 7, -1, 25, -1, -1]


def test_venues_with_the_same_days_share_a_class():
    """A Friday closed at C alone makes a second class."""
    problem = problem_of(calendar=[row("venue:C", "01-09", "01-09", "0")])
    assert problem.job_class.tolist() == [0, 0, 1]
    # Wednesday 7, Thursday 8, (Friday 9), Monday 12.
    assert int(problem.class_end[1, 2]) == 7


def test_a_stay_is_no_longer_than_its_span():
    """Thursday to Monday are five days; four are allowed."""
    ends = problem_of(courses=[course(max_span=4)]).class_end
    assert [int(ends[0, start]) for start in (2, 3)] == [4, -1]


def test_legs_cost_their_kilometres_and_their_days():
    """A to B 10 km at 10 millipoints; at 7.5 km a day 2 days, C (15 km from A) exactly 2, B to C 1."""
    problem = problem_of(moves={"days": 1, "km_per_day": Decimal("7.5")})
    assert problem.cost[A].tolist() == [0, 100, 150, 100]
    assert problem.gap[A, :DEPOT].tolist() == [0, 2, 2]
    assert int(problem.gap[B, C]) == 1
    assert problem.places == 3


def test_a_leg_is_rounded_once_halves_up():
    """10 km at 0.00005 points are half a millipoint."""
    assert problem_of(objective={"km": "0.00005"}).cost[A].tolist() == [0, 1, 1, 1]


def test_classes_earn_their_people():
    """20 people in classes of at most ten: two classes. 10 people at priority 1.5: one."""
    problem = problem_of(requests=[request("RA", "A", 20), request("RB", "B", 10, priority="1.5")])
    assert problem.copies.tolist() == [2, 1]
    assert problem.value.tolist() == [[0, 10_000, 20_000], [0, 15_000, 15_000]]
    assert problem.people.tolist() == [[0, 10, 20], [0, 10, 10]]


def test_a_thousand_million_people_are_no_more_classes_than_rooms_have_days_for():
    """28 days hold nine stays of three days in each of two rooms; a class teaches ten."""
    problem = problem_of(requests=[request("RA", "A", 10**9)], venues=[venue("A", rooms=2)])
    assert problem.copies.tolist() == [18]
    assert problem.people[0, -1] == 180


def test_windows_and_lead_days():
    """Earliest 8 January is day 3, latest 16 January day 11; a venue's five lead days come later still."""
    problem = problem_of(
        requests=[request("RA", "A", 10, earliest=day("01-08"), latest=day("01-16")), request("RB", "B", 10)],
        venues=[venue("A"), venue("B", lead_days=5), venue("C")],
    )
    assert problem.job_first.tolist() == [3, 5]
    assert problem.job_last.tolist() == [11, 27]


def test_maintenance_and_late_units_cut_segments():
    """U1 is at its depot on days 7 and 8; U2 joins on day 4 and leaves after day 20."""
    problem = problem_of(
        units=[unit("U1"), unit("U2", **{"from": day("01-09"), "to": day("01-25")})],
        calendar=[row("unit:U1", "01-12", "01-13", "0")],
    )
    assert problem.segments == (
        Segment(0, 0, 6, DEPOT, DEPOT),
        Segment(0, 9, 27, DEPOT, DEPOT),
        Segment(1, 4, 20, DEPOT, DEPOT),
    )


def test_a_pin_cuts_takes_room_and_earns():
    """RA's first class is pinned to U1 from Monday to Wednesday."""
    problem = problem_of(pins=[pin("RA", "U1", "01-05")])
    assert problem.segments[:2] == (
        Segment(0, 0, -1, DEPOT, A, False, True),
        Segment(0, 3, 27, A, DEPOT, True, False),
    )
    assert problem.room[A, :4].tolist() == [0, 0, 0, 1]
    assert problem.copies.tolist() == [1, 1, 1]
    assert problem.value[0].tolist() == [10_000, 20_000]
    # Out to A and home: 20 km.
    assert objective(problem, Solution.empty(problem)) == 10_000 - 200


def test_a_request_pinned_in_full_is_no_job():
    """RB is one class; its 10 people stand in the base value."""
    compiled = compile_scenario(world(pins=[pin("RB", "U1", "01-05")]))
    assert compiled.jobs == ("RA", "RC")
    assert compiled.problem.base_value == 10_000


def test_instructors_are_a_pool():
    """Two of them, one busy with a pinned class on days 0 to 2."""
    problem = problem_of(
        instructors=[{"id": "I", "name": "I", "courses": ("cook",), "count": 2}],
        pins=[pin("RA", "U1", "01-05")],
    )
    assert problem.job_pool.tolist() == [0, 0, 0]
    assert problem.pool[0, :4].tolist() == [1, 1, 1, 2]


@pytest.mark.parametrize(
    "changes",
    [
        {"units": [unit("U1", equipment=("loom",))]},
        {"units": [unit("U1", vehicle="L")], "venues": [venue(v, access="M") for v in "ABC"]},
        {"courses": [course(needs=("water",))]},
        {"requests": [request("RA", "A", 4)]},
        {"requests": [request("RA", "A", 10, latest=day("01-06"))]},
        {"units": [unit("U1", **{"from": day("01-30")})]},
        {"units": []},
        {"requests": []},
    ],
    ids=["R1", "R2 vehicle", "R2 facility", "R8", "R4", "R6", "no units", "no requests"],
)
def test_what_can_never_be_is_no_job(changes):
    """Equipment, access, facility, size, window, unit's days: nothing is left to decide."""
    compiled = compile_scenario(world(**changes))
    assert compiled.jobs == ()
    assert objective(compiled.problem, Solution.empty(compiled.problem)) == 0


def test_a_scenario_with_headers_alone():
    """No depots, units, courses, venues, requests."""
    problem = problem_of(depots=[], units=[], courses=[], venues=[], requests=[], distances=[])
    assert (problem.jobs, problem.segments, problem.places) == (0, (), 0)


def test_equity_counts_people_by_city():
    """North asks for 30, South for 10; one pinned class at B serves 10 of the North in full."""
    equity = problem_of(objective={"equity": 5}, pins=[pin("RB", "U1", "01-05")]).equity
    assert equity is not None
    assert equity.rate_fine == 5_000_000
    assert equity.requested.tolist() == [30, 10]
    assert equity.served.tolist() == [10, 0]
    assert equity.group.tolist() == [0, 1]


def old(request, unit, start):
    return Draft(request=request, unit=unit, start=day(start))


def test_a_stay_of_the_base_plan_is_a_job_of_its_own():
    """RA by U2 from 6 January on may be kept; nothing of a request, a unit or a day that is no more."""
    base = [
        old("RA", "U2", "01-06"),
        old("RX", "U1", "01-05"),
        old("RA", "U9", "01-05"),
        old("RA", "U1", "01-10"),
        old("RA", "U1", "03-02"),
    ]
    compiled = compile_scenario(world(objective={"change": "2.5"}), base)
    problem = compiled.problem
    assert problem.change == Change(rate_fine=2_500_000, stays=5)
    assert (compiled.jobs, problem.job_demand.tolist()) == (("RA", "RB", "RC", "RA"), [0, 1, 2, 0])
    assert [jobs.tolist() for jobs in problem.eligible] == [[0, 1, 2], [0, 1, 2, 3]]
    assert [problem.end(3, start) for start in range(28)] == [-1, 3, *[-1] * 26]
    kept = Solution(((), (Visit(1, 3),)))
    assert compiled.rotations(kept) == [old("RA", "U2", "01-06")]
    assert compiled.solution([old("RA", "U2", "01-06")]) == kept


def test_pinned_stays_of_the_base_plan_are_kept_anyway():
    """Nothing is to be decided about them, and nothing lost."""
    scenario = world(objective={"change": "2.5"}, pins=[pin("RB", "U1", "01-05")])
    assert compile_scenario(scenario, [old("RB", "U1", "01-05")]).problem.change is None


@pytest.mark.parametrize("rate", ["0", "2.5"])
def test_without_a_base_plan_or_a_rate_nothing_changes(rate):
    base = [old("RA", "U2", "01-06")] if rate == "0" else []
    problem = compile_scenario(world(objective={"change": rate}), base).problem
    assert (problem.change, problem.jobs) == (None, 3)


def test_a_solution_is_told_in_days_and_names():
    """U2 at RB from day 4 on."""
    compiled = compile_scenario(world())
    solution = Solution(((), (Visit(4, 1),)))
    (draft,) = compiled.rotations(solution)
    assert (draft.request, draft.unit, draft.start) == ("RB", "U2", day("01-09"))
    assert compiled.solution([draft]) == solution


@pytest.mark.parametrize("part", range(3))
def test_the_problem_says_what_the_checker_says(part):
    """First-fit plans of tiny scenarios: no faults, the checker's score, and the same rotations back."""
    worth_something = 0
    for seed in range(part, 90, 3):
        scenario = tiny(seed)
        base = [draft(stay) for stay in base_of(seed)]
        drafts = first_fit(scenario, base)
        compiled = compile_scenario(scenario, base)
        solution = compiled.solution(drafts)
        assert faults(compiled.problem, solution) == [], scenario.name
        assert objective(compiled.problem, solution) == check(scenario, drafts, base).score, scenario.name
        back = Counter((d.request, d.unit, d.start) for d in compiled.rotations(solution))
        assert back == Counter((d.request, d.unit, d.start) for d in drafts)
        worth_something += bool(drafts)
    assert worth_something > 20
