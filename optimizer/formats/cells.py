"""From the text of one cell to a value: strict, and with a hint where one is plausible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from optimizer.domain.scenario import CREDIT, SCOPE
from optimizer.exceptions import SILENCE, Sentence
from optimizer.formats import cell_hints
from optimizer.formats.columns import Column, Kind
from optimizer.formats.raw import Day, shortened

#: Optional sign, digits, optional decimal point: no exponent, no other alphabet's digits.
PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")

#: A whole number; ``7.0`` is what spreadsheets and pandas make of 7. ``1.000`` is not
#: one: where a point parts thousands, a thousand would be read as 1.
WHOLE = re.compile(r"([+-]?[0-9]+)(?:\.0)?")

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Longest run of digits turned into a number: far above every bound of the models.
MAX_DIGITS = 400

#: Code of what is wrong, by the kind of the column.
CODES = {
    Kind.ID: "C08",
    Kind.TEXT: "C09",
    Kind.WHOLE: "C02",
    Kind.NUMBER: "C03",
    Kind.DATE: "C06",
    Kind.CHOICE: "C07",
    Kind.IDS: "C10",
    Kind.WEEKDAYS: "C10",
    Kind.CREDIT: "C11",
    Kind.SCOPE: "C12",
}


class CellError(Exception):
    """A cell that cannot be read: stable code, what was seen and expected, what to do."""

    def __init__(self, code: str, message: Sentence, hint: Sentence = SILENCE) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def read_cell(column: Column, text: str, *, comma: bool = False) -> Any:
    """
    The value of a cell that is not empty.

    Parameters
    ----------
    column
        The column it stands in.
    text
        Trimmed text of the cell; a `Day` where a workbook holds a real date.
    comma
        Whether a decimal comma may stand for a decimal point (files separated by semicolons).

    Raises
    ------
    CellError
        When the cell is not what the column expects.
    """
    if isinstance(text, Day) and column.kind is not Kind.DATE:
        hint = Sentence("Format the cell as text and type its content again.")
        raise CellError(
            "C13",
            Sentence(
                "The cell holds a date ({day}); expected {expected}.", day=text, expected=column.expected
            ),
            hint,
        )
    value = READERS[column.kind](_Text(column, text, comma))
    try:
        return column.accept(value)
    except ValidationError as error:
        raise _bound_fault(column, text, error) from None


def _fault(column: Column, text: str, hint: Sentence = SILENCE) -> CellError:
    return CellError(
        CODES[column.kind],
        Sentence('"{text}" is not {expected}.', text=shortened(text), expected=column.expected),
        hint,
    )


def _bound_fault(column: Column, text: str, error: ValidationError) -> CellError:
    """A value of the right kind that breaks a bound of the model."""
    first = error.errors(include_url=False)[0]
    seen = f'"{shortened(text)}"'
    context = first.get("ctx", {})
    match first["type"]:
        case "less_than_equal":
            high = context["le"]
            return CellError(
                "C04",
                Sentence(
                    "{seen} is too large: at most {high:,}; expected {expected}.",
                    seen=seen,
                    high=high,
                    expected=column.expected,
                ),
            )
        case "greater_than_equal" | "greater_than":
            return CellError(
                "C04",
                Sentence("{seen} is too small: expected {expected}.", seen=seen, expected=column.expected),
            )
        case "decimal_max_places" | "decimal_max_digits" | "decimal_whole_digits":
            return CellError(
                "C05",
                Sentence(
                    "{seen} has too many decimals: expected {expected}.", seen=seen, expected=column.expected
                ),
            )
        case "string_too_long":
            length, limit = len(text), context["max_length"]
            if column.kind is Kind.IDS:
                return CellError(
                    CODES[column.kind],
                    Sentence("{seen} holds an id of more than {limit} characters.", seen=seen, limit=limit),
                )
            return CellError(
                CODES[column.kind],
                Sentence(
                    "{seen} has {length} characters: at most {limit} are allowed.",
                    seen=seen,
                    length=length,
                    limit=limit,
                ),
            )
        case "value_error":
            reason = context["error"].args[0]
            return CellError(
                CODES[column.kind],
                Sentence(
                    "{seen} {reason}; expected {expected}.",
                    seen=seen,
                    reason=reason,
                    expected=column.expected,
                ),
            )
    return _fault(column, text)


@dataclass(frozen=True, slots=True)
class _Text:
    """A cell about to be read."""

    column: Column
    text: str
    comma: bool

    @property
    def digits(self) -> str:
        """The text with a decimal point, where a decimal comma may stand for it."""
        if self.comma and self.text.count(",") == 1 and "." not in self.text:
            return self.text.replace(",", ".")
        return self.text

    def fault(self, hint: Sentence = SILENCE) -> CellError:
        return _fault(self.column, self.text, hint)


def _id(cell: _Text) -> str:
    if any(char.isspace() for char in cell.text):
        bare = shortened("".join(cell.text.split()))
        raise cell.fault(Sentence("Ids hold no blanks; write {bare} everywhere it is used.", bare=bare))
    return cell.text


def _text(cell: _Text) -> str:
    return cell.text


def _whole(cell: _Text) -> int:
    match = WHOLE.fullmatch(cell.digits)
    if match is None:
        raise cell.fault(cell_hints.number(cell.text, cell.comma, whole=True))
    if len(match[1]) > MAX_DIGITS:
        raise CellError(
            "C04",
            Sentence(
                '"{text}" is too large; expected {expected}.',
                text=shortened(cell.text),
                expected=cell.column.expected,
            ),
        )
    return int(match[1])


def _number(cell: _Text) -> Decimal:
    plain = cell.digits
    if PLAIN.fullmatch(plain) is None:
        raise cell.fault(cell_hints.number(cell.text, cell.comma, whole=False))
    if len(plain) > MAX_DIGITS:
        message = Sentence(
            '"{text}" has too many digits; expected {expected}.',
            text=shortened(cell.text),
            expected=cell.column.expected,
        )
        raise CellError("C04", message)
    # 1, 1.0 and 1.00 are one value, written one way wherever the scenario is written again.
    value = Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)
    return value or Decimal(0)


def _date(cell: _Text) -> date:
    if not ISO_DATE.fullmatch(cell.text):
        raise cell.fault(cell_hints.day(cell.text))
    try:
        return date.fromisoformat(cell.text)
    except ValueError:
        hint = cell_hints.month(cell.text)
        raise CellError(
            "C06", Sentence('"{text}" is not a day of the calendar.', text=cell.text), hint
        ) from None


def _choice(cell: _Text) -> str:
    if cell.text not in cell.column.choices:
        raise cell.fault(cell_hints.one_of(cell.text, cell.column.choices))
    return cell.text


def _ids(cell: _Text) -> tuple[str, ...]:
    return tuple(cell.text.split())


def _weekdays(cell: _Text) -> tuple[str, ...]:
    hint = cell_hints.weekdays(cell.text)
    if hint:
        raise cell.fault(hint)
    return tuple(cell.text.split())


def _credit(cell: _Text) -> str:
    text = cell.text
    head, colon, tail = text.partition(":")
    share = WHOLE.fullmatch(tail if colon else text)
    if share is not None and len(share[1]) <= MAX_DIGITS and (head == "open" or not colon):
        # 080 and 80.0 are 80.
        text = f"{head}{colon}{int(share[1])}" if colon else str(int(share[1]))
    if not CREDIT.fullmatch(text):
        raise cell.fault(cell_hints.credit(text))
    return text


def _scope(cell: _Text) -> str:
    if not SCOPE.fullmatch(cell.text):
        raise cell.fault(cell_hints.scope(cell.text))
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in cell.text):
        raise CellError(
            "C12", Sentence('"{text}" must not hold control characters.', text=shortened(cell.text))
        )
    return cell.text


READERS: dict[Kind, Callable[[_Text], Any]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.IDS: _ids,
    Kind.WEEKDAYS: _weekdays,
    Kind.CREDIT: _credit,
    Kind.SCOPE: _scope,
}
