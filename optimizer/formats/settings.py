"""``scenario.toml``: read into rows of key and value, written from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence
from optimizer.formats.cells import ISO_DATE, PLAIN
from optimizer.formats.columns import LISTS, NUMBERS, SETTINGS, Column, Kind, settings
from optimizer.formats.raw import Cell, RawTable, shortened

FILE = f"{SETTINGS}.toml"

#: Sections in sections that are looked into; a known key is one deep.
MAX_DEPTH = 4

#: A number that is not worth writing out.
_VAST = Sentence("a very large number")

_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")


def read_settings(text: str, issues: list[Issue]) -> RawTable | None:
    """
    The rows of ``scenario.toml``, each with its line as row number.

    Unknown keys and values of a wrong type are reported here, as only TOML knows types.

    Parameters
    ----------
    text
        The file's text.
    issues
        Where problems are added.

    Returns
    -------
    RawTable | None
        None where the text is not TOML.
    """
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        issues.append(
            Place(FILE).issue(
                "S01", Sentence("The file is nested too deeply; expected keys and sections only.")
            )
        )
        return None
    except ValueError as error:
        message = str(error)
        place = _LINE.search(message)
        line = int(place[1]) if place and place[1] else None
        what = shortened(_LINE.sub("", message), 200)
        hint = Sentence('Text stands in quotes, like name = "Jakarta"; dates and numbers do not.')
        issues.append(
            Place(FILE, line).issue("S01", Sentence("The file is not TOML: {what}.", what=what), hint)
        )
        return None
    lines = dict(_lines(text))
    table = RawTable(SETTINGS, FILE, ["key", "value"])
    for key, value in _flat(document):
        table.rows.append([key, _cell(key, value, lines.get(key), issues)])
        table.numbers.append(lines.get(key, 0))
    return table


def _flat(document: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, dict) and depth < MAX_DEPTH:
            yield from _flat(value, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", value


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Keys and their lines, as far as they stand plainly at the start of a line."""
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = header[1] + "."
        elif key := _KEY.match(line):
            yield section + re.sub(r"[\s\"']", "", key[1]), number


def _cell(key: str, value: object, line: int | None, issues: list[Issue]) -> Cell:
    """A value as the text of a cell; None where its type is wrong (reported)."""
    column = settings().get(key)
    text = _text(value)
    if column is None:
        # The parser reports the key itself; its value does not matter.
        return text if text is not None else ""
    fits = {
        Kind.DATE: isinstance(value, date | str) and not isinstance(value, datetime),
        Kind.WHOLE: isinstance(value, int | Decimal) and not isinstance(value, bool),
        Kind.NUMBER: isinstance(value, int | Decimal) and not isinstance(value, bool),
    }.get(column.kind, isinstance(value, str))
    if fits:
        return text
    if text is None or text is _VAST:
        seen: str = text or Sentence("this")
    else:
        seen = f'"{shortened(text)}"' if isinstance(value, str) else shortened(text)
    message = Sentence(
        "{seen} is {kind}; expected {expected}.", seen=seen, kind=_type(value), expected=column.expected
    )
    issues.append(Place(FILE, line, key).issue("S02", message, _hint(column, value)))
    return None


def _text(value: object) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        # In full, so that the decimals stay as written; but not the billion zeros of 1e999999999.
        return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 50 else str(value)
    if isinstance(value, int) and value.bit_length() > 512:
        return _VAST
    if isinstance(value, str | int | date):
        return str(value).strip()
    return None


def _type(value: object) -> Sentence:
    names: tuple[tuple[type, Sentence], ...] = (
        (bool, Sentence("true or false")),
        (int, Sentence("a number")),
        (Decimal, Sentence("a number")),
        (datetime, Sentence("a date with a time")),
        (date, Sentence("a date")),
        (str, Sentence("text")),
        (list, Sentence("an array")),
        (dict, Sentence("a section")),
    )
    return next((name for type_, name in names if isinstance(value, type_)), Sentence("of another type"))


def _hint(column: Column, value: object) -> Sentence:
    if isinstance(value, str) and column.kind in NUMBERS:
        return Sentence("Remove the quotes.")
    if isinstance(value, datetime):
        return Sentence(
            "Write the date alone: {key} = {day}",
            key=column.name.rpartition(".")[2],
            day=value.date(),
        )
    if isinstance(value, list) and column.kind in LISTS and all(isinstance(item, str) for item in value):
        return Sentence('Write one text, separated by spaces: "{text}".', text=shortened(" ".join(value)))
    return Sentence("Put it in quotes.") if column.kind not in (*NUMBERS, Kind.DATE) else SILENCE


def write_settings(rows: Mapping[str, str]) -> str:
    """
    The text of ``scenario.toml`` with the given keys, each explained by a comment.

    Parameters
    ----------
    rows
        Texts of the values by dotted key; unknown keys are refused by ``KeyError``.
    """
    lines: list[str] = []
    section = ""
    for key in sorted(rows, key=list(settings()).index):
        column = settings()[key]
        head, _, tail = key.rpartition(".")
        if head != section:
            lines += ["", f"[{head}]"]
            section = head
        lines.append(f"{f'{tail} = {_toml(column, rows[key])}':<40} # {column.help}")
    return "\n".join(lines) + "\n"


def is_help(comment: str) -> bool:
    """Whether a comment is one that `write_settings` writes."""
    return any(comment == column.help for column in settings().values())


def _toml(column: Column, text: str) -> str:
    """A value as TOML; what is no number or date stands in quotes, to be told on reading."""
    if column.kind in NUMBERS and PLAIN.fullmatch(text):
        plain = re.sub(r"^(-?)0*(?=[0-9])", r"\1", re.sub(r"^(-?)(?=\.)", r"\g<1>0", text.lstrip("+")))
        return f"{plain}0" if plain.endswith(".") else plain
    if column.kind is Kind.DATE and ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_escape(char) for char in escaped) + '"'


def _escape(char: str) -> str:
    return char if char >= " " and char != "\x7f" else f"\\u{ord(char):04X}"
