"""Reasons of random tiny scenarios, each held against every unit, day and removal through the checker."""

from collections.abc import Sequence

import pytest

from optimizer.checker import check, complete
from optimizer.domain.plan import Draft, Rotation, Unserved
from optimizer.domain.scenario import Scenario
from optimizer.explainer import explain, improving_insertions
from optimizer.explainer.capacity import Capacities
from optimizer.explainer.cells import Cells, find_cells
from optimizer.explainer.codes import Code
from optimizer.explainer.exchange import Exchanges, Trial
from optimizer.explainer.standing import Standing
from tests.explainer.force import (
    broken,
    drafts_of,
    exchanges,
    placements,
    possible,
    some_base_plan,
    some_plan,
)
from tests.oracles.tiny import tiny

IN_NO_PLAN = {code.value for code in list(Code)[: list(Code).index(Code.PINS_IN_THE_WAY) + 1]}
SEEDS = [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 50))]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_reason_is_true(seed):
    scenario = tiny(seed)
    plan = some_plan(scenario, seed)
    base = some_base_plan(scenario, plan, seed)
    unserved = explain(scenario, plan, base)
    assert unserved == explain(scenario, drafts_of(plan), base)
    left = {one.request: one.people for one in complete(scenario, plan).unserved}
    assert {one.request: one.people for one in unserved} == left
    gains = {one.request: one.gain for one in improving_insertions(scenario, plan, base)}
    for one in unserved:
        codes = {reason.code for reason in one.reasons}
        assert codes
        if codes & IN_NO_PLAN:
            assert codes <= IN_NO_PLAN
            assert_impossible(scenario, plan, one)
            assert one.request not in gains
        else:
            assert gains.get(one.request, 0) == max(0, assert_best(scenario, plan, one.request, base))
            assert (Code.COULD_GAIN in codes) == (one.request in gains)


def assert_impossible(scenario: Scenario, plan: Sequence[Rotation], one: Unserved) -> None:
    """Wherever the request is put, beside the pins or its own classes alone, a rule is broken."""
    own = [r for r in plan if r.request == one.request]
    pins = [Draft(request=pin.request, unit=pin.unit, start=pin.start) for pin in scenario.pins]
    beside = drafts_of(own) if one.reasons[0].rule == "R8" else pins
    for new in placements(scenario, one.request):
        assert broken(scenario, [*beside, new]), new


def assert_best(scenario: Scenario, plan: Sequence[Rotation], request: str, base: Sequence[Draft]) -> int:
    """The best gain; every possible start collides as told, and no removal gains more than the search."""
    standing = Standing(scenario, plan, base)
    cells = find_cells(standing, Capacities(standing), scenario.request_by_id[request])
    new = [
        Draft(request=request, unit=scenario.units[unit].id, start=scenario.day(first))
        for unit, first in zip(cells.unit.tolist(), cells.first.tolist(), strict=True)
    ]
    assert sorted(map(key, new)) == sorted(map(key, possible(scenario, request)))
    free: list[int] = []
    swaps: list[int] = []
    for number, draft in enumerate(new):
        assert broken(scenario, [*drafts_of(plan), draft]) == blocked_by(cells, number)
        for gone, gain in exchanges(scenario, plan, draft, base):
            (swaps if gone else free).append(gain)
    search = Exchanges(standing).search(cells)
    assert search.complete
    trials = [trial for trial in (search.free, search.swap) if trial]
    assert [trial.gain for trial in trials] == [max(gains) for gains in (free, swaps) if gains]
    for trial in trials:
        assert_scored(scenario, standing, new[trial.cell], trial, base)
    return max((trial.gain for trial in trials), default=0)


def assert_scored(
    scenario: Scenario, standing: Standing, new: Draft, trial: Trial, base: Sequence[Draft]
) -> None:
    """The exchange is a valid plan, and changes the checker's score by what it says."""
    kept = [r for index, r in enumerate(standing.rotations) if index not in trial.removed]
    report = check(scenario, [*drafts_of(kept), new], base)
    assert report.valid
    assert report.score - check(scenario, drafts_of(standing.rotations), base).score == trial.gain


def blocked_by(cells: Cells, number: int) -> set[str]:
    rules = (("R5", cells.busy), ("R7", cells.room_full), ("R9", cells.pool_full))
    return {rule for rule, blocked in rules if blocked[number]}


def key(draft: Draft) -> tuple[str, str]:
    return draft.unit, draft.start.isoformat()
