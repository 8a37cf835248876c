"""
Valhalla, a road engine that runs in this process from its tiles.

https://valhalla.github.io/valhalla/api/matrix/api-reference/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geopy.distance import geodesic

from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.travel.osrm import package_missing
from optimizer.travel.roads import Point, Table

#: The engine refuses pairs farther apart than this many metres; Indonesia is 5,100 km long.
_FARTHEST = 10_000_000.0


class ValhallaTiles:
    """
    Valhalla in this process.

    Parameters
    ----------
    tiles
        A folder of tiles, a ``.tar`` of them, or a ``.json`` configuration that names either.

    Raises
    ------
    InputError
        When the package or the tiles are missing, or the tiles cannot be used.
    """

    def __init__(self, tiles: Path) -> None:
        try:
            import valhalla
        except ImportError as error:
            raise InputError([package_missing("pyvalhalla")]) from error
        self._tiles = tiles
        if not tiles.exists():
            hint = Sentence("optimizer/ROADS.md says how to make them.")
            raise InputError([Issue("T04", Sentence("{tiles}: nothing is here.", tiles=tiles), hint=hint)])
        try:
            if tiles.suffix == ".json":
                settings = json.loads(tiles.read_text(encoding="utf-8"))
            elif tiles.is_dir():
                settings = valhalla.get_config(tile_extract="", tile_dir=tiles)
            else:
                settings = valhalla.get_config(tile_extract=tiles, tile_dir="")
            settings["logging"] = {"type": ""}
            settings["service_limits"]["auto"]["max_matrix_distance"] = _FARTHEST
            self._engine: Any = valhalla.Actor(settings)
        except (ValueError, KeyError, TypeError, RuntimeError) as error:
            raise self._failed(error) from error

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Table:
        """Distances by road; see `optimizer.travel.roads.Roads`."""
        question = {
            "sources": [{"lat": latitude, "lon": longitude} for latitude, longitude in origins],
            "targets": [{"lat": latitude, "lon": longitude} for latitude, longitude in destinations],
            "costing": "auto",
            "units": "kilometers",
        }
        try:
            answer = self._engine.matrix(question)
        except (ValueError, RuntimeError) as error:
            raise self._failed(error) from error
        metres = [
            [None if pair["distance"] is None else pair["distance"] * 1000 for pair in row]
            for row in answer["sources_to_targets"]
        ]
        off = [
            geodesic(origin, (put["lat"], put["lon"])).meters
            for origin, put in zip(origins, answer["sources"], strict=True)
        ]
        return Table(metres, off)

    def _failed(self, error: Exception) -> InputError:
        return InputError(
            [
                Issue(
                    "T04",
                    Sentence("{tiles}: Valhalla cannot use this: {error}.", tiles=self._tiles, error=error),
                )
            ]
        )
