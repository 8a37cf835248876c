"""Better solutions: annealed neighbourhood search from the best solution, led by the prices."""

from __future__ import annotations

import time

import numpy as np

from optimizer.solvers.flat_solution import blank, load, route, unload
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
    """

    def __init__(self, search: Search, seed: int) -> None:
        self.search = search
        self._random = np.random.default_rng(seed)
        self._related = related_segments(search.layout)
        self._all = np.arange(len(search.problem.segments))
        size = len(search.problem.segments), search.layout.longest
        self._here, self._best = blank(*size), blank(*size)
        self._home, self._met = np.zeros(MET, np.int64), blank(MET, search.layout.longest)
        gains = search.layout.gain[search.layout.gain > 0]
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
            best = self._walk(count, heat[0] * self._visit, heat[1] * self._visit, windows, best, seats)
            made += count
            chunks += 1
            done = max(made / moves, (time.monotonic() - began) / seconds)
            if chunks % every == 0:
                search.offer(unload(self._best))
        if chunks % every:
            search.offer(unload(self._best))

    def competitors(self, segment: int) -> Flat:
        """Segments that compete with one for a job."""
        offsets, related = self._related
        return related[offsets[segment] : offsets[segment + 1]]

    def _walk(self, moves: int, hot: float, cold: float, windows: bool, best: float, seats: Flat) -> float:
        search, problem, proof = self.search, self.search.problem, self.search.proof
        guide = proof.duals if search.priced else search.guide
        duals, equity, none = guide or proof.duals, problem.equity, np.zeros(0, np.int64)
        # A route that misses its segment's best value by the whole slack is in no better solution.
        worthwhile = proof.best - int(NEAR * search.slack()) if search.priced else proof.best + 1
        best, met = search_neighbourhoods(
            search.layout, *self._related, seats, duals.job, duals.room,
            np.vstack([np.zeros((1, problem.horizon), np.int64), duals.pool]),
            *((LEAST_SHARE, MOST_SHARE) if guide is not None else (0.0, 0.0)),
            0.0 if equity is None else float(equity.rate_fine), duals.equity,
            none if equity is None else equity.group, none if equity is None else equity.requested,
            none if equity is None else equity.served, self._here, self._best, best,
            moves, 8 if windows else 4, WINDOW if windows else 0, hot, cold,
            int(self._random.integers(2**31)),
            summed(duals.room), summed(duals.pool, 1), worthwhile, self._home, self._met,
        )  # fmt: skip
        if search.layout.whole:
            search.columns.add_all(
                (segment, route(self._met, number))
                for number, segment in enumerate(self._home[:met].tolist())
            )
        return float(best)


def related_segments(layout: Layout) -> tuple[Flat, Flat]:
    """Per segment those that compete with it for a job, as offsets and one list."""
    jobs_of = [part.tolist() for part in np.split(layout.jobs, layout.job_at[1:-1])]
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
