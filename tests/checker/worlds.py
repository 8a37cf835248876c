"""A small agency to check plans of; every table can be changed by name."""

from datetime import date
from itertools import permutations
from typing import Any

from optimizer.checker import Report, check
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario

KM = {"depot:D": 0, "venue:A": 10, "venue:B": 20, "venue:C": 25}  # places on one straight road


def day(text: str) -> date:
    """A day of 2026 from month and day: 01-05 is Monday 5 January."""
    return date.fromisoformat(f"2026-{text}")


def row(
    scope: str, first: str, last: str, credit: str, weekdays: str = "", name: str = "row"
) -> dict[str, Any]:
    """One row of the calendar."""
    return {
        "name": name,
        "scope": scope,
        "from": day(first),
        "to": day(last),
        "weekdays": tuple(weekdays.split()),
        "credit": credit,
    }


def matrix(**metres: int) -> list[dict[str, Any]]:
    """Distances along the road of `KM`, some of them given as A_B=metres from A to B (D is the depot)."""
    given = {tuple(pair.split("_")): length for pair, length in metres.items()}
    return [
        {
            "from": here,
            "to": there,
            "metres": given.get((here[-1], there[-1]), 1000 * abs(KM[here] - KM[there])),
        }
        for here, there in permutations(KM, 2)
    ]


def world(**changes: Any) -> Scenario:
    """
    Four weeks from Monday 5 January 2026 without holidays, Monday to Friday are working days.

    Depot D; units U1 and U2; venues A, B (city North) and C (city South), one room each, 10, 20 and 25 km
    from the depot along one road; the course takes 3 days and 5 to 10 people, in at most 10 days;
    20 people are requested at A, 10 at B, 10 at C. A change of a table replaces it.
    """
    point = {"latitude": -6, "longitude": 106}
    tables: dict[str, Any] = {
        "name": "world",
        "start": day("01-05"),
        "end": day("02-01"),
        "holidays": "",
        "travel": {"provider": "matrix", "file": "km.csv"},
        "depots": [{"id": "D", "name": "D", "city": "North", **point}],
        "units": [unit("U1"), unit("U2")],
        "courses": [course()],
        "venues": [venue("A"), venue("B"), venue("C", city="South")],
        "requests": [request("RA", "A", 20), request("RB", "B", 10), request("RC", "C", 10)],
        "distances": matrix(),
    }
    return Scenario.model_validate({**tables, **changes})


def unit(name: str, **changes: Any) -> dict[str, Any]:
    """A unit with a stove, home at D."""
    return {"id": name, "name": name, "depot": "D", "equipment": ("stove",), **changes}


def venue(name: str, **changes: Any) -> dict[str, Any]:
    """A school of city North with one room."""
    point = {"latitude": -6, "longitude": 106}
    return {"id": name, "name": name, "kind": "school", "city": "North", **point, **changes}


def course(name: str = "cook", **changes: Any) -> dict[str, Any]:
    """Three days on a stove for 5 to 10 people."""
    base = {
        "id": name,
        "name": name,
        "equipment": "stove",
        "training_days": 3,
        "class_min": 5,
        "class_max": 10,
    }
    return {**base, **changes}


def request(name: str, at: str, people: int, **changes: Any) -> dict[str, Any]:
    """A request for the cooking course."""
    return {"id": name, "venue": at, "course": "cook", "people": people, **changes}


def stay(request: str, unit: str, start: str, **stated: Any) -> Draft:
    """A rotation as a planner writes it by hand; days as month and day."""
    if "end" in stated:
        stated["end"] = day(stated["end"])
    return Draft(request=request, unit=unit, start=day(start), **stated)


def broken(scenario: Scenario, *stays: Draft, **replanning: Any) -> list[str]:
    """The rules that a plan breaks, each as often as it is broken."""
    return [violation.rule for violation in report(scenario, *stays, **replanning).violations]


def report(scenario: Scenario, *stays: Draft, base: Any = None, freeze: str | None = None) -> Report:
    """The check of a plan written by hand."""
    return check(scenario, stays, base, day(freeze) if freeze else None)
