"""One CSV text: read strictly to a raw table, written from it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise

from optimizer.domain.issue_list import IssueList
from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence
from optimizer.formats.columns import DISTANCES, Table
from optimizer.formats.raw import (
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_MATRIX_ROWS,
    MAX_ROWS,
    Cell,
    RawTable,
    shortened,
)

SEPARATORS = (",", ";")

#: Characters that a line may have: those of 200 columns, and of a cell out of bounds that can be named.
MAX_LINE = 1_000_000


def read_table(
    data: bytes, name: str, source: str, known: Table | None, issues: IssueList
) -> RawTable | None:
    """
    The raw table of a CSV file; None where no header can be read.

    Rows without text are left out. A record with line breaks inside is one row. Rows
    whose cells do not match the header are reported and kept as ``rough``.

    Parameters
    ----------
    data
        The file's bytes, in UTF-8.
    name, source
        Name of the table, and of the file in messages.
    known
        The table as declared; None for a table of the planner's own.
    issues
        Where problems are added.
    """
    first_line = re.split(r"[\r\n]", data[:100_000].decode("utf-8-sig", "ignore"), maxsplit=1)[0]
    separator = _separator(first_line, known)
    records = _records(data, separator, source, issues)
    row, first = next(records, (1, []))
    header = [cell.strip() for cell in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        hint = (
            Sentence(
                "The first row names the columns: {columns}.",
                columns=", ".join(c.name for c in known.columns),
            )
            if known
            else SILENCE
        )
        issues.append(Place(source, row).issue("H01", Sentence("There is no header row."), hint))
        return None
    if len(header) > MAX_COLUMNS:
        issues.append(
            Place(source, 1).issue(
                "F06", Sentence("The table has more than {max_columns} columns.", max_columns=MAX_COLUMNS)
            )
        )
        return None
    if len(header) == 1 and "\t" in header[0]:
        message = Sentence("The columns are separated by tabs; expected commas or semicolons.")
        issues.append(Place(source, 1).issue("H02", message))
        return None
    if re.fullmatch(r"sep=.?", first_line.strip()):
        message = Sentence("The first row is a separator mark; expected the header.")
        issues.append(
            Place(source, 1).issue("H01", message, Sentence("Delete the row that starts with sep=."))
        )
        return None
    table = RawTable(name, source, header, comma=separator == ";")
    limit = MAX_MATRIX_ROWS if name == DISTANCES else MAX_ROWS
    cells = 0
    for row, record in records:
        values: list[Cell] = [cell.strip() for cell in record]
        if not any(values):
            continue
        cells += len(header)
        if len(table.rows) == limit or cells > MAX_CELLS:
            message = Sentence(
                "The table has more than {count:,} rows; no more are read.", count=len(table.rows)
            )
            issues.append(Place(source, row).issue("F06", message))
            break
        if len(values) != len(header) and not _fit(values, len(header)):
            if not issues.full("H03", source, None):
                issues.append(_ragged(table, row, record))
            table.rough.add(len(table.rows))
            values = (values + [None] * len(header))[: len(header)]
        for at, value in enumerate(values):
            if value is not None and len(value) > MAX_CELL:
                place = Place(source, row, header[at])
                issues.append(
                    place.issue(
                        "H05",
                        Sentence("The cell holds more than {max_cell:,} characters.", max_cell=MAX_CELL),
                    )
                )
                values[at] = None
        table.rows.append(values)
        table.numbers.append(row)
    return table


def _separator(line: str, known: Table | None) -> str:
    """Comma or semicolon, whichever parts the header into more of the known columns."""
    names = {column.name for column in known.columns} if known else set()

    def found(separator: str) -> tuple[int, int]:
        parts = [part.strip().strip('"') for part in line.split(separator)]
        return len(names.intersection(parts)), len(parts)

    return max(SEPARATORS, key=found)


def _records(data: bytes, separator: str, source: str, issues: IssueList) -> Iterator[tuple[int, list[str]]]:
    """Records with their row numbers; a broken one is reported, and the next is read."""
    reader = csv.reader(_lines(data), delimiter=separator, strict=True)
    row = 0
    while True:
        row += 1
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if not issues.full("H04", source, None):
                message, hint = _broken(str(error), line)
                issues.append(Place(source, row).issue("H04", message, hint))
            continue
        except _EndlessLineError:
            message = Sentence(
                "Line {line} is longer than {max_line:,} characters; no more is read.",
                line=reader.line_num + 1,
                max_line=MAX_LINE,
            )
            issues.append(Place(source, row).issue("H04", message))
            return
        yield row, record


class _EndlessLineError(Exception):
    """A line that no table has."""


def _lines(data: bytes) -> Iterator[str]:
    """The lines of a file, one in memory at a time, with their ends as they are."""
    with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="") as file:
        while line := file.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise _EndlessLineError
            yield line


def _broken(error: str, line: int) -> tuple[Sentence, Sentence]:
    where = Sentence("the record that starts on line {line}", line=line)
    if "unexpected end" in error:
        return (
            Sentence("A quote is opened in {where} and never closed.", where=where),
            Sentence('Close it, or write "" for a quote inside a cell.'),
        )
    if "field larger" in error:
        return Sentence("A cell of {where} is far too long; is a quote missing?", where=where), SILENCE
    if "expected after" in error:
        return Sentence("Text follows a closing quote in {where}.", where=where), Sentence(
            'Write "" for a quote inside a cell.'
        )
    return Sentence(
        "The record that starts on line {line} cannot be read ({error}).", line=line, error=shortened(error)
    ), SILENCE


def _fit(values: list[Cell], width: int) -> bool:
    """Whether only empty cells are too many; they are cut off."""
    if len(values) > width and not any(values[width:]):
        del values[width:]
        return True
    return False


def _ragged(table: RawTable, row: int, record: list[str]) -> Issue:
    seen, expected = len(record), len(table.header)
    hint = SILENCE
    if seen < expected:
        hint = Sentence("Empty cells need their separators too.")
    elif not table.comma:
        hint = Sentence("Put a cell that holds a comma in quotes.")
        for left, right in pairwise(record):
            if re.fullmatch(r"\s*-?[0-9]{1,3}", left) and re.fullmatch(r"[0-9]{3,}\s*", right):
                number = f"{left.strip()}.{right.strip()}"
                hint = Sentence(
                    "A decimal comma in a file separated by commas? Then write {number}.", number=number
                )
                break
    message = Sentence("The row has {seen} cells; the header has {expected}.", seen=seen, expected=expected)
    return Place(table.source, row).issue("H03", message, hint)


def table_text(table: RawTable) -> str:
    """
    The CSV text of a raw table: separated by commas, lines ended by LF.

    A table read with a decimal comma keeps its semicolons, so that every cell can stay
    as it was written. Cells that could not be read are written empty.
    """
    separator = ";" if table.comma else ","
    # The csv module leaves a lone CR without quotes when lines end with LF.
    special = re.compile(f'[{separator}"\r\n]')

    def quoted(cell: Cell) -> str:
        text = cell or ""
        return '"' + text.replace('"', '""') + '"' if special.search(text) else text

    rows: list[list[Cell]] = [list(table.header), *table.rows]
    lines = [separator.join(map(quoted, row)) for row in rows]
    return "\n".join(lines) + "\n"
