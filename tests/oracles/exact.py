"""An exact model of RULES.md over start days, solved by CP-SAT; for scenarios that take it a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import product

from ortools.sat.python import cp_model

from optimizer.domain.scenario import Scenario
from tests.oracles.judge import Stay, Verdict, dates_broken, judge
from tests.oracles.net import OVER, SOURCE, Net, Node, Option
from tests.oracles.world import World, rounded


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best score in millipoints, and a plan that has it."""

    score: int
    stays: tuple[Stay, ...]
    verdict: Verdict


def options(world: World) -> list[Option]:
    """Every stay that breaks no rule alone (R1 to R4 and R6)."""
    found = []
    zero = world.scenario.start
    for request in world.scenario.requests:
        if world.most_classes(request) == 0:
            continue
        for unit in world.scenario.units:
            if world.suits(unit.id, request):
                continue
            for day in world.days():
                end = world.end_of(request.id, day)
                if end is None or dates_broken(world, Stay(request.id, unit.id, day), end):
                    continue
                start = (day - zero).days
                found.append(
                    Option(request.id, unit.id, request.venue, request.course, start, (end - zero).days)
                )
    return found


def optimum(scenario: Scenario, base: Sequence[Stay] = ()) -> Optimum:
    """
    The best plan there is, where it changes another one of which stays may be kept.

    Each unit walks through its net (`net.py`); stays share rooms, instructors and a request's classes.
    """
    world = World(scenario)
    model = cp_model.CpModel()
    chosen = {option: model.new_bool_var("") for option in options(world)}
    gains: list[cp_model.LinearExprT] = []
    for unit in scenario.units:
        mine = {option: var for option, var in chosen.items() if option.unit == unit.id}
        if mine:
            gains += _walk(world, model, mine)
    gains += _classes(world, model, chosen)
    gains += _changes(world, model, chosen, base)
    _crowds(world, model, chosen)
    for pin in scenario.pins:
        day = (pin.start - scenario.start).days
        model.add_exactly_one(
            var
            for option, var in chosen.items()
            if (option.request, option.unit, option.start) == (pin.request, pin.unit, day)
        )
    model.maximize(sum(gains))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # Without presolve and with the full linear relaxation tiny nets are solved three times as fast.
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = 60
    status = solver.solve(model)
    if status != cp_model.OPTIMAL:
        raise AssertionError(f"CP-SAT ends with {solver.status_name(status)} on {scenario.name}")
    stays = tuple(
        Stay(option.request, option.unit, scenario.start + timedelta(days=option.start))
        for option, var in chosen.items()
        if solver.boolean_value(var)
    )
    verdict = judge(world, stays, base)
    if verdict.broken or verdict.score != round(solver.objective_value):
        raise AssertionError(f"{scenario.name}: model says {solver.objective_value}, judge says {verdict}")
    return Optimum(verdict.score, stays, verdict)


def _walk(
    world: World, model: cp_model.CpModel, mine: dict[Option, cp_model.IntVar]
) -> Iterator[cp_model.LinearExprT]:
    """One unit's way through its net; gives what its arcs cost."""
    into: dict[Node, list[cp_model.IntVar]] = defaultdict(list)
    out: dict[Node, list[cp_model.IntVar]] = defaultdict(list)
    reached = set()
    for arc in Net(world, list(mine)).arcs():
        taken = mine[arc.option] if arc.option else model.new_bool_var("")
        out[arc.origin].append(taken)
        into[arc.target].append(taken)
        reached.add(arc.option)
        if arc.cost:
            yield -arc.cost * taken
    model.add_exactly_one(out[SOURCE])
    for node in (into.keys() | out.keys()) - {SOURCE, OVER}:
        model.add(sum(into[node]) == sum(out[node]))
    for option in mine.keys() - reached:
        model.add(mine[option] == 0)


def _classes(
    world: World, model: cp_model.CpModel, chosen: dict[Option, cp_model.IntVar]
) -> Iterator[cp_model.LinearExprT]:
    """R8 and the score's people and equity."""
    served: dict[str, list[cp_model.LinearExprT]] = {city: [] for city in world.asked()}
    amounts: dict[str, list[list[int]]] = {city: [] for city in served}
    for request in world.scenario.requests:
        numbers = range(world.most_classes(request) + 1)
        taught = [sum(world.sizes(request, number)) for number in numbers]
        flags = [model.new_bool_var("") for _ in numbers]
        model.add_exactly_one(flags)
        model.add(
            sum(var for option, var in chosen.items() if option.request == request.id)
            == sum(number * flag for number, flag in zip(numbers, flags, strict=True))
        )
        yield sum(world.value(request, people) * flag for people, flag in zip(taught, flags, strict=True))
        city = world.venues[request.venue].city
        served[city].append(sum(people * flag for people, flag in zip(taught, flags, strict=True)))
        amounts[city].append(taught)

    worst = model.new_int_var(0, world.coverage_worth(0, 0), "")
    for city, asked in world.asked().items():
        floor, paid = 0, world.coverage_worth(0, asked)
        steps: list[cp_model.LinearExprT] = []
        for total in sorted({sum(combination) for combination in product(*amounts[city])} - {floor}):
            worth = world.coverage_worth(total, asked)
            reached = model.new_bool_var("")
            model.add(sum(served[city]) >= total * reached)
            steps.append((worth - paid) * reached)
            paid = worth
        model.add(worst <= world.coverage_worth(0, asked) + sum(steps))
    yield worst


def _changes(
    world: World, model: cp_model.CpModel, chosen: dict[Option, cp_model.IntVar], base: Sequence[Stay]
) -> Iterator[cp_model.LinearExprT]:
    """What each number of stays lost costs."""
    zero = world.scenario.start
    keys = {(stay.request, stay.unit, (stay.start - zero).days) for stay in base}
    kept = sum(var for option, var in chosen.items() if (option.request, option.unit, option.start) in keys)
    flags = [model.new_bool_var("") for _ in range(len(base) + 1)]
    model.add_exactly_one(flags)
    model.add(kept + sum(lost * flag for lost, flag in enumerate(flags)) == len(base))
    for lost, flag in enumerate(flags):
        yield -rounded(1000 * Fraction(world.scenario.objective.change) * lost) * flag


def _crowds(world: World, model: cp_model.CpModel, chosen: dict[Option, cp_model.IntVar]) -> None:
    """R7 and R9, each day."""
    for day in range(world.scenario.days):
        here = {option: var for option, var in chosen.items() if option.start <= day <= option.end}
        for venue in world.scenario.venues:
            model.add(sum(var for option, var in here.items() if option.venue == venue.id) <= venue.rooms)
        for group in world.scenario.instructors:
            model.add(
                sum(var for option, var in here.items() if option.course in group.courses) <= group.count
            )
