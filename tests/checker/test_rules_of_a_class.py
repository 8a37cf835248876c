"""R1 to R4 and R6: what one rotation alone must keep."""

import pytest

from tests.checker.worlds import broken, course, day, report, request, row, stay, unit, venue, world

# January 2026: Mondays are 5, 12, 19 and 26; the horizon ends on Sunday 1 February.


def test_a_plain_rotation_breaks_nothing():
    """Monday to Wednesday at A, 20 people requested."""
    assert broken(world(), stay("RA", "U1", "01-05")) == []


def test_an_empty_plan_is_valid():
    """None at all is a plan."""
    assert broken(world()) == []


# R1


def test_unit_without_the_equipment_breaks_r1():
    """A unit with a lathe cannot teach cooking."""
    assert broken(world(units=[unit("U1", equipment=("lathe",))]), stay("RA", "U1", "01-05")) == ["R1"]


def test_equipment_may_stand_anywhere_in_the_list():
    """The stove is the second thing the unit carries."""
    assert broken(world(units=[unit("U1", equipment=("lathe", "stove"))]), stay("RA", "U1", "01-05")) == []


# R2


@pytest.mark.parametrize(
    ("vehicle", "access", "expected"),
    [
        ("S", "S", []),
        ("M", "S", ["R2"]),
        ("L", "M", ["R2"]),
        ("M", "M", []),
        ("S", "L", []),
        ("L", "S", ["R2"]),
    ],
)
def test_vehicle_must_not_be_larger_than_access(vehicle, access, expected):
    """S < M < L, and equal sizes fit."""
    scenario = world(units=[unit("U1", vehicle=vehicle)], venues=[venue("A", access=access)], requests=[RA])
    assert broken(scenario, stay("RA", "U1", "01-05")) == expected


@pytest.mark.parametrize(
    ("facilities", "expected"),
    [((), ["R2"]), (("water",), ["R2"]), (("water", "power"), []), (("gas", "power", "water"), [])],
)
def test_venue_needs_every_facility(facilities, expected):
    """The course needs power and water; one of them is not enough."""
    scenario = world(
        courses=[course(needs=("power", "water"))], venues=[venue("A", facilities=facilities)], requests=[RA]
    )
    assert broken(scenario, stay("RA", "U1", "01-05")) == expected


RA = request("RA", "A", 20)


# R3


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("01-05", "01-07"),  # Mon Tue Wed
        ("01-08", "01-12"),  # Thu Fri (Sat Sun) Mon
        ("01-09", "01-13"),  # Fri (Sat Sun) Mon Tue
    ],
)
def test_the_end_is_the_day_on_which_the_credits_are_reached(start, end):
    """Closed days in between belong to the stay and count for nothing."""
    assert broken(world(), stay("RA", "U1", start, end=end)) == []
    later = f"01-{int(end[-2:]) + 1:02}"
    earlier = f"01-{int(end[-2:]) - 1:02}"
    assert broken(world(), stay("RA", "U1", start, end=later)) == ["R3"]
    assert broken(world(), stay("RA", "U1", start, end=earlier)) == ["R3"]


@pytest.mark.parametrize(
    ("credit", "end"),
    [
        ("75", "01-08"),  # 75 150 225 300: the fourth day, exactly reached
        ("76", "01-08"),  # 76 152 228 304
        ("74", "01-09"),  # 74 148 222 296 370: the fifth
        ("50", "01-12"),  # Mon to Fri 250, Sat and Sun nothing, Mon 300
        ("99", "01-08"),  # 297 after three days
    ],
)
def test_partial_credits_lengthen_the_stay(credit, end):
    """Three training days are 300 of credit."""
    scenario = world(calendar=[row("all", "01-01", "01-31", credit)])
    assert broken(scenario, stay("RA", "U1", "01-05", end=end)) == []


def test_a_stay_does_not_start_on_a_closed_day():
    """Saturday 10 January counts for nothing."""
    assert broken(world(), stay("RA", "U1", "01-10")) == ["R3"]


