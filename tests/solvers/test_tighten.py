"""Column generation ends where no prices prove less, and not before."""

import pytest

from optimizer.core.result import FINE
from optimizer.solvers.master import POINT, Master
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from tests.solvers.worlds import all_routes, random_problem

pytestmark = pytest.mark.usefixtures("compiled_loops")


@pytest.mark.parametrize("rounds", [2, 10, 40])
@pytest.mark.parametrize("part", range(4))
def test_it_ends_at_the_value_of_the_program_over_all_routes(part, rounds):
    """100 random worlds, from good prices and from poor ones: solved is said of nothing that is not."""
    for seed in range(180 + part, 280, 4):
        problem = random_problem(seed)
        search = Search(problem, lambda: False, 0.0, lambda progress: None)
        tightening = Tightening(search, rounds)
        while not (tightening.solved or search.done()):
            tightening.step()
        whole = Master(problem)
        whole.add_all((s, route) for s in range(len(problem.segments)) for route in all_routes(problem, s))
        empty = Search(problem, lambda: True, 0.0, lambda progress: None).layout.empty
        fixed = problem.fixed_fine + int(problem.value[:, 0].sum()) * FINE - int(empty.sum())
        assert search.proof.fine <= whole.solve() * POINT + fixed + FINE, seed


def test_known_routes_bring_prices_further_and_proofs_meet_new_ones():
    """Of what a rough bound is above that of the program over all routes, less than a sixth is left."""
    before, after = 0.0, 0.0
    for seed in range(280, 310):
        problem = random_problem(seed)
        search = Search(problem, lambda: False, -1.0, lambda progress: None)
        tightening = Tightening(search, 2, huge=True)
        tightening.step()
        first = search.proof.fine
        for _ in range(10):
            if not tightening.descend_by_known():
                break
        whole = Master(problem)
        whole.add_all((s, route) for s in range(len(problem.segments)) for route in all_routes(problem, s))
        fixed = problem.fixed_fine + int(problem.value[:, 0].sum()) * FINE - int(search.layout.empty.sum())
        least = whole.solve() * POINT + fixed
        assert least - FINE <= search.proof.fine <= first, seed
        before, after = before + first - least, after + search.proof.fine - least
    assert after < before / 6
