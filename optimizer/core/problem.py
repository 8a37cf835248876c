"""
The core problem: which job on which unit from which day, as plain integers.

Days are abstract ticks ``0 .. horizon-1``, both ends of a stay included. Values and
costs are whole **millipoints**. Pinned stays are no jobs any more: they cut a unit's
days into *segments*, take room and pool capacity, and stand in ``base_value``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Table(Protocol):
    """
    A square table over locations, read as ``table[origins, destinations]``.

    A matrix is one; so is what computes the entries asked for, where a matrix would be too large.
    """

    def __getitem__(self, index: Any, /) -> Any:
        """The entry of two locations, or the entries of two arrays of them (as numpy's indexing)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """
    Days of one unit between two fixed points: a depot, or a pinned stay.

    Parameters
    ----------
    unit
        Index of the unit.
    first, last
        First and last day on which a stay may lie, both included.
    origin, destination
        Locations where the segment starts and ends. No free day is needed from or to a
        depot; from and to a pinned stay the transition's free days are.
    origin_fixed, destination_fixed
        Whether that end is a pinned stay (True) or a depot (False).
    """

    unit: int
    first: int
    last: int
    origin: int
    destination: int
    origin_fixed: bool = False
    destination_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Equity:
    """
    A side term: points for raising the lowest coverage of any group from 0 to 1.

    Coverage is people served over people requested and never counts above 1.

    Parameters
    ----------
    rate_fine
        The rate in thousandths of a millipoint (exact for rates with six decimals).
    group
        Group of each job, shape (jobs,).
    requested
        People requested per group, at least 1, shape (groups,).
    served
        People served by pinned stays per group, shape (groups,).
    """

    rate_fine: int
    group: Ints
    requested: Ints
    served: Ints


@dataclass(frozen=True, slots=True)
class Change:
    """
    A side term: points lost for every stay of a base plan that is not kept.

    Parameters
    ----------
    rate_fine
        The rate in thousandths of a millipoint.
    stays
        Stays of the base plan, but for those that are kept whatever is decided.
    """

    rate_fine: int
    stays: int


@dataclass(frozen=True, slots=True)
class Regions:
    """
    Locations put together by nearness, so that far legs need not be known one by one.

    Parameters
    ----------
    of
        Region of each location, shape (locations,).
    cost, gap
        Lower bounds, shape (regions, regions): no leg from a location of one region to another
        location in the second costs less, or needs fewer free days.
    """

    of: Ints
    cost: Ints
    gap: Ints


@dataclass(frozen=True, slots=True)
class Problem:
    """
    An instance for the engine.

    Parameters
    ----------
    horizon
        Number of days.
    cost
        Transition cost between locations in millipoints, (locations, locations).
    gap
        Free days that a transition needs, 0 on the diagonal, same shape.
    places
        The first ``places`` locations are places where jobs are done; the others are depots.
    job_place, job_class, job_first, job_last, job_pool
        Per job its place, its row in ``class_end``, the first day of a start and the last day
        of an end, and its pool (-1: none). Shape (jobs,).
    job_demand
        Per job the first job of its demand, shape (jobs,): itself, but for a *kept* job, which is one stay
        of a base plan. It is done in one segment, from one day on, where and when the first job may be done
        too, at its place and with its pool. The jobs of a demand share value, people and copies.
    class_end
        Last day of a stay that starts on a day, -1 where no stay may start;
        shape (classes, horizon).
    value, people
        Total value in millipoints, and people served, when a job's demand is met ``k`` times more than
        pinned, ``k = 0 .. copies``; column 0 is what pins earn alone. Shape (jobs, copies+1); 0 for
        kept jobs.
    copies
        How often each demand may be met (beside pins), at least 1; 0 for kept jobs. Shape (jobs,).
    room
        Free rooms per place and day, shape (places, horizon).
    pool
        Free capacity per pool and day, shape (pools, horizon).
    segments
        The units' free stretches.
    eligible
        Per segment the sorted indexes of the jobs its unit may do.
    base_value
        Millipoints that no decision changes: pinned stays of requests that have no job left.
    equity
        The equity term, None when its rate is 0.
    change
        The change term, None without a base plan or when its rate is 0.
    regions
        Regions of the locations where there are many of these; None where there are few.
    """

    horizon: int
    cost: Table
    gap: Table
    places: int
    job_place: Ints
    job_class: Ints
    job_first: Ints
    job_last: Ints
    job_pool: Ints
    job_demand: Ints
    class_end: Ints
    value: Ints
    people: Ints
    copies: Ints
    room: Ints
    pool: Ints
    segments: tuple[Segment, ...]
    eligible: tuple[Ints, ...]
    base_value: int = 0
    equity: Equity | None = None
    change: Change | None = None
    regions: Regions | None = None

    @property
    def jobs(self) -> int:
        """Number of jobs."""
        return len(self.job_place)

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether each job is a kept one, shape (jobs,)."""
        return np.asarray(self.job_demand != np.arange(self.jobs))

    @property
    def bonus(self) -> Ints:
        """
        What doing a job once earns beside the value of its demand, in thousandths of a millipoint.

        Shape (jobs,).
        """
        return self.kept * np.int64(self.change.rate_fine if self.change else 0)

    @property
    def fixed_fine(self) -> int:
        """``base_value``, less what all stays of the base plan are worth, in thousandths of a millipoint."""
        return 1000 * self.base_value - (self.change.rate_fine * self.change.stays if self.change else 0)

    def end(self, job: int, start: int) -> int:
        """Last day of a job that starts on ``start``; -1 where it may not."""
        if not self.job_first[job] <= start < self.horizon:
            return -1
        end = int(self.class_end[self.job_class[job], start])
        return end if end <= self.job_last[job] else -1


def earliest_ends(class_end: Ints) -> Ints:
    """
    Earliest last day of a stay that starts on a day or later, by class.

    Shape (classes, horizon + 1), with a column for after the last day; the horizon stands for "never".
    """
    classes, never = class_end.shape
    earliest = np.full((classes, never + 1), never, np.int64)
    ends = np.where(class_end < 0, never, class_end)
    earliest[:, :-1] = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    return earliest
