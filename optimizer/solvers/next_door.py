"""
A bound and prices from a world in which every place is next door: moves cost nothing, and take
the fewest free days of any move.

No route is worth more in the real world, so its best values bound the real ones. They need no
legs, and units that may do the same jobs in the same days are worth the same: good prices are
found in moments where a bound by real routes takes minutes, and are a start for the finer ones.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals, Proof
from optimizer.core.solution import route_cost
from optimizer.solvers.families import Families, Few, fewest_free, lay_out_families
from optimizer.solvers.layout import NEVER, Flat
from optimizer.solvers.prices import Bought, capacity_part, job_part, no_prices, summed, whole_bound

NOBODY = -1
BLUR = 0.03
"""Prices are blurred by up to half of that share either way when a family buys."""
LOWER, LOWEST = 0.8, 0.01
"""Wages are looked for in steps of that factor, down to that share of the first."""


class NextDoor:
    """
    The segments of a problem as buyers in that world.

    Parameters
    ----------
    pool
        Threads; None for this one alone.
    seed
        Of blurred prices.
    """

    def __init__(self, problem: Problem, pool: Executor | None = None, seed: int = 1) -> None:
        self._problem, self._pool = problem, pool
        self._random = np.random.default_rng(seed)
        self._member_of, self._families = lay_out_families(problem)
        # Segments without jobs are only driven through.
        self._idle = np.array(
            [-route_cost(problem, segment, ()) * FINE for segment in problem.segments], np.int64
        )

    @property
    def families(self) -> int:
        """Number of programs that a look at all segments takes."""
        return len(self._families.high)

    def __call__(self, duals: Duals) -> Bought:
        """What all segments buy."""
        bought = self.bought(duals, np.ones(len(self._member_of), np.bool_))
        return bought._replace(worth=float(bought.visits @ duals.job - (bought.pool * duals.pool).sum()))

    def bought(self, duals: Duals, who: NDArray[np.bool_]) -> Bought:
        """
        What some segments buy at prices blurred anew for every family, without what it is worth.

        Those of a family buy the same, each from its first day on. That is rough, but a round costs a
        program per family only; steps that remember the rounds before even out what many rounds buy.
        """
        problem, pools = self._problem, len(self._problem.pool) + 1
        buyers = np.bincount(
            self._member_of[who & (self._member_of >= 0)], minlength=len(self._families.first)
        )
        visits = np.zeros((2, problem.jobs))
        taken = np.zeros((2, 2 * pools, problem.horizon + 1))
        self._look(duals, BLUR, buyers, visits, taken)
        forward, backward = np.split(np.cumsum(taken.sum(axis=0), axis=1)[:, :-1], 2)
        return Bought(
            0.0,
            visits.sum(axis=0),
            np.zeros(problem.room.shape),
            (forward + backward[:, ::-1])[1:],
        )

    def best(self, duals: Duals) -> Flat:
        """Per segment a value that none of its routes exceeds at the prices, in thousandths."""
        nobody = np.zeros(len(self._families.first), np.int64)
        value = self._look(duals, 0.0, nobody, np.zeros((2, 0)), np.zeros((2, 0, 0)))
        return np.where(self._member_of >= 0, np.append(value, 0)[self._member_of], self._idle)

    def _look(
        self,
        duals: Duals,
        blur: float,
        buyers: Flat,
        visits: NDArray[np.float64],
        taken: NDArray[np.float64],
    ) -> Flat:
        """Values of the members; visits and days of pools of so many ``buyers`` among each are added."""
        price, seeds = _both_ways(duals), self._random.integers(2**31, size=2)
        value = np.zeros(len(buyers), np.int64)

        def half(part: int) -> None:
            which = np.arange(part, len(self._families.high), 2)
            buy(
                self._families, which, duals.job, price, blur, int(seeds[part]), buyers,
                visits[part], taken[part], value,
            )  # fmt: skip

        for _ in map(half, (0, 1)) if self._pool is None else self._pool.map(half, (0, 1)):
            pass
        return value

    def prove(self, duals: Duals) -> Proof:
        """The bound at the prices."""
        best = self.best(duals)
        fine = job_part(self._problem, duals)[0] + capacity_part(self._problem, duals) + int(best.sum())
        return Proof(duals, best, fine, whole_bound(self._problem, fine))


def first_prices(problem: Problem, prove: Callable[[Duals], Proof]) -> Proof:
    """
    The least bound among those at which every day of a job costs the same wage, in some steps.

    A job's price is the wage of its shortest stay and the free days after, and no more than it earns.
    """
    highest = no_prices(problem)
    day = np.arange(problem.horizon)
    open_ = problem.class_end >= 0
    shortest = np.where(open_, problem.class_end - day + 1, problem.horizon).min(
        axis=1, initial=problem.horizon
    )
    busy = (shortest + fewest_free(problem))[problem.job_class]
    wage = float((highest.job / busy).max(initial=0))
    least, best = LOWEST * wage, prove(highest)
    while wage > least:
        wage *= LOWER
        tried = prove(replace(highest, job=np.minimum(highest.job, np.rint(wage * busy).astype(np.int64))))
        if tried.fine > best.fine:
            break
        best = tried
    return best


def _both_ways(duals: Duals) -> Flat:
    """Prices of pools, summed up over days, and over days counted backward."""
    return np.vstack([summed(duals.pool, 1), summed(duals.pool[:, ::-1], 1)])


@njit(cache=True, nogil=True)
def buy(
    families: Families,
    which: Flat,
    price: Flat,
    pool_price: Flat,
    blur: float,
    seed: int,
    buyers: Flat,
    visits: NDArray[np.float64],
    taken: NDArray[np.float64],
    value: Flat,
) -> None:
    """
    Best values of some families' members at blurred prices, and what they buy at them.

    A backward program over days. It knows for each day the best that may follow for a unit that is
    free to go anywhere, and for one at a place where it may stay for another job.

    Parameters
    ----------
    pool_price
        Prices of pools summed up to each day, shape (2 x pools, horizon + 1): days forward, then
        backward.
    buyers
        How many segments of each member buy.
    visits, taken
        Added to: visits of each job; by row of ``pool_price``, units that begin on a day less those
        that end before it.
    value
        Set: the value of a segment of each member.
    """
    if len(which) == 0:
        return
    np.random.seed(seed)
    horizon = families.class_end.shape[1]
    most, homes = np.diff(families.at).max(), families.homes.max()
    # What follows from a day on, anywhere and at a place: the best, and the best with another first job.
    follow = np.zeros((2, horizon + 1), np.int64)
    follow_job = np.zeros((2, horizon + 1), np.int32)
    here = np.zeros((2, horizon + 1, homes), np.int64)
    here_job = np.zeros((2, horizon + 1, homes), np.int32)
    pay = np.zeros(most, np.int64)
    once = np.zeros(most, np.bool_)
    for family in which:
        begin, end = families.at[family], families.at[family + 1]
        count, places, high = end - begin, families.homes[family], families.high[family]
        home, kind = families.home[begin:end], families.kind[begin:end]
        opens, closes = families.opens[begin:end], families.closes[begin:end]
        runs = families.runs[families.run_at[family] : families.run_at[family + 1]]
        alone = runs[-1] if len(runs) > 0 else 0
        members = range(families.member_at[family], families.member_at[family + 1])
        low = families.first[members.start : members.stop].min()
        for local in range(count):
            job = families.jobs[begin + local]
            noise = 1.0 + blur * (np.random.random() - 0.5) if blur > 0 else 1.0
            once[local], pay[local] = families.copies[job] == 1, np.int64(price[job] * noise)
        follow[:, high + 1], follow_job[:, high + 1] = 0, NOBODY
        here[:, high + 1, :places] = NEVER
        here_job[:, high + 1, :places] = NOBODY
        for today in range(high, low - 1, -1):
            here[:, today, :places] = here[:, today + 1, :places]
            here_job[:, today, :places] = here_job[:, today + 1, :places]
            follow[:, today], follow_job[:, today] = follow[:, today + 1], follow_job[:, today + 1]
            local = 0
            for run in runs:
                row = kind[local]
                last = families.class_end[families.kind_class[row], today]
                if last < 0 or last > high:
                    local = run
                    continue
                pool, moved = families.kind_pool[row], min(last + 1 + families.gap, high + 1)
                then = pool_price[pool, today] - pool_price[pool, last + 1]
                least = follow[1, today] - then - follow[0, moved]
                for alike in range(local, run):
                    if pay[alike] <= least or opens[alike] > today or last > closes[alike]:
                        continue
                    rank = 1 if follow_job[0, moved] == alike and once[alike] else 0
                    _keep(follow, follow_job, today, pay[alike] + then + follow[rank, moved], alike)
                    least = follow[1, today] - then - follow[0, moved]
                local = run
            for local in range(alone, count):
                row = kind[local]
                last = families.class_end[families.kind_class[row], today]
                if last < 0 or last > high or today < opens[local] or last > closes[local]:
                    continue
                pool, place, moved = (
                    families.kind_pool[row],
                    home[local],
                    min(last + 1 + families.gap, high + 1),
                )
                away = 1 if follow_job[0, moved] == local and once[local] else 0
                rank = 1 if here_job[0, last + 1, place] == local and once[local] else 0
                worth = pay[local] + pool_price[pool, today] - pool_price[pool, last + 1]
                worth += max(follow[away, moved], here[rank, last + 1, place])
                _keep(here[:, :, place], here_job[:, :, place], today, worth, local)
                _keep(follow, follow_job, today, worth, local)
        for member in members:
            first = families.first[member]
            value[member] = follow[0, first]
            if buyers[member] > 0:
                _note(
                    families, family, first, buyers[member], kind, home,
                    follow, follow_job, here, here_job, visits, taken,
                )  # fmt: skip


@njit(cache=True, nogil=True)
def _keep(best: Flat, first: Few, day: int, worth: int, job: int) -> None:
    """Keep a continuation if it is one of a day's best two with different first jobs."""
    if worth > best[0, day]:
        if first[0, day] != job:
            best[1, day], first[1, day] = best[0, day], first[0, day]
        best[0, day], first[0, day] = worth, job
    elif first[0, day] != job and worth > best[1, day]:
        best[1, day], first[1, day] = worth, job


