"""
Rows for three jobs each, which the linear program breaks where it does each job in halves.

Of three jobs at most one pair can be done by one route, and no two routes can each do a pair: the routes
that do two or three of them are one at most. These are the subset-row cuts of Jepsen, Petersen, Spoorendonk &
Pisinger (2008). A row's dual price is a charge on each such route, and its capacity is 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.problem import Ints

Threes = tuple[int, int, int]
BROKEN = 0.05
"""Least excess for which a row is worth having."""
CHUNK = 4_096
"""Routes whose charges are worked out at once."""
SHARE = 6
"""Most new rows that have a job in common."""


class Charges(NamedTuple):
    """
    What routes are charged, in thousandths, laid out for labelling.

    Rows ``row[at[j]] .. row[at[j + 1] - 1]`` are those of job ``j``; ``charge`` has shape (rows,).
    """

    at: Ints
    row: Ints
    charge: Ints

    def told(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """The jobs of each row, and its charge."""
        job = np.repeat(np.arange(len(self.at) - 1), np.diff(self.at))
        return tuple(
            (tuple(job[self.row == number].tolist()), charge)
            for number, charge in enumerate(self.charge.tolist())
        )


def no_charges(jobs: int) -> Charges:
    """Nothing is charged."""
    nothing = np.zeros(0, np.int64)
    return Charges(np.zeros(jobs + 1, np.int64), nothing, nothing)


def lay_out_charges(jobs: int, rows: Sequence[Threes], charge: Ints) -> Charges:
    """Charges of those rows that cost something."""
    paid = np.flatnonzero(charge > 0)
    members: list[list[int]] = [[] for _ in range(jobs)]
    for number, row in enumerate(paid.tolist()):
        for job in rows[row]:
            members[job].append(number)
    at = np.cumsum([0, *map(len, members)])
    return Charges(
        at.astype(np.int64),
        np.array([number for own in members for number in own], np.int64),
        np.ascontiguousarray(charge[paid], np.int64),
    )


def charged(charges: Charges, routes: NDArray[np.int16]) -> Ints:
    """
    What each route is charged in all.

    Parameters
    ----------
    routes
        Jobs in order, shape (routes, longest); the places after the last hold the number of jobs.
    """
    total = np.zeros(len(routes), np.int64)
    member = np.zeros((len(charges.at), len(charges.charge)), np.uint8)
    member[np.repeat(np.arange(len(charges.at) - 1), np.diff(charges.at)), charges.row] = 1
    for begin in range(0, len(routes) if len(charges.charge) else 0, CHUNK):
        times = np.zeros((len(routes[begin : begin + CHUNK]), len(charges.charge)), np.uint8)
        for position in range(routes.shape[1]):
            times += member[routes[begin : begin + CHUNK, position]]
        total[begin : begin + CHUNK] = times // 2 @ charges.charge
    return total


def broken_rows(
    jobs: int, routes: Sequence[tuple[int, ...]], share: Sequence[float], most: int
) -> list[Threes]:
    """
    Rows that shares of routes break, the worst first.

    Parameters
    ----------
    routes, share
        Routes of the linear program's solution and how much of each it takes.
    most
        Most rows of interest.
    """
    does = np.zeros((len(routes), jobs), np.bool_)
    for number, route in enumerate(routes):
        does[number, list(route)] = True
    found, excess = _broken(does, np.asarray(share, np.float64), BROKEN)
    used = np.zeros(jobs, np.int64)
    rows: list[Threes] = []
    for number in np.argsort(-excess, kind="stable").tolist():
        one, two, three = found[number].tolist()
        if max(used[one], used[two], used[three]) < SHARE:
            rows.append((one, two, three))
            used[[one, two, three]] += 1
            if len(rows) == most:
                break
    return rows


@njit(cache=True, nogil=True)
def _broken(
    does: NDArray[np.bool_], share: NDArray[np.float64], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """All threes of jobs of which routes of more than ``1 + least`` in all do two or more."""
    routes, jobs = does.shape
    both = np.zeros((jobs, jobs))
    for number in range(routes):
        for one in range(jobs):
            if does[number, one]:
                for two in range(one + 1, jobs):
                    if does[number, two]:
                        both[one, two] += share[number]
                        both[two, one] += share[number]
    found = np.empty((1024, 3), np.int64)
    excess = np.empty(1024)
    count = 0
    for one in range(jobs):
        for two in range(one + 1, jobs):
            for three in range(two + 1, jobs):
                if both[one, two] + both[two, three] + both[one, three] <= 1 + least:
                    continue
                total = 0.0
                for number in range(routes):
                    times = does[number, one] + 0
                    times += does[number, two]
                    times += does[number, three]
                    if times >= 2:
                        total += share[number]
                if total > 1 + least:
                    if count == len(excess):
                        wider = np.empty((2 * count, 3), np.int64)
                        wider[:count] = found
                        found = wider
                        longer = np.empty(2 * count)
                        longer[:count] = excess
                        excess = longer
                    found[count, 0], found[count, 1], found[count, 2] = one, two, three
                    excess[count] = total - 1
                    count += 1
    return found[:count], excess[:count]
