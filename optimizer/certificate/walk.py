"""One walk of labels through a network, and what they remember."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from optimizer.certificate.network import Network
from optimizer.certificate.roads import NEVER, Ints

Trail: TypeAlias = "tuple[int, Trail] | None"
"""Number of a visit, and what came before it."""
Label: TypeAlias = tuple[int, int, Trail]
"""Worth so far with its sign turned (so that the best sorts first), memory, visits so far."""


class Memory:
    """
    What labels remember: which requests, and past the visits of which others.

    Each remembered request has as many bits as it may be visited, set one after the other.

    Parameters
    ----------
    often
        How often each request may be visited.
    """

    def __init__(self, often: Sequence[int]) -> None:
        self._often = often
        self._bits = 0
        self.full = [0] * len(often)
        """Bits of each request; 0 while it is not remembered."""
        self._kept_by = [{number} for number in range(len(often))]
        self.keeps = [0] * len(often)
        """Bits that a visit of each request leaves standing."""

    def repeats(self, route: Sequence[int]) -> bool:
        """Whether a route visits a request more often than it may."""
        return any(route.count(request) > self._often[request] for request in set(route))

    def learn(self, route: Sequence[int]) -> None:
        """Make every excessive repetition of a route impossible."""
        places: dict[int, list[int]] = defaultdict(list)
        for position, request in enumerate(route):
            often = self._often[request]
            if len(places[request]) >= often:
                if not self.full[request]:
                    self.full[request] = ((1 << often) - 1) << self._bits
                    self._bits += often
                self._kept_by[request].update(route[places[request][-often] : position])
                for other in self._kept_by[request]:
                    self.keeps[other] |= self.full[request]
            places[request].append(position)

    def after(self, memory: int, request: int) -> int | None:
        """The memory after one more visit of a request; None where that is one too many."""
        full = self.full[request]
        if not full:
            return memory & self.keeps[request]
        done = memory & full
        if done == full:
            return None
        # One bit more from below, so that who has done it more often remembers more bits.
        return memory & self.keeps[request] | done << 1 | full & -full


class Walk:
    """
    All routes through a network that can be worth more than a floor, as labels.

    Parameters
    ----------
    network
        Stays and legs.
    after
        By visit, a value that nothing which follows it exceeds on a route of interest.
    floor
        Routes worth no more are of no interest.
    memory
        What labels remember.

    Attributes
    ----------
    before
        By visit, the most that a label was worth on arriving; no route of interest arrives with more.
    complete
        Worth and visits of the routes that came to their end above the floor; they may repeat
        themselves where the memory is short.
    labels
        How many were made.
    """

    def __init__(self, network: Network, after: list[int], floor: int, memory: Memory) -> None:
        self._network = network
        self._after = after
        self._floor = floor
        self._memory = memory
        self.before = [NEVER] * len(network.visits)
        self.complete: list[tuple[int, Trail]] = []
        self.labels = 0
        # Labels by the day from which they are at a place or free there, and by place.
        self._arriving: list[dict[int, list[Label]]] = [defaultdict(list) for _ in range(network.days + 1)]
        self._freed: list[dict[int, list[Label]]] = [defaultdict(list) for _ in range(network.days + 1)]
        # Only places of visits are gone to.
        self._places = np.unique(np.array([visit.place for visit in network.visits], dtype=np.int64))
        self._rows = np.arange(len(self._places))
        self._cost, self._gap = network.cost[:, self._places], network.gap[:, self._places]
        self._back, self._close = network.back.tolist(), network.close.tolist()
        self._starting: list[list[int]] = [[] for _ in range(network.days + 1)]
        for number, visit in enumerate(network.visits):
            self._starting[visit.start].append(number)
        self._promise = self._promises()

    def run(self, most_labels: int) -> bool:
        """Walk all days; False where that would take more labels than allowed."""
        network = self._network
        here: dict[int, list[Label]] = defaultdict(list)
        for row, place in enumerate(self._places.tolist()):
            ready, out = int(network.ready[place]), int(network.out[place])
            if ready <= network.days and self._promise[row, ready] - out > self._floor:
                self._arriving[ready][place].append((out, 0, None))
        for today in range(network.days + 1):
            self._leave(today)
            for place, labels in self._arriving[today].items():
                for label in labels:
                    _admit(here[place], label)
            for number in self._starting[today]:
                self._visit(number, here[network.visits[number].place])
            if self.labels > most_labels:
                return False
            self._freed[today].clear()
            self._arriving[today].clear()
        return True

    def best_routes(self, most: int) -> list[tuple[int, tuple[int, ...]]]:
        """The best of the complete routes, as worth and requests, none twice."""
        routes: dict[tuple[int, ...], int] = {}
        for worth, trail in sorted(self.complete, key=lambda found: -found[0]):
            requests = []
            while trail is not None:
                requests.append(self._network.visits[trail[0]].request)
                trail = trail[1]
            routes.setdefault(tuple(requests), worth)
            if len(routes) == most:
                break
        return [(worth, route) for route, worth in routes.items()]

    def _promises(self) -> Ints:
        """By place of a visit and day, the most that a route which is there can still come to."""
        network, places = self._network, len(self._places)
        promise = np.full((places, network.days + 1), NEVER, dtype=np.int64)
        number = {place: row for row, place in enumerate(self._places.tolist())}
        row = np.array([number[visit.place] for visit in network.visits], dtype=np.int64)
        start = np.array([visit.start for visit in network.visits], dtype=np.int64)
        worth = np.array([visit.earns for visit in network.visits], dtype=np.int64)
        np.maximum.at(promise, (row, start), worth + np.array(self._after, dtype=np.int64))
        return np.maximum.accumulate(promise[:, ::-1], axis=1)[:, ::-1]

    def _leave(self, today: int) -> None:
        """From the day on which a stay is over, stay at the place or travel: all that are free today."""
        freed = self._freed[today]
        if not freed:
            return
        best = [_undominated(labels) for labels in freed.values()]
        places = np.array(list(freed), dtype=np.int64)
        least = np.array([labels[0][0] for labels in best], dtype=np.int64)
        day = np.minimum(today + self._gap[places], self._network.days)
        cost = self._cost[places]
        enough = self._promise[self._rows, day] - cost - self._floor
        # Nothing starts when all days are over.
        origin, row = np.nonzero((enough > least[:, None]) & (day < self._network.days))
        for labels, place, when, leg, most in zip(
            [best[number] for number in origin.tolist()],
            self._places[row].tolist(),
            day[origin, row].tolist(),
            cost[origin, row].tolist(),
            enough[origin, row].tolist(),
            strict=True,
        ):
            self._arriving[when][place] += [
                (loss + leg, memory, trail) for loss, memory, trail in labels if loss < most
            ]

    def _visit(self, number: int, here: list[Label]) -> None:
        """Every label at a place does one of the visits that start there today."""
        _, free, request, place, earns = self._network.visits[number]
        enough = earns + self._after[number] - self._floor
        closes = self._back[place] if free <= self._close[place] else None
        for loss, memory, trail in here:
            if loss >= enough:
                break
            remembered = self._memory.after(memory, request)
            if remembered is None:
                continue
            self.labels += 1
            self.before[number] = max(self.before[number], -loss)
            steps = (number, trail)
            self._freed[free][place].append((loss - earns, remembered, steps))
            if closes is not None and earns - loss - closes > self._floor:
                self.complete.append((earns - loss - closes, steps))


def _undominated(labels: list[Label]) -> list[Label]:
    """Labels of which none is worth as much and remembers no more, the best first."""
    best: list[Label] = []
    for label in sorted(labels, key=lambda label: label[0]):
        if all(other[1] & ~label[1] for other in best):
            best.append(label)
    return best


def _admit(here: list[Label], label: Label) -> None:
    """
    Let a label in among those at a place, unless one of them is as good in all respects.

    As good is: there no later, worth no less, remembering nothing that the other does not. About
    distances nothing is assumed, as a detour may be shorter than the way.
    """
    loss, memory, _ = label
    for at, other in enumerate(here):
        if other[0] > loss:
            worse = [one for one in here[at:] if memory & ~one[1]]
            if len(worse) < len(here) - at:
                here[at:] = worse
            break
        if not other[1] & ~memory:
            return
    insort(here, label, key=lambda one: one[0])
