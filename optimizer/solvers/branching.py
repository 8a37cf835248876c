"""
Telling cases apart: branch and price, one group of segments at a time.

With what rooms cost fixed, the bound of a proof falls apart into shares of groups (`groups.py`), and
whatever lowers one share lowers the bound. Here a group's share is lowered by cases: what a limit
counts (visits of the group or a segment, or those under way on a day) is at most a number, or more. In
each case the linear program finds prices of its own, a limit's among them, and labelling proves what they are
worth; the worst case counts (branch and price: Barnhart et al. 1998). Routes met in the cases are
packed: where the linear program does a visit more than the best solution, they show the way to it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Problem
from optimizer.core.result import FINE, Branch, Case, Duals, Limit, Proof, Split
from optimizer.core.solution import Solution, faults
from optimizer.solvers.bound import best_route
from optimizer.solvers.columns import END, START
from optimizer.solvers.groups import Share, independent_groups
from optimizer.solvers.layout import Flat
from optimizer.solvers.master import POINT, Master, counted
from optimizer.solvers.packing import UNTIMED, pack_better
from optimizer.solvers.prices import Column, RouteBook, equity_gains, summed
from optimizer.solvers.routes import price_segments
from optimizer.solvers.search import Search

MOST_CASES = 60
"""Cases of one group: each is one more bound that a certificate holds, and that is recomputed."""
CASES = 4
"""Cases split in one step."""
FIRST = 40
"""Routes per segment with which a group's program begins."""
ROUTES, CHEAP, EXACT = 1, 8, 10
"""Routes priced per segment and round; most rounds of the route program, and of labelling, in one case."""
TRIED = 4
"""Limits of each kind that are tried before one is chosen (strong branching: Applegate et al. 1995)."""
NEAR = 0.02
"""Points between a case's bound and its program that are not worth another round."""
MOST_LABELS = 400_000
WORTH = 0.1
"""Share of a visit that a group has to lose for cases to be told apart in it."""
PACK_SECONDS, OTHERS = 10.0, 15
"""Most seconds of one packing, and routes of each other segment that take part in it."""
PACK_NODES = 20
Bounds = Mapping[Limit, tuple[int, int]]
"""By limit the least and most that it may count."""


@dataclass(slots=True)
class Node:
    """
    A case, and where it is split.

    Parameters
    ----------
    bounds
        What holds in it.
    case
        The bound found for it.
    shares
        Shares of the master's columns in the program's solution.
    split
        The limit, the number, and the two cases; None for a leaf.
    """

    bounds: Bounds
    case: Case
    shares: NDArray[np.float64]
    split: tuple[Limit, int, Node, Node] | None = None

    def tree(self) -> Case | Split:
        """The cases from here on."""
        if self.split is None:
            return self.case
        limit, most, below, above = self.split
        return Split(limit, most, below.tree(), above.tree())


