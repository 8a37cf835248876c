"""Reasons that no plan of this scenario could mend: R8, R1 to R4, R6, R9 without instructors, R10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from optimizer.domain.plan import Reason
from optimizer.domain.scenario import Request, Unit
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import Code, reason
from optimizer.explainer.standing import Standing
from optimizer.explainer.wording import count_text, day_text, list_text, named, rotation_text, span_text
from optimizer.openings import FULL_DAY, Openings


def size_reason(standing: Standing, request: Request) -> Reason | None:
    """R8: too few people are left over for one class more."""
    course = standing.scenario.course_by_id[request.course]
    classes = standing.classes[request.id]
    if (classes + 1) * course.class_min <= request.people:
        return None
    if not classes:
        text = (
            f"{request.people} asked for {named(course)}, of which a class needs at least {course.class_min} "
            f"people: {count_text(course.class_min - request.people, 'person', 'people')} too few."
        )
        return reason(Code.TOO_FEW_PEOPLE, "R8", text)
    left = request.people - standing.served(request.id)
    text = (
        f"{count_text(left, 'person', 'people')} left after {count_text(classes, 'class', 'classes')} of "
        f"at most {course.class_max}. {classes + 1} classes of {named(course)} would need at least "
        f"{classes + 1} × {course.class_min} = {(classes + 1) * course.class_min} people; "
        f"{request.people} asked."
    )
    return reason(Code.REST_TOO_SMALL, "R8", text)


def site_reasons(openings: Openings, request: Request) -> Iterator[Reason]:
    """R1 and R2: equipment, vehicles and facilities."""
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    if not len(openings.carriers(request)):
        yield _no_carrier(openings, request)
    missing = openings.missing_facilities(request)
    if missing:
        text = f"{named(course)} needs {list_text(missing)}, which {named(venue)} does not have."
        yield reason(Code.FACILITY_MISSING, "R2", text)


def window_reason(openings: Openings, request: Request) -> Reason | None:
    """R3 and R4: no day of the window can be a start."""
    if len(openings.starts(request)):
        return None
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    first, last = openings.window(request)
    opens, closes = _window_start(openings, request), _window_end(openings, request)
    if first > last:
        text = f"The window is empty: it runs from {opens} to {closes}."
        return reason(Code.WINDOW_TOO_SHORT, "R4", text)
    worth = openings.calendar.credits(venue.id, course.id)[first : last + 1]
    days = count_text(course.training_days, "training day")
    if worth.sum() < FULL_DAY * course.training_days:
        text = (
            f"{named(course)} takes {days}, but from {opens} to {closes} {named(venue)} offers only "
            f"{int(worth.sum()) / FULL_DAY:g}.{_lost_days(openings, request, first, last)}"
        )
        return reason(Code.WINDOW_TOO_SHORT, "R4", text)
    start, end = openings.shortest_stay(request)
    text = (
        f"{named(course)} takes {days} and may stay at most {count_text(course.longest_stay, 'day')} "
        f"(max_span), but the shortest stay from {opens} to {closes} is {end - start + 1} days, "
        f"{span_text(scenario.day(start), scenario.day(end))}.{_lost_days(openings, request, start, end)}"
    )
    return reason(Code.STAY_TOO_LONG, "R3", text)


def away_reason(openings: Openings, request: Request) -> Reason | None:
    """R6: units fit and starts exist, but no unit is there for a whole stay."""
    starts, carriers = openings.starts(request), openings.carriers(request)
    if not len(starts) or not len(carriers) or openings.there(carriers, starts).any():
        return None
    scenario = openings.scenario
    first, last = int(starts.first[0]), int(starts.last.max())
    shortest = int((starts.last - starts.first).min()) + 1
    units = [scenario.units[number] for number in carriers.tolist()]
    absences = list_text(units, say=lambda unit: f"{unit.id} {_absence(openings, unit, first, last)}")
    text = (
        f"From {span_text(scenario.day(first), scenario.day(last))} a stay takes at least {shortest} days, "
        f"and no unit that fits is there so long: {absences}."
    )
    return reason(Code.UNIT_AWAY, "R6", text)


def instructors_reason(standing: Standing, request: Request) -> Reason | None:
    """R9: the row of the course has no instructor at all."""
    pool = standing.pool_of.get(request.course)
    if pool is None or standing.scenario.instructors[pool].count:
        return None
    course, row = standing.scenario.course_by_id[request.course], standing.scenario.instructors[pool]
    return reason(Code.NO_INSTRUCTORS, "R9", f"{row.name} ({row.id}), who teach {named(course)}, number 0.")


def pins_reason(standing: Standing, cells: Cells) -> Reason | None:
    """R10: pinned rotations alone keep every unit and start from the request."""
    if not len(cells) or cells.looked_at < cells.units or not cells.barred.all():
        return None
    request, first, last = cells.request, int(cells.first.min()), int(cells.last.max())
    units = {standing.scenario.units[number].id for number in cells.unit.tolist()}
    pool = standing.pool_of.get(request.course)
    holders = [
        rotation
        for rotation in (standing.rotations[index] for index in standing.pinned)
        if (
            rotation.unit in units
            or rotation.venue == request.venue
            or (pool is not None and standing.pool_of.get(rotation.course) == pool)
        )
        and standing.scenario.index(rotation.start) <= last + standing.scenario.moves.days
        and standing.scenario.index(rotation.end) >= first - standing.scenario.moves.days
    ]
    starts = count_text(len(cells), "possible start")
    pins = list_text(holders, 6, rotation_text)
    text = f"Pinned rotations hold the units, rooms or instructors on all {starts}: {pins}."
    return reason(Code.PINS_IN_THE_WAY, "R10", text)


def _no_carrier(openings: Openings, request: Request) -> Reason:
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    carriers = [unit for unit in scenario.units if course.equipment in unit.equipment]
    if not carriers:
        text = f"No unit carries {course.equipment}, the equipment of {named(course)}."
        return reason(Code.NO_EQUIPMENT, "R1", text)
    which = "the only unit" if len(carriers) == 1 else f"none of the {len(carriers)} units"
    text = (
        f"{named(venue)} lets in vehicles up to size {venue.access}, and {which} with {course.equipment} "
        f"{'is bigger' if len(carriers) == 1 else 'is so small'}: "
        f"{list_text(carriers, say=lambda unit: f'{unit.id} ({unit.vehicle})')}."
    )
    return reason(Code.VEHICLE_TOO_BIG, "R2", text)


def _window_start(openings: Openings, request: Request) -> str:
    scenario = openings.scenario
    lead = scenario.venue_by_id[request.venue].lead_days
    first = openings.window(request)[0]
    if request.earliest and first > lead:
        return f"{day_text(request.earliest)} (the request's earliest)"
    why = f"the horizon's start and {count_text(lead, 'lead day')}" if lead else "the horizon's start"
    # Lead days may reach beyond every calendar.
    return f"{day_text(scenario.day(first))} ({why})" if first <= scenario.days else why


def _window_end(openings: Openings, request: Request) -> str:
    scenario = openings.scenario
    day = day_text(scenario.day(openings.window(request)[1]))
    early = request.latest is not None and request.latest < scenario.end
    return f"{day} (the request's latest)" if early else f"{day} (the horizon's end)"


def _lost_days(openings: Openings, request: Request, first: int, last: int) -> str:
    """Which calendar rows take training days away between two days, the greatest first."""
    worth = openings.calendar.credits(request.venue, request.course)
    lost: Counter[str] = Counter()
    for index in range(first, last + 1):
        if worth[index] < FULL_DAY:
            name = openings.calendar.why(request.venue, request.course, openings.scenario.day(index))
            lost[name] += FULL_DAY - int(worth[index])
    if not lost:
        return ""
    parts = [f"{name} ({percent / FULL_DAY:g})" for name, percent in lost.most_common()]
    return f" Of these {last - first + 1} days the calendar takes: {list_text(parts)}."


def _absence(openings: Openings, unit: Unit, first: int, last: int) -> str:
    """Why a unit is not there between two days."""
    scenario = openings.scenario
    parts = []
    if unit.first and scenario.index(unit.first) > first:
        parts.append(f"comes on {day_text(unit.first)}")
    if unit.last and scenario.index(unit.last) < last:
        parts.append(f"leaves after {day_text(unit.last)}")
    at_depot = np.flatnonzero(openings.calendar.at_depot(unit.id)[first : last + 1]) + first
    if len(at_depot):
        parts.append(f"is at its depot {_runs(openings, at_depot.tolist())}")
    return " and ".join(parts)


def _runs(openings: Openings, days: list[int]) -> str:
    day = openings.scenario.day
    runs = [
        [index for _, index in group]
        for _, group in groupby(enumerate(days), key=lambda item: item[1] - item[0])
    ]
    return list_text([span_text(day(run[0]), day(run[-1])) for run in runs], 3)
