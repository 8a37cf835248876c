"""How much is asked for against what the fleet can teach."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.domain.scenario import Course, Scenario
from optimizer.domain.work_calendar import WorkCalendar


def load(scenario: Scenario) -> float:
    """Unit-days of all classes asked for over :func:`capacity_days`; 0 without capacity."""
    capacity = capacity_days(scenario)
    if not capacity:
        return 0.0
    cost = class_days(scenario)
    courses = scenario.course_by_id
    asked = sum(
        classes_of(request.people, courses[request.course]) * cost(courses[request.course])
        for request in scenario.requests
    )
    return asked / capacity


def capacity_days(scenario: Scenario) -> float:
    """
    Training days that the fleet has, by the calendar that all venues share.

    Working days, holidays and rows of scope ``all`` count; of each unit, the days inside
    ``from..to`` on which it is not at its depot (R6). 0 without venues or courses.
    """
    credit = _shared_credit(scenario)
    calendar = WorkCalendar(scenario)
    total = 0
    for unit in scenario.units:
        first = max(0, scenario.index(unit.first)) if unit.first else 0
        end = max(first, scenario.index(unit.last) + 1) if unit.last else scenario.days
        there = ~calendar.at_depot(unit.id)
        total += int(credit[first:end][there[first:end]].sum())
    return total / 100


def class_days(scenario: Scenario) -> Callable[[Course], float]:
    """What a class of a course costs a unit: its training days and those lost to the move before it."""
    move = scenario.moves.days * float(_shared_credit(scenario).mean()) / 100
    return lambda course: course.training_days + move


def classes_of(people: int, course: Course) -> int:
    """The most classes that ``people`` may be taught in (RULES.md section 3)."""
    return min(people // course.class_min, -(-people // course.class_max))


def _shared_credit(scenario: Scenario) -> NDArray[np.int16]:
    if not scenario.venues or not scenario.courses:
        return np.zeros(scenario.days, dtype=np.int16)
    # With no other rows left, every venue and course has the calendar that all share.
    rows = tuple(row for row in scenario.calendar if row.scope == "all")
    calendar = WorkCalendar(scenario.replace(calendar=rows))
    return calendar.credits(scenario.venues[0].id, scenario.courses[0].id)
