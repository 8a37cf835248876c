"""How long cycles of annealing are."""

import numpy as np
import pytest

from optimizer.solvers.annealing import LAST, MOST_MOVES
from optimizer.solvers.improve import CYCLES, QUARTER, Improving, visits
from optimizer.solvers.search import Search
from tests.solvers.worlds import random_problem

pytestmark = pytest.mark.usefixtures("compiled_loops")


def improving(monkeypatch, left, *, large):
    """Improving with so many seconds left before each step, and moves and seconds of the cycles it makes."""
    search = Search(random_problem(3), lambda: False, -1.0, lambda progress: None)
    made = Improving(search, 1, lambda: left[0], timed=True, large=large)
    made._annealing.cycle(300)
    real, cycles = made._annealing.cycle, []

    def cycle(moves, *args, seconds=np.inf, **more):
        cycles.append((moves, seconds))
        real(min(moves, 1000), *args, seconds=seconds, **more)

    monkeypatch.setattr(made._annealing, "cycle", cycle)
    return made, cycles


def test_a_large_instance_cools_down_to_the_end_as_soon_as_time_asks_for_it(monkeypatch):
    left = [1e9]
    made, cycles = improving(monkeypatch, left, large=0)
    unit = CYCLES[0] * visits(made.search)
    for _ in range(3):
        made.step()
    assert cycles == [(unit * times // QUARTER, np.inf) for times in (1, 2, 4)]
    left[0] = 1e-3
    made.step()
    assert cycles[-1] == (MOST_MOVES, LAST * left[0])


def test_others_cool_down_again_and_again(monkeypatch):
    made, cycles = improving(monkeypatch, [1e9], large=1000)
    made.step()
    made.step()
    assert [moves for moves, _ in cycles[:2]] == [CYCLES[0], CYCLES[1]]
