"""Calendar, distances and checker against the second reading of RULES.md."""

import pytest

from tests.oracles.cases import CASES, name_of, parts
from tests.oracles.compare import calendar_differs, checker_differs, travel_differs
from tests.oracles.tiny import tiny

PLANS = 30  # random plans of each scenario


@pytest.mark.parametrize("part", parts(CASES), ids=name_of)
def test_days_count_the_same(part: range):
    """Every credit of every venue, course and day, and every day of a unit at its depot."""
    assert [text for seed in part for text in calendar_differs(tiny(seed))] == []


@pytest.mark.parametrize("part", parts(CASES), ids=name_of)
def test_distances_are_the_same(part: range):
    """Every ordered pair of places, to the metre."""
    assert [text for seed in part for text in travel_differs(tiny(seed))] == []


@pytest.mark.parametrize("part", parts(CASES // 2), ids=name_of)
def test_the_checker_finds_what_the_judge_finds(part: range):
    """The same rules broken and the same score, over plans of which half break some rule (R1 to R11)."""
    found = [text for seed in part for text in checker_differs(seed, PLANS)]
    assert found == []
