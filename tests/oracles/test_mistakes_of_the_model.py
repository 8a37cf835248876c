"""Every mistake seeded into the core problem makes the engine's proven best differ from the exact model's."""

import pickle

import pytest

from optimizer.compile import compile_scenario
from tests.oracles.compare import draft
from tests.oracles.engine import engine_differs
from tests.oracles.mistakes_of_the_model import MODEL
from tests.oracles.seeding import Mistake, seeded
from tests.oracles.tiny import base_of, tiny

SCENARIOS = 300  # looked at until one shows the mistake


def _problem(number: int) -> bytes | None:
    base = [draft(stay) for stay in base_of(number)]
    try:
        return pickle.dumps(compile_scenario(tiny(number), base).problem)
    except (ArithmeticError, LookupError, ValueError):
        return None


def _caught(mistake: Mistake) -> str | None:
    for number in range(SCENARIOS):
        right = _problem(number)
        with seeded(mistake):
            # Only where the mistake changes the core problem can the engine be led astray.
            if _problem(number) != right:
                found = next(engine_differs(number), None)
                if found:
                    return found
    return None


@pytest.mark.parametrize("mistake", MODEL, ids=lambda mistake: mistake.fact)
def test_mistakes_of_the_model_are_caught(mistake: Mistake):
    """By the exact model, the checker, or the engine's own refusal."""
    assert _caught(mistake)
