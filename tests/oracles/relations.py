"""Metamorphic relations: how the best score must answer when a scenario is changed in a known way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Protocol

from optimizer.domain.scenario import CalendarRow, Scenario
from tests.naming import changed
from tests.oracles.judge import Stay, judge
from tests.oracles.world import World

SAME, NOT_LESS, NOT_MORE, TWOFOLD, SEVENFOLD = "same", "not less", "not more", "twofold", "sevenfold"
FACTORS = {TWOFOLD: 2, SEVENFOLD: 7}


class Proven(Protocol):
    """A score in millipoints that a plan has, and a bound that none exceeds; mostly the two are equal."""

    @property
    def score(self) -> int: ...

    @property
    def bound(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two scenarios and how the best score of the second stands to that of the first.

    ``before`` is None where it is the scenario that the relation was asked for.
    """

    after: Scenario
    expected: str
    before: Scenario | None = None

    def holds(self, before: Proven, after: Proven) -> bool:
        """Whether two best scores can stand as expected; where both are proven, whether they do."""
        factor = FACTORS.get(self.expected, 1)
        enough = after.bound >= factor * before.score
        not_more = after.score <= factor * before.bound
        if self.expected == NOT_LESS:
            return enough
        return not_more if self.expected == NOT_MORE else enough and not_more


Relation = Callable[[Scenario, Random], Pair | None]


def each(rows: Iterable[Any], **fields: object) -> tuple[Any, ...]:
    """Rows with the same fields changed in all of them."""
    return tuple(changed(row, **fields) for row in rows)


def one_of(rows: tuple[Any, ...], random: Random, change: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Rows of which a random one is changed."""
    chosen = random.randrange(len(rows))
    return tuple(change(row) if place == chosen else row for place, row in enumerate(rows))


def pins_break(scenario: Scenario) -> bool:
    """Whether the pins alone, or together, break a rule: such a scenario has no plan (R10)."""
    stays = [Stay(pin.request, pin.unit, pin.start) for pin in scenario.pins]
    return bool(judge(World(scenario), stays).broken)


def put_in(rows: tuple[Any, ...], row: Any, random: Random) -> tuple[Any, ...]:
    place = random.randint(0, len(rows))
    return (*rows[:place], row, *rows[place:])


def added_row(
    scenario: Scenario,
    scope: str,
    credit: str,
    first: date | None = None,
    last: date | None = None,
    weekdays: tuple[str, ...] = (),
) -> CalendarRow:
    return CalendarRow.model_validate(
        {
            "name": "added",
            "scope": scope,
            "from": first or scenario.start,
            "to": last or scenario.end,
            "weekdays": weekdays,
            "credit": credit,
        }
    )
