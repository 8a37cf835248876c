"""``mtu geocode``: coordinates for depots and venues that have none, found by their names and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer.exceptions import InputError, Issue, Sentence, chained
from optimizer.formats.amend import amend
from optimizer.formats.raw import Raw, RawTable
from optimizer.formats.source import read_raw
from optimizer.travel.answers import Answers, default_file
from optimizer.travel.nominatim import PUBLIC, Geocoder, Match, one_place

#: The planner's own column in which the full name of what was found is kept, to be looked over.
FOUND = "x_geocoded"


@dataclass(frozen=True, slots=True)
class Found:
    """A depot or venue, by table and id, and where it is taken to be."""

    table: str
    id: str
    match: Match


@dataclass(frozen=True, slots=True)
class Geocoded:
    """What was found and written, and what a human has to decide, each with its candidates."""

    found: tuple[Found, ...]
    undecided: tuple[Issue, ...]


def geocode(
    path: Path | str,
    *,
    server: str = PUBLIC,
    cache: Path | str | None = None,
    fresh: bool = False,
    pause: float = 1.0,
) -> Geocoded:
    """
    Fill in latitude and longitude of the depots and venues that have neither.

    The server is asked for name, district and city, and if it knows nothing, for the address; only
    in the country of the scenario's holidays, if that is given. Only a place that is the one match
    is written, with its full name in the column ``x_geocoded``; where several match, none is.

    Parameters
    ----------
    path
        A folder or an ``.xlsx`` file; it may have any other error.
    server
        A Nominatim server.
    cache
        File where its answers are kept; one in the user's cache folder by default.
    fresh
        Whether it is asked again for what is kept.
    pause
        Seconds from one question to the next; the public server wants at least 1.

    Raises
    ------
    InputError
        When nothing can be read or written, or the server gives no answer. What was found until
        then is kept in the cache, not in the scenario.
    """
    path = Path(path)
    raw = read_raw(path, own=True)
    if raw.settings is None and not raw.tables:
        raise InputError(raw.issues)
    answers = Answers(Path(cache) if cache else default_file(), fresh=fresh)
    geocoder = Geocoder(server, answers, raw.setting("holidays"), pause=pause)
    found: list[Found] = []
    undecided: list[Issue] = []
    for name in ("depots", "venues"):
        for row in _without_coordinates(raw, name):
            table = raw.tables[name]
            match = _decided(table, row, geocoder, undecided)
            if match is not None:
                found.append(Found(name, _cell(table, row, "id"), match))
                _fill(table, row, match)
    written = [raw.tables[name] for name in ("depots", "venues") if any(hit.table == name for hit in found)]
    if written:
        amend(path, written)
    return Geocoded(tuple(found), tuple(undecided))


def _without_coordinates(raw: Raw, name: str) -> Iterator[int]:
    table = raw.tables.get(name)
    if table is None:
        return
    for row in range(len(table.rows)):
        # A cell that could not be read is None, and no empty one.
        if row not in table.rough and all(
            column not in table.header or table.rows[row][table.header.index(column)] == ""
            for column in ("latitude", "longitude")
        ):
            yield row


def _decided(table: RawTable, row: int, geocoder: Geocoder, undecided: list[Issue]) -> Match | None:
    """The one place that matches, or None after saying why there is none."""
    name = _cell(table, row, "name")
    place = table.place(row, table.header.index("name") if "name" in table.header else None)
    by_name = ", ".join(filter(None, (name, _cell(table, row, "district"), _cell(table, row, "city"))))
    questions = [question for question in (by_name, _cell(table, row, "address")) if question]
    for question in questions:
        matches = geocoder.find(" ".join(question.split()))
        if not matches:
            continue
        if one_place(matches):
            return matches[0]
        told = "; ".join(f"{match.latitude}, {match.longitude} {match.name}" for match in matches)
        message = Sentence('Several places match "{question}": {told}.', question=question, told=told)
        undecided.append(place.warning("G01", message, Sentence("Write the right coordinates into the row.")))
        return None
    message = Sentence(
        "No place matches {questions}.",
        questions=chained("{left} or {right}", map(repr, questions)) or Sentence("an empty name"),
    )
    undecided.append(
        place.warning("G02", message, Sentence("Write its coordinates into the row, or an address."))
    )
    return None


def _fill(table: RawTable, row: int, match: Match) -> None:
    for column, text in (
        ("latitude", str(match.latitude)),
        ("longitude", str(match.longitude)),
        (FOUND, match.name),
    ):
        if column not in table.header:
            table.header.append(column)
            if table.columns:
                table.columns.append(max(table.columns) + 1)
            for cells in table.rows:
                cells.append("")
        table.rows[row][table.header.index(column)] = text


def _cell(table: RawTable, row: int, column: str) -> str:
    return (table.rows[row][table.header.index(column)] or "") if column in table.header else ""
