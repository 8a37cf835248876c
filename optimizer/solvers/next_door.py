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
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.problem import Problem, Table
from optimizer.core.result import FINE, Duals, Proof
from optimizer.core.solution import route_cost
from optimizer.solvers.layout import NEVER, Flat
from optimizer.solvers.prices import Bought, capacity_part, job_part, no_prices, summed, whole_bound

Few = NDArray[np.int32]
NOBODY = -1
BLUR = 0.03
"""Prices are blurred by up to half of that share either way when units that are alike buy."""
TIMES = 8
"""So many purchases stand for those of units that are alike, where there are more."""
LOWER, LOWEST = 0.8, 0.01
"""Wages are looked for in steps of that factor, down to that share of the first."""


class Groups(NamedTuple):
    """
    Segments that may do the same jobs within the same days, as flat arrays.

    ``at`` are offsets of the groups' ``jobs``, put in order of ``home``: the number of a job's place
    among those of its group at which more than one visit may be paid, -1 at others, which come
    first. ``run_at`` are offsets of ``runs``: stretches of those others that are of one ``kind``,
    each given by its end. ``kind`` is, of all jobs, a row of ``kind_class`` and ``kind_pool``
    (0: no pool). ``many`` is the number of segments.
    """

    at: Flat
    jobs: Few
    home: Few
    homes: Flat
    run_at: Flat
    runs: Flat
    first: Flat
    last: Flat
    many: Flat
    kind: Flat
    kind_class: Flat
    kind_pool: Flat
    job_first: Flat
    job_last: Flat
    class_end: Flat
    copies: Flat
    gap: int


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
        self._group_of, self._groups = _grouped(problem)
        # Segments without jobs are only driven through.
        self._idle = np.array(
            [-route_cost(problem, segment, ()) * FINE for segment in problem.segments], np.int64
        )

    def __call__(self, duals: Duals) -> Bought:
        """
        What is bought at prices blurred anew for every buyer.

        Buyers that are alike would all buy the same at the very prices, and one price at a time
        would move.
        """
        problem, count = self._problem, len(self._groups.many)
        visits = np.zeros((2, problem.jobs))
        taken = np.zeros((2, len(problem.pool) + 1, problem.horizon + 1))
        price, seeds = summed(duals.pool, 1), self._random.integers(2**31, size=2)

        def purchase(half: int) -> None:
            part, none = np.arange(half, count, 2), np.zeros(count, np.int64)
            buy(
                self._groups,
                part,
                duals.job,
                price,
                BLUR,
                TIMES,
                seeds[half],
                visits[half],
                taken[half],
                none,
            )

        self._halves(purchase)
        done, pool = visits.sum(axis=0), np.cumsum(taken.sum(axis=0), axis=1)[1:, :-1]
        worth = float(done @ duals.job - (pool * duals.pool).sum())
        return Bought(worth, done, np.zeros(problem.room.shape), pool)

    def _halves(self, work: Callable[[int], None]) -> None:
        for _ in map(work, (0, 1)) if self._pool is None else self._pool.map(work, (0, 1)):
            pass

    def best(self, duals: Duals) -> Flat:
        """Per segment a value that none of its routes exceeds at the prices, in thousandths."""
        value, price = np.zeros(len(self._groups.many), np.int64), summed(duals.pool, 1)
        none = np.zeros(0), np.zeros((0, 0))

        def look(half: int) -> None:
            buy(self._groups, np.arange(half, len(value), 2), duals.job, price, 0.0, 0, 0, *none, value)

        self._halves(look)
        return np.where(self._group_of >= 0, np.append(value, 0)[self._group_of], self._idle)

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


def fewest_free(problem: Problem) -> int:
    """Free days that any move between two places needs."""
    if problem.regions is not None:
        return int(problem.regions.gap.min())
    return _least_between(problem.gap, problem.places)


def _least_between(gap: Table, places: int) -> int:
    if places < 2:
        return 0
    every = np.arange(places)
    table = np.array(gap[every[:, None], every[None, :]])
    np.fill_diagonal(table, table.max())
    return int(table.min())


def _grouped(problem: Problem) -> tuple[Flat, Groups]:
    """The group of each segment (-1: no jobs), and the groups, those with most work first."""
    numbers: dict[tuple[int, int, int], list[int]] = {}
    for number, (segment, jobs) in enumerate(zip(problem.segments, problem.eligible, strict=True)):
        if len(jobs):
            numbers.setdefault((id(jobs), segment.first, segment.last), []).append(number)
    # Taken by turns, so that two threads have about the same to do.
    alike = sorted(
        numbers.values(), key=lambda n: -len(problem.eligible[n[0]]) * (problem.segments[n[0]].last + 1)
    )
    group_of = np.full(len(problem.segments), -1, np.int64)
    kinds, kind = np.unique(np.stack([problem.job_class, problem.job_pool + 1]), axis=1, return_inverse=True)
    kind = kind.ravel().astype(np.int64)
    homes, home_of, jobs_of, runs_of = [], [], [], []
    for group, segments in enumerate(alike):
        group_of[segments] = group
        jobs = problem.eligible[segments[0]]
        _, place = np.unique(problem.job_place[jobs], return_inverse=True)
        busy = np.bincount(place, weights=problem.copies[jobs]) > 1
        home = np.where(busy, np.cumsum(busy) - 1, -1)[place]
        order = np.lexsort((kind[jobs], home))
        alone = kind[jobs[order]][: int((home < 0).sum())]
        homes.append(int(busy.sum()))
        home_of.append(home[order])
        jobs_of.append(jobs[order])
        runs_of.append(np.flatnonzero(np.append(alone[1:] != alone[:-1], True))[: len(alone)] + 1)
    firsts = [problem.segments[segments[0]] for segments in alike]
    return group_of, Groups(
        at=_offsets(jobs_of),
        jobs=_few(jobs_of),
        home=_few(home_of),
        homes=np.array(homes, np.int64),
        run_at=_offsets(runs_of),
        runs=np.concatenate([np.zeros(0, np.int64), *runs_of]),
        first=np.array([segment.first for segment in firsts], np.int64),
        last=np.array([segment.last for segment in firsts], np.int64),
        many=np.array([len(segments) for segments in alike], np.int64),
        kind=kind,
        kind_class=kinds[0].astype(np.int64),
        kind_pool=kinds[1].astype(np.int64),
        job_first=problem.job_first,
        job_last=problem.job_last,
        class_end=problem.class_end.reshape(-1, problem.horizon),
        copies=problem.copies,
        gap=fewest_free(problem),
    )


