"""What the scripts of all programmes share: tables of facts and assumptions as rows of a scenario."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from optimizer.domain.scenario import WEEKDAYS, CalendarRow, Depot, Instructors, Request, Unit, Venue
from optimizer.generator.season import row

HERE = Path(__file__).parent


def table(path: str) -> list[dict[str, str]]:
    """The rows of a CSV file, by its path below ``data``."""
    with (HERE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def depots(path: str) -> list[Depot]:
    """Training centres, numbered in the order of the table."""
    return [
        Depot(
            id=f"D{number:02}",
            name=line["name"],
            city=line["city"],
            latitude=float(line["latitude"]),
            longitude=float(line["longitude"]),
        )
        for number, line in enumerate(table(path), 1)
    ]


def units(path: str, homes: Sequence[Depot]) -> list[Unit]:
    """Units, numbered in the order of the table, which names their depots."""
    ids = {home.name: home.id for home in homes}
    return [
        Unit.model_validate(
            {
                "id": f"U{number:02}",
                "name": line["name"],
                "depot": ids[line["depot"]],
                "equipment": tuple(line["equipment"].split()),
                "vehicle": line["vehicle"],
                "from": line["from"] or None,
                "to": line["to"] or None,
            }
        )
        for number, line in enumerate(table(path), 1)
    ]


def instructors(path: str) -> list[Instructors]:
    """Groups of instructors, numbered in the order of the table."""
    return [
        Instructors(
            id=f"I{number:02}",
            name=line["name"],
            courses=tuple(line["courses"].split()),
            count=int(line["count"]),
        )
        for number, line in enumerate(table(path), 1)
    ]


def calendar(path: str) -> list[CalendarRow]:
    """The rows of a calendar's table."""
    return [
        row(
            line["name"],
            line["scope"],
            date.fromisoformat(line["from"]),
            date.fromisoformat(line["to"]),
            line["credit"],
            tuple(day for day in WEEKDAYS if day in line["weekdays"].split()),
        )
        for line in table(path)
    ]


def requests(path: str, hosts: Sequence[Venue]) -> list[Request]:
    """Requests that facts or known obstacles suggest; the table names their venues."""
    ids = {venue.name: venue.id for venue in hosts}
    return [
        Request.model_validate(
            {
                "id": "K",
                "venue": ids[line["venue"]],
                "course": line["course"],
                "people": int(line["people"]),
                "priority": line["priority"],
                "earliest": line["earliest"] or None,
                "latest": line["latest"] or None,
            }
        )
        for line in table(path)
    ]
