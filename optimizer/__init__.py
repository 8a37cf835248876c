"""
Plans rotations of Mobile Training Units between host places, and proves how good each plan is.

>>> import optimizer
>>> scenario = optimizer.load("data/jakarta")
>>> plan = optimizer.plan(scenario, time_limit=15)
>>> optimizer.export(scenario, plan, "results/jakarta")

The names are loaded when they are first asked for, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optimizer.checker import check as check
    from optimizer.domain.plan import Plan as Plan
    from optimizer.domain.scenario import Scenario as Scenario
    from optimizer.exceptions import InputError as InputError
    from optimizer.exceptions import PlannerError as PlannerError
    from optimizer.explainer import explain as explain
    from optimizer.formats.convert import convert as convert
    from optimizer.formats.export import export as export
    from optimizer.formats.template import template as template
    from optimizer.generator import generate as generate
    from optimizer.geocoding import geocode as geocode
    from optimizer.planner import plan as plan
    from optimizer.reading import load as load
    from optimizer.reading import validate as validate
    from optimizer.road_matrix import matrix as matrix

__version__ = "0.1.0"

_HOMES = {
    "InputError": "optimizer.exceptions",
    "Plan": "optimizer.domain.plan",
    "PlannerError": "optimizer.exceptions",
    "Scenario": "optimizer.domain.scenario",
    "check": "optimizer.checker",
    "convert": "optimizer.formats.convert",
    "explain": "optimizer.explainer",
    "export": "optimizer.formats.export",
    "generate": "optimizer.generator",
    "geocode": "optimizer.geocoding",
    "load": "optimizer.reading",
    "matrix": "optimizer.road_matrix",
    "plan": "optimizer.planner",
    "template": "optimizer.formats.template",
    "validate": "optimizer.reading",
}
__all__ = [
    *_HOMES,
    "__version__",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
