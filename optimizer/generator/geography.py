"""Where generated places lie: cities packed into metropolises, metropolises linked in a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, radians, sqrt

from optimizer.generator.dice import Dice, apportion

# Jakarta's five cities: kilometres north and east of the middle, spread of their venues,
# and how many of the 125 venues they hold.
METROPOLIS = (
    (0.0, 0.0, 2.0, 14),
    (6.0, 3.5, 2.8, 21),
    (2.0, -8.5, 3.2, 28),
    (-10.0, -2.5, 3.2, 26),
    (-6.5, 7.5, 3.5, 36),
)
MIDDLE = (-6.2, 106.83)
# Neighbouring metropolises lie about this far apart: a drive of half a day, a price to think about.
SPACING_KM = 60.0
JITTER_KM = 3.0
# Wider grids would leave the globe; the largest holds some 300,000 cities.
MOST_METROPOLISES = 240**2
KM_PER_DEGREE = 111.2
VENUES_PER_DISTRICT = 3
QUARTER_ODDS = (("dense", 35.0), ("industrial", 20.0), ("business", 15.0), ("residential", 30.0))


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, in degrees with 4 decimals (about 11 m)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class City:
    """
    A generated city.

    Parameters
    ----------
    name
        Unique name.
    middle
        About where its venues lie.
    spread
        Standard deviation of its venues, in kilometres north and east.
    venues
        How many venues it has.
    districts
        Name and character of each district.
    """

    name: str
    middle: Point
    spread: float
    venues: int
    districts: tuple[tuple[str, str], ...]

    def somewhere(self, dice: Dice, spread: float | None = None) -> Point:
        """A chance point of the city."""
        width = self.spread if spread is None else spread
        return moved(self.middle, dice.near(0.0, width), dice.near(0.0, width))


def moved(origin: Point, north: float, east: float) -> Point:
    """The point so many kilometres north and east (on a map that is flat within a metropolis)."""
    latitude = origin.latitude + north / KM_PER_DEGREE
    longitude = origin.longitude + east / (KM_PER_DEGREE * cos(radians(latitude)))
    return Point(round(latitude, 4), round(longitude, 4))


def lay_cities(count: int, venues: int, dice: Dice) -> list[City]:
    """
    Cities in metropolises of up to five, sharing the venues as Jakarta's do.

    Every city has at least one venue; ``count`` is not above ``venues`` unless there are none.
    """
    metropolises = ceil(count / len(METROPOLIS))
    middles = [_middle(index, metropolises, dice) for index in range(metropolises)]
    shapes = [METROPOLIS[index % len(METROPOLIS)] for index in range(count)]
    shares = [1] * count if venues else [0] * count
    for index, more in enumerate(apportion(max(venues - count, 0), [shape[3] for shape in shapes])):
        shares[index] += more
    width = len(str(count))
    cities = []
    for index, (north, east, spread, _) in enumerate(shapes):
        districts = tuple(
            (f"District {index + 1}-{number}", dice.weighted(QUARTER_ODDS))
            for number in range(1, ceil(shares[index] / VENUES_PER_DISTRICT) + 1)
        )
        middle = moved(middles[index // len(METROPOLIS)], north, east)
        cities.append(City(f"City {index + 1:0{width}}", middle, spread, shares[index], districts))
    return cities


def _middle(index: int, metropolises: int, dice: Dice) -> Point:
    side = ceil(sqrt(metropolises))
    row, column = divmod(index, side)
    centre = (side - 1) / 2
    north = (row - centre) * SPACING_KM + dice.near(0.0, JITTER_KM)
    east = (column - centre) * SPACING_KM + dice.near(0.0, JITTER_KM)
    return moved(Point(*MIDDLE), north if metropolises > 1 else 0.0, east if metropolises > 1 else 0.0)


def spread_over(total: int, cities: Sequence[City]) -> list[int]:
    """To which city each of ``total`` depots belongs: each city one in turn, the largest first."""
    order = sorted(range(len(cities)), key=lambda index: (-cities[index].venues, index))
    return sorted(order[index % len(order)] for index in range(total))
