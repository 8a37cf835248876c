"""The reason codes, each told in ``optimizer/REASONS.md``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from optimizer.domain.facts import Facts, InTheWay, Thing
from optimizer.domain.plan import Reason, Rotation
from optimizer.domain.scenario import Course, Instructors, Request, Venue
from optimizer.formats.reason_text import sentence

Item = TypeVar("Item")


class Code(StrEnum):
    """Why somebody of a request is not served, from the most fundamental to the least."""

    TOO_FEW_PEOPLE = "too-few-people"
    REST_TOO_SMALL = "rest-too-small"
    NO_EQUIPMENT = "no-equipment"
    VEHICLE_TOO_BIG = "vehicle-too-big"
    FACILITY_MISSING = "facility-missing"
    WINDOW_TOO_SHORT = "window-too-short"
    STAY_TOO_LONG = "stay-too-long"
    UNIT_AWAY = "unit-away"
    NO_INSTRUCTORS = "no-instructors"
    PINS_IN_THE_WAY = "pins-in-the-way"
    UNITS_BUSY = "units-busy"
    ROOMS_FULL = "rooms-full"
    INSTRUCTORS_BUSY = "instructors-busy"
    NO_FREE_SLOT = "no-free-slot"
    DRIVE_COSTS_MORE = "drive-costs-more"
    WORTH_MORE_ELSEWHERE = "worth-more-elsewhere"
    NOT_PROVEN = "not-proven"
    COULD_GAIN = "could-gain"


WORTH = "section 3"  # what the rule book says a plan is worth; it has no number


def reason(code: Code, rule: str, facts: Facts) -> Reason:
    """A reason of the plan file."""
    return Reason(code=code.value, rule=rule, text=sentence(facts, "en"), facts=facts)


def some(items: Sequence[Item], most: int = 4) -> tuple[tuple[Item, ...], int]:
    """The first few items, and how many more there are."""
    return tuple(items[:most]), max(0, len(items) - most)


def thing(row: Venue | Course | Instructors) -> Thing:
    """A row by id and name."""
    return Thing(id=row.id, name=row.name)


def in_the_way(rotation: Rotation, request: Request) -> InTheWay:
    """A rotation that keeps a request from being served."""
    return InTheWay(
        rotation=rotation.id,
        unit=rotation.unit,
        first=rotation.start,
        last=rotation.end,
        own=rotation.request == request.id,
    )
