"""The product laid beside the oracles; each function gives the disagreements it finds, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import permutations
from random import Random

from optimizer import checker, travel
from optimizer.domain import work_calendar
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario
from tests.oracles.judge import Stay, Verdict, judge
from tests.oracles.plans import Trial, trials
from tests.oracles.summaries import city_rows, left_over, unit_rows
from tests.oracles.tiny import tiny
from tests.oracles.world import World


def calendar_differs(scenario: Scenario) -> Iterator[str]:
    """``WorkCalendar`` against days read one by one."""
    world, calendar = World(scenario), work_calendar.WorkCalendar(scenario)
    for venue in scenario.venues:
        for course in scenario.courses:
            seen = [int(credit) for credit in calendar.credits(venue.id, course.id)]
            due = [world.credit(venue.id, course.id, day) for day in world.days()]
            if seen != due:
                yield f"{scenario.name}: credits of {venue.id} {course.id} are {seen}, expected {due}"
    for unit in scenario.units:
        at_depot = [bool(flag) for flag in calendar.at_depot(unit.id)]
        home = [world.home(unit.id, day) for day in world.days()]
        if at_depot != home:
            yield f"{scenario.name}: days at the depot of {unit.id} are {at_depot}, expected {home}"


def travel_differs(scenario: Scenario) -> Iterator[str]:
    """``travel`` against geopy, pair by pair."""
    world = World(scenario)
    places = [f"depot:{row.id}" for row in scenario.depots] + [f"venue:{row.id}" for row in scenario.venues]
    table = travel.metres(scenario, places, places)
    for (i, one), (j, other) in permutations(enumerate(places), 2):
        if table[i, j] != world.metres(one, other):
            yield f"{scenario.name}: {one} to {other} is {table[i, j]} m, expected {world.metres(one, other)}"
    for i, one in enumerate(places):
        if table[i, i] != 0:
            yield f"{scenario.name}: {one} to itself is {table[i, i]} m"


@cache
def judged(seed: int, number: int) -> tuple[tuple[Trial, Verdict], ...]:
    """So many random plans of a tiny scenario, each with the judge's verdict."""
    world = World(tiny(seed))
    plans = trials(world, Random(seed), number)
    return tuple((trial, judge(world, trial.stays, trial.base, trial.freeze)) for trial in plans)


def checker_differs(seed: int, number: int) -> Iterator[str]:
    """The checker against the judge, over random plans of a tiny scenario."""
    scenario = tiny(seed)
    for trial, verdict in judged(seed, number):
        for sentence in report_differs(scenario, trial, verdict):
            yield f"{scenario.name}: {sentence} of {trial}"


def report_differs(scenario: Scenario, trial: Trial, verdict: Verdict) -> Iterator[str]:
    """The checker's report on one plan against a verdict."""
    base = [draft(stay) for stay in trial.base]
    drafts = [draft(stay) for stay in trial.stays]
    report = checker.check(scenario, drafts, base, trial.freeze)
    seen = {violation.rule for violation in report.violations}
    due_rules = set(verdict.broken)
    if verdict.muddled:
        seen, due_rules = seen - {"R5"}, due_rules - {"R5"}
    # Where a stay has no end, which further rules it breaks depends on how one imagines its end.
    unlike = bool(seen) != bool(due_rules) if verdict.endless else seen != due_rules
    if unlike:
        yield f"the checker finds {sorted(seen)}, the judge {sorted(due_rules)}"
    if verdict.score is not None:
        parts = (report.parts.people, report.parts.km, report.parts.equity, report.parts.change)
        due = (verdict.people, verdict.km, verdict.equity, verdict.change)
        if parts != due or report.score != verdict.score:
            yield f"the checker's score is {report.score} {parts}, the judge's {verdict.score} {due}"
        completed = checker.complete(scenario, drafts, base, trial.freeze)
        ends = [(row.request, row.unit, row.start, row.end, row.people) for row in completed.rotations]
        right = [(one.request, one.unit, one.start, one.end, one.people) for one in verdict.held]
        if ends != right:
            yield f"the checker's rotations are {ends}, the judge's {right}"
        # Frozen rotations may lie on days that the tables count otherwise, such as days at the depot.
        if not verdict.broken and not trial.base:
            yield from tables_differ(World(scenario), completed, verdict)


def tables_differ(world: World, completed: checker.Completed, verdict: Verdict) -> Iterator[str]:
    """The tables of units, cities and people left over of a valid plan."""
    for seen, due in (
        (completed.units, unit_rows(world, verdict.held)),
        (completed.cities, city_rows(world, verdict.held)),
        ([(row.request, row.people) for row in completed.unserved], left_over(world, verdict.held)),
    ):
        rows = [row if isinstance(row, tuple) else tuple(row.model_dump().values()) for row in seen]
        if rows != due:
            yield f"the checker's table is {rows}, expected {due}"


def draft(stay: Stay) -> Draft:
    """A judge's rotation as the product reads it."""
    return Draft(request=stay.request, unit=stay.unit, start=stay.start, end=stay.end, people=stay.people)
