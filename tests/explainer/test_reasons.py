from pathlib import Path

import pytest

import optimizer
from optimizer.domain.plan import Draft, Reason
from optimizer.domain.scenario import Scenario
from optimizer.explainer import cells, exchange, explain, improving_insertions, worthwhile
from optimizer.explainer.codes import Code
from tests.checker.worlds import course, day, request, row, stay, unit, venue, world


def reasons(scenario: Scenario, name: str, *stays: Draft) -> list[Reason]:
    return next(list(one.reasons) for one in explain(scenario, stays) if one.request == name)


def only_reason(scenario: Scenario, name: str, *stays: Draft) -> Reason:
    (found,) = reasons(scenario, name, *stays)
    return found


def three_days(name: str, at: str, people: int = 10, **changes: object) -> dict[str, object]:
    """A request from Monday 5 to Wednesday 7 January: only one start is possible."""
    return request(name, at, people, earliest=day("01-05"), latest=day("01-07"), **changes)


def loom(**changes: object) -> dict[str, object]:
    """A course of one day for which the stove is no use."""
    return course("weave", equipment="loom", training_days=1, **changes)


def test_everybody_served_leaves_nothing_to_explain():
    scenario = world(requests=[request("RB", "B", 10)])
    assert explain(scenario, [stay("RB", "U1", "01-05")]) == ()


def test_requests_stand_in_file_order_with_the_people_left_over():
    left = explain(world(), [stay("RA", "U1", "01-05"), stay("RC", "U2", "01-05")])
    # RA asks for 20 and has one class of 10; RB has none; RC is served.
    assert [(one.request, one.people) for one in left] == [("RA", 10), ("RB", 10)]


def test_too_few_people_for_a_class():
    found = only_reason(world(requests=[request("R", "A", 4)]), "R")
    assert (found.code, found.rule) == ("too-few-people", "R8")
    assert found.text == "4 asked for cook, of which a class needs at least 5 people: 1 person too few."


def test_rest_too_small_for_another_class():
    """Of 12 people 10 are served; two classes of at least 8 would need 16."""
    scenario = world(courses=[course(class_min=8)], requests=[request("R", "A", 12)])
    found = only_reason(scenario, "R", stay("R", "U1", "01-05"))
    assert (found.code, found.rule) == ("rest-too-small", "R8")
    assert "2 people left after 1 class of at most 10." in found.text
    assert "2 × 8 = 16 people; 12 asked." in found.text


def test_no_unit_carries_the_equipment():
    scenario = world(courses=[course(), loom()], requests=[request("R", "A", 10, course="weave")])
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("no-equipment", "R1")
    assert found.text == "No unit carries loom, the equipment of weave."


def test_every_vehicle_is_too_big():
    scenario = world(
        units=[unit("U1", vehicle="M"), unit("U2", vehicle="L")],
        venues=[venue("A", access="S")],
        requests=[request("R", "A", 10)],
    )
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("vehicle-too-big", "R2")
    assert found.text == (
        "A lets in vehicles up to size S, and none of the 2 units with stove is so small: U1 (M) and U2 (L)."
    )


def test_a_facility_is_missing():
    scenario = world(courses=[course(needs=("water", "gas"))], venues=[venue("A", facilities=("gas",))])
    scenario = scenario.replace(requests=scenario.requests[:1])
    found = only_reason(scenario, "RA")
    assert (found.code, found.rule) == ("facility-missing", "R2")
    assert found.text == "cook needs water, which A does not have."


def test_reasons_that_hold_side_by_side_are_all_given():
    scenario = world(
        courses=[course(needs=("water",))],
        venues=[venue("A", access="S")],
        requests=[request("R", "A", 4, latest=day("01-06"))],
    )
    codes = [one.code for one in reasons(scenario, "R")]
    assert codes == ["too-few-people", "vehicle-too-big", "facility-missing", "window-too-short"]


def test_window_without_enough_training_days():
    """Wednesday and Thursday are full, Friday and the weekend closed, Monday counts half: 2.5 of 3 days."""
    scenario = world(
        calendar=[
            row("venue:A", "01-09", "01-09", "0", name="Fair"),
            row("course:cook", "01-12", "01-12", "50", name="Stocktaking"),
        ],
        requests=[request("R", "A", 10, earliest=day("01-07"), latest=day("01-12"))],
    )
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("window-too-short", "R4")
    assert found.text == (
        "cook takes 3 training days, but from 7 Jan 2026 (the request's earliest) to 12 Jan 2026 (the "
        "request's latest) A offers only 2.5. Of these 6 days the calendar takes: not a working day (2), "
        "Fair (1) and Stocktaking (0.5)."
    )


