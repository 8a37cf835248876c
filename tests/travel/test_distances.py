"""Distances in whole metres, against geopy pair by pair."""

from datetime import date
from math import floor, sqrt
from typing import Any

import numpy as np
import pytest
from geopy.distance import geodesic

from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError
from optimizer.travel import Travel, metres
from optimizer.travel import distances as travel

Point = tuple[float, float]


def places(points: list[Point], provider: str = "geodesic", **changes: Any) -> Scenario:
    """Venues 0, 1, 2, ... at the points, and the depot D at the first of them."""
    row = {"name": "x", "city": "C"}
    return Scenario.model_validate(
        {
            "name": "places",
            "start": date(2026, 1, 5),
            "end": date(2026, 1, 9),
            "travel": {"provider": provider},
            "depots": [{"id": "D", "latitude": points[0][0], "longitude": points[0][1], **row}],
            "venues": [
                {"id": str(number), "kind": "k", "latitude": latitude, "longitude": longitude, **row}
                for number, (latitude, longitude) in enumerate(points)
            ],
            **changes,
        }
    )


def venues(count: int) -> list[str]:
    """The places of the first venues."""
    return [f"venue:{number}" for number in range(count)]


def half_up(value: float) -> int:
    """To the nearest whole, halves up; distances are never negative."""
    return floor(value) + (value - floor(value) >= 0.5)


def box(seed: int, count: int, south: float, north: float, west: float, east: float) -> list[Point]:
    """Random points between two latitudes and two longitudes."""
    random = np.random.default_rng(seed)
    latitudes, longitudes = random.uniform(south, north, count), random.uniform(west, east, count)
    return list(zip(latitudes.tolist(), longitudes.tolist(), strict=True))


def antipodes(points: list[Point]) -> list[Point]:
    """The points and, just beside their antipodes, as many again."""
    return points + [(-a + 0.05, b - 180 if b > 0 else b + 180) for a, b in points]


GRIDS = {
    "jakarta": box(1, 45, -6.37, -6.08, 106.68, 106.98),
    "indonesia": box(2, 30, -11, 6, 95, 141),
    "world": box(3, 30, -90, 90, -180, 180),
    "one street": box(4, 25, -6.2, -6.1999, 106.8, 106.8001),
    "nearly antipodal": antipodes(box(5, 14, -89, 89, -180, 180)),
    "poles, equator and date line": [
        *((90.0, 0.0), (90.0, 120.0), (-90.0, 0.0), (-90.0, -75.5), (89.9999, 10.0)),
        *((0.0, 0.0), (0.0, 179.5), (0.0, 180.0), (0.0, -180.0), (0.0, -90.0), (1e-9, 0.0), (0.5, -179.7)),
        *((-6.2, 180.0), (-6.2, -180.0), (-6.2, 179.9999)),
    ],
}


@pytest.mark.parametrize("name", GRIDS)
def test_geodesic_is_geopys_to_the_metre(name):
    """Every pair of every grid, more than 2,500 in all, in both directions."""
    points = GRIDS[name]
    table = metres(places(points), venues(len(points)), venues(len(points)))
    for row, here in enumerate(points):
        for column, there in enumerate(points[:row]):
            expected = half_up(geodesic(here, there).meters)
            assert table[row, column] == table[column, row] == expected, (here, there)
    assert not table.diagonal().any()


@pytest.mark.parametrize("name", GRIDS)
def test_road_is_its_formula_over_geopys_geodesic(name):
    """1.058 x H + 36.6 x sqrt(H), H not rounded before."""
    points = GRIDS[name]
    table = metres(places(points, "road"), venues(len(points)), venues(len(points)))
    for row, here in enumerate(points):
        for column, there in enumerate(points[:row]):
            straight = geodesic(here, there).meters
            expected = half_up(1.058 * straight + 36.6 * sqrt(straight))
            assert table[row, column] == table[column, row] == expected, (here, there)


def test_pairs_computed_by_geopy_join_the_others(monkeypatch):
    """With an error so large that every rounding is in doubt, geopy computes each pair: the same table."""
    points = GRIDS["jakarta"][:12]
    usual = metres(places(points, "road"), venues(12), venues(12))
    monkeypatch.setattr(travel, "_ERROR_FIXED", 10.0)
    assert metres(places(points, "road"), venues(12), venues(12)).tolist() == usual.tolist()


