"""A matrix of road distances, asked of a road engine block by block and judged before it is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import NamedTuple, Protocol

from optimizer.domain.scenario import Distance
from optimizer.exceptions import SILENCE, InputError, Issue, Sentence

#: Latitude and longitude in degrees.
Point = tuple[float, float]

#: Origins and destinations of one table: OSRM's servers take 100 places by default, Valhalla 2,500 pairs.
BLOCK = 50

#: A place farther than this from the road it was put on is not on the engine's map.
MOST_METRES_OFF = 2_000

#: Places that one message names.
_NAMED = 5


class Table(NamedTuple):
    """
    What a road engine says of some origins and destinations.

    Parameters
    ----------
    metres
        A row per origin, a column per destination; None where no road leads.
    off
        For each origin, metres from it to the road that it was put on.
    """

    metres: Sequence[Sequence[float | None]]
    off: Sequence[float]


class Roads(Protocol):
    """A road engine."""

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Table:
        """
        Distances by road.

        Raises
        ------
        InputError
            When the engine has no answer.
        """
        ...


def measure(places: Mapping[str, Point], roads: Roads) -> tuple[Distance, ...]:
    """
    Distances of every ordered pair of different places, in whole metres.

    Parameters
    ----------
    places
        Coordinates by name of the place, ``depot:<id>`` or ``venue:<id>``.
    roads
        The road engine to ask.

    Raises
    ------
    InputError
        When the engine has no answer, puts a place on a road far away, or finds no road; it
        names every such place.
    """
    names = list(places)
    metres: dict[tuple[str, str], float | None] = {}
    off: dict[str, float] = {}
    for origins in _blocks(names):
        for destinations in _blocks(names):
            table = roads.table(
                [places[origin] for origin in origins], [places[name] for name in destinations]
            )
            off.update(zip(origins, table.off, strict=True))
            for origin, row in zip(origins, table.metres, strict=True):
                metres.update(((origin, name), found) for name, found in zip(destinations, row, strict=True))
    issues: list[Issue] = []
    for origin in names:
        cut_off = [name for name in names if metres[origin, name] is None]
        if off[origin] > MOST_METRES_OFF:
            issues.append(_far(origin, off[origin]))
        elif cut_off:
            issues.append(_cut_off(origin, cut_off))
    if issues:
        raise InputError(issues)
    return tuple(
        _distance(origin, name, found)
        for origin in names
        for name in names
        if origin != name and (found := metres[origin, name]) is not None
    )


def _blocks(names: list[str]) -> list[list[str]]:
    return [names[first : first + BLOCK] for first in range(0, len(names), BLOCK)]


def _distance(origin: str, destination: str, metres: float) -> Distance:
    whole = floor(metres) + (metres - floor(metres) >= 0.5)
    return Distance.model_validate({"from": origin, "to": destination, "metres": whole})


def _far(place: str, metres: float) -> Issue:
    return Issue(
        "T02",
        Sentence(
            "{place} is {km:,.1f} km from the nearest road of the engine's map.",
            place=place,
            km=metres / 1000,
        ),
        hint=Sentence("Does the map cover the place, and are its latitude and longitude right?"),
    )


def _cut_off(origin: str, names: list[str]) -> Issue:
    more = Sentence(" and {count} more", count=len(names) - _NAMED) if len(names) > _NAMED else SILENCE
    return Issue(
        "T03",
        Sentence(
            "No road leads from {origin} to {names}{more}.",
            origin=origin,
            names=", ".join(names[:_NAMED]),
            more=more,
        ),
        hint=Sentence("An island needs a ferry in the map, or a row in the matrix file written by hand."),
    )
