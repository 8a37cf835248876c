"""
The raw form of a scenario: tables of text cells, with the places they came from.

Folder and workbook are both read to this form and one parser goes on from here, so the
two cannot drift apart. It is also what ``convert`` carries from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.domain.issue_list import IssueList
from optimizer.domain.place import Place


class Day(str):
    """The ISO text of a cell of a workbook that holds a real date, not a text."""

    __slots__ = ()


#: A trimmed cell; None where it could not be read, which an issue has told already.
Cell = str | None

#: Columns, sheets and CSV files of this prefix are the planner's own: kept, not read.
OWN = "x_"

#: Rows that a table may hold; more is taken for an accident or an attack.
MAX_ROWS = 100_000

#: Rows that a matrix of distances may hold: 1,000 places have 999,000 pairs.
MAX_MATRIX_ROWS = 500_000

#: Columns that a table may have.
MAX_COLUMNS = 200

#: Cells that one file or one workbook may hold.
MAX_CELLS = 3_000_000

#: Characters that a cell may hold: what a workbook can carry.
MAX_CELL = 32_767


def letters(index: int) -> str:
    """Letters of a workbook's column, 0 being A."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(slots=True)
class RawTable:
    """
    One table as read: header, rows of cells, and where each row stood.

    Parameters
    ----------
    name
        Name of the table: file or sheet without suffix, ``distances`` for the matrix.
    source
        File or sheet, as messages name it.
    header
        Column names; empty where a column has none.
    rows
        Cells, as many in each row as the header has columns. Rows without any text are left out.
    numbers
        Row number of each row, the header being row 1.
    columns
        Position of each column in the sheet, 0 being A; empty in a folder.
    comma
        Whether a decimal comma may stand for a decimal point.
    rough
        Positions in ``rows`` of rows whose cells do not match the header (told already).
    """

    name: str
    source: str
    header: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    comma: bool = False
    rough: set[int] = field(default_factory=set)

    def place(self, row: int | None = None, column: int | None = None) -> Place:
        """The place of a position in ``rows``; of the header when ``row`` is None."""
        number = None if row is None else self.numbers[row]
        name = None if column is None else self.header[column]
        cell = None
        if column is not None and self.columns:
            cell = f"{letters(self.columns[column])}{number or 1}"
        return Place(self.source, number, name, cell)

    def own(self, column: int) -> bool:
        """Whether a column is the planner's own."""
        return self.header[column].startswith(OWN)


@dataclass(slots=True)
class Raw:
    """
    A whole scenario as read, before any cell is understood.

    Parameters
    ----------
    settings
        ``scenario.toml`` or the sheet ``scenario`` as a table of key and value; None
        where it could not be read.
    tables
        Tables by name; the planner's own (``x_``) only where they were asked for.
    unread
        Names of tables that are missing or could not be read (told already).
    issues
        What was found while reading.
    workbook
        Whether this came from a workbook.
    """

    settings: RawTable | None = None
    tables: dict[str, RawTable] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    issues: IssueList = field(default_factory=IssueList)
    workbook: bool = False

    def setting(self, key: str) -> str:
        """The text of a key of the settings; empty where it is not given."""
        if self.settings is None or not {"key", "value"} <= set(self.settings.header):
            return ""
        at, value = self.settings.header.index("key"), self.settings.header.index("value")
        return next((row[value] or "" for row in self.settings.rows if row[at] == key), "")


def shortened(text: str, length: int = 60) -> str:
    """A text fit for a message: on one line, not too long, unprintable characters escaped."""
    head = text if len(text) <= length else text[: length - 3] + "..."
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in head)
