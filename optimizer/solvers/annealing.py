"""Better solutions: annealed neighbourhood search from the best solution, led by the prices."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from optimizer.core.solution import Solution
from optimizer.solvers.crossover import cross
from optimizer.solvers.flat_equity import lay_out_equity
from optimizer.solvers.flat_solution import FlatSolution, blank, copied, load, route, unload
from optimizer.solvers.halves import Half, halves
from optimizer.solvers.layout import Flat, Layout
from optimizer.solvers.lns import search as search_neighbourhoods
from optimizer.solvers.prices import summed
from optimizer.solvers.search import Search

WINDOW = 45
"""Days of a window, where more segments are emptied at once than whole ones could be."""
LEAST_SHARE, MOST_SHARE = 0.92, 1.0
"""
So far prices replace prizes in a move: nearly wholly, as a unit then leaves to others all that they need
more; the rest chooses among routes that prices make alike.
"""
HOT = 0.5
COLD = 0.015
"""First and last temperature of a cycle, as a share of what a visit earns on average."""
LAST, MOST_MOVES = 0.97, 10**12
"""A last cycle takes that share of the time left, and as many moves as it comes to."""
CHUNK, CHUNK_PER_SEGMENT = 500, 2
"""Moves between two looks at the clock and the newest prices; more where there are many segments."""
SHARED = 4
"""Chunks after which a walk through many segments shares its best solution; a check takes as long as one."""
MET = 300
"""Most routes kept of the moves between."""
NEAR = 0.1
"""A route is kept when it misses its segment's best value by no more than that share of the slack."""


