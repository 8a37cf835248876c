"""Cases that are told apart: what must be done, by whom, and what must follow what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Ints
from optimizer.core.windows import NEVER
from optimizer.solvers.windows.layout import MUCH, Layout

Bools = NDArray[np.bool_]
ABSENT = -1
"""What follows a job in a route that does not do it; after the last job of a route follows job ``jobs``."""


@dataclass(frozen=True, slots=True)
class Case:
    """
    A part of all solutions.

    Parameters
    ----------
    eligible
        Whether a kind of unit may do a job, shape (kinds, jobs).
    required
        Whether a job must be done, shape (jobs,).
    together, apart
        Pairs of jobs: the second must, or must not, follow at once wherever the first or the second is done.
    """

    eligible: Bools
    required: Bools
    together: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()

    def allows(self, kind: Ints, after: Ints) -> Bools:
        """Which routes are allowed; their kinds, and what follows each job, shape (routes, jobs)."""
        does = after != ABSENT
        fine: Bools = ~(does & ~self.eligible[kind]).any(axis=1)
        for one, two in self.apart:
            fine &= after[:, one] != two
        for one, two in self.together:
            fine &= (after[:, one] == two) | ~(does[:, one] | does[:, two])
        return fine

    def lay_out(self, layout: Layout) -> Layout:
        """A layout in which there are no other routes."""
        travel = layout.travel.copy()
        # Where legs are missing, a job may be needed on the way however little it pays.
        shortcut = MUCH if self.apart or self.together else layout.shortcut
        for one, two in self.apart:
            travel[one, two] = NEVER // 4
        for one, two in self.together:
            kept = travel[one, two]
            travel[one, :] = travel[:, two] = NEVER // 4
            travel[one, two] = kept
        return layout._replace(travel=travel, eligible=np.ascontiguousarray(self.eligible), shortcut=shortcut)


def all_solutions(layout: Layout) -> Case:
    """Nothing is decided."""
    return Case(layout.eligible, np.zeros(len(layout.prize), np.bool_))


@dataclass(frozen=True, slots=True)
class Question:
    """
    Something that each solution answers with yes or no.

    Parameters
    ----------
    job
        Whether it is done, ...
    kind
        ... if given by this kind of unit, ...
    then
        ... or, if given, with this job right after it.
    """

    job: int
    kind: int | None = None
    then: int | None = None

    def answered(self, case: Case, yes: bool) -> Case:
        """The solutions of the case with that answer."""
        pair = (self.job, self.then or 0)
        if self.then is not None:
            if yes:
                return Case(case.eligible, case.required, (*case.together, pair), case.apart)
            return Case(case.eligible, case.required, case.together, (*case.apart, pair))
        eligible, required = case.eligible.copy(), case.required.copy()
        which = slice(None) if self.kind is None else self.kind
        if yes:
            required[self.job] = True
            if self.kind is not None:
                kept = eligible[self.kind, self.job]
                eligible[:, self.job] = False
                eligible[self.kind, self.job] = kept
        else:
            eligible[which, self.job] = False
        return Case(eligible, required, case.together, case.apart)
