"""Why requests are not served, and what an engine overlooked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from optimizer.checker import complete
from optimizer.domain.plan import Draft, Plan, Reason, Rotation, Unserved
from optimizer.domain.scenario import Request, Scenario
from optimizer.explainer.capacity import Capacities
from optimizer.explainer.cells import Cells, find_cells
from optimizer.explainer.exchange import Exchanges, Search, Trial
from optimizer.explainer.impossible import (
    away_reason,
    instructors_reason,
    pins_reason,
    site_reasons,
    size_reason,
    window_reason,
)
from optimizer.explainer.standing import Standing
from optimizer.explainer.taken import taken_reasons
from optimizer.explainer.worthwhile import worth_reasons


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One class more, in exchange for nothing or for rotations of the plan.

    Parameters
    ----------
    request, unit, start, end
        The class put in; both days are included.
    removes
        Ids of the rotations that go.
    gain
        What the plan's score changes by, in millipoints.
    """

    request: str
    unit: str
    start: date
    end: date
    removes: tuple[str, ...]
    gain: int


def explain(
    scenario: Scenario,
    plan: Plan | Sequence[Rotation | Draft],
    base_plan: Plan | Sequence[Rotation | Draft] = (),
) -> tuple[Unserved, ...]:
    """
    Who is left over, request by request in file order, with verified reasons.

    Reasons that hold in every plan come first and stand alone; else it is told who holds
    the slots, and that no single exchange would raise the score (or which one would). An
    exchange puts one class in and takes out what collides; pinned rotations and the
    request's own classes stay. The codes are listed in ``optimizer/REASONS.md``.

    Parameters
    ----------
    scenario
        A validated scenario.
    plan
        A plan that the checker accepts, or its rotations; of a rotation written by hand
        what is missing is computed. Frozen rotations (R11) are not known here: they are
        taken for ordinary ones.
    base_plan
        The plan that it changes, if any: giving up a rotation of that costs points.

    Raises
    ------
    InputError
        When distances come from a matrix that the scenario does not hold.
    """
    standing = _standing(scenario, plan, base_plan)
    study = _Study(standing)
    return tuple(
        Unserved(
            request=request.id,
            people=request.people - standing.served(request.id),
            reasons=tuple(study.reasons(request)),
        )
        for request in _left_over(standing)
    )


def improving_insertions(
    scenario: Scenario,
    plan: Plan | Sequence[Rotation | Draft],
    base_plan: Plan | Sequence[Rotation | Draft] = (),
) -> tuple[Exchange, ...]:
    """
    For every request with people left over the single exchange that raises the score most.

    Requests for which no exchange gains are left out, so a plan that no single exchange
    improves gives nothing. Requests stand in file order; each gain is exact, and holds for
    that exchange alone.

    Parameters
    ----------
    scenario, plan, base_plan
        As for `explain`.
    """
    standing = _standing(scenario, plan, base_plan)
    study = _Study(standing)
    found = (study.best(request) for request in _left_over(standing))
    return tuple(exchange for exchange in found if exchange is not None)


class _Study:
    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._capacities = Capacities(standing)
        self._exchanges = Exchanges(standing)

    def reasons(self, request: Request) -> Iterator[Reason]:
        impossible = list(self._impossible(request))
        if impossible:
            yield from impossible
            return
        cells = find_cells(self._standing, self._capacities, request)
        pins = pins_reason(self._standing, cells)
        if pins is not None:
            yield pins
            return
        yield from taken_reasons(self._standing, cells)
        search = self._exchanges.search(cells)
        yield from worth_reasons(self._standing, self._exchanges, cells, search)

    def best(self, request: Request) -> Exchange | None:
        if any(self._impossible(request)):
            return None
        cells = find_cells(self._standing, self._capacities, request)
        search: Search = self._exchanges.search(cells)
        trials = [trial for trial in (search.free, search.swap) if trial is not None and trial.gain > 0]
        return self._exchange(cells, max(trials, key=lambda trial: trial.gain)) if trials else None

    def _impossible(self, request: Request) -> Iterator[Reason]:
        standing, openings = self._standing, self._standing.openings
        yield from (found for found in [size_reason(standing, request)] if found)
        yield from site_reasons(openings, request)
        others = (
            window_reason(openings, request),
            away_reason(openings, request),
            instructors_reason(standing, request),
        )
        yield from (found for found in others if found)

    def _exchange(self, cells: Cells, trial: Trial) -> Exchange:
        scenario = self._standing.scenario
        return Exchange(
            request=cells.request.id,
            unit=scenario.units[int(cells.unit[trial.cell])].id,
            start=scenario.day(int(cells.first[trial.cell])),
            end=scenario.day(int(cells.last[trial.cell])),
            removes=tuple(self._standing.rotations[index].id for index in trial.removed),
            gain=trial.gain,
        )


def _standing(
    scenario: Scenario,
    plan: Plan | Sequence[Rotation | Draft],
    base_plan: Plan | Sequence[Rotation | Draft],
) -> Standing:
    base = base_plan.rotations if isinstance(base_plan, Plan) else base_plan
    return Standing(scenario, _rotations(scenario, plan), base)


def _rotations(scenario: Scenario, plan: Plan | Sequence[Rotation | Draft]) -> Sequence[Rotation]:
    if isinstance(plan, Plan):
        return plan.rotations
    finished = [rotation for rotation in plan if isinstance(rotation, Rotation)]
    return finished if len(finished) == len(plan) else complete(scenario, plan).rotations


def _left_over(standing: Standing) -> Iterator[Request]:
    return (r for r in standing.scenario.requests if standing.served(r.id) < r.people)
