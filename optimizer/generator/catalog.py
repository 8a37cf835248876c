"""
What is taught, with what, and where: the assumptions about fields, vehicles and host places.

Known (Jakarta's programme of 2025 and 2026): the fifteen fields, 7 to 10 training days, 15 to 20
people a class, refrigeration, culinary and make-up asked for most, dense quarters wanting baking
and industrial areas automotive and repair, prisons cleared weeks ahead. Everything else in this
file is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from optimizer.domain.scenario import Course, Size

Odds = tuple[tuple[Size, float], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of host place and what to expect there.

    Parameters
    ----------
    share
        How many of Jakarta's 125 venues are of this kind.
    two_rooms
        Probability of two rooms instead of one.
    access
        Odds of the largest vehicle that reaches the yard.
    facilities
        Probability of each facility.
    wishes
        Factor on the demand for a course; courses not named have 1.
    lead_days
        Days of clearance ahead.
    """

    share: int
    two_rooms: float
    access: Odds
    facilities: Mapping[str, float]
    wishes: Mapping[str, float] = field(default_factory=dict)
    lead_days: int = 0


@dataclass(frozen=True, slots=True)
class Equipment:
    """
    An equipment type: how often it is a unit's first, what may join it, which vehicle carries it.

    Parameters
    ----------
    label
        What units with this equipment first are called.
    share
        How many of Jakarta's 23 units have it first.
    second
        Odds of the second type; "" is none.
    vehicle
        Odds of the vehicle's size.
    """

    label: str
    share: int
    second: tuple[tuple[str, float], ...]
    vehicle: Odds


def _course(
    course: str, name: str, equipment: str, days: int, class_max: int, needs: str, value: str = "1"
) -> Course:
    return Course(
        id=course,
        name=name,
        equipment=equipment,
        training_days=days,
        class_min=15,
        class_max=class_max,
        needs=tuple(needs.split()),
        value=Decimal(value),
    )


# The last five are new in 2026; the agency wants them started, hence their value.
COURSES: tuple[Course, ...] = (
    _course("welding", "Welding", "welding", 10, 16, "power yard"),
    _course("make-up", "Make-up", "beauty", 7, 20, "water"),
    _course("computer-technician", "Computer technician", "workbench", 7, 18, ""),
    _course("fashion", "Fashion (sewing)", "sewing", 8, 20, ""),
    _course("motorcycle", "Motorcycle servicing", "motorcycle", 8, 16, "yard"),
    _course("computer-operator", "Computer operator", "computers", 7, 20, ""),
    _course("refrigeration", "Refrigeration servicing", "cooling", 8, 16, "power"),
    _course("culinary", "Culinary", "kitchen", 7, 20, "water"),
    _course("graphic-design", "Graphic design", "media", 7, 20, ""),
    _course("networking", "Computer networking", "workbench", 8, 18, "internet"),
    _course("barista", "Barista", "coffee", 7, 16, "water", "1.1"),
    _course("pastry", "Pastry", "bakery", 7, 18, "power water", "1.1"),
    _course("language", "Language skills", "computers", 9, 20, "", "1.1"),
    _course("digital-marketing", "Digital marketing", "computers", 7, 20, "internet", "1.1"),
    _course("video-editor", "Video editor", "media", 8, 18, "", "1.1"),
)

# Demand for a course against what the units with its equipment can teach; of courses that share
# an equipment the shares add up to about 1.
ASKED: Mapping[str, float] = {
    "welding": 0.9,
    "make-up": 1.3,
    "computer-technician": 0.55,
    "fashion": 1.0,
    "motorcycle": 0.9,
    "computer-operator": 0.45,
    "refrigeration": 1.3,
    "culinary": 1.5,
    "graphic-design": 0.65,
    "networking": 0.45,
    "barista": 0.8,
    "pastry": 1.0,
    "language": 0.25,
    "digital-marketing": 0.3,
    "video-editor": 0.35,
}

# Factor on the demand for a course by the character of the quarter.
QUARTERS: Mapping[str, Mapping[str, float]] = {
    "dense": {"pastry": 2.2, "culinary": 1.6, "fashion": 1.4, "welding": 0.5},
    "industrial": {"motorcycle": 2.2, "refrigeration": 1.7, "welding": 1.8, "computer-technician": 1.4},
    "business": {"barista": 2.0, "digital-marketing": 1.8, "language": 1.6, "graphic-design": 1.4},
    "residential": {},
}