def test_a_stay_may_start_on_a_day_that_counts_for_little():
    """A credit of 1 is above 0."""
    # Fri 1, Mon 101, Tue 201, Wed 301.
    scenario = world(calendar=[row("all", "01-09", "01-09", "1")])
    assert broken(scenario, stay("RA", "U1", "01-09", end="01-14")) == []


@pytest.mark.parametrize(("span", "expected"), [(5, []), (4, ["R3"])])
def test_a_stay_is_not_longer_than_max_span(span, expected):
    """Friday to Tuesday are five calendar days."""
    scenario = world(courses=[course(max_span=span)])
    assert broken(scenario, stay("RA", "U1", "01-09")) == expected


def test_max_span_is_twice_the_training_days_and_four_by_default():
    """A course of 3 days may take 10 days and not 11."""
    # 5 January, then closed until the 12th: Mon 5, Tue 13, Wed 14 are 10 days; one more closed day makes 11.
    assert broken(world(calendar=[row("all", "01-06", "01-12", "0")]), stay("RA", "U1", "01-05")) == []
    assert broken(world(calendar=[row("all", "01-06", "01-13", "0")]), stay("RA", "U1", "01-05")) == ["R3"]


def test_an_open_saturday_counts():
    """Friday, the open Saturday and Monday make three days."""
    scenario = world(calendar=[row("venue:A", "01-10", "01-10", "open")])
    assert broken(scenario, stay("RA", "U1", "01-09", end="01-12")) == []
    assert broken(scenario, stay("RA", "U1", "01-10", end="01-13")) == []


# R4


@pytest.mark.parametrize(("earliest", "expected"), [("01-06", []), ("01-07", ["R4"])])
def test_start_is_not_before_earliest(earliest, expected):
    """A start on the earliest day itself is fine."""
    scenario = world(requests=[request("RA", "A", 20, earliest=day(earliest))])
    assert broken(scenario, stay("RA", "U1", "01-06")) == expected


@pytest.mark.parametrize(("latest", "expected"), [("01-08", []), ("01-07", ["R4"])])
def test_end_is_not_after_latest(latest, expected):
    """Tuesday 6 to Thursday 8: an end on the latest day itself is fine."""
    scenario = world(requests=[request("RA", "A", 20, latest=day(latest))])
    assert broken(scenario, stay("RA", "U1", "01-06")) == expected


@pytest.mark.parametrize(("lead", "expected"), [(3, []), (4, ["R4"])])
def test_a_venue_has_its_lead_days(lead, expected):
    """Thursday 8 is three days after the horizon's start."""
    scenario = world(venues=[venue("A", lead_days=lead)], requests=[RA])
    assert broken(scenario, stay("RA", "U1", "01-08")) == expected


def test_huge_lead_days_are_no_error_of_arithmetic():
    """No date lies a milliard days ahead; the rule still answers."""
    scenario = world(venues=[venue("A", lead_days=10**9)], requests=[RA])
    assert broken(scenario, stay("RA", "U1", "01-08")) == ["R4"]


def test_the_last_day_of_the_horizon_may_be_the_end():
    """Wednesday 28 to Friday 30 January; with the horizon ending on the 30th, then on the 29th."""
    assert broken(world(end=day("01-30")), stay("RA", "U1", "01-28")) == []
    assert broken(world(end=day("01-29")), stay("RA", "U1", "01-28")) == ["R4"]


@pytest.mark.parametrize("start", ["01-02", "02-02", "12-31"])
def test_a_start_outside_the_horizon_breaks_r4(start):
    """The working days before and after do not count."""
    assert broken(world(), stay("RA", "U1", start)) == ["R4"]


def test_the_first_day_of_the_horizon_may_be_the_start():
    """The horizon starts on Monday 5 January, both ends included."""
    assert broken(world(), stay("RA", "U1", "01-05")) == []
    assert broken(world(start=day("01-06")), stay("RA", "U1", "01-05")) == ["R4"]


