"""The tables of a plan: its rotations in full, and its units, cities and people left over (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from optimizer.checker.case import Case, Stay
from optimizer.checker.walk import days
from optimizer.checker.worth import city_people, coverage, rounded, served
from optimizer.domain.plan import CitySummary, Rotation, UnitSummary, Unserved
from optimizer.domain.scenario import Unit


def rotations(case: Case) -> tuple[Rotation, ...]:
    """The rotations by start, then unit, with everything computed."""
    return tuple(
        Rotation(
            id=stay.id,
            request=stay.request.id,
            unit=stay.unit.id,
            venue=stay.venue.id,
            course=stay.course.id,
            start=stay.start,
            end=stay.end,
            people=stay.people,
            pinned=stay.pinned,
        )
        for stay in case.stays
    )


def unserved(case: Case) -> tuple[Unserved, ...]:
    """Every request of which somebody is not served, with the people left over; no reasons."""
    done = served(case.stays)
    left = ((request.id, request.people - done.get(request.id, 0)) for request in case.scenario.requests)
    return tuple(Unserved(request=name, people=people) for name, people in left if people > 0)


def units(case: Case) -> tuple[UnitSummary, ...]:
    """What each unit does, all units in the order of the file."""
    metres = {unit.id: 0 for unit in case.scenario.units}
    for leg in case.legs:
        metres[leg.unit] += leg.metres
    return tuple(
        UnitSummary(
            unit=unit.id,
            rotations=len(stays),
            people=sum(stay.people for stay in stays),
            km=metres[unit.id] / 1000,
            days_taught=_days_taught(case, stays),
            days_idle=_days_idle(case, unit, stays),
        )
        for unit in case.scenario.units
        for stays in [case.by_unit.get(unit.id, [])]
    )


def cities(case: Case) -> tuple[CitySummary, ...]:
    """How well each city is served, in the order of the venues."""
    return tuple(
        CitySummary(
            city=city,
            requested=requested,
            served=done,
            coverage=rounded(coverage(requested, done) * 10**6) / 10**6,
        )
        for city, (requested, done) in city_people(case.scenario, served(case.stays)).items()
    )


def _days_taught(case: Case, stays: Sequence[Stay]) -> int:
    """Days of the unit's stays that have credit above 0."""
    return len(
        {
            day
            for stay in stays
            for day in days(stay.start, stay.end)
            if case.walk.credit(stay.venue, stay.course, day) > 0
        }
    )


def _days_idle(case: Case, unit: Unit, stays: Sequence[Stay]) -> int:
    """
    Days of the horizon inside the unit's dates on which it neither stays, nor moves, nor is at its depot.

    A move takes the first days after a stay that R5 asks to be free; the other days of the gap
    are idle, as are the days before the first stay and after the last: none is needed from or to
    the depot.
    """
    first = max(case.scenario.start, unit.first or case.scenario.start)
    last = min(case.scenario.end, unit.last or case.scenario.end)
    taken = {day for stay in stays for day in days(stay.start, stay.end)}
    for earlier, later in pairwise(stays):
        between = (later.start - earlier.end).days - 1
        for number in range(min(between, case.move_days(earlier, later))):
            taken.add(earlier.end + timedelta(days=number + 1))
    return sum(1 for day in days(first, last) if day not in taken and not case.walk.at_depot(unit, day))