def test_window_that_lead_days_close():
    scenario = world(venues=[venue("A", lead_days=26)], requests=[request("R", "A", 10)])
    # 5 January and 26 days are 31 January, a Saturday; the horizon ends on Sunday 1 February.
    found = only_reason(scenario, "R")
    assert found.code == "window-too-short"
    assert (
        "from 31 Jan 2026 (the horizon's start and 26 lead days) to 1 Feb 2026 (the horizon's end)"
        in found.text
    )
    assert found.text.endswith("offers only 0. Of these 2 days the calendar takes: not a working day (2).")


@pytest.mark.parametrize("lead", [28, 10**9])
def test_window_that_is_empty(lead):
    scenario = world(venues=[venue("A", lead_days=lead)], requests=[request("R", "A", 10)])
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("window-too-short", "R4")
    assert found.text.startswith("The window is empty: it runs from ")
    assert f"the horizon's start and {lead:,} lead days" in found.text


def test_stay_longer_than_the_course_allows():
    """Thursday, Friday and Monday are three training days in a stay of five; three are allowed."""
    scenario = world(
        courses=[course(max_span=3)],
        requests=[request("R", "A", 10, earliest=day("01-08"), latest=day("01-12"))],
    )
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("stay-too-long", "R3")
    assert "may stay at most 3 days (max_span)" in found.text
    assert (
        "is 5 days, 8 Jan to 12 Jan 2026. Of these 5 days the calendar takes: not a working day (2)."
        in found.text
    )


def test_units_that_are_never_there_long_enough():
    """U1 leaves after Tuesday, U2 is at its depot on Tuesday; the class takes Monday to Wednesday."""
    scenario = world(
        units=[unit("U1", to=day("01-06")), unit("U2")],
        calendar=[row("unit:U2", "01-06", "01-06", "0", name="Service")],
        requests=[three_days("R", "A")],
    )
    found = only_reason(scenario, "R")
    assert (found.code, found.rule) == ("unit-away", "R6")
    assert found.text == (
        "From 5 Jan to 7 Jan 2026 a stay takes at least 3 days, and no unit that fits is there so long: "
        "U1 leaves after 6 Jan 2026 and U2 is at its depot 6 Jan 2026."
    )


def test_no_instructor_at_all():
    row_of_none = {"id": "I", "name": "Cooks", "courses": ("cook",), "count": 0}
    found = only_reason(world(instructors=[row_of_none]), "RB")
    assert (found.code, found.rule) == ("no-instructors", "R9")
    assert found.text == "Cooks (I), who teach cook, number 0."


def test_pins_hold_everything():
    """The one unit is pinned to B on the only days on which C could be taught."""
    scenario = world(
        units=[unit("U1")],
        requests=[three_days("RB", "B"), three_days("RC", "C")],
        pins=[{"request": "RB", "unit": "U1", "start": day("01-05")}],
    )
    found = only_reason(scenario, "RC", stay("RB", "U1", "01-05"))
    assert (found.code, found.rule) == ("pins-in-the-way", "R10")
    assert "on every possible start (1): RB-1 (U1, 5 Jan to 7 Jan 2026)." in found.text


def test_the_only_unit_is_busy_and_worth_more_where_it_is():
    scenario = world(units=[unit("U1")], requests=[three_days("RB", "B", priority=2), three_days("RC", "C")])
    busy, elsewhere = reasons(scenario, "RC", stay("RB", "U1", "01-05"))
    assert (busy.code, busy.rule) == ("units-busy", "R5")
    assert busy.text == (
        "Every possible start (1, by the one unit that could teach it, 5 Jan 2026) is blocked: "
        "the unit teaches or moves for RB-1 (U1, 5 Jan to 7 Jan 2026) (R5)."
    )
    # RC brings 10 and drives 50 km (0.5); RB goes with 20 and its 40 km (0.4): 10 - 0.5 - 20 + 0.4.
    assert (elsewhere.code, elsewhere.rule) == ("worth-more-elsewhere", "section 3")
    assert elsewhere.text == (
        "A class of 10 people would bring 10.0 points, but no swap at the one unit that could teach it "
        "gains. Best swap: U1 from 5 Jan to 7 Jan 2026 instead of RB-1 (10 people), which loses 10.1 points."
    )


