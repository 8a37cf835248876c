"""Where in the files something stands, so that an issue can say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.exceptions import SILENCE, Issue, Sentence, Severity


@dataclass(frozen=True, slots=True)
class Place:
    """
    A spot in a file or sheet.

    Parameters
    ----------
    source
        File or sheet, as messages name it.
    row
        Row in it, the header being row 1; None when not of one row.
    column
        Column or key; None when not of one column.
    cell
        Address in a workbook; None in a folder.
    """

    source: str = ""
    row: int | None = None
    column: str | None = None
    cell: str | None = None

    def issue(
        self, code: str, message: Sentence, hint: Sentence = SILENCE, severity: Severity = Severity.ERROR
    ) -> Issue:
        """An issue of this place, an error if nothing else is said."""
        return Issue(code, message, severity, self.source, self.row, self.column, self.cell, hint)

    def warning(self, code: str, message: Sentence, hint: Sentence = SILENCE) -> Issue:
        """A warning of this place."""
        return self.issue(code, message, hint, Severity.WARNING)


#: Tells the place of a row: table name, position in the scenario's table, column; the
#: table ``scenario`` stands for the settings, its columns being dotted keys.
Locate = Callable[[str, int | None, str | None], Place]


def in_folder(table: str, index: int | None = None, column: str | None = None) -> Place:
    """The place of a row as ``save`` would write it to a folder."""
    if table == "scenario":
        return Place("scenario.toml", None, column)
    return Place(f"{table}.csv", None if index is None else index + 2, column)
