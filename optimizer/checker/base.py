"""The plan that replanning starts from: which rotations are facts, and which are kept (R11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from optimizer.checker.sizes import class_sizes
from optimizer.checker.walk import DayWalk
from optimizer.domain.plan import Draft, Plan, Rotation
from optimizer.domain.scenario import Course, Scenario
from optimizer.exceptions import InputError, Issue, Sentence

Stated = Rotation | Draft
Key = tuple[str, str, date]  # request, unit, start: what makes a rotation the same in two plans

_LONGEST = 3660  # days; far above any stay, so that no file sends the day-by-day walk through millennia


def key(rotation: Stated) -> Key:
    """Request, unit and start, by which a rotation of the base plan is found again."""
    return rotation.request, rotation.unit, rotation.start


def rotations_of(plan: Plan | Sequence[Stated]) -> Sequence[Stated]:
    """The rotations of a plan, or of a plan written by hand."""
    return plan.rotations if isinstance(plan, Plan) else plan


def rotations_once(base_plan: Plan | Sequence[Stated]) -> Sequence[Stated]:
    """
    The rotations of a base plan.

    Raises
    ------
    InputError
        When one stands in it twice: nobody could say which of the two is kept.
    """
    rotations = rotations_of(base_plan)
    twice = [one for one, times in Counter(map(key, rotations)).items() if times > 1]
    if twice:
        raise InputError(
            [
                Issue(
                    code="P09",
                    message=Sentence(
                        "The base plan holds {request} by {unit} from {start} more than once.",
                        request=request,
                        unit=unit,
                        start=start,
                    ),
                )
                for request, unit, start in twice
            ]
        )
    return rotations


@dataclass(frozen=True, slots=True)
class Fact:
    """A rotation of the base plan that starts before the freeze date; what it states is not asked again."""

    end: date
    people: int


@dataclass(frozen=True, slots=True)
class Base:
    """
    The base plan, completed as a plan of today's scenario.

    Parameters
    ----------
    rotations
        Every rotation of the base plan by its key; the change term counts them.
    facts
        Those that start before the freeze date.
    faults
        Why a rotation that starts before the freeze date cannot be kept, one sentence each.
    """

    rotations: tuple[Key, ...]
    facts: dict[Key, Fact]
    faults: tuple[Sentence, ...]


def read_base(
    scenario: Scenario, walk: DayWalk, base_plan: Plan | Sequence[Stated] | None, freeze: date | None
) -> Base:
    """Read a base plan; without one everything is empty."""
    stated = rotations_of(base_plan) if base_plan is not None else ()
    people = _people(scenario, stated)
    facts: dict[Key, Fact] = {}
    faults: list[Sentence] = []
    for rotation in stated:
        if freeze is None or rotation.start >= freeze:
            continue
        name = Sentence(
            "{request} by {unit} from {start}",
            request=rotation.request,
            unit=rotation.unit,
            start=rotation.start,
        )
        request = scenario.request_by_id.get(rotation.request)
        if request is None or rotation.unit not in scenario.unit_by_id:
            gone = (
                Sentence("request {request}", request=rotation.request)
                if request is None
                else Sentence("unit {unit}", unit=rotation.unit)
            )
            faults.append(Sentence("Frozen rotation {name}: {gone} no longer exists.", name=name, gone=gone))
            continue
        for what, now in (("venue", request.venue), ("course", request.course)):
            then = getattr(rotation, what)
            if then is not None and then != now:
                faults.append(
                    Sentence(
                        "Frozen rotation {name} is at {what} {then}, but its request now names {now}.",
                        name=name,
                        what=what,
                        then=then,
                        now=now,
                    )
                )
        course = scenario.course_by_id[request.course]
        end = rotation.end
        if end is None:
            last = _last_day(rotation.start, course)
            end = walk.end(scenario.venue_by_id[request.venue], course, rotation.start, last)
        if end is None or not 0 <= (end - rotation.start).days < _LONGEST:
            faults.append(
                Sentence("Frozen rotation {name}: its end cannot be computed; state a sound one.", name=name)
            )
            end = rotation.start
        count = people[key(rotation)]
        if count < 0:
            faults.append(Sentence("Frozen rotation {name} states {count} people.", name=name, count=count))
        facts[key(rotation)] = Fact(end, max(0, count))
    return Base(tuple(key(rotation) for rotation in stated), facts, tuple(faults))


def _last_day(start: date, course: Course) -> date:
    days = min(course.longest_stay, _LONGEST, (date.max - start).days + 1)
    return start + timedelta(days=days - 1)


def _people(scenario: Scenario, stated: Sequence[Stated]) -> dict[Key, int]:
    people: dict[Key, int] = {}
    for request_id, rotations in _by_request(stated).items():
        request = scenario.request_by_id.get(request_id)
        if request is None:
            continue
        class_max = scenario.course_by_id[request.course].class_max
        sizes = class_sizes(request.people, len(rotations), class_max)
        for rotation, size in zip(rotations, sizes, strict=True):
            people[key(rotation)] = size if rotation.people is None else rotation.people
    return people


def _by_request(stated: Iterable[Stated]) -> dict[str, list[Stated]]:
    groups: dict[str, list[Stated]] = {}
    for rotation in sorted(stated, key=lambda item: (item.start, item.unit)):
        groups.setdefault(rotation.request, []).append(rotation)
    return groups
