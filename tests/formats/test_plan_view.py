"""A plan looked up: days told apart, ways, sums, and plans that speak of something else."""

from datetime import date

import pytest

from optimizer.exceptions import InputError
from optimizer.formats.plan_view import PlanView
from tests.formats import results_world


def test_days_of_a_unit_add_up(scenario, view):
    """U1 is there for 35 days: 16 taught, 5 closed, 2 at the depot, 12 idle."""
    # Closed: 16, 17, 18 January and 31 January, 1 February.
    days = view.unit_days(scenario.units[0])
    assert (days.present, days.taught, days.closed, days.depot, days.moving, days.idle) == (
        35,
        16,
        5,
        2,
        0,
        12,
    )


def test_a_unit_that_comes_later_has_fewer_days(scenario, view):
    """U2 is in service from 7 January: 33 days, 2 of them taught."""
    days = view.unit_days(scenario.units[1])
    assert (days.present, days.taught, days.idle) == (33, 2, 31)


def test_days_for_moves_are_what_is_left(scenario):
    """Two stays at different venues with two days between, of which the plan counts one as idle."""
    stays = (
        results_world.rotation("R1-1", "U1", "V1", "sew", ("2026-01-05", "2026-01-09"), 15),
        results_world.rotation("R2-1", "U1", "V2", "sew", ("2026-01-12", "2026-01-20"), 12),
    )
    # 35 days less 14 of stays and 2 at the depot leave 19; the plan calls 18 idle.
    summary = results_world.plan().units[0].model_copy(update={"days_idle": 18})
    view = PlanView(scenario, results_world.plan(rotations=stays, units=(summary,), unserved=()))
    assert view.unit_days(scenario.units[0]).moving == 1


def test_way_leads_through_the_depot_when_a_depot_day_lies_between(view):
    """From V1 home for the maintenance, then to V2 and home; staying on at V1 adds no stop."""
    assert [stop.id for stop in view.route("U1")] == ["D1", "V1", "D1", "V2", "D1"]


def test_kilometres_to_a_venue_count_the_way_through_the_depot(scenario, view):
    """R2-1 is reached over the depot; R1-2 needs no drive."""
    there = view.km_to["R1-1"]
    from_depot = view.km_to["R3-1"]
    assert view.km_to["R1-2"] == 0
    assert view.km_to["R2-1"] == pytest.approx(there + from_depot)
    # 1.058 H + 36.6 sqrt(H) of the 15.67 km from (-6.3, 106.9) to (-6.2, 106.8).
    assert there == pytest.approx(21.14, abs=0.05)


def test_shades_tell_closures_short_days_and_weekends_apart(view):
    """16 January is closed by name, 19 January is short, 10 January is a weekend."""
    shades = {shade.day: shade for shade in view.shades("en")}
    assert (shades[date(2026, 1, 16)].kind, shades[date(2026, 1, 16)].name) == ("closed", "Founding day")
    assert (shades[date(2026, 1, 19)].kind, shades[date(2026, 1, 19)].credit) == ("short", 50)
    assert shades[date(2026, 1, 10)].kind == "weekend"
    assert shades[date(2026, 1, 12)].kind == "working"


def test_an_open_row_overrules_a_holiday(scenario):
    """Good Friday 3 April 2026 is a holiday, unless a later row opens it."""
    april = scenario.replace(start=date(2026, 4, 1), end=date(2026, 4, 5), holidays="ID", calendar=())
    opened = april.replace(calendar=(results_world.row("Open", "all", "2026-04-03", "2026-04-03", "open"),))
    kinds = [PlanView(one, results_world.empty_plan()).shades("en")[2].kind for one in (april, opened)]
    assert kinds == ["holiday", "working"]


def test_holidays_bear_their_names_in_the_language_of_the_results(scenario):
    """Good Friday 3 April 2026 is Wafat Yesus Kristus to who reads Indonesian, on shades and in lists."""
    april = scenario.replace(start=date(2026, 4, 1), end=date(2026, 4, 5), holidays="ID", calendar=())
    view, day = PlanView(april, results_world.empty_plan()), date(2026, 4, 3)
    assert (view.holidays("en")[day], view.shades("en")[2].name) == ("Good Friday", "Good Friday")
    assert (view.holidays("id")[day], view.shades("id")[2].name) == ("Wafat Yesus Kristus",) * 2
    # Malaysia's are not kept in Indonesian.
    malaysia = PlanView(april.replace(holidays="MY", end=date(2026, 5, 1)), results_world.empty_plan())
    assert malaysia.holidays("id") == malaysia.holidays("en") != {}


def test_closed_days_of_a_stay_are_named_but_not_weekends(view):
    """Of R1-2's closed days only Friday 16 is told."""
    stay = next(stay for stay in view.stays if stay.rotation.id == "R1-2")
    assert view.closed_days(stay, "en") == [(date(2026, 1, 16), "Founding day")]


def test_a_plan_of_another_scenario_is_refused_with_every_unknown_name(scenario):
    """Unknown unit, venue and unserved request are told in one go."""
    strange = results_world.rotation("R1-1", "U9", "V9", "sew", ("2026-01-05", "2026-01-09"), 15)
    left = results_world.plan().unserved[0].model_copy(update={"request": "R9"})
    with pytest.raises(InputError) as caught:
        PlanView(scenario, results_world.plan(rotations=(strange,), unserved=(left,)))
    text = str(caught.value)
    assert len(caught.value.issues) == 3
    assert all(name in text for name in ("'U9'", "'V9'", "'R9'"))


def test_a_frozen_rotation_counts_with_its_days_inside_the_horizon(scenario):
    """From Thursday 1 to Tuesday 6 January, the horizon starting on Monday 5: two days, both taught."""
    frozen = results_world.rotation("R1-1", "U1", "V1", "sew", ("2026-01-01", "2026-01-06"), 15)
    view = PlanView(scenario, results_world.plan(rotations=(frozen,), units=(), unserved=()))
    days = view.unit_days(scenario.units[0])
    # 35 days less 2 taught and 2 at the depot.
    assert (days.taught, days.closed, days.idle) == (2, 0, 31)
