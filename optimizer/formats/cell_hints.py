"""What a planner probably meant by a cell that cannot be read."""

from __future__ import annotations

import calendar
import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from optimizer.domain.scenario import WEEKDAYS
from optimizer.exceptions import SILENCE, Sentence

_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:([.,'’_ \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_POINT_THEN_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMA_THEN_POINT = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,2}")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.0+)? ?%")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,2})")
_NAMED_MONTH = re.compile(r"([0-9]{1,2})[- .]+([A-Za-z]{3,9})[- .,]+([0-9]{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})[- .]+([0-9]{1,2})[- .,]+([0-9]{4})")
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9].*")
_SERIAL = re.compile(r"([3-6][0-9]{4})(?:\.0+)?")

#: First letters of month names, English and Indonesian.
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "mei": 5, "jun": 6, "jul": 7,
    "aug": 8, "agu": 8, "agt": 8, "ags": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "des": 12,
}  # fmt: skip

_WEEKDAYS = {
    "senin": "mon", "selasa": "tue", "rabu": "wed", "kamis": "thu", "jumat": "fri", "sabtu": "sat",
    "minggu": "sun",
}  # fmt: skip

#: Day 0 of a workbook's serial dates, the leap day of 1900 that never was counted in.
_SERIAL_START = date(1899, 12, 30)


def number(text: str, comma: bool, *, whole: bool) -> Sentence:
    """Hint for a cell that is not a number."""
    plain = "".join(str(unicodedata.decimal(char, char)) for char in text)
    plain = unicodedata.normalize("NFKC", plain).replace("\u2212", "-").replace("\u2013", "-")
    percent = _PERCENT.fullmatch(text)
    if percent:
        return Sentence("Write {number} without the percent sign.", number=percent[1])
    if _POINT_THEN_COMMA.fullmatch(text):
        return Sentence(
            "No thousands separators; write {number}.", number=text.replace(".", "").replace(",", ".")
        )
    if _COMMA_THEN_POINT.fullmatch(text):
        return Sentence("No thousands separators; write {number}.", number=text.replace(",", ""))
    if _THOUSANDS.fullmatch(text):
        bare = re.sub(r"[^0-9+-]", "", text)
        if whole or not _DECIMAL_COMMA.fullmatch(text):
            return Sentence("No thousands separators; write {number}.", number=bare)
        return Sentence(
            "Write {decimal} for a decimal number, {whole} for thousands.",
            decimal=text.replace(",", "."),
            whole=bare,
        )
    if _DECIMAL_COMMA.fullmatch(text) and not comma:
        fixed = text.replace(",", ".")
        return Sentence(
            "Write {number}; a decimal comma is read only in files separated by semicolons.", number=fixed
        )
    if _EXPONENT.fullmatch(text):
        return Sentence("Write the number in full: {number}.", number=format(Decimal(text), "f"))
    if plain != text and re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?", plain):
        return Sentence("Write {number} with plain digits and a plain minus sign.", number=plain)
    if whole and re.fullmatch(r"[+-]?[0-9]+\.[0-9]+", text):
        return Sentence("A whole number has no decimals.")
    return SILENCE


