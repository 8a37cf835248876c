"""How large a plan may be: told before it is queued, not after an hour."""

from __future__ import annotations

from api.errors import Problem
from api.settings import Settings
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import Sentence, chained
from optimizer.formats.issue_text import issue_text
from optimizer.formats.words import Language

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


def check_size(settings: Settings, scenario: Scenario, time_limit: float, language: Language) -> None:
    """
    Refuse what this service does not plan.

    Raises
    ------
    Problem
        ``too-big-to-plan``, naming the limit.
    """
    most = {
        Sentence("units"): (len(scenario.units), settings.max_units),
        Sentence("requests"): (len(scenario.requests), settings.max_requests),
        Sentence("days"): (scenario.days, settings.max_days),
        Sentence("megabytes (estimated)"): (estimated_mb(scenario), settings.memory_per_plan_mb),
        Sentence("seconds of time limit"): (time_limit, settings.max_time_limit),
    }
    beyond = [
        Sentence("{seen:,} {what}; at most {limit:,}", seen=seen, what=what, limit=limit)
        for what, (seen, limit) in most.items()
        if seen > limit
    ]
    if beyond:
        listed = chained("{left}, {right}", beyond)
        detail = Sentence("This service does not plan so much: {listed}.", listed=listed)
        raise Problem("too-big-to-plan", issue_text(detail, language))
