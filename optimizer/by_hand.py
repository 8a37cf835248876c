"""A finished plan out of rotations that somebody chose by hand."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer import __version__
from optimizer.checker import complete
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Draft, Plan, Rotation, Run, ScenarioRef
from optimizer.domain.scenario import Scenario
from optimizer.explainer import explain


def by_hand(scenario: Scenario, drafts: Sequence[Draft], base_plan: Sequence[Rotation | Draft] = ()) -> Plan:
    """
    Compute what a plan file holds beside request, unit and start; no bound is claimed.

    Parameters
    ----------
    scenario
        A validated scenario.
    drafts
        Rotations that break no rule; ask `check` first.
    base_plan
        Rotations of the plan that they change, if any.

    Raises
    ------
    InputError
        When a rotation names a request or unit that the scenario does not hold.
    """
    completed = complete(scenario, drafts, base_plan)
    return Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="feasible",
        score=completed.score,
        bound=None,
        gap=None,
        score_parts=completed.score_parts,
        rotations=completed.rotations,
        unserved=explain(scenario, completed.rotations, base_plan),
        units=completed.units,
        cities=completed.cities,
        run=Run(version=__version__, mode="by hand"),
    )
