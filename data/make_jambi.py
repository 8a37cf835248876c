"""
Make the scenario of Jambi: ``python -m data.make_jambi`` in the project's folder.

Reads the villages in ``data/places`` and the assumptions in ``data/assumptions/jambi``; draws what
no file says with a fixed seed; writes ``data/jambi``. Running it again gives the same bytes.
``data/README.md`` tells column by column what is known and what is assumed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from data import programme
from data.programme import HERE, table
from optimizer.domain.scenario import (
    CalendarRow,
    Course,
    Moves,
    Objective,
    Request,
    Scenario,
    Size,
    Unit,
    Venue,
)
from optimizer.formats.save import save
from optimizer.generator.demand import Demand
from optimizer.generator.dice import Dice
from optimizer.generator.season import row
from optimizer.openings import Openings

SEED = 2026
START, END = date(2026, 4, 6), date(2026, 6, 27)
#: The day before the job fair: who wants to be there has to be done.
FAIR_EVE = date(2026, 5, 18)
#: What a class done before the fair is worth, as a factor on the priority.
FAIR_WORTH = Decimal("1.5")
LOAD = 2.0
CLASSES = ((1, 40.0), (2, 45.0), (3, 15.0))
#: North of the river the lanes are narrow.
NORTH = ("Pelayangan", "Danau Teluk")
NORTH_ACCESS: tuple[tuple[Size, float], ...] = (("S", 30.0), ("M", 40.0), ("L", 30.0))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of host place: odds of vehicle, rooms and facilities, and how much it asks for."""

    two_rooms: float
    access: tuple[tuple[Size, float], ...]
    facilities: Mapping[str, float]
    weight: float
    wishes: Mapping[str, float] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "thematic-hall": Kind(
        0.5, (("M", 20), ("L", 80)), {"power": 1.0, "internet": 1.0, "yard": 0.8}, 2.0, {"jago-digital": 1.5}
    ),
    "village-hall": Kind(
        0.05,
        (("S", 20), ("M", 40), ("L", 40)),
        {"power": 0.8, "internet": 0.8, "yard": 0.6},
        1.0,
        {"small-business": 1.5, "creative-youth": 1.3},
    ),
}
CLOSURES = {
    "thematic-hall": ("Exhibition", "Training of trainers", "Renovation"),
    "village-hall": ("Village assembly", "Social aid handed out here", "Renovation"),
}


def courses() -> tuple[Course, ...]:
    """The ten thematic courses; their names are known."""
    return tuple(
        Course(
            id=line["id"],
            name=line["name"],
            equipment=line["equipment"],
            training_days=int(line["training_days"]),
            class_min=int(line["class_min"]),
            class_max=int(line["class_max"]),
            needs=tuple(line["needs"].split()),
            value=Decimal(line["value"]),
        )
        for line in table("assumptions/jambi/courses.csv")
    )


def venues() -> list[Venue]:
    """
    In each district a thematic hall and two village halls, each at the point of a village.

    ``city`` is the district, so that the coverage of the eleven is told, and ``district`` the village.
    """
    dice = Dice(SEED, "venues")
    districts: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in table("places/jambi_villages.csv"):
        districts[line["district"]].append(line)
    found: list[Venue] = []
    for district, villages in sorted(districts.items()):
        mixed = dice.mixed([(village, 1) for village in villages])
        for kind, village in zip(("thematic-hall", "village-hall", "village-hall"), mixed, strict=False):
            traits = KINDS[kind]
            hall = kind == "thematic-hall"
            name = f"Balai Tematik {district}" if hall else f"Kantor Lurah {village['village']}"
            narrow = not hall and district in NORTH
            found.append(
                Venue(
                    id=f"B{len(found) + 1:02}",
                    name=name,
                    kind=kind,
                    city=district,
                    district=village["village"],
                    latitude=float(village["latitude"]),
                    longitude=float(village["longitude"]),
                    rooms=2 if dice.chance(traits.two_rooms) else 1,
                    access=dice.weighted(NORTH_ACCESS if narrow else traits.access),
                    facilities=tuple(item for item, odds in traits.facilities.items() if dice.chance(odds)),
                    address=f"Kelurahan {village['village']}, Kecamatan {district}, Kota Jambi",
                )
            )
    return found


def calendar(fleet: Sequence[Unit], hosts: Sequence[Venue]) -> list[CalendarRow]:
    """The rows of the table, maintenance (once a unit), closures (of every second venue or so)."""
    rows = programme.calendar("assumptions/jambi/calendar.csv")
    days = (END - START).days
    dice = Dice(SEED, "maintenance")
    for unit in fleet:
        first = START + timedelta(days=dice.whole(0, days - 5))
        rows.append(
            row("Maintenance", f"unit:{unit.id}", first, first + timedelta(days=dice.whole(1, 3)), "0")
        )
    dice = Dice(SEED, "closures")
    for venue in hosts:
        if dice.chance(0.5):
            first = START + timedelta(days=dice.whole(0, days - 5))
            last = first + timedelta(days=dice.whole(1, 4))
            rows.append(row(dice.pick(CLOSURES[venue.kind]), f"venue:{venue.id}", first, last, "0"))
    return rows


def with_the_fair(scenario: Scenario) -> Iterator[Request]:
    """
    Each request of job seekers as two: who wants to be at the fair, and who can wait.

    The two are different people, so that nobody is counted twice. Requests of one class are of one
    kind or the other. Those for the fair end before it and are worth more.
    """
    dice = Dice(SEED, "fair")
    seekers = {line["id"] for line in table("assumptions/jambi/courses.csv") if line["seekers"] == "yes"}
    openings = Openings(scenario)
    for request in scenario.requests:
        course = scenario.course_by_id[request.course]
        first = min(request.people, course.class_max)
        rest = request.people - first
        if rest < course.class_min:
            first, rest = (request.people, 0) if dice.chance(0.5) else (0, request.people)
        for_fair = request.model_copy(
            update={
                "id": f"{request.id}-fair",
                "people": first,
                "priority": request.priority * FAIR_WORTH,
                "latest": min(FAIR_EVE, request.latest or FAIR_EVE),
            }
        )
        if request.course not in seekers or not first or not len(openings.starts(for_fair)):
            yield request
            continue
        yield for_fair
        if rest:
            yield request.model_copy(update={"people": rest})


def scenario() -> Scenario:
    """BALIKAT's second quarter of 2026."""
    homes = programme.depots("assumptions/jambi/depots.csv")
    fleet = programme.units("assumptions/jambi/fleet.csv", homes)
    hosts = venues()
    without = Scenario(
        name="Jambi 2026 Q2",
        start=START,
        end=END,
        # Within one city a unit moves in the evening.
        moves=Moves(days=0),
        objective=Objective(equity=Decimal(100)),
        depots=tuple(homes),
        units=tuple(fleet),
        courses=courses(),
        venues=tuple(hosts),
        calendar=tuple(calendar(fleet, hosts)),
        instructors=tuple(programme.instructors("assumptions/jambi/instructors.csv")),
    )
    demand = Demand(
        without,
        {line["id"]: float(line["asked"]) for line in table("assumptions/jambi/courses.csv")},
        lambda venue, course: KINDS[venue.kind].wishes.get(course.id, 1.0),
        lambda venue: KINDS[venue.kind].weight,
        Dice(SEED, "requests"),
        CLASSES,
    )
    drawn = without.replace(requests=demand.requests(LOAD))
    return drawn.replace(requests=tuple(with_the_fair(drawn)))


def main(directory: Path) -> None:
    """Write the scenario below ``directory``."""
    save(scenario(), directory / "jambi")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
