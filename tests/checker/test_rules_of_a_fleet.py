"""R5, R7, R8, R9 and R10: what rotations must keep among themselves."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checker.worlds import broken, course, day, matrix, report, request, row, stay, unit, venue, world

# January 2026: Mondays are 5, 12, 19 and 26; a stay from Monday takes Monday to Wednesday.

DAILY = {"working_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}

# R5


def test_two_stays_of_a_unit_share_no_day():
    """At one venue the next class starts on the day after; on the last day itself is too soon."""
    assert broken(world(**DAILY), stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")) == []
    two_rooms = world(**DAILY, venues=[venue("A", rooms=2)], requests=[request("RA", "A", 20)])
    assert broken(two_rooms, stay("RA", "U1", "01-05"), stay("RA", "U1", "01-07")) == ["R5"]


def test_a_move_takes_a_free_day():
    """Monday to Wednesday at A; at B on Thursday is too soon, on Friday is fine."""
    assert broken(world(), stay("RA", "U1", "01-05"), stay("RB", "U1", "01-08")) == ["R5"]
    assert broken(world(), stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")) == []


def test_closed_days_serve_as_move_days():
    """Wednesday to Friday at A, Monday at B: the weekend lies between."""
    assert broken(world(moves={"days": 2}), stay("RA", "U1", "01-07"), stay("RB", "U1", "01-12")) == []
    assert broken(world(moves={"days": 3}), stay("RA", "U1", "01-07"), stay("RB", "U1", "01-12")) == ["R5"]


def test_another_unit_needs_no_move():
    """U2 starts at B while U1 is at A."""
    assert broken(world(), stay("RA", "U1", "01-05"), stay("RB", "U2", "01-06")) == []


def test_moves_without_free_days():
    """With moves.days 0 the unit teaches on the next day, but not on the same."""
    scenario = world(moves={"days": 0})
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-08")) == []
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-07")) == ["R5"]


@pytest.mark.parametrize(
    ("metres", "days"),
    [
        (300_000, 1),  # exactly km_per_day
        (300_001, 2),  # ceil(300.001 / 300)
        (600_000, 2),
        (600_001, 3),
        (900_001, 4),
    ],
)
def test_long_moves_take_more_days(metres, days):
    """300 km are driven in a day; the first stay ends on 7 January."""
    scenario = world(**DAILY, distances=matrix(A_B=metres))
    soon = (day("01-07") + timedelta(days=days)).isoformat()[5:]
    late = (day("01-08") + timedelta(days=days)).isoformat()[5:]
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", soon)) == ["R5"]
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", late)) == []


def test_a_day_of_driving_exactly_is_no_long_move():
    """With moves.days 0, 300.000 km need no free day and 300.001 km two."""
    for metres, soonest in ((300_000, "01-08"), (300_001, "01-10")):
        scenario = world(**DAILY, moves={"days": 0}, distances=matrix(A_B=metres))
        assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", soonest)) == []
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")) == ["R5"]


def test_a_long_move_takes_at_least_the_days_of_a_short_one():
    """301 km would take 2 days; moves.days asks for 5."""
    scenario = world(**DAILY, moves={"days": 5}, distances=matrix(A_B=301_000))
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-12")) == ["R5"]
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-13")) == []


def test_kilometres_count_from_the_earlier_venue_to_the_later():
    """A to B is 400 km and takes 2 days, B to A is 10 km and takes one."""
    scenario = world(**DAILY, distances=matrix(A_B=400_000))
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")) == ["R5"]
    assert broken(scenario, stay("RB", "U1", "01-05"), stay("RA", "U1", "01-09")) == []


def test_km_per_day_may_hold_decimals():
    """10 km at 2.5 km a day are 4 days exactly, computed without a binary fraction."""
    scenario = world(**DAILY, moves={"km_per_day": "2.5"})
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-12")) == []
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-11")) == ["R5"]


def test_a_depot_day_between_two_stays_excuses_the_move():
    """Five free days are asked for; one day of service in between is enough."""
    service = [row("unit:U1", "01-08", "01-08", "0")]
    scenario = world(**DAILY, moves={"days": 5}, calendar=service)
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")) == []
    assert broken(
        world(**DAILY, moves={"days": 5}), stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")
    ) == ["R5"]


def test_a_depot_day_before_or_after_does_not_excuse_the_move():
    """Service on the day before the first stay and on the day after the second."""
    service = [row("unit:U1", "01-05", "01-05", "0"), row("unit:U1", "01-12", "01-12", "0")]
    scenario = world(**DAILY, moves={"days": 5}, calendar=service)
    assert broken(scenario, stay("RA", "U1", "01-06"), stay("RB", "U1", "01-09")) == ["R5"]


def test_a_depot_day_of_a_stay_does_not_excuse_the_move():
    """Service on the first day of the second stay breaks R6; one free day is still too few for the move."""
    scenario = world(**DAILY, moves={"days": 2}, calendar=[row("unit:U1", "01-09", "01-09", "0")])
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U1", "01-09")) == ["R5", "R6"]


def test_a_stay_inside_a_longer_one_does_not_hide_it():
    """U1 is at A for nine days, overlaps at B, and starts at C one day after B ends, still during A."""
    scenario = world(
        **DAILY,
        courses=[course(), course("bake", training_days=9)],
        requests=[
            request("RA", "A", 20, course="bake"),
            request("RB", "B", 10),
            request("RC", "C", 10),
        ],
    )
    stays = stay("RA", "U1", "01-05"), stay("RB", "U1", "01-06"), stay("RC", "U1", "01-12")
    assert broken(scenario, *stays) == ["R5", "R5"]


# R7


def test_one_room_holds_one_stay_a_day():
    """Both ends included: U2 may come on the day after U1's last, not on it."""
    assert broken(world(), stay("RA", "U1", "01-05"), stay("RA", "U2", "01-07")) == ["R7"]
    assert broken(world(), stay("RA", "U1", "01-05"), stay("RA", "U2", "01-08")) == []


