"""Figures as people read them."""

from __future__ import annotations

import math


def points(value: float | None) -> str:
    """A score or bound: ``12,345.678``; a dash while unknown."""
    return "–" if value is None else f"{value:,.3f}"


def percent(gap: float | None) -> str:
    """A gap, rounded up like the gap itself so that it never looks better than it is: ``0.04 %``."""
    if gap is None:
        return "–"
    return f"{math.ceil(round(gap * 10_000, 6)) / 100:,.2f} %"


def share(part: float, whole: float) -> str:
    """A part of a whole: ``57.8 %``; a dash where there is no whole."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def change(value: float, base: float) -> str:
    """How much larger or smaller than a base: ``+17.6 %``; a dash where the base is nothing."""
    return f"{100 * (value - base) / abs(base):+.1f} %" if base else "–"


def seconds(value: float) -> str:
    """A time to wait: ``8.1 s``, ``2 min 05 s``."""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"


def count(number: int, word: str) -> str:
    """A number of things: ``1 unit``, ``23 units``."""
    return f"{number:,} {word}{'s' * (number != 1)}"
