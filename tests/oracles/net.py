"""One unit's net of places and days: every way through it is a sequence of stays with its legs."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.oracles.world import World


@dataclass(frozen=True, slots=True)
class Option:
    """A stay that one unit could hold, all by itself; days counted from the horizon's start."""

    request: str
    unit: str
    venue: str
    course: str
    start: int
    end: int


class Node(NamedTuple):
    """
    Where a unit is.

    ``home``: at its depot on a day (-1 before the horizon); ``ready``: at a venue on a day on which it
    may start; ``done``: at a venue where a stay has ended on a day; ``over``: home for good.
    """

    kind: str
    venue: str = ""
    day: int = -1


@dataclass(frozen=True, slots=True)
class Arc:
    """One step, what it costs in millipoints, and the stay that it is, if any."""

    origin: Node
    target: Node
    cost: int = 0
    option: Option | None = None


SOURCE, OVER = Node("home"), Node("over")


class Net:
    """
    All steps that a unit can take.

    Parameters
    ----------
    world
        The scenario.
    mine
        The stays possible for one unit, at least one.
    """

    def __init__(self, world: World, mine: list[Option]) -> None:
        self.world = world
        unit = world.units[mine[0].unit]
        self.depot = f"depot:{unit.depot}"
        self.home_days = [index for index, day in enumerate(world.days()) if world.home(unit.id, day)]
        self.by_start: dict[tuple[str, int], list[Option]] = defaultdict(list)
        for option in mine:
            self.by_start[option.venue, option.start].append(option)
        self.starts: dict[str, list[int]] = defaultdict(list)
        for venue, start in sorted(self.by_start):
            self.starts[venue].append(start)

    def arcs(self) -> list[Arc]:
        """Every step that can be reached from home."""
        found: list[Arc] = []
        seen, waiting = {SOURCE, OVER}, [SOURCE]
        while waiting:
            node = waiting.pop()
            for arc in getattr(self, f"_from_{node.kind}")(node):
                found.append(arc)
                if arc.target not in seen:
                    seen.add(arc.target)
                    waiting.append(arc.target)
        return found

    def _from_home(self, node: Node) -> Iterator[Arc]:
        yield Arc(node, OVER)
        recall = self._next_home(node.day + 1)
        if recall is not None:
            yield Arc(node, Node("home", day=recall))
        for venue in self.starts:
            target = self._first_start(venue, node.day + 1, node.day + 1)
            if target:
                yield Arc(node, target, self.world.leg(self.depot, f"venue:{venue}"))

    def _from_ready(self, node: Node) -> Iterator[Arc]:
        later = self._first_start(node.venue, node.day + 1, node.day)
        if later:
            yield Arc(node, later)
        for option in self.by_start[node.venue, node.day]:
            yield Arc(node, Node("done", node.venue, option.end), option=option)

    def _from_done(self, node: Node) -> Iterator[Arc]:
        here = f"venue:{node.venue}"
        back = self.world.leg(here, self.depot)
        yield Arc(node, OVER, back)
        # A day at the depot ends the tour: home now, out again after it, and no move days.
        recall = self._next_home(node.day + 1)
        if recall is not None:
            yield Arc(node, Node("home", day=recall), back)
        for venue in self.starts:
            ready = node.day + 1 + self.world.move_days(node.venue, venue)
            target = self._first_start(venue, ready, node.day + 1)
            if target:
                yield Arc(node, target, self.world.leg(here, f"venue:{venue}"))

    def _next_home(self, day: int) -> int | None:
        place = bisect_left(self.home_days, day)
        return self.home_days[place] if place < len(self.home_days) else None

    def _first_start(self, venue: str, day: int, away_from: int) -> Node | None:
        """The first start at a venue from a day on, with no day at the depot since ``away_from``."""
        place = bisect_left(self.starts[venue], day)
        if place == len(self.starts[venue]):
            return None
        start = self.starts[venue][place]
        recall = self._next_home(away_from)
        return Node("ready", venue, start) if recall is None or start < recall else None