EQUIPMENT: Mapping[str, Equipment] = {
    "welding": Equipment("Welding", 2, (("", 6), ("motorcycle", 4)), (("M", 6), ("L", 4))),
    "beauty": Equipment("Make-up", 3, (("", 6), ("sewing", 4)), (("S", 4), ("M", 6))),
    "workbench": Equipment("Technician", 2, (("", 6), ("computers", 4)), (("S", 2), ("M", 8))),
    "sewing": Equipment("Fashion", 2, (("", 7), ("beauty", 3)), (("M", 10),)),
    "motorcycle": Equipment("Motorcycle", 2, (("", 7), ("cooling", 3)), (("M", 10),)),
    "computers": Equipment("Computer", 3, (("", 7), ("media", 3)), (("S", 3), ("M", 7))),
    "cooling": Equipment("Refrigeration", 3, (("", 10),), (("M", 10),)),
    "kitchen": Equipment("Culinary", 4, (("bakery", 6), ("coffee", 4)), (("M", 5), ("L", 5))),
    "media": Equipment("Design", 2, (("", 6), ("computers", 4)), (("S", 4), ("M", 6))),
    "bakery": Equipment("Pastry", 0, (("kitchen", 10),), (("M", 5), ("L", 5))),
    "coffee": Equipment("Barista", 0, (("kitchen", 10),), (("S", 5), ("M", 5))),
}

KINDS: Mapping[str, Kind] = {
    "village-hall": Kind(
        59,
        0.05,
        (("S", 15), ("M", 45), ("L", 40)),
        {"power": 0.7, "water": 0.85, "internet": 0.9, "yard": 0.55},
    ),
    "flats": Kind(
        17,
        0.1,
        (("M", 30), ("L", 70)),
        {"power": 0.75, "water": 0.9, "internet": 0.7, "yard": 0.85},
        {"culinary": 1.4, "refrigeration": 1.3, "motorcycle": 1.3, "make-up": 1.2},
    ),
    "park": Kind(
        15,
        0.0,
        (("S", 25), ("M", 55), ("L", 20)),
        {"power": 0.5, "water": 0.85, "internet": 0.6, "yard": 0.8},
        {"culinary": 1.4, "make-up": 1.4, "pastry": 1.3, "welding": 0.5},
    ),
    "sports-hall": Kind(
        14,
        0.3,
        (("M", 10), ("L", 90)),
        {"power": 0.95, "water": 0.8, "internet": 0.6, "yard": 0.95},
        {"welding": 1.4, "refrigeration": 1.3, "barista": 1.3},
    ),
    "school": Kind(
        12,
        0.35,
        (("M", 35), ("L", 65)),
        {"power": 0.9, "water": 0.9, "internet": 0.95, "yard": 0.8},
        {"graphic-design": 1.8, "video-editor": 2.0, "networking": 1.8, "language": 1.8},
    ),
    "mosque": Kind(
        3,
        0.0,
        (("S", 20), ("M", 60), ("L", 20)),
        {"power": 0.7, "water": 1.0, "internet": 0.6, "yard": 0.6},
        {"fashion": 1.5, "culinary": 1.3, "motorcycle": 1.3},
    ),
    "prison": Kind(
        3,
        0.3,
        (("L", 100),),
        {"power": 1.0, "water": 1.0, "internet": 0.3, "yard": 0.9},
        {"fashion": 2.5, "welding": 2.5, "barista": 1.5, "make-up": 0.5},
        lead_days=14,
    ),
    "church": Kind(
        2,
        0.2,
        (("M", 50), ("L", 50)),
        {"power": 0.8, "water": 0.9, "internet": 0.9, "yard": 0.7},
        {"fashion": 1.8, "motorcycle": 1.5, "digital-marketing": 1.5},
    ),
}


def wish(course: str, kind: str, quarter: str) -> float:
    """How much more than others a venue of this kind, in a quarter of this character, wants a course."""
    return KINDS[kind].wishes.get(course, 1.0) * QUARTERS[quarter].get(course, 1.0)
