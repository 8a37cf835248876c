"""One sheet of a workbook, read cell by cell in a bounded amount of memory."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from optimizer.exceptions import Sentence
from optimizer.formats.package import Package, PackageError
from optimizer.formats.raw import MAX_COLUMNS, Day, letters
from optimizer.formats.sheet_cells import DATE_FORMATS, Odd, date_text, is_date_format, number_text, unescaped

#: Cells with content that one workbook may hold.
MAX_CELLS = 2_000_000

#: Cells of one workbook that may be formulas, errors and the like.
MAX_ODD = 20_000

#: Different texts that one workbook may hold.
MAX_STRINGS = 1_000_000

#: Characters that these texts may have together.
MAX_CHARACTERS = 30_000_000

_MAX_KNOWN = 100_000

#: Pieces of some 8,000 characters that one text may come in; a cell holds four.
_MAX_PIECES = 50

_LETTERS = re.compile(r"[A-Z]{1,3}")
_FORMULA_HINT = Sentence("Replace it by its value: copy the cell, then paste special, values.")

Value = str | Odd


@dataclass(slots=True)
class Sheet:
    """
    The cells of one sheet that hold anything.

    Parameters
    ----------
    rows
        Cells by row number and position of the column, 0 being A.
    merged
        Ranges of merged cells.
    hidden_rows
        How many rows with content are hidden.
    """

    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: int = 0


def shared_strings(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by number."""
    strings: list[str] = []
    pieces: list[str] = []
    state = {"text": 0, "phonetic": 0, "length": 0}

    def start(element: str, _: dict[str, str]) -> None:
        if element == "t":
            state["text"] = 1
        elif element == "rPh":
            state["phonetic"] += 1
        elif element == "si":
            pieces.clear()

    def end(element: str) -> None:
        if element == "t":
            state["text"] = 0
        elif element == "rPh":
            state["phonetic"] -= 1
        elif element == "si":
            if len(strings) == MAX_STRINGS:
                raise PackageError(
                    "F06",
                    Sentence("The workbook holds more than {max_strings:,} texts.", max_strings=MAX_STRINGS),
                )
            strings.append(unescaped("".join(pieces)))
            state["length"] += len(strings[-1])
            if state["length"] > MAX_CHARACTERS:
                raise PackageError(
                    "F06",
                    Sentence(
                        "The workbook holds more than {max_characters:,} characters.",
                        max_characters=MAX_CHARACTERS,
                    ),
                )

    def text(data: str) -> None:
        if state["text"] and not state["phonetic"]:
            pieces.append(data)
            if len(pieces) > _MAX_PIECES:
                raise PackageError(
                    "F06", Sentence("The workbook holds a text far longer than a cell can be.")
                )

    package.parse(part, start, end, text)
    return strings


def date_styles(package: Package, part: str) -> list[bool]:
    """For each cell style, whether it shows dates."""
    own: dict[int, bool] = {}
    styles: list[bool] = []
    inside = {"cellXfs": False}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "numFmt":
            own[_number(attributes.get("numFmtId"))] = is_date_format(attributes.get("formatCode", ""))
        elif element == "cellXfs":
            inside[element] = True
        elif element == "xf" and inside["cellXfs"]:
            number = _number(attributes.get("numFmtId"))
            styles.append(own.get(number, number in DATE_FORMATS))

    def end(element: str) -> None:
        if element == "cellXfs":
            inside[element] = False

    package.parse(part, start, end)
    return styles


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


class SheetReader:
    """
    Reads sheets of one workbook, and counts their cells together.

    Parameters
    ----------
    package
        The workbook.
    strings
        Its shared texts.
    dates
        For each cell style, whether it shows dates.
    from_1904
        Whether days are counted from 1904.
    """

    def __init__(self, package: Package, strings: list[str], dates: list[bool], *, from_1904: bool) -> None:
        self._package = package
        self._strings = strings
        self._dates = dates
        self._from_1904 = from_1904
        self._cells = 0
        self._columns: dict[str, int] = {}
        self._numbers: dict[str, Value] = {}
        self._days: dict[str, Value] = {}
        self._odd = 0

    def read(self, part: str, *, max_rows: int) -> Sheet:
        """
        The cells of a sheet.

        Parameters
        ----------
        part
            Name of the sheet's part.
        max_rows
            Rows with content that are read, the header included.

        Raises
        ------
        PackageError
            When the sheet is broken or too large.
        """
        walk = _Walk(self, max_rows)
        self._package.parse(part, walk.start, walk.end, walk.text)
        return walk.sheet

    def column(self, address: str, row: str) -> int:
        """Position of the column of a cell that stands in a row, 0 being A."""
        name = address.removesuffix(row)
        found = self._columns.get(name)
        if found is None:
            if not _LETTERS.fullmatch(name) or name == address:
                message = Sentence(
                    "The sheet has a cell at {address}, which is no place in row {row}.",
                    address=ascii(address[:40]),
                    row=row,
                )
                raise PackageError("F04", message)
            found = -1
            for letter in name:
                found = (found + 1) * 26 + ord(letter) - 65
            self._columns[name] = found
        return found

    def value(self, kind: str, style: str, content: str) -> Value | None:
        """The value of a cell without a formula; None where it is empty."""
        match kind:
            case "s":
                number = _number(content.strip())
                if not 0 <= number < len(self._strings):
                    return Odd(
                        "C16", content, Sentence("The cell refers to a text that the workbook does not hold.")
                    )
                return self._strings[number].strip() or None
            case "inlineStr" | "str":
                return unescaped(content).strip() or None
            case "b":
                seen = "TRUE" if content.strip() == "1" else "FALSE"
                hint = Sentence("Format the cell as text and type its content again.")
                return Odd(
                    "C17",
                    seen,
                    Sentence("The cell holds the truth value {seen}; expected text or a number.", seen=seen),
                    hint,
                )
            case "e":
                return Odd(
                    "C16",
                    content,
                    Sentence("The cell holds the error value {text}.", text=content.strip()[:40]),
                )
            case "d":
                return _iso(content.strip())
        content = content.strip()
        if not content:
            return None
        number = _number(style) if style else 0
        if 0 <= number < len(self._dates) and self._dates[number]:
            if content not in self._days:
                self._remember(self._days, content, date_text(content, from_1904=self._from_1904))
            return self._days[content]
        if content not in self._numbers:
            self._remember(self._numbers, content, number_text(content))
        return self._numbers[content]

    @staticmethod
    def _remember(known: dict[str, Value], content: str, value: Value) -> None:
        """Keep a value for when it comes again: one text for a thousand cells, read once."""
        if len(known) >= _MAX_KNOWN:
            known.clear()
        known[content] = value

    def count(self, value: Value) -> None:
        """Count a cell with content."""
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise PackageError(
                "F06",
                Sentence("The workbook holds more than {max_cells:,} cells.", max_cells=MAX_CELLS),
                _FOLDER_HINT,
            )
        if isinstance(value, Odd):
            self._odd += 1
            if self._odd > MAX_ODD:
                message = Sentence(
                    "More than {max_odd:,} cells are formulas, errors and the like; the sheet is not read.",
                    max_odd=MAX_ODD,
                )
                raise PackageError(value.code, message, value.hint)