def test_move_days_make_a_unit_busy():
    """RB ends on Wednesday; Thursday is needed for the move, so RC cannot start that day."""
    scenario = world(
        units=[unit("U1")],
        requests=[three_days("RB", "B"), request("RC", "C", 10, earliest=day("01-08"), latest=day("01-12"))],
    )
    assert reasons(scenario, "RC", stay("RB", "U1", "01-05"))[0].code == "units-busy"
    at_once = scenario.replace(moves=scenario.moves.model_copy(update={"days": 0}))
    assert reasons(at_once, "RC", stay("RB", "U1", "01-05"))[0].code == "could-gain"


def test_the_only_room_is_taken():
    scenario = world(requests=[three_days("R1", "A", priority=3), three_days("R2", "A")])
    full, elsewhere = reasons(scenario, "R2", stay("R1", "U1", "01-05"))
    assert (full.code, full.rule) == ("rooms-full", "R7")
    assert "(2, by the 2 units that could teach it, 5 Jan 2026)" in full.text
    assert "the only room of A is taken by R1-1 (U1, 5 Jan to 7 Jan 2026) (R7)." in full.text
    # 10 for 30 points; U1 or U2 drives the same 20 km.
    assert (
        "U1 from 5 Jan to 7 Jan 2026 instead of R1-1 (10 people), which loses 20.0 points." in elsewhere.text
    )


def test_a_request_whose_own_class_fills_the_room_has_no_exchange():
    scenario = world(requests=[three_days("R", "A", people=20)])
    found = only_reason(scenario, "R", stay("R", "U1", "01-05"))
    assert found.code == "rooms-full"
    assert "taken by its own R-1 (U1, 5 Jan to 7 Jan 2026)" in found.text


def test_all_instructors_teach_elsewhere():
    cooks = {"id": "I", "name": "Cooks", "courses": ("cook",), "count": 1}
    scenario = world(instructors=[cooks], requests=[three_days("RB", "B"), three_days("RC", "C")])
    busy, elsewhere = reasons(scenario, "RC", stay("RB", "U1", "01-05"))
    assert (busy.code, busy.rule) == ("instructors-busy", "R9")
    assert "the one of Cooks (I) teaches RB-1 (U1, 5 Jan to 7 Jan 2026) (R9)." in busy.text
    # 50 km to C and back instead of 40 km to B: 0.1 points for the same 10 people.
    assert "instead of RB-1 (10 people), which loses 0.1 points." in elsewhere.text


def test_several_rules_together_leave_no_slot():
    """
    The room is taken on Monday, which blocks the start on Monday; U1 is at B on Friday, and with
    the move day that blocks Tuesday, Wednesday and Thursday.
    """
    scenario = world(
        units=[unit("U1"), unit("U2", equipment=("loom",))],
        courses=[course(), loom(), course("grill", training_days=1)],
        requests=[
            request("R", "A", 10, latest=day("01-12")),
            request("RL", "A", 10, course="weave"),
            request("RG", "B", 10, course="grill", priority=2),
        ],
    )
    found = reasons(scenario, "R", stay("RL", "U2", "01-05"), stay("RG", "U1", "01-09"))[0]
    assert (found.code, found.rule) == ("no-free-slot", "R5, R7")
    assert (
        "(4, by the one unit that could teach it, 5 Jan to 8 Jan 2026) is blocked, 3 by R5 alone and 1 by R7 "
        "alone: the unit teaches or moves for RG-1 (U1, 9 Jan 2026) (R5); "
        "the only room of A is taken by RL-1 (U2, 5 Jan 2026) (R7)."
    ) in found.text


def test_a_free_place_that_costs_more_to_drive_to_than_it_brings():
    """40 km at half a point each are 20 points for 10 people."""
    scenario = world(objective={"km": "0.5"}, requests=[request("RB", "B", 10)])
    found = only_reason(scenario, "RB")
    assert (found.code, found.rule) == ("drive-costs-more", "section 3")
    assert found.text == (
        "A class of 10 people would bring 10.0 points, but of the free places the one with the least "
        "driving, U1 from 5 Jan to 7 Jan 2026, costs 20.0 points (40.0 km more)."
    )


def test_the_drive_is_told_without_what_keeping_brings():
    """The same, and keeping the class of 12 January would bring 5 points more: still not enough."""
    scenario = world(objective={"km": "0.5", "change": 5}, requests=[request("RB", "B", 10)])
    ((one,),) = [left.reasons for left in explain(scenario, [], [stay("RB", "U1", "01-12")])]
    assert one.code == "drive-costs-more"
    assert "U1 from 5 Jan to 7 Jan 2026, costs 20.0 points (40.0 km more)" in one.text


