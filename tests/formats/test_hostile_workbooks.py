"""Files that call themselves workbooks: refused in seconds, in little memory, without a traceback."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optimizer.reading import validate
from tests.formats.small import sheets, write_book

#: Seconds of processor time in which each is answered.
LIMIT = 5.0

MEGABYTE = 1 << 20

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OPEN, _CLOSE = '<worksheet xmlns="m"><sheetData>', "</sheetData></worksheet>"
_NOISE = "".join(random.Random(1).choices("abcdefghijklmnop", k=MEGABYTE))


def package(
    path: Path,
    sheet: str | Iterable[str] = _OPEN + _CLOSE,
    *,
    strings: str | Iterable[str] = "",
    before: str = "",
    book: str = "",
    parts: dict[str, str] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A workbook of one sheet ``venues``, written by hand."""
    book = book or (
        f'{before}<workbook xmlns="m" xmlns:r="{_RELATION}"><sheets>'
        '<sheet name="venues" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    relations = (
        f'<Relationships xmlns="p">'
        f'<Relationship Id="r1" Type="{_RELATION}/worksheet" Target="worksheets/s.xml"/>'
        f'<Relationship Id="r2" Type="{_RELATION}/sharedStrings" Target="strings.xml"/></Relationships>'
    )
    root = (
        f'<Relationships xmlns="p"><Relationship Id="r" Type="{_RELATION}/officeDocument" '
        'Target="xl/book.xml"/></Relationships>'
    )
    contents: dict[str, str | Iterable[str]] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": root,
        "xl/book.xml": book,
        "xl/_rels/book.xml.rels": relations,
        "xl/strings.xml": strings or "<sst/>",
        "xl/worksheets/s.xml": sheet,
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as file:
        for name, content in contents.items():
            with file.open(name, "w", force_zip64=True) as part:
                for piece in [content] if isinstance(content, str) else content:
                    part.write(piece.encode())
    return path


