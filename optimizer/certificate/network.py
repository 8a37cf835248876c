"""One stretch of a unit's days at given prices: the stays to choose from, and the legs between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.certificate.ground import Ground, Span, Stretch
from optimizer.certificate.stated import Stated
from optimizer.domain.scenario import Scenario
from optimizer.travel import Travel

Ints = NDArray[np.int64]
FINE = 1000
MICRO = 10**6
NEVER = -(1 << 61)
"""Below the worth of every route."""
LARGEST = 1 << 58
"""Routes whose worth might come to more are not counted in 64 bits."""


class TooLargeError(ValueError):
    """Prices or distances beyond what the arithmetic holds exactly."""


class Visit(NamedTuple):
    """
    A stay that a route may hold.

    ``start`` is its first day and ``free`` the first day after it, counted from the stretch's
    first day; ``request`` and ``place`` are numbers within the network; ``earns`` is the price
    of the request less the prices of its room and instructor on its days.
    """

    start: int
    free: int
    request: int
    place: int
    earns: int


@dataclass(frozen=True, slots=True)
class Network:
    """
    A stretch at given prices, all money in thousandths of a millipoint.

    Parameters
    ----------
    days
        Length of the stretch.
    visits
        Stays to choose from.
    often
        How often each request may be visited, by request number.
    cost, gap
        Cost and free days (R5) of the leg from place to place.
    out, back
        Cost of the leg from the stretch's origin, and to its destination, by place.
    ready, close
        First day on which a route may begin at a place, and the last that may be its first free day there.
    idle
        Worth of no visit at all.
    """

    days: int
    visits: tuple[Visit, ...]
    often: tuple[int, ...]
    cost: Ints
    gap: Ints
    out: Ints
    back: Ints
    ready: Ints
    close: Ints
    idle: int

    def mirrored(self) -> Network:
        """The same with time running backwards: each route is worth the same, told from its end."""
        days = self.days
        return Network(
            days=days,
            visits=tuple(v._replace(start=days - v.free, free=days - v.start) for v in self.visits),
            often=self.often,
            cost=self.cost.T,
            gap=self.gap.T,
            out=self.back,
            back=self.out,
            ready=days - self.close,
            close=days - self.ready,
            idle=self.idle,
        )

    def with_visits(self, visits: tuple[Visit, ...]) -> Network:
        """The same with fewer visits to choose from."""
        return replace(self, visits=visits)

    def guard(self) -> None:
        """Raise `TooLargeError` unless every sum along a route stays within 64 bits."""
        most = max((abs(visit.earns) for visit in self.visits), default=0)
        legs = max((int(part.max(initial=0)) for part in (self.cost, self.out, self.back)), default=0)
        if (most + 2 * legs) * (self.days + 2) + abs(self.idle) > LARGEST:
            raise TooLargeError


class Networks:
    """
    The networks of a scenario's stretches.

    Parameters
    ----------
    ground
        What the scenario offers.
    stated
        The prices.
    """

    def __init__(self, ground: Ground, stated: Stated) -> None:
        self._ground = ground
        self._stated = stated
        self._roads = Roads(ground.scenario)
        self._rooms = {venue: _before(prices) for venue, prices in stated.rooms.items()}
        self._instructors = {row: _before(prices) for row, prices in stated.instructors.items()}

    def of(self, stretch: Stretch) -> Network:
        """The network of one stretch; raises `TooLargeError` where its sums would not be exact."""
        often: list[int] = []
        place_of: dict[str, int] = {}
        visits: list[Visit] = []
        for ask, spans in self._ground.stays(stretch):
            venue, number = ask.request.venue, len(often)
            often.append(ask.more)
            place = place_of.setdefault(f"venue:{venue}", len(place_of))
            row = self._ground.row_of_course.get(ask.request.course, "")
            price, room = self._stated.requests[ask.request.id], self._rooms.get(venue)
            group = self._instructors.get(row)
            # Of stays with the same end the last to begin pays least, and fits wherever the others do.
            for free, start in {free: start for start, free in spans}.items():
                earns = price - _between(room, (start, free)) - _between(group, (start, free))
                visits.append(Visit(start - stretch.first, free - stretch.first, number, place, earns))
        places = list(place_of)
        days = max(stretch.last - stretch.first + 1, 0)
        origin, destination = [stretch.origin], [stretch.destination]
        out, wait = self._roads.legs(origin, places)
        back, leave = self._roads.legs(places, destination)
        cost, gap = self._roads.legs(places, places)
        held = stretch.after_stay or stretch.before_stay
        network = Network(
            days=days,
            visits=tuple(sorted(visits)),
            often=tuple(often),
            cost=cost,
            gap=gap,
            out=out[0],
            back=back[:, 0],
            ready=wait[0] * stretch.after_stay,
            close=days - leave[:, 0] * stretch.before_stay,
            idle=-int(self._roads.legs(origin, destination)[0][0, 0]) if held else 0,
        )
        network.guard()
        return network


class Roads:
    """
    Cost in thousandths of a millipoint (rounded to whole millipoints once a leg) and free days of legs.

    Parameters
    ----------
    scenario
        A valid scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._travel = Travel(scenario)
        self._rate = int(scenario.objective.km * MICRO)
        self._reach = int(scenario.moves.km_per_day * MICRO)
        self._days = scenario.moves.days

    def legs(self, origins: list[str], destinations: list[str]) -> tuple[Ints, Ints]:
        """Cost and free days from each origin to each destination; none between stays at one place."""
        metres = self._travel.metres(origins, destinations)
        if int(metres.max(initial=0)) * max(self._rate, 1000) > LARGEST:
            raise TooLargeError
        # A rate in points a kilometre is one in millipoints a metre.
        cost = (metres * self._rate + MICRO // 2) // MICRO * FINE
        # Kilometres over kilometres a day, both in millionths: metres x 1000 over the reach.
        gap = np.where(
            metres * 1000 > self._reach, np.maximum(self._days, -(-metres * 1000 // self._reach)), self._days
        )
        same = np.array(origins, dtype=object)[:, None] == np.array(destinations, dtype=object)[None, :]
        return cost, np.where(same, 0, gap)


def _before(prices: list[int]) -> list[int]:
    """What all days before each day cost together."""
    sums = [0]
    for price in prices:
        sums.append(sums[-1] + price)
    return sums


def _between(sums: list[int] | None, span: Span) -> int:
    return sums[span[1]] - sums[span[0]] if sums is not None else 0
