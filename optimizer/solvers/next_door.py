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
from optimizer.core.result import FINE, Duals, Proof, whole_bound
from optimizer.core.solution import route_cost
from optimizer.solvers.families import Families, Few, fewest_free, lay_out_families
from optimizer.solvers.layout import NEVER, Flat
from optimizer.solvers.prices import (
    Bought,
    Prices,
    along,
    capacity_part,
    job_part,
    no_prices,
    summed,
)  # fmt: skip
from optimizer.solvers.smoothed import Reals, buy_smoothly

NOBODY = -1
LOWER, LOWEST = 0.8, 0.01
"""Wages are looked for in steps of that factor, down to that share of the first."""


class NextDoor:
    """
    The segments of a problem as buyers in that world.

    Parameters
    ----------
    problem
        The instance.

    Attributes
    ----------
    threads
        Threads to look with; None for the caller's alone.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.threads: Executor | None = None
        self._member_of, self._families = lay_out_families(problem)
        is_kept = problem.kept
        kept = [jobs[is_kept[jobs]] for jobs in problem.eligible]
        self._kept = np.concatenate([np.zeros(0, np.int64), *kept])
        self._keeper = np.repeat(np.arange(len(kept)), [len(jobs) for jobs in kept])
        # Segments without jobs are only driven through.
        self._idle = np.array(
            [-route_cost(problem, segment, ()) * FINE for segment in problem.segments], np.int64
        )

    @property
    def families(self) -> int:
        """Number of programs that a look at all segments takes."""
        return len(self._families.high)

    def bought(self, job: Reals, pool: Reals, heat: float, who: NDArray[np.bool_] | None = None) -> Bought:
        """
        What some segments may be expected to buy, without what it is worth; all by default.

        Nobody buys kept jobs, which would make alike units differ.

        Parameters
        ----------
        job, pool
            Prices of jobs, and of pools on each day, in thousandths.
        heat
            Of the choice by chance, see `smoothed`.
        """
        problem, pools = self._problem, len(self._problem.pool) + 1
        members = self._member_of if who is None else self._member_of[who]
        buyers = np.bincount(members[members >= 0], minlength=len(self._families.first))
        price = _both_ways(pool)
        visits = np.zeros((2, problem.jobs))
        taken = np.zeros((2, 2 * pools, problem.horizon + 1))

        def half(part: int) -> None:
            buy_smoothly(
                self._families, self._every_other(part), job, price, heat, buyers, visits[part], taken[part]
            )

        self._in_two(half)
        forward, backward = np.split(np.cumsum(taken.sum(axis=0), axis=1)[:, :-1], 2)
        return Bought(
            0.0,
            visits.sum(axis=0),
            np.zeros(problem.room.shape),
            (forward + backward[:, ::-1])[1:],
        )

    def best(self, duals: Duals) -> Flat:
        """
        Per segment a value that none of its routes exceeds at the prices, in thousandths.

        A kept job might be done as any of its demand is: by what it costs more, it makes a route worth more.
        """
        price, value = _both_ways(duals.pool), np.zeros(len(self._families.first), np.int64)

        def half(part: int) -> None:
            best_values(self._families, self._every_other(part), duals.job, price, value)

        self._in_two(half)
        best = np.where(self._member_of >= 0, np.append(value, 0)[self._member_of], self._idle)
        more = duals.job[self._kept] - duals.job[self._problem.job_demand[self._kept]]
        np.add.at(best, self._keeper, np.maximum(more, 0))
        return best

    def _every_other(self, part: int) -> Flat:
        """Half of the families."""
        return np.arange(part, self.families, 2)

    def _in_two(self, half: Callable[[int], None]) -> None:
        """Both halves, at once where there are threads."""
        for _ in map(half, (0, 1)) if self.threads is None else self.threads.map(half, (0, 1)):
            pass

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
        wages = np.minimum(highest.job, np.rint(wage * busy).astype(np.int64))
        tried = prove(replace(highest, job=along(problem, wages)))
        if tried.fine > best.fine:
            break
        best = tried
    return best


def _both_ways(pool: Prices) -> Prices:
    """Prices of pools, summed up over days, and over days counted backward."""
    return np.vstack([summed(pool, 1), summed(pool[:, ::-1], 1)])


@njit(cache=True, nogil=True)
def best_values(
    families: Families,
    which: Flat,
    price: Flat,
    pool_price: Flat,
    value: Flat,
) -> None:
    """
    Best values of some families' members.

    A backward program over days. It knows for each day the best that may follow for a unit that is
    free to go anywhere, and for one at a place where it may stay for another job.

    Parameters
    ----------
    pool_price
        Prices of pools summed up to each day, shape (2 x pools, horizon + 1): days forward, then
        backward.
    value
        Set: the value of a segment of each member.
    """
    if len(which) == 0:
        return
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
            once[local], pay[local] = families.copies[job] == 1, price[job]
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
            value[member] = follow[0, families.first[member]]


@njit(cache=True, nogil=True)
def _keep(best: Flat, first: Few, day: int, worth: int, job: int) -> None:
    """Keep a continuation if it is one of a day's best two with different first jobs."""
    if worth > best[0, day]:
        if first[0, day] != job:
            best[1, day], first[1, day] = best[0, day], first[0, day]
        best[0, day], first[0, day] = worth, job
    elif first[0, day] != job and worth > best[1, day]:
        best[1, day], first[1, day] = worth, job