class Group(Share):
    """
    One group of segments, and the cases told apart in it.

    Parameters
    ----------
    search
        Where solution and routes are shared.
    proof
        The proof whose bound is lowered.
    segments
        The group.
    """

    def __init__(self, search: Search, proof: Proof, segments: list[int]) -> None:
        problem = search.problem
        super().__init__(problem, proof, segments)
        self.search = search
        self.master = Master(_without_equity(problem, proof.duals), self._room)
        self.total = Limit(self.segments, tuple(self.pools.tolist()))
        self._book = RouteBook.blank(len(problem.segments), ROUTES, search.layout.longest)
        self._used = np.zeros(problem.jobs, np.int64)
        self.mean = int(proof.duals.job[self.jobs[~problem.kept[self.jobs]]].mean())
        self.cases = 1
        self._open: list[tuple[int, int, Node]] = []
        self._order = count()
        self._root: Node | None = None

    @property
    def fine(self) -> int:
        """The group's share of the bound, in thousandths, by the worst case."""
        return min(self.first, self._root.tree().fine) if self._root else self.first

    def branch(self) -> Branch | None:
        """What the cases save, if anything."""
        if self._root is None or self.fine >= self.first:
            return None
        return Branch(self.segments, self._root.tree(), self.first - self.fine)

    def begin(self) -> None:
        """Solve the group's program without cases."""
        search = self.search
        columns = search.columns
        missed = columns.missed(self.proof)
        home = columns.segment[: len(missed)]
        for segment in self.segments:
            mine = np.flatnonzero(home == segment)
            for number in np.sort(mine[np.argsort(missed[mine], kind="stable")][:FIRST]).tolist():
                self.master.add(*columns[number])
            self.master.add(segment, search.solution.routes[segment])
        root = Node(
            {},
            Case(self.proof.duals, (), tuple(self.proof.best[list(self.segments)].tolist()), self.first),
            np.zeros(0),
        )
        root.case, root.shares = self._solve({}, root.case, -(1 << 60))
        self._root = root
        self._push(root)

    def split(self, floor: int) -> bool:
        """Split the worst case that may be worth more than ``floor``; whether there was one."""
        if self._root is None:
            self.begin()
        while self._open and self.cases < MOST_CASES:
            _, _, node = heapq.heappop(self._open)
            if node.case.fine <= floor or self.search.done():
                continue
            chosen = self._choose(node)
            if chosen is None:
                self._offer_whole(node)
                continue
            limit, most = chosen
            least, greatest = node.bounds.get(limit, (0, self._most()))
            children = []
            for low, high in ((least, most), (most + 1, greatest)):
                bounds = {**node.bounds, limit: (low, high)}
                children.append(Node(bounds, *self._solve(bounds, node.case, floor)))
            node.split = (limit, most, children[0], children[1])
            self.cases += 1
            for child in children:
                self._push(child)
            return True
        return False

    def pack(self, nodes: int | None, seconds: float) -> bool:
        """Pack the routes met so far, and a few of the other groups' routes; whether that helped."""
        search, columns, mine = self.search, self.search.columns, set(self.segments)
        best = search.solution
        columns.add_all(self.master.columns[number] for number in range(len(self.master.columns)))
        columns.add_all(enumerate(best.routes))
        missed = columns.missed(self.proof)
        home = columns.segment[: len(missed)]
        chosen = [columns.number(column) for column in enumerate(best.routes) if column[1]]
        chosen += [columns.number(self.master.columns[number]) for number in range(len(self.master.columns))]
        # Others may have to give way: what the group wants are rooms that they hold.
        for segment in np.setdiff1d(np.unique(home), self.segments).tolist():
            theirs = np.flatnonzero(home == segment)
            chosen += theirs[np.argsort(missed[theirs], kind="stable")][:OTHERS].tolist()
        least = self._open[0][2].bounds.get(self.total, (0, 0))[0] if self._open else 0
        more = least > self._visits()
        solution, _ = pack_better(
            search.problem, columns, np.unique(np.array(chosen, np.int64)), best,
            nodes, seconds, (mine, least) if more else None,
        )  # fmt: skip
        return search.offer(solution)

    def _visits(self) -> int:
        """Visits of the group in the best solution."""
        return sum(len(self.search.solution.routes[segment]) for segment in self.segments)

    def _push(self, node: Node) -> None:
        heapq.heappush(self._open, (-node.case.fine, next(self._order), node))

    def _most(self) -> int:
        """More visits than the group can hold."""
        problem = self.search.problem
        return sum(problem.segments[s].last - problem.segments[s].first + 1 for s in self.segments)

    def _solve(self, bounds: Bounds, known: Case, floor: int) -> tuple[Case, NDArray[np.float64]]:
        """Column generation in a case, of which ``known`` is a bound already; the best bound, and shares."""
        master = self.master
        master.restrict(bounds)
        best, exact = known, 0
        while True:
            for _ in range(CHEAP):
                value = master.solve()
                shares = master.shares()
                duals, charges = self._prices(bounds)
                if not self._buy(duals, charges):
                    break
            case, new = self._prove(bounds, duals, charges)
            exact += 1
            if case.fine < best.fine:
                best = case
            settled = best.fine - self._at_program(value) <= NEAR * POINT
            if new == 0 or settled or best.fine <= floor or exact == EXACT or self.search.done():
                return best, shares

    def _at_program(self, value: float) -> float:
        """The program's value in the terms of the bound: with what the group adds when it does nothing."""
        empty = sum(int(self.search.layout.empty[s]) for s in self.segments)
        return int(self.master.problem.value[self.jobs, 0].sum()) * FINE - empty + value * POINT

    def _prices(self, bounds: Bounds) -> tuple[Duals, dict[Limit, int]]:
        """The program's prices; those of rooms, and shares of equity, are the proof's."""
        duals = replace(self.master.duals(), room=self.proof.duals.room, equity=self.proof.duals.equity)
        charges = self.master.charges(bounds)
        return duals, {limit: price for limit, price in charges.items() if price}

    def _of(self, segment: int, duals: Duals, charges: Mapping[Limit, int]) -> tuple[Duals, Flat]:
        """The prices with what limits charge a segment: those of jobs, and of pools summed up to each day."""
        problem = self.search.problem
        job, pool = duals.job.copy(), np.zeros((problem.pool.shape[0] + 1, problem.horizon), np.int64)
        pool[1:] = duals.pool
        for limit, price in charges.items():
            if segment in limit.segments:
                if limit.day is None:
                    job[np.isin(problem.job_pool, limit.pools)] -= price
                else:
                    pool[np.array(limit.pools) + 1, limit.day] += price
        return replace(duals, job=job), summed(pool)

    def _buy(self, duals: Duals, charges: Mapping[Limit, int]) -> int:
        """Routes that the route program finds at the prices, into the master; how many are new."""
        book, layout, new = self._book, self.search.layout, 0
        width = max(self.search.problem.value.shape[1] - 1, 1)
        for segment in self.segments:
            own, pool = self._of(segment, duals, charges)
            price_segments(
                layout, np.array([segment]), np.repeat(own.job[:, None], width, 1), self._used,
                self._room, pool, ROUTES, book.jobs, book.starts, book.length, book.value, book.count,
            )  # fmt: skip
            routes: Iterator[Column] = ((segment, book.route(segment, r)) for r in range(book.count[segment]))
            new += self.master.add_all(routes)
        return new

    def _prove(self, bounds: Bounds, duals: Duals, charges: Mapping[Limit, int]) -> tuple[Case, int]:
        """The bound that prices prove of a case, and how many routes met with it are new."""
        search, new = self.search, 0
        best = []
        for segment in self.segments:
            own, pool = self._of(segment, duals, charges)
            empty = -int(search.layout.empty[segment])
            priced = best_route(
                search.layout, segment, own, self._room, pool, search.memories[segment], empty, MOST_LABELS
            )
            best.append(priced.best)
            new += self.master.add_all((segment, route) for route in priced.routes)
        fine = self._worth(duals) + sum(best)
        for limit, price in charges.items():
            least, most = bounds[limit]
            fine += price * (most if price > 0 else least)
        return Case(duals, tuple(charges.items()), tuple(best), fine), new

    def _choose(self, node: Node) -> tuple[Limit, int] | None:
        """A limit that counts no whole number in the program's solution; None where there is none."""
        some = np.flatnonzero(node.shares > 1e-7)
        owner, visits = self.master.columns.visits(some)
        weight, home = node.shares[some][owner], self.master.columns.segment[some][owner]
        # How many visits there are decides most, even where the program does a whole number more.
        number = int(np.ceil(weight.sum() - 1e-4)) - 1
        least, most = node.bounds.get(self.total, (0, self._most()))
        if least <= number < most and number >= self._visits():
            return self.total, number
        candidates: list[tuple[Limit, int]] = []
        for limits in self._ranks(home, visits):
            found: list[tuple[float, int, int]] = []
            for which, limit in enumerate(limits):
                counts = float(weight[counted(limit, home, visits)].sum())
                least, most = node.bounds.get(limit, (0, self._most()))
                off = min(counts - np.floor(counts), np.ceil(counts) - counts)
                # A program that was not solved to its end may break a limit, which says nothing.
                if off > 1e-4 and least <= counts < most:
                    found.append((-off, which, int(np.floor(counts))))
            candidates += [(limits[which], number) for _, which, number in sorted(found)[:TRIED]]
        return max(candidates, key=lambda one: self._promise(node, *one), default=None)

    def _promise(self, node: Node, limit: Limit, number: int) -> float:
        """By how much a split lowers the program's value on both sides, as far as known routes tell."""
        least, most = node.bounds.get(limit, (0, self._most()))
        values = []
        for bounds in (node.bounds, {limit: (least, number)}, {limit: (number + 1, most)}):
            self.master.restrict({**node.bounds, **bounds})
            values.append(self.master.solve())
        return max(values[0] - values[1], 1e-3) * max(values[0] - values[2], 1e-3)

    def _ranks(self, home: Flat, visits: Flat) -> Iterator[list[Limit]]:
        """Limits to look at, those first that decide most: numbers of visits, then days."""
        each = [(pool,) for pool in self.pools.tolist()]
        both = [*each, self.total.pools] if len(each) > 1 else each
        yield [self.total]
        yield [Limit(self.segments, pools) for pools in each]
        yield [Limit((segment,), self.total.pools) for segment in self.segments]
        yield [Limit((segment,), pools) for segment in self.segments for pools in each]
        for among in ([self.total.pools], both):
            yield [
                Limit((segment,), pools, day)
                for segment in self.segments
                for day in range(
                    int(visits[START, home == segment].min(initial=1 << 30)),
                    int(visits[END, home == segment].max(initial=-1)) + 1,
                )
                for pools in among
            ]

    def _offer_whole(self, node: Node) -> None:
        """Offer the routes that the program has chosen whole, if they fit together with the others."""
        routes = list(self.search.solution.routes)
        for segment in self.segments:
            routes[segment] = ()
        for number in np.flatnonzero(node.shares > 0.5).tolist():
            segment, route = self.master.columns[number]
            routes[segment] = route
        solution = Solution(tuple(routes))
        if not faults(self.search.problem, solution):
            self.search.offer(solution)


