"""
Prices of jobs, rooms, pools and equity, and the bound that any prices prove (weak duality).

With prices fixed, requests and units part: a request sells as many visits as pays it at its job
price, a unit's segment buys the best route. What both gain, and the prices of all capacity, is no
less than the score of any valid solution. A deflected subgradient moves the prices towards the
least such bound (Camerini, Fratta & Maffioli 1975; Barahona & Anbil 2000).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Duals
from optimizer.core.solution import Route, Visit
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.routes import price_segments

FIRST_STEP = 0.3
"""Length of the first steps of a subgradient from prices that are not far off."""
Prices = TypeVar("Prices", NDArray[np.int64], NDArray[np.float64])
Column = tuple[int, Route]
"""A segment and a route of it."""


@dataclass(slots=True)
class RouteBook:
    """Where the route program writes, per segment; made once, used by every pricing round."""

    jobs: Flat
    starts: Flat
    length: Flat
    value: Flat
    count: Flat

    @classmethod
    def blank(cls, segments: int, most: int, longest: int) -> RouteBook:
        """A book for up to ``most`` routes a segment of up to ``longest`` visits."""
        return cls(
            np.zeros((segments, most, longest), np.int64),
            np.zeros((segments, most, longest), np.int64),
            np.zeros((segments, most), np.int64),
            np.zeros((segments, most), np.int64),
            np.zeros(segments, np.int64),
        )

    def route(self, segment: int, rank: int = 0) -> Route:
        """A route of a segment, in order of start."""
        length = self.length[segment, rank]
        jobs = self.jobs[segment, rank, :length][::-1].tolist()
        starts = self.starts[segment, rank, :length][::-1].tolist()
        return tuple(Visit(start, job) for start, job in zip(starts, jobs, strict=True))


def along(problem: Problem, job: Prices) -> Prices:
    """Prices of jobs by those of their demands' first ones: a kept job costs its bonus more."""
    prices: Prices = job[problem.job_demand] + problem.bonus
    return prices


def ceiling(problem: Problem) -> float:
    """A price beyond twice what one visit can bring is never of use; steps from afar would be without it."""
    equity = problem.equity.rate_fine if problem.equity is not None else 0
    visit = problem.value.max(initial=0) * FINE + problem.bonus.max(initial=0) + FINE
    return 2.0 * (float(visit) + equity)


def no_prices(problem: Problem) -> Duals:
    """Prices at which a request keeps nothing: the start of the subgradient."""
    best = np.max(np.diff(problem.value, axis=1), axis=1, initial=0) * FINE
    return Duals(
        job=along(problem, best.astype(np.int64)),
        room=np.zeros_like(problem.room),
        pool=np.zeros_like(problem.pool),
        equity=equal_shares(problem),
    )


def equal_shares(problem: Problem) -> Flat:
    """The equity rate spread evenly over the groups; empty without equity."""
    if problem.equity is None:
        return np.zeros(0, np.int64)
    groups = len(problem.equity.requested)
    shares = np.zeros(groups + 1, np.int64)
    if groups == 0:
        shares[0] = problem.equity.rate_fine
        return shares
    shares[:groups] = problem.equity.rate_fine // groups
    shares[groups] = problem.equity.rate_fine - shares[:groups].sum()
    return shares


def summed(prices: Prices, rows_before: int = 0) -> Prices:
    """Prices of the days before each day, with so many free rows put before."""
    total = np.zeros((rows_before + prices.shape[0], prices.shape[1] + 1), prices.dtype)
    np.cumsum(prices, axis=1, out=total[rows_before:, 1:])
    return total


def job_gains(problem: Problem, duals: Duals) -> tuple[Flat, Flat]:
    """
    What each request gains at the prices, with its share of equity, and how often it sells a visit.

    A kept job whose price is lower than it might be gains the difference, once.
    """
    worth = problem.value * FINE - duals.job[:, None] * np.arange(problem.value.shape[1])
    worth = worth + equity_gains(problem, duals)
    open_ = np.arange(problem.value.shape[1])[None, :] <= problem.copies[:, None]
    worth = np.where(open_, worth, np.iinfo(np.int64).min)
    best = np.argmax(worth, axis=1)
    gains = worth[np.arange(problem.jobs), best]
    gains += np.maximum(along(problem, duals.job) - duals.job, 0)
    return gains, best


