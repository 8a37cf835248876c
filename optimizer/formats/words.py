"""What the results say, in English and Indonesian: texts, numbers and dates."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from optimizer.domain.plan import Plan
from optimizer.formats.texts import TEXTS

Language = Literal["en", "id"]
LANGUAGES: tuple[Language, ...] = ("en", "id")

MONTHS: dict[Language, tuple[str, ...]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
}
SHORT_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
}
SHORT_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
}

# What plotly says by itself, as far as it is shown.
PLOTLY: dict[Language, dict[str, str]] = {
    "en": {},
    "id": {
        "Zoom in": "Perbesar",
        "Zoom out": "Perkecil",
        "Reset axes": "Kembali ke semula",
        "Download plot as a PNG": "Unduh sebagai PNG",
        "Download plot as a png": "Unduh sebagai PNG",
    },
}


def say(key: str, language: Language, **values: object) -> str:
    """
    The text of a key in one language, its ``{gaps}`` filled in.

    Raises
    ------
    KeyError
        When there is no such text or a gap is not filled.
    """
    text = TEXTS[key][LANGUAGES.index(language)]
    return text.format_map(values) if values else text


def status(plan: Plan, language: Language) -> str:
    """How good the plan is known to be, in words."""
    if plan.status == "feasible":
        return say("status_feasible", language)
    if plan.bound == plan.score:
        return say("status_optimal", language)
    return say("status_within", language, tolerance=gap(plan.run.tolerance, language))


def number(value: float, language: Language, digits: int = 0) -> str:
    """A number with grouped thousands: ``1,234.5`` in English, ``1.234,5`` in Indonesian."""
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share of one as per cent: ``57.8 %`` for 0.578 with one digit."""
    return number(100 * share, language, digits) + " %"


def limit(value: float, language: Language, digits: int = 0) -> str:
    """A proven limit, rounded up: a number below it would not be proven."""
    step = Decimal(1).scaleb(-digits)
    return number(float(Decimal(repr(value)).quantize(step, ROUND_CEILING)), language, digits)


def gap(share: float, language: Language) -> str:
    """A proven gap as per cent, rounded up so that it is never said too small; more digits where tiny."""
    return limit(round(100 * share, 4), language, 2 if share >= 0.0001 or share == 0 else 4) + " %"


def day(value: date, language: Language) -> str:
    """A date such as ``12 Jan 2026``."""
    return f"{value.day} {SHORT_MONTHS[language][value.month - 1]} {value.year}"


def period(first: date, last: date, language: Language) -> str:
    """A span of dates, as short as it can be said: ``5–17 Jan 2026``."""
    if first == last:
        return day(last, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, language)}"
    if first.year == last.year:
        return f"{first.day} {SHORT_MONTHS[language][first.month - 1]} – {day(last, language)}"
    return f"{day(first, language)} – {day(last, language)}"
