"""Reasons that lie in the plan: every possible unit and start collides (R5, R7, R9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.domain.plan import Reason
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import Code, reason
from optimizer.explainer.standing import Standing
from optimizer.explainer.wording import list_text, named, rotation_text, span_text
from optimizer.openings import Bools, Ints

_CODES = {"R5": Code.UNITS_BUSY, "R7": Code.ROOMS_FULL, "R9": Code.INSTRUCTORS_BUSY}


def taken_reasons(standing: Standing, cells: Cells) -> Iterator[Reason]:
    """
    Who holds the slots, where nothing is free.

    A rule that by itself blocks every start gets a reason of its own; where only several
    together do, one reason names them all, with the numbers of starts that each blocks.
    """
    if not len(cells) or cells.free.any():
        return
    blocks = {"R5": cells.busy, "R7": cells.room_full, "R9": cells.pool_full}
    every = _every_start(standing, cells)
    alone = [rule for rule, blocked in blocks.items() if blocked.all()]
    for rule in alone:
        text = f"{every} is blocked: {_holders(standing, cells, rule)}."
        yield reason(_CODES[rule], rule, text)
    if not alone:
        rules = [rule for rule, blocked in blocks.items() if blocked.any()]
        holders = "; ".join(_holders(standing, cells, rule, most=2) for rule in rules)
        text = f"{every} is blocked, {_numbers(blocks)}: {holders}."
        yield reason(Code.NO_FREE_SLOT, ", ".join(rules), text)


def units_text(cells: Cells) -> str:
    """Which units the cells are of: ``the 3 units``, or the nearest of them."""
    if cells.looked_at < cells.units:
        return f"the nearest {cells.looked_at:,} of the {cells.units:,} units"
    return "the one unit" if cells.units == 1 else f"the {cells.units:,} units"


def _every_start(standing: Standing, cells: Cells) -> str:
    day = standing.scenario.day
    days = span_text(day(int(cells.first.min())), day(int(cells.first.max())))
    return f"Every possible start ({len(cells):,}, by {units_text(cells)} that could teach it, {days})"


def _numbers(blocks: dict[str, Bools]) -> str:
    """How many starts each rule blocks alone, and how many several block."""
    times = np.sum(list(blocks.values()), axis=0)
    parts = [
        f"{int(np.sum(blocked & (times == 1))):,} by {rule} alone"
        for rule, blocked in blocks.items()
        if np.any(blocked & (times == 1))
    ]
    several = int(np.sum(times > 1))
    return list_text([*parts, f"{several:,} by more than one rule"] if several else parts)


def _holders(standing: Standing, cells: Cells, rule: str, most: int = 4) -> str:
    """What is in the way by one rule, those first that block the most starts."""
    scenario, request = standing.scenario, cells.request
    if rule == "R5":
        chosen = _rotations_of_units(standing, cells)
        units = "the unit teaches or moves for" if cells.units == 1 else "the units teach or move for"
        return f"{units} {_names(standing, cells, chosen, most)} (R5)"
    if rule == "R7":
        venue = scenario.venue_by_id[request.venue]
        chosen = _overlapping(standing, cells, standing.at_venue(venue.id))
        rooms = "the only room" if venue.rooms == 1 else f"the {venue.rooms} rooms"
        held = f"{rooms} of {named(venue)} {'is' if venue.rooms == 1 else 'are'} taken by"
        return f"{held} {_names(standing, cells, chosen, most)} (R7)"
    row = scenario.instructors[standing.pool_of[request.course]]
    chosen = _overlapping(standing, cells, standing.of_pool(standing.pool_of[request.course]))
    teach = (
        f"the one of {row.name} ({row.id}) teaches"
        if row.count == 1
        else f"all {row.count} of {row.name} ({row.id}) teach"
    )
    return f"{teach} {_names(standing, cells, chosen, most)} (R9)"


def _rotations_of_units(standing: Standing, cells: Cells) -> Ints:
    """The rotations of the units that block starts, those that block the most first."""
    change = np.zeros(len(standing.first) + 1, dtype=np.int64)
    np.add.at(change, cells.low, 1)
    np.add.at(change, cells.high, -1)
    blocked = np.cumsum(change)[standing.slot]
    chosen = np.flatnonzero(blocked)
    found: Ints = chosen[np.argsort(-blocked[chosen], kind="stable")]
    return found


def _overlapping(standing: Standing, cells: Cells, members: Sequence[int]) -> Ints:
    """The members that overlap one of the cells' stays, those that overlap the most first."""
    chosen = np.array(members, dtype=np.int64)
    slots = standing.slot[chosen]
    begun = np.searchsorted(np.sort(cells.first), standing.last[slots], side="right")
    ended = np.searchsorted(np.sort(cells.last), standing.first[slots], side="left")
    overlaps = begun - ended
    order = np.argsort(-overlaps, kind="stable")
    found: Ints = chosen[order[overlaps[order] > 0]]
    return found


def _names(standing: Standing, cells: Cells, chosen: Ints, most: int) -> str:
    def say(index: int) -> str:
        rotation = standing.rotations[index]
        own = "its own " if rotation.request == cells.request.id else ""
        return own + rotation_text(rotation)

    return list_text(chosen.tolist(), most, say)
