"""R11 and what replanning changes in the other rules: a base plan, and a freeze date."""

from collections.abc import Sequence
from datetime import date

import pytest

from optimizer.checker import check, complete
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario
from tests.checker.worlds import broken, course, day, report, request, row, stay, unit, venue, world

# January 2026: Mondays are 5, 12, 19 and 26. The freeze date is Monday 12 January throughout.

FREEZE = "01-12"
BASE = [stay("RA", "U1", "01-05"), stay("RB", "U1", "01-14")]


def replanned(scenario: Scenario, *stays: Draft, base: Sequence[Draft] = BASE) -> list[str]:
    """The rules broken by a plan made anew from the base plan."""
    return broken(scenario, *stays, base=base, freeze=FREEZE)


def test_the_base_plan_itself_is_valid():
    """Nothing changed, nothing lost."""
    assert replanned(world(), *BASE) == []


def test_a_frozen_rotation_stays():
    """RA by U1 started on 5 January; leaving it out, or U2 teaching it, breaks R11."""
    assert replanned(world(), BASE[1]) == ["R11"]
    assert replanned(world(), stay("RA", "U1", "01-05"), stay("RC", "U2", "01-12")) == []
    assert replanned(world(), stay("RA", "U2", "01-05")) == ["R4", "R11", "R11"]


@pytest.mark.parametrize(("start", "expected"), [("01-12", []), ("01-09", ["R4", "R11"])])
def test_no_other_rotation_starts_before_the_freeze_date(start, expected):
    """On the freeze date itself a new rotation may start."""
    assert replanned(world(), BASE[0], stay("RC", "U2", start)) == expected


def test_a_base_rotation_on_the_freeze_date_is_not_frozen():
    """It starts on 12 January, so it may be dropped; a day earlier it may not."""
    assert replanned(world(), base=[stay("RA", "U1", "01-12")]) == []
    assert replanned(world(), base=[stay("RA", "U1", "01-11")]) == ["R11"]


def test_frozen_end_and_people_are_those_of_the_base_plan():
    """The base plan says 9 people until Friday; by today's rules it would be 10 until Wednesday."""
    base = [stay("RA", "U1", "01-05", end="01-09", people=9)]
    assert replanned(world(), stay("RA", "U1", "01-05"), base=base) == []
    assert replanned(world(), stay("RA", "U1", "01-05", end="01-09", people=9), base=base) == []
    assert replanned(world(), stay("RA", "U1", "01-05", end="01-07", people=9), base=base) == ["R11"]
    assert replanned(world(), stay("RA", "U1", "01-05", end="01-09", people=10), base=base) == ["R11"]
    [rotation] = complete(world(), [stay("RA", "U1", "01-05")], base, day(FREEZE)).rotations
    assert (rotation.end, rotation.people) == (day("01-09"), 9)


def test_frozen_rotations_are_facts():
    """Wrong equipment, large vehicle, Saturday start, too early, unit away, too few people: all excused."""
    scenario = world(
        units=[unit("U1", equipment=("lathe",), vehicle="L", first=day("01-12")), unit("U2")],
        venues=[venue("A", access="S", lead_days=20)],
        requests=[request("RA", "A", 20, earliest=day("01-20"))],
    )
    base = [stay("RA", "U1", "01-10", end="01-11", people=2)]
    assert replanned(scenario, *base, base=base) == []


def test_frozen_rotations_may_break_rules_among_themselves():
    """U1 in two places, two stays in a room, two classes for one instructor: R5, R7, R9 are not asked."""
    base = [stay("RA", "U1", "01-05"), stay("RA", "U2", "01-05"), stay("RB", "U1", "01-07")]
    crew = [{"id": "I", "name": "I", "courses": ["cook"], "count": 1}]
    assert replanned(world(instructors=crew), *base, base=base) == []


def test_other_rotations_respect_frozen_ones_of_their_unit():
    """U1 is at A until Tuesday 13; at B on Wednesday is too soon, on Thursday is fine."""
    base = [stay("RA", "U1", "01-09")]
    assert replanned(world(), *base, stay("RB", "U1", "01-14"), base=base) == ["R5"]
    assert replanned(world(), *base, stay("RB", "U1", "01-15"), base=base) == []
    assert replanned(world(), *base, stay("RB", "U1", "01-12"), base=base) == ["R5"]


def test_a_depot_day_of_a_frozen_stay_does_not_excuse_the_move():
    """Service on its last day, Tuesday 13: with 2 move days the unit is at B on Friday all the same."""
    base = [stay("RA", "U1", "01-09")]
    scenario = world(moves={"days": 2}, calendar=[row("unit:U1", "01-13", "01-13", "0")])
    assert replanned(scenario, *base, stay("RB", "U1", "01-15"), base=base) == ["R5"]
    assert replanned(scenario, *base, stay("RB", "U1", "01-16"), base=base) == []


