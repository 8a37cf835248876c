"""A scenario written as a folder or as one workbook."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from optimizer.domain.place import Place
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError
from optimizer.formats.columns import DISTANCES, SETTINGS, Table, matrix, settings, tables, written
from optimizer.formats.raw import Raw, RawTable
from optimizer.formats.settings import write_settings
from optimizer.formats.tables import write_folder

#: Suffix of a scenario in one workbook.
WORKBOOK = ".xlsx"


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
    if path.suffix.lower() != WORKBOOK and path.exists() and not path.is_dir():
        hint = "A scenario is written to a folder, or to a file that ends in .xlsx."
        raise InputError([Place(str(path)).issue("F07", "This is a file; expected a folder.", hint)])
    raw = raw_scenario(scenario)
    try:
        if path.suffix.lower() == WORKBOOK:
            from optimizer.formats.workbook_write import write_workbook

            write_workbook(raw, path)
        else:
            assert raw.settings is not None
            write_folder(
                raw, path, write_settings({str(key): value or "" for key, value in raw.settings.rows})
            )
    except OSError as error:
        raise InputError(
            [Place(str(path)).issue("F07", f"This cannot be written: {error.strerror}.")]
        ) from error


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
