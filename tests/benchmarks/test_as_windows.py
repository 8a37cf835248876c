"""The planner's own plan, told as orders of jobs to other programs, comes back as it was."""

import optimizer
from optimizer.compile import compile_scenario
from optimizer.core.solution import faults, objective
from optimizer.first_fit import first_fit
from tests.benchmarks.as_windows import as_windows, in_time


def test_orders_come_back_valid():
    """Nothing of a valid plan is left out, with rooms and calendar; and nothing is done twice."""
    scenario = optimizer.generate(4, 12, 60, 2, seed=3)
    compiled = compile_scenario(scenario)
    plan = compiled.solution(first_fit(scenario))
    assert faults(compiled.problem, plan) == []
    told = as_windows(compiled.problem)
    classes: dict[int, list[int]] = {}
    for job, request in enumerate(told.request):
        classes.setdefault(request, []).append(job)
    orders = [[classes[visit.job].pop(0) for visit in sorted(route)] for route in plan.routes]
    assert in_time(told.windows, orders) == orders
    back = told.repaired(orders)
    assert faults(compiled.problem, back) == []
    assert [len(route) for route in back.routes] == [len(route) for route in plan.routes]
    assert objective(compiled.problem, back) == objective(compiled.problem, plan)
