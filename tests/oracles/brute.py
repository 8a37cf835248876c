"""Every plan of a scenario, one after the other, with the checker as the judge: for the very smallest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from optimizer.checker import check
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Best:
    """The best score in millipoints, and how many plans the checker found valid."""

    score: int
    valid: int


def brute(scenario: Scenario, limit: int, base: Sequence[Draft] = ()) -> Best | None:
    """
    The best score over all plans, or None where that would ask the checker more than ``limit`` times.

    Parameters
    ----------
    scenario
        A scenario of a few classes and few possible starts.
    limit
        Most calls of the checker.
    base
        The plan that is changed, if any.
    """
    # Without these, adding stays never mends a broken rule, save R10, and R5 where a detour by a third
    # venue may take fewer move days than the straight way.
    mends = {"R10", "R5"} if scenario.travel.provider == "matrix" else {"R10"}
    days = [scenario.start + timedelta(days=number) for number in range(scenario.days)]
    singles = [
        one
        for request in scenario.requests
        for unit in scenario.units
        for day in days
        if not _rules(scenario, [one := Draft(request=request.id, unit=unit.id, start=day)]) - mends
    ]
    best: int | None = None
    valid = 0
    calls = 0
    open_plans: list[tuple[list[Draft], int]] = [([], 0)]
    while open_plans:
        plan, first = open_plans.pop()
        calls += 1
        if calls > limit:
            return None
        report = check(scenario, plan, base)
        rules = {violation.rule for violation in report.violations}
        if not rules:
            valid += 1
            best = report.score if best is None else max(best, report.score)
        if not rules - mends:
            open_plans += [([*plan, singles[number]], number + 1) for number in range(first, len(singles))]
    if best is None:
        raise AssertionError(f"{scenario.name} has no valid plan")
    return Best(best, valid)


def _rules(scenario: Scenario, plan: list[Draft]) -> set[str]:
    return {violation.rule for violation in check(scenario, plan).violations}
