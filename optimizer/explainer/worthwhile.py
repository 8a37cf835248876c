"""Reasons that lie in the score (section 3): what serving a request would bring, and cost."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.plan import Reason
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import WORTH, Code, reason
from optimizer.explainer.exchange import MOST_TRIALS, Exchanges, Search, Trial
from optimizer.explainer.standing import Standing
from optimizer.explainer.taken import units_text
from optimizer.explainer.wording import count_text, km_text, list_text, points_text, span_text


def worth_reasons(standing: Standing, exchanges: Exchanges, cells: Cells, search: Search) -> Iterator[Reason]:
    """What the best insertion and the best exchange would change the score by."""
    brings = _brings(standing, exchanges, cells)
    trials = [trial for trial in (search.free, search.swap) if trial is not None]
    best = max(trials, key=lambda trial: trial.gain, default=None)
    if best is not None and best.gain > 0:
        move = _move(standing, cells, best)
        text = f"Overlooked in this plan: {move} would add {points_text(best.gain)} points."
        yield reason(Code.COULD_GAIN, WORTH, text)
        return
    if not search.complete:
        text = f"{brings}. Of {MOST_TRIALS:,} exchanges tried none gains; not all could be tried."
        if best is not None:
            text += f" Best: {_move(standing, cells, best)}, which {_loses(best)}."
        yield reason(Code.NOT_PROVEN, WORTH, text)
        return
    if search.free is not None:
        text = f"{brings}, but {_drive_text(standing, exchanges, cells, search.free)}."
        yield reason(Code.DRIVE_COSTS_MORE, WORTH, text)
    if search.swap is not None:
        text = (
            f"{brings}, but no swap at {units_text(cells)} that could teach it gains. "
            f"Best swap: {_move(standing, cells, search.swap)}, which {_loses(search.swap)}."
        )
        yield reason(Code.WORTH_MORE_ELSEWHERE, WORTH, text)


def _brings(standing: Standing, exchanges: Exchanges, cells: Cells) -> str:
    request = cells.request
    count = standing.classes[request.id]
    people = standing.served(request.id, count + 1) - standing.served(request.id, count)
    points = points_text(exchanges.gain_alone(request))
    class_text = "A class" if not count else "One more class"
    return f"{class_text} of {count_text(people, 'person', 'people')} would bring {points} points"


def _drive_text(standing: Standing, exchanges: Exchanges, cells: Cells, free: Trial) -> str:
    unit = int(cells.unit[free.cell])
    stay = (int(cells.first[free.cell]), int(cells.last[free.cell]), standing.legs.venue(cells.request.venue))
    route = standing.route(unit)
    metres = sum(standing.drive(unit, sorted([*route, stay]))) - sum(standing.drive(unit, route))
    cost = exchanges.gain_alone(cells.request) - free.gain
    return (
        f"of the free places the one with the least driving, {_move(standing, cells, free)}, costs "
        f"{points_text(cost)} points ({km_text(metres)} more)"
    )


def _move(standing: Standing, cells: Cells, trial: Trial) -> str:
    """Unit, days, and what goes: ``U07 from 12 Jan to 21 Jan 2026 instead of K3-1 (20 people)``."""
    scenario = standing.scenario
    unit = scenario.units[int(cells.unit[trial.cell])].id
    first, last = scenario.day(int(cells.first[trial.cell])), scenario.day(int(cells.last[trial.cell]))
    text = f"{unit} {'on' if first == last else 'from'} {span_text(first, last)}"
    if not trial.removed:
        return text
    gone = []
    for index in trial.removed:
        rotation = standing.rotations[index]
        people = count_text(int(standing.people[standing.slot[index]]), "person", "people")
        by_other = "" if rotation.unit == unit else f"{rotation.unit}, "
        gone.append(f"{rotation.id} ({by_other}{people})")
    return f"{text} instead of {list_text(gone)}"


def _loses(trial: Trial) -> str:
    return f"loses {points_text(trial.gain)} points" if trial.gain else "changes nothing"
