"""How a change of people served moves the lowest coverage of any city (RULES.md section 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimizer.checker.worth import rounded
from optimizer.domain.scenario import Scenario
from optimizer.legs import MICRO, micro

Floats = NDArray[np.float64]


class Coverage:
    """
    The cities of a plan, the least covered first.

    Parameters
    ----------
    scenario
        A validated scenario.
    served
        People served of a request, by its id.
    """

    def __init__(self, scenario: Scenario, served: Callable[[str], int]) -> None:
        self.rate = micro(scenario.objective.equity)
        self.city_of = {r.id: scenario.venue_by_id[r.venue].city for r in scenario.requests}
        self.requested: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        for request in scenario.requests:
            self.requested[self.city_of[request.id]] += request.people
            self.served[self.city_of[request.id]] += served(request.id)
        # A city of which nobody asks anything is covered fully and can never be the lowest alone.
        self._order = sorted((self._share(city, 0), city) for city in self.requested)
        self._points = self._worth(self._lowest({}))

    def effect(self, changes: Mapping[str, int]) -> int:
        """Millipoints won by serving more (or fewer) people of some requests, by request id."""
        if not self.rate:
            return 0
        by_city: Counter[str] = Counter()
        for request, people in changes.items():
            by_city[self.city_of[request]] += people
        return self._worth(self._lowest(by_city)) - self._points

    def lowest_without(self, city: str) -> float:
        """Lowest coverage of the other cities."""
        return float(next((share for share, name in self._order if name != city), Fraction(1)))

    def upper_effect(self, lowest: Floats) -> Floats:
        """Upper bound of `effect` where the lowest coverage becomes at most so much."""
        return lowest * (self.rate / MICRO * 1000) - self._points + 1

    def _share(self, city: str, change: int) -> Fraction:
        return min(Fraction(self.served[city] + change, self.requested[city]), Fraction(1))

    def _lowest(self, by_city: Mapping[str, int]) -> Fraction:
        changed = [self._share(city, change) for city, change in by_city.items()]
        kept = next((share for share, city in self._order if city not in by_city), Fraction(1))
        return min([kept, *changed])

    def _worth(self, lowest: Fraction) -> int:
        return rounded(lowest * self.rate * 1000 / MICRO)
