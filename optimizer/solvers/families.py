"""
Segments put into families: those of a sort of unit that end, or begin, on the same day.

A program that goes backward over days from their last one serves them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Problem, Table, earliest_ends
from optimizer.solvers.layout import Flat

Few = NDArray[np.int32]
MOST_SORTS = 64
"""Sorts of units that are recognised; more are taken as they come."""


class Families(NamedTuple):
    """
    Segments that one backward program over days serves, as flat arrays.

    The segments of a family may do the same jobs but for their days, and end on the same day. Those
    that begin on the same day are such a family too when days are counted from the last to the
    first: the tables hold every class and pool twice, forward and then backward.

    ``at`` are offsets of the families' ``jobs``, put in order of ``home``: the number of a job's
    place among those of its family at which more than one visit may be paid, -1 at others, which
    come first. ``run_at`` are offsets of ``runs``: stretches of those others that are of one
    ``kind``, each given by its end. ``kind`` is a row of ``kind_class`` and ``kind_pool`` (the first
    pool in either direction: none), ``opens`` and ``closes`` are a job's days. ``member_at`` are
    offsets of the members, segments that begin on day ``first`` too; ``high`` is the last day.
    """

    at: Flat
    jobs: Few
    home: Few
    kind: Few
    opens: Few
    closes: Few
    homes: Flat
    run_at: Flat
    runs: Flat
    high: Flat
    member_at: Flat
    first: Flat
    kind_class: Flat
    kind_pool: Flat
    class_end: Flat
    copies: Flat
    gap: int


class _Member(NamedTuple):
    """Segments that are alike: jobs by sort, and days."""

    sort: int
    first: int
    last: int
    segments: list[int]


class _Family(NamedTuple):
    """Jobs of a family, counted in its own direction of days; the fields are as in `Families`."""

    jobs: Flat
    home: Flat
    kind: Flat
    opens: Flat
    closes: Flat
    homes: int
    runs: Flat
    high: int
    first: Flat


def lay_out_families(problem: Problem) -> tuple[Flat, Families]:
    """
    The number of each segment among the members (-1: no jobs), and the families, most work first.

    Without kept jobs, which are of one segment each: units would no longer be alike.
    """
    problem = replace(problem, eligible=_without_kept(problem))
    sorts, members = _sorted_out(problem)
    kinds, kind = np.unique(np.stack([problem.job_class, problem.job_pool + 1]), axis=1, return_inverse=True)
    kind = kind.ravel().astype(np.int64)
    found = sorted(_together(members).items(), key=lambda family: -len(sorts[family[0][0]]))
    parts = [
        _family(problem, sorts[sort], kind + back * kinds.shape[1], family, back=back)
        for (sort, _, back), family in found
    ]
    member_of = np.full(len(problem.segments), -1, np.int64)
    for number, member in enumerate(member for _, family in found for member in family):
        member_of[member.segments] = number
    ends = problem.class_end.reshape(-1, problem.horizon)
    return member_of, Families(
        at=_offsets([part.jobs for part in parts]),
        jobs=_few([part.jobs for part in parts]),
        home=_few([part.home for part in parts]),
        kind=_few([part.kind for part in parts]),
        opens=_few([part.opens for part in parts]),
        closes=_few([part.closes for part in parts]),
        homes=np.array([part.homes for part in parts], np.int64),
        run_at=_offsets([part.runs for part in parts]),
        runs=np.concatenate([np.zeros(0, np.int64), *(part.runs for part in parts)]),
        high=np.array([part.high for part in parts], np.int64),
        member_at=_offsets([part.first for part in parts]),
        first=np.concatenate([np.zeros(0, np.int64), *(part.first for part in parts)]),
        kind_class=np.concatenate([kinds[0], kinds[0] + len(ends)]).astype(np.int64),
        kind_pool=np.concatenate([kinds[1], kinds[1] + len(problem.pool) + 1]).astype(np.int64),
        class_end=np.vstack([ends, _backward(ends)]),
        copies=problem.copies,
        gap=fewest_free(problem),
    )


def _without_kept(problem: Problem) -> tuple[Flat, ...]:
    """The jobs of each segment but for kept ones, one array for those that are the same."""
    if problem.change is None:
        return problem.eligible
    kept, shared = problem.kept, dict[bytes, Flat]()
    plain = {id(jobs): jobs[~kept[jobs]] for jobs in problem.eligible}
    parts = [plain[id(jobs)] for jobs in problem.eligible]
    return tuple(shared.setdefault(part.tobytes(), part) for part in parts)


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


def _together(members: list[_Member]) -> dict[tuple[int, int, bool], list[_Member]]:
    """Members by sort and the day on which all end; or begin, where more do (True: backward)."""
    ending = Counter((member.sort, member.last) for member in members)
    beginning = Counter((member.sort, member.first) for member in members)
    families: dict[tuple[int, int, bool], list[_Member]] = {}
    for member in members:
        back = beginning[member.sort, member.first] > ending[member.sort, member.last]
        day = member.first if back else member.last
        families.setdefault((member.sort, day, back), []).append(member)
    return families


def _family(problem: Problem, jobs: Flat, kind: Flat, members: list[_Member], *, back: bool) -> _Family:
    """A family; ``kind`` is of all jobs."""
    _, place = np.unique(problem.job_place[jobs], return_inverse=True)
    busy = np.bincount(place, weights=problem.copies[jobs]) > 1
    home = np.where(busy, np.cumsum(busy) - 1, -1)[place]
    order = np.lexsort((kind[jobs], home))
    jobs, home = jobs[order], home[order]
    alone = kind[jobs][: int((home < 0).sum())]
    opens, closes = problem.job_first[jobs], problem.job_last[jobs]
    first = np.array([member.first for member in members], np.int64)
    last = np.array([member.last for member in members], np.int64)
    if back:
        opens, closes = problem.horizon - 1 - closes, problem.horizon - 1 - opens
        first, last = problem.horizon - 1 - last, problem.horizon - 1 - first
    return _Family(
        jobs=jobs,
        home=home,
        kind=kind[jobs],
        opens=opens,
        closes=closes,
        homes=int(busy.sum()),
        runs=np.flatnonzero(np.append(alone[1:] != alone[:-1], True))[: len(alone)] + 1,
        high=int(last[0]),
        first=first,
    )


def _backward(ends: Flat) -> Flat:
    """
    The last days of stays with days counted backward.

    Of stays that end on the same day the shortest is left: it takes no more of any pool.
    """
    backward = np.full_like(ends, -1)
    row, start = np.nonzero(ends >= 0)
    # Later starts come later, and overwrite.
    backward[row, ends.shape[1] - 1 - ends[row, start]] = ends.shape[1] - 1 - start
    return backward


def _sorted_out(problem: Problem) -> tuple[list[Flat], list[_Member]]:
    """
    Lists of jobs, and the segments, each of a list's jobs as far as they fit into its days.

    A segment's own jobs are those that fit its days; what sort of unit it is, is found again here.
    """
    alike: dict[tuple[int, int, int], list[int]] = {}
    for number, (segment, jobs) in enumerate(zip(problem.segments, problem.eligible, strict=True)):
        if len(jobs):
            alike.setdefault((id(jobs), segment.first, segment.last), []).append(number)
    horizon, earliest = problem.horizon, earliest_ends(problem.class_end)
    fitting: dict[tuple[int, int], NDArray[np.bool_]] = {}
    sorts: list[Flat] = []
    members: list[_Member] = []
    # The longest first: others may do no more than they.
    for (_, first, last), segments in sorted(alike.items(), key=lambda item: item[0][1] - item[0][2]):
        jobs = problem.eligible[segments[0]]
        if (first, last) not in fitting:
            starts = np.clip(problem.job_first, first, horizon)
            ends = earliest[problem.job_class, starts]
            fitting[first, last] = ends <= np.minimum(problem.job_last, last)
        fits = fitting[first, last]
        alike_sorts = (
            sort for sort, known in enumerate(sorts[:MOST_SORTS]) if np.array_equal(known[fits[known]], jobs)
        )
        sort = next(alike_sorts, len(sorts))
        if sort == len(sorts):
            sorts.append(jobs)
        members.append(_Member(sort, first, last, segments))
    return sorts, members


def _offsets(parts: Sequence[Flat]) -> Flat:
    return np.cumsum([0, *map(len, parts)]).astype(np.int64)


def _few(parts: Sequence[Flat]) -> Few:
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int32)
