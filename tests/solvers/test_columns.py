"""Routes laid flat: what they miss at prices, and the days that need be watched."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.solution import Route, route_cost
from optimizer.solvers.columns import END, JOB, Columns, Shelf, binding_days
from optimizer.solvers.search import Search
from tests.solvers.worlds import all_routes, random_problem, route_worth


def every_route(problem):
    return [(s, route) for s in range(len(problem.segments)) for route in all_routes(problem, s) if route]


@pytest.mark.parametrize("at_once", [1, 3, 8_192])
def test_what_a_route_misses_at_the_prices(monkeypatch, at_once):
    """Best value of its segment less its own, however many are looked at at once."""
    monkeypatch.setattr("optimizer.solvers.columns.AT_ONCE", at_once)
    for seed in range(20):
        problem = random_problem(seed)
        search = Search(problem, lambda: False, 0.0, lambda progress: None)
        known = [
            (s, route) for s in range(len(problem.segments)) for route in all_routes(problem, s) if route
        ]
        columns = Columns(problem, known)
        due = [search.proof.best[s] - route_worth(problem, s, search.duals, route) for s, route in known]
        assert columns.missed(search.proof).tolist() == due


def test_from_a_shelf_each_segment_buys_the_best():
    """Of all routes, of none, and of every third; the empty one where all are worth less."""
    random = np.random.default_rng(2)
    for seed in range(30):
        problem = random_problem(seed)
        duals = Search(problem, lambda: False, 0.0, lambda progress: None).duals
        duals = replace(duals, job=duals.job * random.integers(0, 3, problem.jobs) // 2)
        known = every_route(problem)
        for taken in (known, known[:0], known[::3]):
            bought = Shelf(Columns(problem, taken))(duals)
            best: dict[int, tuple[int, Route]]
            best = {s: (route_worth(problem, s, duals, ()), ()) for s in range(len(problem.segments))}
            for s, route in taken:
                if route_worth(problem, s, duals, route) > best[s][0]:
                    best[s] = route_worth(problem, s, duals, route), route
            assert bought.worth == sum(worth for worth, _ in best.values())
            visits = [visit for _, route in best.values() for visit in route]
            done = Counter(int(problem.job_demand[visit.job]) for visit in visits)
            assert bought.visits.tolist() == [done[job] for job in range(problem.jobs)]
            days = sum(problem.end(visit.job, visit.start) - visit.start + 1 for visit in visits)
            assert bought.room.sum() == days


def test_what_others_add_meanwhile_is_left_for_the_next_time():
    """Another thread may add a route at any moment of the sum."""
    problem = random_problem(3)
    search = Search(problem, lambda: False, 0.0, lambda progress: None)
    first, *others = every_route(problem)

    class Growing(Columns):
        growing = False

        def __len__(self):
            size = super().__len__()
            if self.growing:
                self.growing = False
                self.add(*others[0])
            return size

    columns = Growing(problem, [first])
    columns.growing = True
    assert len(columns.missed(search.proof)) == 1
    assert len(columns) == 2


def test_columns_are_kept_once_and_given_back():
    """Adding all routes twice; visits and costs are those of the routes."""
    problem = random_problem(3)
    known = every_route(problem)
    columns = Columns(problem)
    assert columns.add_all(known) == len(known)
    assert columns.add_all(known) == 0
    assert not columns.add(0, ())
    assert [columns[n] for n in range(len(columns))] == known
    owner, visits = columns.visits(np.arange(len(columns)))
    for number, (segment, route) in enumerate(known):
        home = problem.segments[segment]
        assert columns.cost[number] == route_cost(problem, home, route) - route_cost(problem, home, ())
        mine = visits[:, owner == number]
        assert mine[JOB].tolist() == [v.job for v in route]
        assert mine[END].tolist() == [problem.end(v.job, v.start) for v in route]


@pytest.mark.parametrize("seed", range(30))
def test_the_days_watched_are_enough_and_none_is_idle(seed):
    """Every day is implied by a watched day with its stays and no more room, or cannot be too full."""
    random = np.random.default_rng(seed)
    days = 12
    stays = [(int(a), int(min(a + random.integers(1, 5), days - 1))) for a in random.integers(0, days, 7)]
    capacity = random.integers(1, 4, days) if seed % 2 else np.full(days, 2)
    starts, ends = np.zeros(days, np.int64), np.zeros(days, np.int64)
    for start, end in stays:
        starts[start] += 1
        ends[end] += 1
    watched = np.flatnonzero(binding_days(capacity, starts, ends)).tolist()
    users = [{n for n, (a, b) in enumerate(stays) if a <= day <= b} for day in range(days)]
    for day in range(days):
        implied = any(users[day] <= users[w] and capacity[w] <= capacity[day] for w in watched)
        assert implied or len(users[day]) <= capacity[day]
    for day in watched:
        assert len(users[day]) > capacity[day]
        # Where capacity is even, no watched day says what another says too.
        assert seed % 2 or not any(
            users[day] < users[w] and capacity[w] <= capacity[day] for w in watched if w != day
        )
