"""The core problem laid out in flat arrays for compiled loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.core.problem import Ints, Problem, Regions, Segment
from optimizer.core.result import FINE
from optimizer.core.solution import Solution, route_cost

Flat = NDArray[np.int64]
Days = NDArray[np.int16]
NEVER = -(1 << 60)
"""Below every value that a route can have."""


class Layout(NamedTuple):
    """
    Arrays of all segments one after the other; a segment's part begins at its offset.

    ``job_at``, ``place_at``, ``pair_at`` hold the offsets of the segments' eligible jobs, of the
    places of these, and of the square matrices between those places. Costs are in thousandths
    of a millipoint (``FINE``). ``ready`` is the first day on which a route may start at a place
    that comes first, ``close`` the last day on which it may end at a place that comes last.
    ``detour`` is by how much a leg may cost more than the same leg with a stop between
    (rounded distances break the triangle inequality a little), ``NEVER`` where dropping a stop
    may need more days, or where it was not worked out. ``leg_least`` and ``leg_most`` are the fewest and
    most free days between two different places of a segment. ``longest`` is room for the visits of any
    route: a stay lasts a day at least.

    Where places are many and put into regions, only those near the origin of a segment are laid
    out; such a segment has a ``sort``, a row of ``sort_at`` and ``sort_jobs`` that holds all its
    jobs (-1: everything is laid out). ``region`` is of places; ``wait`` and ``leave`` are 1 where
    the segment begins or ends at a pinned stay.
    """

    first: Flat
    last: Flat
    empty: Flat
    detour: Flat
    leg_least: Flat
    leg_most: Flat
    sort: Flat
    sort_at: Flat
    sort_jobs: Flat
    region: Flat
    region_cost: Flat
    region_gap: Flat
    origin_region: Flat
    destination_region: Flat
    wait: Flat
    leave: Flat
    job_at: Flat
    jobs: Flat
    at: Flat
    place_at: Flat
    places: Flat
    pair_at: Flat
    cost: Flat
    gap: Days
    out: Flat
    back: Flat
    ready: Flat
    close: Flat
    job_place: Flat
    job_class: Flat
    job_first: Flat
    job_last: Flat
    job_pool: Flat
    demand: Flat
    bonus: Flat
    class_end: Flat
    copies: Flat
    gain: Flat
    people: Flat
    room: Flat
    pool: Flat
    longest: int

    @property
    def whole(self) -> bool:
        """Whether every place of every segment is laid out."""
        return bool((self.sort < 0).all())


NEAR = 64
"""Places that a segment's layout holds at least, where all are too many."""


def lay_out(
    problem: Problem,
    kept: Solution | None = None,
    near: int = NEAR,
    more: Mapping[int, Flat] | None = None,
    *,
    detours: bool = True,
) -> Layout:
    """
    Flat arrays of a problem.

    ``gain[j, k]`` is what doing job *j* once more adds when its demand is met *k* times already; that and
    ``copies`` and ``people`` are of all jobs of a demand, and whatever counts visits (``used``) counts them
    at its first job, ``demand``. ``bonus`` is what of the gain is a kept job's own.
    ``job_pool`` is shifted by one: row 0 of ``pool`` stands for "no pool", never used up.

    Parameters
    ----------
    kept
        A solution whose places are laid out, be they near or far.
    near
        How many places of a segment are enough where the problem has regions.
    more
        By segment, jobs whose places are laid out too.
    detours
        Whether ``detour`` is worked out, which takes a while and only labelling needs.
    """
    places_of, at, jobs_of = [], [], []
    sorts: dict[int, int] = {}
    sort: list[int] = []
    routes = kept.routes if kept is not None else ((),) * len(problem.segments)
    further = more or {}
    for number, (segment, route, jobs) in enumerate(
        zip(problem.segments, routes, problem.eligible, strict=True)
    ):
        wanted = jobs
        if problem.regions is not None:
            wished = np.array([visit.job for visit in route], dtype=np.int64)
            wished = np.concatenate([wished, further.get(number, wished)])
            visited = problem.job_place[wished]
            wanted = _near(problem, problem.regions, segment, jobs, visited, near)
        sort.append(-1 if len(wanted) == len(jobs) else sorts.setdefault(id(jobs), len(sorts)))
        places, local = np.unique(problem.job_place[wanted], return_inverse=True)
        places_of.append(places)
        at.append(local.astype(np.int64).ravel())
        jobs_of.append(wanted)
    all_of = {id(jobs): jobs for jobs in problem.eligible}
    sort_jobs = [all_of[key] for key in sorts]
    out, back, ready, close, cost, gap, empty, detour = ([] for _ in range(8))
    for segment, places in zip(problem.segments, places_of, strict=True):
        here, there = segment.origin, segment.destination
        out.append(problem.cost[here, places] * FINE)
        back.append(problem.cost[places, there] * FINE)
        ready.append(segment.first + (problem.gap[here, places] if segment.origin_fixed else 0 * places))
        close.append(segment.last - (problem.gap[places, there] if segment.destination_fixed else 0 * places))
        square = np.ix_(places, places)
        cost.append(problem.cost[square] * FINE)
        gap.append(np.asarray(problem.gap[square], np.int16))
        stays = segment.origin_fixed or segment.destination_fixed
        empty.append(route_cost(problem, segment, ()) * FINE if stays else 0)
        ends = out[-1], back[-1], ready[-1], close[-1], empty[-1]
        detour.append(longest_detour(cost[-1], gap[-1], *ends) if detours else NEVER)
    days = problem.horizon
    gain = np.diff(problem.value, axis=1)[problem.job_demand] * FINE + problem.bonus[:, None]
    regions = problem.regions or _one_region(problem)
    return Layout(
        first=_flat([[s.first for s in problem.segments]]),
        last=_flat([[s.last for s in problem.segments]]),
        empty=_flat([empty]),
        detour=_flat([detour]),
        leg_least=_flat([[_legs(part).min(initial=days) for part in gap]]),
        leg_most=_flat([[_legs(part).max(initial=0) for part in gap]]),
        sort=_flat([sort]),
        sort_at=_offsets(sort_jobs),
        sort_jobs=_flat(sort_jobs),
        region=regions.of,
        region_cost=regions.cost * FINE,
        region_gap=regions.gap,
        origin_region=regions.of[_flat([[s.origin for s in problem.segments]])],
        destination_region=regions.of[_flat([[s.destination for s in problem.segments]])],
        wait=_flat([[int(s.origin_fixed) for s in problem.segments]]),
        leave=_flat([[int(s.destination_fixed) for s in problem.segments]]),
        job_at=_offsets(jobs_of),
        jobs=_flat(jobs_of),
        at=_flat(at),
        place_at=_offsets(places_of),
        places=_flat(places_of),
        pair_at=_flat([np.concatenate([[0], np.cumsum([len(p) ** 2 for p in places_of])])]),
        cost=_flat([c.ravel() for c in cost]),
        gap=np.concatenate([np.zeros(0, np.int16), *(g.ravel() for g in gap)]),
        out=_flat(out),
        back=_flat(back),
        ready=_flat(ready),
        close=_flat(close),
        job_place=problem.job_place,
        job_class=problem.job_class,
        job_first=problem.job_first,
        job_last=problem.job_last,
        job_pool=problem.job_pool + 1,
        demand=problem.job_demand,
        bonus=problem.bonus,
        class_end=problem.class_end.reshape(-1, days),
        copies=problem.copies[problem.job_demand],
        gain=np.ascontiguousarray(gain),
        people=problem.people[problem.job_demand],
        room=problem.room.reshape(-1, days),
        longest=max((s.last - s.first + 1 for s in problem.segments), default=0) + 1,
        pool=np.vstack([np.full((1, days), problem.jobs * 1000 + 1000, dtype=np.int64), problem.pool]),
    )


