"""The order in which a bound is proven: prices, closing, rows, closing again, and cases."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.solvers.windows.branching import Branching
from optimizer.solvers.windows.close import Closing
from optimizer.solvers.windows.search import WindowSearch
from optimizer.solvers.windows.tighten import Tightening


class Proving:
    """
    All that lowers the bound, step by step.

    Parameters
    ----------
    search
        What is shared.
    remaining
        Seconds that are left.
    timed
        Whether programs end by the clock.

    Attributes
    ----------
    closing
        Also packs, for whoever wants to improve.
    """

    def __init__(self, search: WindowSearch, remaining: Callable[[], float], *, timed: bool) -> None:
        self._search = search
        self._tightening = Tightening(search)
        self.closing = Closing(search, remaining, timed=timed)
        self._branching: Branching | None = None

    @property
    def branches(self) -> bool:
        """Whether cases are told apart by now."""
        return self._branching is not None

    @property
    def idle(self) -> bool:
        """Whether no step lowers the bound any more."""
        return self._branching is not None and self._branching.idle

    def step(self) -> bool:
        """The next step; whether nothing is left to do."""
        if self._branching is None and not self._tightening.solved:
            self._tightening.step()
            return False
        if self.closing.step():
            return True
        if self._branching is None:
            if not self._tightening.add_rows():
                self._branching = Branching(self._search, self._tightening)
            return False
        return self._branching.step()
