"""
Branch and price: where the linear program answers a question by halves, both answers are followed.

Questions are whether a job is done, by which kind of unit, and what follows it at once. The case with the
greatest bound is split first, by the question that lowers the bounds of both answers most, which is tried out
on the routes known (strong branching: Applegate, Bixby, Chvatal & Cook 1995). The bound is that of the worst
case left; as it rests on the whole tree, `Result.enumerated` says so.
"""

from __future__ import annotations

import heapq
from itertools import zip_longest

from optimizer.solvers.windows.cases import Case, Question, all_solutions
from optimizer.solvers.windows.master import Reals
from optimizer.solvers.windows.pricing import elementary
from optimizer.solvers.windows.routes import Column
from optimizer.solvers.windows.search import WindowSearch
from optimizer.solvers.windows.tighten import Tightening

TRIED = 5
"""Questions of each sort that are tried out before one is asked."""
MORE = 500
"""Routes after which the linear program is begun anew with those that may still be of use."""
CLEAR = 1e-4
"""An answer that is that near to yes or no is no question."""
LEAST = 1e-3
"""Points that each answer's gain counts at least: one without any must not hide what the other is worth."""


class Branching:
    """
    A tree of cases.

    Parameters
    ----------
    search
        What is shared.
    tightening
        Solved for the whole; from now on it works for the tree.
    """

    def __init__(self, search: WindowSearch, tightening: Tightening) -> None:
        self.search = search
        self._tightening = tightening
        self._made = 0
        # Routes with which the program is begun anew.
        self._most = 0
        # Cases to be looked at, that with the greatest bound first.
        self._open: list[tuple[int, int, Case]] = []
        # The greatest bound of those in which nothing more can be done.
        self._stuck = search.needed() - 1
        self._put(search.proof.fine, all_solutions(search.layout))

    @property
    def idle(self) -> bool:
        """Whether no case is left that can be looked at."""
        return not self._open or -self._open[0][0] < self.search.needed()

    def step(self) -> bool:
        """Look at the case with the greatest bound, and split it; whether no better solution is left."""
        search, tightening = self.search, self._tightening
        if self.idle:
            return self._stuck < search.needed()
        fine, _, case = self._open[0]
        if len(tightening.master.routes.columns) > self._most:
            tightening.renew()
            self._most = len(tightening.master.routes.columns) + MORE
        tightening.enter(case, -fine)
        while tightening.fine >= search.needed() and (not tightening.solved or tightening.add_rows()):
            if search.done():
                return False
            tightening.step()
        heapq.heappop(self._open)
        if tightening.fine >= search.needed():
            self._split(case)
        left = [-bound for bound, _, _ in self._open[:1]]
        search.offer_tree(max(*left, self._stuck, search.needed() - 1))
        return False

    def _split(self, case: Case) -> None:
        """Put both answers to the best question in the place of the case."""
        master, fine = self._tightening.master, self._tightening.fine
        used, share = master.solution()
        value = master.solve()
        best, asked = -1.0, None
        for question in self._questions(used, share):
            gains = [max(value - master.tried(question.answered(case, yes)), LEAST) for yes in (True, False)]
            if gains[0] * gains[1] > best:
                best, asked = gains[0] * gains[1], question
        if asked is None:
            # Whole routes: nothing is better in this case, or pricing was too hard to tell.
            whole = [column for column, much in zip(used, share.tolist(), strict=True) if much > 0.5]
            if all(elementary(route) for _, route in whole):
                self.search.offer(whole)
            self._stuck = max(self._stuck, fine)
            return
        for yes in (True, False):
            self._put(fine, asked.answered(case, yes))

    def _questions(self, used: list[Column], share: Reals) -> list[Question]:
        """Questions that the program answers least clearly, some of each sort."""
        done: dict[Question, float] = {}
        by: dict[Question, float] = {}
        pairs: dict[Question, float] = {}
        for (kind, route), much in zip(used, share.tolist(), strict=True):
            for job, then in zip_longest(route, route[1:]):
                done[Question(job)] = done.get(Question(job), 0.0) + much
                by[Question(job, kind)] = by.get(Question(job, kind), 0.0) + much
                if then is not None:
                    pairs[Question(job, then=then)] = pairs.get(Question(job, then=then), 0.0) + much
        first = _unclear(done) + _unclear(by)
        return first or _unclear(pairs)

    def _put(self, fine: int, case: Case) -> None:
        self._made += 1
        heapq.heappush(self._open, (-fine, self._made, case))


def _unclear(answers: dict[Question, float]) -> list[Question]:
    """Those nearest to a half, if any are far from yes and no."""
    far = sorted((abs(much - 0.5), n, question) for n, (question, much) in enumerate(answers.items()))
    return [question for apart, _, question in far[:TRIED] if apart < 0.5 - CLEAR]
