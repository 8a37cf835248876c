"""The door of the checker: check a plan, or complete one written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.checker import tables
from optimizer.checker.base import Stated
from optimizer.checker.case import Case
from optimizer.checker.claims import claims
from optimizer.checker.report import Report, Violation
from optimizer.checker.rules import RULES
from optimizer.checker.worth import Worth, points, worth
from optimizer.domain.plan import CitySummary, Plan, Rotation, ScoreParts, UnitSummary, Unserved
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError, Issue, Sentence


@dataclass(frozen=True, slots=True)
class Completed:
    """
    Everything of a plan file that follows from the rotations' requests, units and starts.

    Parameters
    ----------
    rotations
        By start, then unit, numbered, with end and people.
    worth
        The score by part in whole millipoints.
    unserved
        Requests with people left over, without reasons.
    units, cities
        The tables of section 4.
    """

    rotations: tuple[Rotation, ...]
    worth: Worth
    unserved: tuple[Unserved, ...]
    units: tuple[UnitSummary, ...]
    cities: tuple[CitySummary, ...]

    @property
    def score(self) -> float:
        """The score in points, as the plan file writes it."""
        return points(self.worth.score)

    @property
    def score_parts(self) -> ScoreParts:
        """The parts in points, as the plan file writes them."""
        return ScoreParts(
            people=points(self.worth.people),
            km=points(self.worth.km),
            equity=points(self.worth.equity),
            change=points(self.worth.change),
        )


def check(
    scenario: Scenario,
    rotations: Plan | Sequence[Stated],
    base_plan: Plan | Sequence[Stated] | None = None,
    freeze: date | None = None,
) -> Report:
    """
    Whether a plan keeps the rules R1 to R11, and what it is worth.

    Parameters
    ----------
    scenario
        A validated scenario.
    rotations
        A finished plan, of which every number is checked too, or rotations alone. Of a
        rotation only request, unit and start are needed; what else it states is checked.
    base_plan, freeze
        For replanning (R11 and the change term): the plan to start from, finished or
        written by hand, and the first day that may change.

    Raises
    ------
    InputError
        When distances come from a matrix that the scenario does not hold.
    """
    case = Case(scenario, rotations, base_plan, freeze)
    found = [*_misfits(case), *(violation for rule in RULES for violation in rule(case))]
    parts = worth(case)
    if isinstance(rotations, Plan):
        found.extend(claims(case, rotations, parts))
    return Report(tuple(found), parts)


def complete(
    scenario: Scenario,
    rotations: Plan | Sequence[Stated],
    base_plan: Plan | Sequence[Stated] | None = None,
    freeze: date | None = None,
) -> Completed:
    """
    Compute everything of a plan but its bound, its reasons and its run.

    The rules are not asked here: of rotations that break them the outcome is what the
    arithmetic gives, and `check` tells what is wrong.

    Parameters
    ----------
    scenario, rotations, base_plan, freeze
        As for `check`.

    Raises
    ------
    InputError
        When a rotation names a request or unit that the scenario does not hold, or
        distances come from a matrix that it does not hold.
    """
    case = Case(scenario, rotations, base_plan, freeze)
    if case.unknown:
        raise InputError([Issue(code="P01", message=text) for text in case.unknown])
    return Completed(
        rotations=tables.rotations(case),
        worth=worth(case),
        unserved=tables.unserved(case),
        units=tables.units(case),
        cities=tables.cities(case),
    )


def _misfits(case: Case) -> Iterator[Violation]:
    for text in case.unknown:
        yield Violation("plan", text)
    for stay in case.stays:
        for what, stated, known in (
            ("venue", stay.stated.venue, stay.venue.id),
            ("course", stay.stated.course, stay.course.id),
        ):
            if stated not in (None, known):
                text = Sentence(
                    "{stay}: the plan states {what} {stated}; the request names {known}.",
                    stay=stay,
                    what=what,
                    stated=stated,
                    known=known,
                )
                yield Violation("plan", text, (stay.id,))
