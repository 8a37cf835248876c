"""What it costs, when a plan is made anew, to give up rotations of the base plan (RULES.md section 3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from optimizer.checker.base import Key, key
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import Scenario
from optimizer.legs import micro

_IN_A_MILLIPOINT = 1000


class Change:
    """
    The rotations of the base plan that a plan does not keep.

    Parameters
    ----------
    scenario
        A validated scenario.
    rotations
        The plan.
    base_plan
        The plan that it changes; nothing where there is none.
    """

    def __init__(
        self, scenario: Scenario, rotations: Iterable[Rotation], base_plan: Iterable[Rotation | Draft]
    ) -> None:
        self._rate = micro(scenario.objective.change)
        self._base = {key(rotation) for rotation in base_plan}
        self._lost = len(self._base - {key(rotation) for rotation in rotations})

    def __bool__(self) -> bool:
        return bool(self._rate and self._base)

    def least_loss(self, rotation: Rotation) -> int:
        """Millipoints that giving up a rotation loses at least, whatever else is given up."""
        return self._rate // _IN_A_MILLIPOINT if key(rotation) in self._base else 0

    def most_gain(self, request: str, unit: str, start: date) -> int:
        """Millipoints that putting in a rotation gains at most."""
        return -(-self._rate // _IN_A_MILLIPOINT) if (request, unit, start) in self._base else 0

    def effect(self, added: Key, removed: Iterable[Rotation]) -> int:
        """Millipoints won by putting in one rotation and giving up others."""
        lost = self._lost - (added in self._base) + sum(key(rotation) in self._base for rotation in removed)
        return self._worth(lost) - self._worth(self._lost)

    def _worth(self, lost: int) -> int:
        return -((self._rate * lost + _IN_A_MILLIPOINT // 2) // _IN_A_MILLIPOINT)
