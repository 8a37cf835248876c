"""The one parser: from the raw form to a scenario, with every problem of its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from optimizer.domain.issue_list import MOST_KEPT, IssueList
from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import SILENCE, Sentence
from optimizer.formats import cell_hints
from optimizer.formats.cells import CellError, read_cell
from optimizer.formats.columns import (
    DISTANCES,
    SETTINGS,
    Column,
    Kind,
    Table,
    column_names,
    matrix,
    tables,
    written,
)
from optimizer.formats.header import read_header
from optimizer.formats.parse_settings import parse_settings
from optimizer.formats.raw import Cell, Day, Raw, RawTable
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
    issues: IssueList
    unread: set[str]
    tables: dict[str, RawTable] = field(default_factory=dict)
    _settings: RawTable | None = None
    _workbook: bool = False

    def place(self, table: str, index: int | None = None, column: str | None = None) -> Place:
        """Where a row of the scenario stood, by table name and position in the scenario's table."""
        if table == SETTINGS:
            return self._setting_place(column)
        raw = self.tables.get(table)
        if raw is None:
            return Place(table if self._workbook else f"{table}.csv", column=column)
        at = raw.header.index(column) if column is not None and column in raw.header else None
        place = raw.place(index, at)
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
        raw.issues,
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
    """The rows of one table, one for each raw row; those with a broken cell lack its field."""
    parsed.tables[table.name] = raw
    required = column_names(table.name, required=True)
    header = read_header(raw, column_names(table.name), required, parsed.issues)
    if header is None:
        parsed.unread.add(table.name)
        return ()
    readers = [_Reader(column, raw, header) for column in table.columns if column.name in header]
    complete = all(name in header for name in required)
    rows: list[BaseModel] = []
    for row, cells in enumerate(raw.rows):
        if row in raw.rough:
            # Its cells may stand in wrong columns, but others may name it all the same.
            known: dict[str, Any] = {"id": cells[0]} if header.get("id") == 0 and cells[0] else {}
            rows.append(table.model.model_construct(**known))
            continue
        values: dict[str, Any] = {}
        for reader in readers:
            reader.read(row, cells, values, parsed.issues)
        sound = complete and not values.pop("", False)
        rows.append(table.model.model_validate(values) if sound else table.model.model_construct(**values))
    return tuple(rows)


class _Reader:
    """Reads one column; a text that comes again is read only once."""

    def __init__(self, column: Column, raw: RawTable, header: dict[str, int]) -> None:
        self._column = column
        self._raw = raw
        self._header = header
        self._at = header[column.name]
        self._seen: dict[str, Any] = {}
        self._faults = 0
        self._rate = column.kind is Kind.NUMBER and column.name not in ("latitude", "longitude")

    def read(self, row: int, cells: list[Cell], values: dict[str, Any], issues: IssueList) -> None:
        """Add the cell's value to the row's; the empty name marks a row with a broken cell."""
        column, text = self._column, cells[self._at]
        if text is None or (not text and column.required):
            values[""] = True
            if text is not None and not issues.full("C01", self._raw.source, column.name):
                message = Sentence("The cell is empty; expected {expected}.", expected=column.expected)
                issues.append(self._raw.place(row, self._at).issue("C01", message))
        elif text in self._seen and not isinstance(text, Day):
            values[column.field] = self._seen[text]
        elif text:
            if self._faults < MOST_KEPT:
                try:
                    values[column.field] = self._value(row, text, issues)
                    return
                except CellError as fault:
                    self._tell(fault, row, cells, issues)
            values[""] = True
            if column.name == "id":
                # Others may name this row all the same; that is not their fault.
                values["id"] = text

    def _tell(self, fault: CellError, row: int, cells: list[Cell], issues: IssueList) -> None:
        hint = fault.hint or _row_hint(self._column, cells, self._header)
        place = self._raw.place(row, self._at)
        issues.append(place.issue(fault.code, fault.message, hint))
        self._faults += 1
        if self._faults == MOST_KEPT:
            message = Sentence(
                "This is the cell number {number:,} of this column that is broken; no others are read.",
                number=MOST_KEPT,
            )
            issues.append(place.issue("C19", message))

    def _value(self, row: int, text: str, issues: IssueList) -> Any:
        value = read_cell(self._column, text, comma=self._raw.comma)
        if self._rate and (hint := cell_hints.thousands(text)):
            message = Sentence('"{text}" is read as {value}.', text=text, value=written(value))
            issues.append(self._raw.place(row, self._at).warning("W14", message, hint))
        elif len(self._seen) < 10_000 and not isinstance(text, Day):
            self._seen[text] = value
        return value


def _row_hint(column: Column, cells: list[str | None], header: dict[str, int]) -> Sentence:
    """A hint that needs the row's other cells: swapped latitude and longitude."""
    if column.name not in ("latitude", "longitude") or not {"latitude", "longitude"} <= set(header):
        return SILENCE
    try:
        latitude, longitude = (float(cells[header[name]] or "") for name in ("latitude", "longitude"))
    except ValueError:
        return SILENCE
    if abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180:
        return Sentence(
            "Latitude and longitude look swapped; did you mean {latitude}, {longitude}?",
            latitude=cells[header["longitude"]],
            longitude=cells[header["latitude"]],
        )
    if abs(latitude) > 1_000 or abs(longitude) > 1_000:
        return Sentence("Is the decimal point missing?")
    return SILENCE