def _legs(gap: Days) -> Days:
    """The days between two different places."""
    legs: Days = gap[~np.eye(len(gap), dtype=np.bool_)]
    return legs


def _one_region(problem: Problem) -> Regions:
    """All locations in one region, about which nothing is said."""
    ends = [max(segment.origin, segment.destination) + 1 for segment in problem.segments]
    none = np.zeros((1, 1), np.int64)
    return Regions(np.zeros(max([problem.places, *ends]), np.int64), none, none)


def _near(problem: Problem, regions: Regions, segment: Segment, jobs: Flat, visited: Flat, near: int) -> Flat:
    """The jobs at the ``near`` places next to a segment's origin, region by region, and at those visited."""
    places = np.unique(problem.job_place[jobs])
    if len(places) <= near:
        return jobs
    away = regions.cost[regions.of[segment.origin]].copy()
    away[regions.of[segment.origin]] = -1
    of = regions.of[places]
    # Regions are taken whole until there are enough; of the last one the places nearest.
    ranks = np.argsort(np.argsort(away, kind="stable"))[of]
    fits = np.cumsum(np.bincount(ranks, minlength=len(away))) <= near
    last = int(fits.sum())
    split = places[ranks == last]
    nearest = split[np.argsort(problem.cost[segment.origin, split], kind="stable")]
    chosen = np.concatenate([places[ranks < last], nearest[: near - int((ranks < last).sum())], visited])
    found: Flat = jobs[np.isin(problem.job_place[jobs], chosen)]
    return found


@njit(cache=True, nogil=True)
def longest_detour(cost: Flat, gap: Days, out: Flat, back: Flat, ready: Flat, close: Flat, empty: int) -> int:
    """What dropping a stop can cost at most; NEVER where it can need more days."""
    worst = 0
    places = len(out)
    for stop in range(places):
        # The only stop dropped: between pinned stays the way without it is driven too.
        worst = max(worst, empty - out[stop] - back[stop])
        for other in range(places):
            worst = max(worst, out[other] - out[stop] - cost[stop, other])
            worst = max(worst, back[other] - cost[other, stop] - back[stop])
            # The first stop dropped: the next one must not be ready later than by way of it.
            if ready[other] - ready[stop] - gap[stop, other] > 1:
                return NEVER
            # The last stop dropped: the one before must still be in time for the destination.
            if close[stop] - gap[other, stop] - 1 > close[other]:
                return NEVER
            for to in range(places):
                worst = max(worst, cost[other, to] - cost[other, stop] - cost[stop, to])
                if gap[other, to] - gap[other, stop] - gap[stop, to] > 1:
                    return NEVER
    return int(worst)


def _flat(parts: list[Ints] | tuple[Ints, ...] | list[list[int]]) -> Flat:
    arrays = [np.asarray(part, dtype=np.int64).ravel() for part in parts]
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


def _offsets(parts: list[Ints] | tuple[Ints, ...]) -> Flat:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
