"""Metamorphic relations: what the engine proves best answers to changes of the scenario as it must."""

from collections import Counter
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from tests.naming import changed
from tests.oracles import relations_more, relations_same
from tests.oracles.cases import CASES
from tests.oracles.compare import draft
from tests.oracles.engine import engine
from tests.oracles.relations import Pair
from tests.oracles.tiny import base_of, tiny

RELATIONS = relations_same.RELATIONS + relations_more.RELATIONS
SCENARIOS = range(CASES * 2 // 15)  # 40 of 300, each with its pairs
PAIRS = 25  # at least so many for a scenario, in the mean


@cache
def pairs(number: int) -> dict[str, Pair]:
    """What the relations make of a tiny scenario."""
    made = {
        relation.__name__: relation(tiny(number), Random(f"{number} {relation.__name__}"))
        for relation in RELATIONS
    }
    return {name: pair for name, pair in made.items() if pair}


def test_every_relation_speaks_often_enough():
    """A thousand pairs for 40 scenarios, and each relation is asked several times."""
    spoken = Counter(name for number in SCENARIOS for name in pairs(number))
    assert spoken.total() >= PAIRS * len(SCENARIOS)
    assert {
        relation.__name__: spoken[relation.__name__]
        for relation in RELATIONS
        if spoken[relation.__name__] < 5
    } == {}


@pytest.mark.parametrize("number", SCENARIOS)
def test_the_best_score_answers_as_it_must(number: int):
    """Same, not less, not more or so many fold, whatever is changed; nearly every score is proven best."""
    first = engine(tiny(number))
    asked, broken = [first], []
    for name, pair in pairs(number).items():
        before = engine(pair.before) if pair.before else first
        after = engine(pair.after)
        asked += [before, after]
        if not pair.holds(before, after):
            broken.append(f"{name}: {after} should be {pair.expected}, compared with {before}")
    assert broken == []
    assert sum(found.score < found.bound for found in asked) <= len(asked) // 10


@pytest.mark.parametrize("number", SCENARIOS)
def test_a_base_plan_costs_what_it_must(number: int):
    """None, where it is the best plan there is; another one no more than if all of it was given up."""
    scenario = tiny(number)
    scenario = scenario.replace(objective=changed(scenario.objective, change=Decimal("3.25")))
    free, other = engine(scenario), [draft(stay) for stay in base_of(number)]
    kept = engine(scenario, base=free.rotations)
    moved = engine(scenario, base=other)
    assert kept.bound >= free.score
    assert free.bound >= kept.score
    assert moved.bound >= free.score - 3250 * len(other)
    assert free.bound >= moved.score
