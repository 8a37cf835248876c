import pytest

from optimizer.checker import check
from optimizer.domain.plan import Draft
from optimizer.first_fit import first_fit
from optimizer.generator import generate
from tests.checker.worlds import course, day, matrix, request, row, unit, venue, world
from tests.oracles.tiny import tiny

POINT = {"latitude": -6, "longitude": 106}


def put_in(scenario):
    """Request, unit and start of every class, in the order in which they were put in."""
    drafts = first_fit(scenario)
    assert check(scenario, drafts).violations == ()
    return [(draft.request, draft.unit, f"{draft.start:%m-%d}") for draft in drafts]


def test_highest_priority_first_then_file_order():
    scenario = world(
        units=[unit("U1")],
        requests=[
            request("R1", "A", 10, latest=day("01-07")),
            request("R2", "B", 10, latest=day("01-07"), priority="1.5"),
            request("R3", "C", 10),
            request("R4", "C", 10),
        ],
    )
    # R2 takes the only days of R1, to Wednesday. Thursday is for the move to C, for two classes.
    assert put_in(scenario) == [("R2", "U1", "01-05"), ("R3", "U1", "01-09"), ("R4", "U1", "01-14")]


def test_rotations_of_a_base_plan_come_first_where_they_still_fit():
    """RA by U2 from Wednesday on; who is gone, comes too late or lacks the equipment is passed over."""
    base = [
        Draft(request=request, unit=unit, start=day(start))
        for request, unit, start in (
            ("RA", "U2", "01-07"),
            ("RB", "U2", "01-08"),
            ("RX", "U1", "01-05"),
            ("RC", "U9", "01-05"),
            ("RC", "U3", "01-05"),
        )
    ]
    scenario = world(units=[unit("U1"), unit("U2"), unit("U3", equipment=("loom",))])
    drafts = first_fit(scenario, base)
    assert check(scenario, drafts).violations == ()
    (first, *others) = [(draft.request, draft.unit, draft.start) for draft in drafts]
    assert first == ("RA", "U2", day("01-07"))
    assert sorted(request for request, _, _ in others) == ["RA", "RB", "RC"]


def test_own_city_first_then_the_nearest_depot():
    """Depot E lies at A, 0 km away, in another city; D is 10 km away."""
    depots = [
        {"id": "E", "name": "E", "city": "South", **POINT},
        {"id": "D", "name": "D", "city": "North", **POINT},
    ]
    to_e = [
        {"from": here, "to": there, "metres": 0 if "venue:A" in (here, there) else 15_000}
        for place in ("depot:D", "venue:A", "venue:B", "venue:C")
        for here, there in (("depot:E", place), (place, "depot:E"))
    ]
    units = [unit("U1", depot="E"), unit("U2"), unit("U3")]
    scenario = world(depots=depots, units=units, distances=[*matrix(), *to_e])
    # Units of North serve A and B; at C, in South, E's unit comes first.
    classes = put_in(scenario)
    assert classes == [
        ("RA", "U2", "01-05"),
        ("RA", "U2", "01-08"),
        ("RB", "U2", "01-14"),
        ("RC", "U1", "01-05"),
    ]


def test_all_classes_that_the_people_allow():
    """25 people in classes of 8 to 10 are three classes; 23 would not fill three."""
    courses = [course(class_min=8)]
    three = world(courses=courses, requests=[request("R", "A", 25)])
    two = world(courses=courses, requests=[request("R", "A", 23)])
    assert len(put_in(three)) == 3
    assert len(put_in(two)) == 2


def test_pins_stand_from_the_beginning():
    scenario = world(
        units=[unit("U1")],
        requests=[request("R1", "A", 10, priority=9), request("R2", "B", 10)],
        pins=[{"request": "R2", "unit": "U1", "start": day("01-06")}],
    )
    # The pin runs to Thursday the 8th, then a day to move and the weekend.
    assert put_in(scenario) == [("R2", "U1", "01-06"), ("R1", "U1", "01-12")]


def test_rooms_and_instructors_are_respected():
    cooks = {"id": "I", "name": "Cooks", "courses": ("cook",), "count": 1}
    together = {"requests": [request("R1", "A", 10), request("R2", "A", 10)]}
    assert put_in(world(**together)) == [("R1", "U1", "01-05"), ("R2", "U1", "01-08")]
    apart = {"requests": [request("R1", "A", 10), request("R2", "B", 10, latest=day("01-08"))]}
    assert put_in(world(**apart)) == [("R1", "U1", "01-05"), ("R2", "U2", "01-05")]
    assert put_in(world(**apart, instructors=[cooks])) == [("R1", "U1", "01-05")]


def test_facilities_and_depot_days_are_respected():
    scenario = world(
        units=[unit("U1")],
        courses=[course(needs=("water",))],
        venues=[
            venue("A"),
            venue("B", facilities=("water",)),
            venue("C", facilities=("water",), city="South"),
        ],
        calendar=[row("unit:U1", "01-08", "01-08", "0")],
    )
    # A lacks water. B ends on Wednesday; on Thursday the unit is at its depot, so no other day is needed.
    assert put_in(scenario) == [("RB", "U1", "01-05"), ("RC", "U1", "01-09")]


def test_units_that_cost_more_to_send_than_the_class_brings_are_passed_over():
    """There and back to B are 40 km: at 0.25 points each as much as 10 people bring, at 0.26 more."""
    scenario = world(requests=[request("RB", "B", 10)], objective={"km": "0.25"})
    assert put_in(scenario) == [("RB", "U1", "01-05")]
    assert put_in(world(requests=[request("RB", "B", 10)], objective={"km": "0.26"})) == []


@pytest.mark.parametrize("block", range(10))
def test_plans_of_random_scenarios_are_valid(block):
    for seed in range(10 * block, 10 * block + 10):
        scenario = tiny(seed)
        drafts = first_fit(scenario)
        assert check(scenario, drafts).violations == (), seed
        assert len(drafts) >= len(scenario.pins)


def test_a_generated_scenario_is_filled():
    scenario = generate(23, 125, days=90, cities=5, seed=4)
    drafts = first_fit(scenario)
    report = check(scenario, drafts)
    assert report.valid
    # 23 units of about 14 days a class, moves included, in 90 days.
    assert len(drafts) > 100


def test_empty_tables_give_an_empty_plan():
    assert first_fit(world(requests=[])) == []
    assert first_fit(world(units=[])) == []
    assert first_fit(world(requests=[], venues=[], units=[], courses=[])) == []
