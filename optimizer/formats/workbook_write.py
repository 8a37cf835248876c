"""
A scenario's workbook, written: a sheet per table, ready to be worked on.

Every cell is written as a text, a number or a date, never as a formula or a link, and in a
way that reading gives the same text again. Headers carry their help as comments, columns
of choices and references have drop-down lists, and columns of ids are formatted as text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from optimizer.formats.cells import ISO_DATE, PLAIN
from optimizer.formats.columns import (
    DISTANCES,
    NUMBERS,
    SETTINGS,
    Column,
    Kind,
    matrix,
    settings,
    tables,
)
from optimizer.formats.plain_file import write_bytes
from optimizer.formats.raw import OWN, Raw, RawTable
from optimizer.formats.sheet_cells import number_text

#: Rows below the last one that drop-down lists and checks reach.
_ROOM = 1_000

#: Characters, point and sign among them, of a number that surely is kept: spreadsheets show 15 digits.
_SHOWN = 16

#: From this day on, all spreadsheets count days alike.
_FIRST_DATE = date(1900, 3, 1)

#: Column of the sheet ``scenario`` that explains the keys; written anew each time.
HELP_COLUMN = f"{OWN}help"

_GREEN, _GREY, _PAPER = "#0b6e5f", "#7b8794", "#eef5f3"

#: Table whose ids a column names, by table and column: gives a drop-down list.
_REFERENCES = {
    ("units", "depot"): "depots",
    ("requests", "venue"): "venues",
    ("requests", "course"): "courses",
    ("pins", "request"): "requests",
    ("pins", "unit"): "units",
}


#: Least width of a column by what it holds, so that an empty table looks like one to fill.
_WIDTHS = {Kind.TEXT: 24, Kind.IDS: 22, Kind.SCOPE: 24, Kind.WEEKDAYS: 14, Kind.ID: 12}


@dataclass(frozen=True, slots=True)
class _Styles:
    required: Format
    optional: Format
    own: Format
    text: Format
    date: Format
    number: Format
    note: Format


def write_workbook(raw: Raw, path: Path) -> None:
    """
    Write the tables of a raw form as a workbook; the file appears whole or not at all.

    Parameters
    ----------
    raw
        Settings and tables. Cells that could not be read are left empty.
    path
        The ``.xlsx`` file.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        # Without a fixed date, the same scenario would give other bytes every second.
        book.set_properties({"title": raw.setting("name")[:200], "created": datetime(2026, 1, 1)})  # noqa: DTZ001
        styles = _styles(book)
        if raw.settings is not None:
            _write_settings(book, raw.settings, styles)
        file = raw.setting("travel.file").removesuffix(".csv")
        known = {**tables(), DISTANCES: matrix()}
        for name in sorted(
            raw.tables, key=lambda name: list(known).index(name) if name in known else len(known)
        ):
            table = raw.tables[name]
            columns = {column.name: column for column in known[name].columns} if name in known else {}
            sheet = book.add_worksheet(file if name == DISTANCES else name)
            _write_table(sheet, table, columns, styles, raw)
    write_bytes(path, out.getvalue())


def _styles(book: Workbook) -> _Styles:
    base = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
    head = {**base, "bold": True, "bottom": 1, "bottom_color": _GREEN}
    return _Styles(
        required=book.add_format({**head, "font_color": "#ffffff", "bg_color": _GREEN}),
        optional=book.add_format({**head, "font_color": _GREEN, "bg_color": _PAPER}),
        own=book.add_format({**head, "font_color": _GREY, "italic": True}),
        text=book.add_format({"num_format": "@", "valign": "top"}),
        date=book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
        number=book.add_format({"align": "left", "valign": "top"}),
        note=book.add_format({"font_color": _GREY, "valign": "top"}),
    )


def _write_settings(book: Workbook, table: RawTable, styles: _Styles) -> None:
    sheet = book.add_worksheet(SETTINGS)
    key, value = (table.header.index(name) if name in table.header else None for name in ("key", "value"))
    _write_header(sheet, table, {}, styles)
    for at, name in enumerate(table.header):
        sheet.set_column(at, at, 34 if name == "value" else 22, styles.text)
    help_at = None if HELP_COLUMN in table.header else len(table.header)
    if help_at is not None:
        sheet.set_column(help_at, help_at, 90, styles.note)
        sheet.write_string(0, help_at, HELP_COLUMN, styles.own)
    for row, cells in enumerate(table.rows, start=1):
        column = settings().get(cells[key] or "") if key is not None else None
        for at, text in enumerate(cells):
            _write_cell(sheet, row, at, text or "", column if at == value else None, styles)
        if column is not None and help_at is not None:
            sheet.write_string(row, help_at, header_help(column).replace("\n", " "), styles.note)
        if column is not None and value is not None and column.choices:
            sheet.data_validation(row, value, row, value, _one_of(column))