def test_other_rotations_respect_frozen_ones_in_rooms():
    """A's room is taken until Tuesday 13 by two frozen stays at once."""
    base = [stay("RA", "U1", "01-09", people=5), stay("RA", "U2", "01-09", people=5)]
    scenario = world(units=[unit("U1"), unit("U2"), unit("U3")])
    assert replanned(scenario, *base, stay("RA", "U3", "01-13"), base=base) == ["R7"]
    assert replanned(scenario, *base, stay("RA", "U3", "01-14"), base=base) == []


def test_other_rotations_respect_frozen_ones_of_their_instructors():
    """The one instructor teaches at A until Tuesday 13."""
    base = [stay("RA", "U1", "01-09")]
    scenario = world(instructors=[{"id": "I", "name": "I", "courses": ["cook"], "count": 1}])
    assert replanned(scenario, *base, stay("RB", "U2", "01-13"), base=base) == ["R9"]
    assert replanned(scenario, *base, stay("RB", "U2", "01-14"), base=base) == []


def test_classes_share_what_frozen_ones_leave():
    """20 people, 9 taught by the frozen class: 11 are left for two classes of 6 and 5."""
    base = [stay("RA", "U1", "01-05", people=9)]
    new = [stay("RA", "U1", "01-12", people=6), stay("RA", "U1", "01-15", people=5)]
    assert replanned(world(), *base, *new, base=base) == []
    assert replanned(world(), *base, *new, stay("RA", "U1", "01-20"), base=base) == ["R8"] * 4


def test_a_shrunk_request_leaves_nobody():
    """The frozen class taught 10; today 8 are requested, so none are left and none too many."""
    base = [stay("RA", "U1", "01-05", people=10)]
    scenario = world(requests=[request("RA", "A", 8)])
    assert replanned(scenario, *base, base=base) == []
    assert replanned(scenario, *base, stay("RA", "U1", "01-12"), base=base) == ["R8", "R8"]
    finished = complete(scenario, base, base, day(FREEZE))
    assert finished.worth.people == 10_000
    assert finished.unserved == ()
    assert finished.cities[0].coverage == 1


@pytest.mark.parametrize(("start", "expected"), [("01-13", ["R4"]), ("01-14", [])])
def test_lead_days_of_new_rotations_run_from_the_freeze_date(start, expected):
    """Two lead days after Monday 12."""
    scenario = world(venues=[venue("C", lead_days=2)], requests=[request("RC", "C", 10)])
    assert replanned(scenario, stay("RC", "U1", start), base=[]) == expected


def test_lead_days_of_kept_rotations_run_from_the_horizon_start():
    """The base plan's rotation of the 13th stays possible; by another unit it is a new one."""
    scenario = world(venues=[venue("C", lead_days=2)], requests=[request("RC", "C", 10)])
    base = [stay("RC", "U1", "01-13")]
    assert replanned(scenario, stay("RC", "U1", "01-13"), base=base) == []
    assert replanned(scenario, stay("RC", "U2", "01-13"), base=base) == ["R4"]


def test_lead_days_run_from_the_horizon_start_where_that_is_later():
    """A freeze date before the horizon changes nothing."""
    scenario = world(venues=[venue("C", lead_days=2)], requests=[request("RC", "C", 10)])
    assert broken(scenario, stay("RC", "U1", "01-06"), base=[], freeze="01-01") == ["R4"]
    assert broken(scenario, stay("RC", "U1", "01-07"), base=[], freeze="01-01") == []


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (stay("RX", "U1", "01-05"), "request RX no longer exists"),
        (stay("RA", "UX", "01-05"), "unit UX no longer exists"),
        (stay("RA", "U1", "01-05", venue="B"), "is at venue B, but its request now names A"),
    ],
)
def test_a_frozen_rotation_that_no_longer_fits_is_told(base, told):
    """Neither request, unit nor venue of a fact may vanish."""
    found = report(world(), base=[base], freeze=FREEZE).violations
    assert {violation.rule for violation in found} == {"R11"}
    assert told in found[0].message


def test_a_later_base_rotation_may_vanish():
    """It is not kept, and that is all."""
    assert replanned(world(), base=[stay("RX", "UX", "01-12")]) == []


def test_a_base_plan_by_hand_is_completed_with_todays_calendar():
    """Its class takes until Thursday, for Tuesday is closed today; its people are the larger half of 11."""
    scenario = world(
        requests=[request("RA", "A", 11), request("RB", "B", 10)],
        calendar=[row("venue:A", "01-06", "01-06", "0")],
    )
    base = [stay("RA", "U1", "01-05"), stay("RA", "U2", "01-13")]
    finished = complete(scenario, base[:1], base, day(FREEZE))
    assert (finished.rotations[0].end, finished.rotations[0].people) == (day("01-08"), 6)


