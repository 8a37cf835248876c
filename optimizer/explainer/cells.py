"""Every unit and start at which a request could be held, and what stands in the way there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.scenario import Request
from optimizer.explainer.capacity import Capacities, Capacity
from optimizer.explainer.standing import Standing
from optimizer.openings import Bools, Ints

# Above this many, only the nearest units are looked at, and the reason says so.
MOST_CELLS = 5_000


@dataclass(frozen=True, slots=True)
class Cells:
    """
    Pairs of unit and start that keep R1 to R4 and R6, and their collisions with the plan.

    Parameters
    ----------
    request
        Whom another class is sought for.
    unit, first, last
        Of each cell: unit number, first and last day index.
    low, high
        Of each cell: the slots from ``low`` up to, not including, ``high`` collide (R5).
    rooms, instructors
        The limits of R7 and R9 that the request comes under.
    room_full, pool_full
        Of each cell: whether the venue's rooms (R7) or the instructors (R9) are taken on one
        of its days.
    barred
        Of each cell: whether pins alone keep everything else out (R10).
    units, looked_at
        How many units could hold the request, and how many of them the cells are of.
    to_venue, from_venue
        Metres of the way from and to every place; lower bounds where the legs are not exact.
    """

    request: Request
    unit: Ints
    first: Ints
    last: Ints
    low: Ints
    high: Ints
    rooms: Capacity
    instructors: Capacity | None
    room_full: Bools
    pool_full: Bools
    barred: Bools
    units: int
    looked_at: int
    to_venue: Ints
    from_venue: Ints

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def capacities(self) -> list[Capacity]:
        """The limits that there are."""
        return [self.rooms] if self.instructors is None else [self.rooms, self.instructors]

    @property
    def busy(self) -> Bools:
        """Of each cell: whether the unit's other stays collide (R5)."""
        return self.high > self.low

    @property
    def free(self) -> Bools:
        """Of each cell: whether nothing of the plan is in the way."""
        return ~(self.busy | self.room_full | self.pool_full)


def find_cells(standing: Standing, capacities: Capacities, request: Request) -> Cells:
    """All cells of a request, units in file order, then by start."""
    openings = standing.openings
    starts = openings.starts(request)
    carriers = openings.carriers(request)
    there = openings.there(carriers, starts)
    able = carriers[there.any(axis=1)]
    to_venue, from_venue = standing.legs.at_least(standing.legs.venue(request.venue))
    looked_at = able
    if len(able) * len(starts) > MOST_CELLS:
        home = standing.home_of[able]
        nearest = np.argsort(to_venue[home], kind="stable")[: max(1, MOST_CELLS // len(starts))]
        looked_at = able[np.sort(nearest)]
    rows, columns = np.nonzero(openings.there(looked_at, starts))
    unit, first, last = looked_at[rows], starts.first[columns], starts.last[columns]
    low, high = _colliding(standing, request, unit, first, last)
    rooms, instructors = capacities.rooms(request), capacities.instructors(request)
    return Cells(
        request=request,
        unit=unit,
        first=first,
        last=last,
        low=low,
        high=high,
        rooms=rooms,
        instructors=instructors,
        room_full=rooms.full(first, last),
        pool_full=instructors.full(first, last) if instructors else np.zeros(len(unit), dtype=bool),
        barred=_barred(standing, request, unit, first, last),
        units=len(able),
        looked_at=len(looked_at),
        to_venue=to_venue,
        from_venue=from_venue,
    )


def _colliding(
    standing: Standing, request: Request, unit: Ints, first: Ints, last: Ints
) -> tuple[Ints, Ints]:
    """R5: the slots that overlap the cell's stay, and those too near for the move to or from it."""
    low = standing.base[unit] + 1 + standing.ended[unit, first]
    high = standing.base[unit] + 1 + standing.begun[unit, last]
    venue = standing.legs.venue(request.venue)
    (to_least, to_most), (from_least, from_most) = standing.legs.move_days_around(venue)
    unsure = np.zeros(len(unit), dtype=bool)
    walking = np.arange(len(unit))
    while len(walking):
        slot, mine, start = low[walking] - 1, unit[walking], first[walking]
        end, place = standing.last[slot], standing.place[slot]
        apart = (standing.rotation[slot] < 0) | standing.home_between(mine, end, start)
        near = ~apart & (start - end - 1 < to_least[place])
        unsure[walking] |= ~apart & ~near & (start - end - 1 < to_most[place])
        walking = walking[near]
        low[walking] -= 1
    walking = np.arange(len(unit))
    while len(walking):
        slot, mine, end = high[walking], unit[walking], last[walking]
        start, place = standing.first[slot], standing.place[slot]
        apart = (standing.rotation[slot] < 0) | standing.home_between(mine, end, start)
        near = ~apart & (start - end - 1 < from_least[place])
        unsure[walking] |= ~apart & ~near & (start - end - 1 < from_most[place])
        walking = walking[near]
        high[walking] += 1
    # Where bounds on the way do not settle the move days, the exact way does.
    for cell in np.flatnonzero(unsure).tolist():
        slots = standing.colliding(int(unit[cell]), (int(first[cell]), int(last[cell]), venue))
        low[cell], high[cell] = slots.start, slots.stop
    return low, high


def _any_day(days: Bools, first: Ints, last: Ints) -> Bools:
    before = np.concatenate([[0], np.cumsum(days)])
    found: Bools = before[last + 1] > before[first]
    return found


def _barred(standing: Standing, request: Request, unit: Ints, first: Ints, last: Ints) -> Bools:
    """
    R10: cells that no plan with the pins can hold, whatever else it holds.

    Of the move days only ``moves.days`` is asked for: a longer move could be broken by a
    stay halfway.
    """
    scenario, pins = standing.scenario, standing.pinned
    if not pins:
        return np.zeros(len(unit), dtype=bool)
    at_venue = [index for index in pins if standing.rotations[index].venue == request.venue]
    full = standing.under_way(at_venue) >= scenario.venue_by_id[request.venue].rooms
    pool = standing.pool_of.get(request.course)
    if pool is not None:
        taught = [index for index in pins if standing.pool_of.get(standing.rotations[index].course) == pool]
        full |= standing.under_way(taught) >= scenario.instructors[pool].count
    barred = _any_day(full, first, last)
    units = set(unit.tolist())
    for index in pins:
        number = standing.unit_number[standing.rotations[index].unit]
        if number not in units:
            continue
        slot = standing.slot[index]
        start, end = standing.first[slot], standing.last[slot]
        same = unit == number
        barred |= same & (start <= last) & (end >= first)
        if standing.rotations[index].venue != request.venue:
            after = same & (first > end) & (first - end - 1 < scenario.moves.days)
            after &= ~standing.home_between(unit, np.where(after, end, first), first)
            before = same & (start > last) & (start - last - 1 < scenario.moves.days)
            before &= ~standing.home_between(unit, last, np.where(before, start, last))
            barred |= after | before
    return barred
