"""The engine's proven optimum is the exact model's, and the checker accepts its plan with the same score."""

import pytest

from tests.oracles.cases import CASES, name_of, parts
from tests.oracles.engine import engine_differs

SHARE = CASES // 5  # for the other ways of running the engine


@pytest.mark.parametrize("part", parts(CASES, size=10), ids=name_of)
def test_the_engine_proves_the_optimum(part: range):
    """Score and bound are both the score of the best plan, as planners run the engine."""
    assert [text for number in part for text in engine_differs(number)] == []


@pytest.mark.parametrize("part", parts(SHARE, size=10), ids=name_of)
def test_the_engine_proves_it_from_another_seed(part: range):
    """Another seed takes other ways to the same score."""
    assert [text for number in part for text in engine_differs(number, seed=2)] == []
