"""The header of a raw table: which column stands where, and what is wrong with the names."""

from __future__ import annotations

from optimizer.domain.nearest import Names
from optimizer.domain.place import Place
from optimizer.exceptions import SILENCE, Issue, Sentence
from optimizer.formats.raw import OWN, RawTable, letters, shortened


def read_header(
    table: RawTable, known: tuple[str, ...], required: tuple[str, ...], issues: list[Issue]
) -> dict[str, int] | None:
    """Position of each known column; None where a required one is missing."""
    found: dict[str, int] = {}
    names = Names(known)
    missing = [name for name in required if name not in table.header]
    for at, name in enumerate(table.header):
        place = table.place(None, at)
        place = Place(place.source, 1, None, place.cell)
        if not name:
            if any(row[at] for row in table.rows):
                issues.append(
                    place.issue(
                        "H06",
                        Sentence("Column {column} holds cells but has no name.", column=_called(table, at)),
                    )
                )
        elif name in found or name in table.header[:at]:
            issues.append(
                place.issue("H07", Sentence('The column "{name}" stands twice.', name=shortened(name)))
            )
        elif name in names:
            found[name] = at
        elif not name.startswith(OWN):
            hint = names.hint(name) or Sentence(
                "Columns: {known}; columns of your own start with {own}.", known=", ".join(known), own=OWN
            )
            issues.append(
                place.issue(
                    "H08", Sentence('"{name}" is not a column of this table.', name=shortened(name)), hint
                )
            )
    for name in missing:
        unknown = [
            other for other in table.header if other and other not in names and not other.startswith(OWN)
        ]
        near = Names(unknown).nearest(name)
        hint = (
            Sentence('Rename the column "{near}" to {name}?', near=shortened(near), name=name)
            if near
            else SILENCE
        )
        issues.append(
            Place(table.source, 1).issue("H09", Sentence('The column "{name}" is missing.', name=name), hint)
        )
    return None if missing and len(missing) == len(required) else found


def _called(table: RawTable, at: int) -> str:
    return letters(table.columns[at]) if table.columns else str(at + 1)
