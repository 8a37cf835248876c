"""Reasons that lie in the plan: every possible unit and start collides (R5, R7, R9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from optimizer.domain.facts import Block, Span, TakenFacts
from optimizer.domain.plan import Reason
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import Code, in_the_way, reason, some, thing
from optimizer.explainer.standing import Standing
from optimizer.openings import Bools, Ints

Rule = Literal["R5", "R7", "R9"]
_CODES: dict[Rule, Code] = {"R5": Code.UNITS_BUSY, "R7": Code.ROOMS_FULL, "R9": Code.INSTRUCTORS_BUSY}


def taken_reasons(standing: Standing, cells: Cells) -> Iterator[Reason]:
    """
    Who holds the slots, where nothing is free.

    A rule that by itself blocks every start gets a reason of its own; where only several
    together do, one reason names them all, with the numbers of starts that each blocks.
    """
    if not len(cells) or cells.free.any():
        return
    blocks: dict[Rule, Bools] = {"R5": cells.busy, "R7": cells.room_full, "R9": cells.pool_full}
    alone = [rule for rule, blocked in blocks.items() if blocked.all()]
    for rule in alone:
        facts = _taken(standing, cells, [_block(standing, cells, rule, len(cells))])
        yield reason(_CODES[rule], rule, facts)
    if not alone:
        times = np.sum(list(blocks.values()), axis=0)
        together = [
            _block(standing, cells, rule, int(np.sum(blocked & (times == 1))), most=2)
            for rule, blocked in blocks.items()
            if blocked.any()
        ]
        facts = _taken(standing, cells, together, int(np.sum(times > 1)))
        yield reason(Code.NO_FREE_SLOT, ", ".join(block.rule for block in together), facts)


def _taken(standing: Standing, cells: Cells, blocks: Sequence[Block], shared: int = 0) -> TakenFacts:
    day = standing.scenario.day
    return TakenFacts(
        starts=len(cells),
        span=Span(first=day(int(cells.first.min())), last=day(int(cells.first.max()))),
        units=cells.units,
        looked_at=cells.looked_at,
        blocks=tuple(blocks),
        shared=shared,
    )


def _block(standing: Standing, cells: Cells, rule: Rule, alone: int, most: int = 4) -> Block:
    """What is in the way by one rule, those first that block the most starts."""
    scenario, request = standing.scenario, cells.request
    of, limit = None, 0
    if rule == "R5":
        chosen = _rotations_of_units(standing, cells)
    elif rule == "R7":
        venue = scenario.venue_by_id[request.venue]
        of, limit = thing(venue), venue.rooms
        chosen = _overlapping(standing, cells, standing.at_venue(venue.id))
    else:
        pool = standing.pool_of[request.course]
        row = scenario.instructors[pool]
        of, limit = thing(row), row.count
        chosen = _overlapping(standing, cells, standing.of_pool(pool))
    rotations, more = some(chosen.tolist(), most)
    named = tuple(in_the_way(standing.rotations[index], request) for index in rotations)
    return Block(rule=rule, of=of, limit=limit, alone=alone, rotations=named, more=more)


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
