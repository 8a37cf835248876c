"""What a plan is worth: every part of the score summed by hand, in millipoints."""

from fractions import Fraction

import pytest

from optimizer.checker import Worth, complete, gap
from optimizer.checker.worth import rounded
from tests.checker.worlds import course, day, matrix, report, request, row, stay, unit, venue, world

# Depot D at 0 km, A at 10, B at 20, C at 25; 1 point a person; 0.01 points a km are 0.01 millipoints a metre.

FREE = {"km": 0}


def test_people_and_kilometres_of_one_rotation():
    """10 people are 10 points; 10 km there and 10 km back cost 0.1 points each."""
    assert report(world(), stay("RA", "U1", "01-05")).parts == Worth(
        people=10_000, km=-200, equity=0, change=0
    )


def test_a_route_goes_from_the_depot_through_the_venues_and_home():
    """D A B D: 10 + 10 + 20 km; the order is that of the days, not of the plan."""
    route = stay("RB", "U1", "01-13"), stay("RA", "U1", "01-05")
    assert report(world(), *route).parts.km == -400


def test_stays_at_one_venue_drive_nothing_between():
    """D A A D."""
    assert report(world(), stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")).parts.km == -200


def test_a_depot_day_between_sends_the_unit_home_and_out_again():
    """D A D A D with service on Thursday 8: 40 km; without it 20."""
    service = [row("unit:U1", "01-08", "01-08", "0")]
    stays = stay("RA", "U1", "01-05"), stay("RA", "U1", "01-09")
    assert report(world(calendar=service), *stays).parts.km == -400
    assert report(world(), *stays).parts.km == -200
    # Between different venues too: D A D B D is 10 + 10 + 20 + 20 km.
    assert (
        report(world(calendar=service), stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")).parts.km == -600
    )


def test_a_depot_day_outside_the_gap_changes_nothing():
    """Service the day before the first stay and the day after the last."""
    service = [row("unit:U1", "01-05", "01-05", "0"), row("unit:U1", "01-14", "01-14", "0")]
    stays = stay("RA", "U1", "01-06"), stay("RA", "U1", "01-09")
    assert report(world(calendar=service), *stays).parts.km == -200


def test_each_direction_has_its_own_distance():
    """D to A is 1 km, A to D is 3 km by the matrix."""
    assert report(world(distances=matrix(D_A=1000, A_D=3000)), stay("RA", "U1", "01-05")).parts.km == -40


def test_every_leg_is_rounded_by_itself_away_from_zero():
    """50 m cost 0.5 millipoints, which rounds to 1; two such legs cost 2, where their sum would cost 1."""
    scenario = world(distances=matrix(D_A=50, A_D=50))
    assert report(scenario, stay("RA", "U1", "01-05")).parts.km == -2
    # 49 m cost 0.49 and 149 m 1.49.
    scenario = world(distances=matrix(D_A=49, A_D=149))
    assert report(scenario, stay("RA", "U1", "01-05")).parts.km == -1


def test_people_are_worth_priority_times_value_times_rate():
    """10 people x 1.5 x 0.8 x 2 = 24 points."""
    scenario = world(
        requests=[request("RA", "A", 20, priority="1.5")],
        courses=[course(value="0.8")],
        objective={"person": 2, **FREE},
    )
    assert report(scenario, stay("RA", "U1", "01-05")).score == 24_000


def test_every_request_is_rounded_by_itself_away_from_zero():
    """5 people at 0.0001 points are 0.5 millipoints: 1 for each of two requests."""
    scenario = world(
        requests=[request("RA", "A", 5, priority="0.0001"), request("RB", "B", 5, priority="0.0001")],
        objective=FREE,
    )
    assert report(scenario, stay("RA", "U1", "01-05"), stay("RB", "U2", "01-05")).parts.people == 2


def test_the_classes_of_a_request_are_rounded_together():
    """10 people in two classes of 5 at 0.0001 points are 1 millipoint, not twice a rounded half."""
    scenario = world(
        courses=[course(class_max=5)], requests=[request("RA", "A", 10, priority="0.0001")], objective=FREE
    )
    assert report(scenario, stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")).parts.people == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.5", 1),
        ("-0.5", -1),
        ("1.5", 2),
        ("2.5", 3),
        ("-2.5", -3),
        ("0.499999", 0),
        ("-0.499999", 0),
        ("7", 7),
    ],
)
def test_halves_are_rounded_away_from_zero(value, expected):
    """Neither towards even, nor upwards."""
    assert rounded(Fraction(value)) == expected


