"""The one parser: from the raw form to a scenario, with every problem of its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import Issue, Severity
from optimizer.formats.cells import CellError, read_cell
from optimizer.formats.columns import DISTANCES, SETTINGS, Column, Table, matrix, tables
from optimizer.formats.header import read_header
from optimizer.formats.parse_settings import parse_settings
from optimizer.formats.raw import Raw, RawTable
from optimizer.formats.settings import FILE


@dataclass
class Parsed:
    """
    A scenario as far as it could be understood.

    Parameters
    ----------
    scenario
        Rows with a broken cell are in it too, without that cell's field, so that their
        other cells can be looked at; such a scenario is for validation only.
    issues
        What was found in reading and parsing.
    unread
        Tables that could not be read: nothing can be said about references to them.
    """

    scenario: Scenario
    issues: list[Issue]
    unread: set[str]
    tables: dict[str, RawTable] = field(default_factory=dict)
    _rows: dict[str, list[int]] = field(default_factory=dict)
    _settings: RawTable | None = None
    _workbook: bool = False

    def place(self, table: str, index: int | None = None, column: str | None = None) -> Place:
        """Where a row of the scenario stood, by table name and position in the scenario's table."""
        if table == SETTINGS:
            return self._setting_place(column)
        raw = self.tables.get(table)
        if raw is None:
            return Place(table if self._workbook else f"{table}.csv", column=column)
        row = None if index is None else self._rows[table][index]
        at = raw.header.index(column) if column is not None and column in raw.header else None
        place = raw.place(row, at)
        return place if at is not None else Place(place.source, place.row, column, None)

    def _setting_place(self, key: str | None) -> Place:
        raw = self._settings
        if raw is not None and key is not None and "key" in raw.header:
            at = raw.header.index("key")
            for row, cells in enumerate(raw.rows):
                if cells[at] == key:
                    value = raw.header.index("value") if "value" in raw.header else None
                    place = raw.place(row, value)
                    return Place(place.source, place.row or None, key, place.cell)
        return Place(SETTINGS if self._workbook else FILE, None, key)


def parse(raw: Raw) -> Parsed:
    """
    The scenario that a raw form tells.

    Parameters
    ----------
    raw
        Tables as read from a folder or workbook.
    """
    parsed = Parsed(
        Scenario.model_construct(),
        list(raw.issues),
        set(raw.unread),
        _settings=raw.settings,
        _workbook=raw.workbook,
    )
    fields = parse_settings(raw, parsed.place, parsed.issues)
    for name, table in (*tables().items(), (DISTANCES, matrix())):
        if name in raw.tables:
            fields[name] = _table(raw.tables[name], table, parsed)
    parsed.scenario = Scenario.model_construct(**fields)
    return parsed


def _table(raw: RawTable, table: Table, parsed: Parsed) -> tuple[BaseModel, ...]:
    """The rows of one table; rows with a broken cell lack its field."""
    parsed.tables[table.name] = raw
    parsed._rows[table.name] = list(range(len(raw.rows)))
    known = tuple(column.name for column in table.columns)
    required = tuple(column.name for column in table.columns if column.required)
    header = read_header(raw, known, required, parsed.issues)
    if header is None:
        parsed.unread.add(table.name)
        parsed._rows[table.name] = []
        return ()
    readers = [
        (column, header[column.name], _reader(column, raw.comma))
        for column in table.columns
        if column.name in header
    ]
    complete = all(name in header for name in required)
    rows: list[BaseModel] = []
    for row, cells in enumerate(raw.rows):
        values: dict[str, Any] = {}
        sound = complete and row not in raw.rough
        for column, at, read in readers:
            text = cells[at]
            if row in raw.rough:
                # Only the first cells can be trusted to stand in their columns.
                if column.name == "id" and at == 0 and text:
                    values["id"] = text
                continue
            if text is None:
                sound = False
                continue
            if not text:
                if column.required:
                    sound = False
                    parsed.issues.append(
                        raw.place(row, at).issue("C01", f"The cell is empty; expected {column.expected}.")
                    )
                continue
            try:
                values[column.field] = read(text, (row, at) in raw.dates)
            except CellError as fault:
                sound = False
                hint = fault.hint or _row_hint(column, cells, header)
                parsed.issues.append(raw.place(row, at).issue(fault.code, fault.message, hint))
                if column.name == "id":
                    # Others may name this row all the same; that is not their fault.
                    values["id"] = text
        rows.append(table.model.model_validate(values) if sound else table.model.model_construct(**values))
    return tuple(rows)


def _reader(column: Column, comma: bool) -> Callable[[str, bool], Any]:
    """``read_cell`` of a column, which reads a text that comes again only once."""
    seen: dict[str, Any] = {}

    def read(text: str, is_date: bool) -> Any:
        if is_date or text not in seen:
            value = read_cell(column, text, comma=comma, is_date=is_date)
            if is_date or len(seen) > 10_000:
                return value
            seen[text] = value
        return seen[text]

    return read


def _row_hint(column: Column, cells: list[str | None], header: dict[str, int]) -> str:
    """A hint that needs the row's other cells: swapped latitude and longitude."""
    if column.name not in ("latitude", "longitude") or not {"latitude", "longitude"} <= set(header):
        return ""
    try:
        latitude, longitude = (float(cells[header[name]] or "") for name in ("latitude", "longitude"))
    except ValueError:
        return ""
    if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:
        return (
            f"Latitude and longitude look swapped; did you mean "
            f"{cells[header['longitude']]}, {cells[header['latitude']]}?"
        )
    if abs(latitude) > 1_000 or abs(longitude) > 1_000:
        return "Is the decimal point missing?"
    return ""


def severe(issues: list[Issue]) -> bool:
    """Whether any of the issues is an error."""
    return any(issue.severity is Severity.ERROR for issue in issues)
