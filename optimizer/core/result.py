"""What an engine reports while it works and gives at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from optimizer.core.problem import Ints, Problem
from optimizer.core.solution import Solution, objective

FINE = 1000
"""Prices are whole thousandths of a millipoint, so that rounding them costs nothing visible."""


@dataclass(frozen=True, slots=True)
class Duals:
    """
    Prices that prove a bound by weak duality, all in thousandths of a millipoint.

    Parameters
    ----------
    job
        Price of doing a job once, shape (jobs,).
    room
        Prices >= 0 of one room, shape (places, horizon).
    pool
        Prices >= 0 of one of a pool, shape (pools, horizon).
    equity
        Shares >= 0 of the equity rate, one per group and one for "coverage is at most 1";
        they sum to the rate. Empty without equity.
    """

    job: Ints
    room: Ints
    pool: Ints
    equity: Ints


@dataclass(frozen=True, slots=True)
class Proof:
    """
    A bound by weak duality.

    Parameters
    ----------
    duals
        The prices.
    best
        Per segment a value that none of its routes exceeds at the prices, in thousandths.
    fine
        What requests, capacity and segments come to together, in thousandths.
    value
        The bound on any solution's score, in millipoints.
    """

    duals: Duals
    best: Ints
    fine: int
    value: int


@dataclass(frozen=True, slots=True)
class Limit:
    """
    Visits that a case distinction counts: those of some segments to jobs of some pools.

    Parameters
    ----------
    segments
        The segments.
    pools
        The pools of the jobs that count; -1 stands for jobs without one.
    day
        Only visits under way on that day count; None: all do.
    """

    segments: tuple[int, ...]
    pools: tuple[int, ...]
    day: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Case:
    """
    A bound on what a group of segments adds, by prices of its own; all in thousandths of a millipoint.

    Parameters
    ----------
    duals
        The prices; those of rooms and the shares of equity are the proof's.
    charges
        Prices of one visit more that limits count, those above 0 of limits "at most", those below of
        limits "at least".
    best
        Per segment of the group a value that none of its routes exceeds at these prices.
    fine
        What the group's jobs and segments gain, and its pools and limits cost, together.
    """

    duals: Duals
    charges: tuple[tuple[Limit, int], ...]
    best: tuple[int, ...]
    fine: int


@dataclass(frozen=True, slots=True)
class Split:
    """Two cases that are all there are: what ``limit`` counts is at most ``most``, or more."""

    limit: Limit
    most: int
    below: Case | Split
    above: Case | Split

    @property
    def fine(self) -> int:
        """The greater bound of the two."""
        return max(self.below.fine, self.above.fine)


@dataclass(frozen=True, slots=True)
class Branch:
    """
    A group of segments whose share of a proof's bound is lowered by telling cases apart.

    Parameters
    ----------
    segments
        A group that has no job and no pool in common with other segments.
    tree
        The cases.
    saved
        By how much the bound of the worst case is below what the proof says of the group, in thousandths.
    """

    segments: tuple[int, ...]
    tree: Case | Split
    saved: int


@dataclass(frozen=True, slots=True)
class Result:
    """
    Best solution and best bound of an engine.

    Parameters
    ----------
    solution, score
        The best solution and its objective in millipoints.
    bound
        No valid solution is worth more, in millipoints.
    proof
        Prices and the bound that they prove without any solver.
    proven
        The bound that prices prove, by cases where there are branches, in millipoints.
    enumerated
        Whether ``bound`` is lower than what prices prove because the engine has looked at every route
        that could still improve the solution, or has proven each of several parts that share nothing to the
        millipoint; this part rests on the engine.
    history
        (seconds, score, bound) at each improvement.
    branches
        Groups of segments, none in two, that add less than the proof says.
    """

    solution: Solution
    score: int
    bound: int
    proof: Proof
    proven: int
    enumerated: bool
    history: tuple[tuple[float, int, int], ...]
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """
    News from a running engine; each stands alone.

    Parameters
    ----------
    seconds
        Since the engine began.
    phase
        What the engine is at, one word.
    result
        The result as it stands.
    """

    seconds: float
    phase: str
    result: Result


def unpriced(problem: Problem, solution: Solution) -> Result:
    """
    A valid solution with the weakest proof there is: all prices 0, every request served in full.

    Good for a start, and for an end when an engine gave nothing better.
    """
    shares = np.zeros(0, np.int64)
    fine = problem.fixed_fine + int(np.max(problem.value, axis=1, initial=0).sum()) * FINE
    if problem.equity is not None:
        # All of the rate on "coverage is at most 1".
        shares = np.zeros(len(problem.equity.requested) + 1, np.int64)
        shares[-1] = problem.equity.rate_fine
        fine += problem.equity.rate_fine
    # What is kept pays, and no way costs less than nothing. The way without a visit may cost more than one
    # with some, so it does not count.
    best = np.array([problem.bonus[jobs].sum() for jobs in problem.eligible], np.int64)
    fine += int(best.sum())
    no_price = np.zeros(problem.jobs, np.int64)
    duals = Duals(no_price, np.zeros_like(problem.room), np.zeros_like(problem.pool), shares)
    proof = Proof(duals, best, fine, whole_bound(problem, fine))
    return Result(
        solution=solution,
        score=objective(problem, solution),
        bound=proof.value,
        proof=proof,
        proven=proof.value,
        enumerated=False,
        history=(),
    )


def whole_bound(problem: Problem, fine: int) -> int:
    """
    A bound in millipoints from one in thousandths.

    Equity may be rounded up by half a millipoint, and what changes cost down by a little less than half,
    where their rate is not of whole ones.
    """
    equity = FINE // 2 if problem.equity is not None else 0
    change = FINE // 2 - 1 if problem.change is not None and problem.change.rate_fine % FINE else 0
    return (fine + equity + change) // FINE
