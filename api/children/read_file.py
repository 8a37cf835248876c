"""Reads a scenario's file: ``python -m api.children.read_file FILE LANGUAGE``; prints it and its issues."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import optimizer
from api.issues import told
from optimizer.exceptions import InputError, Issue, Sentence

#: What an archive may hold.
MAX_FILES = 100
MAX_UNPACKED = 150_000_000


def read(file: Path, language: Any) -> dict[str, Any]:
    """
    The scenario of a workbook, of an archive of CSV files or of a folder.

    Parameters
    ----------
    language
        In which issues are told.

    Returns
    -------
    dict
        ``scenario``: its JSON text, None where it has errors; ``issues``: each as the service tells it.
    """
    try:
        source = _unpacked(file) if file.suffix == ".zip" else file
        scenario = optimizer.load(source)
    except InputError as error:
        return {"scenario": None, "issues": [told(issue, language).model_dump() for issue in error.issues]}
    issues = [told(issue, language).model_dump() for issue in optimizer.validate(source)]
    return {"scenario": scenario.model_dump_json(by_alias=True, exclude_defaults=True), "issues": issues}


def _unpacked(file: Path) -> Path:
    """The folder of an archive: looked over before anything is unpacked, names taken as names alone."""
    folder = file.with_name("scenario")
    folder.mkdir()
    try:
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _look_over(members)
            for one in members:
                place = folder / PurePosixPath(one.filename).name
                with archive.open(one) as member:
                    # One byte more than announced shows an archive that lies.
                    data = member.read(one.file_size + 1)
                if len(data) > one.file_size or place.exists():
                    raise _refused(Sentence("The archive holds more than it says, or a file twice."))
                place.write_bytes(data)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _refused(
            Sentence("The file is not a zip archive that can be read ({error}).", error=type(error).__name__)
        ) from None
    return folder


def _look_over(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_FILES or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise _refused(Sentence("The archive holds more than a scenario may."))
    if len({PurePosixPath(one.filename).parent for one in members}) > 1:
        raise _refused(
            Sentence("The archive holds more than one folder; expected the files of one scenario.")
        )
    if any(one.flag_bits & 0x1 for one in members):
        raise _refused(Sentence("The archive is protected by a password."))
    if any(PurePosixPath(one.filename).name in ("", ".", "..") for one in members):
        raise _refused(Sentence("The archive holds a file name that cannot be used."))


def _refused(text: Sentence) -> InputError:
    return InputError([Issue("F04", text)])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]), sys.argv[2])))
