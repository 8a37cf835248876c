"""Reasons that lie in the score (section 3): what serving a request would bring, and cost."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.plan import Reason
from optimizer.explainer.cells import Cells
from optimizer.explainer.codes import WORTH, Code, reason
from optimizer.explainer.exchange import MOST_TRIALS, Exchanges, Search, Trial
from optimizer.explainer.standing import Standing
from optimizer.explainer.taken import units_text
from optimizer.explainer.wording import count_text, km_text, list_text, points_text, sentence, span_text


def worth_reasons(standing: Standing, exchanges: Exchanges, cells: Cells, search: Search) -> Iterator[Reason]:
    """What the best insertion and the best exchange would change the score by."""
    trials = [trial for trial in (search.free, search.swap) if trial is not None]
    if not trials:
        return
    best = max(trials, key=lambda trial: trial.gain)
    if best.gain > 0:
        move = _move(standing, cells, best)
        text = f"Not found in the time given: {move} would add {points_text(best.gain)} points."
        yield reason(Code.COULD_GAIN, WORTH, text)
        return
    brings = _brings(standing, exchanges, cells)
    if search.free is not None:
        yield reason(
            Code.DRIVE_COSTS_MORE, WORTH, _drive_text(standing, exchanges, cells, search.free, brings)
        )
    if not search.complete:
        text = (
            f"{brings} The best of {MOST_TRIALS:,} exchanges tried gains nothing "
            f"({_move(standing, cells, best)} {_loses(best)}); not all could be tried."
        )
        yield reason(Code.NOT_PROVEN, WORTH, text)
    elif search.swap is not None:
        among = sentence(units_text(cells))
        text = (
            f"{brings} {among} could teach it, but what would have to go is worth at least as much. "
            f"Best swap: {_move(standing, cells, search.swap)} {_loses(search.swap)}."
        )
        yield reason(Code.WORTH_MORE_ELSEWHERE, WORTH, text)


def _brings(standing: Standing, exchanges: Exchanges, cells: Cells) -> str:
    request = cells.request
    count = standing.classes[request.id]
    people = standing.served(request.id, count + 1) - standing.served(request.id, count)
    points = points_text(exchanges.gain_alone(request))
    class_text = "A class" if not count else "One more class"
    return f"{class_text} of {count_text(people, 'person', 'people')} would bring {points} points."


def _drive_text(standing: Standing, exchanges: Exchanges, cells: Cells, free: Trial, brings: str) -> str:
    unit = int(cells.unit[free.cell])
    stay = (int(cells.first[free.cell]), int(cells.last[free.cell]), standing.legs.venue(cells.request.venue))
    route = standing.route(unit)
    longer = standing.drive(unit, sorted([*route, stay])) or []
    metres = sum(longer) - sum(standing.drive(unit, route) or [])
    cost = exchanges.gain_alone(cells.request) - free.gain
    return (
        f"{brings} {_move(standing, cells, free)} is free and nearest, but the drive there "
        f"costs {points_text(cost)} points ({km_text(metres)} more)."
    )


def _move(standing: Standing, cells: Cells, trial: Trial) -> str:
    """Unit, days, and what goes: ``U07, 12 Jan to 21 Jan 2026, instead of K3-1 (20 people)``."""
    scenario = standing.scenario
    unit = scenario.units[int(cells.unit[trial.cell])].id
    first, last = scenario.day(int(cells.first[trial.cell])), scenario.day(int(cells.last[trial.cell]))
    text = f"{unit}, {span_text(first, last)},"
    if not trial.removed:
        return text.rstrip(",")
    gone = []
    for index in trial.removed:
        rotation = standing.rotations[index]
        people = count_text(int(standing.people[standing.slot[index]]), "person", "people")
        by_other = "" if rotation.unit == unit else f"{rotation.unit}, "
        gone.append(f"{rotation.id} ({by_other}{people})")
    return f"{text} instead of {list_text(gone)}"


def _loses(trial: Trial) -> str:
    return f"loses {points_text(trial.gain)} points" if trial.gain else "changes nothing"
