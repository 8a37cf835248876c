"""
The linear program over routes found so far: which share of each route, within all capacity.

Rows for rooms and pools are added only where a solution breaks them; most never matter.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals
from optimizer.core.solution import Route, route_cost
from optimizer.solvers.prices import Column

POINT = 1000 * FINE
"""The program counts in points, which suits its tolerances."""


class Master:
    """
    A growing linear program, solved again from its last basis.

    Attributes
    ----------
    columns, costs
        Routes by number, and what each costs beyond its segment's empty route (thousandths).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.columns: list[Column] = []
        self.costs: list[int] = []
        self._number: dict[Column, int] = {}
        self._busy: list[list[tuple[int, int, int, int]]] = []
        self._lp = pywraplp.Solver.CreateSolver("CLP")
        self._lp.Objective().SetMaximization()
        self._x: list[pywraplp.Variable] = []
        self._segment = [self._lp.Constraint(-np.inf, 1) for _ in problem.segments]
        self._job = [self._lp.Constraint(0, 0) for _ in range(problem.jobs)]
        self._room: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._pool: dict[tuple[int, int], pywraplp.Constraint] = {}
        self._group: list[pywraplp.Constraint] = []
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
        column = (segment, route)
        if not route or column in self._number:
            return False
        problem = self.problem
        self._number[column] = len(self.columns)
        self.columns.append(column)
        home = problem.segments[segment]
        cost = (route_cost(problem, home, route) - route_cost(problem, home, ())) * FINE
        self.costs.append(cost)
        x = self._lp.NumVar(0, np.inf, "")
        self._x.append(x)
        self._lp.Objective().SetCoefficient(x, -cost / POINT)
        self._segment[segment].SetCoefficient(x, 1)
        times: dict[int, int] = {}
        busy = []
        for visit in route:
            times[visit.job] = times.get(visit.job, 0) + 1
            place, pool = int(problem.job_place[visit.job]), int(problem.job_pool[visit.job])
            busy.append((place, pool, visit.start, problem.end(visit.job, visit.start)))
        self._busy.append(busy)
        for job, count in times.items():
            self._job[job].SetCoefficient(x, -count)
        for place, pool, start, end in busy:
            for day in range(start, end + 1):
                if (place, day) in self._room:
                    self._room[place, day].SetCoefficient(x, 1)
                if (pool, day) in self._pool:
                    row = self._pool[pool, day]
                    row.SetCoefficient(x, row.GetCoefficient(x) + 1)
        return True

    def add_all(self, columns: Iterable[Column]) -> int:
        """Add routes; how many are new."""
        return sum(self.add(segment, route) for segment, route in columns)

    def solve(self) -> float:
        """The program's value in points without what no decision changes; rows are added as needed."""
        while True:
            status = self._lp.Solve()
            if status != pywraplp.Solver.OPTIMAL:
                raise ArithmeticError(f"The linear program ended with status {status}.")
            if not self._separate():
                return float(self._lp.Objective().Value())

    def _separate(self) -> bool:
        """Add the rows of rooms and pools that the shares use up; whether there were any."""
        problem = self.problem
        room = np.zeros((problem.room.shape[0], problem.horizon + 1))
        pool = np.zeros((problem.pool.shape[0], problem.horizon + 1))
        shares = self.shares()
        for share, busy in zip(shares.tolist(), self._busy, strict=True):
            if share <= 1e-9:
                continue
            for place, group, start, end in busy:
                room[place, start] += share
                room[place, end + 1] -= share
                if group >= 0:
                    pool[group, start] += share
                    pool[group, end + 1] -= share
        new_room = _peaks(np.cumsum(room, axis=1)[:, :-1] - problem.room) - self._room.keys()
        new_pool = _peaks(np.cumsum(pool, axis=1)[:, :-1] - problem.pool) - self._pool.keys()
        for key in sorted(new_room):
            self._room[key] = self._lp.Constraint(-np.inf, int(problem.room[key]))
        for key in sorted(new_pool):
            self._pool[key] = self._lp.Constraint(-np.inf, int(problem.pool[key]))
        if not new_room and not new_pool:
            return False
        places = {place for place, _ in new_room}
        groups = {group for group, _ in new_pool}
        for number, busy in enumerate(self._busy):
            for place, group, start, end in busy:
                if place not in places and group not in groups:
                    continue
                for day in range(start, end + 1):
                    if (place, day) in new_room:
                        self._room[place, day].SetCoefficient(self._x[number], 1)
                    if (group, day) in new_pool:
                        row = self._pool[group, day]
                        row.SetCoefficient(self._x[number], row.GetCoefficient(self._x[number]) + 1)
        return True

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
        return Duals(_whole(job), _whole(room), _whole(pool), shares)

    def fix(self, numbers: Iterable[int]) -> None:
        """Take whole routes into every further solution (a dive); see ``release``."""
        for number in numbers:
            self._x[number].SetLb(1.0)

    def release(self) -> None:
        """Undo every ``fix``."""
        for x in self._x:
            x.SetLb(0.0)


def _peaks(excess: NDArray[np.float64]) -> set[tuple[int, int]]:
    """The worst day of each run of days with too much; its neighbours mostly follow suit."""
    found = set()
    for row in np.flatnonzero((excess > 1e-6).any(axis=1)).tolist():
        days = np.flatnonzero(excess[row] > 1e-6)
        for run in np.split(days, np.flatnonzero(np.diff(days) > 1) + 1):
            found.add((row, int(run[np.argmax(excess[row, run])])))
    return found


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(values).astype(np.int64)