def text(cell: str, content: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{content}</t></is></c>'


def rows(count: int, cell: str) -> Iterator[str]:
    row = '<row r="{0}">' + cell + "</row>"
    yield _OPEN
    for first in range(1, count + 1, 10_000):
        yield "".join(map(row.format, range(first, min(count + 1, first + 10_000))))
    yield _CLOSE


def repeated(start: str, piece: str, times: int, end: str) -> Iterator[str]:
    yield start
    for _ in range(times):
        yield piece
    yield end


def whole(path: Path) -> Path:
    return write_book(path, sheets())


def cut(path: Path) -> Path:
    path.write_bytes(whole(path).read_bytes()[:-40])
    return path


def flipped(path: Path) -> Path:
    """A workbook with a byte of a packed sheet changed."""
    data = bytearray(whole(path).read_bytes())
    data[data.find(b"sheet2.xml") + 60] ^= 0xFF
    path.write_bytes(data)
    return path


def locked(path: Path) -> Path:
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    return path


def encrypted_entry(path: Path) -> Path:
    """A zip file whose entries say that they need a password."""
    data = bytearray(package(path).read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    return path


def written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def made(sheet: str | Iterable[str] = _OPEN + _CLOSE, **options: Any) -> Callable[[Path], Path]:
    """How to make a workbook with `package`."""
    return lambda path: package(path, sheet, **options)


_TEXT = f'{_OPEN}<row r="1">' + '<c r="A1" t="inlineStr"><is><t>'
_END = "</t></is></c></row>" + _CLOSE
_ENTITIES = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
_NO_PART = '<workbook xmlns:r="r"><sheets><sheet name="venues" r:id="no"/></sheets></workbook>'
_MANY_SHEETS = "<workbook>" + "".join(f'<sheet name="x{n}"/>' for n in range(2_000)) + "</workbook>"
_FAR = (
    f'{_OPEN}<row r="1">{text("A1", "id")}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>{_CLOSE}'
)

CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (written(b""), "F04"),
    "no zip file": (written(b"hello"), "F04"),
    "half a zip file": (cut, "F04"),
    "a byte flipped": (flipped, "F04"),
    "old workbook": (written(b"\xd0\xcf\x11\xe0" + b"\0" * 600), "F04"),
    "with a password": (locked, "F04"),
    "with a packed password": (encrypted_entry, "F04"),
    "csv": (written(b"id,name\n"), "F04"),
    "html table": (written(b"<html><table></table></html>"), "F04"),
    "macros": (made(parts={"xl/vbaProject.bin": "x"}), "F04"),
    "binary workbook": (made(parts={"xl/workbook.bin": "x"}), "F04"),
    "OpenDocument": (made(parts={"content.xml": "<x/>"}), "F04"),
    "unusual packing": (made(compression=zipfile.ZIP_LZMA), "F04"),
    "no parts": (made(parts={"xl/book.xml": ""}), "F04"),
    "part missing": (made(book=_NO_PART), "F04"),
    "broken xml": (made(_OPEN + "<row>"), "F04"),
    "not xml": (made("hello"), "F04"),
    "entities": (made(_ENTITIES + _TEXT + "&c;" + _END), "F04"),
    "outside entity": (made(before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "F04"),
    "odd address": (made(f'{_OPEN}<row r="1"><c r="A2"><v>1</v></c></row>{_CLOSE}'), "F04"),
    "odd row": (made(f'{_OPEN}<row r="9999999"/>{_CLOSE}'), "F04"),
    "negative row": (made(f'{_OPEN}<row r="-1"/>{_CLOSE}'), "F04"),
    "text that is not there": (made(f'{_OPEN}<row r="1"><c r="A1" t="s"><v>7</v></c></row>{_CLOSE}'), "H08"),
    "XFD1048576": (made(_FAR), "F06"),
    "a million rows": (made(rows(1_000_000, '<c r="A{0}"><v>1</v></c>')), "F06"),
    "many empty rows": (made(rows(500_000, '<c r="A{0}"/>')), "H01"),
    "bomb of 200 megabytes": (made(repeated(_TEXT, "A" * MEGABYTE, 200, _END)), "F06"),
    "text of 4 megabytes": (made(repeated(_TEXT, "A" * MEGABYTE, 4, _END)), "F06"),
    "endless attribute": (made(repeated(f'{_OPEN}<row r="1" x="', _NOISE, 3, f'"/>{_CLOSE}')), "F06"),
    "endless comment": (made(repeated(f"{_OPEN}<!--", _NOISE, 3, f"-->{_CLOSE}")), "F06"),
    "a hundred thousand levels": (made(repeated(_OPEN, "<a>", 100_000, "")), "F04"),
    "five million texts": (made(strings=repeated("<sst>", "<si><t/></si>" * 10_000, 550, "</sst>")), "F06"),
    "two million columns": (made(f'{_OPEN}<row r="1"><c r="ZZZZ1"><v>1</v></c></row>{_CLOSE}'), "F04"),
    "five thousand parts": (made(parts={f"x{number}": "" for number in range(5_000)}), "F06"),
    "two thousand sheets": (made(book=_MANY_SHEETS), "F06"),
}


@pytest.mark.parametrize(("make", "code"), list(CASES.values()), ids=list(CASES))
def test_hostile_workbooks_are_refused(tmp_path, make, code):
    """Refused with the expected code in seconds; memory grows by less than 100 MB."""
    path = make(tmp_path / "a.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    issues = validate(path)
    assert time.process_time() - began < LIMIT
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert code in {issue.code for issue in issues if issue.severity == "error"}, "\n".join(map(str, issues))


def test_a_workbook_needs_no_more_memory_than_its_cells(tmp_path):
    """Reading 50,000 rows stays below 400 MB of address space in all."""
    path = package(tmp_path / "a.xlsx", rows(50_000, '<c r="A{0}"><v>1</v></c>'))
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n"
        "from optimizer.formats.source import read_raw\n"
        "from pathlib import Path\n"
        f"raw = read_raw(Path({str(path)!r}))\n"
        "assert len(raw.tables['venues'].rows) == 49_999\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
