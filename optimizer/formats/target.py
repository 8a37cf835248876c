"""Where a scenario may be written to."""

from __future__ import annotations

import re
from pathlib import Path

from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, InputError, Sentence

#: Suffix of a scenario in one workbook.
WORKBOOK = ".xlsx"

#: Suffixes of files that a folder would hardly bear.
_FILES = (".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".toml", ".json", ".zip", ".txt")


#: What the name of a sheet may hold, and how long it may be.
_SHEET = re.compile(r"(?!')[^\[\]:*?/\\]{1,31}(?<!')")


def fits_sheet(name: str) -> bool:
    """Whether a name can be the name of a sheet."""
    return _SHEET.fullmatch(name) is not None and name.casefold() != "history"


def is_workbook(path: Path) -> bool:
    """Whether a scenario of this path is one workbook, not a folder."""
    return path.suffix.lower() == WORKBOOK


def check_target(path: Path) -> None:
    """
    Refuse a path that is neither a workbook's nor a folder's.

    Raises
    ------
    InputError
        When it is the name of another kind of file, or another kind of thing stands there.
    """
    hint = Sentence("A scenario is written to a folder, or to a file that ends in .xlsx.")
    message = SILENCE
    if is_workbook(path):
        if path.is_dir():
            message = Sentence("This is a folder; expected the name of a file.")
    elif path.suffix.lower() in _FILES:
        message = Sentence("A scenario cannot be written as {suffix}.", suffix=path.suffix)
    elif path.exists() and not path.is_dir():
        message = Sentence("This is a file; expected a folder.")
    if message:
        raise InputError([Place(str(path)).issue("F07", message, hint)])


def free_target(path: Path) -> None:
    """
    Refuse a path where something is already; an empty folder is nothing.

    Raises
    ------
    InputError
        When something stands there, or `check_target` refuses it.
    """
    check_target(path)
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        hint = Sentence("Name another place, or move it away first.")
        raise InputError(
            [Place(str(path)).issue("F08", Sentence("Something is here already; it is left as it is."), hint)]
        )