def test_what_the_plan_overlooks_is_said():
    scenario = world(requests=[request("RB", "B", 10)])
    found = only_reason(scenario, "RB")
    assert (found.code, found.rule) == ("could-gain", "section 3")
    # 10 points less 40 km at 0.01.
    assert found.text == "Overlooked in this plan: U1 from 5 Jan to 7 Jan 2026 would add 9.6 points."
    (best,) = improving_insertions(scenario, [])
    assert (best.request, best.unit, best.start, best.end) == ("RB", "U1", day("01-05"), day("01-07"))
    assert (best.removes, best.gain) == ((), 9_600)


def test_a_swap_that_gains_names_what_goes():
    scenario = world(units=[unit("U1")], requests=[three_days("RB", "B"), three_days("RC", "C", priority=2)])
    (best,) = improving_insertions(scenario, [stay("RB", "U1", "01-05")])
    # 20 - 0.5 for C instead of 10 - 0.4 for B.
    assert (best.request, best.removes, best.gain) == ("RC", ("RB-1",), 9_900)


def test_coverage_of_the_worst_city_counts():
    """
    With equity 100 the only class of South lifts the lowest coverage from 0 to 1/2, worth 50 points,
    while North falls from 1 to 1/2 for the 20 people that B loses.
    """
    scenario = world(
        units=[unit("U1")],
        objective={"km": 0, "equity": 100},
        requests=[
            request("RA", "A", 10),
            request("RB", "B", 10, latest=day("01-07"), priority=2),
            request("RC", "C", 20, latest=day("01-07")),
        ],
    )
    (best,) = improving_insertions(scenario, [stay("RB", "U1", "01-05"), stay("RA", "U1", "01-12")])
    assert (best.request, best.removes) == ("RC", ("RB-1",))
    assert best.gain == 10_000 + 50_000 - 20_000


def test_a_search_cut_short_does_not_claim_a_proof(monkeypatch):
    scenario = world(units=[unit("U1")], requests=[three_days("RB", "B", priority=2), three_days("RC", "C")])
    for module in (exchange, worthwhile):
        monkeypatch.setattr(module, "MOST_TRIALS", 1)
    found = reasons(scenario, "RC", stay("RB", "U1", "01-05"))[-1]
    assert (found.code, found.rule) == ("not-proven", "section 3")
    assert found.text.endswith("Of 1 exchange tried none gains; not all could be tried.")


def test_more_starts_than_are_looked_at_are_told(monkeypatch):
    """U2's depot E lies at B; with one start looked at, only U2 is."""
    point = {"latitude": -6, "longitude": 106}
    scenario = world(
        depots=[
            {"id": "D", "name": "D", "city": "North", **point},
            {"id": "E", "name": "E", "city": "North", **point, "longitude": 106.5},
        ],
        travel={"provider": "geodesic"},
        units=[unit("U1"), unit("U2", depot="E")],
        venues=[venue("B", longitude=106.5), venue("A")],
        requests=[three_days("RB", "B", priority=2), three_days("R2", "B")],
    )
    monkeypatch.setattr(cells, "MOST_CELLS", 1)
    full, elsewhere = reasons(scenario, "R2", stay("RB", "U1", "01-05"))
    assert "(1, by the nearest 1 of the 2 units that could teach it, 5 Jan 2026)" in full.text
    assert "no swap at the nearest 1 of the 2 units that could teach it gains." in elsewhere.text
    assert "Best swap: U2 from" in elsewhere.text


def test_every_code_is_told_in_the_list_of_reasons():
    text = (Path(optimizer.__file__).parent / "REASONS.md").read_text(encoding="utf-8")
    told = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert told == {code.value for code in Code}
    assert f"more than {cells.MOST_CELLS:,} possible starts" in text
    assert f"cut off after {exchange.MOST_TRIALS:,}" in text


def test_empty_tables_leave_little_to_explain():
    assert explain(world(requests=[]), []) == ()
    assert explain(world(requests=[], venues=[], units=[]), []) == ()
    assert only_reason(world(units=[]), "RB").code == "no-equipment"


def test_a_request_worth_nothing_is_not_worth_its_drive():
    """Priority 0: the 40 km to B and back cost 0.4 points."""
    found = only_reason(world(requests=[request("RB", "B", 10, priority=0)]), "RB")
    assert found.code == "drive-costs-more"
    assert "would bring 0.0 points" in found.text
    assert "costs 0.4 points (40.0 km more)" in found.text
