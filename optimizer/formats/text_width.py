"""How wide a text is when printed, so that labels can be cut to the days that they have."""

from __future__ import annotations

from functools import lru_cache

_NARROW = frozenset("iljtfrI.,:;'|!()[] ·-")
_WIDE = frozenset("mwMW@%…")
_FULL_WIDTH_FROM = 0x2E80  # Chinese, Japanese, Korean and most symbols lie above
_PIXELS_PER_POINT = 96 / 72


def text_width(text: str, points: int, *, bold: bool = False) -> float:
    """Rough width in pixels of a text set in Arial, rather too wide than too narrow."""
    return _ems(text) * points * _PIXELS_PER_POINT * (1.06 if bold else 1.0)


def shortened(text: str, room: float, points: int, *, bold: bool = False) -> str:
    """As much of a text as fits in so many pixels, with an ellipsis where it was cut."""
    if text_width(text, points, bold=bold) <= room:
        return text
    while text and text_width(text + "…", points, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


@lru_cache(maxsize=1 << 16)  # the same names come again and again
def _ems(text: str) -> float:
    return sum(_em(char) for char in text)


@lru_cache(maxsize=1 << 12)
def _em(char: str) -> float:
    if char in _NARROW:
        return 0.32
    if char in _WIDE:
        return 0.88
    if ord(char) >= _FULL_WIDTH_FROM:
        return 1.0
    return 0.70 if char.isupper() else 0.56
