"""Colours of a plan: one per course, light enough that dark text stays readable on each."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable

INK = "#1c2733"
MUTED = "#56636f"
ACCENT = "#0b5c73"
WEEKEND = "#e9ecef"
HOLIDAY = "#f7d9d4"
CLOSED = "#dcd3e6"
SHORT = "#fbf3d9"
SHORT_STRONG = "#e9c46a"
AT_DEPOT = "#b4bec8"
ABSENT = "#8f9aa5"
SERVED = "#2f8f83"
NOT_SERVED = "#e3e6e9"
IDLE = "#e07a5f"

_CHOSEN = (
    "#8ecae6",
    "#f6bd60",
    "#98d16f",
    "#f07878",
    "#b79af0",
    "#4fbfb0",
    "#f4a7c3",
    "#ead95f",
    "#7fa8ee",
    "#e58a45",
    "#6fb56f",
    "#c39a8b",
    "#cbdda6",
    "#a3e9e4",
    "#eeb0f4",
    "#c298ae",
    "#7fdcb0",
    "#d8b164",
    "#a9b692",
    "#ffcdb0",
)
_GOLDEN_ANGLE = 0.381966  # of the circle: any number of hues lie far from each other


def course_colours(courses: Iterable[str]) -> dict[str, str]:
    """
    A colour ``#rrggbb`` per course id, always the same for the same list.

    The first twenty are chosen by hand; later ones follow the golden angle.
    """
    return {course: _colour(number) for number, course in enumerate(courses)}


def paler(colour: str, share: float = 0.62) -> str:
    """The colour mixed with white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)


def darker(colour: str, share: float = 0.35) -> str:
    """The colour mixed with black."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * (1 - share)):02x}" for part in parts)


def _colour(number: int) -> str:
    if number < len(_CHOSEN):
        return _CHOSEN[number]
    step = number - len(_CHOSEN)
    rgb = colorsys.hls_to_rgb(step * _GOLDEN_ANGLE % 1.0, 0.82 - 0.04 * (step % 3), 0.6)
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
