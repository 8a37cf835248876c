"""The rules R1 to R11 of RULES.md section 2, one function each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from optimizer.checker.case import Case, Stay
from optimizer.checker.report import Violation
from optimizer.checker.sizes import enough_people, most_classes
from optimizer.domain.scenario import SIZES

_NAMED = 5  # rotations spelled out in a message; the violation holds all of them


def equipment(case: Case) -> Iterator[Violation]:
    """R1. The unit carries the course's equipment."""
    for stay in _free(case.stays):
        if stay.course.equipment not in stay.unit.equipment:
            carried = " ".join(stay.unit.equipment)
            yield _of(
                "R1",
                stay,
                f"course {stay.course.id} needs {stay.course.equipment}; the unit carries {carried}",
            )


def site(case: Case) -> Iterator[Violation]:
    """R2. The venue lets the unit's vehicle in and has every facility that the course needs."""
    for stay in _free(case.stays):
        if SIZES.index(stay.venue.access) < SIZES.index(stay.unit.vehicle):
            yield _of(
                "R2",
                stay,
                f"venue {stay.venue.id} has access {stay.venue.access}; the vehicle is {stay.unit.vehicle}",
            )
        missing = [name for name in stay.course.needs if name not in stay.venue.facilities]
        if missing:
            yield _of(
                "R2",
                stay,
                f"course {stay.course.id} needs {' '.join(missing)}, which venue {stay.venue.id} lacks",
            )


def training_days(case: Case) -> Iterator[Violation]:
    """R3. A stay starts on a day that counts and ends when the course's days are reached, within its span."""
    for stay in _free(case.stays):
        if not case.scenario.start <= stay.start <= case.scenario.end:
            continue  # a day outside the horizon is R4's matter and counts for nothing
        if case.walk.credit(stay.venue, stay.course, stay.start) == 0:
            yield _of("R3", stay, "the first day counts for nothing")
        longest = stay.course.longest_stay
        days = ((stay.end if stay.ends else case.scenario.end) - stay.start).days + 1
        if days > longest:
            yield _of(
                "R3", stay, f"the stay takes {days} days or more; course {stay.course.id} allows {longest}"
            )
        if stay.ends and stay.stated.end not in (None, stay.end):
            yield _of(
                "R3", stay, f"the plan states end {stay.stated.end}; the credits are reached on {stay.end}"
            )


def window(case: Case) -> Iterator[Violation]:
    """R4. A stay lies in the request's window and the horizon, and leaves the venue its lead time."""
    scenario = case.scenario
    for stay in _free(case.stays):
        request = stay.request
        if request.earliest and stay.start < request.earliest:
            yield _of("R4", stay, f"starts before the request's earliest {request.earliest}")
        if stay.start < scenario.start:
            yield _of("R4", stay, f"starts before the horizon's start {scenario.start}")
        elif stay.start > scenario.end:
            yield _of("R4", stay, f"starts after the horizon's end {scenario.end}")
        elif not stay.ends:
            yield _of("R4", stay, f"does not end by the horizon's end {scenario.end}")
        known = scenario.start
        if case.freeze and not case.in_base(stay):
            known = max(known, case.freeze)
        lead = stay.venue.lead_days
        if scenario.start <= stay.start and (stay.start - known).days < lead:
            yield _of("R4", stay, f"starts before {known} and the {lead} lead days of venue {stay.venue.id}")
        if stay.ends and request.latest and stay.end > request.latest:
            yield _of("R4", stay, f"ends on {stay.end}, after the request's latest {request.latest}")


def one_place_at_a_time(case: Case) -> Iterator[Violation]:
    """R5. Stays of a unit share no day, and between different venues lie the days of the move."""
    for stays in case.by_unit.values():
        earlier: Stay | None = None
        for later in stays:
            if earlier is not None and not (earlier.frozen and later.frozen):
                yield from _moved(case, earlier, later)
            # With overlaps the stay that ends last is the one the next has to wait for.
            if earlier is None or later.end >= earlier.end:
                earlier = later


def _moved(case: Case, earlier: Stay, later: Stay) -> Iterator[Violation]:
    between = (later.start - earlier.end).days - 1
    if between < 0:
        yield _of("R5", later, f"the unit is still at {earlier}, until {earlier.end}", earlier)
        return
    needed = case.move_days(earlier, later)
    if between < needed:
        yield _of(
            "R5",
            later,
            f"the move from venue {earlier.venue.id} (until {earlier.end}) needs {needed} free days; "
            f"there are {between}",
            earlier,
        )


def unit_availability(case: Case) -> Iterator[Violation]:
    """R6. A stay lies inside the unit's dates and shares no day with a day at the depot."""
    for stay in _free(case.stays):
        unit = stay.unit
        if unit.first and stay.start < unit.first:
            yield _of("R6", stay, f"unit {unit.id} is there from {unit.first}")
        if unit.last and stay.end > unit.last:
            yield _of("R6", stay, f"unit {unit.id} is there until {unit.last}; the stay ends on {stay.end}")
        day = case.walk.first_depot_day(unit, stay.start, stay.end)
        if day:
            yield _of("R6", stay, f"unit {unit.id} is at its depot on {day}")


