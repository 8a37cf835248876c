"""The equity term as arrays for compiled loops: what lowest coverage is worth, plainly and smoothed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.core.problem import Problem
from optimizer.core.result import Duals
from optimizer.solvers.layout import Flat, Layout

LEAST_SHARE = 0.06
"""Of an even part of the rate, what each group counts for at least: any may be the lowest one."""


class FlatEquity(NamedTuple):
    """
    The equity term; without one, no groups and a rate of 0.

    Parameters
    ----------
    rate
        In thousandths of a millipoint.
    price
        The rate's shares at the prices, one per group and one for "coverage is at most 1".
    group, requested, served
        As in `optimizer.core.problem.Equity`.
    """

    rate: float
    price: Flat
    group: Flat
    requested: Flat
    served: Flat


def lay_out_equity(problem: Problem, duals: Duals) -> FlatEquity:
    """The equity term of a problem, and its shares at prices."""
    equity, none = problem.equity, np.zeros(0, np.int64)
    if equity is None:
        return FlatEquity(0.0, none, none, none, none)
    return FlatEquity(float(equity.rate_fine), duals.equity, equity.group, equity.requested, equity.served)


@njit(cache=True, nogil=True)
def people_served(layout: Layout, equity: FlatEquity, used: Flat) -> Flat:
    """People served per group when demands are met so often."""
    served = equity.served.copy()
    for job in range(len(equity.group)):
        if layout.demand[job] == job:
            served[equity.group[job]] += layout.people[job, used[job]]
    return served


@njit(cache=True, nogil=True)
def lowest_coverage(equity: FlatEquity, served: Flat) -> float:
    """The lowest coverage of any group, 1 at most."""
    lowest = 1.0
    for group in range(len(equity.requested)):
        lowest = min(lowest, served[group] / equity.requested[group])
    return lowest


@njit(cache=True, nogil=True)
def smoothed_equity(equity: FlatEquity, served: Flat, heat: float) -> float:
    """
    What the term seems to be worth in so great a heat.

    Very hot, it is what the shares say, a sum over groups; cold, what the lowest coverage is worth (a
    soft minimum, weighed by the shares; Nesterov 2005).
    """
    lowest = lowest_coverage(equity, served)
    groups = len(equity.requested)
    weights, felt = 0.0, 0.0
    for group in range(groups + 1):
        coverage = served[group] / equity.requested[group] if group < groups else 1.0
        weight = max(float(equity.price[group]), LEAST_SHARE * equity.rate / (groups + 1))
        weights += weight
        felt += weight * np.exp(equity.rate * (lowest - coverage) / heat)
    return float(equity.rate * lowest - heat * np.log(felt / weights))
