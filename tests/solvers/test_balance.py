"""Choice by chance next door, against all that can be chosen; and prices that come to balance."""

import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Equity
from optimizer.solvers.balance import Balance
from optimizer.solvers.families import fewest_free
from optimizer.solvers.next_door import NextDoor, first_prices
from optimizer.solvers.prices import no_prices
from tests.solvers.test_next_door import alike
from tests.solvers.worlds import (
    optimum,
    random_duals,
    random_problem,
    two_venues,
    without_jobs,
    without_units,
)

pytestmark = pytest.mark.usefixtures("compiled_loops")

HEAT = 40_000.0
MOST_WAYS = 20_000


def all_ways(problem, segment, price, pool):
    """Every way to spend a segment's days next door, as (worth, visits), a visit being (job, start, end)."""
    home, jobs, free = problem.segments[segment], problem.eligible[segment], fewest_free(problem)
    payable = np.bincount(problem.job_place[jobs], problem.copies[jobs], problem.places)
    ways: list[tuple[float, tuple[tuple[int, int, int], ...]]] = []

    def stays(today, place):
        for job in jobs.tolist():
            end = int(problem.class_end[problem.job_class[job], today])
            if end < 0 or end > min(problem.job_last[job], home.last) or today < problem.job_first[job]:
                continue
            if place in (None, int(problem.job_place[job])):
                row = problem.job_pool[job]
                dear = pool[row, today : end + 1].sum() if row >= 0 else 0.0
                yield job, end, price[job] - dear

    def spend(today, place, worth, visits):
        if len(ways) > MOST_WAYS:
            return
        if today > home.last:
            if place is None:
                ways.append((worth, visits))
            return
        spend(today + 1, place, worth, visits)
        for job, end, earned in stays(today, place):
            after, done = int(problem.job_place[job]), (*visits, (job, today, end))
            spend(end + 1 + free, None, worth + earned, done)
            # There is somebody else to wait for only where more than one visit is paid.
            if payable[after] > 1:
                spend(end + 1, after, worth + earned, done)

    spend(home.first, None, 0.0, ())
    return ways


def by_hand(problem, price, pool):
    """Visits and days of pools to be expected of all segments; None where there are too many ways."""
    visits, days = np.zeros(problem.jobs), np.zeros(problem.pool.shape)
    for segment in range(len(problem.segments)):
        if not len(problem.eligible[segment]):
            continue
        ways = all_ways(problem, segment, price, pool)
        if len(ways) > MOST_WAYS:
            return None
        best = max(worth for worth, _ in ways)
        odds = [math.exp((worth - best) / HEAT) for worth, _ in ways]
        for (_, done), odd in zip(ways, odds, strict=True):
            for job, start, end in done:
                visits[job] += odd / sum(odds)
                if problem.job_pool[job] >= 0:
                    days[problem.job_pool[job], start : end + 1] += odd / sum(odds)
    return visits, days


def test_what_chance_buys_is_what_all_ways_come_to():
    """
    On random worlds, pools and places with several visits among them, families that go backward too.

    Nobody buys kept jobs: by hand they are left out.
    """
    compared = with_pools = 0
    for seed in range(120):
        problem, duals = random_problem(seed), random_duals(random_problem(seed), seed)
        price, pool = duals.job.astype(float), duals.pool.astype(float)
        plain = replace(problem, eligible=tuple(jobs[~problem.kept[jobs]] for jobs in problem.eligible))
        expected = by_hand(plain, price, pool)
        if expected is None:
            continue
        bought = NextDoor(problem).bought(price, pool, HEAT)
        assert bought.visits == pytest.approx(expected[0], rel=1e-6, abs=1e-6)
        assert bought.pool == pytest.approx(expected[1], rel=1e-6, abs=1e-6)
        compared += 1
        with_pools += bool(expected[1].any())
    assert compared > 40
    assert with_pools > 20


def test_only_some_segments_buy():
    """The halves of a world buy together what the whole does."""
    problem, duals = random_problem(3), random_duals(random_problem(3), 3)
    price, pool, door = duals.job.astype(float), duals.pool.astype(float), NextDoor(problem)
    odd = np.arange(len(problem.segments)) % 2 == 1
    parts = [door.bought(price, pool, HEAT, who) for who in (odd, ~odd)]
    whole = door.bought(price, pool, HEAT)
    assert whole.visits.any()
    assert sum(part.visits for part in parts) == pytest.approx(whole.visits)
    assert sum(part.pool for part in parts) == pytest.approx(whole.pool)


def balanced(problem, rounds=60):
    """A door, first prices and those after so many rounds."""
    door = NextDoor(problem)
    first = first_prices(problem, door.prove)
    balance = Balance(problem, door, first.duals)
    for number in range(rounds):
        balance.step(number / (rounds - 1))
    return door, first, balance.duals


@pytest.mark.parametrize(("jobs", "most"), [(4, 4), (16, 6)])
def test_prices_come_to_balance(jobs, most):
    """Two units with days for three jobs each: of four they do all, of sixteen as many as they can."""
    problem = alike(2, jobs)
    door = NextDoor(problem)
    highest = no_prices(problem)
    balance = Balance(problem, door, replace(highest, job=highest.job // 3))
    assert door.prove(balance.duals).value > most * 100_000 * 1.15
    for number in range(80):
        balance.step(number / 79)
    assert door.prove(balance.duals).value == pytest.approx(most * 100_000, rel=0.05)


def test_balanced_prices_prove_a_bound():
    """Never below the best plan; on most random worlds a better one than the first prices do."""
    better = worse = 0
    for seed in range(60):
        problem = random_problem(seed)
        door, first, duals = balanced(problem)
        proof = door.prove(duals)
        assert optimum(seed) <= proof.value
        assert (duals.pool >= 0).all()
        assert np.array_equal(duals.room, first.duals.room)
        if problem.equity is not None:
            assert (duals.equity >= 0).all()
            assert duals.equity.sum() == problem.equity.rate_fine
        better += proof.fine < first.fine
        worse += proof.fine > first.fine
    assert better > 3 * worse


def test_nothing_to_balance():
    """Without jobs or without units prices stay in bounds, shares of equity too."""
    for problem in (
        without_jobs(two_venues()),
        without_units(two_venues()),
        fair(without_jobs(two_venues())),
    ):
        door, first, duals = balanced(problem, rounds=5)
        assert door.prove(duals).value >= problem.base_value
        assert duals.equity.tolist() == first.duals.equity.tolist()


def fair(problem):
    """The same where the lowest coverage of two groups counts."""
    none = np.zeros(problem.jobs, np.int64)
    equity = Equity(rate_fine=1000, group=none, requested=np.array([20, 30]), served=np.array([0, 0]))
    return replace(problem, equity=equity)


def test_shares_of_equity_go_where_coverage_is_least():
    """Of two groups that both would like the only unit, the one with fewer served gets the larger share."""
    problem = next(
        world
        for world in map(random_problem, range(200))
        if world.equity is not None and len(world.equity.requested) == 2 and world.equity.rate_fine > 0
    )
    equity = problem.equity
    assert equity is not None
    unfair = replace(equity, served=np.array([0, int(equity.requested[1])]))
    problem = replace(problem, equity=unfair)
    _, first, duals = balanced(problem)
    assert duals.equity[0] > first.duals.equity[0]
    assert no_prices(problem).equity[0] < duals.equity[0]
