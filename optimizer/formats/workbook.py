"""A scenario's workbook: a sheet per table, read to the raw form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from optimizer.domain.nearest import Names
from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence, Severity
from optimizer.formats.columns import DISTANCES, SETTINGS, column_names, tables
from optimizer.formats.package import Package, PackageError
from optimizer.formats.raw import (
    MAX_CELL,
    MAX_MATRIX_ROWS,
    MAX_ROWS,
    OWN,
    Cell,
    Raw,
    RawTable,
    letters,
    shortened,
)
from optimizer.formats.sheet_cells import Odd
from optimizer.formats.sheet_xml import Sheet, SheetReader, date_styles, shared_strings
from optimizer.formats.tables import matrix_file


@dataclass(frozen=True, slots=True)
class _Entry:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


def read_workbook(path: Path, *, own: bool = False) -> Raw:
    """
    The raw form of a scenario's workbook; whatever is wrong becomes an issue.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    own
        Whether the planner's own sheets (``x_``) are read too.
    """
    raw = Raw(workbook=True)
    try:
        package = Package(path, raw.issues)
        entries, reader = _open(package)
    except PackageError as error:
        # Without a code, the file could not be opened, which is told already.
        if error.code:
            raw.issues.append(error.issue(path.name))
        return raw
    _tables(raw, reader, entries, own=own)
    return raw


def _open(package: Package) -> tuple[dict[str, _Entry], SheetReader]:
    """The sheets by name, and what reads them."""
    relations = package.relations("")
    book = next(
        (target for kind, target in relations.values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    targets = package.relations(book)
    entries: dict[str, _Entry] = {}
    flags = {"1904": False}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "workbookPr":
            flags["1904"] = attributes.get("date1904") in ("1", "true")
        elif element == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            kind, part = targets.get(relation, ("", ""))
            name = attributes.get("name", "")
            part = part if kind == "worksheet" else SILENCE
            if len(entries) > 1_000:
                raise PackageError("F06", Sentence("The workbook has more than 1,000 sheets."))
            entries[name] = _Entry(name, part, attributes.get("state", "visible") != "visible")

    package.parse(book, start)
    parts = dict(targets.values())
    strings = shared_strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else []
    dates = date_styles(package, parts["styles"]) if "styles" in parts else []
    return entries, SheetReader(package, strings, dates, from_1904=flags["1904"])


def _tables(raw: Raw, reader: SheetReader, entries: dict[str, _Entry], *, own: bool) -> None:
    expected = (SETTINGS, *tables())
    if SETTINGS in entries:
        raw.settings = _read(raw, reader, entries[SETTINGS], SETTINGS, own=own)
    else:
        raw.issues.append(_missing(SETTINGS, entries))
    for name, table in tables().items():
        if name in entries:
            _add(raw, name, _read(raw, reader, entries[name], name, own=own))
        elif table.required:
            raw.issues.append(_missing(name, entries))
            raw.unread.add(name)
    file = matrix_file(raw, [f"{name}.csv" for name in expected])
    distances = None if file is None else file.removesuffix(".csv")
    if distances is not None:
        provider = raw.setting("travel.provider")
        if distances not in entries:
            raw.unread.add(DISTANCES)
            if provider == "matrix":
                hint = Sentence("travel.file of the sheet scenario names it, with columns from, to, metres.")
                raw.issues.append(
                    Place(shortened(distances)).issue("F01", Sentence("The matrix sheet is missing."), hint)
                )
        elif own or provider in ("matrix", "osrm", "valhalla"):
            _add(raw, DISTANCES, _read(raw, reader, entries[distances], DISTANCES, own=own))
    for name, entry in entries.items():
        if name in expected or name == distances:
            continue
        if name.startswith(OWN):
            if own:
                _add(raw, name, _read(raw, reader, entry, name, own=own))
            continue
        hint = Names(expected).hint(name) or Sentence(
            "Delete it, or rename it: sheets of your own start with {own}.", own=OWN
        )
        raw.issues.append(
            Place(shortened(name)).issue("F02", Sentence("No table of a scenario has this sheet name."), hint)
        )


def _add(raw: Raw, name: str, table: RawTable | None) -> None:
    if table is None:
        raw.unread.add(name)
    else:
        raw.tables[name] = table


def _missing(name: str, entries: dict[str, _Entry]) -> Issue:
    others = [entry for entry in entries if entry not in (SETTINGS, *tables())]
    near = Names(others).nearest(name)
    columns = column_names(name, required=True)
    hint = (
        Sentence("Rename {near} to {name}?", near=shortened(near), name=name)
        if near
        else Sentence("It needs a header with at least {columns}.", columns=", ".join(columns))
    )
    return Place(name).issue("F01", Sentence("The sheet is missing."), hint)


def _read(raw: Raw, reader: SheetReader, entry: _Entry, name: str, *, own: bool = False) -> RawTable | None:
    """One sheet as a raw table; what it holds beside a plain table is told."""
    place = Place(entry.name)
    limit = MAX_MATRIX_ROWS if name == DISTANCES else MAX_ROWS
    if not entry.part:
        raw.issues.append(place.issue("F04", Sentence("The sheet holds no cells; expected a table.")))
        return None
    try:
        sheet = reader.read(entry.part, max_rows=limit + 1)
    except PackageError as error:
        raw.issues.append(error.issue(entry.name))
        return None
    if entry.hidden:
        raw.issues.append(place.warning("W17", Sentence("The sheet is hidden; it is read all the same.")))
    if sheet.hidden_rows:
        message = Sentence(
            "{count:,} rows are hidden or filtered out; they are read all the same.",
            count=sheet.hidden_rows,
        )
        raw.issues.append(place.warning("W17", message))
    severity = Severity.WARNING if name.startswith(OWN) else Severity.ERROR
    for merged in sheet.merged:
        message = Sentence(
            "The cells {merged} are merged; expected one value per cell.", merged=shortened(merged)
        )
        spot = Place(entry.name, cell=shortened(merged.partition(":")[0]))
        raw.issues.append(spot.issue("H10", message, Sentence("Unmerge them and fill each."), severity))
    return _table(raw, sheet, name, entry.name, own=own)


def _table(raw: Raw, sheet: Sheet, name: str, source: str, *, own: bool) -> RawTable | None:
    names = {
        at: value if isinstance(value, str) else value.text for at, value in sheet.rows.pop(1, {}).items()
    }
    if not any(names.values()):
        hint = (
            Sentence("The first row names the columns: {columns}.", columns=", ".join(column_names(name)))
            if column_names(name)
            else SILENCE
        )
        raw.issues.append(Place(source, 1).issue("H01", Sentence("There is no header row."), hint))
        return None
    positions = sorted({*names, *(at for cells in sheet.rows.values() for at in cells)})
    table = RawTable(name, source, [names.get(at, "") for at in positions], columns=positions)
    index = {at: number for number, at in enumerate(positions)}
    for number in sorted(sheet.rows):
        row: list[Cell] = [""] * len(positions)
        for at, value in sheet.rows[number].items():
            row[index[at]] = _cell(raw, table, number, index[at], value, own=own)
        table.rows.append(row)
        table.numbers.append(number)
    return table


def _cell(raw: Raw, table: RawTable, number: int, at: int, value: str | Odd, *, own: bool) -> Cell:
    if isinstance(value, str):
        if len(value) <= MAX_CELL:
            return value
        value = Odd(
            "H05", "", Sentence("The cell holds more than {max_cell:,} characters.", max_cell=MAX_CELL)
        )
    mine = table.own(at) or table.name.startswith(OWN)
    if own or not mine:
        # What stands in a planner's own column matters only where it should be carried on.
        if raw.issues.full(value.code, table.source, table.header[at] or None):
            return None
        severity = Severity.WARNING if mine else Severity.ERROR
        place = Place(table.source, number, table.header[at] or None, f"{letters(table.columns[at])}{number}")
        raw.issues.append(place.issue(value.code, value.message, value.hint, severity))
    return None
