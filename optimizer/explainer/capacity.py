"""Rooms of a venue (R7) and instructors of a row (R9): who takes them, and what making room costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from optimizer.domain.scenario import Request
from optimizer.explainer.standing import Floats, Standing
from optimizer.openings import Bools, Ints


class Capacities:
    """
    The limits that a request's classes come under.

    Parameters
    ----------
    standing
        The plan.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._pools: dict[int, Capacity] = {}

    def rooms(self, request: Request) -> Capacity:
        """R7: the rooms of the request's venue."""
        members = self._standing.at_venue(request.venue)
        rooms = self._standing.scenario.venue_by_id[request.venue].rooms
        return Capacity(self._standing, members, rooms, self._standing.kept(request))

    def instructors(self, request: Request) -> Capacity | None:
        """R9: the instructors of the request's course; None where it is not limited."""
        pool = self._standing.pool_of.get(request.course)
        if pool is None:
            return None
        if pool not in self._pools:
            members = self._standing.of_pool(pool)
            count = self._standing.scenario.instructors[pool].count
            self._pools[pool] = Capacity(self._standing, members, count, self._standing.pinned)
        return self._pools[pool]


class Capacity:
    """
    A limit on how many rotations are under way on a day.

    Parameters
    ----------
    standing
        The plan.
    members
        The rotations that share the limit.
    limit
        How many may be under way on one day.
    kept
        Rotations that are not to be removed.
    """

    def __init__(self, standing: Standing, members: Sequence[int], limit: int, kept: Collection[int]) -> None:
        self._members = np.array(members, dtype=np.int64)
        self._position = {index: number for number, index in enumerate(members)}
        slots = standing.slot[self._members]
        self._first, self._last = standing.first[slots], standing.last[slots]
        self._spare = limit - standing.under_way(members)
        self._weight = standing.weight[slots]
        self._cost = np.maximum(self._weight, 0)
        self._cost[np.isin(self._members, list(kept))] = np.inf
        self._sole = limit == 1
        self._cheapest = self._cheapest_by_day(standing.scenario.days)
        mark = np.zeros(len(standing.first), dtype=np.int64)
        mark[slots] = 1
        self._before = np.concatenate([[0], np.cumsum(mark)])

    def full(self, first: Ints, last: Ints) -> Bools:
        """Of each stay: whether on one of its days nobody more can be under way."""
        before = np.concatenate([[0], np.cumsum(self._spare <= 0)])
        found: Bools = before[last + 1] > before[first]
        return found

    def least_cost(self, first: Ints, last: Ints) -> Floats:
        """Of each stay: a lower bound, in millipoints, on what making room for it loses."""
        if self._sole:
            overlap = (self._first[:, None] <= last) & (self._last[:, None] >= first)
            total: Floats = np.where(overlap, self._cost[:, None], 0.0).sum(axis=0)
            return total
        return self._dearest_day(first, last)

    def least_cost_besides(self, first: Ints, last: Ints, start: Ints, end: Ints) -> Floats:
        """`least_cost` where members under way from start to end make room on those days already."""
        before = self._dearest_day(first, np.minimum(last, start - 1))
        return np.maximum(before, self._dearest_day(np.maximum(first, end + 1), last))

    def bonus(self, first: Ints, last: Ints) -> Floats:
        """Of each stay: what members that cost more to drive to than they bring can gain by leaving."""
        total = np.zeros(len(first))
        for number in np.flatnonzero(self._weight < 0).tolist():
            overlap = (self._first[number] <= last) & (self._last[number] >= first)
            total -= np.where(overlap, self._weight[number], 0.0)
        return total

    def among(self, low: Ints, high: Ints) -> Bools:
        """Of each run of slots, from ``low`` up to, not including, ``high``: whether a member is in it."""
        found: Bools = self._before[high] > self._before[low]
        return found

    def crowd(self, first: int, last: int, removed: Collection[int]) -> list[int] | None:
        """Members under way, the removed gone, on the first day without room; None where there is none."""
        spare = self._spare[first : last + 1].copy()
        gone = [self._position[index] for index in removed if index in self._position]
        for number in gone:
            start, end = int(self._first[number]), int(self._last[number])
            spare[max(start - first, 0) : max(end - first + 1, 0)] += 1
        full = np.flatnonzero(spare <= 0)
        if not len(full):
            return None
        day = first + int(full[0])
        there = np.flatnonzero((self._first <= day) & (self._last >= day))
        return [int(self._members[number]) for number in there.tolist() if number not in gone]

    def _dearest_day(self, first: Ints, last: Ints) -> Floats:
        """On the dearest full day of a stay at least the cheapest member has to go; 0 where it has no day."""
        days = np.append(self._cheapest, 0.0)
        empty = first > last
        ends = np.stack([np.where(empty, 0, first), np.where(empty, 0, last) + 1], axis=1)
        return np.where(empty, 0.0, np.maximum.reduceat(days, ends.ravel())[::2])

    def _cheapest_by_day(self, days: int) -> Floats:
        cheapest = np.full(days, np.inf)
        for first, last, cost in zip(self._first, self._last, self._cost, strict=True):
            cheapest[first : last + 1] = np.minimum(cheapest[first : last + 1], cost)
        cheapest[self._spare > 0] = 0.0
        return cheapest
