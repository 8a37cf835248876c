"""Foreign text made harmless for the file it goes into: workbook cells, CSV cells, file names."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSAFE_IN_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]")
_CELL_LIMIT = 32_000  # Excel refuses cells of more than 32,767 characters


def clean_text(text: str) -> str:
    """Text that fits into any cell, page or calendar: no characters that XML forbids, not too long."""
    clean = _NOT_IN_XML.sub("\ufffd", text)
    return clean if len(clean) <= _CELL_LIMIT else clean[: _CELL_LIMIT - 1] + "…"


def csv_text(text: str) -> str:
    """
    Text that a spreadsheet program does not take for a formula when it opens a CSV file.

    An apostrophe is put before whatever starts like one; line breaks become ``, ``.
    For columns of text alone: numbers stay numbers.
    """
    line = ", ".join(part.strip() for part in text.splitlines()) if "\n" in text or "\r" in text else text
    return f"'{line}" if line.lstrip().startswith(_FORMULA_STARTS) or line[:1] == "\t" else line


def file_names(ids: Sequence[str]) -> dict[str, str]:
    """
    A file name without ending for each id, of plain letters, digits, dot, dash and underscore.

    No two are the same, not even where capitals do not count. An id that had to be changed
    or shares its name carries a piece of its own fingerprint, so that adding other ids
    later renames no file of plain ids.
    """
    alike = Counter(identity.casefold() for identity in ids)
    names = {}
    for identity in ids:
        name = _UNSAFE_IN_FILE_NAME.sub("_", identity)
        if name != identity or alike[identity.casefold()] > 1:
            name += "-" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        names[identity] = name
    return names
