"""The bound that given prices prove: exact best routes by labelling, memory grown where needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Problem
from optimizer.core.result import Duals, Proof, whole_bound
from optimizer.core.solution import Route, Visit
from optimizer.solvers.far import far_bound
from optimizer.solvers.labels import BITS, WORDS, completion_bounds, label_routes
from optimizer.solvers.layout import NEVER, Flat, Layout, lay_out
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import (
    Column,
    RouteBook,
    capacity_part,
    job_part,
    price_all,
    summed,
)

ENDS = 8
"""Routes looked at per labelling, each ending at another place."""
FAR_ENDS, FAR_WIDTH = 4, 4
"""The same for far routes, and labels per node."""
LOOK, LOOK_LABELS, LOOK_ROUNDS = 16, 50_000, 12
"""
Far routes that may be worth more by up to one of so many parts of the highest price are looked at exactly.

Where it is more, prices are far from settled: a look would take long and tell little. Most labels and
rounds of one.
"""


@dataclass(slots=True)
class Memory:
    """
    Which demands a segment's routes remember, and where; kept from one labelling to the next.

    Parameters
    ----------
    known
        ``known[i, k]``: whether a visit of local job *i* keeps the memory of local job *k*; each is the
        first of its demand.
    """

    known: NDArray[np.bool_]
    bit: Flat
    bits: int = 0
    bit_job: Flat = field(default_factory=lambda: np.zeros(WORDS * BITS, np.int64))

    @classmethod
    def none(cls, jobs: int) -> Memory:
        """Routes that remember nothing."""
        return cls(np.eye(jobs, dtype=bool), np.full(jobs, -1, np.int64))

    def among(self, own: Flat, others: Flat, copies: Flat) -> Memory:
        """What is known of a segment's ``own`` jobs for ``others``, with their copies; both sorted."""
        _, mine, theirs = np.intersect1d(own, others, assume_unique=True, return_indices=True)
        memory = Memory.none(len(others))
        memory.known[np.ix_(theirs, theirs)] = self.known[np.ix_(mine, mine)]
        for job in theirs[self.bit[mine] >= 0].tolist():
            memory._remember(job, int(copies[job]))
        return memory

    def _remember(self, job: int, copies: int) -> bool:
        """Give a job its bits; whether there were any left."""
        if self.bits + copies > WORDS * BITS:
            return False
        self.bit[job] = self.bits
        self.bit_job[self.bits : self.bits + copies] = job
        self.bits += copies
        return True

    def grow(self, route: list[int], copies: Flat) -> bool:
        """
        Make the route's cycles impossible; whether anything new is remembered.

        ``route`` are local jobs in order; a job may stand ``copies`` times.
        """
        grown = False
        seen: dict[int, list[int]] = {}
        for position, job in enumerate(route):
            before = seen.setdefault(job, [])
            if len(before) >= copies[job]:
                if self.bit[job] < 0:
                    if not self._remember(job, int(copies[job])):
                        continue
                    grown = True
                for between in route[before[-copies[job]] : position]:
                    grown |= not self.known[between, job]
                    self.known[between, job] = True
            before.append(position)
        return grown

    def masks(self, copies: Flat) -> tuple[Flat, Flat]:
        """Per local job the bits that survive a visit, in two words."""
        keep = [np.zeros(len(self.bit), np.int64), np.zeros(len(self.bit), np.int64)]
        for job in np.flatnonzero(self.bit >= 0):
            for bit in range(self.bit[job], self.bit[job] + copies[job]):
                keep[bit // BITS][self.known[:, job]] |= np.int64(1) << np.int64(bit % BITS)
        return keep[0], keep[1]


@dataclass(frozen=True, slots=True)
class Priced:
    """
    The outcome for one segment.

    Parameters
    ----------
    best
        No route of the segment is worth more at the prices (the empty one included).
    exact
        Whether a route of that value exists.
    routes
        Elementary routes found on the way.
    """

    best: int
    exact: bool
    routes: tuple[Route, ...]
    labels: int


def best_route(
    layout: Layout,
    segment: int,
    duals: Duals,
    room_price: Flat,
    pool_price: Flat,
    memory: Memory,
    threshold: int,
    most_labels: int,
    most_rounds: int = 200,
) -> Priced:
    """
    The best elementary route of a segment at the prices, if it is worth more than ``threshold``.

    ``threshold`` is the value of a known route (or of the empty one); ``best`` is at least that.
    """
    low, high = layout.job_at[segment], layout.job_at[segment + 1]
    jobs = layout.jobs[low:high]
    if high == low:
        return Priced(threshold, True, (), 0)
    root, start_best, after_best, job_best = completion_bounds(
        layout, segment, duals.job, room_price, pool_price
    )
    if root <= threshold:
        return Priced(threshold, True, (), 0)
    copies = layout.copies[jobs]
    # A demand is remembered as one: by the first of its jobs, for the most that any of them can earn.
    _, first, which = np.unique(layout.demand[jobs], return_index=True, return_inverse=True)
    alike = first[which]
    np.maximum.at(job_best, alike, job_best.copy())
    out = RouteBook.blank(1, ENDS, layout.longest)
    best, made = int(root), 0
    routes: list[Route] = []
    reach = np.full(start_best.shape, NEVER, np.int64)
    for _ in range(most_rounds):
        keep0, keep1 = memory.masks(copies)
        status, count, labels = label_routes(
            layout, segment, duals.job, room_price, pool_price,
            memory.bit[alike], copies, memory.bit_job, keep0[alike], keep1[alike], threshold,
            start_best, after_best, job_best, most_labels, ENDS,
            out.jobs[0], out.starts[0], out.length[0], out.value[0], reach,
        )  # fmt: skip
        made += labels
        if status != 0:
            return Priced(best, False, tuple(routes), made)
        if count == 0:
            return Priced(threshold, True, tuple(routes), made)
        best = min(best, int(out.value[0, 0]))
        grown = False
        for rank in range(count):
            length = out.length[0, rank]
            local = out.jobs[0, rank, :length][::-1]
            met = alike[local].tolist()
            elementary = _elementary(met, copies)
            if elementary:
                starts = out.starts[0, rank, :length][::-1].tolist()
                routes.append(tuple(map(Visit, starts, jobs[local].tolist())))
                if rank == 0:
                    return Priced(best, True, tuple(routes), made)
            else:
                grown |= memory.grow(met, copies)
        if not grown:
            return Priced(best, False, tuple(routes), made)
    return Priced(best, False, tuple(routes), made)


def _elementary(route: list[int], copies: Flat) -> bool:
    return all(route.count(job) <= copies[job] for job in set(route))


@dataclass(frozen=True, slots=True)
class Proved:
    """
    A proof and what came with it.

    Parameters
    ----------
    proof
        The bound.
    exact
        Per segment whether its best value is attained by a real route.
    columns
        Elementary routes found, worth adding to a column pool.
    labels
        Work done.
    beyond
        By segment, jobs of routes beyond its layout that seem to be worth more than all within.
    """

    proof: Proof
    exact: NDArray[np.bool_]
    columns: tuple[Column, ...]
    labels: int
    beyond: dict[int, Flat]


def prove(
    problem: Problem,
    layout: Layout,
    duals: Duals,
    memories: list[Memory],
    stop: Callable[[], bool],
    most_labels: int = 400_000,
    most_rounds: int = 200,
    door: NextDoor | None = None,
) -> Proved:
    """
    The bound at the prices; segments not done when ``stop`` turns true count with a weaker value.

    Always a valid bound: a segment that was given up keeps its completion bound, and routes that
    go beyond the places laid out count with what `far_bound` says, or where there is no time with
    what they were worth if every place was next door.

    Parameters
    ----------
    door
        The problem's `NextDoor`, where it is at hand.
    """
    most = -layout.empty if layout.whole else (door or NextDoor(problem)).best(duals)
    segments = np.flatnonzero(np.diff(layout.job_at) > 0).astype(np.int64)
    book = RouteBook.blank(len(problem.segments), 1, layout.longest)
    width = max(problem.value.shape[1] - 1, 1)
    used = np.zeros(problem.jobs, np.int64)
    price_all(layout, segments, np.repeat(duals.job[:, None], width, 1), used, duals, 1, book)
    room, groups = summed(duals.room), summed(duals.pool, 1)
    values = -layout.empty.copy()
    exact = np.ones(len(values), dtype=bool)
    columns: list[Column] = []
    beyond: dict[int, Flat] = {}

    def one(segment: int) -> Priced:
        known = -int(layout.empty[segment])
        if book.count[segment]:
            known = max(known, int(book.value[segment, 0]))
        limit = 0 if stop() else most_labels
        near = layout.sort[segment] >= 0
        if near and not limit:
            return Priced(int(most[segment]), False, (), 0)
        priced = best_route(
            layout, segment, duals, room, groups, memories[segment], known, limit, most_rounds
        )
        if not near:
            return priced
        far, met = _beyond(problem, layout, segment, duals, room, groups, priced.best, memories[segment])
        if len(met):
            beyond[segment] = met
        best = min(max(priced.best, far), int(most[segment]))
        return replace(priced, best=best, exact=priced.exact and far <= priced.best)

    labels = 0
    for segment in segments.tolist():
        priced = one(segment)
        values[segment], exact[segment] = priced.best, priced.exact
        labels += priced.labels
        columns += [(segment, route) for route in priced.routes]
        if book.count[segment]:
            columns.append((segment, book.route(segment)))
    fine = job_part(problem, duals)[0] + capacity_part(problem, duals) + int(values.sum())
    proof = Proof(duals, values, fine, whole_bound(problem, fine))
    return Proved(proof, exact, tuple(columns), labels, beyond)


def _beyond(
    problem: Problem,
    layout: Layout,
    segment: int,
    duals: Duals,
    room_price: Flat,
    pool_price: Flat,
    floor: int,
    memory: Memory,
) -> tuple[int, Flat]:
    """
    A bound on routes with a visit beyond the layout, ``floor`` where none is worth more; jobs of such.

    A decision diagram sifts the jobs that may stand in a route worth more than the floor. Where
    that may not be worth much more, the places of these are laid out for the moment, and labelled exactly.
    """
    met, length = np.zeros((FAR_ENDS, layout.longest), np.int64), np.zeros(FAR_ENDS, np.int64)
    sort = layout.sort[segment]
    jobs = layout.sort_jobs[layout.sort_at[sort] : layout.sort_at[sort + 1]]
    sifted = np.zeros(len(jobs), np.int64)
    far, count = far_bound(
        layout, segment, duals.job, room_price, pool_price, floor, FAR_WIDTH, met, length, sifted
    )
    if count == 0:
        return floor, jobs[:0]
    seeming = np.unique(met[np.arange(layout.longest) < length[:, None]])
    jobs = jobs[sifted > 0]
    if far - floor > duals.job[jobs].max() // LOOK:
        return int(far), seeming
    whole = lay_out(replace(problem, segments=(problem.segments[segment],), eligible=(jobs,), regions=None))
    own = layout.jobs[layout.job_at[segment] : layout.job_at[segment + 1]]
    among = memory.among(own, jobs, layout.copies[jobs])
    priced = best_route(whole, 0, duals, room_price, pool_price, among, floor, LOOK_LABELS, LOOK_ROUNDS)
    real = [visit.job for route in priced.routes for visit in route]
    return min(int(far), priced.best), np.unique(np.array(real, np.int64)) if priced.exact else seeming
