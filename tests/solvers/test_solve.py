"""The engine from end to end on core problems: proven optima, early stops, and nothing to do."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Equity
from optimizer.core.result import Progress
from optimizer.core.solution import Solution, Visit, faults, objective
from optimizer.exceptions import EngineError
from optimizer.solvers.groups import independent_groups
from optimizer.solvers.search import Search
from optimizer.solvers.solve import solve
from optimizer.solvers.tighten import Tightening
from optimizer.solvers.warm import is_compiled
from tests.solvers.worlds import (
    halves,
    ints,
    optimum,
    random_problem,
    random_solution,
    two_venues,
    without_jobs,
    without_units,
)

pytestmark = pytest.mark.usefixtures("compiled_loops")


def solved(problem, *, stopping=lambda: False, **settings):
    return solve(problem, stopping=stopping, remaining=lambda: 60.0, **{"gap": 0.0, "steps": 60, **settings})


@pytest.mark.parametrize("deterministic", [True, False])
def test_the_optimum_is_found_and_proven(deterministic):
    """Score and bound are those of brute force; the prices alone prove no less; news never get worse."""
    for seed in range(12):
        problem, best = random_problem(seed), optimum(seed)
        news: list[Progress] = []
        result = solved(problem, seed=seed, deterministic=deterministic, report=news.append)
        assert (result.score, result.bound) == (best, best), seed
        assert objective(problem, result.solution) == best
        assert faults(problem, result.solution) == []
        assert result.proof.value >= best
        assert result.enumerated == (result.bound < result.proof.value)
        assert news[-1].result.score == result.score
        assert [m[1] for m in result.history] == sorted(m[1] for m in result.history)
        assert [m[2] for m in result.history] == sorted((m[2] for m in result.history), reverse=True)


def test_without_a_linear_program_known_routes_lead_on(monkeypatch):
    """As where there are too many visits for it: the bounds hold, and some come from there."""
    monkeypatch.setattr("optimizer.solvers.engine.HUGE", -1)
    descend, rounds = Tightening.descend_by_known, []

    def counted(tightening):
        before = tightening.search.proof.fine
        more = descend(tightening)
        rounds.append(before - tightening.search.proof.fine)
        return more

    monkeypatch.setattr(Tightening, "descend_by_known", counted)
    for seed in range(4):
        result, best = solved(random_problem(seed), seed=seed), optimum(seed)
        assert (result.score, result.bound) == (best, best), seed
        assert result.proof.value >= best
    assert max(rounds) > 0


def test_a_deterministic_solve_gives_the_same_twice():
    """Solution, prices and the path, but for the seconds."""
    for seed in (3, 5, 8):
        one, two = (solved(random_problem(seed), deterministic=True, seed=7) for _ in range(2))
        assert one.solution == two.solution
        assert (one.proof.duals.job == two.proof.duals.job).all()
        assert [moment[1:] for moment in one.history] == [moment[1:] for moment in two.history]


@pytest.mark.parametrize("deterministic", [True, False])
def test_stopped_at_once_it_still_has_a_valid_plan_and_bound(deterministic):
    """The first moves are made whatever the clock says."""
    for seed in range(16):
        problem = random_problem(seed)
        result = solved(problem, stopping=lambda: True, deterministic=deterministic)
        assert faults(problem, result.solution) == []
        assert result.score <= optimum(seed) <= result.bound


def test_stopped_somewhere_on_the_way_it_has_both():
    """The clock strikes at the n-th look."""
    for seed in range(12):
        looks = iter(range(10**9))
        result = solved(random_problem(seed), stopping=lambda looks=looks, n=3 * seed: next(looks) > n)
        assert result.score <= optimum(seed) <= result.bound


@pytest.mark.parametrize("deterministic", [True, False])
@pytest.mark.parametrize("change", [without_jobs, without_units, lambda p: without_units(without_jobs(p))])
def test_nothing_to_do(change, deterministic):
    """No jobs or nobody to do them: worth what is fixed, and that is proven."""
    problem = replace(change(two_venues()), base_value=17)
    if problem.jobs and not problem.segments:
        problem = without_jobs(problem)  # a job that no segment may do is none
    result = solved(problem, deterministic=deterministic)
    assert (result.score, result.bound) == (17, 17)


def test_uneven_coverage_without_jobs_is_proven_too():
    """Pins serve 1 of 4 and 4 of 4 people: equity pays a quarter of 8."""
    problem = replace(
        without_jobs(two_venues()), equity=Equity(8000, ints(), requested=ints(4, 4), served=ints(1, 4))
    )
    result = solved(problem, deterministic=True)
    assert (result.score, result.bound) == (2, 2)


def test_a_wide_gap_ends_the_search_early():
    """Whatever is known after the first moves is within 1000 times the bound."""
    result = solved(random_problem(1), gap=1000.0)
    assert not result.enumerated


def test_an_invalid_plan_is_a_fault_of_the_engine():
    """Two visits of a job that may be done once; one that is worse is not looked at."""
    search = Search(two_venues(), lambda: False, 0.0, lambda progress: None)
    with pytest.raises(EngineError, match="invalid solution"):
        search.offer(Solution(((Visit(0, 0), Visit(2, 1)),)))
    assert not search.offer(Solution.empty(search.problem))
    assert search.offer(Solution(((Visit(0, 0),),)))
    assert search.score == 80


@pytest.mark.parametrize("seed", range(30))
def test_of_a_solution_the_groups_that_are_better_are_kept(seed):
    """Whatever comes, in whatever order: no group is worse than in anything offered."""
    problem = halves(seed)
    search = Search(problem, lambda: False, 0.0, lambda progress: None)
    offered = [random_solution(problem, seed * 100 + number) for number in range(6)]
    for solution in offered:
        search.offer(solution)
    assert faults(problem, search.solution) == []
    assert search.score == objective(problem, search.solution)
    empty = Solution.empty(problem)
    best = objective(problem, empty)
    for group in independent_groups(problem):
        gains = [
            objective(problem, only(solution, group)) - objective(problem, empty) for solution in offered
        ]
        best += max(*gains, 0)
    assert search.score >= best


@pytest.mark.parametrize("seed", range(40))
def test_groups_share_no_job_or_pool_and_cannot_be_split(seed):
    """Two segments are in one group if and only if a chain of common jobs and pools joins them."""
    random = np.random.default_rng(seed)
    base = two_venues()
    count, jobs = int(random.integers(1, 30)), int(random.integers(1, 40))
    eligible = tuple(np.unique(random.integers(jobs, size=random.integers(0, 4))) for _ in range(count))
    pools = random.integers(-30, 10, jobs).clip(-1)
    problem = replace(base, segments=base.segments * count, eligible=eligible, job_pool=pools)
    problem = replace(problem, job_place=np.zeros(jobs, np.int64), job_demand=np.arange(jobs))
    groups = independent_groups(problem)
    assert sorted(segment for group in groups for segment in group) == [
        s for s in range(count) if len(eligible[s])
    ]
    # Jobs by their numbers, pools by negative ones.
    uses = [{*some.tolist(), *(-1 - pools[some][pools[some] >= 0]).tolist()} for some in eligible]
    held = [set().union(*(uses[segment] for segment in group)) for group in groups]
    assert sum(map(len, held)) == len(set().union(*held))
    for group in groups:
        reached, fresh = set(group[:1]), group[:1]
        while fresh:
            near = set().union(*(uses[segment] for segment in fresh))
            fresh = [s for s in group if s not in reached and near & uses[s]]
            reached.update(fresh)
        assert reached == set(group)


def only(solution, part):
    """The solution's routes of a part, nothing else."""
    return Solution(tuple(route if s in part else () for s, route in enumerate(solution.routes)))


def test_compiled_loops_are_known_to_be_on_disk():
    """After the fixture has compiled them."""
    assert is_compiled()
