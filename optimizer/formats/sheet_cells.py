"""What cells of a workbook hold: numbers and dates as texts, both ways, and what cannot be a text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from optimizer.exceptions import SILENCE, Sentence
from optimizer.formats.raw import Day

#: First code and last code of days that a workbook can count.
_LAST_SERIAL = 2_958_465  # 9999-12-31, counted from 1900

#: Numbers of more digits are not kept by spreadsheets.
EXACT = 10**15

#: Decimals up to which the 15 digits that a spreadsheet shows are what was meant: 0.1 + 0.2 is 0.3.
#: A number of more decimals, a coordinate that a program wrote, is taken as it is stored.
_SHORT = 6

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

#: Number formats 27 to 36 and 50 to 58 are dates of East Asian versions; the rest is known to all.
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))

_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Odd:
    """
    A cell that is no text, no plain number and no date.

    Parameters
    ----------
    code
        Code of the issue.
    text
        What the cell holds.
    message
        What to say about it, to follow the cell's place.
    hint
        What to do about it.
    """

    code: str
    text: str
    message: Sentence
    hint: Sentence = SILENCE


def is_date_format(code: str) -> bool:
    """Whether a number format shows dates or times."""
    bare = _NOT_FORMAT.sub("", code.partition(";")[0])
    return bare.lower() != "general" and re.search(r"[dmyhs]", bare, re.IGNORECASE) is not None


def number_text(text: str) -> str | Odd:
    """
    The number of a cell without exponent: as the spreadsheet shows it, or all its digits.

    Parameters
    ----------
    text
        The number as the workbook stores it, for example ``6.1900000000000004``.
    """
    if len(text) < 15 and text.isascii() and text.isdigit() and (text[0] != "0" or text == "0"):
        return text
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        return Odd(
            "C16", text, Sentence("The cell holds {text}, which is not a number.", text=ascii(text[:40]))
        )
    if value.is_integer():
        if abs(value) >= EXACT:
            hint = Sentence(
                "Format the cell as text and type it again; spreadsheets keep 15 digits of a number."
            )
            return Odd(
                "C18",
                text,
                Sentence("The cell holds a number of more than 15 digits ({text}).", text=text[:40]),
                hint,
            )
        return str(int(value))
    shown = Decimal(f"{value:.15g}")
    exponent = shown.as_tuple().exponent
    short = isinstance(exponent, int) and exponent >= -_SHORT
    return format(shown if short else Decimal(repr(value)), "f")


def date_text(text: str, *, from_1904: bool) -> str | Odd:
    """
    The date of a cell that counts days, as a `Day`.

    Parameters
    ----------
    text
        The count as stored; its fraction is a time of day.
    from_1904
        Whether day 0 is the first of January 1904, as in workbooks of old Macintoshes.
    """
    try:
        serial = float(text)
    except ValueError:
        return number_text(text)
    last = _LAST_SERIAL - 1462 if from_1904 else _LAST_SERIAL
    if not math.isfinite(serial) or not 0 <= serial < last + 1:
        return Odd(
            "C16",
            text,
            Sentence("The cell is formatted as a date, but {text} is none.", text=ascii(text[:40])),
        )
    whole = int(serial)
    if from_1904:
        day = date(1904, 1, 1) + timedelta(days=whole)
    elif whole == 60 or whole == 0:
        # Day 60 is the 29 February 1900 that never was; day 0 is a time without a date.
        return Odd("C14", text, Sentence("The cell holds a time or no day of the calendar; expected a date."))
    else:
        day = date(1899, 12, 30 if whole > 60 else 31) + timedelta(days=whole)
    if serial != whole:
        message = Sentence(
            "The cell holds a date with a time ({day} and {hours:.1f} hours).",
            day=day,
            hours=24 * (serial - whole),
        )
        return Odd("C14", text, message, Sentence("Write the date alone: {day}.", day=day))
    return Day(day.isoformat())


def unescaped(text: str) -> str:
    """A text of a workbook, where ``_x000D_`` stands for a carriage return, and so on."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a half alone is no character.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
