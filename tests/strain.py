"""
How hard the failure suites try: briefly, or at length.

``MTU_STRAIN=long`` asks for thousands of kills and of invented requests for every role, and
holds the service to its limits of time. Without it, what is counted is held to all the
same, but times only to several times as much, for others may use the machine as well.
"""

from __future__ import annotations

import os

LONG = os.environ.get("MTU_STRAIN") == "long"
#: Servers, workers and solvers killed in one round, and a seed for each round; on PostgreSQL, one round,
#: the database too, which takes its time to come back.
KILLS = 200
ROUNDS = range(1, 11 if LONG else 2)
KILLS_POSTGRESQL = 200 if LONG else 15
#: Examples per route in schemathesis' fuzzing, and least cases, by role.
EXAMPLES = {"admin": 1, "planner": 5, "viewer": 5}
LEAST_CASES = {"admin": 3000, "planner": 100, "viewer": 100}
if LONG:
    EXAMPLES, LEAST_CASES = dict.fromkeys(EXAMPLES, 30), dict.fromkeys(EXAMPLES, 3000)
_MARGIN = 1 if LONG else 6


def within(limit: float) -> float:
    """What a measured time, or a ratio of two, must stay below."""
    return limit * _MARGIN
