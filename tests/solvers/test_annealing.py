"""Neighbourhood search: valid plans, true counts, and a walk that finds better ones."""

import numpy as np
import pytest

from optimizer.core.result import FINE
from optimizer.core.solution import faults, objective
from optimizer.solvers.annealing import Annealing, related_segments
from optimizer.solvers.flat_solution import load, unload
from optimizer.solvers.groups import independent_groups
from optimizer.solvers.layout import lay_out
from optimizer.solvers.search import Search
from tests.solvers.worlds import optimum, random_problem, random_solution, two_venues, without_jobs

pytestmark = pytest.mark.usefixtures("compiled_loops")


def begun(problem, seed=1):
    search = Search(problem, lambda: False, 0.0, lambda progress: None)
    return search, Annealing(search, seed)


@pytest.mark.parametrize("windows", [False, True])
def test_plans_stay_valid_and_the_running_value_is_the_score(windows):
    """Where the walk ends, and its best, hot and cold, whole segments and windows."""
    for seed in range(60):
        problem = random_problem(seed)
        _, annealing = begun(problem, seed)
        for flat in (annealing._here, annealing._best):
            load(flat, random_solution(problem, seed))
        best = annealing._walk(80, 20_000_000.0, 20_000.0, windows, -np.inf, annealing._all)
        assert faults(problem, unload(annealing._here)) == []
        assert faults(problem, unload(annealing._best)) == []
        fixed = problem.fixed_fine / FINE + int(problem.value[:, 0].sum())
        score = objective(problem, unload(annealing._best))
        # The score rounds equity and change to whole millipoints, the walk does not.
        rounded = (problem.equity is not None) + (problem.change is not None)
        assert abs(best / FINE + fixed - score) <= 0.501 * rounded, seed


def test_a_cycle_never_loses_the_best_plan():
    """Each cycle ends at least as high as the one before, and never above the optimum."""
    for seed in range(20):
        search, annealing = begun(random_problem(seed), seed)
        scores = [search.score]
        for windows in (False, True):
            annealing.cycle(100, windows=windows)
            scores.append(search.score)
        assert scores == sorted(scores)
        assert scores[-1] <= optimum(seed)


def test_a_cycle_among_some_leaves_the_others_alone():
    """A group's cycle changes no route of another group."""
    changed = 0
    for seed in range(30):
        search, annealing = begun(random_problem(seed), seed)
        for group in independent_groups(search.problem):
            before = search.solution.routes
            annealing.cycle(60, among=np.array(group))
            after = search.solution.routes
            others = set(range(len(before))) - set(group)
            assert [before[s] for s in others] == [after[s] for s in others]
            changed += before != after
        assert search.score <= optimum(seed)
    assert changed > 20


def test_a_week_is_planned():
    """Both jobs: 146."""
    search, annealing = begun(two_venues())
    annealing.cycle(20)
    assert search.score == 146


def test_the_same_seed_walks_the_same_way():
    """Two walks of 200 moves end in one plan."""
    for seed in range(8):
        ends = []
        for _ in range(2):
            search, annealing = begun(random_problem(seed), 3)
            annealing.cycle(200)
            ends.append((search.solution, unload(annealing._here)))
        assert ends[0] == ends[1]


def test_without_jobs_there_is_no_walk():
    """Nothing happens."""
    search, annealing = begun(without_jobs(two_venues()))
    annealing.cycle(10)
    assert search.score == 0


def test_competitors_share_a_job():
    """Each pair of segments with a common job, and no other."""
    for seed in range(20):
        problem = random_problem(seed)
        offsets, related = related_segments(lay_out(problem))
        for segment, jobs in enumerate(problem.eligible):
            due = [
                other
                for other, theirs in enumerate(problem.eligible)
                if other != segment and set(jobs.tolist()) & set(theirs.tolist())
            ]
            assert related[offsets[segment] : offsets[segment + 1]].tolist() == due
