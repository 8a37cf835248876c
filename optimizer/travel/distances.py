"""
Distances between depots and venues in whole metres (RULES.md section 1).

Places are ``depot:<id>`` and ``venue:<id>``. The geodesic is geopy's. Vincenty's formula,
in arrays, does the bulk of the work; a pair whose rounding its small error could touch,
or that it does not converge on, is computed by geopy itself. So the result is geopy's
to the metre, a hundred times sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.domain.scenario import Depot, Scenario, Venue
from optimizer.exceptions import InputError, Issue, Sentence

Metres = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]

_EQUATOR = 6378137.0  # WGS-84, as geopy has it
_FLATTENING = 1 / 298.257223563
_CHUNK = 100_000  # pairs at a time, so that the working arrays stay near the processor
# Largest error of Vincenty's formula against geopy, several times what was measured at any distance.
_ERROR_FIXED, _ERROR_RATE = 1e-6, 2e-11


@dataclass(frozen=True, slots=True)
class Formula:
    """Distances from coordinates alone: ``a`` times the geodesic, plus ``b`` times its root."""

    a: float
    b: float

    @classmethod
    def of(cls, scenario: Scenario) -> Formula | None:
        """The formula of a scenario's provider; None where it is a matrix."""
        if scenario.travel.provider == "road":
            return cls(float(scenario.travel.a), float(scenario.travel.b))
        return cls(1.0, 0.0) if scenario.travel.provider == "geodesic" else None

    def metres(
        self, here: _Floats, there: _Floats, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
    ) -> Metres:
        """
        Distance of each leg, from a row of ``here`` to a row of ``there``.

        Parameters
        ----------
        here, there
            Latitude and longitude in degrees, shape (places, 2).
        rows, columns
            The places of each leg.
        """
        result = np.zeros(len(rows), dtype=np.int64)
        for first in range(0, len(rows), _CHUNK):
            part = slice(first, first + _CHUNK)
            result[part] = self._rounded(here[rows[part]], there[columns[part]])
        return result

    def driven(self, straight: _Floats) -> _Floats:
        """Metres driven, not rounded, for metres along the geodesic."""
        return self.a * straight + self.b * np.sqrt(straight)

    def _rounded(self, here: _Floats, there: _Floats) -> Metres:
        straight, sound = _vincenty(here, there)
        error = _ERROR_FIXED + _ERROR_RATE * straight
        lowest = _half_up(self.driven(np.maximum(straight - error, 0.0)))
        highest = _half_up(self.driven(straight + error))
        same = np.all(here == there, axis=1)
        for pair in np.flatnonzero(~same & ~(sound & (lowest == highest))).tolist():
            exact = np.array([_geopy_metres(here[pair], there[pair])])
            lowest[pair] = _half_up(self.driven(exact))[0]
        return lowest


class Travel:
    """
    The distances of one scenario, by its travel provider.

    Parameters
    ----------
    scenario
        A validated scenario.

    Raises
    ------
    InputError
        When the provider needs a matrix and the scenario holds none.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        provider = scenario.travel.provider
        self._matrix: dict[tuple[str, str], int] | None = None
        formula = Formula.of(scenario)
        if formula is not None:
            self._formula = formula
            return
        if not has_distances(scenario):
            raise InputError([no_matrix(provider)])
        self._matrix = {(row.origin, row.destination): row.metres for row in scenario.distances}

    def metres(self, origins: Sequence[str], destinations: Sequence[str]) -> Metres:
        """
        Distances from each origin (rows) to each destination (columns).

        A place is 0 from itself. Symmetric unless a matrix says otherwise.
        """
        rows, columns = len(origins), len(destinations)
        if self._matrix is None and list(origins) == list(destinations):
            upper = np.triu_indices(rows, k=1)
            result = np.zeros((rows, rows), dtype=np.int64)
            result[upper] = self._computed(origins, destinations, *upper)
            return result + result.T
        grid = np.indices((rows, columns)).reshape(2, -1)
        return self._between(origins, destinations, grid[0], grid[1]).reshape(rows, columns)

    def legs(self, origins: Sequence[str], destinations: Sequence[str]) -> Metres:
        """Distance of each leg: from the first origin to the first destination, and so on."""
        if len(origins) != len(destinations):
            raise ValueError(f"{len(origins)} origins do not pair with {len(destinations)} destinations.")
        pairs = np.arange(len(origins))
        return self._between(origins, destinations, pairs, pairs)

    def _between(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        rows: npt.NDArray[np.intp],
        columns: npt.NDArray[np.intp],
    ) -> Metres:
        if self._matrix is None:
            return self._computed(origins, destinations, rows, columns)
        result = np.zeros(len(rows), dtype=np.int64)
        for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
            if origins[row] != destinations[column]:
                result[number] = self._matrix[origins[row], destinations[column]]
        return result

    def _computed(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        rows: npt.NDArray[np.intp],
        columns: npt.NDArray[np.intp],
    ) -> Metres:
        here, there = self._coordinates(origins), self._coordinates(destinations)
        return self._formula.metres(here, there, rows, columns)

    def _coordinates(self, places: Sequence[str]) -> _Floats:
        found = [self._place(place) for place in places]
        return np.array([(row.latitude, row.longitude) for row in found], dtype=np.float64).reshape(-1, 2)

    def _place(self, place: str) -> Depot | Venue:
        kind, _, key = place.partition(":")
        return self._scenario.depot_by_id[key] if kind == "depot" else self._scenario.venue_by_id[key]


def metres(scenario: Scenario, origins: Sequence[str], destinations: Sequence[str]) -> Metres:
    """Distances in a scenario from each origin (rows) to each destination (columns); see `Travel`."""
    return Travel(scenario).metres(origins, destinations)


def has_distances(scenario: Scenario) -> bool:
    """Whether the scenario's provider computes distances, or has the matrix that it needs."""
    return (
        scenario.travel.provider in ("road", "geodesic")
        or bool(scenario.distances)
        or len(scenario.depots) + len(scenario.venues) <= 1
    )


