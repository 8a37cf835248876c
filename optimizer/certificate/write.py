"""An engine's proof as a certificate: ids and dates instead of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.certificate.stated import FORMAT, PRICES_IN
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.scenario import Scenario

if TYPE_CHECKING:
    from optimizer.compile import Compiled
    from optimizer.core.problem import Ints, Problem
    from optimizer.core.result import Result

STATEMENT = (
    "No valid plan scores more than the bound. It is the sum of what each request gains at most at these "
    "prices, the prices of all free rooms and instructors, and for each stretch of days of a unit the most "
    "that a route earns at these prices (best), rounded down to whole millipoints."
)
ENUMERATION = (
    "The engine has looked at every route that could still improve the plan, and found that none does. "
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
        "bound": result.proof.value / 1000,
        "requests": _requests(compiled, duals.job),
        "rooms": _by_day(scenario, venues, duals.room),
        "instructors": _by_day(scenario, rows, duals.pool),
        "equity": _equity(scenario, problem, duals.equity),
        "segments": [
            {
                "unit": compiled.units[segment.unit],
                "from": scenario.day(segment.first).isoformat(),
                "to": scenario.day(segment.last).isoformat(),
                "best": int(best),
            }
            for segment, best in zip(problem.segments, result.proof.best, strict=True)
        ],
    }
    if result.enumerated:
        certificate["enumerated"] = {"bound": result.bound / 1000, "statement": ENUMERATION}
    return certificate


def _requests(compiled: Compiled, prices: Ints) -> dict[str, int]:
    """The price of each request that can be served, in the order of the file."""
    price_of = dict(zip(compiled.jobs, prices.tolist(), strict=True))
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
