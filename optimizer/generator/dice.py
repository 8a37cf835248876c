"""Seeded chance that falls alike on every machine and version of Python."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """
    One stream of chance.

    Only ``Random.random()`` is drawn from, the one method of which Python promises that a seed
    gives the same numbers in every version. Each table has a stream of its own, so that a change
    in one leaves the others alone.

    Parameters
    ----------
    seed
        The scenario's seed.
    stream
        Name of the stream, for example ``venues``.
    """

    def __init__(self, seed: int, stream: str) -> None:
        self._random = Random(f"{seed}/{stream}").random

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))

    def near(self, middle: float, spread: float) -> float:
        """A number about ``middle``, bell-shaped, never further than six times ``spread``."""
        # Twelve shares added have variance 1: a bell curve without log and cos,
        # whose last digit differs between machines.
        return middle + spread * (sum(self._random() for _ in range(12)) - 6.0)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[int(self._random() * len(options))]

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """One of the options, each as likely as its weight among all weights."""
        return options[self.along(list(accumulate(weight for _, weight in options)))][0]

    def along(self, sums: Sequence[float]) -> int:
        """A position, each as likely as its step in the running sums of weights."""
        return min(bisect(sums, self._random() * sums[-1]), len(sums) - 1)

    def mixed(self, counts: Sequence[tuple[T, int]]) -> list[T]:
        """So many of each option in chance order, every stretch about as mixed as the whole."""
        places = [
            ((number + self._random()) / count, index)
            for index, (_, count) in enumerate(counts)
            for number in range(count)
        ]
        return [counts[index][0] for _, index in sorted(places)]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole shares of ``total`` in proportion to the weights (largest remainder, ties to the first)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda index: shares[index] - exact[index])
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