def rooms(case: Case) -> Iterator[Violation]:
    """R7. On no day do more stays share a venue than it has rooms."""
    for stays in case.by_venue.values():
        venue = stays[0].venue
        for day, present in _crowded(stays, venue.rooms):
            yield Violation(
                "R7",
                f"Venue {venue.id} has {venue.rooms} rooms and on {day} {len(present)} stays: "
                f"{_listed(present)}.",
                tuple(stay.id for stay in present),
            )


def classes(case: Case) -> Iterator[Violation]:
    """R8. A request's classes have the sizes of section 3, and nobody attends twice."""
    pins = dict.fromkeys(case.by_request, 0)
    for pin in case.pins - set(case.base.facts):
        if pin[0] in pins:
            pins[pin[0]] += 1
    for name, group in case.by_request.items():
        free = list(_free(group))
        if not free:
            continue
        course = free[0].course
        people = max(0, free[0].request.people - sum(stay.people for stay in group if stay.frozen))
        ids = tuple(stay.id for stay in free)
        if not enough_people(people, len(free), course):
            yield Violation(
                "R8",
                f"Request {name} has {len(free)} rotations for {people} people; each class of course "
                f"{course.id} needs at least {course.class_min}.",
                ids,
            )
        most = most_classes(people, course.class_max, pins[name])
        if len(free) > most:
            yield Violation(
                "R8", f"Request {name} has {len(free)} rotations; {people} people fill {most}.", ids
            )
        for stay in free:
            if stay.stated.people not in (None, stay.people):
                yield _of(
                    "R8", stay, f"the plan states {stay.stated.people} people; the class has {stay.people}"
                )


def instructors(case: Case) -> Iterator[Violation]:
    """R9. On no day are more rotations of a group of courses under way than it has instructors."""
    for row in case.scenario.instructors:
        members = [stay for stay in case.stays if stay.course.id in row.courses]
        for day, present in _crowded(members, row.count):
            yield Violation(
                "R9",
                f"Instructors {row.id} are {row.count} and on {day} {len(present)} rotations are under way: "
                f"{_listed(present)}.",
                tuple(stay.id for stay in present),
            )


def pins(case: Case) -> Iterator[Violation]:
    """R10. Every pin is in the plan: that request, that unit, that start."""
    # A pin equal to a frozen rotation is R11's matter.
    present = {(stay.request.id, stay.unit.id, stay.start) for stay in case.stays} | set(case.base.facts)
    for pin in case.scenario.pins:
        if (pin.request, pin.unit, pin.start) not in present:
            yield Violation("R10", f"Pin {pin.request} by {pin.unit} from {pin.start} is not in the plan.")
    for stay in case.stays:
        if stay.stated.pinned not in (None, stay.pinned):
            yield _of(
                "R10",
                stay,
                "the plan calls it pinned; no pin says so"
                if not stay.pinned
                else "it is pinned; the plan says it is not",
            )


def frozen_days(case: Case) -> Iterator[Violation]:
    """R11. Rotations of the base plan before the freeze date stay as they are; no other starts before it."""
    for fault in case.base.faults:
        yield Violation("R11", fault)
    present = {(stay.request.id, stay.unit.id, stay.start) for stay in case.stays if stay.frozen}
    for request, unit, start in case.base.facts:
        if (request, unit, start) not in present:
            yield Violation("R11", f"Frozen rotation {request} by {unit} from {start} is not in the plan.")
    for stay in case.stays:
        if stay.frozen:
            if stay.stated.end not in (None, stay.end):
                yield _of("R11", stay, f"is frozen with end {stay.end}; the plan states {stay.stated.end}")
            if stay.stated.people not in (None, stay.people):
                yield _of(
                    "R11", stay, f"is frozen with {stay.people} people; the plan states {stay.stated.people}"
                )
        elif case.freeze and stay.start < case.freeze:
            yield _of("R11", stay, f"starts before the freeze date {case.freeze} and is not in the base plan")


RULES = (
    equipment,
    site,
    training_days,
    window,
    one_place_at_a_time,
    unit_availability,
    rooms,
    classes,
    instructors,
    pins,
    frozen_days,
)


def _free(stays: Iterable[Stay]) -> Iterator[Stay]:
    """The stays that R11 does not excuse."""
    return (stay for stay in stays if not stay.frozen)


def _of(rule: str, stay: Stay, text: str, other: Stay | None = None) -> Violation:
    ids = (stay.id,) if other is None else (other.id, stay.id)
    return Violation(rule, f"{stay}: {text}.", ids)


def _listed(stays: Sequence[Stay]) -> str:
    more = f" and {len(stays) - _NAMED} more" if len(stays) > _NAMED else ""
    return ", ".join(str(stay) for stay in stays[:_NAMED]) + more


def _crowded(stays: Sequence[Stay], limit: int) -> Iterator[tuple[date, list[Stay]]]:
    """
    Days on which more stays than the limit are under way, not all of them frozen.

    Only days on which a stay starts are looked at: the first day that a crowd is together is one.
    """
    present: list[Stay] = []
    for day, starting in groupby(stays, key=lambda stay: stay.start):
        present = [stay for stay in present if stay.end >= day]
        present.extend(starting)
        if len(present) > limit and not all(stay.frozen for stay in present):
            yield day, present
