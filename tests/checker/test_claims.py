"""A finished plan states its score, proof and tables; every number is computed again."""

from typing import Any

import pytest

from optimizer.checker import check, complete
from optimizer.domain.plan import Plan, Run, ScenarioRef
from tests.checker.worlds import day, stay, world

WORLD = world(pins=[{"request": "RA", "unit": "U1", "start": day("01-05")}])


def finished(**changes: Any) -> Plan:
    """A true plan of two rotations worth 19.3 points, bound 20; changes replace what it states."""
    whole = complete(WORLD, [stay("RA", "U1", "01-05"), stay("RC", "U2", "01-05")])
    # 20 people; D A D is 20 km and D C D is 50 km, 0.7 points. Gap (20 - 19.3) / 20.
    stated: dict[str, Any] = {
        "scenario": ScenarioRef(name="world", sha256=""),
        "status": "feasible",
        "score": 19.3,
        "bound": 20.0,
        "gap": 0.035,
        "score_parts": {"people": 20.0, "km": -0.7, "equity": 0.0, "change": 0.0},
        "rotations": whole.rotations,
        "unserved": whole.unserved,
        "units": whole.units,
        "cities": whole.cities,
        "run": Run(),
    }
    return Plan.model_validate({**stated, **changes})


def told(**changes: Any) -> list[str]:
    """What the check says of a plan that states something else."""
    return [str(violation) for violation in check(WORLD, finished(**changes)).violations]


def test_a_true_plan_is_valid():
    """Every number is the recomputed one."""
    assert told() == []
    assert check(WORLD, finished()).score == 19_300


@pytest.mark.parametrize("score", [19.301, 19.299, 0.0, 1e308, float("inf"), float("nan")])
def test_the_score_is_recomputed(score):
    """A thousandth of a point too much is told."""
    [text] = told(score=score)
    assert text.startswith("score: The plan states score ")
    assert text.endswith("its rotations give 19.3.")


@pytest.mark.parametrize("part", ["people", "km", "equity", "change"])
def test_every_score_part_is_recomputed(part):
    """Parts that add up to the score may still be wrong by themselves."""
    parts = finished().score_parts.model_copy(update={part: 1.0})
    [text] = told(score_parts=parts)
    assert f"score part {part} 1.0" in text


def test_the_bound_is_not_below_the_score():
    """A bound below the score proves nothing."""
    assert told(bound=19.299, gap=0.0) == ["score: The bound 19.299 lies below the score 19.3."]


@pytest.mark.parametrize("bound", [float("nan"), float("inf"), 20.0001])
def test_the_bound_is_a_number_with_3_decimals(bound):
    """Neither infinity nor a fourth decimal."""
    assert told(bound=bound) == [f"score: The bound {bound} is no number with 3 decimals."]


@pytest.mark.parametrize("gap", [0.034, 0.036, 0.0, None])
def test_the_gap_is_recomputed(gap):
    """0.7 of 20 points is 0.035."""
    assert told(gap=gap) == [f"score: The plan states gap {gap}; score and bound give 0.035."]


def test_a_plan_without_a_bound_has_no_gap():
    """The bound may be unknown; then nothing is claimed of it."""
    assert told(bound=None, gap=None) == []
    assert told(bound=None) == ["score: The plan states gap 0.035 without a bound."]
    assert told(bound=None, gap=None, status="optimal") == [
        "score: The plan is called optimal without a bound."
    ]


def test_optimal_means_bound_reached_or_tolerance_named():
    """Gap 0.035 is optimal only for a run that asked for no less."""
    assert told(status="optimal", bound=19.3, gap=0.0) == []
    assert told(status="optimal", run=Run(tolerance=0.035)) == []
    assert len(told(status="optimal", run=Run(tolerance=float("nan")))) == 1
    assert told(status="optimal", run=Run(tolerance=0.034)) == [
        "score: The plan is called optimal with gap 0.035, above its tolerance 0.034."
    ]


def test_unserved_people_are_recomputed():
    """RA has 10 people left and RB 10."""
    unserved = finished().unserved
    assert [(row.request, row.people) for row in unserved] == [("RA", 10), ("RB", 10)]
    wrong = unserved[0].model_copy(update={"people": 9})
    assert told(unserved=[wrong, unserved[1]]) == [
        "score: Request RA: the plan leaves 9 people unserved; its rotations leave 10."
    ]
    assert told(unserved=unserved[:1]) == [
        "score: Request RB is not served in full; the plan does not list it as unserved."
    ]
    extra = unserved[0].model_copy(update={"request": "RC"})
    assert told(unserved=[*unserved, extra]) == ["score: The plan lists request RC as unserved; it is not."]
    for rows in ([*unserved, unserved[0]], unserved[::-1]):
        assert told(unserved=rows) == [
            "score: The unserved requests do not stand once each in the order of the file."
        ]


@pytest.mark.parametrize("field", ["rotations", "people", "km", "days_taught", "days_idle"])
def test_the_unit_table_is_recomputed(field):
    """One more of anything is told."""
    units = finished().units
    wrong = units[0].model_copy(update={field: getattr(units[0], field) + 1})
    [text] = told(units=[wrong, units[1]])
    assert text.startswith(f"score: Unit U1: the plan states {field} ")


@pytest.mark.parametrize("field", ["requested", "served", "coverage"])
def test_the_city_table_is_recomputed(field):
    """One more of anything is told."""
    cities = finished().cities
    wrong = cities[1].model_copy(update={field: getattr(cities[1], field) + 1})
    [text] = told(cities=[cities[0], wrong])
    assert text.startswith(f"score: City South: the plan states {field} ")


def test_tables_list_every_row_in_order():
    """Unused units are listed too."""
    plan = finished()
    for units in (plan.units[:1], plan.units[::-1], ()):
        assert told(units=units) == ["score: Unit table: expected the 2 rows of the scenario, in its order."]
    for cities in (plan.cities[::-1], [*plan.cities, plan.cities[0]]):
        assert told(cities=cities) == [
            "score: City table: expected the 2 rows of the scenario, in its order."
        ]


def test_rotations_stand_in_order_and_bear_their_numbers():
    """By start, then unit; numbered by request."""
    first, second = finished().rotations
    assert told(rotations=[second, first]) == ["plan: The rotations do not stand by start, then unit."]
    renamed = first.model_copy(update={"id": "RA-2"})
    assert told(rotations=[renamed, second]) == [
        "plan: RA by U1 from 2026-01-05: stands as RA-2; its number is RA-1."
    ]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"end": day("01-08")}, "R3"),
        ({"people": 9}, "R8"),
        ({"venue": "B"}, "plan"),
        ({"course": "bake"}, "plan"),
        ({"pinned": False}, "R10"),
    ],
)
def test_what_a_rotation_states_is_checked_by_its_rule(change, rule):
    """End by R3, people by R8, pins by R10; the sums come from what is computed."""
    first, second = finished().rotations
    violations = check(WORLD, finished(rotations=[first.model_copy(update=change), second])).violations
    assert [violation.rule for violation in violations] == [rule]


def test_a_rotation_of_another_scenario_gives_messages_and_no_traceback():
    """Every rotation is unknown; the tables are told too."""
    first, second = finished().rotations
    unknown = [first.model_copy(update={"request": "RX"}), second]
    rules = {violation.rule for violation in check(WORLD, finished(rotations=unknown)).violations}
    assert rules == {"plan", "R10", "score"}
