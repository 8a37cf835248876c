"""The rules R1 to R11 of RULES.md section 2, one function each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from optimizer.checker.case import Case, Stay
from optimizer.checker.report import Violation
from optimizer.checker.sizes import enough_people, most_classes
from optimizer.domain.scenario import SIZES
from optimizer.exceptions import SILENCE, Sentence, chained

_NAMED = 5  # rotations spelled out in a message; the violation holds all of them


def equipment(case: Case) -> Iterator[Violation]:
    """R1. The unit carries the course's equipment."""
    for stay in _free(case.stays):
        if stay.course.equipment not in stay.unit.equipment:
            carried = " ".join(stay.unit.equipment)
            yield _of(
                "R1",
                stay,
                Sentence(
                    "course {course} needs {equipment}; the unit carries {carried}",
                    course=stay.course.id,
                    equipment=stay.course.equipment,
                    carried=carried,
                ),
            )


def site(case: Case) -> Iterator[Violation]:
    """R2. The venue lets the unit's vehicle in and has every facility that the course needs."""
    for stay in _free(case.stays):
        if SIZES.index(stay.venue.access) < SIZES.index(stay.unit.vehicle):
            yield _of(
                "R2",
                stay,
                Sentence(
                    "venue {venue} has access {access}; the vehicle is {vehicle}",
                    venue=stay.venue.id,
                    access=stay.venue.access,
                    vehicle=stay.unit.vehicle,
                ),
            )
        missing = [name for name in stay.course.needs if name not in stay.venue.facilities]
        if missing:
            yield _of(
                "R2",
                stay,
                Sentence(
                    "course {course} needs {missing}, which venue {venue} lacks",
                    course=stay.course.id,
                    missing=" ".join(missing),
                    venue=stay.venue.id,
                ),
            )


def training_days(case: Case) -> Iterator[Violation]:
    """R3. A stay starts on a day that counts and ends when the course's days are reached, within its span."""
    for stay in _free(case.stays):
        if not case.scenario.start <= stay.start <= case.scenario.end:
            continue  # a day outside the horizon is R4's matter and counts for nothing
        if case.walk.credit(stay.venue, stay.course, stay.start) == 0:
            yield _of("R3", stay, Sentence("the first day counts for nothing"))
        longest = stay.course.longest_stay
        days = ((stay.end if stay.ends else case.scenario.end) - stay.start).days + 1
        if days > longest:
            yield _of(
                "R3",
                stay,
                Sentence(
                    "the stay takes {days} days or more; course {course} allows {longest}",
                    days=days,
                    course=stay.course.id,
                    longest=longest,
                ),
            )
        if stay.ends and stay.stated.end not in (None, stay.end):
            yield _of(
                "R3",
                stay,
                Sentence(
                    "the plan states end {end}; the credits are reached on {due}",
                    end=stay.stated.end,
                    due=stay.end,
                ),
            )


def window(case: Case) -> Iterator[Violation]:
    """R4. A stay lies in the request's window and the horizon, and leaves the venue its lead time."""
    scenario = case.scenario
    for stay in _free(case.stays):
        request = stay.request
        if request.earliest and stay.start < request.earliest:
            yield _of(
                "R4",
                stay,
                Sentence("starts before the request's earliest {earliest}", earliest=request.earliest),
            )
        if stay.start < scenario.start:
            yield _of("R4", stay, Sentence("starts before the horizon's start {start}", start=scenario.start))
        elif stay.start > scenario.end:
            yield _of("R4", stay, Sentence("starts after the horizon's end {end}", end=scenario.end))
        elif not stay.ends:
            yield _of("R4", stay, Sentence("does not end by the horizon's end {end}", end=scenario.end))
        known = scenario.start
        if case.freeze and not case.in_base(stay):
            known = max(known, case.freeze)
        lead = stay.venue.lead_days
        if scenario.start <= stay.start and (stay.start - known).days < lead:
            yield _of(
                "R4",
                stay,
                Sentence(
                    "starts before {known} and the {lead} lead days of venue {venue}",
                    known=known,
                    lead=lead,
                    venue=stay.venue.id,
                ),
            )
        if stay.ends and request.latest and stay.end > request.latest:
            yield _of(
                "R4",
                stay,
                Sentence(
                    "ends on {end}, after the request's latest {latest}", end=stay.end, latest=request.latest
                ),
            )


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
        yield _of(
            "R5",
            later,
            Sentence("the unit is still at {earlier}, until {end}", earlier=earlier, end=earlier.end),
            earlier,
        )
        return
    needed = case.move_days(earlier, later)
    if between < needed:
        yield _of(
            "R5",
            later,
            Sentence(
                "the move from venue {venue} (until {end}) needs {needed} free days; there are {between}",
                venue=earlier.venue.id,
                end=earlier.end,
                needed=needed,
                between=between,
            ),
            earlier,
        )


def unit_availability(case: Case) -> Iterator[Violation]:
    """R6. A stay lies inside the unit's dates and shares no day with a day at the depot."""
    for stay in _free(case.stays):
        unit = stay.unit
        if unit.first and stay.start < unit.first:
            yield _of(
                "R6", stay, Sentence("unit {unit} is there from {first}", unit=unit.id, first=unit.first)
            )
        if unit.last and stay.end > unit.last:
            yield _of(
                "R6",
                stay,
                Sentence(
                    "unit {unit} is there until {last}; the stay ends on {end}",
                    unit=unit.id,
                    last=unit.last,
                    end=stay.end,
                ),
            )
        day = case.walk.first_depot_day(unit, stay.start, stay.end)
        if day:
            yield _of("R6", stay, Sentence("unit {unit} is at its depot on {day}", unit=unit.id, day=day))


