"""Class sizes: how many people each rotation of a request teaches (RULES.md section 3)."""

from __future__ import annotations

from optimizer.domain.scenario import Course


def class_sizes(people: int, classes: int, class_max: int) -> list[int]:
    """The sizes of so many classes for so many people, as even as whole numbers allow, larger ones first."""
    if classes == 0:
        return []
    served = min(people, classes * class_max)
    size, larger = divmod(served, classes)
    return [size + 1] * larger + [size] * (classes - larger)


def most_classes(people: int, class_max: int, pins: int) -> int:
    """The most classes a request may have: enough for everybody, or as many as pins ask for."""
    return max(-(-people // class_max), pins)


def enough_people(people: int, classes: int, course: Course) -> bool:
    """Whether each of so many classes can have its least number of people."""
    return people >= classes * course.class_min
