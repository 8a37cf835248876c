"""What an engine reports while it works and gives at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.core.problem import Ints, Problem
from optimizer.core.solution import Solution, objective, route_cost

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
    enumerated
        Whether ``bound`` is lower than that because the engine has looked at every route that
        could still improve the solution; this part rests on the engine.
    history
        (seconds, score, bound) at each improvement.
    """

    solution: Solution
    score: int
    bound: int
    proof: Proof
    enumerated: bool
    history: tuple[tuple[float, int, int], ...]


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
    fine = (problem.base_value + int(np.max(problem.value, axis=1, initial=0).sum())) * FINE
    if problem.equity is not None:
        # All of the rate on "coverage is at most 1".
        shares = np.zeros(len(problem.equity.requested) + 1, np.int64)
        shares[-1] = problem.equity.rate_fine
        fine += problem.equity.rate_fine + FINE // 2
    best = np.array([-route_cost(problem, segment, ()) * FINE for segment in problem.segments], np.int64)
    fine += int(best.sum())
    no_price = np.zeros(problem.jobs, np.int64)
    duals = Duals(no_price, np.zeros_like(problem.room), np.zeros_like(problem.pool), shares)
    bound = fine // FINE
    proof = Proof(duals, best, fine, bound)
    return Result(solution, objective(problem, solution), bound, proof, False, ())