def _offsets(parts: list[Flat]) -> Flat:
    return np.cumsum([0, *map(len, parts)]).astype(np.int64)


def _few(parts: list[Flat]) -> Few:
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int32)


@njit(cache=True, nogil=True)
def buy(
    groups: Groups,
    which: Flat,
    price: Flat,
    pool_price: Flat,
    blur: float,
    times: int,
    seed: int,
    visits: NDArray[np.float64],
    taken: NDArray[np.float64],
    value: Flat,
) -> None:
    """
    Best values of some groups; with ``times`` > 0 also what they buy at blurred prices.

    A backward program over days. It knows for each day the best that may follow for a unit that is
    free to go anywhere, and for one at a place where it may stay for another job.

    Parameters
    ----------
    visits, taken
        Added to: visits of each job; by pool (0: no pool), units that begin on a day less those
        that end before it.
    value
        Set, without ``times``: the value of a segment of each group.
    """
    if len(which) == 0:
        return
    np.random.seed(seed)
    horizon = groups.class_end.shape[1]
    most, homes = np.diff(groups.at).max(), groups.homes.max()
    # What follows from a day on, anywhere and at a place: the best, and the best with another first job.
    follow = np.zeros((2, horizon + 1), np.int64)
    follow_job = np.zeros((2, horizon + 1), np.int32)
    here = np.zeros((2, horizon + 1, homes), np.int64)
    here_job = np.zeros((2, horizon + 1, homes), np.int32)
    pay, kind = np.zeros(most, np.int64), np.zeros(most, np.int64)
    opens, closes = np.zeros(most, np.int64), np.zeros(most, np.int64)
    once = np.zeros(most, np.bool_)
    for group in which:
        low, high = groups.first[group], groups.last[group]
        begin, count, places = groups.at[group], groups.at[group + 1] - groups.at[group], groups.homes[group]
        home = groups.home[begin : begin + count]
        runs = groups.runs[groups.run_at[group] : groups.run_at[group + 1]]
        alone = runs[-1] if len(runs) > 0 else 0
        for local in range(count):
            job = groups.jobs[begin + local]
            kind[local], once[local] = groups.kind[job], groups.copies[job] == 1
            opens[local], closes[local] = groups.job_first[job], min(high, groups.job_last[job])
        rounds = min(groups.many[group], times) if times > 0 else 1
        for _ in range(rounds):
            for local in range(count):
                noise = 1.0 + blur * (np.random.random() - 0.5) if blur > 0 else 1.0
                pay[local] = np.int64(price[groups.jobs[begin + local]] * noise)
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
                    last = groups.class_end[groups.kind_class[row], today]
                    if last < 0 or last > high:
                        local = run
                        continue
                    pool, moved = groups.kind_pool[row], min(last + 1 + groups.gap, high + 1)
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
                    last = groups.class_end[groups.kind_class[row], today]
                    if last < 0 or today < opens[local] or last > closes[local]:
                        continue
                    pool, place, moved = (
                        groups.kind_pool[row],
                        home[local],
                        min(last + 1 + groups.gap, high + 1),
                    )
                    away = 1 if follow_job[0, moved] == local and once[local] else 0
                    rank = 1 if here_job[0, last + 1, place] == local and once[local] else 0
                    worth = pay[local] + pool_price[pool, today] - pool_price[pool, last + 1]
                    worth += max(follow[away, moved], here[rank, last + 1, place])
                    _keep(here[:, :, place], here_job[:, :, place], today, worth, local)
                    _keep(follow, follow_job, today, worth, local)
            if times == 0:
                value[group] = follow[0, low]
                continue
            _note(
                groups, group, groups.many[group] / rounds, kind, home, follow, follow_job, here, here_job,
                visits, taken,
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
    groups: Groups,
    group: int,
    weight: float,
    kind: Flat,
    home: Few,
    follow: Flat,
    follow_job: Few,
    here: Flat,
    here_job: Few,
    visits: NDArray[np.float64],
    taken: NDArray[np.float64],
) -> None:
    """Walk the best route forward and add its visits."""
    begin, high = groups.at[group], groups.last[group]
    today, place, rank = groups.first[group], -1, 0
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
        job, row = groups.jobs[begin + local], kind[local]
        last = groups.class_end[groups.kind_class[row], today]
        visits[job] += weight
        taken[groups.kind_pool[row], today] += weight
        taken[groups.kind_pool[row], last + 1] -= weight
        once = groups.copies[job] == 1
        today = min(last + 1 + groups.gap, high + 1)
        place, rank = -1, 1 if follow_job[0, today] == local and once else 0
        if home[local] < 0 or last == high:
            continue
        stay = 1 if here_job[0, last + 1, home[local]] == local and once else 0
        if here[stay, last + 1, home[local]] > follow[rank, today]:
            today, place, rank = last + 1, home[local], stay
