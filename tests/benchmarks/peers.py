"""
Other programs on the same window problem: PyVRP, VROOM, OR-Tools routing; CP-SAT on days.

The first three know no stay whose length depends on its start: each job has one length, the one that most
of its start days have. VROOM gets every window, OR-Tools the hull without the days between, PyVRP the hull.
They know no rooms and no pools. VROOM counts values as priorities from 0 to 100. PyVRP uses one core: two
seeds run at once, and the better counts. CP-SAT knows the whole calendar, rooms and pools, but not which way
leads where: every stay is followed by the least move, and kilometres are not in its goal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.sat.python import cp_model

from optimizer.core.problem import Problem
from optimizer.core.solution import Solution, Visit
from optimizer.core.windows import WindowProblem
from tests.benchmarks.as_windows import Orders, raw_value, start_runs

FAR = 10**8
TIE = 100
"""Where nothing costs, a millipoint counts as so many ticks of travel."""


def windows_of(problem: WindowProblem, job: int) -> tuple[list[tuple[int, int]], int]:
    """Windows of a job, neighbours joined, and the length that most of its starts have."""
    own = range(problem.segment_at[job], problem.segment_at[job + 1])
    joined: list[tuple[int, int]] = []
    lengths: dict[int, int] = defaultdict(int)
    for s in own:
        first, last = int(problem.first[s]), int(problem.last[s])
        lengths[int(problem.stay[s])] += last - first + 1
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined, max(lengths, key=lambda stay: (lengths[stay], -stay))


def nodes_of(problem: WindowProblem) -> list[int]:
    """Location of each node: depots, then jobs."""
    depots = sorted({*problem.origin.tolist(), *problem.destination.tolist()})
    return [*depots, *problem.place.tolist()]


def pyvrp(problem: WindowProblem, seconds: float) -> Orders:
    """PyVRP with prizes; a profile of travel for each set of eligible jobs."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(_pyvrp, [problem] * 2, [seconds] * 2, [1, 2]))
    return max(runs, key=lambda orders: raw_value(problem, orders))


def _pyvrp(problem: WindowProblem, seconds: float, seed: int) -> Orders:
    import pyvrp as peer
    from pyvrp.stop import MaxRuntime

    nodes = nodes_of(problem)
    depots = len(nodes) - problem.jobs
    free = not problem.cost.any()
    travel = problem.travel[np.ix_(nodes, nodes)]
    distance = travel if free else problem.cost[np.ix_(nodes, nodes)]
    profiles: dict[bytes, int] = {}
    durations = []
    types = []
    for unit in range(problem.units):
        able = problem.eligible[unit]
        if able.tobytes() not in profiles:
            profiles[able.tobytes()] = len(profiles)
            own = travel.copy()
            own[:, depots + np.flatnonzero(~able)] = FAR
            np.fill_diagonal(own, 0)
            durations.append(own)
        types.append(
            peer.VehicleType(
                start_depot=nodes.index(problem.origin[unit]),
                end_depot=nodes.index(problem.destination[unit]),
                tw_early=int(problem.leave[unit]),
                tw_late=int(problem.back[unit]),
                profile=profiles[able.tobytes()],
            )
        )
    clients = []
    for job in range(problem.jobs):
        windows, stay = windows_of(problem, job)
        clients.append(
            peer.Client(
                location=depots + job,
                service_duration=stay,
                tw_early=windows[0][0],
                tw_late=windows[-1][1],
                prize=int(problem.prize[job]) * (TIE if free else 1),
                required=False,
            )
        )
    data = peer.ProblemData(
        [peer.Location(0, 0) for _ in nodes],
        clients,
        [peer.Depot(location=number) for number in range(depots)],
        types,
        [distance] * len(durations),
        durations,
    )
    result = peer.solve(data, MaxRuntime(seconds), seed=seed, collect_stats=False)
    orders: Orders = [[] for _ in range(problem.units)]
    for route in result.best.routes():
        orders[route.vehicle_type()] = [
            activity.idx for activity in route.schedule() if activity.type == peer.ActivityType.CLIENT
        ]
    return orders


def vroom(problem: WindowProblem, seconds: float) -> Orders:
    """VROOM at its highest exploration level; a skill for each job that not every unit may do."""
    import vroom as peer

    nodes = nodes_of(problem)
    depots = len(nodes) - problem.jobs
    model = peer.Input()
    model.set_durations_matrix("car", problem.travel[np.ix_(nodes, nodes)].astype(np.uint32))
    if problem.cost.any():
        model.set_costs_matrix("car", problem.cost[np.ix_(nodes, nodes)].astype(np.uint32))
    for unit in range(problem.units):
        model.add_vehicle(
            peer.Vehicle(
                unit,
                start=nodes.index(problem.origin[unit]),
                end=nodes.index(problem.destination[unit]),
                time_window=peer.TimeWindow(int(problem.leave[unit]), int(problem.back[unit])),
                skills=set(np.flatnonzero(problem.eligible[unit]).tolist()),
            )
        )
    highest = int(problem.prize.max(initial=1))
    # Points up to 100 stand as they are, so that nothing is lost by rounding.
    scale = 1000 if highest <= 100_000 else highest / 100
    for job in range(problem.jobs):
        windows, stay = windows_of(problem, job)
        model.add_job(
            peer.Job(
                job,
                location=depots + job,
                default_service=stay,
                time_windows=[peer.TimeWindow(*window) for window in windows],
                priority=round(int(problem.prize[job]) / scale),
                skills={job},
            )
        )
    solution = model.solve(exploration_level=5, nb_threads=2, timeout=timedelta(seconds=seconds))
    orders: Orders = [[] for _ in range(problem.units)]
    for step in solution.routes.to_dict("records"):
        if step["type"] == "job":
            orders[step["vehicle_id"]].append(int(step["id"]))
    return orders


