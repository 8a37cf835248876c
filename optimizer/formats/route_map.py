"""The map as a figure: cities, venues, depots and each unit's way, without tiles or network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from optimizer.domain.scenario import Depot, Unit, Venue
from optimizer.formats import palette, words
from optimizer.formats.figure_style import Figure, hover, layout, text
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.words import Language, say

MOST_ROUTES = 60  # units whose ways are drawn at first; of a larger fleet those of one depot
MOST_VISITS = 6  # visits told when a venue is pointed at
ROOMY = 400  # venues up to here have marks of full size
CORNERS = 3  # of an area

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "hexagon", "cross", "star-triangle-up")


def route_map(view: PlanView, language: Language = "en", units: Sequence[Unit] | None = None) -> Figure:
    """
    Venues by kind and whether somebody is served, depots, and the ways of units.

    Lines join places by straight strokes; they are not roads. Each point of a way bears its
    unit's id in ``customdata``, so that one unit's way can be picked out.

    Parameters
    ----------
    view
        The plan.
    language
        Language of labels.
    units
        Units whose ways are drawn; all of the scenario by default.
    """
    units = view.scenario.units if units is None else units
    data = [
        *_areas(view),
        *_routes(view, units, language),
        *_venues(view, language),
        *_depots(view, language),
    ]
    places: list[Depot | Venue] = [*view.scenario.depots, *view.scenario.venues]
    latitudes = [place.latitude for place in places]
    middle = (min(latitudes) + max(latitudes)) / 2 if latitudes else 0.0
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False}
    look = layout(language, height=780) | {
        "dragmode": "pan",
        "hovermode": "closest",
        "legend": {"orientation": "h", "x": 0, "y": 0, "yanchor": "top", "groupclick": "togglegroup"},
        "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
        "plot_bgcolor": "#f6f8f9",
        "xaxis": axis,
        # A degree of longitude is shorter than one of latitude, away from the equator.
        "yaxis": axis | {"scaleanchor": "x", "scaleratio": 1 / max(math.cos(math.radians(middle)), 0.05)},
    }
    return {"data": data, "layout": look}


def _areas(view: PlanView) -> Iterator[dict[str, Any]]:
    cities = list(dict.fromkeys(venue.city for venue in view.scenario.venues))
    for city, colour in palette.course_colours(cities).items():
        points = {(v.longitude, v.latitude) for v in view.scenario.venues if v.city == city}
        outline = _hull(sorted(points))
        if len(outline) < CORNERS:
            continue
        ring = [*outline, outline[0]]
        yield {
            "type": "scatter",
            "mode": "lines",
            "name": text(city),
            "x": [x for x, _ in ring],
            "y": [y for _, y in ring],
            "fill": "toself",
            "fillcolor": _see_through(colour, 0.16),
            "line": {"color": _see_through(colour, 0.9), "width": 1.5},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        yield {
            "type": "scatter",
            "mode": "text",
            "x": [sum(x for x, _ in outline) / len(outline)],
            "y": [max(y for _, y in outline)],
            "text": [text(city)],
            "textposition": "top center",
            "textfont": {"size": 12, "color": palette.MUTED},
            "hoverinfo": "skip",
            "showlegend": False,
        }


def _hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Convex hull of sorted points, by Andrew's monotone chain (1979)."""
    halves = []
    for way in (points, points[::-1]):
        half: list[tuple[float, float]] = []
        for point in way:
            while len(half) > 1 and _turn(half[-2], half[-1], point) <= 0:
                half.pop()
            half.append(point)
        halves.append(half[:-1])
    return halves[0] + halves[1]


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _routes(view: PlanView, units: Sequence[Unit], language: Language) -> Iterator[dict[str, Any]]:
    colours = palette.course_colours(depot.id for depot in view.scenario.depots)
    drawn = 0
    for depot in view.scenario.depots:
        x: list[float | None] = []
        y: list[float | None] = []
        owner: list[str | None] = []
        for unit in units:
            if unit.depot != depot.id:
                continue
            for stop in view.route(unit.id):
                x.append(stop.longitude)
                y.append(stop.latitude)
                owner.append(unit.id)
            x.append(None)
            y.append(None)
            owner.append(None)
        if not any(owner):
            continue
        yield {
            "type": "scatter",
            "mode": "lines",
            "name": say("ways_of", language, depot=text(depot.name)),
            "meta": "routes",
            "x": x,
            "y": y,
            "customdata": owner,
            "line": {"color": palette.darker(colours[depot.id]), "width": 1.4},
            "opacity": 0.6,
            "hoverinfo": "skip",
            "visible": True if not drawn or len(units) <= MOST_ROUTES else "legendonly",
        }
        drawn += 1


