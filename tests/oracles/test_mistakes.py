"""Every seeded mistake is caught by an oracle; so the oracles see what they are there for."""

from collections.abc import Callable, Iterator

import pytest

from tests.oracles.compare import calendar_differs, checker_differs, travel_differs
from tests.oracles.mistakes import CALENDAR, CHECKER, TRAVEL
from tests.oracles.seeding import Mistake, seeded
from tests.oracles.tiny import tiny

SCENARIOS, PLANS = 300, 20  # looked at until one shows the mistake


def _caught(mistake: Mistake, oracle: Callable[[int], Iterator[str]]) -> str | None:
    with seeded(mistake):
        return next((text for seed in range(SCENARIOS) for text in oracle(seed)), None)


@pytest.mark.parametrize("mistake", CALENDAR, ids=lambda mistake: mistake.fact)
def test_mistakes_of_the_calendar_are_caught(mistake: Mistake):
    """By days read one by one."""
    assert _caught(mistake, lambda seed: calendar_differs(tiny(seed)))


@pytest.mark.parametrize("mistake", TRAVEL, ids=lambda mistake: mistake.fact)
def test_mistakes_of_the_distances_are_caught(mistake: Mistake):
    """By geopy, pair by pair."""
    assert _caught(mistake, lambda seed: travel_differs(tiny(seed)))


@pytest.mark.parametrize("mistake", CHECKER, ids=lambda mistake: mistake.fact)
def test_mistakes_of_the_checker_are_caught(mistake: Mistake):
    """By the judge, over random plans."""
    assert _caught(mistake, lambda seed: checker_differs(seed, PLANS))
