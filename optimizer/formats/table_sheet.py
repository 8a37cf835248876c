"""A sheet with a table: columns as wide as their content, rows as high, headings that stay in view."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from optimizer.formats.escaping import clean_text
from optimizer.formats.text_width import text_width
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A3, A4 = 8, 9  # as workbooks number paper
Cell = str | int | float | date | None
HEADER_HEIGHT = 36  # pixels
LINE = 17  # pixels
MOST_HEIGHT = 540  # pixels; Excel takes no more than 546
DIGIT = 7  # pixels of a digit of the default font: what column widths count in
PADDING = 14  # pixels between a cell's text and its edges
DATE_WIDTH = 108
BAR_WIDTH = 96
FILTER_ARROW = 18  # pixels that the arrow of a filter takes


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a table.

    Parameters
    ----------
    key
        Key of its heading.
    widest
        Most characters of its width; longer text is wrapped.
    style
        Look of its cells.
    bar
        Whether a bar in each cell shows its number.
    least
        Fewest characters of its width.
    """

    key: str
    widest: int
    style: Format
    bar: bool = False
    least: int = 0


def write_table(
    sheet: Worksheet,
    styles: Styles,
    language: Language,
    top: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    name: str,
    *,
    first_table: bool = True,
) -> int:
    """
    Writes a table with filters; without rows only the headings stand.

    Parameters
    ----------
    top
        Row of the headings.
    rows
        A value per column each.
    name
        The table's name in the workbook.
    first_table
        Whether this table sets the widths of the sheet's columns.

    Returns
    -------
    int
        The row after the table.
    """
    headings = [say(column.key, language) for column in columns]
    widths = [
        _column_width(column, heading, [row[at] for row in rows])
        for at, (column, heading) in enumerate(zip(columns, headings, strict=True))
    ]
    sheet.set_row_pixels(top, HEADER_HEIGHT)
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        if first_table:
            sheet.set_column_pixels(at, at, width)
        sheet.write_string(top, at, heading, styles.header)
    for number, row in enumerate(rows, start=top + 1):
        # Not every program finds the height of wrapped text by itself.
        lines = max(_lines(value, width) for value, width in zip(row, widths, strict=True))
        sheet.set_row_pixels(number, min(MOST_HEIGHT, LINE * lines + 4))
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            write_cell(sheet, number, at, value, column.style)
    end = top + len(rows)
    if not rows:
        return top + 1
    sheet.add_table(
        top,
        0,
        end,
        len(columns) - 1,
        {
            "name": name,
            "style": "Table Style Light 1",
            "columns": [{"header": heading, "header_format": styles.header} for heading in headings],
        },
    )
    for at, column in enumerate(columns):
        if column.bar:
            sheet.conditional_format(top + 1, at, end, at, _bar(share=column.style is styles.share))
    return end + 1


def _column_width(column: Column, heading: str, values: Sequence[Cell]) -> int:
    """Pixels that show the longest value on one line, or the most that the column may have."""
    longest_word = max((text_width(word, 10, bold=True) for word in heading.split()), default=0.0)
    needed = max(longest_word + FILTER_ARROW, text_width(heading, 10, bold=True) / 2 + FILTER_ARROW)
    for value in values:
        if isinstance(value, date):
            needed = max(needed, DATE_WIDTH)
        elif value is not None:
            text = f"{value:,.1f}" if isinstance(value, float) else str(value)
            needed = max(needed, *(text_width(line, 10) for line in text.split("\n")))
        if needed > column.widest * DIGIT:
            break
    if column.bar:
        needed = max(needed, BAR_WIDTH)
    needed = max(needed, column.least * DIGIT)
    limit = max(column.widest * DIGIT, longest_word + FILTER_ARROW)
    return math.ceil(min(needed, limit)) + PADDING


def _lines(value: Cell, width: int) -> int:
    if not isinstance(value, str):
        return 1
    room = width - PADDING + 1
    return sum(max(1, math.ceil(text_width(line, 10) / room)) for line in value.split("\n"))


def _bar(*, share: bool) -> dict[str, object]:
    bar: dict[str, object] = {
        "type": "data_bar",
        "bar_solid": True,
        "bar_color": "#9fd3c7" if share else "#f2b8a6",
    }
    limits: dict[str, object] = {"min_type": "num", "min_value": 0}
    if share:
        limits |= {"max_type": "num", "max_value": 1}
    return bar | limits


def write_cell(sheet: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
    """Writes a value as what it is; text never becomes a formula or a link."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, clean_text(value), style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def set_up_page(
    sheet: Worksheet, styles: Styles, scenario: str, language: Language, freeze: tuple[int, int] | None
) -> None:
    """Paper, margins and footer; a table's headings are repeated and stay in view (``freeze``)."""
    sheet.set_paper(A3 if freeze else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(styles.footer(scenario, language))
    sheet.fit_to_pages(1, 0)
    if freeze:
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.freeze_panes(*freeze)