def test_a_class_that_cannot_end_breaks_r4_and_its_span():
    """Closed from the second day on: one day is taught, and 28 days are more than 10."""
    scenario = world(calendar=[row("all", "01-06", "02-01", "0")])
    assert broken(scenario, stay("RA", "U1", "01-05")) == ["R3", "R4"]


# R6


@pytest.mark.parametrize(("first", "expected"), [("01-06", []), ("01-07", ["R6"])])
def test_a_stay_starts_when_the_unit_is_there(first, expected):
    """The unit's first day is included."""
    assert broken(world(units=[unit("U1", first=day(first))]), stay("RA", "U1", "01-06")) == expected


@pytest.mark.parametrize(("last", "expected"), [("01-08", []), ("01-07", ["R6"])])
def test_a_stay_ends_while_the_unit_is_there(last, expected):
    """Tuesday 6 to Thursday 8: the unit's last day is included."""
    assert broken(world(units=[unit("U1", last=day(last))]), stay("RA", "U1", "01-06")) == expected


@pytest.mark.parametrize(
    ("away", "expected"),
    [("01-05", []), ("01-06", ["R6"]), ("01-07", ["R6"]), ("01-08", ["R6"]), ("01-09", [])],
)
def test_no_day_of_a_stay_is_a_day_at_the_depot(away, expected):
    """Tuesday 6 to Thursday 8, both ends included."""
    for scope in ("unit:U1", "depot:D"):
        scenario = world(calendar=[row(scope, away, away, "0")])
        assert broken(scenario, stay("RA", "U1", "01-06")) == expected


def test_a_closed_weekend_day_of_the_stay_can_be_a_depot_day():
    """Friday to Tuesday: service on the Saturday in between breaks R6, though nobody teaches then."""
    scenario = world(calendar=[row("unit:U1", "01-10", "01-10", "0")])
    assert broken(scenario, stay("RA", "U1", "01-09")) == ["R6"]


def test_another_units_service_does_not_matter():
    """U2 is at its depot, U1 teaches."""
    assert broken(world(calendar=[row("unit:U2", "01-05", "01-09", "0")]), stay("RA", "U1", "01-06")) == []


def test_an_open_row_of_the_unit_overrules_its_depot():
    """The depot is in service all week; U1 is let go for it, U2 is not."""
    scenario = world(
        calendar=[row("depot:D", "01-05", "01-09", "0"), row("unit:U1", "01-05", "01-09", "open")]
    )
    assert broken(scenario, stay("RA", "U1", "01-06")) == []
    assert broken(scenario, stay("RA", "U2", "01-06")) == ["R6"]


def test_an_open_row_of_the_depot_does_not_overrule_its_unit():
    """A depot is wider than its unit, so the unit's own service stands."""
    scenario = world(
        calendar=[row("unit:U1", "01-05", "01-09", "0"), row("depot:D", "01-05", "01-09", "open")]
    )
    assert broken(scenario, stay("RA", "U1", "01-06")) == ["R6"]


def test_an_open_row_overrules_only_what_stands_before_it():
    """The order of the file counts: service entered after the open row stands."""
    scenario = world(
        calendar=[row("unit:U1", "01-05", "01-09", "open"), row("depot:D", "01-05", "01-09", "0")]
    )
    assert broken(scenario, stay("RA", "U1", "01-06")) == ["R6"]


def test_a_closure_of_everything_sends_no_unit_home():
    """Rows of scope all, city and venue close days; the unit stays at the venue."""
    scenario = world(
        calendar=[
            row(scope, "01-07", "01-07", "0") for scope in ("all", "city:North", "venue:A", "kind:school")
        ]
    )
    assert broken(scenario, stay("RA", "U1", "01-06", end="01-09")) == []


def test_messages_name_rotation_and_days():
    """A planner finds the rotation by request, unit and start."""
    [violation] = report(world(), stay("RA", "U1", "01-10")).violations
    assert str(violation) == "R3: RA by U1 from 2026-01-10: the first day counts for nothing."
    assert violation.rotations == ("RA-1",)
