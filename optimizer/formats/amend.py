"""Some tables of a scenario written anew where it stands; everything else there is left as it is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from optimizer.domain.place import Place
from optimizer.exceptions import InputError, Sentence
from optimizer.formats.columns import DISTANCES
from optimizer.formats.csv_text import table_text
from optimizer.formats.plain_file import write_bytes, write_text
from optimizer.formats.raw import Cell, RawTable
from optimizer.formats.target import fits_sheet, is_workbook

#: Columns whose cells are numbers, of those that are ever amended.
_NUMBERS = ("latitude", "longitude", "metres")


def amend(path: Path, tables: Sequence[RawTable]) -> None:
    """
    Write tables into a scenario that is there already.

    Parameters
    ----------
    path
        A folder or an ``.xlsx`` file.
    tables
        What to write; each goes to the file or sheet that its ``source`` names. Of a sheet that is
        there only empty cells are filled, so that its formats stay; a matrix's is made anew.

    Raises
    ------
    InputError
        When the path cannot be written.
    """
    try:
        if is_workbook(path):
            _amend_workbook(path, tables)
        else:
            for table in tables:
                file = path / table.source
                file.parent.mkdir(parents=True, exist_ok=True)
                write_text(file, table_text(table))
    except OSError as error:
        message = Sentence("This cannot be written: {strerror}.", strerror=error.strerror or error)
        raise InputError([Place(str(path)).issue("F07", message)]) from error


def _amend_workbook(path: Path, tables: Sequence[RawTable]) -> None:
    book = openpyxl.load_workbook(path)
    for table in tables:
        if table.name == DISTANCES and table.source in book.sheetnames:
            book.remove(book[table.source])
        if table.source in book.sheetnames:
            sheet = book[table.source]
        elif fits_sheet(table.source):
            sheet = book.create_sheet(table.source)
        else:
            raise InputError(
                [
                    Place(table.source).issue(
                        "F09", Sentence("{source} cannot be the name of a sheet.", source=table.source)
                    )
                ]
            )
        _write(sheet, table)
    out = io.BytesIO()
    book.save(out)
    write_bytes(path, out.getvalue())


def _write(sheet: Worksheet, table: RawTable) -> None:
    """Fill the empty cells of a sheet."""
    columns = table.columns or list(range(len(table.header)))
    header: list[Cell] = [*table.header]
    for number, row in [(1, header), *zip(table.numbers, table.rows, strict=True)]:
        for at, name, text in zip(columns, table.header, row, strict=True):
            cell = sheet.cell(number, at + 1)
            if not text or cell.value not in (None, ""):
                continue
            if number > 1 and name in _NUMBERS:
                cell.value = float(text)
            else:
                cell.value = text
                # What an outside server said must not become a formula.
                cell.data_type = "s"
