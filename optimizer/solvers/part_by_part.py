"""
Instances that fall apart, solved part by part: each by all methods, for a while.

After a first solution for all of them parts take turns, at first for as long as their visits ask for, then as
what they lack does; what a part leaves over goes to the others. Where parts are large each has one turn, as
methods there cool down once, over all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import Progress, Result, unpriced
from optimizer.core.solution import Solution
from optimizer.solvers.engine import Engine
from optimizer.solvers.improve import LARGE, QUARTER
from optimizer.solvers.parts import Part, Together

SHARES = (0.2, 0.5, 1.0)
"""Of the time left, what each round of turns takes."""
SHORT = 10.0
"""Where a quarter has fewer seconds, parts have one turn each."""
FIRST_ROUND = 3.0
"""Where time is without limit, seconds of a quarter's turn in the first round; twice as many each time."""
AWAKE = 2_000
"""With more visits in all parts together, none keeps what its methods know until its next turn."""


class PartByPart:
    """
    The parts of an instance, and an engine on each of them.

    Parameters
    ----------
    problem, parts
        The instance, and what it falls into.
    stopping, remaining, gap, seed, report, start
        As for `solve`.
    """

    def __init__(
        self,
        problem: Problem,
        parts: Sequence[Part],
        *,
        stopping: Callable[[], bool],
        remaining: Callable[[], float],
        gap: float,
        seed: int,
        report: Callable[[Progress], None],
        start: Solution | None,
    ) -> None:
        self._stopping, self._remaining = stopping, remaining
        self._gap, self._seed, self._report = gap, seed, report
        self._gap_of_parts = gap
        self._began, self._until = time.monotonic(), np.inf
        self._history: list[tuple[float, int, int]] = []
        whole = start or Solution.empty(problem)
        self._together = Together(problem, parts, [unpriced(p.problem, p.take(whole)) for p in parts])
        self._engines: list[Engine | None] = [None] * len(parts)
        self._open = list(range(len(parts)))
        self._tell("construct")

    def run(self) -> None:
        """Work until all parts are settled, the whole is good enough, or it is time to stop."""
        for number in self._open:
            if self._done():
                return
            self._engines[number] = self._begin(number)
            if self._crowded():
                self._engines[number] = None
        rounds = 0
        while self._open and not self._done() and self._remaining() > 0:
            # Small ones first: they are settled early.
            self._open.sort(key=self._visits)
            self._round(rounds)
            rounds += 1
            if not self._open:
                self._reopen()

    def count(self, steps: int) -> None:
        """So many steps on each part, in one thread."""
        while self._open and not self._done():
            for number in self._open:
                if not self._done():
                    self._begin(number).count(steps)
            self._reopen()

    def result(self) -> Result:
        """The whole as it stands."""
        return self._together.result(tuple(self._history))

    def _round(self, before: int) -> None:
        """A turn of each part that is not settled yet, after so many rounds of them before."""
        left = self._remaining()
        visits = [self._visits(number) for number in self._open]
        lacks = [max(self._lack(number), 1) for number in self._open]
        weights = np.array(lacks if before else visits, np.float64)
        if left == np.inf:
            left = FIRST_ROUND * 2**before * sum(visits) / QUARTER
        elif not self._crowded() and max(visits) <= LARGE and left > SHORT * sum(visits) / QUARTER:
            left *= SHARES[min(before, len(SHARES) - 1)]
        ends = time.monotonic() + left
        settled = []
        for place, number in enumerate(self._open):
            if self._done():
                break
            now = time.monotonic()
            self._until = now + max(ends - now, 0.0) * weights[place] / weights[place:].sum()
            engine = self._engines[number] or self._begin(number)
            settled += [] if engine.run() else [number]
            self._engines[number] = None if self._crowded() or number in settled else engine
        self._until = np.inf
        self._open = [number for number in self._open if number not in settled]

    def _reopen(self) -> None:
        """
        Ask for more of parts that are good enough by themselves, where the whole is not.

        A gap is a share of the bound, and a part that loses takes from it what others earn.
        """
        every = range(len(self._engines))
        self._open = [number for number in every if 0 < self._lack(number) <= self._tolerance(number)]
        self._engines = [None] * len(self._engines)
        self._gap_of_parts = 0.0

    def _begin(self, number: int) -> Engine:
        """An engine on a part, with a first solution."""
        return Engine(
            self._together.parts[number].problem,
            stopping=lambda: time.monotonic() >= self._until or self._done(),
            remaining=lambda: max(min(self._remaining(), self._until - time.monotonic()), 0.0),
            gap=self._gap_of_parts,
            seed=self._seed,
            report=lambda progress: self._hear(number, progress),
            start=self._together.results[number].solution,
        )

    def _hear(self, number: int, progress: Progress) -> None:
        """A part's news; one that began anew has a weaker bound at first."""
        new, known = progress.result, self._together.results[number]
        best, bound = min(new, known, key=lambda one: one.proven), min(new.bound, known.bound)
        best = replace(
            best, solution=new.solution, score=new.score, bound=bound, enumerated=bound < best.proven
        )
        self._together.take(number, best)
        self._tell(progress.phase)

    def _tell(self, phase: str) -> None:
        seconds, result = time.monotonic() - self._began, self._together.result(())
        self._history.append((seconds, result.score, result.bound))
        self._report(Progress(seconds, phase, replace(result, history=tuple(self._history))))

    def _done(self) -> bool:
        """Whether it is time to stop, or the whole is as good as asked for."""
        _, score, bound = self._history[-1]
        return self._stopping() or bound - score <= self._gap * max(abs(bound), 1000)

    def _visits(self, number: int) -> int:
        """Visits of a part, one at least."""
        return max(sum(map(len, self._together.results[number].solution.routes)), 1)

    def _lack(self, number: int) -> int:
        """What a part's solution lacks to its bound, in millipoints."""
        result = self._together.results[number]
        return result.bound - result.score

    def _tolerance(self, number: int) -> float:
        """What a part may lack by itself."""
        return self._gap_of_parts * max(abs(self._together.results[number].bound), 1000)

    def _crowded(self) -> bool:
        """Whether parts hold too much for all of them to be kept as they are between turns."""
        return sum(map(self._visits, range(len(self._engines)))) > AWAKE
