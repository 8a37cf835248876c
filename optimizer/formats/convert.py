"""``mtu convert``: a folder into a workbook and back, cell by cell, without understanding them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from optimizer.domain.place import Place
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.formats.columns import DISTANCES, SETTINGS, settings
from optimizer.formats.plain_file import read_text
from optimizer.formats.raw import MAX_CELL, OWN, Raw, RawTable, shortened
from optimizer.formats.save import write_raw
from optimizer.formats.settings import FILE, is_help
from optimizer.formats.source import read_raw
from optimizer.formats.tables import MAX_SETTINGS_BYTES
from optimizer.formats.target import fits_sheet, free_target, is_workbook
from optimizer.formats.workbook_write import HELP_COLUMN


def convert(source: Path | str, target: Path | str) -> tuple[Issue, ...]:
    """
    Write a scenario in the other form; columns, sheets and tables of ``x_`` go along.

    Texts are carried as they stand, trimmed, so a scenario with mistakes can be
    converted too. In the sheet of a table read with decimal commas, numbers get points.

    Parameters
    ----------
    source
        A folder or an ``.xlsx`` file.
    target
        A file that ends in ``.xlsx`` for a workbook, otherwise a folder; nothing may be there yet.

    Returns
    -------
    tuple[Issue, ...]
        What was found in reading, and what could not be carried.

    Raises
    ------
    InputError
        When nothing can be read, or the target cannot be written.
    """
    source, target = Path(source), Path(target)
    free_target(target)
    raw = read_raw(source, own=True)
    if raw.settings is None and not raw.tables:
        raise InputError(raw.issues)
    lost = list(_lost_in_workbook(raw) if is_workbook(target) else _lost_in_folder(raw))
    if not raw.workbook and is_workbook(target):
        lost += _lost_comments(source)
    write_raw(raw, target)
    return (*raw.issues, *lost)


def _lost_in_workbook(raw: Raw) -> Iterator[Issue]:
    """What a workbook cannot hold; it is taken out of the raw form."""
    sheets = {name.casefold() for name in raw.tables if not name.startswith(OWN)} | {SETTINGS}
    for name in list(raw.tables):
        table = raw.tables[name]
        if name == DISTANCES or name.startswith(OWN):
            sheet = raw.setting("travel.file").removesuffix(".csv") if name == DISTANCES else name
            if not fits_sheet(sheet) or (sheet.casefold() in sheets and sheet != name):
                del raw.tables[name]
                message = Sentence(
                    '"{sheet}" cannot be the name of a sheet; the table is left out.', sheet=shortened(sheet)
                )
                hint = Sentence("A sheet's name has at most 31 characters and none of [ ] : * ? / \\ '.")
                yield Place(table.source).issue("F09", message, hint)
                continue
            sheets.add(sheet.casefold())
        yield from _cut_long_cells(table)


def _cut_long_cells(table: RawTable) -> Iterator[Issue]:
    for row, cells in enumerate(table.rows):
        for at, text in enumerate(cells):
            if text is not None and len(text) > MAX_CELL:
                cells[at] = None
                message = Sentence(
                    "A cell of a workbook holds at most {max_cell:,} characters; this one is left empty.",
                    max_cell=MAX_CELL,
                )
                yield table.place(row, at).issue("F09", message)


def _lost_in_folder(raw: Raw) -> Iterator[Issue]:
    """What ``scenario.toml`` cannot hold."""
    table = raw.settings
    if table is None:
        return
    for at, name in enumerate(table.header):
        if name not in ("key", "value", HELP_COLUMN) and any(cells[at] for cells in table.rows):
            message = Sentence(
                '{file} has no room for the column "{name}"; it is left out.', file=FILE, name=shortened(name)
            )
            yield Place(table.source, 1, None, table.place(None, at).cell).issue("F09", message)
    if not {"key", "value"} <= set(table.header):
        return
    key = table.header.index("key")
    seen: set[str] = set()
    for row, cells in enumerate(table.rows):
        name = cells[key] or ""
        if name not in settings() or name in seen:
            what = Sentence("stands twice") if name in seen else Sentence("is not a key of a scenario")
            message = Sentence('"{name}" {what}; the row is left out.', name=shortened(name), what=what)
            yield table.place(row, key).issue("F09", message)
        seen.add(name)


def _lost_comments(folder: Path) -> Iterator[Issue]:
    text = read_text(folder / FILE, FILE, [], limit=MAX_SETTINGS_BYTES) or ""
    comments = [match[1].strip() for match in re.finditer(r"(?:^|\s)#([^\n]*)$", text, re.MULTILINE)]
    if any(comment and not is_help(comment) for comment in comments):
        yield Place(FILE).warning(
            "W19", Sentence("Its comments are left out; a workbook has no place for them.")
        )
