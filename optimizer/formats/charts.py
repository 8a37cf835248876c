"""
Figures of a plan, built once for report, notebook and dashboard.

Each is a plain dictionary with ``data`` and ``layout``, as plotly.js draws it and
``plotly.graph_objects.Figure`` takes it. Names are escaped, for plotly reads tags in texts.
"""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.formats import palette, words
from optimizer.formats.figure_style import Figure, hover, layout, legend_above, name_axis, text
from optimizer.formats.gantt import GanttPage, gantt, gantt_pages
from optimizer.formats.plan_view import PlanView
from optimizer.formats.route_map import route_map
from optimizer.formats.words import Language, say

__all__ = [
    "GanttPage",
    "bound_over_time",
    "coverage_by_city",
    "coverage_by_course",
    "gantt",
    "gantt_pages",
    "route_map",
    "score_parts",
    "unit_days",
]

BARS = 60  # most bars of a chart; more could not be told apart
BAR_HEIGHT = 26  # pixels
NEAR = 0.6  # share of the score within which the course of score and limit is drawn


def coverage_by_city(view: PlanView, language: Language = "en") -> Figure:
    """People served of those requested, a bar per city; of very many the least covered."""
    rows = [(row.city, row.requested, row.served) for row in view.plan.cities]
    return _coverage(rows, [palette.SERVED] * len(rows), language)


def coverage_by_course(view: PlanView, language: Language = "en") -> Figure:
    """People served of those requested, a bar per course; of very many the least covered."""
    colours = palette.course_colours(view.scenario.course_by_id)
    rows = [(row.course.name, row.requested, row.served) for row in view.courses]
    return _coverage(rows, [colours[row.course.id] for row in view.courses], language)


def _coverage(rows: Sequence[tuple[str, int, int]], colours: Sequence[str], language: Language) -> Figure:
    order = list(range(len(rows)))
    if len(rows) > BARS:
        order.sort(key=lambda at: rows[at][2] / max(rows[at][1], 1))
        order = order[:BARS]
    chosen = [rows[at] for at in order]
    positions = list(range(len(chosen)))
    texts = [_share_text(requested, served, language) for _, requested, served in chosen]
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": positions,
        "customdata": [[text(row[0])] for row in chosen],
    }
    data = [
        bar
        | {
            "x": [requested for _, requested, _ in chosen],
            "name": say("requested", language),
            "marker": {"color": palette.NOT_SERVED, "line": {"color": palette.AT_DEPOT, "width": 1}},
            "text": texts,
            "textposition": "outside",
            "cliponaxis": False,
            "hovertemplate": hover("<b>%{customdata[0]}</b>", (say("requested", language), "%{x:,}")),
        },
        bar
        | {
            "x": [served for _, _, served in chosen],
            "name": say("served", language),
            "marker": {"color": [colours[at] for at in order]},
            "hovertemplate": hover("<b>%{customdata[0]}</b>", (say("served", language), "%{x:,}")),
        },
    ]
    most = max((requested for _, requested, _ in chosen), default=0)
    look = layout(language, height=BAR_HEIGHT * len(chosen) + 90) | {
        "barmode": "overlay",
        "bargap": 0.28,
        "showlegend": False,
        "xaxis": {
            "range": [0, 1.75 * max(most, 1)],
            "gridcolor": palette.WEEKEND,
            "fixedrange": True,
            "tickformat": ",d",
        },
        "yaxis": name_axis([row[0] for row in chosen]),
        "meta": {"labels": "outside"},
    }
    return {"data": data, "layout": look}


def _share_text(requested: int, served: int, language: Language) -> str:
    if not requested:
        return say("nobody_asks", language)
    share = words.percent(served / requested, language)
    counts = (words.number(served, language), words.number(requested, language))
    return f"{counts[0]} {say('of', language)} {counts[1]} · {share}"


def unit_days(view: PlanView, language: Language = "en") -> Figure:
    """What each unit's days go into, the most idle units first (of very many only those)."""
    days = sorted((view.unit_days(unit) for unit in view.scenario.units), key=lambda row: -row.idle)[:BARS]
    parts = (
        ("days_taught", palette.SERVED, [row.taught for row in days]),
        ("days_closed", palette.CLOSED, [row.closed for row in days]),
        ("days_moving", palette.SHORT_STRONG, [row.moving for row in days]),
        ("days_depot", palette.AT_DEPOT, [row.depot for row in days]),
        ("days_idle", palette.IDLE, [row.idle for row in days]),
    )
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": say(key, language),
            "x": values,
            "y": list(range(len(days))),
            "customdata": [[text(row.unit.name)] for row in days],
            "marker": {"color": colour},
            "hovertemplate": hover("<b>%{customdata[0]}</b>", (say(key, language), "%{x:,}")),
        }
        for key, colour, values in parts
        if any(values) or key == "days_idle"
    ]
    look = layout(language, height=BAR_HEIGHT * len(days) + 130) | {
        "barmode": "stack",
        "bargap": 0.28,
        "legend": legend_above(),
        "xaxis": {
            "title": {"text": say("days", language)},
            "gridcolor": palette.WEEKEND,
            "fixedrange": True,
            "zeroline": False,
        },
        "yaxis": name_axis([row.unit.name for row in days]),
    }
    return {"data": data, "layout": look}


