"""Cases told apart: every one is proven, none is forgotten, and where they help they lower the bound."""

from dataclasses import replace

import numpy as np
import pytest

import optimizer
from optimizer.compile import compile_scenario
from optimizer.core.result import FINE, Case, Limit
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.branching import Branching, Group
from optimizer.solvers.groups import independent_groups
from optimizer.solvers.search import Search
from optimizer.solvers.tighten import Tightening
from tests.solvers.worlds import all_routes, optimum, random_problem, route_worth

pytestmark = pytest.mark.usefixtures("compiled_loops")
ALL = -(1 << 60)
"""A floor above which every case is worth a look."""


def searched(problem, rounds):
    search = Search(problem, lambda: False, -1.0, lambda progress: None)
    Tightening(search, rounds).step()
    return search


def leaves(tree, path=()):
    """Each case with the sides of the splits that lead to it."""
    if isinstance(tree, Case):
        yield tree, path
    else:
        yield from leaves(tree.below, (*path, (tree.limit, 0, tree.most)))
        yield from leaves(tree.above, (*path, (tree.limit, tree.most + 1, 1 << 40)))


def counts(problem, limit, segment, route):
    """What a limit counts of a route, told from its words."""
    if segment not in limit.segments:
        return 0
    chosen = [visit for visit in route if problem.job_pool[visit.job] in limit.pools]
    if limit.day is None:
        return len(chosen)
    return sum(visit.start <= limit.day <= problem.end(visit.job, visit.start) for visit in chosen)


@pytest.mark.parametrize("part", range(4))
def test_no_solution_is_worth_more_than_the_cases_say(part):
    """200 random worlds with pins, pools, equity and lawless distances, split as far as it goes."""
    lowered = 0
    for seed in range(part, 200, 4):
        problem = random_problem(seed)
        search = searched(problem, 2)
        proof = search.proof
        groups = [Group(search, proof, segments) for segments in independent_groups(problem)]
        for group in groups:
            while group.split(ALL):
                pass
        branches = tuple(branch for group in groups if (branch := group.branch()) is not None)
        if search.proof is proof:
            search.offer_branches(branches)
        lowered += search.bound < proof.value
        assert search.bound >= optimum(seed) >= search.score, seed
        assert search.result().proven == search.bound, seed
    assert lowered >= 10


@pytest.mark.parametrize("part", range(2))
def test_in_each_case_no_route_is_worth_more_than_it_says(part):
    """The value of every route at the prices and charges of every case, by brute force."""
    looked = 0
    for seed in range(200 + part, 260, 2):
        problem = random_problem(seed)
        search = searched(problem, 2)
        for segments in independent_groups(problem):
            group = Group(search, search.proof, segments)
            while group.cases < 8 and group.split(ALL):
                pass
            branch = group.branch()
            if branch is None:
                continue
            for case, path in leaves(branch.tree):
                looked += 1
                for segment, best in zip(branch.segments, case.best, strict=True):
                    for route in all_routes(problem, segment):
                        worth = route_worth(problem, segment, case.duals, route)
                        worth -= sum(p * counts(problem, limit, segment, route) for limit, p in case.charges)
                        assert worth <= best, seed
                for limit, price in case.charges:
                    # What is charged is limited on the way to the case, from above if it costs.
                    tops = [high for other, _, high in path if other == limit]
                    assert tops, seed
                    assert price < 0 or min(tops) < 1 << 40, seed
    assert looked > 20


def test_a_better_proof_begins_without_cases():
    """Cases lower the proof that they were told apart for, and no other."""
    problem = random_problem(8)
    search = searched(problem, 1)
    proof = search.proof
    groups = [Group(search, proof, segments) for segments in independent_groups(problem)]
    for group in groups:
        group.split(ALL)
    branches = tuple(branch for group in groups if (branch := group.branch()) is not None)
    saved = sum(branch.saved for branch in branches)
    assert saved > FINE
    search.offer_branches(branches)
    assert search.bound == proof.value - saved // FINE
    # No better than with the cases: not taken.
    assert not search.offer_proof(replace(proof, fine=proof.fine - saved))
    assert search.result().branches
    assert search.offer_proof(replace(proof, fine=proof.fine - saved - FINE, value=search.bound - 1))
    assert not search.result().branches
    assert search.bound == search.proof.value


def test_a_limit_counts_what_it_says():
    """The master's rows of a limit agree with a count by hand on every route."""
    problem = random_problem(11)
    search = searched(problem, 5)
    group = Group(search, search.proof, independent_groups(problem)[0])
    group.begin()
    pools = tuple(np.unique(problem.job_pool).tolist())
    for limit in (group.total, Limit(group.segments, pools[:1]), Limit(group.segments[:1], pools, 4)):
        columns = group.master.columns
        found = group.master._counts(limit, np.arange(len(columns)))
        assert found.tolist() == [counts(problem, limit, *columns[n]) for n in range(len(columns))]


def test_a_visit_too_many_in_the_program_costs_it_points():
    """Units of a quarter with few instructors: 37 visits and a part are not to be had, 37 cost points."""
    problem = compile_scenario(optimizer.generate(23, 125, 90, 5, 10)).problem
    group = [s for s, home in enumerate(problem.segments) if home.unit in {7, 8, 11, 15, 20}]
    problem = replace(
        problem,
        segments=tuple(problem.segments[s] for s in group),
        eligible=tuple(problem.eligible[s] for s in group),
    )
    search = Search(problem, lambda: False, 1e-6, lambda progress: None)
    Annealing(search, 1).cycle(500)
    tightening = Tightening(search, 100)
    while not tightening.solved:
        tightening.step()
    before = search.bound
    branching = Branching(search, lambda: 1.0, timed=True)
    assert branching.step()
    assert search.score <= search.bound < before - 4_000
    assert search.result().proven == search.bound