def rooms(case: Case) -> Iterator[Violation]:
    """R7. On no day do more stays share a venue than it has rooms."""
    for stays in case.by_venue.values():
        venue = stays[0].venue
        for day, present in _crowded(stays, venue.rooms):
            yield Violation(
                "R7",
                Sentence(
                    "Venue {venue} has {rooms} rooms and on {day} {stays} stays: {listed}.",
                    venue=venue.id,
                    rooms=venue.rooms,
                    day=day,
                    stays=len(present),
                    listed=_listed(present),
                ),
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
                Sentence(
                    "Request {name} has {count} rotations for {people} people; each class of course "
                    "{course} needs at least {class_min}.",
                    name=name,
                    count=len(free),
                    people=people,
                    course=course.id,
                    class_min=course.class_min,
                ),
                ids,
            )
        most = most_classes(people, course.class_max, pins[name])
        if len(free) > most:
            yield Violation(
                "R8",
                Sentence(
                    "Request {name} has {count} rotations; {people} people fill {most}.",
                    name=name,
                    count=len(free),
                    people=people,
                    most=most,
                ),
                ids,
            )
        for stay in free:
            if stay.stated.people not in (None, stay.people):
                yield _of(
                    "R8",
                    stay,
                    Sentence(
                        "the plan states {people} people; the class has {due}",
                        people=stay.stated.people,
                        due=stay.people,
                    ),
                )


def instructors(case: Case) -> Iterator[Violation]:
    """R9. On no day are more rotations of a group of courses under way than it has instructors."""
    for row in case.scenario.instructors:
        members = [stay for stay in case.stays if stay.course.id in row.courses]
        for day, present in _crowded(members, row.count):
            yield Violation(
                "R9",
                Sentence(
                    "Instructors {row} are {count} and on {day} {rotations} rotations are under way: "
                    "{listed}.",
                    row=row.id,
                    count=row.count,
                    day=day,
                    rotations=len(present),
                    listed=_listed(present),
                ),
                tuple(stay.id for stay in present),
            )


def pins(case: Case) -> Iterator[Violation]:
    """R10. Every pin is in the plan: that request, that unit, that start."""
    # A pin equal to a frozen rotation is R11's matter.
    present = {(stay.request.id, stay.unit.id, stay.start) for stay in case.stays} | set(case.base.facts)
    for pin in case.scenario.pins:
        if (pin.request, pin.unit, pin.start) not in present:
            yield Violation(
                "R10",
                Sentence(
                    "Pin {request} by {unit} from {start} is not in the plan.",
                    request=pin.request,
                    unit=pin.unit,
                    start=pin.start,
                ),
            )
    for stay in case.stays:
        if stay.stated.pinned not in (None, stay.pinned):
            yield _of(
                "R10",
                stay,
                Sentence("the plan calls it pinned; no pin says so")
                if not stay.pinned
                else Sentence("it is pinned; the plan says it is not"),
            )


def frozen_days(case: Case) -> Iterator[Violation]:
    """R11. Rotations of the base plan before the freeze date stay as they are; no other starts before it."""
    for fault in case.base.faults:
        yield Violation("R11", fault)
    present = {(stay.request.id, stay.unit.id, stay.start) for stay in case.stays if stay.frozen}
    for request, unit, start in case.base.facts:
        if (request, unit, start) not in present:
            yield Violation(
                "R11",
                Sentence(
                    "Frozen rotation {request} by {unit} from {start} is not in the plan.",
                    request=request,
                    unit=unit,
                    start=start,
                ),
            )
    for stay in case.stays:
        if stay.frozen:
            if stay.stated.end not in (None, stay.end):
                yield _of(
                    "R11",
                    stay,
                    Sentence(
                        "is frozen with end {end}; the plan states {stated}",
                        end=stay.end,
                        stated=stay.stated.end,
                    ),
                )
            if stay.stated.people not in (None, stay.people):
                yield _of(
                    "R11",
                    stay,
                    Sentence(
                        "is frozen with {people} people; the plan states {stated}",
                        people=stay.people,
                        stated=stay.stated.people,
                    ),
                )
        elif case.freeze and stay.start < case.freeze:
            yield _of(
                "R11",
                stay,
                Sentence(
                    "starts before the freeze date {freeze} and is not in the base plan", freeze=case.freeze
                ),
            )


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


def _of(rule: str, stay: Stay, text: Sentence, other: Stay | None = None) -> Violation:
    ids = (stay.id,) if other is None else (other.id, stay.id)
    return Violation(rule, Sentence("{stay}: {text}.", stay=stay, text=text), ids)


def _listed(stays: Sequence[Stay]) -> Sentence:
    more = Sentence(" and {count} more", count=len(stays) - _NAMED) if len(stays) > _NAMED else SILENCE
    return Sentence("{stays}{more}", stays=chained("{left}, {right}", stays[:_NAMED]), more=more)


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
