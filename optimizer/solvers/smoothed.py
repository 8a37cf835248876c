"""
What segments buy in the world next door when they choose by chance: the better a route, the likelier.

A route is chosen with a probability proportional to exp(worth / heat). Its worth is then a smooth
function of the prices, purchases are its exact derivatives, and a program over days has both at
once: backward what may be expected from a day on, forward how many units come by (Nesterov 2005;
Mensch & Blondel 2018). The heat is in thousandths of a millipoint, like prices.

Nothing here is a bound: a job may follow itself, and expected worths are too high by what chance
adds. `next_door` proves the prices that come of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.solvers.families import Families
from optimizer.solvers.layout import Flat

Reals = NDArray[np.float64]
NEVER = -1e30
LEAST = 25.0
"""So many heats below the best, a choice is made by nobody."""
NOBODY, TINY = 1e-12, 1e-200


class _Expected(NamedTuple):
    """
    What may be expected in a family; days go up to the one after its last.

    ``free`` is of a unit free to go anywhere from a day on, shape (days,), ``here`` of one that
    stays at a place for another job, shape (days, homes), ``run`` of one that begins some job of a
    run, shape (days, runs), and ``job`` of one that begins a job at such a place, shape (days, jobs).
    ``share`` is how likely a job is within its run, before scaling; ``shares`` the sum over those
    that are open, and ``tops`` the price that it refers to, shape (days, runs).
    """

    free: Reals
    here: Reals
    run: Reals
    job: Reals
    share: Reals
    shares: Reals
    tops: Reals


@njit(cache=True, nogil=True)
def buy_smoothly(
    families: Families,
    which: Flat,
    price: Flat,
    pool_price: Flat,
    heat: float,
    buyers: Flat,
    visits: Reals,
    taken: Reals,
) -> None:
    """
    Add up what the members of some families may be expected to buy.

    Parameters
    ----------
    which
        Numbers of families.
    price, pool_price
        Prices of jobs, and of pools summed up to each day, shape (2 x pools, horizon + 1): days forward,
        then backward.
    buyers
        How many segments of each member buy.
    visits, taken
        Added to: visits of each job; by row of ``pool_price``, units that begin on a day less those
        that end before it.
    """
    if len(which) == 0:
        return
    days = families.class_end.shape[1] + 2
    homes, most = max(families.homes.max(), 1), np.diff(families.at).max()
    runs = max(np.diff(families.run_at).max(), 1)
    expected = _Expected(
        np.zeros(days), np.zeros((days, homes)), np.zeros((days, runs)), np.zeros((days, most)),
        np.zeros(most), np.zeros((days, runs)), np.zeros((days, runs)),
    )  # fmt: skip
    free, here = np.zeros(days), np.zeros((days, homes))
    for family in which:
        free[:], here[:] = 0.0, 0.0
        low = families.high[family] + 1
        for member in range(families.member_at[family], families.member_at[family + 1]):
            if buyers[member] > 0:
                free[families.first[member]] += buyers[member]
                low = min(low, families.first[member])
        if low <= families.high[family]:
            _look_back(families, family, low, price, pool_price, heat, expected)
            _go_on(families, family, low, price, heat, expected, free, here, visits, taken)


@njit(cache=True, nogil=True)
def _look_back(
    families: Families, family: int, low: int, price: Flat, pool_price: Flat, heat: float, expected: _Expected
) -> None:
    """Fill in what may be expected, from a family's last day to the first on which a unit sets out."""
    begin, end = families.at[family], families.at[family + 1]
    high, count, homes = families.high[family], end - begin, families.homes[family]
    jobs, kind, home_of = families.jobs[begin:end], families.kind[begin:end], families.home[begin:end]
    opens, closes = families.opens[begin:end], families.closes[begin:end]
    class_end, class_of, pool_of = families.class_end, families.kind_class, families.kind_pool
    runs = families.runs[families.run_at[family] : families.run_at[family + 1]]
    alone = runs[-1] if len(runs) > 0 else 0
    free, here, of_run, of_job, share, shares, tops = expected
    dearest = np.zeros(len(runs))
    local = 0
    for number, run in enumerate(runs):
        dearest[number] = NEVER
        for alike in range(local, run):
            dearest[number] = max(dearest[number], price[jobs[alike]])
        for alike in range(local, run):
            share[alike] = np.exp((price[jobs[alike]] - dearest[number]) / heat)
        local = run
    free[high + 1], here[high + 1, :homes] = 0.0, NEVER
    for today in range(high, low - 1, -1):
        best = free[today + 1]
        local = 0
        for number, run in enumerate(runs):
            of_run[today, number], total = NEVER, 0.0
            last, pool = class_end[class_of[kind[local]], today], pool_of[kind[local]]
            if 0 <= last <= high:
                top = dearest[number]
                for alike in range(local, run):
                    if opens[alike] <= today and last <= closes[alike]:
                        total += share[alike]
                if total < TINY:
                    # All that are open are far cheaper than one that is not.
                    top, total = NEVER, 0.0
                    for alike in range(local, run):
                        if opens[alike] <= today and last <= closes[alike]:
                            top = max(top, price[jobs[alike]])
                    for alike in range(local, run):
                        if opens[alike] <= today and last <= closes[alike]:
                            total += _likely(price[jobs[alike]], top, heat)
                if total > 0:
                    tops[today, number], shares[today, number] = top, total
                    worth = top + heat * np.log(total)
                    worth += pool_price[pool, today] - pool_price[pool, last + 1]
                    of_run[today, number] = worth + free[min(last + 1 + families.gap, high + 1)]
                    best = max(best, of_run[today, number])
            local = run
        here[today, :homes] = here[today + 1, :homes]
        for local in range(alone, count):
            of_job[today, local] = NEVER
            last, pool = class_end[class_of[kind[local]], today], pool_of[kind[local]]
            if last < 0 or last > high or today < opens[local] or last > closes[local]:
                continue
            home, moved = home_of[local], min(last + 1 + families.gap, high + 1)
            worth = price[jobs[local]] + pool_price[pool, today] - pool_price[pool, last + 1]
            of_job[today, local] = worth + _either(free[moved], here[last + 1, home], heat)
            here[today, home] = _either(here[today, home], of_job[today, local], heat)
            best = max(best, of_job[today, local])
        total = _likely(free[today + 1], best, heat)
        for number in range(len(runs)):
            total += _likely(of_run[today, number], best, heat)
        for local in range(alone, count):
            total += _likely(of_job[today, local], best, heat)
        free[today] = best + heat * np.log(total)


