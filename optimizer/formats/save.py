"""A scenario written as a folder or as one workbook."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError, Sentence
from optimizer.formats.columns import DISTANCES, SETTINGS, Table, matrix, settings, tables, written
from optimizer.formats.raw import Raw, RawTable
from optimizer.formats.settings import write_settings
from optimizer.formats.tables import matrix_file, write_folder
from optimizer.formats.target import check_target, fits_sheet, is_workbook


def save(scenario: Scenario, path: Path | str) -> None:
    """
    Write a scenario; reading it again gives an equal one.

    Parameters
    ----------
    scenario
        What to write.
    path
        A file that ends in ``.xlsx`` for a workbook, otherwise a folder. Tables that
        are there already are replaced; other files of a folder are left alone.

    Raises
    ------
    InputError
        When something else stands at the path, or the path cannot be written.
    """
    path = Path(path)
    check_target(path)
    raw = raw_scenario(scenario)
    if scenario.distances:
        _check_matrix_name(raw, path)
    write_raw(raw, path)


def _check_matrix_name(raw: Raw, path: Path) -> None:
    place = Place(SETTINGS, column="travel.file")
    if not raw.setting("travel.file"):
        raise InputError(
            [place.issue("S04", Sentence("The scenario has distances, but no file is named for them."))]
        )
    file = matrix_file(raw, [f"{name}.csv" for name in tables()])
    if file is None:
        raise InputError(raw.issues)
    if is_workbook(path) and not fits_sheet(file.removesuffix(".csv")):
        raise InputError(
            [place.issue("F09", Sentence("{file} without .csv cannot be the name of a sheet.", file=file))]
        )


def write_raw(raw: Raw, path: Path) -> None:
    """
    Write the raw form of a scenario as a folder or a workbook.

    Raises
    ------
    InputError
        When the path cannot be written.
    """
    try:
        if is_workbook(path):
            # Here, because a folder needs nothing of it.
            from optimizer.formats.workbook_write import write_workbook

            path.parent.mkdir(parents=True, exist_ok=True)
            write_workbook(raw, path)
        else:
            write_folder(raw, path, write_settings(_known_settings(raw)))
    except OSError as error:
        message = Sentence("This cannot be written: {strerror}.", strerror=error.strerror or error)
        raise InputError([Place(str(path)).issue("F07", message)]) from error


def _known_settings(raw: Raw) -> dict[str, str]:
    """The first value of each known key."""
    found: dict[str, str] = {}
    if raw.settings is not None and {"key", "value"} <= set(raw.settings.header):
        key, value = (raw.settings.header.index(name) for name in ("key", "value"))
        for cells in raw.settings.rows:
            name = cells[key] or ""
            if name in settings():
                found.setdefault(name, cells[value] or "")
    return found


def raw_scenario(scenario: Scenario) -> Raw:
    """The raw form of a scenario, every column given; optional tables only where they have rows."""
    raw = Raw(settings=RawTable(SETTINGS, SETTINGS, ["key", "value"]))
    assert raw.settings is not None
    for key, column in settings().items():
        section, _, _ = key.rpartition(".")
        holder = getattr(scenario, section) if section else scenario
        raw.settings.rows.append([key, written(getattr(holder, column.field))])
        raw.settings.numbers.append(len(raw.settings.rows) + 1)
    for name, table in tables().items():
        rows = getattr(scenario, name)
        if rows or table.required:
            raw.tables[name] = _raw_table(table, f"{name}.csv", rows)
    if scenario.distances:
        raw.tables[DISTANCES] = _raw_table(matrix(), scenario.travel.file, scenario.distances)
    return raw


def _raw_table(table: Table, source: str, rows: tuple[BaseModel, ...]) -> RawTable:
    raw = RawTable(table.name, source, [column.name for column in table.columns])
    fields = [column.field for column in table.columns]
    raw.rows = [[written(getattr(row, field)) for field in fields] for row in rows]
    raw.numbers = list(range(2, len(raw.rows) + 2))
    return raw
