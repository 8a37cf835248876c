"""The rows of a scenario under validation: some may lack fields that could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.domain.nearest import Names
from optimizer.domain.place import Locate
from optimizer.domain.scenario import Scenario


class Rows:
    """
    A scenario, the places of its rows, and which names exist in it.

    Parameters
    ----------
    scenario
        Its rows may lack fields.
    place
        Tells where a row stood.
    unread
        Tables that could not be read.
    """

    def __init__(self, scenario: Scenario, place: Locate, unread: frozenset[str]) -> None:
        self.scenario = scenario
        self.place = place
        self.unread = unread
        self._names: dict[tuple[str, str], Names] = {}

    def of(self, table: str) -> Iterator[tuple[int, Any]]:
        """Positions and rows of a table."""
        return enumerate(getattr(self.scenario, table, ()))

    def setting(self, field: str) -> object:
        """A field of the scenario itself; None where it could not be read."""
        return getattr(self.scenario, field, None)

    def ids(self, table: str) -> Names:
        """The ids of a table, those of broken rows too."""
        return self.values(table, "id")

    def values(self, table: str, field: str) -> Names:
        """Every value of a field in a table; of lists, every item."""
        if (table, field) not in self._names:
            found: list[str] = []
            for _, row in self.of(table):
                value = getattr(row, field, None)
                found += value if isinstance(value, tuple) else [] if value is None else [value]
            self._names[table, field] = Names(found)
        return self._names[table, field]