def score_parts(view: PlanView, language: Language = "en") -> Figure:
    """The score built up from its parts, beside the proven limit of any plan."""
    plan = view.plan
    parts = plan.score_parts
    steps = [("part_people", parts.people), ("part_km", parts.km)]
    if view.scenario.objective.equity or parts.equity:
        steps.append(("part_equity", parts.equity))
    if view.scenario.objective.change or parts.change:
        steps.append(("part_change", parts.change))
    names = [say(key, language) for key, _ in steps] + [say("score", language)]
    values = [value for _, value in steps] + [plan.score]
    measures = ["relative"] * len(steps) + ["total"]
    if plan.bound is not None:
        names.append(say("bound_short", language))
        values.append(plan.bound)
        measures.append("absolute")
    texts = [words.number(value, language, 1) for value in values]
    if plan.bound is not None:
        texts[-1] = words.limit(plan.bound, language, 1)
    data = [
        {
            "type": "waterfall",
            "x": list(range(len(names))),
            "y": values,
            "measure": measures,
            "customdata": [[name] for name in names],
            "text": texts,
            "textposition": "outside",
            "cliponaxis": False,
            "increasing": {"marker": {"color": palette.SERVED}},
            "decreasing": {"marker": {"color": palette.IDLE}},
            "totals": {"marker": {"color": palette.ACCENT}},
            "connector": {"line": {"color": palette.AT_DEPOT, "width": 1}},
            "hovertemplate": "<b>%{customdata[0]}</b><br>%{text}<extra></extra>",
        }
    ]
    look = layout(language, height=340) | {
        "showlegend": False,
        "xaxis": {
            "tickvals": list(range(len(names))),
            # One word to a line: side by side, long names would be turned and cut.
            "ticktext": [name.replace(" ", "<br>") for name in names],
            "tickangle": 0,
            "automargin": True,
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"text": say("points", language)},
            "gridcolor": palette.WEEKEND,
            "fixedrange": True,
            "rangemode": "tozero",
            "automargin": True,
            "tickformat": ",",
        },
    }
    return {"data": data, "layout": look}


def bound_over_time(view: PlanView, language: Language = "en") -> Figure | None:
    """Score and proven limit while the plan was computed; None where the plan has no history."""
    history = view.plan.history
    if not history:
        return None
    data = []
    for key, colour, values in (
        ("bound_short", palette.IDLE, [(moment.seconds, moment.bound) for moment in history]),
        ("score", palette.SERVED, [(moment.seconds, moment.score) for moment in history]),
    ):
        known = [(seconds, value) for seconds, value in values if value is not None]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": say(key, language),
                "x": [seconds for seconds, _ in known],
                "y": [value for _, value in known],
                "line": {"shape": "hv", "color": colour, "width": 2.5},
                "marker": {"size": 5},
                "hovertemplate": hover(
                    f"<b>{say(key, language)}</b>",
                    (say("points", language), "%{y:,.1f}"),
                    (say("seconds", language), "%{x:.1f}"),
                ),
            }
        )
    look = layout(language, height=340) | {
        "legend": legend_above(),
        "xaxis": {
            "title": {"text": say("seconds", language)},
            "gridcolor": palette.WEEKEND,
            "rangemode": "tozero",
            "fixedrange": True,
        },
        "yaxis": {
            "title": {"text": say("points", language)},
            "gridcolor": palette.WEEKEND,
            "fixedrange": True,
            "automargin": True,
            "tickformat": ",",
            "range": _near_the_end(view),
        },
    }
    return {"data": data, "layout": look}


def _near_the_end(view: PlanView) -> list[float]:
    """The span of points in which score and limit come together; first guesses lie far outside."""
    score = view.plan.score
    near = NEAR * max(abs(score), 1.0)
    values = [value for moment in view.plan.history for value in (moment.score, moment.bound)]
    inside = [value for value in values if value is not None and abs(value - score) <= near]
    low, high = min([score, *inside]), max([score, *inside])
    room = 0.08 * max(high - low, 1.0)
    return [low - room, high + room]