_COMMENT: dict[str, Any] = {"x_scale": 2.2, "y_scale": 1.2, "font_size": 9, "color": "#fffbe6"}


def _write_table(
    sheet: Worksheet, table: RawTable, columns: dict[str, Column], styles: _Styles, raw: Raw
) -> None:
    _write_header(sheet, table, columns, styles)
    last = len(table.rows) + _ROOM
    for at, name in enumerate(table.header):
        column = columns.get(name)
        widest = max((len(row[at] or "") for row in table.rows[:500]), default=0)
        least = _WIDTHS.get(column.kind, 10) if column is not None else 16
        width = min(50, max(least, len(name) + 3, widest + 2))
        style = styles.text
        if column is not None and column.kind is Kind.DATE:
            style, width = styles.date, 13
        elif column is not None and column.kind in NUMBERS:
            style = styles.number
        sheet.set_column(at, at, width, style)
        if column is not None:
            check = _check(column, _REFERENCES.get((table.name, name)), raw)
            if check:
                sheet.data_validation(1, at, last, at, check)
    for row, cells in enumerate(table.rows, start=1):
        for at, text in enumerate(cells):
            column = columns.get(table.header[at])
            if (
                table.comma
                and column is not None
                and column.kind in NUMBERS
                and text
                and text.count(",") == 1
            ):
                text = text.replace(",", ".")
            _write_cell(sheet, row, at, text or "", column, styles)


def _write_header(sheet: Worksheet, table: RawTable, columns: dict[str, Column], styles: _Styles) -> None:
    sheet.freeze_panes(1, 1 if columns else 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_row(0, 20)
    for at, name in enumerate(table.header):
        column = columns.get(name)
        style = styles.own if name.startswith(OWN) or not name else styles.required
        if column is not None:
            style = styles.required if column.required else styles.optional
            sheet.write_comment(0, at, header_help(column), _COMMENT)
        sheet.write_string(0, at, name, style)


def header_help(column: Column) -> str:
    """What a column means, whether it is needed, and what stands in it."""
    if column.required:
        need = "Required."
    elif column.default:
        need = f"Optional; without it {column.default}."
    else:
        need = "Optional."
    return f"{column.help}\n{need} Expected: {column.expected}."


def _write_cell(
    sheet: Worksheet, row: int, at: int, text: str, column: Column | None, styles: _Styles
) -> None:
    """Write one cell so that reading gives this text again, as a number or a date where that is so."""
    if not text:
        return
    numeric = column is not None and column.kind in (*NUMBERS, Kind.CREDIT)
    if numeric and len(text) < _SHOWN and PLAIN.fullmatch(text) and number_text(text) == text:
        sheet.write_number(row, at, float(text), styles.number)
        return
    if column is not None and column.kind is Kind.DATE and ISO_DATE.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = date.min
        if day >= _FIRST_DATE:
            sheet.write_datetime(row, at, datetime(day.year, day.month, day.day), styles.date)  # noqa: DTZ001
            return
    sheet.write_string(row, at, text, styles.text)


def _check(column: Column, target: str | None, raw: Raw) -> dict[str, Any] | None:
    """What the spreadsheet checks while somebody types: a warning, as the last word is ours."""
    if column.choices:
        return _one_of(column)
    base: dict[str, Any] = {
        "error_type": "warning",
        "error_title": f"{column.name}"[:32],
        "error_message": f"Expected {column.expected}."[:255],
    }
    if target in raw.tables and "id" in raw.tables[target].header:
        table = raw.tables[target]
        letter = chr(65 + table.header.index("id")) if table.header.index("id") < 26 else "A"
        last = len(table.rows) + _ROOM + 1
        message = f"This is not an id of the sheet {target}."
        return {
            **base,
            "validate": "list",
            "source": f"={target}!${letter}$2:${letter}${last}",
            "error_message": message,
        }
    if column.kind is Kind.DATE:
        return {
            **base,
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST_DATE,
            "maximum": date(9999, 12, 31),
        }
    if column.kind is Kind.WHOLE:
        least = 1 if "at least 1" in column.expected else 0
        return {**base, "validate": "integer", "criteria": ">=", "value": least}
    if column.name in ("latitude", "longitude"):
        limit = 90 if column.name == "latitude" else 180
        return {**base, "validate": "decimal", "criteria": "between", "minimum": -limit, "maximum": limit}
    return None


def _one_of(column: Column) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_message": f"Expected {column.expected}.",
    }
