"""
Choosing whole routes among those known: a set-packing program over some or all segments.

`improve_part` frees a few competing segments and packs their known routes around what the others
hold (SCIP); `pack_all` proves the best choice among all routes given (CP-SAT).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from optimizer.core.problem import Problem
from optimizer.core.solution import Solution, route_cost, times_done
from optimizer.solvers.prices import Column


@dataclass(slots=True)
class Packing:
    """
    The rows of a packing program.

    Parameters
    ----------
    columns
        The routes to choose from.
    costs
        What each costs beyond its segment's empty route, in millipoints.
    segments, jobs, capacity
        Rows as lists of column numbers (a column stands twice where it counts twice); jobs by
        job, capacity with what is left.
    done
        How often each job is done by routes that are not up for choice.
    """

    columns: Sequence[Column]
    costs: list[int]
    segments: dict[int, list[int]]
    jobs: dict[int, list[int]]
    capacity: list[tuple[int, list[int]]]
    done: Counter[int]


def packing(problem: Problem, columns: Sequence[Column], others: Solution) -> Packing:
    """The program for some columns around the routes of ``others``."""
    done = times_done(others)
    room, pool = problem.room.copy(), problem.pool.copy()
    for route in others.routes:
        for visit in route:
            end = problem.end(visit.job, visit.start)
            room[problem.job_place[visit.job], visit.start : end + 1] -= 1
            if problem.job_pool[visit.job] >= 0:
                pool[problem.job_pool[visit.job], visit.start : end + 1] -= 1
    costs = []
    segments: dict[int, list[int]] = defaultdict(list)
    jobs: dict[int, list[int]] = defaultdict(list)
    busy: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for number, (segment, route) in enumerate(columns):
        home = problem.segments[segment]
        costs.append(route_cost(problem, home, route) - route_cost(problem, home, ()))
        segments[segment].append(number)
        for visit in route:
            jobs[visit.job].append(number)
            place, group = int(problem.job_place[visit.job]), int(problem.job_pool[visit.job])
            for day in range(visit.start, problem.end(visit.job, visit.start) + 1):
                busy["room", place, day].append(number)
                if group >= 0:
                    busy["pool", group, day].append(number)
    rows: dict[tuple[int, ...], int] = {}
    for (kind, row, day), users in busy.items():
        left = int((room if kind == "room" else pool)[row, day])
        if len(users) > left:
            # Neighbouring days mostly say the same: keep the tightest of equal rows.
            key = tuple(users)
            rows[key] = min(left, rows.get(key, left))
    return Packing(
        columns, costs, segments, jobs, [(left, list(users)) for users, left in rows.items()], done
    )


def improve_part(
    problem: Problem, columns: Sequence[Column], best: Solution, free: set[int], nodes: int, seconds: float
) -> tuple[Solution, bool]:
    """
    Pack the freed segments' columns around the rest of the best solution.

    Returns
    -------
    (solution, proven)
        The packed solution, and whether no better packing of these columns exists.
    """
    others = Solution(tuple(() if s in free else route for s, route in enumerate(best.routes)))
    rows = packing(problem, columns, others)
    program = pywraplp.Solver.CreateSolver("SCIP")
    program.SetTimeLimit(max(int(1000 * seconds), 1))
    program.SetSolverSpecificParametersAsString(f"limits/nodes = {nodes}")
    objective = program.Objective()
    objective.SetMaximization()
    chosen = [program.BoolVar("") for _ in columns]
    for x, cost in zip(chosen, rows.costs, strict=True):
        objective.SetCoefficient(x, -cost)
    for users in rows.segments.values():
        _at_most(program, chosen, users, 1)
    for left, users in rows.capacity:
        _at_most(program, chosen, users, left)
    _sell(program, problem, rows, chosen)
    program.SetHint(chosen, [float(best.routes[segment] == route) for segment, route in columns])
    status = program.Solve()
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return best, False
    routes = list(others.routes)
    for x, (segment, route) in zip(chosen, columns, strict=True):
        if x.solution_value() > 0.5:
            routes[segment] = route
    return Solution(tuple(routes)), status == pywraplp.Solver.OPTIMAL


def _at_most(program: pywraplp.Solver, chosen: list[pywraplp.Variable], users: list[int], left: int) -> None:
    row = program.Constraint(-program.infinity(), left)
    for number, times in Counter(users).items():
        row.SetCoefficient(chosen[number], times)


def _sell(program: pywraplp.Solver, problem: Problem, rows: Packing, chosen: list[pywraplp.Variable]) -> None:
    """What requests earn, and the equity term."""
    objective, equity = program.Objective(), problem.equity
    groups = []
    if equity is not None:
        lowest = program.NumVar(0, 1, "")
        objective.SetCoefficient(lowest, equity.rate_fine / 1000)
        served = equity.served.copy()
        for job in range(problem.jobs):
            served[equity.group[job]] += problem.people[job, rows.done.get(job, 0)]
        for group, requested in enumerate(equity.requested.tolist()):
            row = program.Constraint(-program.infinity(), int(served[group]))
            row.SetCoefficient(lowest, requested)
            groups.append(row)
    for job, users in rows.jobs.items():
        row = program.Constraint(0, 0)
        for number, times in Counter(users).items():
            row.SetCoefficient(chosen[number], -times)
        for times in range(rows.done.get(job, 0), int(problem.copies[job])):
            sold = program.NumVar(0, 1, "")
            row.SetCoefficient(sold, 1)
            objective.SetCoefficient(sold, int(problem.value[job, times + 1] - problem.value[job, times]))
            if equity is not None:
                more = int(problem.people[job, times + 1] - problem.people[job, times])
                groups[int(equity.group[job])].SetCoefficient(sold, -more)


UNTIMED = 3600.0
"""Seconds that nothing needs: the limit where work is counted instead of time."""
EQUITY_STEPS = 1000
"""The exact program counts the equity term in such parts of a millipoint, rounded up."""


def pack_all(
    problem: Problem, columns: Sequence[Column], best: Solution, seconds: float, workers: int
) -> tuple[Solution, int | None]:
    """
    The best choice among all the routes given.

    Returns
    -------
    (solution, bound)
        The best solution found, and a proven bound in millipoints on any choice of these
        routes; None when there was no time to prove any.
    """
    rows = packing(problem, columns, Solution.empty(problem))
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in columns]
    for users in rows.segments.values():
        model.add_at_most_one(chosen[number] for number in users)
    for left, users in rows.capacity:
        model.add(sum(chosen[number] for number in users) <= left)
    scale = EQUITY_STEPS if problem.equity is not None else 1
    terms = [(-cost * scale, x) for cost, x in zip(rows.costs, chosen, strict=True)]
    groups: dict[int, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
    for job, users in rows.jobs.items():
        sold = [model.new_bool_var("") for _ in range(int(problem.copies[job]))]
        model.add(sum(chosen[number] for number in users) == sum(sold))
        for earlier, later in pairwise(sold):
            model.add_implication(later, earlier)
        for times, x in enumerate(sold):
            terms.append((int(problem.value[job, times + 1] - problem.value[job, times]) * scale, x))
            if problem.equity is not None:
                more = int(problem.people[job, times + 1] - problem.people[job, times])
                groups[int(problem.equity.group[job])].append((more, x))
    if problem.equity is not None:
        terms.append((1, _lowest(model, problem, groups, scale)))
    model.maximize(sum(factor * x for factor, x in terms))
    for x, (segment, route) in zip(chosen, columns, strict=True):
        model.add_hint(x, best.routes[segment] == route)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return best, None
    routes: list[tuple[object, ...]] = [()] * len(problem.segments)
    for x, (segment, route) in zip(chosen, columns, strict=True):
        if solver.boolean_value(x):
            routes[segment] = route
    fixed = problem.base_value + int(problem.value[:, 0].sum())
    fixed -= sum(route_cost(problem, segment, ()) for segment in problem.segments)
    # The equity term was rounded up to a part of a millipoint, and the score rounds it to a whole one.
    top = int(np.floor(solver.best_objective_bound + 1e-6))
    bound = fixed + (top if problem.equity is None else (2 * top + scale) // (2 * scale))
    return Solution(tuple(routes)), bound  # type: ignore[arg-type]


def _lowest(
    model: cp_model.CpModel,
    problem: Problem,
    groups: dict[int, list[tuple[int, cp_model.IntVar]]],
    scale: int,
) -> cp_model.IntVar:
    """The equity term in parts of a millipoint, rounded up."""
    equity = problem.equity
    assert equity is not None
    most = -(-equity.rate_fine * scale // 1000)
    lowest = model.new_int_var(0, most, "")
    served = equity.served.copy()
    np.add.at(served, equity.group, problem.people[:, 0])
    for group, requested in enumerate(equity.requested.tolist()):
        people = sum(more * x for more, x in groups.get(group, ())) + int(served[group])
        # lowest <= rate x scale x people / requested, rounded up.
        model.add(requested * (lowest - 1) * 1000 <= equity.rate_fine * scale * people - 1)
    return lowest
