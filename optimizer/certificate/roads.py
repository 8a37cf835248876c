"""What legs cost and how many days they take, in the certificate's units of account."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.scenario import Scenario
from optimizer.travel import Travel

Ints = NDArray[np.int64]
FINE = 1000
MICRO = 10**6
NEVER = -(1 << 61)
"""Below the worth of every route."""
LARGEST = 1 << 58
"""Routes whose worth might come to more are not counted in 64 bits."""


class TooLargeError(ValueError):
    """Prices or distances beyond what the arithmetic holds exactly."""


class Charge:
    """
    What metres cost, in thousandths of a millipoint (rounded once a leg, to whole ones), and their days.

    Parameters
    ----------
    scenario
        A valid scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._rate = int(scenario.objective.km * MICRO)
        self._reach = int(scenario.moves.km_per_day * MICRO)
        self._days = scenario.moves.days

    def of(self, metres: Ints) -> tuple[Ints, Ints]:
        """Cost and free days (R5) of legs between different places."""
        if int(metres.max(initial=0)) * max(self._rate, 1000) > LARGEST:
            raise TooLargeError
        # A rate in points a kilometre is one in millipoints a metre.
        cost = (metres * self._rate + MICRO // 2) // MICRO * FINE
        # Kilometres over kilometres a day, both in millionths: metres x 1000 over the reach.
        gap = np.where(
            metres * 1000 > self._reach, np.maximum(self._days, -(-metres * 1000 // self._reach)), self._days
        )
        return cost, gap


class Roads:
    """
    The legs of a scenario.

    Parameters
    ----------
    scenario
        A valid scenario.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._travel = Travel(scenario)
        self._charge = Charge(scenario)

    def legs(self, origins: list[str], destinations: list[str]) -> tuple[Ints, Ints]:
        """Cost and free days from each origin to each destination; none between stays at one place."""
        cost, gap = self._charge.of(self._travel.metres(origins, destinations))
        same = np.array(origins, dtype=object)[:, None] == np.array(destinations, dtype=object)[None, :]
        return cost, np.where(same, 0, gap)
