"""The window engine against all routes of small random problems, and its bound by plain arithmetic."""

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.core.read import read_strsp, read_toptw
from optimizer.core.result import FINE
from optimizer.core.windows import WindowProblem, window_faults, window_objective
from optimizer.solvers.solve import solve
from optimizer.solvers.windows import warm
from optimizer.solvers.windows.search import WindowSearch
from tests.solvers.window_worlds import all_routes, best_by_force, random_problem, worth

HAND = Path(__file__).parents[2] / "data" / "instances"
PUBLISHED = os.environ.get("MTU_INSTANCES", "")
"""Where a sample of the published sets is, with `toptw` and `strsp` in it; not part of the project."""

pytestmark = [pytest.mark.timeout(400)]


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    warm.compile_loops()


def solved(problem, steps=40, **options):
    return solve(
        problem,
        stopping=lambda: False,
        remaining=lambda: 60.0,
        gap=0.0,
        deterministic=True,
        steps=steps,
        **options,
    )


@pytest.mark.parametrize("lawless", [False, True])
def test_a_bound_before_the_first_step(lawless):
    """At what the cheapest ways to jobs cost, no route is worth anything: more than prizes alone tell."""
    better = 0
    for seed in range(25):
        problem = random_problem(seed, lawless)
        proof = WindowSearch(problem, lambda: True, 0.0, lambda progress: None).proof
        for unit in range(problem.units):
            for jobs in all_routes(problem, unit):
                assert worth(problem, unit, jobs, proof.duals.job, FINE) <= 0
        assert proof.value >= best_by_force(problem)
        better += proof.value < problem.base_value + int(problem.prize.sum())
    assert better


@pytest.mark.parametrize("lawless", [False, True])
def test_small_problems_are_solved_to_the_best(lawless):
    """Score, bound and validity against all choices of all routes, and the bound again by weak duality."""
    for seed in range(25):
        problem = random_problem(seed, lawless)
        result = solved(problem)
        best = best_by_force(problem)
        assert window_faults(problem, result.solution) == []
        assert window_objective(problem, result.solution) == result.score == best, seed
        assert result.bound == best, seed
        price = result.proof.duals.job
        assert result.proof.value >= best
        beyond = int(np.maximum(problem.prize * FINE - price, 0).sum())
        beyond += sum(charge for _, charge in result.proof.charges)
        for unit in range(problem.units):
            most = max(
                worth(problem, unit, jobs, price, FINE, result.proof.charges)
                for jobs in all_routes(problem, unit)
            )
            assert most <= result.proof.best[unit], seed
            beyond += int(result.proof.best[unit])
        assert result.proof.fine == problem.base_value * FINE + beyond
        assert result.proof.fine // FINE - result.proof.value in range(1000)


def test_a_start_is_not_lost():
    """A search that has no time gives the solution that it was given."""
    problem = read_toptw(HAND / "hand01.txt", 1).problem
    start = solved(problem).solution
    again = solve(problem, stopping=lambda: True, remaining=lambda: 0.0, start=start)
    assert again.solution == start


def test_the_same_seed_gives_the_same_solution():
    """On 20 jobs at random, too many to be done by two units."""
    random = np.random.default_rng(5)
    spots = random.integers(0, 100, (21, 2))
    travel = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)).astype(np.int64)
    first = random.integers(0, 200, 20)
    problem = WindowProblem(
        travel=travel,
        cost=np.zeros_like(travel),
        place=np.arange(1, 21),
        segment_at=np.arange(21),
        first=first,
        last=first + 60,
        stay=np.full(20, 10),
        prize=random.integers(1, 50, 20) * 1000,
        origin=np.zeros(2, np.int64),
        destination=np.zeros(2, np.int64),
        leave=np.zeros(2, np.int64),
        back=np.full(2, 300),
        eligible=np.ones((2, 20), np.bool_),
    )
    one, two = solved(problem, steps=3, seed=3), solved(problem, steps=3, seed=3)
    assert one.solution == two.solution
    assert (one.score, one.bound) == (two.score, two.bound)
    assert window_faults(problem, one.solution) == []


def test_instances_written_by_hand():
    """The sums stand in data/instances/README.md."""
    assert solved(read_toptw(HAND / "hand01.txt", 1).problem).score == 60_000
    assert solved(read_toptw(HAND / "hand01.txt", 2).problem).score == 85_000
    strsp = read_strsp(HAND / "tasks_hand02.txt", HAND / "technicians_hand02.txt")
    result = solved(strsp.problem)
    assert strsp.published(result.score) == strsp.published(result.bound) == 262.828


def test_nothing_to_do_is_worth_the_base():
    problem = random_problem(1, lawless=False)
    none = np.zeros(0, np.int64)
    nobody = replace(
        problem,
        origin=none,
        destination=none,
        leave=none,
        back=none,
        eligible=np.zeros((0, problem.jobs), np.bool_),
    )
    assert solved(nobody).score == problem.base_value


def toptw_points(path, routes):
    """Points of routes by the file alone, in floating point; fails where one is too late."""
    rows = [line.split() for line in path.read_text().splitlines()[2:] if line.split()]
    table = [(float(r[1]), float(r[2]), float(r[3]), float(r[4]), float(r[-2]), float(r[-1])) for r in rows]
    scale = 100 if path.stem.startswith("pr") else 10
    points, done = 0.0, set()
    for route in routes:
        clock, here = 0.0, table[0]
        for number in route:
            there = table[number]
            assert number not in done
            done.add(number)
            clock += int(np.hypot(here[0] - there[0], here[1] - there[1]) * scale + 1e-9) / scale
            clock = max(clock, there[4])
            assert clock <= there[5] + 1e-6
            clock += there[2]
            points += there[3]
            here = there
        clock += int(np.hypot(here[0] - table[0][0], here[1] - table[0][1]) * scale + 1e-9) / scale
        assert clock <= table[0][5] + 1e-6
    return points


@pytest.mark.slow
@pytest.mark.skipif(not PUBLISHED, reason="MTU_INSTANCES does not say where published instances are")
@pytest.mark.parametrize("name", ["c101", "r101", "rc101", "r105", "pr01"])
@pytest.mark.parametrize("units", [1, 2])
def test_published_optima(name, units):
    """Values that the literature has proven; the routes checked by the file alone."""
    optimal = {
        "c101": (320, 590), "r101": (198, 349), "rc101": (219, 427), "r105": (247, 453), "pr01": (308, 502),
    }[name][units - 1]  # fmt: skip
    path = Path(PUBLISHED) / "toptw" / f"{name}.txt"
    ends = time.monotonic() + 60
    result = solve(
        read_toptw(path, units).problem,
        stopping=lambda: time.monotonic() >= ends,
        remaining=lambda: ends - time.monotonic(),
        gap=0.0,
    )
    routes = [[visit.job + 1 for visit in route] for route in result.solution.routes]
    assert toptw_points(path, routes) == optimal == result.score / 1000
    assert result.bound == result.score
