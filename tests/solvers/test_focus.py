"""A part cut out of a problem: what is valid and worth more in it is so in the whole."""

from itertools import pairwise

import numpy as np
import pytest

from optimizer.core.solution import Solution, faults, objective
from optimizer.solvers.focus import cut_out
from optimizer.solvers.search import Search
from tests.solvers.worlds import random_problem, random_solution


def parts(seed):
    """A random problem and solution, and the parts of some windows and segments."""
    problem = random_problem(seed)
    solution = random_solution(problem, seed)
    random = np.random.default_rng(seed)
    for _ in range(6):
        some = random.permutation(len(problem.segments))[: random.integers(1, len(problem.segments) + 1)]
        low = int(random.integers(-2, problem.horizon))
        part = cut_out(problem, solution, some.tolist(), low, low + int(random.integers(1, problem.horizon)))
        if part is not None:
            yield problem, solution, part


@pytest.mark.parametrize("seed", range(40))
def test_what_stands_in_a_part_is_valid_there_and_joins_to_the_whole(seed):
    """Putting back what was cut out changes nothing."""
    for _, solution, part in parts(seed):
        assert faults(part.problem, part.start) == []
        assert part.joined(solution, part.start) == solution


@pytest.mark.parametrize("seed", range(40))
def test_a_change_of_a_part_is_worth_the_same_in_the_whole(seed):
    """Both differences of scores agree to the rounding of the equity term; the whole stays valid."""
    for problem, solution, part in parts(seed):
        tried = [part.start, Solution.empty(part.problem)]
        tried += [random_solution(part.problem, seed + more) for more in range(4)]
        for one, other in pairwise(tried):
            wholes = [part.joined(solution, inner) for inner in (one, other)]
            assert [faults(problem, whole) for whole in wholes] == [[], []]
            inside = objective(part.problem, other) - objective(part.problem, one)
            outside = objective(problem, wholes[1]) - objective(problem, wholes[0])
            assert abs(inside - outside) <= (0 if problem.equity is None else 1)


def test_a_part_that_no_longer_fits_is_left():
    """Two threads fill the same gap: the second finds the job done, and gives way."""
    found = 0
    for seed in range(40):
        for problem, solution, part in parts(seed):
            search = Search(problem, lambda: False, 0.0, lambda progress: None, solution)
            inner = random_solution(part.problem, seed)
            joined = part.joined(solution, inner)
            better = objective(problem, joined) > objective(problem, solution)
            assert search.offer_part(part, inner) == better
            if better:
                found += 1
                assert search.solution == joined
                assert not search.offer_part(part, inner)
    assert found