def _without_equity(problem: Problem, duals: Duals) -> Problem:
    """The problem with what a job's people bring to equity counted as its own value."""
    if problem.equity is None:
        return problem
    value = problem.value + np.rint(equity_gains(problem, duals) / FINE).astype(np.int64)
    return replace(problem, value=value, equity=None)


class Branching:
    """
    The groups of a search, the one that loses most first.

    Parameters
    ----------
    search
        Where solution and bound are shared; its bound is settled.
    remaining
        Seconds that are left.
    timed
        Whether packing is limited by time; otherwise by nodes.
    """

    def __init__(self, search: Search, remaining: Callable[[], float], *, timed: bool) -> None:
        self.search = search
        self.remaining = remaining
        self.timed = timed
        self._groups: list[Group] = []

    def step(self) -> bool:
        """Split some cases of the group that loses most, and pack its routes; whether there was any left."""
        search = self.search
        if not self._groups or self._groups[0].proof is not search.proof:
            groups = independent_groups(search.problem)
            self._groups = [Group(search, search.proof, segments) for segments in groups]
        solution = search.solution
        for group in sorted(self._groups, key=lambda group: group.held(solution) - group.fine):
            if group.fine - group.held(solution) < WORTH * group.mean:
                break
            if sum(self._split(group) for _ in range(CASES)):
                search.offer_branches(tuple(b for g in self._groups if (b := g.branch()) is not None))
                seconds = min(PACK_SECONDS, self.remaining() / 2) if self.timed else UNTIMED
                if not search.done():
                    group.pack(None if self.timed else PACK_NODES, seconds)
                return True
        return False

    def _split(self, group: Group) -> bool:
        """Split a case of a group that may be part of a better solution; whether there was one."""
        search = self.search
        if search.done():
            return False
        # All that a group adds above this makes the best solution better, the others at their bounds.
        fine = search.proof.fine - sum(g.first - g.fine for g in self._groups)
        return group.split(search.score * FINE - (fine - group.fine) - FINE)
