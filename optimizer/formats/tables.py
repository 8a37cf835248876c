"""A scenario's folder: a CSV file per table and ``scenario.toml``, to the raw form and back."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from optimizer.domain.nearest import Names
from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence
from optimizer.formats.columns import DISTANCES, SETTINGS, matrix, tables
from optimizer.formats.csv_text import read_table, table_text
from optimizer.formats.plain_file import MAX_BYTES, read_text, read_utf8, write_text
from optimizer.formats.raw import OWN, Raw, RawTable, shortened
from optimizer.formats.settings import FILE, read_settings

#: Bytes that ``scenario.toml`` may have.
MAX_SETTINGS_BYTES = 100_000

#: Files that a scenario's folder may hold.
MAX_FILES = 10_000


def read_folder(folder: Path, *, own: bool = False) -> Raw:
    """
    The raw form of a scenario's folder; whatever is wrong becomes an issue.

    Parameters
    ----------
    folder
        The folder; must exist.
    own
        Whether the planner's own tables (``x_...csv``) are read too.
    """
    raw = Raw()
    names = _names(folder, raw.issues)
    if FILE not in names:
        raw.issues.append(_missing(FILE, names))
    else:
        text = read_text(folder / FILE, FILE, raw.issues, limit=MAX_SETTINGS_BYTES)
        raw.settings = None if text is None else read_settings(text, raw.issues)
    expected = {f"{name}.csv": name for name in tables()}
    file = matrix_file(raw, expected)
    for source, name in expected.items():
        if source in names:
            _read(raw, folder / source, name, source)
        elif tables()[name].required:
            raw.issues.append(_missing(source, names))
            raw.unread.add(name)
    if file is not None:
        _read_matrix(raw, folder, file, own=own)
    for source in names:
        if not source.lower().endswith(".csv") or source in expected or source == file:
            continue
        if source.startswith(OWN):
            if own:
                _read(raw, folder / source, source[: -len(".csv")], source)
            continue
        hint = Names(expected).hint(source) or Sentence("Files of your own start with {own}.", own=OWN)
        raw.issues.append(
            Place(shortened(source)).issue(
                "F02", Sentence("No table of a scenario has this file name."), hint
            )
        )
    return raw


def matrix_file(raw: Raw, taken: Iterable[str]) -> str | None:
    """
    The file that ``travel.file`` names, checked as far as the name goes; None where there is none.

    Parameters
    ----------
    raw
        The scenario; its settings are read.
    taken
        File names of the tables.
    """
    provider, file = raw.setting("travel.provider"), raw.setting("travel.file")
    needed = provider in ("matrix", "osrm", "valhalla")
    source = SETTINGS if raw.workbook else FILE
    place = Place(source, column="travel.file")
    if not file:
        if needed:
            message = Sentence("No file is named, but travel.provider is {provider}.", provider=provider)
            raw.issues.append(
                place.issue(
                    "S04", message, Sentence('Name a matrix file, for example file = "distances.csv".')
                )
            )
            raw.unread.add(DISTANCES)
        return None
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or "\\" in file or ":" in file or not path.name:
        message = Sentence(
            '"{file}" lies outside the scenario; expected the name of a file inside its folder.',
            file=shortened(file),
        )
        raw.issues.append(place.issue("S05", message))
    elif path.suffix != ".csv" or path.name == ".csv":
        raw.issues.append(
            place.issue("S05", Sentence('"{file}" is not the name of a .csv file.', file=shortened(file)))
        )
    elif str(path) in taken or str(path) == f"{SETTINGS}.csv":
        raw.issues.append(
            place.issue("S05", Sentence('"{file}" is the name of another table.', file=shortened(file)))
        )
    else:
        return str(path)
    raw.unread.add(DISTANCES)
    return None


def _read_matrix(raw: Raw, folder: Path, file: str, *, own: bool) -> None:
    path = folder / file
    provider = raw.setting("travel.provider")
    if not path.exists():
        raw.unread.add(DISTANCES)
        # mtu matrix writes that of the others.
        if provider == "matrix":
            hint = Sentence("travel.file of scenario.toml names it, with columns from, to, metres.")
            raw.issues.append(Place(file).issue("F01", Sentence("The matrix file is missing."), hint))
    elif not path.resolve().is_relative_to(folder.resolve()):
        raw.unread.add(DISTANCES)
        message = Sentence('"{file}" leads outside the scenario\'s folder.', file=shortened(file))
        raw.issues.append(Place(FILE, column="travel.file").issue("S05", message))
    elif own or provider in ("matrix", "osrm", "valhalla"):
        _read(raw, path, DISTANCES, file)


def _read(raw: Raw, path: Path, name: str, source: str) -> None:
    data = read_utf8(path, source, raw.issues, limit=MAX_BYTES)
    table = None
    if data is not None:
        known = matrix() if name == DISTANCES else tables().get(name)
        table = read_table(data, name, source, known, raw.issues)
    if table is None:
        raw.unread.add(name)
    else:
        raw.tables[name] = table


def _names(folder: Path, issues: list[Issue]) -> list[str]:
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if len(names) == MAX_FILES:
                issues.append(
                    Place(folder.name).issue(
                        "F06",
                        Sentence("The folder holds more than {max_files:,} files.", max_files=MAX_FILES),
                    )
                )
                break
            names.append(entry.name)
    return sorted(names)


def _missing(source: str, names: list[str]) -> Issue:
    others = [name for name in names if name not in {FILE, *(f"{table}.csv" for table in tables())}]
    near = Names(others).nearest(source)
    hint = Sentence("Rename {near} to {name}?", near=shortened(near), name=source) if near else SILENCE
    if not hint and source != FILE:
        columns = ", ".join(
            column.name for column in tables()[source[: -len(".csv")]].columns if column.required
        )
        hint = Sentence("It needs a header row with at least {columns}.", columns=columns)
    return Place(source).issue("F01", Sentence("The file is missing."), hint)


def write_folder(raw: Raw, folder: Path, settings_text: str) -> None:
    """
    Write every table of the raw form and ``scenario.toml``; each file appears whole or not at all.

    Files of the folder that have no table in ``raw`` are left alone, but for optional
    tables of a scenario: what stood in them before would be read again, so they keep
    their header alone.

    Parameters
    ----------
    raw
        The tables; a matrix goes to the file that ``travel.file`` names, checked before.
    folder
        Made where it does not exist.
    settings_text
        Text of ``scenario.toml``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in raw.tables.items():
        path = folder / (raw.setting("travel.file") if name == DISTANCES else f"{name}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, table_text(table))
    for name, known in tables().items():
        if name not in raw.tables and (folder / f"{name}.csv").exists():
            header = [column.name for column in known.columns]
            write_text(folder / f"{name}.csv", table_text(RawTable(name, f"{name}.csv", header)))
    write_text(folder / FILE, settings_text)
