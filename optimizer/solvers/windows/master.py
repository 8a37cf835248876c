"""The linear program over routes met so far, and the best choice of whole ones among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.linear import solve_linear
from optimizer.solvers.windows.cases import ABSENT, Bools, Case, all_solutions
from optimizer.solvers.windows.routes import Column, Jobs, Prices, Routes
from optimizer.solvers.windows.rows import Threes, broken_rows, lay_out_charges, no_charges
from optimizer.solvers.windows.search import WindowSearch

Reals = NDArray[np.float64]
POINT = 1000 * FINE
"""The programs count in points, which suits their tolerances."""
LITTLE = 1e-6
"""Shares of routes that are none."""


class Master:
    """
    A growing linear program, solved again from its last basis.

        max  sum over routes of (prizes - cost) x share
        s.t. every job at most once, of every kind no more routes than units,
             of each three jobs with a row (`rows.py`), two or more by no more than one route
    """

    def __init__(self, search: WindowSearch, rows: Iterable[Threes] = ()) -> None:
        self.search = search
        self.routes = Routes(search.problem.jobs)
        self._known: set[Column] = set()
        # More than any solution is worth, in points.
        self._beyond = float(search.problem.prize.sum()) * FINE / POINT + 1.0
        self._lp = pywraplp.Solver.CreateSolver("CLP")
        self._lp.Objective().SetMaximization()
        self._x: list[pywraplp.Variable] = []
        self._job = [self._lp.Constraint(-np.inf, 1) for _ in range(search.problem.jobs)]
        self._charge = np.zeros(0)
        self._rows: dict[Threes, pywraplp.Constraint] = {}
        self._rows_of: dict[int, list[Threes]] = {}
        self._artificial = [self._no_route_yet(row) for row in self._job]
        self.case = all_solutions(search.layout)
        # What follows each job in each route (see `Case.allows`); room for more at the end.
        self._after = np.full((1024, search.problem.jobs), ABSENT, np.int64)
        self._forbidden = np.zeros(1024, np.bool_)
        self._kind = [self._lp.Constraint(-np.inf, int(size)) for size in search.layout.kind_size]
        for three in rows:
            self._add_row(three)

    def _no_route_yet(self, row: pywraplp.Constraint) -> pywraplp.Variable:
        """Does a job that must be done for as long as no route does: at a price that no solution pays."""
        x = self._lp.NumVar(0, 0, "")
        row.SetCoefficient(x, 1)
        self._lp.Objective().SetCoefficient(x, -self._beyond)
        return x

    def enter(self, case: Case) -> None:
        """From now on only solutions of that case count."""
        self.case = case
        count = len(self._x)
        allowed = case.allows(self.routes.kind, self._after[:count]) & ~self.forbidden
        for x, may in zip(self._x, allowed.tolist(), strict=True):
            x.SetUb(np.inf if may else 0.0)
        for row, artificial, must in zip(self._job, self._artificial, case.required.tolist(), strict=True):
            row.SetLb(1.0 if must else -np.inf)
            artificial.SetUb(np.inf if must else 0.0)

    @property
    def forbidden(self) -> Bools:
        """Routes that the program does without for good, shape (routes,)."""
        return self._forbidden[: len(self._x)]

    def forbid(self, wrong: Callable[[Jobs], bool]) -> None:
        """Do without those routes that repeat a job where they must not any more."""
        for number, (_, route) in enumerate(self.routes.columns):
            if len(set(route)) < len(route) and not self._forbidden[number] and wrong(route):
                self._forbidden[number] = True
                self._x[number].SetUb(0.0)

    def add_all(self, columns: Iterable[Column]) -> int:
        """Add routes; how many are new."""
        return sum(self._add(column) for column in columns)

    def _add(self, column: Column) -> bool:
        if column in self._known:
            return False
        kind, route = column
        self._known.add(column)
        number, cost = len(self._x), self.search.column_cost(column)
        if number == len(self._after):
            self._after = np.concatenate([self._after, np.full_like(self._after, ABSENT)])
            self._forbidden = np.concatenate([self._forbidden, np.zeros_like(self._forbidden)])
        self._after[number, list(route)] = [*route[1:], self.search.problem.jobs]
        self.routes.add(column, cost)
        x = self._lp.NumVar(0, np.inf, "")
        self._x.append(x)
        worth = int(self.search.problem.prize[list(route)].sum()) - cost
        self._lp.Objective().SetCoefficient(x, worth * FINE / POINT)
        self._kind[kind].SetCoefficient(x, 1)
        for job, times in Counter(route).items():
            self._job[job].SetCoefficient(x, times)
        for row in {row for job in route for row in self._rows_of.get(job, ())}:
            if _pairs(row, route):
                self._rows[row].SetCoefficient(x, _pairs(row, route))
        return True

    def add_rows(self, most: int) -> int:
        """Add rows that the last solution breaks, no more than so many; how many there were."""
        used, share = self.solution()
        found = broken_rows(self.search.problem.jobs, [route for _, route in used], share.tolist(), most)
        new = [row for row in found if row not in self._rows]
        for row in new:
            constraint = self._add_row(row)
            for x, (_, route) in zip(self._x, self.routes.columns, strict=True):
                if _pairs(row, route):
                    constraint.SetCoefficient(x, _pairs(row, route))
        return len(new)

    def rows_in_use(self) -> list[Threes]:
        """Rows that had a price when prices were last asked for."""
        return [
            row for row, charge in zip(self._rows, self._charge.tolist(), strict=False) if charge > LITTLE
        ]

    def _add_row(self, row: Threes) -> pywraplp.Constraint:
        self._rows[row] = constraint = self._lp.Constraint(-np.inf, 1)
        for job in row:
            self._rows_of.setdefault(job, []).append(row)
        return constraint

    def solve(self) -> float:
        """The program's value in points, without the base."""
        if not self._x:
            # CLP does not survive a program without columns.
            return 0.0
        return solve_linear(self._lp, pywraplp.MPSolverParameters())

    def solution(self) -> tuple[list[Column], Reals]:
        """Routes that the last solution takes, and how much of each."""
        share = np.array([x.solution_value() for x in self._x])
        used = np.flatnonzero(share > LITTLE)
        return [self.routes.columns[number] for number in used.tolist()], share[used]

    def tried(self, case: Case) -> float:
        """The program's value in points in another case, by the routes that it has; then back again."""
        here = self.case
        self.enter(case)
        value = self.solve()
        self.enter(here)
        return value

    def prices(self) -> Prices:
        """What routes are given and charged at the last solution's duals."""
        jobs = len(self._job)
        if not self._x:
            return Prices(self.search.problem.prize * FINE, no_charges(jobs))
        dual = np.array([row.dual_value() for row in self._job])
        dual = np.where(self.case.required, dual, np.maximum(dual, 0.0))
        self._charge = charge = np.array([max(row.dual_value(), 0.0) for row in self._rows.values()])
        return Prices(
            self.search.problem.prize * FINE - np.rint(dual * POINT).astype(np.int64),
            lay_out_charges(jobs, list(self._rows), np.rint(charge * POINT).astype(np.int64)),
        )

    def kept(self) -> Ints:
        """What a route of each kind has to be worth at these prices to be of use, in thousandths."""
        if not self._x:
            return np.zeros(len(self._kind), np.int64)
        return np.array([int(max(row.dual_value(), 0.0) * POINT) for row in self._kind], np.int64)