def test_rooms_count_on_closed_days_too():
    """Friday to Tuesday and Wednesday before to Friday share the Friday; the weekend is occupied as well."""
    scenario = world(calendar=[row("venue:A", "01-10", "01-11", "open")])
    assert broken(scenario, stay("RA", "U1", "01-08"), stay("RA", "U2", "01-10")) == ["R7"]
    closed = world(calendar=[row("venue:A", "01-06", "01-06", "0")])
    # U1: 5, 7 and 8 January; U2 starts on the 7th.
    assert broken(closed, stay("RA", "U1", "01-05"), stay("RA", "U2", "01-07")) == ["R7"]


@pytest.mark.parametrize(("rooms", "expected"), [(3, []), (2, ["R7"])])
def test_as_many_stays_as_rooms(rooms, expected):
    """Three stays share a day."""
    scenario = world(
        units=[unit("U1"), unit("U2"), unit("U3")],
        venues=[venue("A", rooms=rooms)],
        requests=[request("RA", "A", 30)],
    )
    stays = stay("RA", "U1", "01-05"), stay("RA", "U2", "01-06"), stay("RA", "U3", "01-07")
    assert broken(scenario, *stays) == expected


def test_rooms_are_shared_by_the_requests_of_a_venue():
    """Two requests, one room."""
    scenario = world(requests=[request("RA", "A", 10), request("RX", "A", 10)])
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RX", "U2", "01-05")) == ["R7"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=7), st.integers(1, 3))
def test_rooms_agree_with_counting_every_day(starts, available):
    """R7 is broken just when a count by day exceeds the rooms."""
    scenario = world(
        **DAILY,
        units=[unit(f"U{number}") for number in range(7)],
        venues=[venue("A", rooms=available)],
        requests=[request("RA", "A", 70)],
    )
    stays = [stay("RA", f"U{number}", f"01-{5 + start:02}") for number, start in enumerate(starts)]
    crowded = any(sum(start <= when <= start + 2 for start in starts) > available for when in range(12))
    assert ("R7" in broken(scenario, *stays)) == crowded


