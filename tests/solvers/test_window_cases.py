"""Rows and cases of the window engine against all routes of small random problems."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from optimizer.core.result import FINE
from optimizer.core.windows import window_faults
from optimizer.solvers.windows import warm
from optimizer.solvers.windows.branching import Branching
from optimizer.solvers.windows.cases import Question, all_solutions
from optimizer.solvers.windows.pricing import Pricing
from optimizer.solvers.windows.routes import Prices, Routes
from optimizer.solvers.windows.rows import broken_rows, charged, lay_out_charges, no_charges
from optimizer.solvers.windows.search import WindowSearch
from optimizer.solvers.windows.tighten import Tightening
from tests.solvers.window_worlds import all_routes, best_by_force, follows, random_problem, worth

pytestmark = [pytest.mark.timeout(60)]


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm.compile_loops()


def search_of(problem):
    return WindowSearch(problem, lambda: False, 0.0, lambda progress: None)


def some_prices(problem, random):
    """Prices of jobs, and charges of some threes; beside them the charges as they are told."""
    threes = list(combinations(range(problem.jobs), 3))
    picked = [threes[n] for n in random.permutation(len(threes))[:4]]
    charge = random.integers(0, 20, len(picked)) * FINE
    job = random.integers(0, 60, problem.jobs) * FINE
    told = list(zip(picked, charge.tolist(), strict=True))
    return Prices(job, lay_out_charges(problem.jobs, picked, charge)), told


def test_broken_rows_are_all_that_shares_break():
    """Against counting every three of 7 jobs; where fewer are asked for, the worst."""
    random = np.random.default_rng(3)
    met = 0
    for _ in range(40):
        routes = [tuple(random.permutation(7)[: random.integers(1, 5)].tolist()) for _ in range(6)]
        share = (random.integers(0, 5, 6) / 4).tolist()
        used = {}
        for three in combinations(range(7), 3):
            excess = sum(s for r, s in zip(routes, share, strict=True) if len(set(three) & set(r)) >= 2) - 1
            if excess > 0.05:
                used[three] = excess
        found = broken_rows(7, routes, share, 1000)
        assert set(found) <= set(used)
        if used:
            assert used[found[0]] == pytest.approx(max(used.values()))
            met += 1
        assert len(found) == len(used) or len(found) >= 6
        assert broken_rows(7, routes, share, 2) == found[:2]
    assert met > 10


def test_charges_of_many_routes_at_once():
    random = np.random.default_rng(4)
    for seed in range(20):
        problem = random_problem(seed, lawless=True, most=7)
        prices, told = some_prices(problem, random)
        routes = Routes(problem.jobs)
        kept = [jobs for jobs in all_routes(problem, 0) if jobs][:300]
        for jobs in kept:
            routes.add((0, jobs), 0)
        expected = [
            sum(charge * (len(set(three) & set(jobs)) // 2) for three, charge in told) for jobs in kept
        ]
        assert charged(prices.charges, routes.jobs).tolist() == expected
        assert sorted(prices.charges.told()) == sorted((t, c) for t, c in told if c > 0)


@pytest.mark.parametrize("lawless", [False, True])
def test_labelling_finds_the_best_route_when_pairs_are_charged(lawless):
    """Exactly, and all above a value, on 60 random problems with four rows each."""
    random = np.random.default_rng(5)
    paid = 0
    for seed in range(60):
        problem = random_problem(seed, lawless, most=6)
        prices, told = some_prices(problem, random)
        search = search_of(problem)
        pricing = Pricing(search)
        for kind, unit in enumerate(search.layout.first_of_kind.tolist()):
            routes = list(all_routes(problem, unit))
            values = {jobs: worth(problem, unit, jobs, prices.job, FINE, told) for jobs in routes}
            best = max(values.values())
            while True:
                priced = pricing.exact(kind, prices, 0, 10**6)
                assert priced.most >= best
                grown = [pricing.grow(route) for route in priced.routes]
                if not any(grown):
                    break
            assert priced.most == max(best, 0), seed
            above = best // 2
            found = Pricing(search, every=True).all_above(kind, prices, above, 10**6)
            assert found is not None
            sets = {frozenset(jobs) for jobs, value in values.items() if value > above and jobs}
            assert {frozenset(jobs) for jobs in found} == sets, seed
            plain = max(worth(problem, unit, jobs, prices.job, FINE) for jobs in routes)
            paid += plain > best
    assert paid > 10


def test_the_routes_of_a_case_are_those_that_labelling_finds_in_it():
    """After up to three random answers, on 40 random problems."""
    random = np.random.default_rng(6)
    fewer = 0
    for seed in range(40):
        problem = random_problem(seed, lawless=False, most=5)
        search = search_of(problem)
        pricing = Pricing(search)
        case = all_solutions(search.layout)
        kinds = len(search.layout.first_of_kind)
        for _ in range(random.integers(1, 4)):
            job = int(random.integers(problem.jobs))
            kind = int(random.integers(kinds)) if random.random() < 0.4 else None
            then = int(random.integers(problem.jobs)) if kind is None and random.random() < 0.6 else None
            if then == job:
                continue
            case = Question(job, kind, then).answered(case, bool(random.integers(2)))
        pricing.enter(case)
        price = Prices(np.full(problem.jobs, 10**9), no_charges(problem.jobs))
        for kind, unit in enumerate(search.layout.first_of_kind.tolist()):
            expected, every = set(), set()
            for jobs in all_routes(problem, unit):
                if jobs:
                    every.add(frozenset(jobs))
                    if case.allows(np.array([kind]), follows(problem, jobs))[0]:
                        expected.add(frozenset(jobs))
            found = pricing.all_above(kind, price, 0, 10**6)
            assert found is not None
            assert {frozenset(jobs) for jobs in found} == expected, seed
            fewer += len(expected) < len(every)
    assert fewer > 20


def alike(problem):
    """Three units like the first, able to do everything."""
    one = np.zeros(3, np.int64)
    return replace(
        problem,
        origin=problem.origin[one],
        destination=problem.destination[one],
        leave=problem.leave[one],
        back=problem.back[one],
        eligible=np.ones((3, problem.jobs), np.bool_),
    )


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("rows", [False, True])
def test_cases_end_with_the_best_solution(same, rows, monkeypatch):
    """Without walkers and closing, on 120 random problems; every bound on the way holds."""
    if not rows:
        monkeypatch.setattr("optimizer.solvers.windows.master.Master.add_rows", lambda self, most: 0)
    asked: set[str] = set()
    split = Branching._split

    def spy(self, case):
        split(self, case)
        for _, _, child in self._open:
            asked.update(["then"] if child.apart else [], ["by or done"] if child.required.any() else [])

    monkeypatch.setattr(Branching, "_split", spy)
    for seed in range(120):
        problem = random_problem(seed, lawless=seed % 2 == 1, most=7)
        problem = alike(problem) if same else problem
        best = best_by_force(problem)
        search = search_of(problem)
        tightening = Tightening(search)
        while not tightening.solved:
            tightening.step()
        branching = Branching(search, tightening)
        while not branching.step():
            assert search.bound >= best, seed
        assert search.score == search.bound == best, seed
        assert window_faults(problem, search.solution) == []
    assert rows or ("then" if same else "by or done") in asked