def _venues(view: PlanView, language: Language) -> Iterator[dict[str, Any]]:
    kinds = list(dict.fromkeys(venue.kind for venue in view.scenario.venues))
    # A thousand large marks would hide one another.
    shrink = max(0.35, min(1.0, math.sqrt(ROOMY / max(len(view.scenario.venues), 1))))
    for number, kind in enumerate(kinds):
        venues = [venue for venue in view.scenario.venues if venue.kind == kind]
        served = [sum(stay.rotation.people for stay in view.by_venue[venue.id]) for venue in venues]
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": text(kind),
            "legendgroup": f"kind {kind}",
            "showlegend": False,
            "x": [venue.longitude for venue in venues],
            "y": [venue.latitude for venue in venues],
            "marker": {
                "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                "size": [round(shrink * (7 + min(math.sqrt(people), 14.0)), 1) for people in served],
                "color": [
                    palette.SERVED if people else palette.IDLE if view.requested_at[venue.id] else "#ffffff"
                    for venue, people in zip(venues, served, strict=True)
                ],
                "line": {"color": palette.INK, "width": 0.8},
                "opacity": 0.9,
            },
            "text": [
                _venue_text(view, venue, people, language)
                for venue, people in zip(venues, served, strict=True)
            ],
            "hovertemplate": "%{text}<extra></extra>",
        }
        # The legend shows a trace by its first point; this one stands for the shape alone.
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": text(kind),
            "legendgroup": f"kind {kind}",
            "x": [None],
            "y": [None],
            "marker": {
                "symbol": _SYMBOLS[number % len(_SYMBOLS)],
                "size": 11,
                "color": "#ffffff",
                "line": {"color": palette.INK, "width": 1.2},
            },
            "hoverinfo": "skip",
        }


def _venue_text(view: PlanView, venue: Venue, served: int, language: Language) -> str:
    stays = view.by_venue[venue.id]
    requested = view.requested_at[venue.id]
    counts = f"{words.number(served, language)} {say('of', language)} {words.number(requested, language)}"
    lines = [f"<b>{text(venue.name)}</b>", f"{text(venue.kind)}, {text(venue.city)}"]
    lines.append(f"{say('served', language)}: {counts}")
    lines += [_visit(stay, language) for stay in stays[:MOST_VISITS]]
    if len(stays) > MOST_VISITS:
        lines.append(say("and_more", language, count=len(stays) - MOST_VISITS))
    return "<br>".join(lines)


def _visit(stay: Stay, language: Language) -> str:
    when = words.period(stay.rotation.start, stay.rotation.end, language)
    return f"{when}: {text(stay.course.name)}, {text(stay.unit.name)}"


def _depots(view: PlanView, language: Language) -> Iterator[dict[str, Any]]:
    depots = view.scenario.depots
    if not depots:
        return
    count = {depot.id: 0 for depot in depots}
    for unit in view.scenario.units:
        count[unit.depot] += 1
    yield {
        "type": "scatter",
        "mode": "markers",
        "name": say("depots", language),
        "x": [depot.longitude for depot in depots],
        "y": [depot.latitude for depot in depots],
        "customdata": [[text(depot.name), count[depot.id]] for depot in depots],
        "marker": {
            "symbol": "star",
            "size": 17,
            "color": palette.INK,
            "line": {"color": "#ffffff", "width": 1.2},
        },
        "hovertemplate": hover("<b>%{customdata[0]}</b>", (say("units", language), "%{customdata[1]}")),
    }


def _see_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
