"""Where a scenario comes from: a folder, or one workbook."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Sentence
from optimizer.formats.raw import Raw, shortened
from optimizer.formats.tables import read_folder

_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".csv", ".zip")


def read_raw(path: Path, *, own: bool = False) -> Raw:
    """
    The raw form of a scenario; whatever is wrong becomes an issue.

    Parameters
    ----------
    path
        A folder, or an ``.xlsx`` file.
    own
        Whether the planner's own tables (``x_``) are read too.
    """
    raw = Raw()
    try:
        if path.is_dir():
            return read_folder(path, own=own)
        exists = path.exists()
    except OSError as error:
        raw.issues.append(
            Place(shortened(str(path), 200)).issue(
                "F03", Sentence("This cannot be opened: {strerror}.", strerror=error.strerror)
            )
        )
        return raw
    if not exists:
        raw.issues.append(
            Place(shortened(str(path), 200)).issue(
                "F01", Sentence("There is nothing here; expected a scenario's folder or workbook.")
            )
        )
    elif path.suffix.lower() == ".xlsx":
        from optimizer.formats.workbook import read_workbook

        return read_workbook(path, own=own)
    else:
        hint = Sentence("Save it as .xlsx.") if path.suffix.lower() in _OTHER_WORKBOOKS else SILENCE
        if path.suffix.lower() in (".csv", ".toml"):
            hint = Sentence("Name the folder that holds it.")
        raw.issues.append(
            Place(path.name).issue("F05", Sentence("This is neither a folder nor an .xlsx workbook."), hint)
        )
    return raw
