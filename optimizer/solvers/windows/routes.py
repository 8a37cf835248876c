"""Routes laid flat, so that thousands are valued at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.windows.rows import Charges, charged

Jobs = tuple[int, ...]
Column = tuple[int, Jobs]
"""A route: the kind of its unit, and its jobs in order."""


class Prices(NamedTuple):
    """What a route is given for each job, shape (jobs,), and charged for rows; in thousandths."""

    job: Ints
    charges: Charges


class Routes:
    """
    A growing list of routes.

    Parameters
    ----------
    jobs
        Number of jobs of the problem.

    Attributes
    ----------
    columns
        The routes.
    """

    def __init__(self, jobs: int) -> None:
        self.columns: list[Column] = []
        self._none = jobs
        self._kind = np.zeros(1024, np.int64)
        self._cost = np.zeros(1024, np.int64)
        # Jobs in order; the places after the last hold the number of jobs.
        self._jobs = np.full((1024, 8), jobs, np.int16)

    @property
    def kind(self) -> Ints:
        """The kind of unit of each route."""
        return self._kind[: len(self.columns)]

    @property
    def jobs(self) -> NDArray[np.int16]:
        """Jobs in order, shape (routes, longest); the places after the last hold the number of jobs."""
        return self._jobs[: len(self.columns)]

    def add(self, column: Column, cost: int) -> None:
        """One more route, whose way costs so many millipoints."""
        number = len(self.columns)
        if number == len(self._kind):
            self._kind = np.concatenate([self._kind, np.zeros_like(self._kind)])
            self._cost = np.concatenate([self._cost, np.zeros_like(self._cost)])
            self._jobs = np.concatenate([self._jobs, np.full_like(self._jobs, self._none)])
        more = len(column[1]) - self._jobs.shape[1]
        if more > 0:
            wider = np.full((len(self._jobs), more), self._none, np.int16)
            self._jobs = np.concatenate([self._jobs, wider], axis=1)
        self.columns.append(column)
        self.replace(number, column, cost)

    def replace(self, number: int, column: Column, cost: int) -> None:
        """Another route in the place of one that does the same jobs."""
        kind, route = column
        self.columns[number] = column
        self._kind[number], self._cost[number] = kind, cost
        self._jobs[number, : len(route)] = route

    def values(self, prices: Prices) -> Ints:
        """What each route is worth at prices, in thousandths."""
        jobs = self.jobs
        worth = -self._cost[: len(jobs)] * FINE - charged(prices.charges, jobs)
        given = np.append(prices.job, 0)
        for position in range(jobs.shape[1]):
            worth += given[jobs[:, position]]
        return worth
