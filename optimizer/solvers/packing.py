"""
Choosing whole routes among those known: a set-packing program.

`pack_better` looks for a better choice among many routes (HiGHS); `pack_all` proves the best one
among fewer (CP-SAT).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from optimizer.core.problem import Change, Problem
from optimizer.core.solution import Route, Solution, route_cost
from optimizer.solvers.columns import END, JOB, PLACE, POOL, START, Columns, binding_days
from optimizer.solvers.layout import Flat

UNTIMED = 3600.0
"""Seconds that nothing needs: the limit where work is counted instead of time."""
EQUITY_STEPS = 1000
"""The exact program counts the equity term in such parts of a millipoint, rounded up."""


@dataclass(slots=True)
class Packing:
    """
    The rows of a packing program over some columns.

    Parameters
    ----------
    costs
        What each column costs beyond its segment's empty route, in millipoints.
    kept
        How many stays of a base plan each column keeps.
    rows, row_column
        Rows "at most ``limit`` of these columns" for segments, places and pools: row and column
        of each entry.
    limit
        The right-hand side of each row.
    jobs, job_column
        First job of its demand, and column, of each visit.
    """

    costs: Flat
    kept: Flat
    rows: Flat
    row_column: Flat
    limit: Flat
    jobs: Flat
    job_column: Flat


def packing(problem: Problem, columns: Columns, numbers: Flat) -> Packing:
    """The program for some columns."""
    owner, visits = columns.visits(numbers)
    homes, rows = np.unique(columns.segment[numbers], return_inverse=True)
    parts, entries, limits = [rows], [np.arange(len(numbers))], [np.ones(len(homes), np.int64)]
    count = len(homes)
    for capacity, resource in ((problem.room, visits[PLACE]), (problem.pool, visits[POOL])):
        row, entry, limit = _busy_rows(capacity, resource, visits[START], visits[END])
        parts.append(count + row)
        entries.append(owner[entry])
        limits.append(limit)
        count += len(limit)
    return Packing(
        costs=columns.cost[numbers],
        kept=np.bincount(owner[problem.kept[visits[JOB]]], minlength=len(numbers)),
        rows=np.concatenate(parts),
        row_column=np.concatenate(entries),
        limit=np.concatenate(limits),
        jobs=problem.job_demand[visits[JOB]],
        job_column=owner,
    )


def _busy_rows(capacity: Flat, resource: Flat, starts: Flat, ends: Flat) -> tuple[Flat, Flat, Flat]:
    """
    Rows for the days on which a place or pool could be too full.

    Returns
    -------
    (row, visit, limit)
        Row and visit of each entry, and the right-hand side of each row.
    """
    size, days = capacity.shape
    known = resource >= 0
    begin, finish = np.zeros((size, days), np.int64), np.zeros((size, days), np.int64)
    np.add.at(begin, (resource[known], starts[known]), 1)
    np.add.at(finish, (resource[known], ends[known]), 1)
    keep = np.zeros((size, days), bool)
    for one in np.flatnonzero(begin.any(axis=1)).tolist():
        keep[one] = binding_days(capacity[one], begin[one], finish[one])
    keys = np.flatnonzero(keep)
    low = np.searchsorted(keys, np.where(known, resource * days + starts, 0))
    high = np.searchsorted(keys, np.where(known, resource * days + ends, -1), side="right")
    width = np.maximum(high - low, 0)
    visit = np.repeat(np.arange(len(resource)), width)
    row = np.repeat(low, width) + np.arange(len(visit)) - np.repeat(np.cumsum(width) - width, width)
    return row, visit, capacity.ravel()[keys]


def pack_better(
    problem: Problem,
    columns: Columns,
    numbers: Flat,
    best: Solution,
    nodes: int | None,
    seconds: float,
    asked: tuple[set[int], int] | None = None,
) -> tuple[Solution, bool]:
    """
    Pack some columns anew.

    Parameters
    ----------
    numbers
        The columns to choose from.
    best
        The solution to begin with; none of its routes is taken that is not among them.
    nodes
        Most nodes of the search, None for no such limit.
    asked
        Only packings in which some segments do so many visits at least are of interest.

    Returns
    -------
    (solution, proven)
        The packed solution, and whether no better packing of these columns exists.
    """
    if len(numbers) == 0:
        return best, True
    rows = packing(problem, columns, numbers)
    held = np.array([best.routes[columns[n][0]] == columns[n][1] for n in numbers.tolist()])
    proto, hint = _program(problem, rows, held)
    model = mathopt.Model.from_model_proto(proto)
    variables = list(model.variables())
    if asked is not None:
        segments, least = asked
        visits = np.bincount(rows.job_column, minlength=len(numbers)).tolist()
        homes = columns.segment[numbers].tolist()
        model.add_linear_constraint(
            mathopt.fast_sum(
                times * x
                for times, x, home in zip(visits, variables, homes, strict=False)
                if home in segments
            )
            >= least
        )
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(seconds, 0.01)), node_limit=nodes, relative_gap_tolerance=1e-7
        ),
        model_params=mathopt.ModelSolveParameters(
            solution_hints=[mathopt.SolutionHint(dict(zip(variables, hint.tolist(), strict=True)))]
        ),
    )
    if not result.has_primal_feasible_solution():
        return best, False
    taken = np.array(result.variable_values(variables[: len(numbers)])) > 0.5
    routes: list[Route] = [()] * len(problem.segments)
    for number in numbers[taken].tolist():
        segment, route = columns[number]
        routes[segment] = route
    return Solution(tuple(routes)), result.termination.reason == mathopt.TerminationReason.OPTIMAL


def _program(
    problem: Problem, rows: Packing, held: NDArray[np.bool_]
) -> tuple[model_pb2.ModelProto, NDArray[np.float64]]:
    """
    The program in points, and the solution in which the ``held`` columns are chosen.

    Its variables are the columns, then what requests earn visit by visit, then the lowest coverage.
    """
    equity, size = problem.equity, len(rows.costs)
    sellers = np.unique(rows.jobs)
    left = problem.copies[sellers]
    job = np.repeat(sellers, left)
    times = np.arange(len(job)) - np.repeat(np.cumsum(left) - left, left)
    done = np.zeros(problem.jobs, np.int64)
    np.add.at(done, rows.jobs[held[rows.job_column]], 1)
    sold = times < done[job]
    first = len(rows.limit)
    row = [rows.rows, first + np.searchsorted(sellers, rows.jobs), first + np.searchsorted(sellers, job)]
    column = [rows.row_column, rows.job_column, size + np.arange(len(job))]
    entry = [np.ones(len(rows.rows)), -np.ones(len(rows.jobs)), np.ones(len(job))]
    least, most = [np.full(first, -np.inf), np.zeros(len(sellers))], [rows.limit, np.zeros(len(sellers))]
    gain = (problem.value[job, times + 1] - problem.value[job, times]) / 1000
    bonus = problem.change.rate_fine if problem.change is not None else 0
    objective, hint = [rows.kept * bonus / 1e6 - rows.costs / 1000, gain], [held, sold]
    if equity is not None:
        first, groups = first + len(sellers), len(equity.requested)
        more = problem.people[job, times + 1] - problem.people[job, times]
        served = equity.served.copy()
        np.add.at(served, equity.group, problem.people[:, 0])
        row += [first + np.arange(groups), first + equity.group[job]]
        column += [np.full(groups, size + len(job)), size + np.arange(len(job))]
        entry += [equity.requested.astype(float), -more.astype(float)]
        least.append(np.full(groups, -np.inf))
        most.append(served)
        objective.append(np.array([equity.rate_fine / 1e6]))
        reached = served + np.bincount(equity.group[job[sold]], more[sold], groups)
        hint.append(np.min(reached / equity.requested, initial=1.0, keepdims=True))
    proto = model_pb2.ModelProto()
    width = len(np.concatenate(objective))
    proto.variables.ids.extend(range(width))
    proto.variables.lower_bounds.extend([0.0] * width)
    proto.variables.upper_bounds.extend([1.0] * width)
    proto.variables.integers.extend([True] * size + [False] * (width - size))
    proto.objective.maximize = True
    proto.objective.linear_coefficients.ids.extend(range(width))
    proto.objective.linear_coefficients.values.extend(np.concatenate(objective).tolist())
    height = len(np.concatenate(most))
    proto.linear_constraints.ids.extend(range(height))
    proto.linear_constraints.lower_bounds.extend(np.concatenate(least).tolist())
    proto.linear_constraints.upper_bounds.extend(np.concatenate(most).tolist())
    # The program wants its entries row by row, each once: a job may stand twice in a column.
    place, where = np.unique(np.concatenate(row) * width + np.concatenate(column), return_inverse=True)
    proto.linear_constraint_matrix.row_ids.extend((place // width).tolist())
    proto.linear_constraint_matrix.column_ids.extend((place % width).tolist())
    proto.linear_constraint_matrix.coefficients.extend(np.bincount(where, np.concatenate(entry)).tolist())
    return proto, np.concatenate(hint).astype(float)


def pack_all(
    problem: Problem, columns: Columns, best: Solution, seconds: float, workers: int
) -> tuple[Solution, int | None]:
    """
    The best choice among all the routes given.

    Returns
    -------
    (solution, bound)
        The best solution found, and a proven bound in millipoints on any choice of these
        routes; None when there was no time to prove any.
    """
    rows = packing(problem, columns, np.arange(len(columns)))
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in range(len(columns))]
    for row, limit in enumerate(rows.limit.tolist()):
        users = [chosen[number] for number in rows.row_column[rows.rows == row].tolist()]
        if limit == 1:
            model.add_at_most_one(users)
        else:
            model.add(sum(users) <= limit)
    scale = EQUITY_STEPS if problem.equity is not None else 1
    terms = [(-cost * scale, x) for cost, x in zip(rows.costs.tolist(), chosen, strict=True)]
    groups: dict[int, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
    for job in np.unique(rows.jobs).tolist():
        users = rows.job_column[rows.jobs == job].tolist()
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
    if problem.change is not None:
        keeping = zip(rows.kept.tolist(), chosen, strict=True)
        terms.append((-scale, _loss(model, problem.change, sum(kept * x for kept, x in keeping))))
    model.maximize(sum(factor * x for factor, x in terms))
    for number, x in enumerate(chosen):
        segment, route = columns[number]
        model.add_hint(x, best.routes[segment] == route)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return best, None
    routes: list[Route] = [()] * len(problem.segments)
    for number, x in enumerate(chosen):
        if solver.boolean_value(x):
            segment, route = columns[number]
            routes[segment] = route
    fixed = problem.base_value + int(problem.value[:, 0].sum())
    fixed -= sum(route_cost(problem, segment, ()) for segment in problem.segments)
    # The equity term was rounded up to a part of a millipoint, and the score rounds it to a whole one.
    top = int(np.floor(solver.best_objective_bound + 1e-6))
    bound = fixed + (top if problem.equity is None else (2 * top + scale) // (2 * scale))
    return Solution(tuple(routes)), bound


def _loss(model: cp_model.CpModel, change: Change, kept: cp_model.LinearExprT) -> cp_model.IntVar:
    """What the stays of the base plan that are not kept cost, in whole millipoints."""
    losses = [(change.rate_fine * lost + 500) // 1000 for lost in range(change.stays, -1, -1)]
    loss = model.new_int_var(losses[-1], losses[0], "")
    number = model.new_int_var(0, change.stays, "")
    model.add(number == kept)
    model.add_element(number, losses, loss)
    return loss


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
