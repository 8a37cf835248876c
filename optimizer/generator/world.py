"""A whole generated scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from optimizer.domain.scenario import CalendarRow, Depot, Instructors, Scenario, Unit, Venue
from optimizer.generator.catalog import ASKED, COURSES, EQUIPMENT, KINDS, wish
from optimizer.generator.demand import Demand
from optimizer.generator.dice import Dice, apportion
from optimizer.generator.geography import MOST_METROPOLISES, City, lay_cities, spread_over
from optimizer.generator.season import row, season_rows

DEPOTS_PER_UNIT = 7 / 23
LATE_UNITS = 0.03
MAINTENANCE_EVERY = 120
CLOSURE_EVERY = 200
CLOSURES = ("Renovation", "Local event", "Hall taken", "Flood clean-up", "Examinations")


def generate(
    units: int,
    venues: int,
    days: int = 90,
    cities: int | None = None,
    seed: int = 1,
    *,
    start: date = date(2026, 1, 5),
    load: float = 1.6,
) -> Scenario:
    """
    A realistic scenario; what is assumed stands in the package's docstring.

    Parameters
    ----------
    units
        Number of units, 0 or more.
    venues
        Number of venues, 0 or more.
    days
        Calendar days of the horizon.
    cities
        Number of cities, at most one per venue; five of them make a metropolis. By default five,
        or one per venue where there are fewer venues.
    seed
        The same seed (and version of the ``holidays`` package) gives the same scenario.
    start
        First day of the horizon.
    load
        Classes asked for against what the fleet can teach, both in unit-days.

    Raises
    ------
    ValueError
        When a number is out of its range.
    """
    if cities is None:
        cities = min(5, max(venues, 1))
    _in_range(units, venues, days, cities, load)
    towns = lay_cities(cities, venues, Dice(seed, "cities"))
    depots = _depots(units, towns, Dice(seed, "depots"))
    end = start + timedelta(days=days - 1)
    fleet = _units(units, depots, start, days, Dice(seed, "units"))
    hosts, quarters = _venues(towns, Dice(seed, "venues"))
    kinds = {f"kind:{venue.kind}" for venue in hosts}
    calendar = [
        *(line for line in season_rows(start, end) if line.scope == "all" or line.scope in kinds),
        *_maintenance(fleet, start, days, Dice(seed, "maintenance")),
        *_closures(hosts, start, days, Dice(seed, "closures")),
    ]
    scenario = Scenario(
        name=f"Generated {units} x {venues}, {days} days, seed {seed}",
        start=start,
        end=end,
        working_days=("mon", "tue", "wed", "thu", "fri", "sat"),
        depots=tuple(depots),
        units=tuple(fleet),
        courses=COURSES,
        venues=tuple(hosts),
        calendar=tuple(calendar),
        instructors=tuple(_instructors(fleet)),
    )
    weights = _venue_weights(hosts, Dice(seed, "weights"))
    demand = Demand(
        scenario,
        ASKED,
        lambda venue, course: wish(course.id, venue.kind, quarters[venue.id]),
        lambda venue: weights[venue.id],
        Dice(seed, "requests"),
    )
    return scenario.replace(requests=demand.requests(load))


def _in_range(units: int, venues: int, days: int, cities: int, load: float) -> None:
    for name, value, low, high in (
        ("units", units, 0, 100_000),
        ("venues", venues, 0, 1_000_000),
        ("days", days, 1, 3_660),
        ("cities", cities, 1, min(max(venues, 1), 5 * MOST_METROPOLISES)),
    ):
        if not low <= value <= high:
            raise ValueError(f"{value} {name}; expected {low} to {high}.")
    if not 0 <= load <= 100:
        raise ValueError(f"A load of {load}; expected 0 to 100.")


def _depots(units: int, cities: Sequence[City], dice: Dice) -> list[Depot]:
    count = max(1, round(units * DEPOTS_PER_UNIT)) if units else 0
    width = max(2, len(str(count)))
    depots = []
    for number, index in enumerate(spread_over(count, cities), 1):
        point = cities[index].somewhere(dice, spread=2.0)
        depots.append(
            Depot(
                id=f"D{number:0{width}}",
                name=f"Training centre {number}, {cities[index].name}",
                city=cities[index].name,
                latitude=point.latitude,
                longitude=point.longitude,
            )
        )
    return depots


def _units(count: int, depots: Sequence[Depot], start: date, days: int, dice: Dice) -> list[Unit]:
    shares = apportion(count, [kind.share for kind in EQUIPMENT.values()])
    firsts = dice.mixed(list(zip(EQUIPMENT, shares, strict=True)))
    width = max(2, len(str(count)))
    seen: Counter[str] = Counter()
    units = []
    for index, first in enumerate(firsts):
        kind = EQUIPMENT[first]
        second = dice.weighted(kind.second)
        seen[first] += 1
        late = dice.chance(LATE_UNITS)
        joins = start + timedelta(days=dice.whole(1, max(1, days // 2)))
        units.append(
            Unit.model_validate(
                {
                    "id": f"U{index + 1:0{width}}",
                    "name": f"MTU {kind.label} {seen[first]}",
                    "depot": depots[index * len(depots) // count].id,
                    "equipment": (first, second) if second else (first,),
                    "vehicle": dice.weighted(kind.vehicle),
                    "from": joins if late else None,
                }
            )
        )
    return units


def _venues(cities: Sequence[City], dice: Dice) -> tuple[list[Venue], dict[str, str]]:
    """Venues city by city, and the character of each venue's quarter."""
    total = sum(city.venues for city in cities)
    shares = apportion(total, [kind.share for kind in KINDS.values()])
    kinds = dice.mixed(list(zip(KINDS, shares, strict=True)))
    width = max(3, len(str(total)))
    venues: list[Venue] = []
    quarters = {}
    seen: Counter[str] = Counter()
    for city in cities:
        for _ in range(city.venues):
            number = len(venues) + 1
            name = kinds[number - 1]
            kind = KINDS[name]
            seen[name] += 1
            district, quarter = dice.pick(city.districts)
            point = city.somewhere(dice)
            venue = Venue(
                id=f"V{number:0{width}}",
                name=f"{name.replace('-', ' ').capitalize()} {seen[name]}",
                kind=name,
                city=city.name,
                district=district,
                latitude=point.latitude,
                longitude=point.longitude,
                rooms=2 if dice.chance(kind.two_rooms) else 1,
                access=dice.weighted(kind.access),
                facilities=tuple(item for item, odds in kind.facilities.items() if dice.chance(odds)),
                lead_days=kind.lead_days,
            )
            venues.append(venue)
            quarters[venue.id] = quarter
    return venues, quarters


