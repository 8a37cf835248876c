"""Relations that can only raise, or only lower, the best score."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from optimizer.domain.scenario import Instructors, Pin, Scenario, Unit, Venue
from tests.naming import changed
from tests.oracles.exact import options
from tests.oracles.relations import (
    NOT_LESS,
    NOT_MORE,
    Pair,
    Relation,
    added_row,
    each,
    one_of,
    pins_break,
    put_in,
)
from tests.oracles.world import World


def unit_added(scenario: Scenario, random: Random) -> Pair:
    """One unit more."""
    twin: Unit = changed(random.choice(scenario.units), id=random.choice(("A1", "U20", "Z9")), name="Twin")
    return Pair(scenario.replace(units=put_in(scenario.units, twin, random)), NOT_LESS)


def unit_lost(scenario: Scenario, random: Random) -> Pair | None:
    """One unit less."""
    lost = random.choice(scenario.units)
    if any(pin.unit == lost.id for pin in scenario.pins):
        return None
    calendar = tuple(row for row in scenario.calendar if row.scope != f"unit:{lost.id}")
    units = tuple(row for row in scenario.units if row is not lost)
    return Pair(scenario.replace(units=units, calendar=calendar), NOT_MORE)


def request_dropped(scenario: Scenario, random: Random) -> Pair | None:
    """One request less; with equity it could have been the one that holds its city back."""
    gone = random.choice(scenario.requests)
    if any(pin.request == gone.id for pin in scenario.pins):
        return None
    before = scenario.replace(objective=changed(scenario.objective, equity=Decimal(0)))
    requests = tuple(row for row in scenario.requests if row is not gone)
    return Pair(before.replace(requests=requests), NOT_MORE, before=before)


def window_tightened(scenario: Scenario, random: Random) -> Pair | None:
    """A request that may start later or has to end earlier."""

    def tighter(row: Any) -> Any:
        days = timedelta(days=random.randint(1, 6))
        if random.random() < 0.5:
            return changed(row, earliest=(row.earliest or scenario.start) + days)
        return changed(row, latest=(row.latest or scenario.end) - days)

    after = scenario.replace(requests=one_of(scenario.requests, random, tighter))
    if any(row.earliest and row.latest and row.earliest > row.latest for row in after.requests):
        return None
    return None if pins_break(after) else Pair(after, NOT_MORE)


def windows_widened(scenario: Scenario, random: Random) -> Pair:
    """Requests that no longer mind when."""
    field = random.choice(("earliest", "latest"))
    return Pair(scenario.replace(requests=each(scenario.requests, **{field: None})), NOT_LESS)


def unit_dates_widened(scenario: Scenario, random: Random) -> Pair:
    """Units that are there from the first to the last day."""
    field = random.choice(("first", "last"))
    return Pair(scenario.replace(units=each(scenario.units, **{field: None})), NOT_LESS)


def days_closed(scenario: Scenario, random: Random) -> Pair | None:
    """A closure, or days that count less, at some places or for some course, said last."""
    scope = random.choice(
        (
            "all",
            f"city:{random.choice(scenario.venues).city}",
            f"kind:{random.choice(scenario.venues).kind}",
            f"venue:{random.choice(scenario.venues).id}",
            f"course:{random.choice(scenario.courses).id}",
        )
    )
    first = scenario.start + timedelta(days=random.randrange(scenario.days))
    row = added_row(
        scenario, scope, random.choice(("0", "50")), first, first + timedelta(days=random.randrange(4))
    )
    after = scenario.replace(calendar=(*scenario.calendar, row))
    # A longer stay than max_span allows, or a start on a closed day, may hit a pin.
    return None if pins_break(after) else Pair(after, NOT_MORE)


def days_opened(scenario: Scenario, random: Random) -> Pair:
    """Every day open somewhere, said last."""
    scope = random.choice((f"venue:{random.choice(scenario.venues).id}", "all"))
    return Pair(scenario.replace(calendar=(*scenario.calendar, added_row(scenario, scope, "open"))), NOT_LESS)


def room_added(scenario: Scenario, random: Random) -> Pair:
    """One room more at a venue."""
    venues = one_of(scenario.venues, random, lambda row: changed(row, rooms=row.rooms + 1))
    return Pair(scenario.replace(venues=venues), NOT_LESS)


def instructors_added(scenario: Scenario, random: Random) -> Pair | None:
    """One instructor more."""
    if not scenario.instructors:
        return None
    rows = one_of(scenario.instructors, random, lambda row: changed(row, count=row.count + 1))
    return Pair(scenario.replace(instructors=rows), NOT_LESS)


def instructors_shared(scenario: Scenario, random: Random) -> Pair | None:
    """Two groups that stand in for each other do at least what they do apart."""
    if len(scenario.instructors) != 2:
        return None
    one, other = scenario.instructors
    both: Instructors = changed(one, courses=one.courses + other.courses, count=one.count + other.count)
    return Pair(scenario.replace(instructors=(both,)), NOT_LESS)


def moves_eased(scenario: Scenario, random: Random) -> Pair:
    """Moves that take fewer days."""
    moves = scenario.moves
    if moves.days and random.random() < 0.5:
        moves = changed(moves, days=moves.days - 1)
    else:
        moves = changed(moves, km_per_day=moves.km_per_day * 2)
    return Pair(scenario.replace(moves=moves), NOT_LESS)


def span_lengthened(scenario: Scenario, random: Random) -> Pair:
    """Stays that may take longer."""
    courses = tuple(
        changed(row, max_span=row.longest_stay + random.randint(1, 3)) for row in scenario.courses
    )
    return Pair(scenario.replace(courses=courses), NOT_LESS)


def notice_shortened(scenario: Scenario, random: Random) -> Pair:
    """Venues that need less notice."""
    venues = tuple(changed(row, lead_days=row.lead_days // 2) for row in scenario.venues)
    return Pair(scenario.replace(venues=venues), NOT_LESS)


def site_improved(scenario: Scenario, random: Random) -> Pair:
    """Wider gates or more facilities at a venue."""

    def better(row: Venue) -> Any:
        if row.access != "L":
            return changed(row, access="L")
        return changed(row, facilities=("water", "power3", "hall"))

    return Pair(scenario.replace(venues=one_of(scenario.venues, random, better)), NOT_LESS)


def unit_equipped(scenario: Scenario, random: Random) -> Pair:
    """A unit that carries everything."""
    units = one_of(scenario.units, random, lambda row: changed(row, equipment=("loom", "oven", "press")))
    return Pair(scenario.replace(units=units), NOT_LESS)


def driving_cheaper(scenario: Scenario, random: Random) -> Pair:
    """Kilometres that cost less."""
    objective = changed(scenario.objective, km=scenario.objective.km / 2)
    return Pair(scenario.replace(objective=objective), NOT_LESS)


def people_worth_more(scenario: Scenario, random: Random) -> Pair:
    """A request, a course or a person that counts more."""
    which = random.randrange(3)
    if which == 0:
        rows = one_of(scenario.requests, random, lambda row: changed(row, priority=row.priority * 2))
        return Pair(scenario.replace(requests=rows), NOT_LESS)
    if which == 1:
        rows = one_of(scenario.courses, random, lambda row: changed(row, value=row.value + Decimal("0.3")))
        return Pair(scenario.replace(courses=rows), NOT_LESS)
    objective = changed(scenario.objective, person=scenario.objective.person * Decimal("1.1"))
    return Pair(scenario.replace(objective=objective), NOT_LESS)


def equity_worth_more(scenario: Scenario, random: Random) -> Pair:
    """Coverage that counts more."""
    objective = changed(scenario.objective, equity=scenario.objective.equity + Decimal("77.7"))
    return Pair(scenario.replace(objective=objective), NOT_LESS)


def horizon_shortened(scenario: Scenario, random: Random) -> Pair | None:
    """Fewer days at the end."""
    after = scenario.replace(end=scenario.end - timedelta(days=random.randint(1, 5)))
    return None if pins_break(after) else Pair(after, NOT_MORE)


def pin_added(scenario: Scenario, random: Random) -> Pair | None:
    """Pinning a stay can only cost."""
    if scenario.pins:
        return None
    possible = options(World(scenario))
    if not possible:
        return None
    chosen = random.choice(possible)
    start = scenario.start + timedelta(days=chosen.start)
    after = scenario.replace(pins=(Pin(request=chosen.request, unit=chosen.unit, start=start),))
    return None if pins_break(after) else Pair(after, NOT_MORE)


RELATIONS: tuple[Relation, ...] = (
    unit_added,
    unit_lost,
    request_dropped,
    window_tightened,
    windows_widened,
    unit_dates_widened,
    days_closed,
    days_opened,
    room_added,
    instructors_added,
    instructors_shared,
    moves_eased,
    span_lengthened,
    notice_shortened,
    site_improved,
    unit_equipped,
    driving_cheaper,
    people_worth_more,
    equity_worth_more,
    horizon_shortened,
    pin_added,
)
