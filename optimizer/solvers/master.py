"""
The linear program over routes found so far: which share of each route, within all capacity.

Rows for rooms and pools are added only where a solution breaks them; most never matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals, Limit
from optimizer.core.solution import Route
from optimizer.solvers.columns import END, JOB, PLACE, POOL, START, Columns
from optimizer.solvers.layout import Flat
from optimizer.solvers.linear import solve_linear
from optimizer.solvers.prices import Column, along, to_whole

POINT = 1000 * FINE
"""The program counts in points, which suits its tolerances."""
BROKEN = 100.0
"""Points that a visit too many or too few costs where a limit does not allow it."""


class Master:
    """
    A growing linear program, solved again from its last basis.

    Parameters
    ----------
    problem
        The instance.
    toll
        Prices of rooms, summed up to each day, that stays pay in place of rows for rooms.

    Attributes
    ----------
    columns
        The routes in it.
    """

    def __init__(self, problem: Problem, toll: Flat | None = None) -> None:
        self.problem = problem
        self._toll = toll
        self._bonus = problem.bonus
        self.columns = Columns(problem)
        self._lp = pywraplp.Solver.CreateSolver("CLP")
        # Presolve would throw away the basis that the last solution ended with.
        self._how = pywraplp.MPSolverParameters()
        self._how.SetIntegerParam(
            pywraplp.MPSolverParameters.PRESOLVE, pywraplp.MPSolverParameters.PRESOLVE_OFF
        )
        self._how.SetIntegerParam(pywraplp.MPSolverParameters.LP_ALGORITHM, pywraplp.MPSolverParameters.DUAL)
        self._lp.Objective().SetMaximization()
        self._x: list[pywraplp.Variable] = []
        self._segment = [self._lp.Constraint(-np.inf, 1) for _ in problem.segments]
        self._job = [self._lp.Constraint(0, 0) for _ in range(problem.jobs)]
        self._room: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._pool: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._group: list[pywraplp.Constraint] = []
        self._limits: dict[Limit, pywraplp.Constraint] = {}
        self._sell()

    def _sell(self) -> None:
        """Variables for what requests earn, visit by visit, and the equity term."""
        problem, equity = self.problem, self.problem.equity
        objective = self._lp.Objective()
        if equity is not None:
            lowest = self._lp.NumVar(0, 1, "")
            objective.SetCoefficient(lowest, equity.rate_fine / POINT)
            served = equity.served.copy()
            np.add.at(served, equity.group, problem.people[:, 0])
            for group, requested in enumerate(equity.requested.tolist()):
                row = self._lp.Constraint(-np.inf, int(served[group]) / requested)
                row.SetCoefficient(lowest, 1)
                self._group.append(row)
        for job in range(problem.jobs):
            for times in range(int(problem.copies[job])):
                sold = self._lp.NumVar(0, 1, "")
                gain = int(problem.value[job, times + 1] - problem.value[job, times])
                objective.SetCoefficient(sold, gain * FINE / POINT)
                self._job[job].SetCoefficient(sold, 1)
                if equity is not None:
                    group = int(equity.group[job])
                    more = int(problem.people[job, times + 1] - problem.people[job, times])
                    self._group[group].SetCoefficient(sold, -more / int(equity.requested[group]))

    def add(self, segment: int, route: Route) -> bool:
        """Add a route; whether it is new."""
        if not self.columns.add(segment, route):
            return False
        number = len(self.columns) - 1
        x = self._lp.NumVar(0, np.inf, "")
        self._x.append(x)
        _, visits = self.columns.visits(np.array([number]))
        cost = int(self.columns.cost[number]) * FINE - int(self._bonus[visits[JOB]].sum())
        if self._toll is not None:
            cost += int(
                (self._toll[visits[PLACE], visits[END] + 1] - self._toll[visits[PLACE], visits[START]]).sum()
            )
        self._lp.Objective().SetCoefficient(x, -cost / POINT)
        self._segment[segment].SetCoefficient(x, 1)
        for limit, row in self._limits.items():
            row.SetCoefficient(x, int(self._counts(limit, np.array([number]))[0]))
        for job, count in Counter(self.problem.job_demand[visits[JOB]].tolist()).items():
            self._job[job].SetCoefficient(x, -count)
        for start, end, place, pool in zip(*visits[[START, END, PLACE, POOL]].tolist(), strict=True):
            for day in range(start, end + 1):
                if (place, day) in self._room:
                    self._room[place, day].SetCoefficient(x, 1)
                if (pool, day) in self._pool:
                    self._pool[pool, day].SetCoefficient(x, 1)
        return True

    def add_all(self, columns: Iterable[Column]) -> int:
        """Add routes; how many are new."""
        return sum(self.add(segment, route) for segment, route in columns)

    def restrict(self, bounds: Mapping[Limit, tuple[int, int]]) -> None:
        """
        Hold what limits count between two numbers, both included, and nothing else any longer.

        Breaking one costs ``BROKEN``, so that the program has a solution whatever the numbers.
        """
        for row in self._limits.values():
            row.SetBounds(-np.inf, np.inf)
        for limit, (least, most) in bounds.items():
            if limit not in self._limits:
                row = self._limits[limit] = self._lp.Constraint(-np.inf, np.inf)
                for side in (1, -1):
                    missing = self._lp.NumVar(0, np.inf, "")
                    row.SetCoefficient(missing, side)
                    self._lp.Objective().SetCoefficient(missing, -BROKEN)
                counts = self._counts(limit, np.arange(len(self.columns)))
                for number in np.flatnonzero(counts).tolist():
                    row.SetCoefficient(self._x[number], int(counts[number]))
            self._limits[limit].SetBounds(least, most)

    def _counts(self, limit: Limit, numbers: Flat) -> Flat:
        owner, visits = self.columns.visits(numbers)
        return np.bincount(
            owner[counted(limit, self.columns.segment[numbers][owner], visits)], minlength=len(numbers)
        )

    def charges(self, limits: Iterable[Limit]) -> dict[Limit, int]:
        """Prices of one visit more that limits count, as whole thousandths."""
        return {limit: round(self._limits[limit].dual_value() * POINT) for limit in limits}

    def solve(self) -> float:
        """The program's value in points without what no decision changes; rows are added as needed."""
        while True:
            value = solve_linear(self._lp, self._how)
            if not self._separate():
                return value

    def _separate(self) -> bool:
        """Add the rows of rooms and pools that the shares use up; whether there were any."""
        shares = self.shares()
        some = np.flatnonzero(shares > 1e-9)
        owner, visits = self.columns.visits(some)
        found = False
        for rows, capacity, kind in (
            (self._room, self.problem.room, PLACE),
            (self._pool, self.problem.pool, POOL),
        ):
            if kind == PLACE and self._toll is not None:
                continue
            known = visits[kind] >= 0
            busy = np.zeros((capacity.shape[0], self.problem.horizon + 1))
            np.add.at(busy, (visits[kind, known], visits[START, known]), shares[some[owner[known]]])
            np.add.at(busy, (visits[kind, known], visits[END, known] + 1), -shares[some[owner[known]]])
            for key in sorted(_peaks(np.cumsum(busy, axis=1)[:, :-1] - capacity) - rows.keys()):
                found = True
                rows[key] = self._lp.Constraint(-np.inf, int(capacity[key]))
                for number in self._under_way(kind, *key).tolist():
                    rows[key].SetCoefficient(self._x[number], 1)
        return found

    def _under_way(self, kind: int, which: int, day: int) -> Flat:
        """The columns with a stay at a place, or of a pool, on a day; each unit is in one place at a time."""
        owner, visits = self.columns.visits(np.arange(len(self.columns)))
        there = (visits[kind] == which) & (visits[START] <= day) & (visits[END] >= day)
        return np.asarray(owner[there])

    def shares(self) -> NDArray[np.float64]:
        """The share of each route in the last solution."""
        return np.array([x.solution_value() for x in self._x])

    def duals(self) -> Duals:
        """Prices of the last solution as whole thousandths."""
        problem = self.problem
        job = np.array([row.dual_value() for row in self._job]) * POINT
        room, pool = np.zeros(problem.room.shape), np.zeros(problem.pool.shape)
        for key, row in self._room.items():
            room[key] = max(row.dual_value(), 0.0) * POINT
        for key, row in self._pool.items():
            pool[key] = max(row.dual_value(), 0.0) * POINT
        shares = np.zeros(0, np.int64)
        if problem.equity is not None:
            exact = [max(row.dual_value(), 0.0) * POINT for row in self._group]
            shares = np.floor(np.array([*exact, 0.0])).astype(np.int64)
            # What rounding and tolerances leave over is the share of "coverage is at most 1".
            over = int(shares.sum()) - int(problem.equity.rate_fine)
            if over > 0:
                shares[int(np.argmax(shares))] -= over
            else:
                shares[-1] -= over
        return Duals(along(problem, to_whole(job)), to_whole(room), to_whole(pool), shares)


def counted(limit: Limit, segment: Flat, visits: Flat) -> NDArray[np.bool_]:
    """Which visits a limit counts: rows of `Columns.visits`, and the segment of each."""
    hit = np.isin(segment, limit.segments) & np.isin(visits[POOL], limit.pools)
    if limit.day is not None:
        hit &= (visits[START] <= limit.day) & (visits[END] >= limit.day)
    return np.asarray(hit)


def _peaks(excess: NDArray[np.float64]) -> set[tuple[int, int]]:
    """The worst day of each run of days with too much; its neighbours mostly follow suit."""
    found = set()
    for row in np.flatnonzero((excess > 1e-6).any(axis=1)).tolist():
        days = np.flatnonzero(excess[row] > 1e-6)
        for run in np.split(days, np.flatnonzero(np.diff(days) > 1) + 1):
            found.add((row, int(run[np.argmax(excess[row, run])])))
    return found
