"""What all methods share while an instance is solved: best solution, best bound, routes met."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Branch, Duals, Progress, Proof, Result, whole_bound
from optimizer.core.solution import Solution, faults, keep_where_possible, objective
from optimizer.exceptions import EngineError
from optimizer.solvers.bound import Memory, prove
from optimizer.solvers.columns import Columns
from optimizer.solvers.crossover import best_of_both
from optimizer.solvers.flat_equity import lay_out_equity
from optimizer.solvers.layout import Layout, lay_out
from optimizer.solvers.next_door import NextDoor, first_prices


class Search:
    """
    The common state of one solve; every method may be called from any thread.

    Parameters
    ----------
    problem
        The instance.
    stopping
        Turns true when the time is up.
    gap
        Relative gap at which the search ends by itself.
    report
        Hears of each improvement.
    start
        A valid solution to start from; the empty one by default.
    """

    def __init__(
        self,
        problem: Problem,
        stopping: Callable[[], bool],
        gap: float,
        report: Callable[[Progress], None],
        start: Solution | None = None,
    ) -> None:
        self.problem = problem
        self.layout: Layout = lay_out(problem, start)
        self.memories = [Memory.none(jobs) for jobs in np.diff(self.layout.job_at).tolist()]
        self.phase = "construct"
        self._gap = gap
        self._stopping = stopping
        self._report = report
        self._began = time.monotonic()
        self._lock = threading.RLock()
        self.columns = Columns(problem)
        self._history: list[tuple[float, int, int]] = []
        self._enumerated: int | None = None
        self._branches: tuple[Branch, ...] = ()
        self.start = start
        self.solution = start or Solution.empty(problem)
        self.score = objective(problem, self.solution)
        # Weak, but a proof from the first moment; where all is laid out, completion bounds know the legs.
        self.door = NextDoor(problem)
        with ThreadPoolExecutor(2) as pool:
            self.door.threads = None if self.layout.whole else pool
            self.proof: Proof = first_prices(problem, self.door.prove)
            self.door.threads = None
        if self.layout.whole:
            self.proof = prove(problem, self.layout, self.duals, self.memories, lambda: True).proof
        self.priced = False
        # Prices that may lead the search until a bound rests on some.
        self.guide: Duals | None = None
        self._tell()

    @property
    def bound(self) -> int:
        """The best bound in millipoints."""
        return self._proven if self._enumerated is None else min(self._proven, self._enumerated)

    @property
    def _proven(self) -> int:
        """The best bound that prices prove."""
        return whole_bound(self.problem, self.proof.fine - sum(branch.saved for branch in self._branches))

    @property
    def duals(self) -> Duals:
        """The prices of the best bound."""
        return self.proof.duals

    def done(self) -> bool:
        """Whether to stop: time is up, or the gap is closed."""
        return self._stopping() or self.closed()

    def closed(self) -> bool:
        """Whether the gap is as small as asked for."""
        return self.bound - self.score <= self._gap * max(abs(self.bound), 1000)

    def slack(self) -> int:
        """How much better than the best solution any solution can be, in thousandths."""
        return max(self.proof.fine - self.score * FINE, 0)

    def offer(self, solution: Solution) -> bool:
        """Take what is better of a solution; one that is not valid is a fault of the engine."""
        solution = keep_where_possible(self.problem, solution)
        with self._lock:
            equity = lay_out_equity(self.problem, self.duals)
            both = best_of_both(self.layout, equity, self.solution, solution)
            score = objective(self.problem, both)
            # With terms that are rounded, its parts may hide that the whole is better.
            rounded = self.problem.equity is not None or self.problem.change is not None
            if rounded and objective(self.problem, solution) > score:
                both, score = solution, objective(self.problem, solution)
            if score <= self.score:
                return False
            wrong = faults(self.problem, both)
            if wrong:
                raise EngineError(f"The engine made an invalid solution: {wrong[0]}.")
            self.solution, self.score = both, score
            self._tell()
            return True

    def offer_proof(self, proof: Proof, *, rough: bool = False) -> bool:
        """Take a bound if it is better; ``rough`` prices are not yet good enough to pack by."""
        with self._lock:
            # Cases told apart are of the proof that they lower; a better one begins without.
            if proof.fine >= self.proof.fine - sum(branch.saved for branch in self._branches):
                return False
            self.proof = proof
            self._branches = ()
            self.priced = self.priced or not rough
            self._tell()
            return True

    def offer_branches(self, branches: tuple[Branch, ...]) -> None:
        """Take the cases of all groups of the best proof that are told apart."""
        with self._lock:
            before = self.bound
            self._branches = branches
            if self.bound < before:
                self._tell()

    def offer_enumeration(self, bound: int) -> None:
        """Take a bound that rests on having looked at every route that could improve the solution."""
        with self._lock:
            if bound < self.bound:
                self._enumerated = bound
                self._tell()

    def result(self) -> Result:
        """Best solution and bound as they stand."""
        with self._lock:
            return Result(
                solution=self.solution,
                score=self.score,
                bound=self.bound,
                proof=self.proof,
                proven=self._proven,
                enumerated=self.bound < self._proven,
                history=tuple(self._history),
                branches=self._branches,
            )

    def _tell(self) -> None:
        seconds = time.monotonic() - self._began
        self._history.append((seconds, self.score, self.bound))
        self._report(Progress(seconds, self.phase, self.result()))
