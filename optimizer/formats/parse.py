"""The one parser: from the raw form to a scenario, with every problem of its cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from optimizer.domain.nearest import Names
from optimizer.domain.place import Place
from optimizer.domain.scenario import Moves, Objective, Scenario, Travel
from optimizer.exceptions import Issue, Severity
from optimizer.formats.cells import CellError, read_cell
from optimizer.formats.columns import DISTANCES, SETTINGS, Column, Table, matrix, settings, tables
from optimizer.formats.raw import OWN, Raw, RawTable, shortened
from optimizer.formats.settings import FILE, unknown_key

SECTIONS: dict[str, type[BaseModel]] = {"moves": Moves, "travel": Travel, "objective": Objective}


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
    fields = _settings(raw, parsed)
    for name, table in (*tables().items(), (DISTANCES, matrix())):
        if name in raw.tables:
            fields[name] = _table(raw.tables[name], table, parsed)
    parsed.scenario = Scenario.model_construct(**fields)
    return parsed


def _settings(raw: Raw, parsed: Parsed) -> dict[str, Any]:
    """The scenario's own fields; those that could not be read are left out."""
    table = raw.settings
    given: dict[str, tuple[str | None, Place]] = {}
    if table is not None:
        header = _header(table, ("key", "value"), ("key", "value"), parsed.issues)
        if header is None:
            table = None
        else:
            _gather_settings(table, header, given, parsed.issues)
    fields: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, column in settings().items():
        section, _, _ = key.rpartition(".")
        text, place = given.get(key, ("", parsed.place(SETTINGS, column=key)))
        into = sections[section] if section else fields
        if text is None:
            continue
        if not text and not _empty_means_empty(column, key in given):
            if column.required and table is not None:
                message = "The key is missing." if key not in given else "The value is empty."
                parsed.issues.append(place.issue("S06", f"{message[:-1]}; expected {column.expected}."))
            continue
        try:
            into[column.field] = read_cell(column, text, is_date=_is_date(table, place))
        except CellError as fault:
            parsed.issues.append(place.issue(fault.code, fault.message, fault.hint))
    for section, model in SECTIONS.items():
        fields[section] = model.model_construct(**sections[section])
    return fields


def _empty_means_empty(column: Column, given: bool) -> bool:
    """Whether an empty value says something: no holidays, no working days, no file."""
    return given and not column.required and column.name in ("holidays", "working_days", "travel.file")


def _is_date(table: RawTable | None, place: Place) -> bool:
    if table is None or not table.dates or place.row is None:
        return False
    row = table.numbers.index(place.row)
    return (row, table.header.index("value")) in table.dates


def _gather_settings(
    table: RawTable,
    header: dict[str, int],
    given: dict[str, tuple[str | None, Place]],
    issues: list[Issue],
) -> None:
    for row, cells in enumerate(table.rows):
        key = cells[header["key"]]
        place = table.place(row, header["value"])
        place = Place(place.source, place.row or None, key, place.cell)
        if row in table.rough:
            continue
        if not key:
            if key is not None:
                issues.append(
                    Place(place.source, place.row).issue("S03", "A value stands here without a key.")
                )
        elif key not in settings():
            issues.append(unknown_key(key, Place(place.source, place.row, None, place.cell)))
        elif key in given:
            first = given[key][1].row
            issues.append(place.issue("S07", f"The key stands twice, first in row {first}."))
        else:
            given[key] = (cells[header["value"]], place)


def _header(
    table: RawTable, known: tuple[str, ...], required: tuple[str, ...], issues: list[Issue]
) -> dict[str, int] | None:
    """Position of each known column; None where a required one is missing."""
    found: dict[str, int] = {}
    names = Names(known)
    missing = [name for name in required if name not in table.header]
    for at, name in enumerate(table.header):
        place = table.place(None, at)
        place = Place(place.source, 1, None, place.cell)
        if not name:
            if any(row[at] for row in table.rows):
                issues.append(place.issue("H06", f"Column {at + 1} holds cells but has no name."))
        elif name in found or name in table.header[:at]:
            issues.append(place.issue("H07", f'The column "{shortened(name)}" stands twice.'))
        elif name in names:
            found[name] = at
        elif not name.startswith(OWN):
            hint = names.hint(name) or f"Columns: {', '.join(known)}; columns of your own start with {OWN}."
            issues.append(place.issue("H08", f'"{shortened(name)}" is not a column of this table.', hint))
    for name in missing:
        unknown = [
            other for other in table.header if other and other not in names and not other.startswith(OWN)
        ]
        near = Names(unknown).nearest(name)
        hint = f'Rename the column "{shortened(near)}" to {name}?' if near else ""
        issues.append(Place(table.source, 1).issue("H09", f'The column "{name}" is missing.', hint))
    return None if missing and len(missing) == len(required) else found


def _table(raw: RawTable, table: Table, parsed: Parsed) -> tuple[BaseModel, ...]:
    """The rows of one table; rows with a broken cell lack its field."""
    parsed.tables[table.name] = raw
    parsed._rows[table.name] = list(range(len(raw.rows)))
    known = tuple(column.name for column in table.columns)
    required = tuple(column.name for column in table.columns if column.required)
    header = _header(raw, known, required, parsed.issues)
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
