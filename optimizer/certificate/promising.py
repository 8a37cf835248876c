"""
Stays that could be on a route of interest, as far as a rough map tells.

Of a nation's places a unit can reach all and drives to few, and legs between all of them would take
longer than everything else. So places are put together into the cells of a grid: a leg costs at
least what the boxes around two cells are apart, and nothing within one. Two plain programs over the
days then give for each stay the best that can come before it and after it, and stays on no route
worth more than the floor are struck out. What is left is looked at again on a finer grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from optimizer.certificate.roads import NEVER, Charge, Ints
from optimizer.domain.scenario import Depot, Venue
from optimizer.travel import Formula

Floats: TypeAlias = NDArray[np.float64]
FEW = 48
"""Places of which all legs may be worked out."""
MOST_CELLS = 64
FINEST = 0.01
"""Degrees of the finest grid, about a kilometre; each coarser one is twice as wide."""
GAIN = 0.8
"""A finer grid is laid only while the last left no more than this share of the places."""
_EQUATOR, _FLATTENING = 6378137.0, 1 / 298.257223563  # WGS-84


@dataclass(frozen=True, slots=True)
class Stays:
    """
    Stays to choose from, one entry each, by start.

    ``start`` is the first day and ``free`` the first day after it, from the stretch's first day on;
    ``place`` and ``request`` are numbers; ``earns`` is in thousandths of a millipoint.
    """

    start: Ints
    free: Ints
    place: Ints
    request: Ints
    earns: Ints

    def __len__(self) -> int:
        return len(self.start)

    def those(self, chosen: NDArray[np.bool_] | Ints | slice) -> Stays:
        """Some of them, in the same order."""
        columns = (self.start, self.free, self.place, self.request, self.earns)
        return Stays(*(column[chosen] for column in columns))

    def by_start(self) -> Stays:
        """The same, those that begin first in front."""
        return self.those(np.argsort(self.start, kind="stable"))

    def within(self, chosen: Ints, first: int, last: int) -> Stays:
        """Of those chosen the ones from the first day to the last, both included, counted from the first."""
        low, high = np.searchsorted(self.start, (first, last + 1))
        inside = slice(*np.searchsorted(chosen, (low, max(low, high))).tolist())
        part = self.those(chosen[inside])
        part = part.those(part.free <= last + 1)
        return Stays(part.start - first, part.free - first, part.place, part.request, part.earns)

    def mirrored(self, days: int) -> Stays:
        """The same with time running backwards; in the same order."""
        return Stays(days - self.free, days - self.start, self.place, self.request, self.earns)


class Map:
    """
    What legs between places cost at least.

    Parameters
    ----------
    formula
        Metres from coordinates.
    charge
        What metres cost.
    """

    def __init__(self, formula: Formula, charge: Charge) -> None:
        self._formula = formula
        self._charge = charge

    def promising(
        self,
        stays: Stays,
        rows: Sequence[Depot | Venue],
        ends: tuple[Depot | Venue, Depot | Venue],
        days: int,
        floor: int,
    ) -> Stays:
        """
        The stays that can be on a route worth more than the floor, and few others.

        Parameters
        ----------
        stays
            All of a stretch.
        rows
            Depot or venue of each place number.
        ends
            Where routes come from and go to.
        days
            Length of the stretch.
        floor
            Worth of routes that are of no interest, in thousandths of a millipoint.
        """
        number, stays = _renumbered(stays)
        degrees = np.array([(rows[place].latitude, rows[place].longitude) for place in number.tolist()])
        points = _through_earth(degrees.reshape(-1, 2))
        out, back = (
            self._legs(np.linalg.norm(points - _through_earth([(row.latitude, row.longitude)]), axis=1))[0]
            for row in ends
        )
        before = np.inf
        while FEW < len(number) <= GAIN * before:
            before = len(number)
            cell = _cells(degrees)
            cost, gap = self._legs(_apart(points, cell))
            alive = _on_routes(stays, cell, cost, gap, out, back, days) > floor
            left, stays = _renumbered(stays.those(alive))
            number, degrees, points = number[left], degrees[left], points[left]
            out, back = out[left], back[left]
        return Stays(stays.start, stays.free, number[stays.place], stays.request, stays.earns)

    def _legs(self, line: Floats) -> tuple[Ints, Ints]:
        # No way over the earth is shorter than the line through it; a metre makes up for all rounding.
        driven = self._formula.driven(np.maximum(line - 1.0, 0.0))
        return self._charge.of(np.floor(driven).astype(np.int64))


def _on_routes(stays: Stays, cell: Ints, cost: Ints, gap: Ints, out: Ints, back: Ints, days: int) -> Ints:
    """For each stay the most that a route with it can be worth, repetitions allowed."""
    legs = [(int(free), np.where(gap == free, -cost, NEVER)) for free in np.unique(gap) if free < days]
    before = _most_before(stays, cell, legs, out, days)
    order = np.argsort(days - stays.free, kind="stable")
    after = np.empty_like(before)
    after[order] = _most_before(stays.mirrored(days).those(order), cell, legs, back, days)
    return before + stays.earns + after


def _most_before(stays: Stays, cell: Ints, legs: list[tuple[int, Ints]], out: Ints, days: int) -> Ints:
    """For each stay the most that a route can be worth on arriving there."""
    places, cells = len(out), int(cell.max(initial=-1)) + 1
    by_cell = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[by_cell], np.arange(cells))
    # Worth of routes that are free at a place on a day, and anywhere in a cell; of those that wait at
    # a place or come by then. A route may begin on the stretch's first day.
    freed = np.full((days + 1, places), NEVER, dtype=np.int64)
    left = np.full((days + 1, cells), NEVER, dtype=np.int64)
    here = -out
    before = np.empty(len(stays), dtype=np.int64)
    at = np.searchsorted(stays.start, np.arange(days + 1)).tolist()
    flat, slot = freed.reshape(-1), stays.free * places + stays.place
    for today in range(days):
        np.maximum(here, freed[today], out=here)
        left[today] = np.maximum.reduceat(freed[today][by_cell], first)
        come = np.full(cells, NEVER, dtype=np.int64)
        for free, worth in legs:
            if free <= today and left[today - free].max() > NEVER // 2:
                np.maximum(come, (left[today - free][:, None] + worth).max(axis=0), out=come)
        np.maximum(here, come[cell], out=here)
        now = slice(at[today], at[today + 1])
        before[now] = here[stays.place[now]]
        np.maximum.at(flat, slot[now], before[now] + stays.earns[now])
    return before


def _renumbered(stays: Stays) -> tuple[Ints, Stays]:
    """Place numbers without holes, and what they were."""
    number, place = np.unique(stays.place, return_inverse=True)
    return number, Stays(stays.start, stays.free, place.astype(np.int64), stays.request, stays.earns)


def _cells(degrees: Floats) -> Ints:
    """The cell of each place, on the finest grid that has few enough."""
    width = FINEST
    while True:
        found, cell = np.unique(np.floor(degrees / width), axis=0, return_inverse=True)
        if len(found) <= MOST_CELLS:
            return cell.reshape(-1).astype(np.int64)
        width *= 2


def _apart(points: Floats, cell: Ints) -> Floats:
    """Metres of the straight line that the boxes around two cells are apart at least."""
    by_cell = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[by_cell], np.arange(int(cell.max()) + 1))
    low = np.minimum.reduceat(points[by_cell], first, axis=0)
    high = np.maximum.reduceat(points[by_cell], first, axis=0)
    between = np.maximum(low[:, None] - high[None, :], low[None, :] - high[:, None])
    apart: Floats = np.linalg.norm(np.maximum(between, 0.0), axis=2)
    return apart


def _through_earth(degrees: Floats | Sequence[tuple[float, float]]) -> Floats:
    """Coordinates in metres from the middle of the earth (WGS-84)."""
    latitude, longitude = np.radians(np.asarray(degrees, dtype=np.float64)).T
    squared = _FLATTENING * (2 - _FLATTENING)
    normal = _EQUATOR / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    flat = normal * np.cos(latitude)
    return np.stack(
        [flat * np.cos(longitude), flat * np.sin(longitude), normal * (1 - squared) * np.sin(latitude)],
        axis=1,
    )