def thousands(text: str) -> Sentence:
    """What a decimal number of three decimals that end in 0 may have meant, empty for any other."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{2}0", text):
        return SILENCE
    return Sentence("Write {number} if thousands are meant.", number=re.sub("[.,]", "", text))


def day(text: str) -> Sentence:
    """Hint for a cell that is not an ISO date."""
    candidates: list[date] = []

    def add(year: str, month: str | int, day_of_month: str) -> None:
        try:
            found = date(int(year), int(month), int(day_of_month))
        except ValueError:
            return
        if found not in candidates:
            candidates.append(found)

    if match := _WITH_TIME.fullmatch(text):
        return Sentence("Write the date alone: {day}.", day=match[1])
    if match := _YEAR_FIRST.fullmatch(text):
        add(match[1], match[2], match[3])
    elif match := _DAY_FIRST.fullmatch(text):
        add(match[3], match[2], match[1])
        add(match[3], match[1], match[2])
    elif match := _NAMED_MONTH.fullmatch(text):
        add(match[3], _MONTHS.get(match[2][:3].lower(), 0), match[1])
    elif match := _MONTH_FIRST.fullmatch(text):
        add(match[3], _MONTHS.get(match[1][:3].lower(), 0), match[2])
    elif re.fullmatch(r"[0-9]{8}", text):
        add(text[:4], text[4:6], text[6:])
    elif match := _SERIAL.fullmatch(text):
        found = _SERIAL_START + timedelta(days=int(match[1]))
        return Sentence("A spreadsheet's day number? Then write {day}.", day=found)
    if len(candidates) == 2:
        return Sentence(
            "Day first is {day_first}, month first is {month_first}; write the one you mean.",
            day_first=candidates[0],
            month_first=candidates[1],
        )
    if candidates:
        return Sentence("Write {text}.", text=candidates[0])
    return SILENCE


def month(text: str) -> Sentence:
    """Hint for a date of the right form that does not exist."""
    year, number_of_month = int(text[:4]), int(text[5:7])
    if year and 1 <= number_of_month <= 12:
        length = calendar.monthrange(year, number_of_month)[1]
        return Sentence(
            "{month} {year} has {length} days.",
            number=number_of_month,
            month=calendar.month_name[number_of_month],
            year=year,
            length=length,
        )
    return Sentence("Write year, month, day, like 2026-01-31.") if year else SILENCE


def one_of(text: str, choices: Iterable[str]) -> Sentence:
    """Hint for a word that is none of a few."""
    known = list(choices)
    exact = [word for word in known if word.casefold() == text.casefold()]
    initial = [word for word in known if len(word) == 1 and text[:1].casefold() == word.casefold()]
    close = exact or initial or difflib.get_close_matches(text.casefold(), known, n=1)
    return Sentence("Did you mean {found}?", found=close[0]) if close else SILENCE


def weekdays(text: str) -> Sentence:
    """Hint for a list of weekdays that cannot be read; empty where it can."""
    words = text.split()
    if all(word in WEEKDAYS for word in words):
        return SILENCE
    span = re.fullmatch(r"(\w{3})\w* ?(?:-|–|to|s/d) ?(\w{3})\w*", text.lower())
    if span and span[1] in WEEKDAYS and span[2] in WEEKDAYS:
        first, last = (WEEKDAYS.index(word) for word in WEEKDAYS if word in (span[1], span[2]))
        return Sentence("Did you mean {found}?", found=" ".join(WEEKDAYS[first : last + 1]))
    meant = [_WEEKDAYS.get(word, word[:3]) for word in re.split(r"[\s,;/]+", text.lower()) if word]
    if meant and all(word in WEEKDAYS for word in meant):
        return Sentence("Did you mean {found}?", found=" ".join(meant))
    return Sentence("Weekdays are {weekdays}.", weekdays=" ".join(WEEKDAYS))


def credit(text: str) -> Sentence:
    """Hint for a credit that cannot be read."""
    low = text.casefold()
    percent = _PERCENT.fullmatch(low.removeprefix("open").lstrip(" :="))
    start = "open:" if low.startswith("open") else SILENCE
    if percent and int(percent[1]) <= 100:
        return Sentence("Credit is in percent already; write {credit}.", credit=f"{start}{percent[1]}")
    if re.fullmatch(r"0?[.,][0-9]{1,2}", text):
        share = Decimal(text.replace(",", ".")) * 100
        return Sentence("Credit is in percent; write {credit}.", credit=share.to_integral_value())
    if re.fullmatch(r"open[ =]+[0-9]+", low):
        return Sentence("Write open:{number}.", number=re.sub("[^0-9]", "", low))
    if low in ("closed", "close", "tutup", "no"):
        return Sentence("Write 0 for closed.")
    if low == "open:0":
        return Sentence("Write 0 for closed.")
    return (
        Sentence("Write {text}.", text=low)
        if low == "open" or re.fullmatch(r"open:(?:100|[1-9][0-9]?)", low)
        else SILENCE
    )


def scope(text: str) -> Sentence:
    """Hint for a scope that cannot be read."""
    if text.casefold() == "all":
        return Sentence("Write all.")
    kinds = ("city", "kind", "venue", "course", "depot", "unit")
    head, mark, tail = re.sub(r"^(\w+)(?:\s*[:=]\s*|\s+)", r"\1:", text).partition(":")
    close = difflib.get_close_matches(head.casefold(), kinds, n=1)
    if mark and tail and close:
        return Sentence("Did you mean {kind}:{found}?", kind=close[0], found=tail)
    return SILENCE