def _venue_weights(venues: Sequence[Venue], dice: Dice) -> dict[str, float]:
    return {venue.id: dice.weighted(((1.0, 30), (2.0, 35), (3.0, 20), (4.0, 15))) for venue in venues}


def _maintenance(units: Sequence[Unit], start: date, days: int, dice: Dice) -> list[CalendarRow]:
    rows = []
    for unit in units:
        for _ in range(_how_many(days / MAINTENANCE_EVERY, dice)):
            first = start + timedelta(days=dice.whole(0, days - 1))
            last = first + timedelta(days=dice.whole(2, 5))
            rows.append(row("Maintenance", f"unit:{unit.id}", first, last, "0"))
    return rows


def _closures(venues: Sequence[Venue], start: date, days: int, dice: Dice) -> list[CalendarRow]:
    rows = []
    for venue in venues:
        for _ in range(_how_many(days / CLOSURE_EVERY, dice)):
            first = start + timedelta(days=dice.whole(0, days - 1))
            last = first + timedelta(days=dice.whole(1, 6))
            rows.append(row(dice.pick(CLOSURES), f"venue:{venue.id}", first, last, "0"))
    return rows


def _how_many(mean: float, dice: Dice) -> int:
    """A whole number whose mean is ``mean``: two chances for each whole part, one for the rest."""
    whole = int(mean)
    return sum(dice.chance(0.5) for _ in range(2 * whole)) + int(dice.chance(mean - whole))


def _instructors(units: Sequence[Unit]) -> list[Instructors]:
    carriers = Counter(equipment for unit in units for equipment in unit.equipment)
    return [
        Instructors(
            id=f"I-{course.id}",
            name=f"Instructors for {course.name}",
            courses=(course.id,),
            count=max(1, round(0.8 * carriers[course.equipment])),
        )
        for course in COURSES
        if carriers[course.equipment]
    ]
