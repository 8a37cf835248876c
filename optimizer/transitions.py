"""Cost and free days of moves as core problems hold them: a matrix, or worked out when asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer import travel
from optimizer.core.problem import Ints, Regions, Table
from optimizer.domain.scenario import Depot, Scenario, Venue
from optimizer.legs import MICRO, micro, through_earth

MATRIX_UP_TO = 2_500
"""Locations up to which both matrices are worked out whole: 100 MB, some seconds."""
REGIONS_FROM = 500
"""Venues from which on they are put together into regions."""
MOST_REGIONS = 128
REACH = 20_000.0
"""Metres within which everything of a region lies around its middle, unless there would be too many."""


@dataclass(frozen=True, slots=True)
class Charge:
    """
    What metres cost and how many free days they need.

    Parameters
    ----------
    rate
        Millionths of a point a kilometre.
    reach
        Millionths of a kilometre a day.
    days
        Free days of any move (R5).
    """

    rate: int
    reach: int
    days: int

    def cost(self, metres: Ints) -> Ints:
        """Millipoints, rounded once per leg."""
        found: Ints = (metres * self.rate + MICRO // 2) // MICRO
        return found

    def gap(self, metres: Ints) -> Ints:
        """Free days between different locations."""
        # km > km_per_day  <=>  metres * 1000 > reach in millionths of a km
        far = np.maximum(self.days, -(-metres * 1000 // self.reach))
        return np.where(metres * 1000 > self.reach, far, self.days)


_NOTHING = np.zeros(0, np.int64), np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class _Ways:
    """
    Exact metres between coordinates, for the pairs asked for; the same from either end.

    ``last`` holds the last pairs and their metres: who asks for costs asks for free days next.
    """

    formula: travel.Formula
    degrees: NDArray[np.float64]
    last: list[tuple[Ints, Ints]] = field(default_factory=lambda: [_NOTHING])

    def metres(self, origins: Ints, destinations: Ints) -> Ints:
        low, high = np.minimum(origins, destinations), np.maximum(origins, destinations)
        pairs, place = np.unique(low * len(self.degrees) + high, return_inverse=True)
        known, found = self.last[0]
        if not np.array_equal(known, pairs):
            first, second = np.divmod(pairs, len(self.degrees))
            found = self.formula.metres(self.degrees, self.degrees, first, second)
            self.last[0] = pairs, found
        return found[place].reshape(origins.shape)


@dataclass(frozen=True, slots=True)
class Costs:
    """A `Table` of costs in millipoints that is worked out when asked."""

    ways: _Ways
    charge: Charge

    def __getitem__(self, index: tuple[Ints, Ints]) -> Ints:
        """Costs of legs; see `Table`."""
        return self.charge.cost(self.ways.metres(*np.broadcast_arrays(*index)))


@dataclass(frozen=True, slots=True)
class FreeDays:
    """A `Table` of free days that is worked out when asked; none from a location to itself."""

    ways: _Ways
    charge: Charge

    def __getitem__(self, index: tuple[Ints, Ints]) -> Ints:
        """Free days of legs; see `Table`."""
        origins, destinations = np.broadcast_arrays(*index)
        return np.where(origins == destinations, 0, self.charge.gap(self.ways.metres(origins, destinations)))


def transitions(scenario: Scenario, venues: list[str]) -> tuple[Table, Table, Regions | None]:
    """
    Cost in millipoints and free days (R5) between all locations: the venues, then the depots.

    Many venues whose distances come from a formula are put together into regions.
    """
    charge = Charge(micro(scenario.objective.km), micro(scenario.moves.km_per_day), scenario.moves.days)
    rows: list[Depot | Venue] = [*(scenario.venue_by_id[venue] for venue in venues), *scenario.depots]
    degrees = np.array([(row.latitude, row.longitude) for row in rows], dtype=np.float64).reshape(-1, 2)
    formula = travel.Formula.of(scenario)
    many = formula is not None and len(venues) >= REGIONS_FROM
    regions = _regions(formula, charge, through_earth(rows)) if formula is not None and many else None
    if formula is not None and len(rows) > MATRIX_UP_TO:
        ways = _Ways(formula, degrees)
        return Costs(ways, charge), FreeDays(ways, charge), regions
    names = [f"venue:{venue}" for venue in venues] + [f"depot:{depot.id}" for depot in scenario.depots]
    metres = np.asarray(travel.metres(scenario, names, names), dtype=np.int64)
    gap = charge.gap(metres)
    np.fill_diagonal(gap, 0)
    return charge.cost(metres), gap, regions


def _regions(formula: travel.Formula, charge: Charge, points: NDArray[np.float64]) -> Regions:
    """Regions around locations far from each other, and the shortest straight lines between them."""
    of, count = _around_middles(points)
    order = np.argsort(of, kind="stable")
    first = np.searchsorted(of[order], np.arange(count))
    least = np.full((count, count), np.inf)
    sorted_points = points[order]
    for number, location in enumerate(order.tolist()):
        away = sorted_points - points[location]
        squared = np.einsum("ij,ij->i", away, away)
        squared[number] = np.inf
        row = least[of[location]]
        np.minimum(row, np.minimum.reduceat(squared, first), out=row)
    # A metre less makes up for all rounding; of a region with one location no leg stays inside.
    line = np.maximum(np.sqrt(np.where(np.isinf(least), 0.0, least)) - 1.0, 0.0)
    metres = np.floor(formula.driven(line)).astype(np.int64)
    return Regions(of, charge.cost(metres), charge.gap(metres))


def _around_middles(points: NDArray[np.float64]) -> tuple[Ints, int]:
    """The nearest middle of each point; each middle is the point farthest from those before it."""
    of = np.zeros(len(points), dtype=np.int64)
    nearest = np.full(len(points), np.inf)
    middle = 0
    for number in range(MOST_REGIONS):
        away = np.linalg.norm(points - points[middle], axis=1)
        of[away < nearest] = number
        nearest = np.minimum(nearest, away)
        middle = int(np.argmax(nearest))
        if nearest[middle] <= REACH:
            break
    used, of = np.unique(of, return_inverse=True)
    return of.astype(np.int64), len(used)
