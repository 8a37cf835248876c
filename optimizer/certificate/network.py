"""One stretch of a unit's days at given prices: the stays to choose from, and the legs between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from optimizer.certificate.ground import Ground, Stretch
from optimizer.certificate.promising import Map, Stays
from optimizer.certificate.roads import LARGEST, Charge, Ints, Roads, TooLargeError
from optimizer.certificate.stated import Stated
from optimizer.domain.scenario import Depot, Venue
from optimizer.travel import Formula


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


class Charged(NamedTuple):
    """
    A price, or reward below 0, of every stay of some courses, or of those under way on a day.

    ``rows`` are the rows of instructors of these courses, None for courses that need none; ``day`` is a
    day number of the horizon, None for all stays.
    """

    rows: frozenset[str | None]
    day: int | None
    price: int


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
            visits=tuple(Visit(days - v.free, days - v.start, *v[2:]) for v in self.visits),
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
    every_start
        Whether of stays with the same end not only the last to begin is of interest, as a day may pay.
    """

    def __init__(self, ground: Ground, stated: Stated, *, every_start: bool = False) -> None:
        scenario = ground.scenario
        self._ground = ground
        self._roads = Roads(scenario)
        formula = Formula.of(scenario)
        # A matrix has no places on a map; it would not be of so many either.
        self._map = Map(formula, Charge(scenario)) if formula is not None else None
        self._asks = [ask for ask in ground.asks.values() if ask.more]
        self._number = {ask.request.id: number for number, ask in enumerate(self._asks)}
        self._venues = list(dict.fromkeys(ask.request.venue for ask in self._asks))
        self._rows = [ground.row_of_course.get(ask.request.course) for ask in self._asks]
        # Which of several starts is a stay's is of interest too where one of them may be kept.
        self._stays = self._all_stays(stated, every_start or ground.lost > 0)
        self._of_sort: dict[int, Ints] = {}

    def of(self, stretch: Stretch, floor: int, charges: Sequence[Charged] = ()) -> Network:
        """
        The network of one stretch, without the stays that are on no route worth more than the floor.

        Parameters
        ----------
        charges
            What stays pay beside the prices.

        Raises
        ------
        TooLargeError
            When its sums would not be exact.
        """
        days = max(stretch.last - stretch.first + 1, 0)
        held = stretch.after_stay or stretch.before_stay
        idle = -int(self._roads.legs([stretch.origin], [stretch.destination])[0][0, 0]) if held else 0
        stays = self._kept(self._charged(self._within(stretch), stretch, charges), stretch)
        if int(np.abs(stays.earns).max(initial=0)) * (days + 2) > LARGEST:
            raise TooLargeError
        if self._map is not None:
            rows = [self._ground.scenario.venue_by_id[venue] for venue in self._venues]
            ends = self._row(stretch.origin), self._row(stretch.destination)
            stays = self._map.promising(stays, rows, ends, days, max(floor, idle))
        numbers, place = np.unique(stays.place, return_inverse=True)
        requests, request = np.unique(stays.request, return_inverse=True)
        columns = (stays.start, stays.free, request, place, stays.earns)
        visits = sorted(map(Visit, *(column.tolist() for column in columns)))
        places = [f"venue:{self._venues[number]}" for number in numbers.tolist()]
        out, wait = self._roads.legs([stretch.origin], places)
        back, leave = self._roads.legs(places, [stretch.destination])
        cost, gap = self._roads.legs(places, places)
        network = Network(
            days=days,
            visits=tuple(visits),
            often=tuple(self._asks[number].more for number in requests.tolist()),
            cost=cost,
            gap=gap,
            out=out[0],
            back=back[:, 0],
            ready=wait[0] * stretch.after_stay,
            close=days - leave[:, 0] * stretch.before_stay,
            idle=idle,
        )
        network.guard()
        return network

    def _within(self, stretch: Stretch) -> Stays:
        """The stays that the unit can hold within the stretch (R1, R2, R6)."""
        suited = self._ground.suited(stretch)
        if id(suited) not in self._of_sort:
            fits = np.zeros(len(self._asks), dtype=bool)
            fits[[self._number[ask.request.id] for ask in suited]] = True
            self._of_sort[id(suited)] = np.flatnonzero(fits[self._stays.request])
        return self._stays.within(self._of_sort[id(suited)], stretch.first, stretch.last)

    def _charged(self, stays: Stays, stretch: Stretch, charges: Sequence[Charged]) -> Stays:
        """The stays with what they pay beside the prices."""
        for charge in charges:
            hit = np.array([row in charge.rows for row in self._rows], dtype=bool)[stays.request]
            if charge.day is not None:
                day = charge.day - stretch.first
                hit &= (stays.start <= day) & (stays.free > day)
            if abs(charge.price) > LARGEST:
                raise TooLargeError
            stays = replace(stays, earns=stays.earns - charge.price * hit)
        return stays

    def _kept(self, stays: Stays, stretch: Stretch) -> Stays:
        """The stays with what those of the base plan bring."""
        ground, number, many = self._ground, self._number, len(self._asks)
        kept = [
            (start - stretch.first) * many + number[name]
            for name, start in ground.kept.get(stretch.unit, ())
            if name in number
        ]
        hit = np.isin(stays.start * many + stays.request, np.array(kept, dtype=np.int64))
        return replace(stays, earns=stays.earns + ground.bonus * hit)

    def _all_stays(self, stated: Stated, every_start: bool) -> Stays:
        """The stays of all requests, and what they earn."""
        row_of, days = self._ground.row_of_course, self._ground.scenario.days
        courses = [row_of.get(ask.request.course, "") for ask in self._asks]
        place_of = {venue: number for number, venue in enumerate(self._venues)}
        spans: dict[int, Ints] = {}
        for ask in self._asks:
            if id(ask.stays) not in spans:
                # Of stays with the same end the last to begin pays least, and fits wherever the others do.
                last = {(free, start * every_start): start for start, free in ask.stays}
                spans[id(ask.stays)] = np.array(
                    [(start, free) for (free, _), start in last.items()], np.int64
                )
        parts = [spans[id(ask.stays)].reshape(-1, 2) for ask in self._asks]
        start, free = np.concatenate([np.empty((0, 2), np.int64), *parts]).T
        request = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        prices = _whole([stated.requests.get(ask.request.id, 0) for ask in self._asks])
        earns = prices[request]
        for names, table in (
            ([ask.request.venue for ask in self._asks], stated.rooms),
            (courses, stated.instructors),
        ):
            number = {name: row for row, name in enumerate(table)}
            before = _whole([_before(by_day) for by_day in table.values()] + [[0] * (days + 1)])
            row = np.array([number.get(name, len(number)) for name in names], dtype=np.int64)[request]
            earns = earns - (before[row, free] - before[row, start])
        place = np.array([place_of[ask.request.venue] for ask in self._asks], dtype=np.int64)[request]
        return Stays(start, free, place, request, earns).by_start()

    def _row(self, place: str) -> Depot | Venue:
        kind, _, name = place.partition(":")
        scenario = self._ground.scenario
        return scenario.depot_by_id[name] if kind == "depot" else scenario.venue_by_id[name]


def _before(prices: list[int]) -> list[int]:
    """What all days before each day cost together."""
    sums = [0]
    for price in prices:
        sums.append(sums[-1] + price)
    return sums


def _whole(numbers: list[int] | list[list[int]]) -> Ints:
    """Whole numbers in 64 bits; raises `TooLargeError` where their sums might not be."""
    try:
        found = np.array(numbers, dtype=np.int64)
    except OverflowError:
        raise TooLargeError from None
    if found.size and max(int(found.max()), -int(found.min())) > LARGEST:
        raise TooLargeError
    return found