def test_a_frozen_rotation_may_lie_before_the_horizon():
    """The horizon starts while it is under way: Friday 2 to Tuesday 6 January, so B comes on Thursday 8."""
    base = [stay("RA", "U1", "01-02")]
    scenario = world()
    [rotation] = complete(scenario, base, base, day("01-05")).rotations
    assert rotation.end == day("01-06")
    assert broken(scenario, *base, stay("RB", "U1", "01-07"), base=base, freeze="01-05") == ["R5"]
    assert broken(scenario, *base, stay("RB", "U1", "01-08"), base=base, freeze="01-05") == []


@pytest.mark.parametrize("end", ["01-04", None])
def test_a_frozen_rotation_without_a_sound_end_is_told(end):
    """An end before the start; and none where the course never ends."""
    scenario = world(calendar=[row("all", "01-01", "12-31", "0")])
    base = stay("RA", "U1", "01-05", **({"end": end} if end else {}))
    assert "R11" in broken(scenario, base, base=[base], freeze=FREEZE)


def test_a_frozen_end_millenia_away_is_told_and_not_walked():
    """A wrong century in the file costs a message, not an hour."""
    base = stay("RA", "U1", "01-05").model_copy(update={"end": day("01-05").replace(year=9999)})
    assert "R11" in broken(world(), base, base=[base], freeze=FREEZE)


def test_a_pin_equal_to_a_frozen_rotation_is_not_checked_again():
    """It neither counts as a class that a pin asks for, nor is it missed twice."""
    pins = [{"request": "RA", "unit": "U1", "start": day("01-05")}]
    assert replanned(world(pins=pins), BASE[0]) == []
    assert replanned(world(pins=pins)) == ["R11"]
    # 10 are taught and 10 are left, which fill one class: two new ones are one too many, frozen pin or not.
    scenario = world(pins=pins, courses=[course(class_min=1)])
    new = stay("RA", "U1", "01-12"), stay("RA", "U1", "01-15")
    base = [stay("RA", "U1", "01-05", people=10)]
    assert replanned(scenario, *base, new[0], base=base) == []
    assert replanned(scenario, *base, *new, base=base) == ["R8"]


def test_a_frozen_rotation_stands_once():
    """Its double is another rotation, and starts before the freeze date."""
    base = [stay("RA", "U1", "01-05")]
    assert "R11" in replanned(world(), *base, *base, base=base)


def test_change_costs_every_base_rotation_not_kept():
    """One of two is moved by a day: half a point at 0.5 each, frozen ones are kept."""
    scenario = world(objective={"change": "0.5"})
    moved = report(scenario, BASE[0], stay("RB", "U1", "01-15"), base=BASE, freeze=FREEZE)
    assert moved.valid
    assert moved.parts.change == -500
    kept = report(scenario, *BASE, stay("RC", "U2", "01-12"), base=BASE, freeze=FREEZE)
    assert kept.parts.change == 0


@pytest.mark.parametrize("other", [("RA", "U2", "01-05"), ("RC", "U1", "01-05"), ("RA", "U1", "01-06")])
def test_kept_means_same_request_unit_and_start(other):
    """Without a freeze date nothing is frozen, and still every base rotation counts."""
    scenario = world(objective={"change": "1"})
    base = [stay("RA", "U1", "01-05")]
    found = report(scenario, stay(*other), base=base)
    assert found.valid
    assert found.parts.change == -1000
    assert report(scenario, *base, base=base).parts.change == 0


def test_change_is_rounded_once():
    """Three lost at 0.0005 points are 1.5 millipoints, rounded away from zero to 2."""
    scenario = world(objective={"change": "0.0005"})
    base = [stay("RA", "U1", "01-05"), stay("RB", "U2", "01-05"), stay("RC", "U1", "01-12")]
    assert report(scenario, base=base).parts.change == -2


@pytest.mark.parametrize("start", [date.min, date.max])
@pytest.mark.parametrize("freeze", [date.min, date.max])
def test_the_first_and_last_day_of_time_are_no_error_of_arithmetic(start, freeze):
    """Whatever dates a file holds, frozen or not, the answer is a list of violations."""
    scenario = world(holidays="ID", calendar=[row("unit:U1", "01-08", "01-08", "0")])
    stays = [Draft(request="RA", unit="U1", start=start, end=end) for end in (None, date.min, date.max)]
    assert not check(scenario, stays, stays, freeze).valid
