from datetime import timedelta

import pytest

from optimizer.openings import Openings
from tests.checker.worlds import course, day, row, unit, venue, world


def starts(scenario, **changes):
    """First and last days of the possible stays at A, as month and day."""
    found = Openings(scenario)
    asked = scenario.requests[0].model_copy(update=changes)
    possible = found.starts(asked)
    return [
        (f"{scenario.day(first):%m-%d}", f"{scenario.day(last):%m-%d}")
        for first, last in zip(possible.first.tolist(), possible.last.tolist(), strict=True)
    ]


def test_stays_reach_over_closed_days():
    """Three training days from Wednesday 7 January; Friday counts half and the weekend is closed."""
    scenario = world(calendar=[row("all", "01-09", "01-09", "50")])
    # Wed Thu Fri½ Mon: 3.5 days on Monday; Thu Fri½ Mon Tue: 3.5 on Tuesday.
    assert starts(scenario, earliest=day("01-07"), latest=day("01-13")) == [
        ("01-07", "01-12"),
        ("01-08", "01-13"),
    ]


def test_window_opens_after_lead_days():
    """26 days after Monday 5 January is Saturday the 31st, too late; 21 days after is Monday the 26th."""
    assert starts(world(venues=[venue("A", lead_days=26)])) == []
    monday = starts(world(venues=[venue("A", lead_days=21)]))
    assert monday == [("01-26", "01-28"), ("01-27", "01-29"), ("01-28", "01-30")]


def test_earliest_and_latest_outside_the_horizon_do_not_matter():
    scenario = world()
    wide = {"earliest": scenario.start - timedelta(days=9), "latest": scenario.end + timedelta(days=9)}
    assert starts(scenario, **wide) == starts(scenario)


def test_stays_longer_than_max_span_are_out():
    """In three days only Monday to Wednesday, Tuesday to Thursday and Wednesday to Friday."""
    scenario = world(courses=[course(max_span=3)])
    assert starts(scenario, latest=day("01-14")) == [
        ("01-05", "01-07"),
        ("01-06", "01-08"),
        ("01-07", "01-09"),
        ("01-12", "01-14"),
    ]


def test_shortest_stay_leaves_max_span_aside():
    scenario = world(courses=[course(max_span=3)])
    found = Openings(scenario)
    asked = scenario.requests[0].model_copy(update={"earliest": day("01-08"), "latest": day("01-13")})
    # Thursday to Monday and Friday to Tuesday are both five days.
    assert found.shortest_stay(asked) == (3, 7)


@pytest.mark.parametrize(("access", "carriers"), [("S", [0]), ("M", [0, 1]), ("L", [0, 1, 3])])
def test_carriers_have_the_equipment_and_fit(access, carriers):
    scenario = world(
        units=[
            unit("S", vehicle="S"),
            unit("M", vehicle="M"),
            unit("X", vehicle="S", equipment=("loom",)),
            unit("L", vehicle="L", equipment=("loom", "stove")),
        ],
        venues=[venue("A", access=access)],
    )
    assert Openings(scenario).carriers(scenario.requests[0]).tolist() == carriers


def test_units_are_there_between_their_days_and_away_from_the_depot():
    """U1 serves from 7 January to the 14th; U2 is at its depot on the 8th."""
    scenario = world(
        units=[unit("U1", **{"from": day("01-07"), "to": day("01-14")}), unit("U2")],
        calendar=[row("unit:U2", "01-08", "01-08", "0")],
    )
    found = Openings(scenario)
    possible = found.starts(scenario.requests[0].model_copy(update={"latest": day("01-15")}))
    there = found.there(found.carriers(scenario.requests[0]), possible)
    by_unit = [[f"{scenario.day(first):%m-%d}" for first in possible.first[row].tolist()] for row in there]
    assert by_unit == [["01-07", "01-08", "01-09", "01-12"], ["01-05", "01-09", "01-12", "01-13"]]