def test_geopy_is_seldom_asked(monkeypatch):
    """Of the 990 pairs of the Jakarta grid hardly one is so near to a half that geopy has to decide."""
    asked: list[object] = []
    real = travel._geopy_metres

    def counted(here: Any, there: Any) -> float:
        asked.append(here)
        return real(here, there)

    monkeypatch.setattr(travel, "_geopy_metres", counted)
    points = GRIDS["jakarta"]
    metres(places(points, "road"), venues(len(points)), venues(len(points)))
    assert len(asked) <= 2


def test_road_by_hand():
    """One degree north of the equator: H = 110,574.39 m; 1.058 H + 36.6 sqrt(H) = 116,987.70 + 12,170.44."""
    scenario = places([(0, 0), (1, 0)], "road")
    assert metres(scenario, ["depot:D"], ["venue:1"]).tolist() == [[129_158]]
    assert metres(places([(0, 0), (1, 0)]), ["depot:D"], ["venue:1"]).tolist() == [[110_574]]


def test_the_constants_of_the_road_may_be_given():
    """2 x H + 1 x sqrt(H) = 221,148.78 + 332.53."""
    scenario = places([(0, 0), (1, 0)], travel={"provider": "road", "a": "2", "b": "1"})
    assert metres(scenario, ["depot:D"], ["venue:1"]).tolist() == [[221_481]]


def test_places_at_one_point_are_no_metre_apart():
    """Depot D and venue 0 share their coordinates."""
    assert metres(places([(-6.2, 106.8)], "road"), ["depot:D"], ["venue:0", "depot:D"]).tolist() == [[0, 0]]


def test_rows_are_origins_and_columns_destinations():
    """A rectangle in any order holds the same distances as the square."""
    points = GRIDS["jakarta"]
    roads = Travel(places(points, "road"))
    square = roads.metres(venues(9), venues(9))
    part = roads.metres(["venue:7", "venue:2"], ["venue:0", "venue:2", "venue:5"])
    assert part.tolist() == square[np.ix_([7, 2], [0, 2, 5])].tolist()
    assert part.dtype == np.int64
    assert roads.metres([], venues(3)).shape == (0, 3)
    assert roads.metres(venues(3), []).shape == (3, 0)


def test_legs_go_pair_by_pair():
    """From the first origin to the first destination, and so on."""
    roads = Travel(places(GRIDS["jakarta"]))
    square = roads.metres(venues(4), venues(4))
    assert roads.legs(["venue:0", "venue:3"], ["venue:1", "venue:2"]).tolist() == [
        square[0, 1],
        square[3, 2],
    ]
    assert roads.legs([], []).tolist() == []
    with pytest.raises(ValueError, match="2 origins do not pair with 1 destinations"):
        roads.legs(venues(2), venues(1))


MATRIX = [
    {"from": "depot:D", "to": "venue:0", "metres": 10},
    {"from": "venue:0", "to": "depot:D", "metres": 30},
]


def test_a_matrix_may_differ_by_direction():
    """Its numbers are taken as they are; a place is 0 from itself though no row says so."""
    scenario = places([(0, 0)], "matrix", distances=MATRIX)
    both = ["depot:D", "venue:0"]
    assert metres(scenario, both, both).tolist() == [[0, 10], [30, 0]]
    assert Travel(scenario).legs(["venue:0", "venue:0"], ["depot:D", "venue:0"]).tolist() == [30, 0]


@pytest.mark.parametrize("provider", ["matrix", "osrm", "valhalla"])
def test_providers_that_need_a_matrix_say_so(provider):
    """No distance is guessed; with the file they all work."""
    with pytest.raises(
        InputError, match=rf"(?s)Provider {provider} needs a matrix file.*T01.*road or geodesic"
    ):
        metres(places([(0, 0)], provider), ["depot:D"], ["venue:0"])
    filled = places([(0, 0)], provider, distances=MATRIX)
    assert metres(filled, ["depot:D"], ["venue:0"]).tolist() == [[10]]


def test_unknown_places_are_an_error():
    """Neither nought nor the nearest name."""
    scenario = places([(0, 0)])
    for place in ("venue:7", "depot:0", "venue:D"):
        with pytest.raises(KeyError):
            metres(scenario, [place], ["venue:0"])