def _pairs(row: Threes, route: Jobs) -> int:
    """How many times a route does two of the row's jobs."""
    return sum(job in row for job in route) // 2


def choose(
    search: WindowSearch, columns: Sequence[Column], seconds: float, nodes: int | None = None
) -> tuple[list[Column], bool]:
    """
    The best choice among the routes given (SCIP), starting from the best solution's.

    Returns
    -------
    (routes, proven)
        The choice, and whether no better one exists among these.
    """
    program = pywraplp.Solver.CreateSolver("SCIP")
    program.SetTimeLimit(max(round(1000 * seconds), 1))
    if nodes is not None:
        program.SetSolverSpecificParametersAsString(f"limits/nodes = {nodes}")
    objective = program.Objective()
    objective.SetMaximization()
    by_job: dict[int, list[int]] = {}
    by_kind: dict[int, list[int]] = {}
    chosen = []
    for number, (kind, route) in enumerate(columns):
        x = program.BoolVar("")
        chosen.append(x)
        worth = int(search.problem.prize[list(route)].sum()) - search.column_cost((kind, route))
        objective.SetCoefficient(x, worth / 1000)
        by_kind.setdefault(kind, []).append(number)
        for job in route:
            by_job.setdefault(job, []).append(number)
    for kind, users in by_kind.items():
        row = program.Constraint(-np.inf, int(search.layout.kind_size[kind]))
        for number in users:
            row.SetCoefficient(chosen[number], 1)
    for users in by_job.values():
        row = program.Constraint(-np.inf, 1)
        for number in users:
            row.SetCoefficient(chosen[number], 1)
    best = set(search.best_columns())
    program.SetHint(chosen, [float(column in best) for column in columns])
    # "Optimal" would by default be within 0.01 %.
    exactly = pywraplp.MPSolverParameters()
    exactly.SetDoubleParam(exactly.RELATIVE_MIP_GAP, 0.0)
    status = program.Solve(exactly)
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return search.best_columns(), False
    routes = [column for x, column in zip(chosen, columns, strict=True) if x.solution_value() > 0.5]
    return routes, status == pywraplp.Solver.OPTIMAL
