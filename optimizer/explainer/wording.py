"""How reasons speak: days, points, lists and names in plain English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from optimizer.domain.plan import Rotation
from optimizer.domain.scenario import Course, Venue

Item = TypeVar("Item")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date) -> str:
    """A day, for example ``12 Jan 2026``; the same under every locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def span_text(first: date, last: date) -> str:
    """Two days, both included, the year once where it is the same."""
    if first == last:
        return day_text(first)
    head = f"{first.day} {_MONTHS[first.month - 1]}"
    return (
        f"{head} to {day_text(last)}" if first.year == last.year else f"{day_text(first)} to {day_text(last)}"
    )


def points_text(millipoints: int) -> str:
    """Points without sign: one decimal, or three where one would hide the number."""
    size = abs(millipoints)
    if size % 100 and size < 1000:
        return f"{size / 1000:.3f}"
    return f"{size / 1000:,.1f}"


def km_text(metres: int) -> str:
    """Kilometres with one decimal."""
    return f"{metres / 1000:,.1f} km"


def count_text(count: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 unit``, ``2 units``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def list_text(items: Sequence[Item], most: int = 4, say: Callable[[Item], str] = str) -> str:
    """``a, b and c``; of a long list the first few and how many more there are."""
    shown = [say(item) for item in items[:most]]
    if len(items) > most:
        return f"{', '.join(shown)} and {len(items) - most:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def named(row: Venue | Course) -> str:
    """A venue or course by name and id."""
    return row.name if row.name == row.id else f"{row.name} ({row.id})"


def rotation_text(rotation: Rotation) -> str:
    """A rotation with its unit and days: ``K3-1 (U07, 12 Jan to 21 Jan 2026)``."""
    return f"{rotation.id} ({rotation.unit}, {span_text(rotation.start, rotation.end)})"