def no_matrix(provider: str) -> Issue:
    """The issue that a matrix is needed and not there."""
    way = (
        Sentence("Name the matrix in travel.file")
        if provider == "matrix"
        else Sentence("Let mtu matrix write it")
    )
    return Issue(
        code="T01",
        message=Sentence(
            "Provider {provider} needs a matrix file with columns from, to, metres; there is none.",
            provider=provider,
        ),
        source="scenario.toml",
        column="travel.file",
        hint=Sentence("{way}, or use provider road or geodesic.", way=way),
    )


def _half_up(values: _Floats) -> Metres:
    whole = np.floor(np.nan_to_num(values))
    return (whole + (values - whole >= 0.5)).astype(np.int64)


def _geopy_metres(here: _Floats, there: _Floats) -> float:
    from geopy.distance import geodesic

    # One order of the two ends, so that there and back are equal to the last bit.
    ends = sorted((tuple(here.tolist()), tuple(there.tolist())))
    return float(geodesic(*ends).meters)


def _vincenty(here: _Floats, there: _Floats) -> tuple[_Floats, npt.NDArray[np.bool_]]:
    """
    Geodesics on WGS-84 in metres, and which of them can be trusted.

    T. Vincenty (1975), Direct and inverse solutions of geodesics on the ellipsoid, Survey
    Review 23(176), inverse formula; latitude and longitude in degrees.
    """
    degrees = there[:, 1] - here[:, 1]
    degrees = np.where(np.abs(degrees) > 180, degrees - np.copysign(360, degrees), degrees)
    longitude = np.radians(degrees)
    reduced1 = np.arctan((1 - _FLATTENING) * np.tan(np.radians(here[:, 0])))
    reduced2 = np.arctan((1 - _FLATTENING) * np.tan(np.radians(there[:, 0])))
    sin1, cos1, sin2, cos2 = np.sin(reduced1), np.cos(reduced1), np.sin(reduced2), np.cos(reduced2)

    lam = longitude.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(20):
            sin_lam, cos_lam = np.sin(lam), np.cos(lam)
            sin_sigma = np.hypot(cos2 * sin_lam, cos1 * sin2 - sin1 * cos2 * cos_lam)
            cos_sigma = sin1 * sin2 + cos1 * cos2 * cos_lam
            sigma = np.arctan2(sin_sigma, cos_sigma)
            sin_alpha = np.where(sin_sigma > 0, cos1 * cos2 * sin_lam / sin_sigma, 0.0)
            cos2_alpha = 1 - sin_alpha**2
            # Along the equator cos2_alpha is 0 and the term it divides has no weight.
            cos_2m = np.where(cos2_alpha > 1e-14, cos_sigma - 2 * sin1 * sin2 / cos2_alpha, 0.0)
            c = _FLATTENING / 16 * cos2_alpha * (4 + _FLATTENING * (4 - 3 * cos2_alpha))
            bend = sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m**2 - 1))
            following = longitude + (1 - c) * _FLATTENING * sin_alpha * bend
            change = np.abs(following - lam)
            lam = following
            if np.all(change < 1e-13):
                break
    polar = _EQUATOR * (1 - _FLATTENING)
    u2 = cos2_alpha * (_EQUATOR**2 - polar**2) / polar**2
    a = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)))
    b = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)))
    inner = cos_sigma * (2 * cos_2m**2 - 1) - b / 6 * cos_2m * (4 * sin_sigma**2 - 3) * (4 * cos_2m**2 - 3)
    straight = polar * a * (sigma - b * sin_sigma * (cos_2m + b / 4 * inner))
    sound = change < 1e-12
    return np.nan_to_num(straight), sound & np.isfinite(straight)