def routing(problem: WindowProblem, seconds: float) -> Orders:
    """OR-Tools routing with guided local search; a job left out costs its prize."""
    nodes = nodes_of(problem)
    depots = len(nodes) - problem.jobs
    starts = [nodes.index(location) for location in problem.origin]
    ends = [nodes.index(location) for location in problem.destination]
    manager = pywrapcp.RoutingIndexManager(len(nodes), problem.units, starts, ends)
    model = pywrapcp.RoutingModel(manager)
    windows = [windows_of(problem, job) for job in range(problem.jobs)]
    stay = np.array([0] * depots + [length for _, length in windows])
    free = not problem.cost.any()
    time = problem.travel[np.ix_(nodes, nodes)] + stay[:, None]
    way = problem.travel[np.ix_(nodes, nodes)] if free else problem.cost[np.ix_(nodes, nodes)]
    passing = model.RegisterTransitMatrix(time.tolist())
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(way.tolist()))
    end = int(problem.back.max())
    model.AddDimension(passing, end, end, False, "time")
    clock = model.GetDimensionOrDie("time")
    for unit in range(problem.units):
        clock.CumulVar(model.Start(unit)).SetMin(int(problem.leave[unit]))
        clock.CumulVar(model.End(unit)).SetMax(int(problem.back[unit]))
    for job in range(problem.jobs):
        index = manager.NodeToIndex(depots + job)
        model.AddDisjunction([index], int(problem.prize[job]) * (TIE if free else 1))
        own = windows[job][0]
        clock.CumulVar(index).SetRange(own[0][0], own[-1][1])
        for (_, last), (first, _) in pairwise(own):
            clock.CumulVar(index).RemoveInterval(last + 1, first - 1)
        able = np.flatnonzero(problem.eligible[:, job]).tolist()
        if len(able) < problem.units:
            model.VehicleVar(index).SetValues([-1, *able])
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1000 * seconds))
    found = model.SolveWithParameters(parameters)
    orders: Orders = [[] for _ in range(problem.units)]
    if found is None:
        return orders
    for unit in range(problem.units):
        at = found.Value(model.NextVar(model.Start(unit)))
        while not model.IsEnd(at):
            orders[unit].append(manager.IndexToNode(at) - depots)
            at = found.Value(model.NextVar(at))
    return orders


def cp_sat(problem: Problem, seconds: float) -> Solution:
    """CP-SAT with a variable for each segment, job and start day."""
    model = cp_model.CpModel()
    gap = np.asarray(problem.gap)
    move = int(gap[~np.eye(len(gap), dtype=bool)].min(initial=1))
    busy: dict[tuple[str, int, int], list[cp_model.IntVar]] = defaultdict(list)
    done: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    chosen = []
    for number, visit, stay in _starts(problem):
        x = model.new_bool_var("")
        chosen.append((number, visit, x))
        done[visit.job].append(x)
        place, group = int(problem.job_place[visit.job]), int(problem.job_pool[visit.job])
        for day in range(visit.start, visit.start + stay + move):
            busy["segment", number, day].append(x)
        for day in range(visit.start, visit.start + stay):
            busy["room", place, day].append(x)
            if group >= 0:
                busy["pool", group, day].append(x)
    for (kind, row, day), users in busy.items():
        if kind == "segment":
            model.add_at_most_one(users)
        else:
            model.add(sum(users) <= int((problem.room if kind == "room" else problem.pool)[row, day]))
    terms = []
    for job, users in done.items():
        sold = [model.new_bool_var("") for _ in range(int(problem.copies[job]))]
        model.add(sum(users) == sum(sold))
        for times, x in enumerate(sold):
            if times:
                model.add_implication(x, sold[times - 1])
            terms.append(int(problem.value[job, times + 1] - problem.value[job, times]) * x)
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    routes: list[list[Visit]] = [[] for _ in problem.segments]
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        for number, visit, x in chosen:
            if solver.boolean_value(x):
                routes[number].append(visit)
    return Solution(tuple(tuple(sorted(route)) for route in routes))


def _starts(problem: Problem) -> Iterator[tuple[int, Visit, int]]:
    """Every segment, visit and length of stay that the calendar allows."""
    runs = [start_runs(problem, job) for job in range(problem.jobs)]
    for number, (segment, jobs) in enumerate(zip(problem.segments, problem.eligible, strict=True)):
        for job in jobs.tolist():
            for first, last, stay in runs[job]:
                for start in range(max(first, segment.first), min(last, segment.last - stay + 1) + 1):
                    yield number, Visit(start, job), stay
