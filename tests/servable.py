"""Which requests no plan can ever serve, for tests of scenarios."""

from __future__ import annotations

from optimizer.domain.scenario import Scenario
from optimizer.openings import Openings


def never_servable(scenario: Scenario) -> list[str]:
    """Requests that fail R1 to R4 or R6 whatever the plan."""
    openings = Openings(scenario)
    found = []
    for request in scenario.requests:
        units, starts = openings.carriers(request), openings.starts(request)
        if openings.missing_facilities(request) or not openings.there(units, starts).any():
            found.append(request.id)
    return found