def equity_gains(problem: Problem, duals: Duals) -> Flat:
    """The share of equity that a job's people bring when it is done so often, rounded up; like ``value``."""
    if problem.equity is None:
        return np.zeros_like(problem.value)
    share = duals.equity[problem.equity.group][:, None] * problem.people
    gains: Flat = -(-share // problem.equity.requested[problem.equity.group][:, None])
    return gains


def job_part(problem: Problem, duals: Duals) -> tuple[int, Flat]:
    """
    What all requests gain at the prices, and how often each sells a visit.

    The gain counts pinned people's equity share too and is rounded up where it must be.
    """
    total = problem.fixed_fine
    if problem.equity is not None:
        for group, served in enumerate(problem.equity.served.tolist()):
            total += -(-int(duals.equity[group]) * served // int(problem.equity.requested[group]))
        total += int(duals.equity[-1])
    gains, sold = job_gains(problem, duals)
    return total + int(gains.sum()), sold


def capacity_part(problem: Problem, duals: Duals) -> int:
    """What all rooms and pools cost at the prices."""
    return int((problem.room * duals.room).sum() + (problem.pool * duals.pool).sum())


def price_all(
    layout: Layout,
    segments: Flat,
    prize: Flat,
    used: Flat,
    duals: Duals,
    most: int,
    book: RouteBook,
) -> None:
    """Best routes of the segments at the prices, into the book."""
    price_segments(
        layout, segments, prize, used, summed(duals.room), summed(duals.pool, 1), most,
        book.jobs, book.starts, book.length, book.value, book.count,
    )  # fmt: skip


class Bought(NamedTuple):
    """
    What the segments buy at some prices.

    Parameters
    ----------
    worth
        What their routes are worth together, in thousandths.
    visits
        How often each demand is met, by its first job; shape (jobs,).
    room, pool
        How many rooms and how much of each pool are taken on each day; shapes of ``Problem``'s.
    """

    worth: float
    visits: NDArray[np.float64]
    room: NDArray[np.float64]
    pool: NDArray[np.float64]

    @classmethod
    def of(cls, problem: Problem, worth: float, jobs: Flat, starts: Flat) -> Bought:
        """What visits take, each given by its job and start."""
        ends = problem.class_end[problem.job_class[jobs], starts] + 1
        visits = np.zeros(problem.jobs)
        room = np.zeros((problem.room.shape[0], problem.horizon + 1))
        pool = np.zeros((problem.pool.shape[0] + 1, problem.horizon + 1))
        np.add.at(visits, problem.job_demand[jobs], 1)
        np.add.at(room, (problem.job_place[jobs], starts), 1)
        np.add.at(room, (problem.job_place[jobs], ends), -1)
        np.add.at(pool, (problem.job_pool[jobs] + 1, starts), 1)
        np.add.at(pool, (problem.job_pool[jobs] + 1, ends), -1)
        return cls(worth, visits, np.cumsum(room, axis=1)[:, :-1], np.cumsum(pool, axis=1)[1:, :-1])


Buying = Callable[[Duals], Bought]
"""How segments buy: each its best route among those that are looked at."""


class Buyers:
    """
    Segments that buy the best route among the places laid out, found by the route program.

    Parameters
    ----------
    meet
        Hears of each segment and its route.
    """

    def __init__(
        self,
        problem: Problem,
        layout: Layout,
        meet: Callable[[int, Route], None] | None = None,
    ) -> None:
        self._problem, self._layout, self._meet = problem, layout, meet
        self._segments = np.flatnonzero(np.diff(layout.job_at) > 0).astype(np.int64)
        self._book = RouteBook.blank(len(problem.segments), 1, layout.longest)
        self._used = np.zeros(problem.jobs, np.int64)
        self._width = max(problem.value.shape[1] - 1, 1)

    def __call__(self, duals: Duals) -> Bought:
        """The routes bought at the prices."""
        worth = self.look(duals)
        return self.bought(np.ones(len(worth), np.bool_))._replace(worth=float(worth.sum()))

    def look(self, duals: Duals) -> Flat:
        """Find the best routes at the prices; what each segment's is worth, in thousandths."""
        layout, book = self._layout, self._book
        prize = np.repeat(duals.job[:, None], self._width, 1)
        price_all(layout, self._segments, prize, self._used, duals, 1, book)
        by = self._segments[book.count[self._segments] > 0]
        worth = -layout.empty
        worth[by] = book.value[by, 0]
        return worth

    def bought(self, who: NDArray[np.bool_]) -> Bought:
        """The routes last found for some segments, without what they are worth."""
        problem, layout, book = self._problem, self._layout, self._book
        by = self._segments[(book.count[self._segments] > 0) & who[self._segments]]
        written = np.arange(layout.longest) < book.length[by, 0][:, None]
        jobs, starts = book.jobs[by, 0][written], book.starts[by, 0][written]
        if self._meet is not None:
            for segment in by.tolist():
                self._meet(segment, book.route(segment))
        return Bought.of(problem, 0.0, jobs, starts)


@dataclass(slots=True)
class Subgradient:
    """
    The price adjustment, resumable.

    Parameters
    ----------
    buying
        How segments buy at given prices.
    duals
        The best prices so far.
    bound
        Their Lagrangian value in thousandths by what was bought: an estimate, not a proof.
    step
        Length of the next step, as a share of what would reach the target.
    """

    problem: Problem
    buying: Buying
    duals: Duals
    bound: float = np.inf
    step: float = 1.0

    def run(self, target: int, rounds: int, stop: Callable[[], bool]) -> int:
        """
        Adjust for so many rounds, or until ``stop``; returns the rounds made.

        ``target`` is a value near the optimum in thousandths, for the length of steps.
        """
        problem = self.problem
        job, room = self.duals.job.astype(float), self.duals.room.astype(float)
        groups, shares = self.duals.pool.astype(float), self.duals.equity.astype(float)
        best = self.duals
        push: tuple[NDArray[np.float64], ...] | None = None
        stale = 0
        made = 0
        most = ceiling(problem)
        for made in range(1, rounds + 1):
            if stop():
                made -= 1
                break
            prices = along(problem, to_whole(job))
            duals = Duals(prices, to_whole(room), to_whole(groups), to_shares(problem, shares))
            bought = self.buying(duals)
            gained, sold = job_part(problem, duals)
            value = gained + capacity_part(problem, duals) + bought.worth
            slack = (
                bought.visits - sold,
                problem.room - bought.room,
                problem.pool - bought.pool,
                _coverage(problem, sold),
            )
            if push is None:
                push = slack
            else:
                push = tuple(0.35 * new + 0.65 * old for new, old in zip(slack, push, strict=True))
            if value < self.bound * (1 - 1e-7) or self.bound == np.inf:
                self.bound, best, stale = value, duals, 0
            else:
                stale += 1
                if stale >= 8:
                    self.step *= 0.7
                    stale = 0
                    job, room = best.job.astype(float), best.room.astype(float)
                    groups, shares = best.pool.astype(float), best.equity.astype(float)
            toward_room = np.where((room <= 0) & (push[1] > 0), 0, push[1])
            toward_pool = np.where((groups <= 0) & (push[2] > 0), 0, push[2])
            norm = (push[0] ** 2).sum() + 0.25 * (toward_room**2).sum() + 0.25 * (toward_pool**2).sum()
            if norm < 1e-9:
                break  # what routes do is what requests sell: these prices are best
            length = self.step * max(value - target, 1) / norm
            job = np.clip(job - length * push[0], -most, most)
            room = np.clip(room - 0.25 * length * toward_room, 0, most)
            groups = np.clip(groups - 0.25 * length * toward_pool, 0, most)
            if len(shares):
                # Coverages are of order 1 where visits are of order 1 in their own unit, points.
                scale = (problem.equity.rate_fine if problem.equity else 0) * 0.05 * self.step
                spread = push[3] - push[3].mean()
                shares = nearest_in_simplex(shares - scale * spread, float(shares.sum()))
            if self.step < 1e-4:
                break
        self.duals = best
        return made


def _coverage(problem: Problem, sold: Flat) -> NDArray[np.float64]:
    """Coverage of each group by what the requests sell, and the cap 1."""
    if problem.equity is None:
        return np.zeros(0)
    served = problem.equity.served.astype(float)
    np.add.at(served, problem.equity.group, problem.people[np.arange(problem.jobs), sold])
    return np.append(served / problem.equity.requested, 1.0)


def to_whole(values: NDArray[np.float64]) -> Flat:
    """Prices in whole thousandths."""
    return np.rint(values).astype(np.int64)


def to_shares(problem: Problem, shares: NDArray[np.float64]) -> Flat:
    """Whole shares that sum to the rate exactly."""
    if problem.equity is None:
        return np.zeros(0, np.int64)
    whole = np.floor(np.maximum(shares, 0)).astype(np.int64)
    whole[int(np.argmax(whole))] += problem.equity.rate_fine - int(whole.sum())
    return whole


def nearest_in_simplex(values: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """The nearest point with entries >= 0 that sum to ``total`` (Duchi et al. 2008)."""
    ordered = np.sort(values)[::-1]
    above = np.cumsum(ordered) - total
    keep = int(np.max(np.flatnonzero(ordered - above / np.arange(1, len(values) + 1) > 0), initial=0))
    nearest: NDArray[np.float64] = np.maximum(values - above[keep] / (keep + 1), 0)
    return nearest