@njit(cache=True, nogil=True)
def _note(
    families: Families,
    family: int,
    today: int,
    weight: int,
    kind: Few,
    home: Few,
    follow: Flat,
    follow_job: Few,
    here: Flat,
    here_job: Few,
    visits: NDArray[np.float64],
    taken: NDArray[np.float64],
) -> None:
    """Walk the best route from a day on and add its visits."""
    begin, high = families.at[family], families.high[family]
    place, rank = -1, 0
    while today <= high:
        best = follow if place < 0 else here[:, :, place]
        first = follow_job if place < 0 else here_job[:, :, place]
        local = first[rank, today]
        if local < 0:
            return
        # The job may begin later.
        while today < high:
            same = 0 if first[0, today + 1] == local else 1
            if first[same, today + 1] != local or best[same, today + 1] != best[rank, today]:
                break
            rank, today = same, today + 1
        job, row = families.jobs[begin + local], kind[local]
        last = families.class_end[families.kind_class[row], today]
        visits[job] += weight
        taken[families.kind_pool[row], today] += weight
        taken[families.kind_pool[row], last + 1] -= weight
        once = families.copies[job] == 1
        today = min(last + 1 + families.gap, high + 1)
        place, rank = -1, 1 if follow_job[0, today] == local and once else 0
        if home[local] < 0 or last == high:
            continue
        stay = 1 if here_job[0, last + 1, home[local]] == local and once else 0
        if here[stay, last + 1, home[local]] > follow[rank, today]:
            today, place, rank = last + 1, home[local], stay
