"""What is allowed and yet probably not meant: the warnings that need no calendar and no distances by road."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from optimizer.domain.nearest import folded
from optimizer.domain.rows import Rows
from optimizer.exceptions import Issue, Sentence, chained

#: A venue farther than this from every other is probably misplaced.
FAR_KM = 100

#: With more far venues than this, it is the coordinates as a whole that are odd.
MOST_FAR = 300

_EARTH_KM = 6371.0088

#: Columns whose values name a group by being equal; a spelling apart makes another group.
_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("city", (("venues", "city"), ("depots", "city"))),
    ("kind", (("venues", "kind"),)),
    ("equipment", (("units", "equipment"), ("courses", "equipment"))),
    ("facility", (("venues", "facilities"), ("courses", "needs"))),
)

_LISTS = (
    ("units", "equipment"),
    ("courses", "needs"),
    ("venues", "facilities"),
    ("calendar", "weekdays"),
    ("instructors", "courses"),
)


def advice(rows: Rows) -> Iterator[Issue]:
    """Every warning about the scenario as it is written."""
    yield from _empty_tables(rows)
    yield from _no_working_day(rows)
    yield from _outside_horizon(rows)
    yield from _never_asked_for(rows)
    yield from _too_few_people(rows)
    yield from _look_alike_groups(rows)
    yield from _look_alike_ids(rows)
    yield from _twice_in_a_list(rows)
    yield from _far_venues(rows)


def _empty_tables(rows: Rows) -> Iterator[Issue]:
    for table in ("depots", "units", "courses", "venues", "requests"):
        if table not in rows.unread and not getattr(rows.scenario, table, ()):
            yield rows.place(table, None, None).warning(
                "W01", Sentence("The table has no rows; the plan will be empty.")
            )


def _no_working_day(rows: Rows) -> Iterator[Issue]:
    if rows.setting("working_days") == ():
        message = Sentence("No day of the week is a working day; only open rows of the calendar make days.")
        yield rows.place("scenario", None, "working_days").warning("W15", message)


def _outside_horizon(rows: Rows) -> Iterator[Issue]:
    start, end = rows.setting("start"), rows.setting("end")
    if not (isinstance(start, date) and isinstance(end, date) and start <= end):
        return
    for table, code, what in (
        ("calendar", "W09", Sentence("the row says nothing")),
        ("units", "W10", Sentence("it is never used")),
    ):
        for index, row in rows.of(table):
            first, last = getattr(row, "first", None), getattr(row, "last", None)
            if (first is not None and first > end) or (last is not None and last < start):
                span = Sentence("{first} to {last}", first=first or "...", last=last or "...")
                message = Sentence(
                    "{span} lies outside the horizon {start} to {end}; {what}.",
                    span=span,
                    start=start,
                    end=end,
                    what=what,
                )
                yield rows.place(table, index, "from" if first is not None else "to").warning(code, message)


def _never_asked_for(rows: Rows) -> Iterator[Issue]:
    if {"courses", "requests"} & rows.unread or not rows.scenario.requests:
        return
    asked = {getattr(row, "course", None) for _, row in rows.of("requests")}
    courses = [row for _, row in rows.of("courses") if getattr(row, "id", None) in asked]
    if len(courses) < len(asked) or any(getattr(row, "equipment", None) is None for row in courses):
        return  # some course asked for is not known, and may need anything
    wanted = {row.equipment for row in courses}
    for index, row in rows.of("units"):
        equipment = getattr(row, "equipment", None)
        if equipment and wanted.isdisjoint(equipment):
            message = Sentence(
                "Nobody asks for a course that needs {equipment}; the unit stays idle (R1).",
                equipment=chained("{left} or {right}", equipment),
            )
            yield rows.place("units", index, "equipment").warning("W07", message)


def _too_few_people(rows: Rows) -> Iterator[Issue]:
    courses = {row.id: row for _, row in rows.of("courses") if getattr(row, "id", None) is not None}
    for index, row in rows.of("requests"):
        people = getattr(row, "people", None)
        least = getattr(courses.get(getattr(row, "course", None)), "class_min", None)
        if people is not None and least is not None and people < least:
            message = Sentence(
                "{people} people are fewer than class_min {least} of {course}: no class (R8).",
                people=people,
                least=least,
                course=row.course,
            )
            yield rows.place("requests", index, "people").warning("W05", message)


def _look_alike_groups(rows: Rows) -> Iterator[Issue]:
    for what, columns in _GROUPS:
        first: dict[str, str] = {}
        told: set[str] = set()
        for table, column in columns:
            for index, row in rows.of(table):
                value = getattr(row, column, None)
                for name in value if isinstance(value, tuple) else (value,):
                    if name is None or name in told:
                        continue
                    other = first.setdefault(folded(name), name)
                    if other != name:
                        told.add(name)
                        message = Sentence(
                            '"{name}" and "{other}" look alike, but count as two names of a {what}.',
                            name=name,
                            other=other,
                            what=what,
                        )
                        hint = Sentence("Write {other} in both, if they are the same.", other=other)
                        yield rows.place(table, index, column).warning("W11", message, hint)


def _look_alike_ids(rows: Rows) -> Iterator[Issue]:
    for table in ("depots", "units", "courses", "venues", "requests", "instructors"):
        first: dict[str, tuple[str, int]] = {}
        for index, row in rows.of(table):
            key = getattr(row, "id", None)
            if key is None:
                continue
            other, at = first.setdefault(key.casefold(), (key, index))
            if other != key:
                seen = rows.place(table, at, "id").row
                message = Sentence(
                    '"{key}" differs only in case from "{other}" in row {seen}; they are two ids.',
                    key=key,
                    other=other,
                    seen=seen,
                )
                yield rows.place(table, index, "id").warning("W12", message)


def _twice_in_a_list(rows: Rows) -> Iterator[Issue]:
    for table, column in _LISTS:
        for index, row in rows.of(table):
            value = getattr(row, column, None) or ()
            if len(value) == len(set(value)):
                continue
            twice = [item for item, count in Counter(value).items() if count > 1]
            message = Sentence("{twice} stands twice in the list; once is enough.", twice=" ".join(twice[:5]))
            yield rows.place(table, index, column).warning("W13", message)


def _far_venues(rows: Rows) -> Iterator[Issue]:
    found = [
        (index, row)
        for index, row in rows.of("venues")
        if getattr(row, "latitude", None) is not None and getattr(row, "longitude", None) is not None
    ]
    if len(found) < 2:
        return
    points = _on_sphere(np.array([(row.latitude, row.longitude) for _, row in found], dtype=np.float64))
    lonely = _lonely(points)
    if len(lonely) > MOST_FAR:
        message = Sentence(
            "{count:,} venues have no other within about {far_km} km; they are not listed.",
            count=len(lonely),
            far_km=FAR_KM,
        )
        yield rows.place("venues", None, "latitude").warning("W08", message)
        return
    for number in lonely:
        others = np.delete(points, number, axis=0)
        chord = float(np.sqrt(((others - points[number]) ** 2).sum(axis=1).min()))
        km = 2 * _EARTH_KM * np.arcsin(min(1.0, chord / 2))
        if km > FAR_KM:
            index, row = found[number]
            message = Sentence("The venue is about {km:,.0f} km from every other venue.", km=km)
            hint = Sentence(
                "Check latitude {latitude} and longitude {longitude}.",
                latitude=row.latitude,
                longitude=row.longitude,
            )
            yield rows.place("venues", index, "latitude").warning("W08", message, hint)


def _on_sphere(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    latitude, longitude = np.radians(degrees).T
    flat = np.cos(latitude)
    return np.column_stack((flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)))


def _lonely(points: npt.NDArray[np.float64]) -> list[int]:
    """Points alone in a cube of less than FAR_KM across its diagonal; all others have a near neighbour."""
    side = FAR_KM / _EARTH_KM / 2
    cubes = np.floor(points / side).astype(np.int64)
    _, inverse, counts = np.unique(cubes, axis=0, return_inverse=True, return_counts=True)
    return [int(number) for number in np.flatnonzero(counts[inverse.reshape(-1)] == 1)]
