"""Scenarios under other names, and several of them as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from pydantic import BaseModel

from optimizer.domain.scenario import CalendarRow, Distance, Scenario

TABLES = ("depots", "units", "courses", "venues", "requests", "instructors", "pins")


def changed(row: Any, **fields: object) -> Any:
    """A row with some fields changed."""
    assert isinstance(row, BaseModel)
    return row.model_copy(update=fields)


def renamed(scenario: Scenario, new: Callable[[str, str], str]) -> Scenario:
    """
    The scenario under other ids and other names of cities, kinds, equipment and facilities.

    ``new`` gives the new name for a sort of name ("unit", "city", ...) and the old one.
    """

    def scope(text: str) -> str:
        sort, colon, key = text.partition(":")
        return sort + colon + new(sort, key) if colon else text

    return scenario.replace(
        depots=tuple(
            changed(row, id=new("depot", row.id), city=new("city", row.city)) for row in scenario.depots
        ),
        units=tuple(
            changed(
                row,
                id=new("unit", row.id),
                depot=new("depot", row.depot),
                equipment=tuple(new("equipment", name) for name in row.equipment),
            )
            for row in scenario.units
        ),
        courses=tuple(
            changed(
                row,
                id=new("course", row.id),
                equipment=new("equipment", row.equipment),
                needs=tuple(new("facility", name) for name in row.needs),
            )
            for row in scenario.courses
        ),
        venues=tuple(
            changed(
                row,
                id=new("venue", row.id),
                kind=new("kind", row.kind),
                city=new("city", row.city),
                facilities=tuple(new("facility", name) for name in row.facilities),
            )
            for row in scenario.venues
        ),
        requests=tuple(
            changed(
                row,
                id=new("request", row.id),
                venue=new("venue", row.venue),
                course=new("course", row.course),
            )
            for row in scenario.requests
        ),
        calendar=tuple(changed(row, scope=scope(row.scope)) for row in scenario.calendar),
        instructors=tuple(
            changed(
                row,
                id=new("instructors", row.id),
                courses=tuple(new("course", name) for name in row.courses),
            )
            for row in scenario.instructors
        ),
        pins=tuple(
            changed(row, request=new("request", row.request), unit=new("unit", row.unit))
            for row in scenario.pins
        ),
        distances=tuple(
            changed(row, origin=scope(row.origin), destination=scope(row.destination))
            for row in scenario.distances
        ),
    )


def side_by_side(scenarios: Sequence[Scenario]) -> Scenario:
    """
    Agencies that share nothing as one scenario, without equity.

    Days and rates are those of the first. All have the same calendar rows for everybody; all have a matrix,
    or none has.
    """
    apart = [_prefixed(one, f"{number}.") for number, one in enumerate(scenarios)]
    first = apart[0]
    return first.replace(
        **{name: tuple(row for one in apart for row in getattr(one, name)) for name in TABLES},
        calendar=tuple(_merged([one.calendar for one in apart])),
        distances=tuple(_all_ways(apart)) if first.distances else (),
        objective=changed(first.objective, equity=Decimal(0)),
    )


def _all_ways(scenarios: Sequence[Scenario]) -> Iterable[Distance]:
    """The ways of each, and a kilometre from anywhere in one to anywhere in another."""
    for one, other in product(scenarios, repeat=2):
        if one is other:
            yield from one.distances
        else:
            for origin, destination in product(_places(one), _places(other)):
                yield Distance.model_validate({"from": origin, "to": destination, "metres": 1000})


def _places(scenario: Scenario) -> list[str]:
    return [*(f"depot:{row.id}" for row in scenario.depots), *(f"venue:{row.id}" for row in scenario.venues)]


def _prefixed(scenario: Scenario, prefix: str) -> Scenario:
    return renamed(scenario, lambda _, name: prefix + name)


def _merged(calendars: Sequence[tuple[CalendarRow, ...]]) -> Iterable[CalendarRow]:
    """All rows, those for everybody once: an open row overrules those before it, so each keeps its place."""
    for stretches in zip(*map(_stretches, calendars), strict=True):
        for own, _ in stretches:
            yield from own
        everybody = {row for _, row in stretches}
        assert len(everybody) == 1
        yield from everybody - {None}


def _stretches(calendar: tuple[CalendarRow, ...]) -> Iterable[tuple[list[CalendarRow], CalendarRow | None]]:
    """Rows for some up to each row for everybody, and that row; at the end there is none."""
    own: list[CalendarRow] = []
    for row in calendar:
        if row.scope == "all":
            yield own, row
            own = []
        else:
            own.append(row)
    yield own, None
