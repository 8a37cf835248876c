"""An engine's proof as a certificate: ids and dates instead of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from optimizer.certificate.stated import FORMAT, PRICES_IN
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.scenario import Scenario

if TYPE_CHECKING:
    from optimizer.compile import Compiled
    from optimizer.core.problem import Ints, Problem
    from optimizer.core.result import Branch, Case, Limit, Result, Split

STATEMENT = (
    "No valid plan scores more than the bound. It is the sum of what each request gains at most at these "
    "prices, the prices of all free rooms and instructors, and for each stretch of days of a unit the most "
    "that a route earns at these prices (best), rounded down to whole millipoints."
)
CASES = (
    " Some groups of stretches have cases (branches), one of which holds for every plan, each with prices of "
    "its own: of such a group the greatest value of its cases counts."
)
CHANGE = (
    " The plan changes another one, and each rotation that it does not keep costs the price of a change: the "
    "sum begins with what all of them cost, and a route earns that price for each that it keeps."
)
ENUMERATION = (
    "The engine has looked at every route that could still improve the plan, and found that none does; "
    "of parts that share nothing, at each by itself. "
    "This lower bound rests on the engine; it is not recomputed from the prices."
)


def write(compiled: Compiled, result: Result) -> dict[str, Any]:
    """
    The certificate of a result, ready for ``json.dumps``.

    Parameters
    ----------
    compiled
        The problem that was solved.
    result
        The result with its proof.
    """
    scenario, problem, duals = compiled.scenario, compiled.problem, result.proof.duals
    # A venue none of whose requests can be served has no part in the bound; neither have its rooms.
    venues = {
        int(place): scenario.request_by_id[request].venue
        for place, request in zip(problem.job_place, compiled.jobs, strict=True)
    }
    rows = {number: row.id for number, row in enumerate(scenario.instructors)}
    certificate: dict[str, Any] = {
        "format": FORMAT,
        "scenario": {"name": scenario.name, "sha256": scenario_sha256(scenario)},
        "statement": STATEMENT,
        "prices_in": PRICES_IN,
        "bound": result.proven / 1000,
        "requests": _requests(compiled, duals.job),
        "rooms": _by_day(scenario, venues, duals.room),
        "instructors": _by_day(scenario, rows, duals.pool),
        "equity": _equity(scenario, problem, duals.equity),
        "segments": [
            dict(zip(("unit", "from", "to"), _stretch(compiled, segment), strict=True), best=int(best))
            for segment, best in enumerate(result.proof.best.tolist())
        ],
    }
    if compiled.base_rotations:
        certificate["base_rotations"] = compiled.base_rotations
        certificate["statement"] += CHANGE
    if result.branches:
        certificate["statement"] += CASES
        certificate["branches"] = [_branch(compiled, rows, branch) for branch in result.branches]
    if result.enumerated:
        certificate["enumerated"] = {"bound": result.bound / 1000, "statement": ENUMERATION}
    return certificate


def _stretch(compiled: Compiled, number: int) -> list[str]:
    """Unit, first and last day of a segment."""
    segment, scenario = compiled.problem.segments[number], compiled.scenario
    days = (scenario.day(day).isoformat() for day in (segment.first, segment.last))
    return [compiled.units[segment.unit], *days]


def _branch(compiled: Compiled, rows: dict[int, str], branch: Branch) -> dict[str, Any]:
    """A group of segments, what splits count, and the tree of cases."""
    problem, scenario = compiled.problem, compiled.scenario
    able = np.concatenate([problem.eligible[segment] for segment in branch.segments])
    jobs = np.unique(problem.job_demand[able])
    pools = {int(pool): rows[int(pool)] for pool in np.unique(problem.job_pool[jobs]) if pool >= 0}
    limits: dict[Limit, int] = {}

    def tree(node: Case | Split) -> dict[str, Any]:
        if hasattr(node, "limit"):
            node = cast("Split", node)
            number = limits.setdefault(node.limit, len(limits))
            return {"limit": number, "most": node.most, "below": tree(node.below), "above": tree(node.above)}
        return {
            "requests": {compiled.jobs[job]: int(node.duals.job[job]) for job in jobs.tolist()},
            "instructors": _by_day(scenario, pools, node.duals.pool),
            "charges": [[limits[limit], price] for limit, price in node.charges],
            "best": list(node.best),
        }

    cases = tree(branch.tree)
    return {
        "segments": [_stretch(compiled, segment) for segment in branch.segments],
        "limits": [
            {
                "segments": [branch.segments.index(segment) for segment in limit.segments],
                "instructors": [pools.get(pool) for pool in limit.pools],
                "day": None if limit.day is None else scenario.day(limit.day).isoformat(),
            }
            for limit in limits
        ],
        "tree": cases,
    }


def _requests(compiled: Compiled, prices: Ints) -> dict[str, int]:
    """The price of each request that can be served, in the order of the file."""
    price_of = dict(zip(compiled.jobs, prices[compiled.problem.job_demand].tolist(), strict=True))
    return {row.id: price_of[row.id] for row in compiled.scenario.requests if row.id in price_of}


def _by_day(scenario: Scenario, names: dict[int, str], prices: Ints) -> list[list[Any]]:
    """Name, day and price of everything that has one."""
    return [
        [names[row], scenario.day(day).isoformat(), int(prices[row, day])]
        for row, day in zip(*(axis.tolist() for axis in prices.nonzero()), strict=True)
        if row in names
    ]


def _equity(scenario: Scenario, problem: Problem, shares: Ints) -> dict[str, Any] | None:
    """The share of the equity rate of each city with requests, and of the cap: coverage is at most 1."""
    if problem.equity is None:
        return None
    cities = dict.fromkeys(scenario.venue_by_id[row.venue].city for row in scenario.requests)
    *of_cities, cap = shares.tolist()
    return {"cities": dict(zip(cities, of_cities, strict=True)), "cap": cap}
