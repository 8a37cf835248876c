"""The oracles themselves: random scenarios are sound and varied, and the exact model is exact."""

from collections import Counter
from datetime import timedelta

import pytest

from optimizer.domain.scenario import Scenario
from optimizer.domain.validate import validate_scenario
from optimizer.exceptions import Severity
from tests.oracles.brute import brute
from tests.oracles.cases import name_of, parts
from tests.oracles.compare import draft
from tests.oracles.exact import optimum, options
from tests.oracles.judge import Stay
from tests.oracles.tiny import tiny
from tests.oracles.world import World

MOST_OPTIONS, MOST_CHECKS = 16, 500


def features(scenario: Scenario) -> list[str]:
    """What of RULES.md section 1 is at work in a scenario."""
    rows = scenario.calendar
    marks = {
        "matrix": scenario.travel.provider == "matrix",
        "road": scenario.travel.provider == "road",
        "geodesic": scenario.travel.provider == "geodesic",
        "holidays": bool(scenario.holidays),
        "pins": bool(scenario.pins),
        "instructors": bool(scenario.instructors),
        "equity": scenario.objective.equity > 0,
        "km": scenario.objective.km > 0,
        "two depots": len(scenario.depots) > 1,
        "rooms": any(venue.rooms > 1 for venue in scenario.venues),
        "lead days": any(venue.lead_days for venue in scenario.venues),
        "access": any(venue.access != "L" for venue in scenario.venues),
        "needs": any(course.needs for course in scenario.courses),
        "max_span": any(course.max_span for course in scenario.courses),
        "earliest": any(request.earliest for request in scenario.requests),
        "latest": any(request.latest for request in scenario.requests),
        "from": any(unit.first for unit in scenario.units),
        "to": any(unit.last for unit in scenario.units),
        "weekdays": any(row.weekdays for row in rows),
        "half days": any(row.credit in ("50", "80") for row in rows),
        "open": any(row.credit == "open" for row in rows),
        "open:80": any(row.credit == "open:80" for row in rows),
        "several classes": any(World(scenario).most_classes(request) > 1 for request in scenario.requests),
    }
    return [name for name, there in marks.items() if there] + [f"scope {row.scope_type}" for row in rows]


def test_tiny_scenarios_put_every_table_to_work():
    """
    Of 200 random scenarios each kind of row and rate is in at least ten; none has an error.
    """
    found: Counter[str] = Counter()
    for seed in range(200):
        scenario = tiny(seed)
        errors = [issue for issue in validate_scenario(scenario) if issue.severity is Severity.ERROR]
        assert errors == [], scenario.name
        found.update(set(features(scenario)))
    kinds = ("all", "city", "kind", "venue", "course", "depot", "unit")
    expected = {*(f"scope {kind}" for kind in kinds), "matrix", "road", "geodesic", "holidays", "pins"}
    expected |= {
        "instructors",
        "equity",
        "km",
        "two depots",
        "rooms",
        "lead days",
        "access",
        "needs",
        "max_span",
    }
    expected |= {
        "earliest",
        "latest",
        "from",
        "to",
        "weekdays",
        "half days",
        "open",
        "open:80",
        "several classes",
    }
    assert {name: found[name] for name in expected if found[name] < 10} == {}


@pytest.mark.parametrize("part", parts(75), ids=name_of)
def test_no_plan_is_better_than_the_exact_model_says(part: range):
    """Trying every plan, with the checker as the judge, ends at the exact model's score."""
    tried = 0
    for seed in part:
        scenario = tiny(seed, classes=3)
        if len(options(World(scenario))) > MOST_OPTIONS:
            continue
        # Three stays in two units' ways, of which not all can be kept.
        base = [
            Stay(option.request, option.unit, scenario.start + timedelta(days=option.start))
            for option in options(World(scenario))[:: max(MOST_OPTIONS // 5, 1)]
        ]
        best = brute(scenario, MOST_CHECKS, [draft(stay) for stay in base])
        if best is not None:
            tried += 1
            assert optimum(scenario, base).score == best.score, scenario.name
    assert tried >= len(part) // 2
