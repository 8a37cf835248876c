"""A scenario and its plan, worked out by hand, for the writers of results."""

import pytest

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.formats.plan_view import PlanView
from tests.formats import results_world


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """Five weeks, two units, three venues; see `results_world.world`."""
    return results_world.world()


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Four rotations; see `results_world.plan`."""
    return results_world.plan()


@pytest.fixture(scope="session")
def view(scenario: Scenario, plan: Plan) -> PlanView:
    """The plan, looked up."""
    return PlanView(scenario, plan)


@pytest.fixture(scope="session")
def nasty() -> Scenario:
    """The same scenario with names that look like markup and formulas."""
    return results_world.nasty_world()