@njit(cache=True, nogil=True)
def _go_on(
    families: Families,
    family: int,
    low: int,
    price: Flat,
    heat: float,
    expected: _Expected,
    free: Reals,
    here: Reals,
    visits: Reals,
    taken: Reals,
) -> None:
    """Send the units on from day to day (``free`` and ``here``: how many come by) and add up what they do."""
    begin, end = families.at[family], families.at[family + 1]
    high, count, homes = families.high[family], end - begin, families.homes[family]
    jobs, kind, home_of = families.jobs[begin:end], families.kind[begin:end], families.home[begin:end]
    opens, closes = families.opens[begin:end], families.closes[begin:end]
    class_end, class_of, pool_of = families.class_end, families.kind_class, families.kind_pool
    runs = families.runs[families.run_at[family] : families.run_at[family + 1]]
    alone = runs[-1] if len(runs) > 0 else 0
    for today in range(low, high + 1):
        units, worth = free[today], expected.free[today]
        if units > NOBODY:
            free[today + 1] += units * _likely(expected.free[today + 1], worth, heat)
            local = 0
            for number, run in enumerate(runs):
                many = units * _likely(expected.run[today, number], worth, heat)
                if many > NOBODY:
                    last, pool = class_end[class_of[kind[local]], today], pool_of[kind[local]]
                    free[min(last + 1 + families.gap, high + 1)] += many
                    taken[pool, today] += many
                    taken[pool, last + 1] -= many
                    many /= expected.shares[today, number]
                    top = expected.tops[today, number]
                    for alike in range(local, run):
                        if opens[alike] <= today and last <= closes[alike]:
                            visits[jobs[alike]] += many * np.exp((price[jobs[alike]] - top) / heat)
                local = run
        for home in range(homes):
            if here[today, home] > NOBODY:
                later = _likely(expected.here[today + 1, home], expected.here[today, home], heat)
                here[today + 1, home] += here[today, home] * later
        for local in range(alone, count):
            home, worth_of_job = home_of[local], expected.job[today, local]
            many = units * _likely(worth_of_job, worth, heat) if units > NOBODY else 0.0
            if here[today, home] > NOBODY:
                many += here[today, home] * _likely(worth_of_job, expected.here[today, home], heat)
            if many > NOBODY:
                last, pool = class_end[class_of[kind[local]], today], pool_of[kind[local]]
                moved = min(last + 1 + families.gap, high + 1)
                visits[jobs[local]] += many
                taken[pool, today] += many
                taken[pool, last + 1] -= many
                stays, goes = expected.here[last + 1, home], expected.free[moved]
                stay = many * _likely(stays, _either(stays, goes, heat), heat)
                here[last + 1, home] += stay
                free[moved] += many - stay


@njit(cache=True, nogil=True)
def _likely(worth: float, best: float, heat: float) -> float:
    """How likely a choice is that is worth so much, before scaling."""
    return np.exp((worth - best) / heat) if worth > best - LEAST * heat else 0.0


@njit(cache=True, nogil=True)
def _either(one: float, other: float, heat: float) -> float:
    """What a choice between two may be expected to be worth."""
    best, least = max(one, other), min(one, other)
    return best if least < best - LEAST * heat else best + heat * np.log1p(np.exp((least - best) / heat))