_FOLDER_HINT = Sentence("For scenarios of this size use a folder of CSV files.")


def _iso(text: str) -> Value:
    day, _, time = text.partition("T")
    if time.strip("0:.Z"):
        return Odd(
            "C14",
            text,
            Sentence("The cell holds a date with a time ({text}).", text=text[:40]),
            Sentence("Write the date alone: {day}.", day=day),
        )
    return Day(day)


class _Walk:
    """The handlers of one sheet's XML."""

    def __init__(self, reader: SheetReader, max_rows: int) -> None:
        self.sheet = Sheet()
        self._reader = reader
        self._max_rows = max_rows
        self._row = 0
        self._column = -1
        self._hidden = False
        self._cells: dict[int, Value] = {}
        self._kind = self._style = ""
        self._collect = False
        self._pieces: list[str] = []
        self._formula: list[str] | None = None
        self._phonetic = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if element == "c":
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._pieces = []
            self._formula = None
            address = attributes.get("r")
            self._column = (
                self._column + 1 if address is None else self._reader.column(address, str(self._row))
            )
        elif element in ("v", "t"):
            self._collect = not self._phonetic
        elif element == "row":
            number = attributes.get("r")
            self._row = self._row + 1 if number is None else _number(number)
            if not 1 <= self._row <= 1_048_576:
                raise PackageError(
                    "F04",
                    Sentence(
                        "The sheet has a row {number}, which no sheet has.", number=ascii(str(number)[:40])
                    ),
                )
            self._column = -1
            self._hidden = attributes.get("hidden") in ("1", "true")
            self._cells = self.sheet.rows.get(self._row, {})
        elif element == "f":
            self._formula = []
        elif element == "rPh":
            self._phonetic += 1
        elif element == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", "")[:40])

    def end(self, element: str) -> None:
        """An element ends."""
        if element == "c":
            self._finish_cell()
        elif element in ("v", "t", "f"):
            self._collect = False
        elif element == "rPh":
            self._phonetic -= 1
        elif element == "row" and self._cells:
            self.sheet.rows[self._row] = self._cells
            self.sheet.hidden_rows += self._hidden
            if len(self.sheet.rows) > self._max_rows:
                message = Sentence("The sheet has more than {max_rows:,} rows.", max_rows=self._max_rows - 1)
                raise PackageError("F06", message, _FOLDER_HINT, f"A{self._row}")

    def text(self, data: str) -> None:
        """Text inside an element."""
        if self._collect:
            self._pieces.append(data)
            if len(self._pieces) > _MAX_PIECES:
                raise PackageError("F06", Sentence("The sheet holds a text far longer than a cell can be."))
        elif self._formula is not None and len(self._formula) < 10:
            self._formula.append(data)

    def _finish_cell(self) -> None:
        value: Value | None
        if self._formula is not None:
            formula = "".join(self._formula).strip()[:60]
            shown = f" (={formula})" if formula else ""
            value = Odd(
                "C15", f"={formula}", Sentence("The cell holds a formula{shown}.", shown=shown), _FORMULA_HINT
            )
        else:
            value = self._reader.value(self._kind, self._style, "".join(self._pieces))
        if value is None:
            return
        if isinstance(value, str) and "\0" in value:
            value = Odd("C09", "", Sentence("The cell holds a zero character."))
        self._reader.count(value)
        if self._column >= MAX_COLUMNS:
            cell = f"{letters(self._column)}{self._row}"
            message = Sentence(
                "A cell far outside any table holds something; a table has at most {max_columns} columns.",
                max_columns=MAX_COLUMNS,
            )
            raise PackageError("F06", message, Sentence("Delete that column."), cell)
        self._cells[self._column] = value
