"""Reasons that no plan of this scenario could mend: R8, R1 to R4, R6, R9 without instructors, R10."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from optimizer.domain.facts import (
    Absence,
    AbsenceFacts,
    Bilingual,
    ClassFacts,
    EquipmentFacts,
    FacilityFacts,
    InstructorFacts,
    Loss,
    PinFacts,
    RestFacts,
    Span,
    StayFacts,
    Vehicle,
    VehicleFacts,
    Window,
    WindowFacts,
)
from optimizer.domain.plan import Reason
from optimizer.domain.scenario import Request, Unit
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import Code, in_the_way, reason, some, thing
from optimizer.explainer.standing import Standing
from optimizer.openings import FULL_DAY, Openings


def size_reason(standing: Standing, request: Request) -> Reason | None:
    """R8: too few people are left over for one class more."""
    course = standing.scenario.course_by_id[request.course]
    classes = standing.classes[request.id]
    if (classes + 1) * course.class_min <= request.people:
        return None
    if not classes:
        few = ClassFacts(course=thing(course), asked=request.people, class_min=course.class_min)
        return reason(Code.TOO_FEW_PEOPLE, "R8", few)
    rest = RestFacts(
        course=thing(course),
        asked=request.people,
        left=request.people - standing.served(request.id),
        classes=classes,
        class_min=course.class_min,
        class_max=course.class_max,
    )
    return reason(Code.REST_TOO_SMALL, "R8", rest)


def site_reasons(openings: Openings, request: Request) -> Iterator[Reason]:
    """R1 and R2: equipment, vehicles and facilities."""
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    if not len(openings.carriers(request)):
        yield _no_carrier(openings, request)
    missing = openings.missing_facilities(request)
    if missing:
        facts = FacilityFacts(course=thing(course), venue=thing(venue), missing=tuple(missing))
        yield reason(Code.FACILITY_MISSING, "R2", facts)


def window_reason(openings: Openings, request: Request) -> Reason | None:
    """R3 and R4: no day of the window can be a start."""
    if len(openings.starts(request)):
        return None
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    first, last = openings.window(request)
    worth = openings.calendar.credits(venue.id, course.id)[first : last + 1]
    if worth.sum() < FULL_DAY * course.training_days:
        lost, more = _lost_days(openings, request, first, last)
        short = WindowFacts(
            course=thing(course),
            venue=thing(venue),
            window=_window(openings, request),
            training_days=course.training_days,
            offered=int(worth.sum()) / FULL_DAY,
            days=max(0, last - first + 1),
            lost=lost,
            more=more,
        )
        return reason(Code.WINDOW_TOO_SHORT, "R4", short)
    start, end = openings.shortest_stay(request)
    lost, more = _lost_days(openings, request, start, end)
    long = StayFacts(
        course=thing(course),
        window=_window(openings, request),
        training_days=course.training_days,
        max_span=course.longest_stay,
        shortest=Span(first=scenario.day(start), last=scenario.day(end)),
        lost=lost,
        more=more,
    )
    return reason(Code.STAY_TOO_LONG, "R3", long)


def away_reason(openings: Openings, request: Request) -> Reason | None:
    """R6: units fit and starts exist, but no unit is there for a whole stay."""
    starts, carriers = openings.starts(request), openings.carriers(request)
    if not len(starts) or not len(carriers) or openings.there(carriers, starts).any():
        return None
    scenario = openings.scenario
    first, last = int(starts.first[0]), int(starts.last.max())
    shortest = int((starts.last - starts.first).min()) + 1
    units = [scenario.units[number] for number in carriers.tolist()]
    named, more = some(units)
    facts = AbsenceFacts(
        span=Span(first=scenario.day(first), last=scenario.day(last)),
        days=shortest,
        units=tuple(_absence(openings, unit, first, last) for unit in named),
        more=more,
    )
    return reason(Code.UNIT_AWAY, "R6", facts)


def instructors_reason(standing: Standing, request: Request) -> Reason | None:
    """R9: the row of the course has no instructor at all."""
    pool = standing.pool_of.get(request.course)
    if pool is None or standing.scenario.instructors[pool].count:
        return None
    course, row = standing.scenario.course_by_id[request.course], standing.scenario.instructors[pool]
    facts = InstructorFacts(course=thing(course), instructors=thing(row))
    return reason(Code.NO_INSTRUCTORS, "R9", facts)


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
    rotations, more = some([in_the_way(rotation, request) for rotation in holders], 6)
    facts = PinFacts(starts=len(cells), rotations=rotations, more=more)
    return reason(Code.PINS_IN_THE_WAY, "R10", facts)


def _no_carrier(openings: Openings, request: Request) -> Reason:
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    carriers = [unit for unit in scenario.units if course.equipment in unit.equipment]
    if not carriers:
        facts = EquipmentFacts(course=thing(course), equipment=course.equipment)
        return reason(Code.NO_EQUIPMENT, "R1", facts)
    units, more = some([Vehicle(unit=unit.id, vehicle=unit.vehicle) for unit in carriers])
    big = VehicleFacts(
        venue=thing(venue), access=venue.access, equipment=course.equipment, units=units, more=more
    )
    return reason(Code.VEHICLE_TOO_BIG, "R2", big)


def _window(openings: Openings, request: Request) -> Window:
    """From the request's earliest day, or the horizon's start and the venue's lead days."""
    scenario = openings.scenario
    lead = scenario.venue_by_id[request.venue].lead_days
    first, last = openings.window(request)
    by_earliest = request.earliest is not None and first > lead
    # Lead days may reach beyond every calendar.
    opens = request.earliest if by_earliest else scenario.day(first) if first <= scenario.days else None
    return Window(
        opens=opens,
        opened_by="earliest" if by_earliest else "lead_days" if lead else "horizon",
        lead_days=lead,
        closes=scenario.day(last),
        closed_by="latest" if request.latest is not None and request.latest < scenario.end else "horizon",
    )


def _lost_days(openings: Openings, request: Request, first: int, last: int) -> tuple[tuple[Loss, ...], int]:
    """Which calendar rows take training days away between two days, the greatest first."""
    worth = openings.calendar.credits(request.venue, request.course)
    lost: Counter[tuple[str, str]] = Counter()
    for index in range(first, last + 1):
        if worth[index] < FULL_DAY:
            day = openings.scenario.day(index)
            english, indonesian = (
                calendar.why(request.venue, request.course, day)
                for calendar in (openings.calendar, openings.indonesian_calendar)
            )
            lost[english, indonesian] += FULL_DAY - int(worth[index])
    rows = [
        Loss(name=Bilingual(en=english, id=indonesian), days=percent / FULL_DAY)
        for (english, indonesian), percent in lost.most_common()
    ]
    return some(rows)


def _absence(openings: Openings, unit: Unit, first: int, last: int) -> Absence:
    """Why a unit is not there between two days."""
    scenario = openings.scenario
    at_depot = np.flatnonzero(openings.calendar.at_depot(unit.id)[first : last + 1]) + first
    spans, more = some(_runs(openings, at_depot.tolist()), 3)
    return Absence(
        unit=unit.id,
        comes=unit.first if unit.first and scenario.index(unit.first) > first else None,
        leaves=unit.last if unit.last and scenario.index(unit.last) < last else None,
        at_depot=spans,
        more=more,
    )


def _runs(openings: Openings, days: list[int]) -> list[Span]:
    day = openings.scenario.day
    runs = [
        [index for _, index in group]
        for _, group in groupby(enumerate(days), key=lambda item: item[1] - item[0])
    ]
    return [Span(first=day(run[0]), last=day(run[-1])) for run in runs]
