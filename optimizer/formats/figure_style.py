"""What all figures share: fonts, axes of names, hover texts."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from optimizer.formats import palette
from optimizer.formats.words import Language

Figure = dict[str, Any]

_FONT = {"family": "system-ui, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif", "size": 13}
_AXIS_NAME = 34  # most characters of a name beside an axis


def text(name: str) -> str:
    """A name as plotly shows it to the letter: it reads tags in texts."""
    return html.escape(name, quote=False)


def layout(language: Language, height: int) -> dict[str, Any]:
    """The layout that every figure starts from; ``height`` in pixels."""
    return {
        "height": height,
        "font": {**_FONT, "color": palette.INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 8, "r": 16, "t": 24, "b": 40},
        "separators": ".," if language == "en" else ",.",
        "hoverlabel": {"align": "left", "bgcolor": "#ffffff", "font": {"color": palette.INK}},
        "dragmode": False,
    }


def name_axis(names: Sequence[str]) -> dict[str, Any]:
    """An axis of names from above to below; positions are numbers, so that equal names stay apart."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [text(_cut(name)) for name in names],
        "range": [len(names) - 0.5, -0.5],
        "automargin": True,
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        "ticklabelstandoff": 6,
    }


def legend_above() -> dict[str, Any]:
    """A legend in one line above the figure."""
    return {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"}


def hover(title: str, *lines: tuple[str, str]) -> str:
    """A hover text: a title, then label and value per line."""
    return "<br>".join([title, *(f"{label}: {value}" for label, value in lines)]) + "<extra></extra>"


def _cut(name: str) -> str:
    return name if len(name) <= _AXIS_NAME else name[: _AXIS_NAME - 1].rstrip() + "…"
