"""The tables of a plan file (RULES.md section 4) read a second time, for plans that break no rule."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from tests.oracles.judge import Held, depot_day_between, legs
from tests.oracles.world import World, rounded

UnitRow = tuple[str, int, int, float, int, int]
CityRow = tuple[str, int, int, float]


def unit_rows(world: World, held: tuple[Held, ...]) -> list[UnitRow]:
    """Unit, rotations, people, km, days taught and days idle."""
    rows = []
    for unit in world.scenario.units:
        mine = [one for one in held if one.unit == unit.id]
        taught = stayed = moved = 0
        for one in mine:
            days = [one.start + timedelta(days=number) for number in range((one.end - one.start).days + 1)]
            stayed += len(days)
            taught += sum(world.credit(one.venue, one.course, day) > 0 for day in days)
        metres = sum(world.metres(*leg) for leg in legs(world, unit.id, mine))
        for earlier, later in pairwise(mine):
            if not depot_day_between(world, earlier, later):
                moved += world.move_days(earlier.venue, later.venue)
        there = [
            day
            for day in world.days()
            if (unit.first or day) <= day <= (unit.last or day) and not world.home(unit.id, day)
        ]
        people = sum(one.people for one in mine)
        rows.append((unit.id, len(mine), people, metres / 1000, taught, len(there) - stayed - moved))
    return rows


def city_rows(world: World, held: tuple[Held, ...]) -> list[CityRow]:
    """City, people requested, people served, and coverage with six decimals."""
    rows = []
    for city, asked in world.asked().items():
        served = sum(one.people for one in held if world.venues[one.venue].city == city)
        share = min(Fraction(1), Fraction(served, asked)) if asked else Fraction(1)
        rows.append((city, asked, served, rounded(share * 10**6) / 10**6))
    return rows


def left_over(world: World, held: tuple[Held, ...]) -> list[tuple[str, int]]:
    """Requests of which somebody is not served, with the people left."""
    served = dict.fromkeys(world.requests, 0)
    for one in held:
        served[one.request] += one.people
    left = [(request.id, request.people - served[request.id]) for request in world.scenario.requests]
    return [(name, people) for name, people in left if people > 0]
