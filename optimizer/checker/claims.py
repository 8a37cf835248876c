"""What a finished plan states about itself, against what is recomputed (sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import isfinite

from optimizer.checker import tables
from optimizer.checker.case import Case
from optimizer.checker.report import Violation
from optimizer.checker.worth import Worth, gap, points
from optimizer.domain.plan import CitySummary, Plan, UnitSummary, Unserved
from optimizer.exceptions import Sentence


def claims(case: Case, plan: Plan, worth: Worth) -> Iterator[Violation]:
    """Every number of a plan that is not what its rotations give."""
    yield from _numbering(case, plan)
    yield from _score(plan, worth)
    yield from _proof(plan, worth.score)
    yield from _unserved(plan.unserved, tables.unserved(case))
    yield from _rows(Sentence("Unit"), "unit", plan.units, tables.units(case))
    yield from _rows(Sentence("City"), "city", plan.cities, tables.cities(case))


def _numbering(case: Case, plan: Plan) -> Iterator[Violation]:
    ids = [rotation.id for rotation in plan.rotations]
    if case.unknown or ids == [stay.id for stay in case.stays]:
        return  # rotations that the scenario does not know are told already, and have no number
    for stay in case.stays:
        if stay.stated.id != stay.id:
            text = Sentence(
                "{stay}: stands as {stated}; its number is {due}.",
                stay=stay,
                stated=stay.stated.id,
                due=stay.id,
            )
            yield Violation("plan", text, (stay.id,))
            return
    yield Violation("plan", Sentence("The rotations do not stand by start, then unit."))


def _score(plan: Plan, worth: Worth) -> Iterator[Violation]:
    parts = plan.score_parts
    for name, stated, computed in (
        ("people", parts.people, worth.people),
        ("km", parts.km, worth.km),
        ("equity", parts.equity, worth.equity),
        ("change", parts.change, worth.change),
        ("score", plan.score, worth.score),
    ):
        if stated != points(computed):
            what = name if name == "score" else Sentence("score part {name}", name=name)
            yield Violation(
                "score",
                Sentence(
                    "The plan states {what} {stated}; its rotations give {points}.",
                    what=what,
                    stated=stated,
                    points=points(computed),
                ),
            )


def _proof(plan: Plan, score: int) -> Iterator[Violation]:
    bound = None
    if plan.bound is not None:
        bound = _millipoints(plan.bound)
        if bound is None:
            yield Violation(
                "score", Sentence("The bound {bound} is no number with 3 decimals.", bound=plan.bound)
            )
            return
    if bound is None:
        if plan.gap is not None:
            yield Violation("score", Sentence("The plan states gap {gap} without a bound.", gap=plan.gap))
        if plan.status == "optimal":
            yield Violation("score", Sentence("The plan is called optimal without a bound."))
        return
    if bound < score:
        yield Violation(
            "score",
            Sentence(
                "The bound {bound} lies below the score {points}.", bound=plan.bound, points=points(score)
            ),
        )
        return
    right = gap(score, bound)
    if plan.gap != right:
        yield Violation(
            "score",
            Sentence("The plan states gap {gap}; score and bound give {right}.", gap=plan.gap, right=right),
        )
    if plan.status == "optimal" and not right <= plan.run.tolerance:  # a tolerance may be no number
        yield Violation(
            "score",
            Sentence(
                "The plan is called optimal with gap {right}, above its tolerance {tolerance}.",
                right=right,
                tolerance=plan.run.tolerance,
            ),
        )


def _millipoints(value: float) -> int | None:
    if not isfinite(value):
        return None
    whole = round(Decimal(repr(value)) * 1000)
    return whole if points(whole) == value else None


def _unserved(stated: Sequence[Unserved], computed: Sequence[Unserved]) -> Iterator[Violation]:
    if [row.request for row in stated] == [row.request for row in computed]:
        for row, right in zip(stated, computed, strict=True):
            if row.people != right.people:
                text = Sentence(
                    "the plan leaves {people} people unserved; its rotations leave {due}",
                    people=row.people,
                    due=right.people,
                )
                yield Violation(
                    "score", Sentence("Request {request}: {text}.", request=row.request, text=text)
                )
        return
    told, due = {row.request for row in stated}, {row.request for row in computed}
    if told == due:
        yield Violation(
            "score", Sentence("The unserved requests do not stand once each in the order of the file.")
        )
    for name in sorted(due - told):
        yield Violation(
            "score",
            Sentence(
                "Request {name} is not served in full; the plan does not list it as unserved.", name=name
            ),
        )
    for name in sorted(told - due):
        yield Violation("score", Sentence("The plan lists request {name} as unserved; it is not.", name=name))


def _rows(
    what: Sentence,
    name: str,
    stated: Sequence[UnitSummary] | Sequence[CitySummary],
    computed: Sequence[UnitSummary] | Sequence[CitySummary],
) -> Iterator[Violation]:
    if [getattr(row, name) for row in stated] != [getattr(row, name) for row in computed]:
        yield Violation(
            "score",
            Sentence(
                "{what} table: expected the {count} rows of the scenario, in its order.",
                what=what,
                count=len(computed),
            ),
        )
        return
    for row, right in zip(stated, computed, strict=True):
        for field in type(right).model_fields:
            seen, due = getattr(row, field), getattr(right, field)
            if seen != due:
                text = Sentence(
                    "{what} {name}: the plan states {field} {seen}; its rotations give {due}.",
                    what=what,
                    name=getattr(row, name),
                    field=field,
                    seen=seen,
                    due=due,
                )
                yield Violation("score", text)
