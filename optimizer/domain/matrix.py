"""Whether a matrix of distances is complete: every ordered pair of different places once."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.nearest import Names
from optimizer.domain.rows import Rows
from optimizer.exceptions import SILENCE, Issue, Sentence

#: Missing places that one message names.
_NAMED = 5

_PROVIDERS = ("matrix", "osrm", "valhalla")


def matrix_faults(rows: Rows) -> Iterator[Issue]:
    """Unknown places, duplicates, ways from a place to itself, and missing pairs."""
    provider = getattr(rows.setting("travel"), "provider", None)
    if provider not in _PROVIDERS or {"distances", "depots", "venues"} & rows.unread:
        return
    places = Names(
        [f"depot:{key}" for key in rows.ids("depots").known]
        + [f"venue:{key}" for key in rows.ids("venues").known]
    )
    first: dict[tuple[str, str], int] = {}
    misnamed = 0  # rows that stand for a pair nobody can tell
    for index, row in rows.of("distances"):
        origin, destination = getattr(row, "origin", None), getattr(row, "destination", None)
        misnamed += origin not in places or destination not in places
        if origin is None or destination is None:
            continue
        for column, name in (("from", origin), ("to", destination)):
            if name not in places:
                place = rows.place("distances", index, column)
                message = Sentence('"{name}" is not a place; expected depot:<id> or venue:<id>.', name=name)
                yield place.issue("V15", message, _hint(places, name))
        if (origin, destination) in first:
            seen = rows.place("distances", first[origin, destination], None).row
            yield rows.place("distances", index, None).issue(
                "V14", Sentence("This pair stands already in row {seen}.", seen=seen)
            )
        first.setdefault((origin, destination), index)
        if origin == destination and getattr(row, "metres", 0):
            message = Sentence(
                "From {origin} to itself is 0 metres, not {metres}.", origin=origin, metres=row.metres
            )
            yield rows.place("distances", index, "metres").issue("V17", message)
    pairs = {pair: index for pair, index in first.items() if pair[0] in places and pair[1] in places}
    # A misspelt place stands for a pair that seems to be missing; only more than these are told.
    if _count_missing(places, pairs) > misnamed:
        yield from _missing(rows, places, pairs)


def _hint(places: Names, name: str) -> Sentence:
    bare = next((place for place in (f"venue:{name}", f"depot:{name}") if place in places), None)
    return Sentence("Did you mean {found}?", found=bare) if bare else places.hint(name)


def _count_missing(places: Names, pairs: dict[tuple[str, str], int]) -> int:
    different = len(places.known) * (len(places.known) - 1)
    return different - sum(origin != destination for origin, destination in pairs)


def _missing(rows: Rows, places: Names, pairs: dict[tuple[str, str], int]) -> Iterator[Issue]:
    known = dict.fromkeys(places.known, 0)
    for origin, destination in pairs:
        known[origin] += origin != destination
    for origin, count in known.items():
        missing = len(known) - 1 - count
        if missing == 0:
            continue
        named: list[str] = []
        for destination in known:
            if destination != origin and (origin, destination) not in pairs:
                named.append(destination)
                if len(named) == _NAMED:
                    break
        more = Sentence(" and {count} more", count=missing - len(named)) if missing > len(named) else SILENCE
        message = Sentence(
            "From {origin} the distances to {named}{more} are missing.",
            origin=origin,
            named=", ".join(named),
            more=more,
        )
        yield rows.place("distances", None, None).issue("V16", message)
