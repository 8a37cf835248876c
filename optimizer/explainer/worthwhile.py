"""Reasons that lie in the score (section 3): what serving a request would bring, and cost."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.facts import DriveFacts, GainFacts, Gone, Move, SwapFacts, TriedFacts, Worth
from optimizer.domain.plan import Reason
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import WORTH, Code, reason, some
from optimizer.explainer.exchange import MOST_TRIALS, Exchanges, Search, Trial
from optimizer.explainer.standing import Standing

_POINT = 1_000  # millipoints
_KM = 1_000  # metres


def worth_reasons(standing: Standing, exchanges: Exchanges, cells: Cells, search: Search) -> Iterator[Reason]:
    """What the best insertion and the best exchange would change the score by."""
    trials = [trial for trial in (search.free, search.swap) if trial is not None]
    best = max(trials, key=lambda trial: trial.gain, default=None)
    if best is not None and best.gain > 0:
        yield reason(Code.COULD_GAIN, WORTH, GainFacts(move=_move(standing, cells, best)))
        return
    worth = _worth(standing, exchanges, cells)
    if not search.complete:
        move = None if best is None else _move(standing, cells, best)
        yield reason(Code.NOT_PROVEN, WORTH, TriedFacts(worth=worth, tried=MOST_TRIALS, best=move))
        return
    if search.free is not None:
        free, cost = exchanges.least_drive(cells, search.free)
        drive = DriveFacts(
            worth=worth,
            move=_move(standing, cells, free),
            points=cost / _POINT,
            km=_detour(standing, cells, free) / _KM,
        )
        yield reason(Code.DRIVE_COSTS_MORE, WORTH, drive)
    if search.swap is not None:
        swap = SwapFacts(
            worth=worth,
            units=cells.units,
            looked_at=cells.looked_at,
            best=_move(standing, cells, search.swap),
        )
        yield reason(Code.WORTH_MORE_ELSEWHERE, WORTH, swap)


def _worth(standing: Standing, exchanges: Exchanges, cells: Cells) -> Worth:
    request = cells.request
    count = standing.classes[request.id]
    return Worth(
        classes=count,
        people=standing.served(request.id, count + 1) - standing.served(request.id, count),
        points=exchanges.gain_alone(request) / _POINT,
    )


def _detour(standing: Standing, cells: Cells, free: Trial) -> int:
    """Metres that the unit drives more."""
    unit = int(cells.unit[free.cell])
    stay = (int(cells.first[free.cell]), int(cells.last[free.cell]), standing.legs.venue(cells.request.venue))
    route = standing.route(unit)
    return sum(standing.drive(unit, sorted([*route, stay]))) - sum(standing.drive(unit, route))


def _move(standing: Standing, cells: Cells, trial: Trial) -> Move:
    scenario = standing.scenario
    rotations, more = some(trial.removed)
    return Move(
        unit=scenario.units[int(cells.unit[trial.cell])].id,
        first=scenario.day(int(cells.first[trial.cell])),
        last=scenario.day(int(cells.last[trial.cell])),
        instead_of=tuple(
            Gone(
                rotation=standing.rotations[index].id,
                unit=standing.rotations[index].unit,
                people=int(standing.people[standing.slot[index]]),
            )
            for index in rotations
        ),
        more=more,
        gain=trial.gain / _POINT,
    )
