"""Text files from outside: only plain files, of a bounded size, in UTF-8; written whole or not at all."""

from __future__ import annotations

import codecs
import os
import stat
import tempfile
from pathlib import Path

from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence

#: Bytes that a CSV file may have.
MAX_BYTES = 40_000_000

_PIECE = 1 << 20

_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", Sentence("a workbook or zip file")),
    (b"\xd0\xcf\x11\xe0", Sentence("an old workbook (.xls)")),
    (b"%PDF", Sentence("a PDF")),
    (b"\x1f\x8b", Sentence("a gzip file")),
)


def read_bytes(path: Path, source: str, issues: list[Issue], *, limit: int) -> bytes | None:
    """
    The bytes of a plain file; None where it cannot be had, which an issue tells.

    Parameters
    ----------
    path
        The file. Pipes, devices and folders are refused without waiting for them.
    source
        Its name in messages.
    issues
        Where problems are added.
    limit
        Most bytes accepted.
    """
    place = Place(source)
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        issues.append(
            place.issue("F03", Sentence("The file cannot be opened: {strerror}.", strerror=error.strerror))
        )
        return None
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            what = Sentence("a folder") if stat.S_ISDIR(state.st_mode) else Sentence("not a plain file")
            issues.append(place.issue("F03", Sentence("This is {what}; expected a file.", what=what)))
            return None
        if state.st_size > limit:
            issues.append(
                place.issue(
                    "F06",
                    Sentence(
                        "The file has {size:,} bytes; at most {limit:,} are read.",
                        size=state.st_size,
                        limit=limit,
                    ),
                )
            )
            return None
        with os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        issues.append(
            place.issue("F03", Sentence("The file cannot be read: {strerror}.", strerror=error.strerror))
        )
        return None
    finally:
        os.close(handle)
    if len(data) > limit:
        issues.append(place.issue("F06", Sentence("The file has more than {limit:,} bytes.", limit=limit)))
        return None
    return data


def read_utf8(path: Path, source: str, issues: list[Issue], *, limit: int) -> bytes | None:
    """The bytes of a plain file that is sound UTF-8 without zero bytes; None where an issue was added."""
    data = read_bytes(path, source, issues, limit=limit)
    if data is None:
        return None
    hint = Sentence("In the spreadsheet, save it as CSV UTF-8.")
    for mark, what in _MARKS:
        if data.startswith(mark):
            issues.append(
                Place(source).issue(
                    "F04", Sentence("The file is {what}; expected text in UTF-8.", what=what), hint
                )
            )
            return None
    zero = data.find(b"\0")
    if zero >= 0:
        line = data.count(b"\n", 0, zero) + 1
        message = Sentence("The file holds a zero byte (line {line}); expected text in UTF-8.", line=line)
        issues.append(Place(source).issue("F04", message, hint))
        return None
    wrong = _not_utf8(data)
    if wrong is not None:
        line = data.count(b"\n", 0, wrong) + 1
        latin = data[max(0, wrong - 10) : wrong + 10].decode("latin-1").strip().splitlines()
        near = Sentence(', near "{latin}"', latin=latin[0]) if latin and latin[0].isprintable() else SILENCE
        message = Sentence(
            "Line {line} is not UTF-8 (byte {hex}{near}).",
            line=line,
            hex=data[wrong : wrong + 1].hex(),
            near=near,
        )
        issues.append(Place(source).issue("F04", message, hint))
        return None
    return data


def _not_utf8(data: bytes) -> int | None:
    """Position of the first byte that is not UTF-8, looked for piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for first in range(0, len(data) + 1, _PIECE):
        held = len(decoder.getstate()[0])
        piece = data[first : first + _PIECE]
        try:
            decoder.decode(piece, final=first + _PIECE > len(data))
        except UnicodeDecodeError as error:
            return first - held + error.start
    return None


def read_text(path: Path, source: str, issues: list[Issue], *, limit: int) -> str | None:
    """The text of a plain UTF-8 file without its byte order mark; None where an issue was added."""
    data = read_utf8(path, source, issues, limit=limit)
    return None if data is None else data.decode("utf-8-sig")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file that appears whole or not at all; line ends stay as they are."""
    write_bytes(path, text.encode("utf-8"))


def _umask() -> int:
    # Reading the mask means setting it; there is no other way.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
