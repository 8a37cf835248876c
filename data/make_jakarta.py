"""
Make the scenarios of Jakarta: ``python -m data.make_jakarta`` in the project's folder.

Reads the facts in ``data/places`` and the assumptions in ``data/assumptions/jakarta``; draws what
no file says (rooms, access, facilities, closures, maintenance, requests) with a fixed seed; writes
``data/jakarta`` and ``data/jakarta-year``. Running it again gives the same bytes.
``data/README.md`` tells column by column what is known and what is assumed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from data import programme
from data.programme import HERE, table
from optimizer.domain.scenario import CalendarRow, Scenario, Unit, Venue, Weekday
from optimizer.formats.save import save
from optimizer.generator.catalog import ASKED, COURSES, KINDS, Odds, wish
from optimizer.generator.demand import CLASSES, Demand
from optimizer.generator.dice import Dice
from optimizer.generator.season import row

SEED = 2026
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
QUARTER = (date(2026, 1, 5), date(2026, 4, 4))
# The press tells of Monday to Friday for courses of 20 days; the short courses of 7 to 10 days
# are taken to use Saturdays too.
WORKING_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat")
# In a quarter nearly all requests are for one class; over a year venues ask for more at once.
QUARTER_CLASSES = ((1, 97.0), (2, 2.0), (3, 1.0))
NARROW: Odds = (("S", 30.0), ("M", 50.0), ("L", 20.0))
NARROW_KINDS = ("village-hall", "park", "mosque")
CLOSURES = {
    "village-hall": ("Village assembly", "Social aid handed out here", "Renovation"),
    "flats": ("Tenants' meeting", "Renovation"),
    "park": ("Children's week", "Renovation"),
    "sports-hall": ("Tournament", "Concert"),
    "school": ("Examinations", "School anniversary"),
    "mosque": ("Religious school", "Renovation"),
    "church": ("Retreat", "Renovation"),
    "prison": ("Inspection", "Visitors' week"),
}


def venues() -> list[Venue]:
    """The 125 venues by city; places known, rooms, access and facilities drawn by kind and quarter."""
    dice = Dice(SEED, "venues")
    quarters = characters()
    found = []
    lines = sorted(table("places/jakarta_venues.csv"), key=lambda line: (line["city"], line["district"]))
    for number, line in enumerate(lines, 1):
        kind = kind_of(line)
        narrow = kind in NARROW_KINDS and quarters[line["city"], line["district"]] == "dense"
        found.append(
            Venue(
                id=f"V{number:03}",
                name=line["name"],
                kind=kind,
                city=line["city"],
                district=line["district"],
                latitude=float(line["latitude"]),
                longitude=float(line["longitude"]),
                rooms=2 if dice.chance(KINDS[kind].two_rooms) else 1,
                access=dice.weighted(NARROW if narrow else KINDS[kind].access),
                facilities=tuple(name for name, odds in KINDS[kind].facilities.items() if dice.chance(odds)),
                lead_days=KINDS[kind].lead_days,
                address=f"Kelurahan {line['village']}, Kecamatan {line['district']}, {line['city']}",
            )
        )
    return found


def kind_of(line: dict[str, str]) -> str:
    """The venue's kind; places of worship are told apart, for they close on different days."""
    if line["kind"] != "worship":
        return line["kind"]
    return "mosque" if line["name"].startswith("Masjid") else "church"


def characters() -> dict[tuple[str, str], str]:
    """The assumed character of each district."""
    return {
        (line["city"], line["district"]): line["character"]
        for line in table("assumptions/jakarta/districts.csv")
    }


def calendar(fleet: Sequence[Unit], hosts: Sequence[Venue]) -> list[CalendarRow]:
    """All rows of 2026: those of the table, maintenance (three times a unit), closures (twice a venue)."""
    rows = programme.calendar("assumptions/jakarta/calendar.csv")
    dice = Dice(SEED, "maintenance")
    for unit in fleet:
        for third in range(3):
            first = YEAR[0] + timedelta(days=122 * third + dice.whole(0, 115))
            last = first + timedelta(days=dice.whole(2, 5))
            rows.append(row("Maintenance", f"unit:{unit.id}", first, last, "0"))
    dice = Dice(SEED, "closures")
    for venue in hosts:
        for half in range(2):
            first = YEAR[0] + timedelta(days=182 * half + dice.whole(0, 175))
            last = first + timedelta(days=dice.whole(1, 6))
            rows.append(row(dice.pick(CLOSURES[venue.kind]), f"venue:{venue.id}", first, last, "0"))
    return rows


def requests_weight(hosts: Sequence[Venue]) -> dict[str, float]:
    """How much a venue asks for: in proportion to its village's people, within bounds."""
    people = {
        (line["city"], line["district"], line["village"]): int(line["population_estimate_2025"])
        for line in table("places/jakarta_villages.csv")
    }
    villages = {
        (line["name"], line["city"]): (line["city"], line["district"], line["village"])
        for line in table("places/jakarta_venues.csv")
    }
    return {
        venue.id: min(3.0, max(0.4, people[villages[venue.name, venue.city]] / 40_000)) for venue in hosts
    }


def scenario(
    name: str, horizon: tuple[date, date], load: float, classes: tuple[tuple[int, float], ...]
) -> Scenario:
    """One scenario of the programme; places, fleet and calendar are the same for every horizon."""
    start, end = horizon
    homes = programme.depots("places/jakarta_depots.csv")
    fleet = programme.units("assumptions/jakarta/fleet.csv", homes)
    hosts = venues()
    without = Scenario(
        name=name,
        start=start,
        end=end,
        working_days=WORKING_DAYS,
        depots=tuple(homes),
        units=tuple(fleet),
        courses=COURSES,
        venues=tuple(hosts),
        calendar=tuple(line for line in calendar(fleet, hosts) if line.first <= end and line.last >= start),
        instructors=tuple(programme.instructors("assumptions/jakarta/instructors.csv")),
    )
    quarters = characters()
    weights = requests_weight(hosts)
    demand = Demand(
        without,
        ASKED,
        lambda venue, course: wish(course.id, venue.kind, quarters[venue.city, venue.district]),
        lambda venue: weights[venue.id],
        Dice(SEED, f"requests of {name}"),
        classes,
    )
    named = programme.requests("assumptions/jakarta/requests.csv", hosts)
    return without.replace(requests=demand.requests(load, named))


def main(directory: Path) -> None:
    """Write both scenarios below ``directory``."""
    save(scenario("Jakarta 2026 Q1", QUARTER, 1.76, QUARTER_CLASSES), directory / "jakarta")
    save(scenario("Jakarta 2026", YEAR, 1.6, CLASSES), directory / "jakarta-year")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