def test_decimals_are_exact():
    """10 people x 0.9 x 0.3 x 0.005 points are 13.5 millipoints, rounded to 14; doubles give 13.4999."""
    scenario = world(
        requests=[request("RA", "A", 20, priority="0.9")],
        courses=[course(value="0.3")],
        objective={"person": "0.005", **FREE},
    )
    assert report(scenario, stay("RA", "U1", "01-05")).parts.people == 14


def test_equity_pays_the_coverage_of_the_worst_city():
    """North serves 10 of 30 and South 10 of 10: a third of 100 points, rounded to 33.333."""
    scenario = world(objective={"equity": 100, **FREE})
    found = report(scenario, stay("RA", "U1", "01-05"), stay("RC", "U2", "01-05"))
    assert found.parts == Worth(people=20_000, km=0, equity=33_333, change=0)
    # Nobody in South: the worst city has coverage 0.
    assert report(scenario, stay("RA", "U1", "01-05")).parts.equity == 0
    # North serves 20 of 30: 66.667.
    more = stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08"), stay("RC", "U2", "01-05")
    assert report(scenario, *more).parts.equity == 66_667


def test_a_city_that_asks_for_nothing_is_covered():
    """South has a venue and no request, so it does not count against the plan."""
    scenario = world(requests=[request("RA", "A", 10)], objective={"equity": 1})
    assert report(scenario, stay("RA", "U1", "01-05")).parts.equity == 1000


def test_without_venues_coverage_is_full():
    """The empty plan of a scenario without venues earns the whole equity."""
    scenario = world(venues=[], requests=[], objective={"equity": 1})
    assert report(scenario).parts == Worth(people=0, km=0, equity=1000, change=0)


@pytest.mark.parametrize(
    ("score", "bound", "expected"),
    [
        (1_000_000, 1_000_000, 0.0),
        (1_000_000, 1_000_001, 0.000001),  # 0.000000999..., rounded up
        (12_345_678, 12_350_000, 0.00035),  # 4322 / 12350000 = 0.00034996
        (0, 1, 0.001),  # |bound| below one point counts as one
        (-3000, -2000, 0.5),
        (-1000, 0, 1.0),
        (999_999_999_999, 10**12, 0.000001),  # 1e-12 is not 0
    ],
)
def test_gap_is_rounded_up(score, bound, expected):
    """(bound - score) / max(|bound|, 1), 0 only where they are equal."""
    assert gap(score, bound) == expected


def test_unit_table():
    """Rotations, people, kilometres and days of each unit, used or not."""
    used, unused = complete(world(), [stay("RA", "U1", "01-09"), stay("RB", "U1", "01-16")]).units
    # D A B D = 40 km. Fri 9, Mon 12, Tue 13 and Fri 16, Mon 19, Tue 20 are taught: 6 of 10 days of stay.
    # Of 28 days 10 are stays and 1 is a move day: 17 are idle.
    assert used.model_dump() == {
        "unit": "U1",
        "rotations": 2,
        "people": 20,
        "km": 40.0,
        "days_taught": 6,
        "days_idle": 17,
    }
    assert (unused.rotations, unused.people, unused.km, unused.days_taught, unused.days_idle) == (
        0,
        0,
        0.0,
        0,
        28,
    )


def test_days_with_little_credit_are_taught():
    """Half days from Monday to the Monday after: six days of teaching."""
    scenario = world(calendar=[row("all", "01-05", "01-31", "50")])
    assert complete(scenario, [stay("RA", "U1", "01-05")]).units[0].days_taught == 6


@pytest.mark.parametrize(
    ("second", "idle"),
    [
        ("01-09", 28 - 8 - 1),  # Wed 7 to Fri 9: one free day, needed for the move; Fri to Tue are 5 days
        ("01-12", 28 - 6 - 1),  # four free days, one of them needed
    ],
)
def test_move_days_are_not_idle(second, idle):
    """A at Monday to Wednesday, then B."""
    assert complete(world(), [stay("RA", "U1", "01-05"), stay("RB", "U1", second)]).units[0].days_idle == idle


