"""Relations that leave the best score as it is, or multiply it: the same plans under other words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import lcm
from random import Random

from optimizer.domain.scenario import Distance, Scenario
from tests.naming import changed, renamed, side_by_side
from tests.oracles.relations import (
    SAME,
    SEVENFOLD,
    TWOFOLD,
    Pair,
    Relation,
    added_row,
    pins_break,
    put_in,
)
from tests.oracles.world import World


def rows_permuted(scenario: Scenario, random: Random) -> Pair:
    """The order of rows means nothing, save in the calendar where an open row overrules earlier ones."""
    tables = {
        name: tuple(random.sample(rows, len(rows)))
        for name in ("depots", "units", "courses", "venues", "requests", "instructors", "pins", "distances")
        if (rows := getattr(scenario, name))
    }
    if not any(row.opens for row in scenario.calendar):
        tables["calendar"] = tuple(random.sample(scenario.calendar, len(scenario.calendar)))
    return Pair(scenario.replace(**tables), SAME)


def names_changed(scenario: Scenario, random: Random) -> Pair:
    """Ids, cities, kinds, equipment and facilities are only names; their text order changes too."""
    new = _new_names(scenario, random)
    return Pair(renamed(scenario, lambda sort, name: new[sort, name]), SAME)


def agencies_side_by_side(scenario: Scenario, random: Random) -> Pair:
    """Two agencies alike that share nothing reach twice as much together."""
    before = scenario.replace(objective=changed(scenario.objective, equity=Decimal(0)))
    return Pair(side_by_side([before, before]), TWOFOLD, before=before)


def _new_names(scenario: Scenario, random: Random) -> dict[tuple[str, str], str]:
    old: dict[str, set[str]] = {
        "depot": {row.id for row in scenario.depots},
        "unit": {row.id for row in scenario.units},
        "course": {row.id for row in scenario.courses},
        "venue": {row.id for row in scenario.venues},
        "request": {row.id for row in scenario.requests},
        "instructors": {row.id for row in scenario.instructors},
        "kind": {row.kind for row in scenario.venues},
        "city": {row.city for row in scenario.venues}
        | {row.city for row in scenario.depots}
        | {row.scope_key for row in scenario.calendar if row.scope_type == "city"},
        "equipment": {name for row in scenario.units for name in row.equipment}
        | {row.equipment for row in scenario.courses},
        "facility": {name for row in scenario.venues for name in row.facilities}
        | {name for row in scenario.courses for name in row.needs},
    }
    new: dict[tuple[str, str], str] = {}
    for sort, names in old.items():
        numbers = random.sample(range(100), len(names))
        # "007" and "7" are different ids, and one id may be a unit's and a venue's at once.
        new |= {(sort, name): f"{number:03d}" for name, number in zip(sorted(names), numbers, strict=True)}
    return new


def shifted_by_a_week(scenario: Scenario, random: Random) -> Pair | None:
    """Without public holidays every week is like the next."""
    if scenario.holidays:
        scenario = scenario.replace(holidays="")
    week = timedelta(days=7)

    def later(day: date | None) -> date | None:
        return day and day + week

    after = scenario.replace(
        start=later(scenario.start),
        end=later(scenario.end),
        units=tuple(changed(row, first=later(row.first), last=later(row.last)) for row in scenario.units),
        requests=tuple(
            changed(row, earliest=later(row.earliest), latest=later(row.latest)) for row in scenario.requests
        ),
        calendar=tuple(
            changed(row, first=later(row.first), last=later(row.last)) for row in scenario.calendar
        ),
        pins=tuple(changed(row, start=later(row.start)) for row in scenario.pins),
    )
    return None if pins_break(scenario) else Pair(after, SAME, before=scenario)


def rates_times_seven(scenario: Scenario, random: Random) -> Pair:
    """Seven times each rate is seven times the score, where nothing is rounded."""
    requests = tuple(changed(row, priority=Decimal(random.choice((0, 1, 1, 2)))) for row in scenario.requests)
    asked = lcm(*(people for people in World(scenario).asked().values() if people))
    before = scenario.replace(
        requests=requests,
        courses=tuple(changed(row, value=Decimal(random.choice((1, 2, 3)))) for row in scenario.courses),
        objective=changed(
            scenario.objective,
            person=Decimal(random.choice(("1", "0.5", "2.125"))),
            km=Decimal(random.choice((0, 1, 2))),
            equity=Decimal(asked) / 1000 * random.choice((0, 1, 5)),
        ),
    )
    rates = before.objective
    after = changed(rates, person=7 * rates.person, km=7 * rates.km, equity=7 * rates.equity)
    return Pair(before.replace(objective=after), SEVENFOLD, before=before)


def depot_without_units(scenario: Scenario, random: Random) -> Pair | None:
    """A depot that no unit calls home changes nothing."""
    if scenario.distances:
        return None
    twin = changed(random.choice(scenario.depots), id="D9", name="Twin")
    return Pair(scenario.replace(depots=put_in(scenario.depots, twin, random)), SAME)


def venue_without_requests(scenario: Scenario, random: Random) -> Pair | None:
    """A venue that asks for nothing changes nothing, nor does its city."""
    if scenario.distances:
        return None
    city = random.choice((random.choice(scenario.venues).city, "Nowhere"))
    twin = changed(random.choice(scenario.venues), id="V9", name="Twin", city=city)
    return Pair(scenario.replace(venues=put_in(scenario.venues, twin, random)), SAME)


def distances_written_down(scenario: Scenario, random: Random) -> Pair | None:
    """A matrix file that says what the formula gives changes nothing."""
    if scenario.distances:
        return None
    world = World(scenario)
    places = [f"depot:{row.id}" for row in scenario.depots] + [f"venue:{row.id}" for row in scenario.venues]
    rows = tuple(
        Distance.model_validate({"from": one, "to": other, "metres": world.metres(one, other)})
        for one in places
        for other in places
        if one != other
    )
    travel = changed(scenario.travel, provider="matrix", file="distances.csv")
    return Pair(scenario.replace(travel=travel, distances=rows), SAME)


def calendar_row_split(scenario: Scenario, random: Random) -> Pair | None:
    """A row from Monday to Friday says what one to Wednesday and one from Thursday say."""
    long = [place for place, row in enumerate(scenario.calendar) if row.first < row.last]
    if not long:
        return None
    place = random.choice(long)
    row = scenario.calendar[place]
    cut = row.first + timedelta(days=random.randrange((row.last - row.first).days))
    halves = (changed(row, last=cut), changed(row, first=cut + timedelta(days=1)))
    return Pair(
        scenario.replace(calendar=(*scenario.calendar[:place], *halves, *scenario.calendar[place + 1 :])),
        SAME,
    )


def weekend_as_rows(scenario: Scenario, random: Random) -> Pair:
    """Days off count as a first row of scope all with credit 0."""
    off = tuple(
        day for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if day not in scenario.working_days
    )
    row = added_row(scenario, "all", "0", weekdays=off) if off else None
    calendar = (row, *scenario.calendar) if row else scenario.calendar
    everyday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Pair(scenario.replace(working_days=everyday, calendar=calendar), SAME)


def too_few_to_teach(scenario: Scenario, random: Random) -> Pair | None:
    """A request of fewer people than a class needs gets none."""
    request = random.choice(scenario.requests)
    twin = changed(request, id="K0", people=World(scenario).courses[request.course].class_min - 1)
    if twin.people < 1 or scenario.objective.equity:
        return None
    return Pair(scenario.replace(requests=put_in(scenario.requests, twin, random)), SAME)


RELATIONS: tuple[Relation, ...] = (
    rows_permuted,
    names_changed,
    agencies_side_by_side,
    shifted_by_a_week,
    rates_times_seven,
    depot_without_units,
    venue_without_requests,
    distances_written_down,
    calendar_row_split,
    weekend_as_rows,
    too_few_to_teach,
)
