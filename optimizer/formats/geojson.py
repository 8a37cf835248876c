"""``plan.geojson``: depots, venues and the ways of the units for any map program (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Depot, Scenario, Venue
from optimizer.formats import palette
from optimizer.formats.plain_file import write_text
from optimizer.formats.plan_view import PlanView, Stop

Feature = dict[str, Any]


def write_geojson(scenario: Scenario, plan: Plan, path: Path, *, view: PlanView | None = None) -> Path:
    """
    Writes a feature collection: a point per depot and venue, a line per unit that travels.

    Lines join places by straight strokes in the order of the visits; they are not roads.
    Colours are given in the properties that common viewers read (``marker-color``, ``stroke``).
    Ids of features are ``depot:<id>``, ``venue:<id>`` and ``unit:<id>``.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have.
    """
    view = view or PlanView(scenario, plan)
    features = [*_depots(view), *_venues(view), *_routes(view)]
    # A feature per line: a map of thousands of places can still be read and compared as text.
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    text = '{"type": "FeatureCollection", "features": [\n' + lines + "\n]}\n"
    write_text(path, text)
    return path


def _depots(view: PlanView) -> Iterator[Feature]:
    for depot in view.scenario.depots:
        units = [unit.id for unit in view.scenario.units if unit.depot == depot.id]
        properties = {"depot": depot.id, "name": depot.name, "city": depot.city, "units": units}
        yield _feature(f"depot:{depot.id}", _point(depot), properties | {"marker-color": palette.INK})


def _venues(view: PlanView) -> Iterator[Feature]:
    for venue in view.scenario.venues:
        stays = view.by_venue[venue.id]
        served = sum(stay.rotation.people for stay in stays)
        properties = {
            "venue": venue.id,
            "name": venue.name,
            "kind": venue.kind,
            "city": venue.city,
            "district": venue.district,
            "requested": view.requested_at[venue.id],
            "served": served,
            "rotations": [
                {
                    "id": stay.rotation.id,
                    "unit": stay.unit.id,
                    "course": stay.course.id,
                    "start": stay.rotation.start.isoformat(),
                    "end": stay.rotation.end.isoformat(),
                    "people": stay.rotation.people,
                }
                for stay in stays
            ],
            "marker-color": palette.SERVED if served else palette.AT_DEPOT,
        }
        yield _feature(f"venue:{venue.id}", _point(venue), properties)


def _routes(view: PlanView) -> Iterator[Feature]:
    colours = palette.course_colours(depot.id for depot in view.scenario.depots)
    for unit in view.scenario.units:
        stops = view.route(unit.id)
        if not stops:
            continue
        line = {"type": "LineString", "coordinates": [_position(stop) for stop in stops]}
        summary = view.unit_summary.get(unit.id)
        properties = {
            "unit": unit.id,
            "name": unit.name,
            "depot": unit.depot,
            "rotations": len(view.by_unit[unit.id]),
            "people": sum(stay.rotation.people for stay in view.by_unit[unit.id]),
            "km": summary.km if summary else None,
            "stops": [f"{stop.kind}:{stop.id}" for stop in stops],
            "stroke": colours[unit.depot],
        }
        yield _feature(f"unit:{unit.id}", line, properties)


def _feature(identity: str, geometry: dict[str, Any], properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": properties}


def _point(place: Depot | Venue) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _position(place)}


def _position(place: Depot | Venue | Stop) -> list[float]:
    return [place.longitude, place.latitude]