# R8


def test_classes_of_even_size():
    """20 people in 2 classes of at most 10."""
    two = stay("RA", "U1", "01-05", people=10), stay("RA", "U1", "01-08", people=10)
    assert broken(world(), *two) == []


def test_one_class_serves_class_max():
    """20 people are requested; one class takes 10 of them."""
    assert broken(world(), stay("RA", "U1", "01-05", people=10)) == []
    assert broken(world(), stay("RA", "U1", "01-05", people=9)) == ["R8"]
    assert broken(world(), stay("RA", "U1", "01-05", people=11)) == ["R8"]


def test_no_more_classes_than_people_fill():
    """20 people fill 2 classes of 10; three would leave a class more than needed."""
    stays = [stay("RA", "U1", start) for start in ("01-05", "01-08", "01-13")]
    assert broken(world(), *stays) == ["R8"]


def test_a_last_class_may_be_partly_filled():
    """21 people fill 3 classes of 7."""
    scenario = world(requests=[request("RA", "A", 21)])
    stays = [stay("RA", "U1", start, people=7) for start in ("01-05", "01-08", "01-13")]
    assert broken(scenario, *stays) == []


@pytest.mark.parametrize(("people", "expected"), [(10, []), (9, ["R8"])])
def test_every_class_needs_class_min(people, expected):
    """Two classes of at least 5 and at most 6 need 10 people; 9 would do for the maximum but not for this."""
    scenario = world(courses=[course(class_max=6)], requests=[request("RA", "A", people)])
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RA", "U1", "01-08")) == expected


def test_a_request_below_class_min_cannot_be_served():
    """4 people make no class of 5."""
    scenario = world(requests=[request("RA", "A", 4)])
    assert broken(scenario, stay("RA", "U1", "01-05")) == ["R8"]


def test_the_larger_classes_come_first_by_start():
    """11 people in 2 classes: 6 and then 5."""
    scenario = world(requests=[request("RA", "A", 11)])
    right = stay("RA", "U2", "01-05", people=6), stay("RA", "U1", "01-08", people=5)
    wrong = stay("RA", "U2", "01-05", people=5), stay("RA", "U1", "01-08", people=6)
    assert broken(scenario, *right) == []
    assert broken(scenario, *wrong) == ["R8", "R8"]


def test_units_of_one_start_stand_in_text_order():
    """U10 stands before U9 in text order, so its class is the larger one."""
    scenario = world(
        units=[unit("U9"), unit("U10")],
        venues=[venue("A", rooms=2)],
        requests=[request("RA", "A", 11)],
    )
    right = stay("RA", "U9", "01-05", people=5), stay("RA", "U10", "01-05", people=6)
    assert broken(scenario, *right) == []


STARTS = "01-05", "01-08", "01-13"
PINS = [{"request": "RA", "unit": "U1", "start": day(start)} for start in STARTS]


def test_pins_may_ask_for_more_classes():
    """Three pins spread 20 people over 7, 7 and 6."""
    stays = [stay("RA", "U1", start, people=size) for start, size in zip(STARTS, (7, 7, 6), strict=True)]
    assert broken(world(pins=PINS), *stays) == []
    # Two pins do not excuse a third class, and class_min is asked of pins as well.
    assert broken(world(pins=PINS[:2]), *stays) == ["R8"]
    assert broken(world(pins=PINS, courses=[course(class_min=7)]), *stays) == ["R8"]


# R9


def crew(count: int, *courses: str) -> dict[str, object]:
    """Instructors of some courses."""
    return {"id": "I", "name": "I", "courses": courses, "count": count}


