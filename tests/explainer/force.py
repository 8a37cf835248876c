"""Unserved requests looked at by brute force: every unit, day and removal, through the checker alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

from optimizer.checker import check, complete
from optimizer.domain.plan import Draft, Rotation
from optimizer.domain.scenario import Scenario
from optimizer.first_fit import first_fit


def some_plan(scenario: Scenario, seed: int) -> tuple[Rotation, ...]:
    """A valid plan that leaves room to improve: first fit in another order, a few rotations left out."""
    random = Random(f"plan {seed}")
    requests = random.sample(scenario.requests, len(scenario.requests))
    drafts = first_fit(scenario.replace(requests=tuple(requests)))
    pins = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
    left = [d for d in drafts if (d.request, d.unit, d.start) in pins or random.random() < 0.85]
    return complete(scenario, left).rotations


def some_base_plan(scenario: Scenario, rotations: Sequence[Rotation], seed: int) -> list[Draft]:
    """For every other seed a plan that this one changes: half of its rotations, and some that it lacks."""
    random = Random(f"base plan {seed}")
    if seed % 2:
        return []
    held = [one for one in drafts_of(rotations) if random.random() < 0.5]
    every = [one for request in scenario.requests for one in possible(scenario, request.id)]
    others = [one for one in every if one not in drafts_of(rotations)]
    return held + random.sample(others, min(len(others), 5))


def drafts_of(rotations: Sequence[Rotation]) -> list[Draft]:
    """The rotations with ends and people to be computed anew."""
    return [Draft(request=r.request, unit=r.unit, start=r.start) for r in rotations]


def placements(scenario: Scenario, request: str) -> Iterator[Draft]:
    """The request by every unit on every day."""
    for unit in scenario.units:
        for day in range(scenario.days):
            yield Draft(request=request, unit=unit.id, start=scenario.day(day))


def broken(scenario: Scenario, drafts: Sequence[Draft]) -> set[str]:
    """The rules that these rotations break."""
    return {violation.rule for violation in check(scenario, drafts).violations}


def possible(scenario: Scenario, request: str) -> list[Draft]:
    """Placements that by themselves keep every rule but the pins."""
    return [one for one in placements(scenario, request) if broken(scenario, [one]) <= {"R9", "R10"}]


def exchanges(
    scenario: Scenario, rotations: Sequence[Rotation], new: Draft, base: Sequence[Draft] = (), most: int = 3
) -> Iterator[tuple[frozenset[str], int]]:
    """
    The least removals that let ``new`` into the plan, with what each changes the score by.

    A removal is least when nothing of it can stay. Pinned rotations and those of the same
    request are not removed, nor those that neither are of the unit nor share days with
    the new class.
    """
    pins = {(pin.request, pin.unit, pin.start) for pin in scenario.pins}
    before = check(scenario, drafts_of(rotations), base).score
    end = next(r.end for r in complete(scenario, [new]).rotations)
    movable = [
        r
        for r in rotations
        if r.request != new.request
        and (r.request, r.unit, r.start) not in pins
        and near(r, new.unit, new.start, end)
    ]
    found: list[frozenset[str]] = []
    for size in range(most + 1):
        for chosen in combinations(movable, size):
            gone = frozenset(r.id for r in chosen)
            if any(least <= gone for least in found):
                continue
            report = check(scenario, [*drafts_of([r for r in rotations if r.id not in gone]), new], base)
            if report.valid:
                found.append(gone)
                yield gone, report.score - before


def near(rotation: Rotation, unit: str, start: date, end: date) -> bool:
    """Whether a rotation can be in the way of a class of a unit."""
    margin = timedelta(days=10 if rotation.unit == unit else 0)
    return rotation.start - margin <= end and rotation.end + margin >= start
