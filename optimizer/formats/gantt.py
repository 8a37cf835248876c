"""The schedule as a figure: a line per unit, a bar per stay, pale where a stay holds closed days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.domain.scenario import Depot, Unit
from optimizer.formats import palette
from optimizer.formats.figure_style import Figure, hover, layout, legend_above, name_axis, text
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.words import Language, say

MOST_UNITS = 60  # lines of one figure; a larger fleet is shown depot by depot
LINE_HEIGHT = 30  # pixels
DAY = 86_400_000  # milliseconds, as plotly counts the length of bars on an axis of dates
WEEKLY_TICKS_UP_TO = 130  # days of horizon

_SHADES = {"weekend": palette.WEEKEND, "holiday": palette.HOLIDAY, "closed": palette.CLOSED}


@dataclass(frozen=True, slots=True)
class GanttPage:
    """Units shown together: ``depot`` is None when they are the whole fleet."""

    depot: Depot | None
    units: tuple[Unit, ...]
    part: int
    parts: int


def gantt_pages(view: PlanView) -> list[GanttPage]:
    """The fleet in figures of a size that can be read: whole, or depot by depot."""
    units = view.scenario.units
    if len(units) <= MOST_UNITS:
        return [GanttPage(None, units, 1, 1)]
    pages = []
    for depot in view.scenario.depots:
        home = [unit for unit in units if unit.depot == depot.id]
        parts = -(-len(home) // MOST_UNITS)
        for part in range(parts):
            chosen = tuple(home[part * MOST_UNITS : (part + 1) * MOST_UNITS])
            pages.append(GanttPage(depot, chosen, part + 1, parts))
    return pages


def gantt(view: PlanView, language: Language = "en", units: Sequence[Unit] | None = None) -> Figure:
    """
    The schedule of some units.

    Parameters
    ----------
    view
        The plan.
    language
        Language of labels.
    units
        Units to show, from above to below; all of the scenario by default.
    """
    units = view.scenario.units if units is None else units
    lines = {unit.id: line for line, unit in enumerate(units)}
    stays = [stay for unit in units for stay in view.by_unit[unit.id]]
    colours = palette.course_colours(view.scenario.course_by_id)
    data: list[dict[str, Any]] = []
    for course in view.scenario.courses:
        taught = [stay for stay in stays if stay.course.id == course.id]
        if taught:
            data += _course(taught, lines, colours[course.id], language)
    data += _away(view, units, lines, language)
    data += _named_days(view, language)
    scenario = view.scenario
    look = layout(language, height=LINE_HEIGHT * len(units) + 150) | {
        "barmode": "overlay",
        "bargap": 0.2,
        "uniformtext": {"minsize": 9, "mode": "hide"},
        "legend": legend_above() | {"y": 0, "yanchor": "top", "yref": "paper"},
        "margin": {"l": 8, "r": 8, "t": 40, "b": 60},
        "xaxis": {
            "type": "date",
            "side": "top",
            "range": [scenario.start.isoformat(), (scenario.end + timedelta(days=1)).isoformat()],
            "tickformat": "%-d %b" if scenario.days <= WEEKLY_TICKS_UP_TO else "%b %Y",
            "gridcolor": palette.AT_DEPOT,
            "griddash": "dot",
            **_ticks(scenario.start, scenario.days),
        },
        "yaxis": name_axis([_unit_name(unit) for unit in units]) | {"range": [len(units) - 0.5, -0.9]},
        "shapes": list(_shades(view)),
        "meta": {"short": [text(unit.id) for unit in units]},
    }
    return {"data": data, "layout": look}


def _ticks(start: date, days: int) -> dict[str, Any]:
    if days > WEEKLY_TICKS_UP_TO:
        return {"dtick": "M1", "tick0": start.replace(day=1).isoformat()}
    monday = start + timedelta(days=-start.weekday() % 7)
    return {"dtick": 7 * DAY, "tick0": monday.isoformat()}


def _unit_name(unit: Unit) -> str:
    return unit.name if unit.name == unit.id else f"{unit.id}  {unit.name}"


def _course(
    stays: Sequence[Stay], lines: dict[str, int], colour: str, language: Language
) -> Iterator[dict[str, Any]]:
    """Stays of one course in three layers: whole and pale, days taught in full colour, words above both."""
    course = stays[0].course
    name = text(course.name)
    own = [lines[stay.unit.id] for stay in stays]
    starts = [stay.rotation.start.isoformat() for stay in stays]
    lengths = [stay.days * DAY for stay in stays]
    bar: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "width": 0.8,
        "legendgroup": course.id,
        "showlegend": False,
    }
    yield bar | {
        "base": starts,
        "x": lengths,
        "y": own,
        "marker": {"color": palette.paler(colour)},
        "hoverinfo": "skip",
    }
    spans = [(lines[stay.unit.id], *span) for stay in stays for span in _taught_spans(stay)]
    yield bar | {
        "name": name,
        "showlegend": True,
        "base": [first.isoformat() for _, first, _ in spans],
        "x": [days * DAY for *_, days in spans],
        "y": [line for line, *_ in spans],
        "marker": {"color": colour},
        "hoverinfo": "skip",
    }
    yield bar | {
        "name": name,
        "meta": "stays",
        "base": starts,
        "x": lengths,
        "y": own,
        "marker": {"color": "rgba(0,0,0,0)", "line": {"color": palette.MUTED, "width": 1}},
        "text": [("★ " if stay.rotation.pinned else "") + text(stay.venue.name) for stay in stays],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "textfont": {"color": palette.INK, "size": 11},
        "customdata": [
            [
                stay.rotation.end.isoformat(),
                stay.rotation.people,
                text(stay.venue.city),
                text(stay.unit.name),
                stay.taught,
                text(stay.rotation.request),
                text(stay.venue.name),
            ]
            for stay in stays
        ],
        "hovertemplate": hover(
            "<b>%{customdata[6]}</b>, %{customdata[2]}",
            (name, "%{customdata[1]} " + say("people_word", language)),
            (say("unit", language), "%{customdata[3]}"),
            (say("when", language), "%{base|%-d %b} – %{customdata[0]|%-d %b %Y}"),
            (say("taught", language), "%{customdata[4]}"),
            (say("request", language), "%{customdata[5]}"),
        ),
    }


def _taught_spans(stay: Stay) -> Iterator[tuple[date, int]]:
    """First day and length of each run of days on which something is taught."""
    offset = 0
    for taught, run in groupby(stay.credits, key=bool):
        days = len(list(run))
        if taught:
            yield stay.rotation.start + timedelta(days=offset), days
        offset += days


def _away(
    view: PlanView, units: Sequence[Unit], lines: dict[str, int], language: Language
) -> Iterator[dict[str, Any]]:
    """Days at the depot, and days on which a unit is not in service."""
    at_depot = [(unit, view.at_depot(unit.id) & view.present(unit)) for unit in units]
    absent = [(unit, ~view.present(unit)) for unit in units]
    for key, colour, away in (
        ("at_depot", palette.AT_DEPOT, at_depot),
        ("absent", palette.ABSENT, absent),
    ):
        spans = [(lines[unit.id], *run) for unit, days in away for run in _runs(days)]
        if not spans:
            continue
        yield {
            "type": "bar",
            "orientation": "h",
            "name": say(key, language),
            "base": [view.scenario.day(first).isoformat() for _, first, _ in spans],
            "x": [days * DAY for *_, days in spans],
            "y": [line for line, *_ in spans],
            "width": 0.4,
            "marker": {"color": colour},
            "hovertemplate": f"{say(key, language)}<extra></extra>",
        }


def _runs(days: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First index and length of each run of true days."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], days.astype(np.int8), [0]))))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(end - first)


def _named_days(view: PlanView, language: Language) -> Iterator[dict[str, Any]]:
    """Marks above the first line that tell the names of holidays and closures."""
    named = [shade for shade in view.shades(language) if shade.name and shade.kind in _SHADES]
    if named:
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": say("holiday", language),
            "x": [f"{shade.day.isoformat()}T12:00" for shade in named],
            "y": [-0.7] * len(named),
            "marker": {"symbol": "triangle-down", "size": 9, "color": palette.IDLE},
            "text": [text(shade.name) for shade in named],
            "hovertemplate": "%{x|%-d %b %Y}<br><b>%{text}</b><extra></extra>",
        }


def _shades(view: PlanView) -> Iterable[dict[str, Any]]:
    """Weekends, holidays and closures behind all lines; neighbouring days of one kind as one."""
    for kind, run in groupby(view.shades("en"), key=lambda shade: shade.kind):
        days = list(run)
        if kind in _SHADES:
            yield {
                "type": "rect",
                "layer": "below",
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "x0": days[0].day.isoformat(),
                "x1": (days[-1].day + timedelta(days=1)).isoformat(),
                "fillcolor": _SHADES[kind],
                "line": {"width": 0},
            }
