"""Certificates written by hand or at random, for tests."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

from optimizer.certificate.ground import Ground
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.scenario import Scenario

NOTHING = -(10**12)
"""Less than any route is worth: whoever checks it finds the best route himself."""


def blank(scenario: Scenario, **changes: Any) -> dict[str, Any]:
    """A certificate without prices that claims next to nothing; a change replaces a part."""
    ground = Ground(scenario)
    rate = int(scenario.objective.equity * 10**6)
    cities = dict.fromkeys((ask.city for ask in ground.asks.values()), 0)
    return {
        "format": 1,
        "scenario": {"name": scenario.name, "sha256": scenario_sha256(scenario)},
        "prices_in": "thousandths of a millipoint",
        "bound": 0.0,
        "requests": {name: 0 for name in ground.asks if name in ground.servable},
        "rooms": [],
        "instructors": [],
        "equity": {"cities": cities, "cap": rate} if rate else None,
        "segments": [
            {
                "unit": unit,
                "from": scenario.day(first).isoformat(),
                "to": scenario.day(last).isoformat(),
                "best": NOTHING,
            }
            for unit, first, last in ground.stretches
        ],
        **changes,
    }


def at_random(scenario: Scenario, random: Random) -> dict[str, Any]:
    """A certificate with prices drawn blindly, up to 30 points for a rotation and 9 for a day."""
    certificate = blank(scenario)

    def days(rows: list[str]) -> list[list[Any]]:
        entries = {
            (row, scenario.day(random.randrange(scenario.days)).isoformat()): random.randint(0, 9_000_000)
            for row in rows
            for _ in range(random.choice((0, 0, 3, 6)))
        }
        return [[*key, price] for key, price in entries.items()]

    for name in certificate["requests"]:
        certificate["requests"][name] = random.randint(-3_000_000, 30_000_000)
    certificate["rooms"] = days([row.id for row in scenario.venues])
    certificate["instructors"] = days([row.id for row in scenario.instructors])
    if certificate["equity"]:
        cities, rate = list(certificate["equity"]["cities"]), certificate["equity"]["cap"]
        cuts = [0, *sorted(random.randint(0, rate) for _ in cities), rate]
        shares = [high - low for low, high in pairwise(cuts)]
        certificate["equity"] = {"cities": dict(zip(cities, shares, strict=False)), "cap": shares[-1]}
    return certificate
