"""The linear program over routes met so far, and the best choice of whole ones among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from ortools.linear_solver import pywraplp

from optimizer.core.problem import Ints
from optimizer.core.result import FINE
from optimizer.solvers.windows.search import Column, WindowSearch

POINT = 1000 * FINE
"""The programs count in points, which suits their tolerances."""


class Master:
    """
    A growing linear program, solved again from its last basis.

        max  sum over routes of (prizes - cost) x share
        s.t. every job at most once, of every kind no more routes than units
    """

    def __init__(self, search: WindowSearch) -> None:
        self.search = search
        self.columns: list[Column] = []
        self._known: set[Column] = set()
        self._lp = pywraplp.Solver.CreateSolver("CLP")
        self._lp.Objective().SetMaximization()
        self._x: list[pywraplp.Variable] = []
        self._job = [self._lp.Constraint(-np.inf, 1) for _ in range(search.problem.jobs)]
        self._kind = [self._lp.Constraint(-np.inf, int(size)) for size in search.layout.kind_size]

    def add_all(self, columns: Iterable[Column]) -> int:
        """Add elementary routes; how many are new."""
        return sum(self._add(column) for column in columns)

    def _add(self, column: Column) -> bool:
        if column in self._known:
            return False
        kind, route = column
        self._known.add(column)
        self.columns.append(column)
        x = self._lp.NumVar(0, np.inf, "")
        self._x.append(x)
        worth = int(self.search.problem.prize[list(route)].sum()) - self.search.column_cost(column)
        self._lp.Objective().SetCoefficient(x, worth * FINE / POINT)
        self._kind[kind].SetCoefficient(x, 1)
        for job in route:
            self._job[job].SetCoefficient(x, 1)
        return True

    def solve(self) -> float:
        """The program's value in points, without the base."""
        if not self._x:
            # CLP does not survive a program without columns.
            return 0.0
        status = self._lp.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            raise ArithmeticError(f"The linear program ended with status {status}.")
        return float(self._lp.Objective().Value())

    def prices(self) -> Ints:
        """What a route is given for each job at the last solution's duals, in thousandths."""
        dual = np.zeros(len(self._job))
        if self._x:
            dual = np.array([max(row.dual_value(), 0.0) for row in self._job])
        return self.search.problem.prize * FINE - np.rint(dual * POINT).astype(np.int64)

    def kept(self) -> Ints:
        """What a route of each kind has to be worth at these prices to be of use, in thousandths."""
        if not self._x:
            return np.zeros(len(self._kind), np.int64)
        return np.array([int(max(row.dual_value(), 0.0) * POINT) for row in self._kind], np.int64)


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
    status = program.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return search.best_columns(), False
    routes = [column for x, column in zip(chosen, columns, strict=True) if x.solution_value() > 0.5]
    return routes, status == pywraplp.Solver.OPTIMAL
