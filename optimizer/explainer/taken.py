"""Reasons that lie in the plan: every possible unit and start collides (R5, R7, R9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.domain.plan import Reason, Rotation
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import Code, reason
from optimizer.explainer.standing import Standing
from optimizer.explainer.wording import count_text, list_text, named, rotation_text, span_text
from optimizer.openings import Bools


def taken_reasons(standing: Standing, cells: Cells) -> Iterator[Reason]:
    """
    Who holds the slots, where nothing is free.

    A rule that by itself blocks every start gets a reason of its own; where only several
    together do, one reason names them all, with the numbers of starts that each blocks.
    """
    if not len(cells) or cells.free.any():
        return
    blocks = {"R5": cells.busy, "R7": cells.room_full, "R9": cells.pool_full}
    codes = {"R5": Code.UNITS_BUSY, "R7": Code.ROOMS_FULL, "R9": Code.INSTRUCTORS_BUSY}
    holders = {"R5": _unit_holders, "R7": _room_holders, "R9": _instructor_holders}
    alone = [rule for rule, blocked in blocks.items() if blocked.all()]
    for rule in alone:
        text = f"{holders[rule](standing, cells)} That blocks {_all_starts(standing, cells)}."
        yield reason(codes[rule], rule, text)
    if not alone:
        rules = [rule for rule, blocked in blocks.items() if blocked.any()]
        text = " ".join(
            [
                f"Something is in the way on {_all_starts(standing, cells)}: {_numbers(blocks)}.",
                *(holders[rule](standing, cells) for rule in rules),
            ]
        )
        yield reason(Code.NO_FREE_SLOT, ", ".join(rules), text)


def units_text(cells: Cells) -> str:
    """How many units the cells are of, and of how many."""
    if cells.looked_at < cells.units:
        return f"the nearest {cells.looked_at:,} of {cells.units:,} units"
    return count_text(cells.units, "unit")


def _all_starts(standing: Standing, cells: Cells) -> str:
    day = standing.scenario.day
    days = span_text(day(int(cells.first.min())), day(int(cells.first.max())))
    every = "the one possible start" if len(cells) == 1 else f"all {len(cells):,} possible starts"
    return f"{every} ({units_text(cells)}, {days})"


def _numbers(blocks: dict[str, Bools]) -> str:
    """How many starts each rule blocks alone, and how many several block."""
    what = {"R5": "the unit's other rotations", "R7": "full rooms", "R9": "instructors who are all teaching"}
    times = np.sum(list(blocks.values()), axis=0)
    parts = [
        f"{int(np.sum(blocked & (times == 1))):,} by {what[rule]} alone ({rule})"
        for rule, blocked in blocks.items()
        if np.any(blocked & (times == 1))
    ]
    several = int(np.sum(times > 1))
    if several:
        parts.append(f"{several:,} by more than one of {', '.join(r for r, b in blocks.items() if b.any())}")
    return list_text(parts)


def _unit_holders(standing: Standing, cells: Cells) -> str:
    """The rotations of the units that block the most starts."""
    change = np.zeros(len(standing.first) + 1, dtype=np.int64)
    np.add.at(change, cells.low, 1)
    np.add.at(change, cells.high, -1)
    blocked = np.cumsum(change)[standing.slot]
    chosen = np.flatnonzero(blocked)
    chosen = chosen[np.argsort(-blocked[chosen], kind="stable")]
    found = [standing.rotations[index] for index in chosen.tolist()]
    units = "The unit that could teach it is" if cells.units == 1 else "The units that could teach it are"
    return f"{units} taken or on the move (R5), most of all by {_rotations(found)}."


def _room_holders(standing: Standing, cells: Cells) -> str:
    venue = standing.scenario.venue_by_id[cells.request.venue]
    rooms = "The only room" if venue.rooms == 1 else f"The {venue.rooms} rooms"
    held = "is" if venue.rooms == 1 else "are"
    holders = _overlapping(standing, cells, standing.at_venue(venue.id))
    return f"{rooms} of {named(venue)} {held} taken (R7) by {_rotations(holders)}."


def _instructor_holders(standing: Standing, cells: Cells) -> str:
    pool = standing.pool_of[cells.request.course]
    row = standing.scenario.instructors[pool]
    if not row.count:
        return f"{row.name} ({row.id}) number 0 (R9)."
    holders = _overlapping(standing, cells, standing.of_pool(pool))
    all_of = "The one" if row.count == 1 else f"All {row.count}"
    return f"{all_of} of {row.name} ({row.id}) teach (R9), among others {_rotations(holders)}."


def _overlapping(standing: Standing, cells: Cells, members: Sequence[int]) -> list[Rotation]:
    """The members that overlap one of the cells' stays, those that overlap the most first."""
    counts = {}
    for index in members:
        slot = standing.slot[index]
        overlap = (cells.first <= standing.last[slot]) & (cells.last >= standing.first[slot])
        counts[index] = int(overlap.sum())
    chosen = sorted((index for index in counts if counts[index]), key=lambda index: -counts[index])
    return [standing.rotations[index] for index in chosen]


def _rotations(found: Sequence[Rotation]) -> str:
    return list_text(found, say=rotation_text)
