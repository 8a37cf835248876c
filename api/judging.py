"""Plans made by hand: completed, checked and scored, without solving."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from optimizer.checker import check, complete
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Draft, Plan, Run, ScenarioRef
from optimizer.domain.scenario import Scenario
from optimizer.explainer import explain
from optimizer.formats.issue_text import issue_text
from optimizer.formats.words import LANGUAGES


def judge(scenario: Scenario, drafts: list[dict[str, Any]]) -> tuple[Plan, list[dict[str, Any]]]:
    """
    The whole plan of rotations given, and every rule that it breaks.

    Parameters
    ----------
    drafts
        Rotations with request, unit and start at least.

    Raises
    ------
    InputError
        When a rotation names a request or unit that the scenario does not hold.
    """
    rotations = [Draft.model_validate(draft) for draft in drafts]
    completed = complete(scenario, rotations)
    report = check(scenario, rotations)
    plan = Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="feasible",
        score=completed.score,
        bound=None,
        gap=None,
        score_parts=completed.score_parts,
        rotations=completed.rotations,
        # Why somebody is not served can only be told of a plan that keeps the rules.
        unserved=explain(scenario, completed.rotations) if report.valid else completed.unserved,
        units=completed.units,
        cities=completed.cities,
        run=Run(version=version("mtu-planner"), mode="by hand"),
    )
    found = [
        {
            "rule": one.rule,
            "message": one.message,
            "rotations": list(one.rotations),
            "told": {language: issue_text(one.message, language) for language in LANGUAGES},
        }
        for one in report.violations
    ]
    return plan, found