@pytest.mark.parametrize(("count", "expected"), [(2, []), (1, ["R9"]), (0, ["R9"])])
def test_instructors_limit_the_classes_under_way(count, expected):
    """Two classes at different venues on the same days; with no instructor one starts already too many."""
    scenario = world(instructors=[crew(count, "cook")])
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U2", "01-05")) == expected


def test_without_an_instructor_no_class_is_held():
    """A count of 0 is too few for a single class."""
    assert broken(world(instructors=[crew(0, "cook")]), stay("RA", "U1", "01-05")) == ["R9"]


def test_instructors_are_free_on_the_day_after():
    """A class until Wednesday and one from Thursday, then one from Wednesday."""
    scenario = world(instructors=[crew(1, "cook")])
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U2", "01-08")) == []
    assert broken(scenario, stay("RA", "U1", "01-05"), stay("RB", "U2", "01-07")) == ["R9"]


def test_instructors_are_shared_by_the_courses_of_a_row():
    """Cooking and baking have one instructor together; without baking in the row they do not meet."""
    tables = {
        "courses": [course(), course("bake")],
        "requests": [request("RA", "A", 10), request("RB", "B", 10, course="bake")],
    }
    stays = stay("RA", "U1", "01-05"), stay("RB", "U2", "01-06")
    assert broken(world(**tables, instructors=[crew(1, "bake", "cook")]), *stays) == ["R9"]
    assert broken(world(**tables, instructors=[crew(1, "cook")]), *stays) == []
    assert broken(world(**tables), *stays) == []


# R10

PIN = {"request": "RA", "unit": "U1", "start": day("01-05")}


def test_every_pin_is_in_the_plan():
    """The pin asks for U1 at A from 5 January."""
    scenario = world(pins=[PIN])
    assert broken(scenario, stay("RA", "U1", "01-05")) == []
    assert broken(scenario) == ["R10"]


@pytest.mark.parametrize("other", [("RA", "U2", "01-05"), ("RA", "U1", "01-06"), ("RB", "U1", "01-05")])
def test_a_pin_is_its_request_its_unit_and_its_start(other):
    """Another unit, another start or another request do not stand for it."""
    assert broken(world(pins=[PIN]), stay(*other)) == ["R10"]


def test_a_plan_does_not_call_other_rotations_pinned():
    """What the plan says of pins is checked where it says something."""
    scenario = world(pins=[PIN])
    assert broken(scenario, stay("RA", "U1", "01-05", pinned=True)) == []
    assert broken(scenario, stay("RA", "U1", "01-05", pinned=False)) == ["R10"]
    assert broken(world(), stay("RA", "U1", "01-05", pinned=True)) == ["R10"]


# Rotations that do not fit the scenario


def test_unknown_names_are_told_and_the_rest_is_checked():
    """Two rotations name nothing known; the third breaks R3."""
    found = report(
        world(), stay("RX", "U1", "01-05"), stay("RX", "UX", "01-05"), stay("RA", "U1", "01-10")
    ).violations
    assert [violation.rule for violation in found] == ["plan", "plan", "R3"]
    assert found[1].message == "RX by UX from 2026-01-05: the scenario has no request RX and no unit UX."


def test_venue_and_course_stated_are_those_of_the_request():
    """RA is cooking at A."""
    assert broken(world(), stay("RA", "U1", "01-05", venue="A", course="cook")) == []
    assert broken(world(), stay("RA", "U1", "01-05", venue="B")) == ["plan"]
    assert broken(world(), stay("RA", "U1", "01-05", course="bake")) == ["plan"]


def test_a_rotation_listed_twice_is_two_rotations():
    """It shares its days with itself, its room, and the people are too few for two classes of RB."""
    twice = stay("RB", "U1", "01-05"), stay("RB", "U1", "01-05")
    assert set(broken(world(), *twice)) == {"R5", "R7", "R8"}
