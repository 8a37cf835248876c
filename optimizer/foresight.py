"""What can be told before any plan is made: pins that break rules (R10), requests that no unit can serve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.checker import check
from optimizer.domain.nearest import Names
from optimizer.domain.place import Locate, in_folder
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Pin, Request, Scenario
from optimizer.exceptions import SILENCE, InputError, Issue, Sentence, chained
from optimizer.openings import Openings

#: Units looked at first: nearly always one of a few is free, and there may be thousands.
_FEW = 8


def pin_faults(scenario: Scenario, place: Locate = in_folder) -> Iterator[Issue]:
    """
    R10. Pins that break a rule, alone or together: each rule broken, with the rows.

    Parameters
    ----------
    scenario
        A scenario without errors but those of its pins: equal ones are looked at once, broken
        ones not at all.
    place
        Tells where a row stood.
    """
    sound = _sound_pins(scenario)
    if not sound:
        return
    drafts = [Draft(request=pin.request, unit=pin.unit, start=pin.start, pinned=True) for _, pin in sound]
    try:
        report = check(scenario.replace(pins=tuple(pin for _, pin in sound)), drafts)
    except InputError as error:
        yield from error.issues
        return
    indexes = _indexes(sound)
    for violation in report.violations:
        found = [indexes[rotation] for rotation in violation.rotations if rotation in indexes]
        numbers = sorted({place("pins", index, None).row or 0 for index in found})
        first = place("pins", min(found) if found else None, None)
        more = (
            Sentence(" (rows {numbers})", numbers=", ".join(map(str, numbers)))
            if len(numbers) > 1
            else SILENCE
        )
        yield first.issue(
            "V10",
            Sentence(
                "The pins break {rule}{more}: {message}",
                rule=violation.rule,
                more=more,
                message=violation.message,
            ),
        )


def _sound_pins(scenario: Scenario) -> list[tuple[int, Pin]]:
    """Pins that can be read, of requests and units that exist, equal ones once, with their positions."""
    found: dict[tuple[object, ...], tuple[int, Pin]] = {}
    for index, pin in enumerate(scenario.pins):
        request, unit, start = (getattr(pin, column, None) for column in ("request", "unit", "start"))
        if start and request in scenario.request_by_id and unit in scenario.unit_by_id:
            found.setdefault((request, unit, start), (index, pin))
    return list(found.values())


def _indexes(pins: Sequence[tuple[int, Pin]]) -> dict[str, int]:
    """Position in the table of pins by rotation id: ``<request>-<n>``, n counting by start, then unit."""
    counts: dict[str, int] = {}
    found: dict[str, int] = {}
    for index, pin in sorted(pins, key=lambda item: (item[1].start, item[1].unit)):
        counts[pin.request] = counts.get(pin.request, 0) + 1
        found[f"{pin.request}-{counts[pin.request]}"] = index
    return found


def never_served(scenario: Scenario, place: Locate = in_folder) -> Iterator[Issue]:
    """
    Warnings for requests that no unit can ever serve, each with the rule that stands against it.

    Parameters
    ----------
    scenario
        A scenario without errors.
    place
        Tells where a row stood.
    """
    openings = Openings(scenario)
    equipment = Names(item for unit in scenario.units for item in unit.equipment)
    idle_courses = {course for row in scenario.instructors if row.count == 0 for course in row.courses}
    for index, request in enumerate(scenario.requests):
        if request.people < scenario.course_by_id[request.course].class_min:
            continue  # told already: no class of any size can be held
        fault = _fault(openings, equipment, idle_courses, request)
        if fault is not None:
            code, message, hint = fault
            yield place("requests", index, "course").warning(
                code, Sentence("No unit can serve this request: {message}", message=message), hint
            )


def _fault(
    openings: Openings, equipment: Names, idle_courses: set[str], request: Request
) -> tuple[str, Sentence, Sentence] | None:
    scenario = openings.scenario
    course, venue = scenario.course_by_id[request.course], scenario.venue_by_id[request.venue]
    carriers = openings.carriers(request)
    if not len(carriers):
        if course.equipment not in equipment:
            hint = equipment.hint(course.equipment)
            return (
                "W02",
                Sentence(
                    "none carries {equipment}, which {course} needs (R1).",
                    equipment=course.equipment,
                    course=course.id,
                ),
                hint,
            )
        return (
            "W03",
            Sentence(
                "every vehicle that carries {equipment} is too large for {venue}, whose access is "
                "{access} (R2).",
                equipment=course.equipment,
                venue=venue.id,
                access=venue.access,
            ),
            SILENCE,
        )
    missing = openings.missing_facilities(request)
    if missing:
        hint = Names(venue.facilities).hint(missing[0])
        return (
            "W04",
            Sentence(
                "{venue} lacks {missing}, which {course} needs (R2).",
                venue=venue.id,
                missing=chained("{left} and {right}", missing),
                course=course.id,
            ),
            hint,
        )
    if course.id in idle_courses:
        return "W18", Sentence("the instructors of {course} have count 0 (R9).", course=course.id), SILENCE
    starts = openings.starts(request)
    if not len(starts):
        first, last = openings.window(request)
        span = Sentence("in an empty window")
        if first <= last:
            span = Sentence("between {first} and {last}", first=scenario.day(first), last=scenario.day(last))
        stay = Sentence(
            "{training_days} training days within {longest_stay} calendar days",
            training_days=course.training_days,
            longest_stay=course.longest_stay,
        )
        hint = Sentence("Look at earliest, latest, lead_days and the calendar of the venue.")
        return "W06", Sentence("{stay} do not fit {span} (R3, R4).", stay=stay, span=span), hint
    if openings.there(carriers[:_FEW], starts).any() or openings.there(carriers, starts).any():
        return None
    units = [scenario.units[int(number)] for number in np.asarray(carriers)[:3]]
    names = ", ".join(unit.id for unit in units) + (", ..." if len(carriers) > len(units) else "")
    return (
        "W06",
        Sentence(
            "no unit with {equipment} ({names}) is there for a whole stay in its window (R6).",
            equipment=course.equipment,
            names=names,
        ),
        SILENCE,
    )