class Annealing:
    """
    A walk through solutions that cools down in cycles.

    Parameters
    ----------
    search
        Where the best solution is shared.
    seed
        Of the random moves.
    helper
        A second thread, once there is one with nothing else to do: it walks through half of the segments.
    """

    def __init__(
        self, search: Search, seed: int, helper: Callable[[], Executor | None] = lambda: None
    ) -> None:
        self.search = search
        self._helper = helper
        self._random = np.random.default_rng(seed)
        self._layout, self._related = search.layout, related_segments(search.layout)
        self._all = np.arange(len(search.problem.segments))
        size = len(search.problem.segments), search.layout.longest
        self._here, self._best = blank(*size), blank(*size)
        met = MET if search.layout.whole else 0
        self._home, self._met = np.zeros(met, np.int64), blank(met, search.layout.longest)
        gains = search.layout.gain[~search.problem.kept]
        gains = gains[gains > 0]
        self._visit = float(gains.mean()) if len(gains) else 1.0

    def cycle(
        self,
        moves: int,
        hot: float = HOT,
        cold: float = COLD,
        *,
        windows: bool = False,
        among: Flat | None = None,
        seconds: float = np.inf,
    ) -> None:
        """
        Cool down over so many moves, from the best solution on; every better solution is shared.

        Parameters
        ----------
        hot, cold
            First and last temperature, as a share of what a visit earns on average.
        windows
            Empty up to 8 segments for some weeks at a time, rather than up to 4 wholly.
        among
            Segments to begin moves with; None for all.
        seconds
            After so many it has cooled down too, however many moves there were.
        """
        search, began = self.search, time.monotonic()
        if not search.problem.jobs:
            return
        load(self._here, search.solution)
        load(self._best, search.solution)
        made, best, chunks = 0, -np.inf, 0
        seats = self._all if among is None else among
        chunk = max(CHUNK, CHUNK_PER_SEGMENT * len(self._here.length))
        every = SHARED if chunk > CHUNK else 1
        done = 0.0
        while made < moves and done < 1 and (made == 0 or not search.done()):
            count = min(chunk, moves - made)
            # As much will be done after these moves as is now, and as a chunk has taken so far.
            then = max((made + count) / moves, done + done / max(chunks, 1))
            heat = [hot * (cold / hot) ** min(share, 1.0) for share in (done, then)]
            if self._layout is not search.layout:
                # More has been laid out, and what was is so still.
                self._layout = search.layout
                self._related = related_segments(self._layout)
            hot_now, cold_now = (share * self._visit for share in heat)
            # A single segment is of one half.
            helper = None if len(self._all) < 2 else self._helper()
            if helper is None:
                best = self._walk(count, hot_now, cold_now, windows, best, seats)
            else:
                self._walk_in_two(helper, count, hot_now, cold_now, windows)
            made += count
            chunks += 1
            done = max(made / moves, (time.monotonic() - began) / seconds)
            if chunks % every == 0:
                search.offer(unload(self._best))
        if chunks % every:
            search.offer(unload(self._best))

    def last_cycle(self, left: float, hot: float, *, windows: bool = False) -> None:
        """Cool down over the seconds that are left: a cycle is of use only when it has cooled down."""
        self.cycle(MOST_MOVES, hot, windows=windows, seconds=LAST * left)

    def here(self) -> Solution:
        """Where the last cycle ended."""
        return unload(self._here)

    def competitors(self, segment: int) -> Flat:
        """Segments that compete with one for a job."""
        offsets, related = self._related
        return related[offsets[segment] : offsets[segment + 1]]

    def _walk(self, moves: int, hot: float, cold: float, windows: bool, best: float, seats: Flat) -> float:
        """Moves through all segments; what the best solution is worth by then."""
        search = self.search
        value, met = self._moves(
            moves, hot, cold, windows, best, seats, self._layout, self._related, self._here, self._best
        )
        if self._layout.whole:
            search.columns.add_all(
                (segment, route(self._met, number))
                for number, segment in enumerate(self._home[:met].tolist())
            )
        return value

    def _walk_in_two(self, helper: Executor, moves: int, hot: float, cold: float, windows: bool) -> None:
        """So many moves in either half at once; no part of the best solution is lost."""
        both = halves(self._layout, self._related, self._here, self._random)
        found = [(copied(self._here), copied(self._here)) for _ in both]

        def walk(half: Half, here: FlatSolution, best: FlatSolution) -> None:
            self._moves(
                moves, hot, cold, windows, -np.inf, half.segments, half.layout, half.related, here, best
            )

        other = helper.submit(walk, both[1], *found[1])
        walk(both[0], *found[0])
        other.result()
        better = copied(self._here)
        for half, (here, best) in zip(both, found, strict=True):
            for whole, part in ((self._here, here), (better, best)):
                for rows, new in zip(whole, part, strict=True):
                    rows[half.segments] = new[half.segments]
        equity = lay_out_equity(self.search.problem, self.search.duals)
        # The lowest coverage is one for all: what either half found may be better than both together.
        alone = [best for _, best in found] if self.search.problem.equity is not None else []
        for other_best in (*alone, better):
            cross(self._layout, equity, other_best, self._best)

    def _moves(
        self,
        moves: int,
        hot: float,
        cold: float,
        windows: bool,
        value: float,
        seats: Flat,
        layout: Layout,
        related: tuple[Flat, Flat],
        here: FlatSolution,
        best: FlatSolution,
    ) -> tuple[float, int]:
        """Moves through one layout, in place; what the best is worth then, and how many routes were met."""
        search, problem, proof = self.search, self.search.problem, self.search.proof
        guide = proof.duals if search.priced else search.guide
        duals = guide or proof.duals
        # A route that misses its segment's best value by the whole slack is in no better solution.
        worthwhile = proof.best - int(NEAR * search.slack()) if search.priced else proof.best + 1
        value, met = search_neighbourhoods(
            layout, *related, seats, duals.job, duals.room,
            np.vstack([np.zeros((1, problem.horizon), np.int64), duals.pool]),
            *((LEAST_SHARE, MOST_SHARE) if guide is not None else (0.0, 0.0)),
            lay_out_equity(problem, duals), here, best, value,
            moves, 8 if windows else 4, WINDOW if windows else 0, hot, cold,
            int(self._random.integers(2**31)),
            summed(duals.room), summed(duals.pool, 1), worthwhile, self._home, self._met,
        )  # fmt: skip
        return float(value), met


def related_segments(layout: Layout) -> tuple[Flat, Flat]:
    """Per segment those that compete with it for a job, as offsets and one list."""
    jobs_of = [np.unique(part).tolist() for part in np.split(layout.demand[layout.jobs], layout.job_at[1:-1])]
    doers: dict[int, list[int]] = {}
    for segment, jobs in enumerate(jobs_of):
        for job in jobs:
            doers.setdefault(job, []).append(segment)
    related = [
        sorted({other for job in jobs for other in doers[job]} - {segment})
        for segment, jobs in enumerate(jobs_of)
    ]
    offsets = np.concatenate([[0], np.cumsum([len(others) for others in related])]).astype(np.int64)
    return offsets, np.array([other for others in related for other in others], np.int64)