def test_free_days_at_one_venue_are_idle():
    """Monday to Wednesday at A and again a week later: nothing is needed for the move."""
    assert (
        complete(world(), [stay("RA", "U1", "01-05"), stay("RA", "U1", "01-12")]).units[0].days_idle == 28 - 6
    )


def test_days_at_the_depot_are_not_idle():
    """Service on Thursday 8 between A and B: not idle itself, and no move day is needed any more."""
    scenario = world(calendar=[row("unit:U1", "01-08", "01-08", "0")])
    plan = complete(scenario, [stay("RA", "U1", "01-05"), stay("RB", "U1", "01-12")])
    assert [row.days_idle for row in plan.units] == [28 - 6 - 1, 28]


def test_long_moves_take_their_days():
    """400 km take two days."""
    scenario = world(distances=matrix(A_B=400_000))
    assert (
        complete(scenario, [stay("RA", "U1", "01-05"), stay("RB", "U1", "01-12")]).units[0].days_idle
        == 28 - 6 - 2
    )


def test_only_days_of_the_unit_and_the_horizon_are_idle():
    """The unit is there from 12 to 18 January, and once longer than the horizon."""
    scenario = world(
        units=[
            unit("U1", first=day("01-12"), last=day("01-18")),
            unit("U2", first=day("01-01"), last=day("12-31")),
        ]
    )
    assert [row.days_idle for row in complete(scenario, []).units] == [7, 28]


def test_city_table():
    """Requested and served by city, in the order of the venues."""
    north, south = complete(world(), [stay("RA", "U1", "01-05")]).cities
    assert north.model_dump() == {"city": "North", "requested": 30, "served": 10, "coverage": 0.333333}
    assert south.model_dump() == {"city": "South", "requested": 10, "served": 0, "coverage": 0.0}
    north, _ = complete(world(), [stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")]).cities
    assert north.coverage == 0.666667


def test_a_city_without_requests_has_coverage_one():
    """Nobody is requested, nobody is missed."""
    [city] = complete(world(venues=[venue("A")], requests=[]), []).cities
    assert (city.requested, city.served, city.coverage) == (0, 0, 1.0)


def test_people_left_over():
    """Every request with somebody left, in the order of the file, and none that is served in full."""
    plan = complete(world(), [stay("RC", "U2", "01-05"), stay("RA", "U1", "01-05")])
    assert [(row.request, row.people) for row in plan.unserved] == [("RA", 10), ("RB", 10)]


def test_rotations_are_numbered_by_request_in_the_order_of_the_plan():
    """By start, then unit in text order; U10 before U9."""
    scenario = world(
        units=[unit("U9"), unit("U10")], venues=[venue("A", rooms=2), venue("B")], requests=[RA, RB]
    )
    given = [
        stay("RB", "U9", "01-12"),
        stay("RA", "U9", "01-05"),
        stay("RA", "U10", "01-05"),
    ]
    plan = complete(scenario, given)
    assert [(row.id, row.unit) for row in plan.rotations] == [("RA-1", "U10"), ("RA-2", "U9"), ("RB-1", "U9")]
    first = plan.rotations[0]
    assert (first.venue, first.course, first.end, first.people) == ("A", "cook", day("01-07"), 10)
    assert not first.pinned


RA, RB = request("RA", "A", 20), request("RB", "B", 10)


def test_pinned_rotations_are_marked():
    """Just the rotation that the pin names."""
    scenario = world(pins=[{"request": "RA", "unit": "U1", "start": day("01-05")}])
    plan = complete(scenario, [stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")])
    assert [row.pinned for row in plan.rotations] == [True, False]


def test_points_of_a_completed_plan():
    """The parts as the plan file writes them: points with 3 decimals."""
    plan = complete(world(), [stay("RA", "U1", "01-05")])
    assert plan.score == 9.8
    assert plan.score_parts.model_dump() == {"people": 10.0, "km": -0.2, "equity": 0.0, "change": 0.0}
