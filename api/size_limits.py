"""How large a plan may be: told before it is queued, not after an hour."""

from __future__ import annotations

from api.errors import Problem
from api.settings import Settings
from optimizer.domain.scenario import Scenario

# Measured, of address space, for that is what is limited: see "Memory" in api/README.md.
_BASE_MB = 700.0
_MB_PER_CELL = 60e-6
#: Places up to which the engine holds all distances; from more on it works a formula out when asked
#: (`optimizer.transitions`, not imported here: it takes its time to load).
LAID_OUT_UP_TO = 2_500


def estimated_mb(scenario: Scenario) -> int:
    """
    Megabytes that each of a plan's two processes may take at most, as far as its sizes tell.

    The engine's tables grow with requests and units times days, and distances with places squared,
    by a formula only as far as they are held.
    """
    places = len({request.venue for request in scenario.requests}) + len(scenario.depots)
    if scenario.travel.provider in ("road", "geodesic"):
        places = min(places, LAID_OUT_UP_TO)
    cells = len(scenario.requests) * scenario.days + places * places + len(scenario.units) * scenario.days
    return round(_BASE_MB + _MB_PER_CELL * cells)


def check_size(settings: Settings, scenario: Scenario, time_limit: float) -> None:
    """
    Refuse what this service does not plan.

    Raises
    ------
    Problem
        ``too-big-to-plan``, naming the limit.
    """
    most = {
        "units": (len(scenario.units), settings.max_units),
        "requests": (len(scenario.requests), settings.max_requests),
        "days": (scenario.days, settings.max_days),
        "megabytes (estimated)": (estimated_mb(scenario), settings.memory_per_plan_mb),
        "seconds of time limit": (time_limit, settings.max_time_limit),
    }
    told = [f"{seen:,} {what}; at most {limit:,}" for what, (seen, limit) in most.items() if seen > limit]
    if told:
        raise Problem("too-big-to-plan", f"This service does not plan so much: {', '.join(told)}.")
