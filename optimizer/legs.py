"""Legs between depots and venues: exact metres where asked for, lower bounds for many at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.scenario import Depot, Scenario, Venue
from optimizer.travel import Formula, Travel

Ints = NDArray[np.int64]
MICRO = 10**6
# Up to this many places the whole table is computed, which costs well under a second.
TABLE_UP_TO = 600
_EQUATOR, _FLATTENING = 6378137.0, 1 / 298.257223563  # WGS-84
_BEND = _EQUATOR * (1 - _FLATTENING) ** 2  # smallest radius of curvature, at the equator, north to south


class Legs:
    """
    Distances, move days and leg costs between the places of a scenario.

    Places are numbered: the depots in file order, then the venues given. With few places,
    or with a matrix file, everything is exact; else `at_least` gives lower bounds from the
    straight line through the earth, and exact metres are computed for the pairs asked for.

    Parameters
    ----------
    scenario
        A validated scenario.
    venues
        Ids of the venues that take part.

    Attributes
    ----------
    given
        Whether the distances are a matrix, in which a detour may be shorter than the way.
    """

    def __init__(self, scenario: Scenario, venues: Iterable[str]) -> None:
        self._travel = Travel(scenario)
        rows: list[Depot | Venue] = list(scenario.depots)
        wanted = list(dict.fromkeys(venues))
        rows += [scenario.venue_by_id[venue] for venue in wanted]
        self._names = [f"depot:{depot.id}" for depot in scenario.depots] + [f"venue:{v}" for v in wanted]
        self._number = {name: number for number, name in enumerate(self._names)}
        self._km_rate = micro(scenario.objective.km)
        self._reach = micro(scenario.moves.km_per_day)
        self._move_days = scenario.moves.days
        self._known: dict[tuple[int, int], int] = {}
        self._table: Ints | None = None
        self.given = scenario.travel.provider not in ("road", "geodesic")
        if self.given or len(rows) <= TABLE_UP_TO:
            self._table = self._travel.metres(self._names, self._names)
            return
        self._points = through_earth(rows)
        # The venue asked for last, as its lines are asked for again and again.
        self._lines_of: tuple[int, NDArray[np.float64]] = (-1, np.empty(0))
        self._corners = [tuple(point) for point in self._points.tolist()]
        formula = Formula.of(scenario)
        assert formula is not None
        self._a, self._b = formula.a, formula.b

    def depot(self, depot_id: str) -> int:
        """Number of a depot."""
        return self._number[f"depot:{depot_id}"]

    def venue(self, venue_id: str) -> int:
        """Number of a venue."""
        return self._number[f"venue:{venue_id}"]

    def metres(self, origin: int, destination: int) -> int:
        """Exact distance of one leg in metres."""
        if self._table is not None:
            return int(self._table[origin, destination])
        if origin == destination:
            return 0
        pair = (origin, destination)
        if pair not in self._known:
            self.learn([pair])
        return self._known[pair]

    def learn(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Compute many legs in one go, so that `metres` knows them."""
        if self._table is not None:
            return
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        found = self._travel.legs([self._names[a] for a, _ in new], [self._names[b] for _, b in new])
        self._known.update(zip(new, found.tolist(), strict=True))

    def at_least(self, venue: int) -> tuple[Ints, Ints]:
        """Lower bounds in metres from every place to a venue, and from the venue to every place."""
        if self._table is not None:
            return self._table[:, venue], self._table[venue]
        line = np.maximum(self._lines(venue) - 1e-3, 0)
        found = np.floor(self._a * line + self._b * np.sqrt(line)).astype(np.int64)
        return found, found

    def cost(self, metres: int) -> int:
        """Section 3: what a leg costs in whole millipoints, halves away from zero."""
        return (2 * metres * self._km_rate + MICRO) // (2 * MICRO)

    def costs(self, metres: Ints) -> NDArray[np.float64]:
        """`cost` of many legs; exact below 2**53 millipoints."""
        found: NDArray[np.float64] = np.floor(metres * (self._km_rate / MICRO) + 0.5)
        return found

    def move_days(self, origin: int, destination: int) -> int:
        """R5: free days that a move needs; none at one place."""
        if origin == destination:
            return 0
        if self._table is None:
            # The exact distance costs far more than two bounds, which mostly settle it.
            low, high = (self._days(way) for way in self._bounds(origin, destination))
            if low == high:
                return low
        return self._days(self.metres(origin, destination))

    def move_days_around(self, venue: int) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """R5: least and most days that moves from every place to a venue need, and from it to every place."""
        there, back = (self._days_of(way) for way in self.at_least(venue))
        there[venue] = back[venue] = 0
        if self._table is not None:
            return (there, there), (back, back)
        line = self._lines(venue)
        arc = 2 * _BEND * np.arcsin(np.minimum(line / (2 * _BEND), 0.5))
        arc = np.where(line < _BEND, arc, math.pi * _EQUATOR) + 1e-3
        most = self._days_of(np.floor(self._a * arc + self._b * np.sqrt(arc)).astype(np.int64) + 1)
        most[venue] = 0
        return (there, most), (back, most)

    def _lines(self, venue: int) -> NDArray[np.float64]:
        if venue != self._lines_of[0]:
            away = self._points - self._points[venue]
            self._lines_of = (venue, np.sqrt(np.einsum("ij,ij->i", away, away)))
        return self._lines_of[1]

    def _days_of(self, metres: Ints) -> Ints:
        far = np.maximum(-(-metres * 1000 // self._reach), self._move_days)
        found: Ints = np.where(metres * 1000 <= self._reach, self._move_days, far)
        return found

    def _days(self, metres: int) -> int:
        if metres * 1000 <= self._reach:
            return self._move_days
        return max(self._move_days, -(-metres * 1000 // self._reach))

    def _bounds(self, origin: int, destination: int) -> tuple[int, int]:
        line = math.dist(self._corners[origin], self._corners[destination])
        # No geodesic bends more than a circle of the smallest radius of curvature, so over its
        # chord it is no longer than that circle's arc (Schur's comparison theorem).
        arc = 2 * _BEND * math.asin(line / (2 * _BEND)) if line < _BEND else math.pi * _EQUATOR
        return self._driven(max(line - 1e-3, 0.0)), self._driven(arc + 1e-3) + 1

    def _driven(self, way: float) -> int:
        return int(self._a * way + self._b * math.sqrt(way))


def micro(value: Decimal) -> int:
    """A decimal of at most six places in millionths."""
    return int(value * MICRO)


def through_earth(rows: Sequence[Depot | Venue]) -> NDArray[np.float64]:
    """Cartesian coordinates on WGS-84; the straight line between two is never longer than the geodesic."""
    latitude = np.radians([row.latitude for row in rows])
    longitude = np.radians([row.longitude for row in rows])
    squared = _FLATTENING * (2 - _FLATTENING)
    normal = _EQUATOR / np.sqrt(1 - squared * np.sin(latitude) ** 2)
    flat = normal * np.cos(latitude)
    return np.stack(
        [flat * np.cos(longitude), flat * np.sin(longitude), normal * (1 - squared) * np.sin(latitude)],
        axis=1,
    )
