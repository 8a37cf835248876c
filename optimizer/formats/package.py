"""
The zip file that a workbook is: looked over before anything is unpacked, then read part by part.

An ``.xlsx`` is foreign XML in a foreign zip file, so size, number, kind and sum of its
parts are bounded before parsing, and each part is fed to the XML parser in small pieces.
Document types, and with them entities, are refused.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence
from optimizer.formats.plain_file import read_bytes

#: Bytes that a workbook may have, packed.
MAX_PACKED = 32_000_000

#: Bytes that its parts may have together, unpacked.
MAX_UNPACKED = 150_000_000

#: Parts that it may have.
MAX_PARTS = 2_000

#: How much smaller packing may have made a large part; spreadsheets reach 20 to 140.
MAX_RATIO = 250

#: Bytes between two elements; a cell holds 32,767 characters, each up to six bytes of XML.
MAX_TOKEN = 400_000

#: Tags that the parts read may have together: those of two million cells and as many texts.
MAX_TAGS = 16_000_000

_PIECE = 1 << 16
_LARGE = 5_000_000
_HINT = Sentence("Save it again from the spreadsheet as .xlsx.")
_LOCKED = "EncryptedPackage".encode("utf-16-le")

StartElement = Callable[[str, dict[str, str]], None]
EndElement = Callable[[str], None]
Text = Callable[[str], None]


class PackageError(Exception):
    """A workbook that is not read; the message says why, in a sentence."""

    def __init__(
        self, code: str, message: Sentence, hint: Sentence = SILENCE, cell: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.cell = cell

    def issue(self, source: str) -> Issue:
        """The issue to tell."""
        return Place(source, cell=self.cell).issue(self.code, self.message, self.hint)


class _LocalNames(dict[str, str]):
    """Names of elements without their namespace."""

    def __missing__(self, name: str) -> str:
        if len(self) < 1_000:
            self[name] = name.rpartition(" ")[2]
        return name.rpartition(" ")[2]


class Package:
    """
    An opened workbook.

    Parameters
    ----------
    path
        The ``.xlsx`` file.
    issues
        Where a file that cannot be opened is told.

    Raises
    ------
    PackageError
        When it is no workbook, or one that is not safe to unpack.
    """

    def __init__(self, path: Path, issues: list[Issue]) -> None:
        data = read_bytes(path, path.name, issues, limit=MAX_PACKED)
        if data is None:
            raise PackageError("", SILENCE)
        _look_over(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise PackageError(
                "F04", Sentence("The file is not a workbook ({error}).", error=error), _HINT
            ) from None
        self._parts = self._checked_parts()
        self._tags = 0

    def _checked_parts(self) -> dict[str, zipfile.ZipInfo]:
        parts: dict[str, zipfile.ZipInfo] = {}
        total = 0
        for info in self._zip.infolist():
            name = info.filename.lower()
            total += info.file_size
            if info.flag_bits & 0x1:
                raise PackageError(
                    "F04",
                    Sentence("The workbook is protected by a password."),
                    Sentence("Save it without one."),
                )
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise PackageError("F04", Sentence("The workbook is packed in an unusual way."), _HINT)
            if name in parts:
                raise PackageError(
                    "F04", Sentence("The workbook holds the part {name} twice.", name=ascii(name[:80])), _HINT
                )
            if total > MAX_UNPACKED or (
                info.file_size > _LARGE and info.file_size > MAX_RATIO * info.compress_size
            ):
                message = Sentence(
                    "The workbook unpacks to more than it may: {total:,} bytes and counting.", total=total
                )
                raise PackageError("F06", message)
            parts[name] = info
        _known_kind(parts)
        return parts

    def has(self, part: str) -> bool:
        """Whether the workbook has a part of that name."""
        return part.lower() in self._parts

    def parse(
        self, part: str, start: StartElement, end: EndElement | None = None, text: Text | None = None
    ) -> None:
        """
        Feed a part to handlers; names of elements and attributes come without their namespace.

        Parameters
        ----------
        part
            Name in the package.
        start, end, text
            Called at the start of an element with its attributes, at its end, and with text.

        Raises
        ------
        PackageError
            When the part is missing, broken, or larger than it may be.
        """
        info = self._parts.get(part.lower())
        if info is None:
            raise PackageError(
                "F04", Sentence("The workbook has no part {part}.", part=ascii(part[:80])), _HINT
            )
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        local = _LocalNames()
        parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        if end is not None:
            parser.EndElementHandler = lambda name: end(local[name])
        if text is not None:
            parser.CharacterDataHandler = text
        fed = 0
        try:
            self._count_tags(info)
            with self._zip.open(info) as stream:
                while piece := stream.read(_PIECE):
                    parser.Parse(piece, False)
                    fed += len(piece)
                    # What the parser holds back is one unfinished token, read again with every piece.
                    if fed - parser.CurrentByteIndex > MAX_TOKEN:
                        raise PackageError(
                            "F06",
                            Sentence("The part {part} holds an endless element.", part=ascii(part[:80])),
                        )
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            message = Sentence(
                "The part {part} is broken ({error}).",
                part=ascii(part[:80]),
                error=expat.ErrorString(error.code),
            )
            raise PackageError("F04", message, _HINT) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise PackageError(
                "F04", Sentence("The workbook is damaged ({error}).", error=error), _HINT
            ) from None

    def _count_tags(self, info: zipfile.ZipInfo) -> None:
        """Refuse a workbook of too many tags: counting them takes a hundredth of the time of parsing them."""
        with self._zip.open(info) as stream:
            while piece := stream.read(_PIECE):
                self._tags += piece.count(b"<")
                if self._tags > MAX_TAGS:
                    hint = Sentence("For scenarios of this size use a folder of CSV files.")
                    raise PackageError("F06", Sentence("It holds far more cells than a scenario has."), hint)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Type and target part of each relation of a part, by id; those to the outside are left out."""
        folder, _, name = part.rpartition("/")
        found: dict[str, tuple[str, str]] = {}
        source = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if not self.has(source):
            return found

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        self.parse(source, start)
        return found


def _look_over(data: bytes) -> None:
    """What can be told before the list of parts is read."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _LOCKED in data:
            raise PackageError(
                "F04", Sentence("The workbook is protected by a password."), Sentence("Save it without one.")
            )
        raise PackageError("F04", Sentence("This is an old workbook (.xls)."), Sentence("Save it as .xlsx."))
    if not data.startswith(b"PK"):
        what = Sentence("empty") if not data else Sentence("not a workbook, whatever its name says")
        raise PackageError("F04", Sentence("The file is {what}.", what=what), _HINT)
    # Each part is listed behind this mark; a list of a million would be read whole.
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise PackageError(
            "F06", Sentence("The workbook has more than {max_parts:,} parts.", max_parts=MAX_PARTS)
        )


def _known_kind(parts: dict[str, zipfile.ZipInfo]) -> None:
    """Refuse other kinds of files that are zip files too."""
    signs = (
        ("xl/workbook.bin", Sentence("a binary workbook (.xlsb)")),
        ("xl/vbaproject.bin", Sentence("a workbook with macros (.xlsm)")),
        ("content.xml", Sentence("an OpenDocument file")),
        ("word/document.xml", Sentence("a text document (.docx)")),
        ("index/document.iwa", Sentence("a Numbers file")),
    )
    for part, what in signs:
        if part in parts:
            raise PackageError("F04", Sentence("This is {what}.", what=what), Sentence("Save it as .xlsx."))


def _refuse_doctype(*_: object) -> None:
    raise PackageError(
        "F04", Sentence("The workbook declares a document type, as no spreadsheet does."), _HINT
    )
