"""
Instances that fall apart: parts that have no job, pool or scarce room in common are instances of their own.

Solutions, bounds and certificates of the parts put together are those of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.core.problem import Ints, Problem, Regions, Table
from optimizer.core.result import FINE, Branch, Case, Duals, Limit, Proof, Result, Split, whole_bound
from optimizer.core.solution import Route, Solution, Visit, objective
from optimizer.solvers.groups import independent_groups
from optimizer.solvers.layout import Flat

FEW_PLACES = 500
"""Places up to which a part has matrices and no regions, whatever the whole has."""


@dataclass(frozen=True, slots=True)
class Part:
    """
    A part as an instance, and where it stands in the whole.

    Parameters
    ----------
    problem
        The instance.
    segments, jobs, places, pools
        Numbers in the whole of what it has, sorted.
    """

    problem: Problem
    segments: Flat
    jobs: Flat
    places: Flat
    pools: Flat

    def take(self, solution: Solution) -> Solution:
        """What a solution of the whole does here."""
        return Solution(
            tuple(
                tuple(
                    Visit(v.start, int(np.searchsorted(self.jobs, v.job))) for v in solution.routes[segment]
                )
                for segment in self.segments.tolist()
            )
        )

    def give(self, solution: Solution) -> dict[int, Route]:
        """By segment of the whole, the routes of a solution of this part."""
        jobs = self.jobs.tolist()
        return {
            segment: tuple(Visit(visit.start, jobs[visit.job]) for visit in route)
            for segment, route in zip(self.segments.tolist(), solution.routes, strict=True)
        }

    def branch(self, problem: Problem, room: Ints, branch: Branch) -> Branch:
        """A group's cases, as of the whole ``problem``; prices of rooms are given by its proof."""
        tree = self._tree(problem, room, branch.tree)
        return Branch(tuple(self.segments[list(branch.segments)].tolist()), tree, branch.saved)

    def _tree(self, problem: Problem, room: Ints, tree: Case | Split) -> Case | Split:
        if isinstance(tree, Split):
            below, above = (self._tree(problem, room, side) for side in (tree.below, tree.above))
            return Split(self._limit(tree.limit), tree.most, below, above)
        job, pool = np.zeros(problem.jobs, np.int64), np.zeros_like(problem.pool)
        job[self.jobs], pool[self.pools] = tree.duals.job, tree.duals.pool
        charges = tuple((self._limit(limit), price) for limit, price in tree.charges)
        return Case(Duals(job, room, pool, tree.duals.equity), charges, tree.best, tree.fine)

    def _limit(self, limit: Limit) -> Limit:
        pools = tuple(int(self.pools[pool]) if pool >= 0 else -1 for pool in limit.pools)
        return Limit(tuple(self.segments[list(limit.segments)].tolist()), pools, limit.day)


def independent_parts(problem: Problem) -> list[Part]:
    """
    The parts of a problem; itself alone where equity or something else joins everything.

    Two segments are of one part where they have a job or a pool in common, or where both may be at a place on
    the same day while there may be fewer rooms than come.
    """
    if problem.equity is not None:
        return [_whole(problem)]
    stretch, scarce = _stretches(problem)
    uses = {id(jobs): np.unique(stretch[jobs]) for jobs in problem.eligible}
    short = {key: some[scarce[some]] for key, some in uses.items()}
    groups = independent_groups(problem, [short[id(jobs)] for jobs in problem.eligible])
    if len(groups) < 2:
        return [_whole(problem)]
    home = np.zeros(problem.jobs, np.int64)
    part_of = np.zeros(len(problem.segments), np.int64)
    for number, group in enumerate(groups):
        part_of[group] = number
        for jobs in {id(problem.eligible[s]): problem.eligible[s] for s in group}.values():
            home[problem.job_demand[jobs]] = number
    # Jobs for nobody, and segments with nothing to do, go with the first.
    home = home[problem.job_demand]
    return [
        _part(problem, np.flatnonzero(part_of == number), np.flatnonzero(home == number), number == 0)
        for number in range(len(groups))
    ]


def _stretches(problem: Problem) -> tuple[Flat, NDArray[np.bool_]]:
    """
    By job a stretch of days of a place, in which jobs there may overlap; and whether rooms may run short.

    Rooms may where on some day of the stretch there are fewer than segments that may come.
    """
    order = np.lexsort((problem.job_first, problem.job_place))
    first, last, row = problem.job_first[order], problem.job_last[order], problem.job_place[order]
    # Places one after the other on one line of days, none touching the next.
    shift = row * (2 * problem.horizon + 2)
    until = np.maximum.accumulate(shift + last)
    begins = np.ones(len(order), np.bool_)
    begins[1:] = shift[1:] + first[1:] > until[:-1]
    stretch = np.empty(problem.jobs, np.int64)
    stretch[order] = np.cumsum(begins) - 1
    low = first[begins]
    high = np.zeros(len(low), np.int64)
    np.maximum.at(high, stretch, problem.job_last)
    coming = np.zeros(len(low), np.int64)
    for jobs in problem.eligible:
        coming[np.unique(stretch[jobs])] += 1
    days = zip(row[begins].tolist(), low.tolist(), high.tolist(), strict=True)
    none = len(problem.segments)
    rooms = [problem.room[place, one : other + 1].min(initial=none) for place, one, other in days]
    return stretch, np.array(rooms, np.int64) < coming


def _whole(problem: Problem) -> Part:
    """The problem as its only part."""
    numbers = (len(problem.segments), problem.jobs, problem.places, len(problem.pool))
    return Part(problem, *(np.arange(number) for number in numbers))


def _part(problem: Problem, segments: Flat, jobs: Flat, first: bool) -> Part:
    """The instance of some segments and jobs; what is fixed stands in the first."""
    places = np.unique(problem.job_place[jobs])
    pools = np.unique(problem.job_pool[jobs])
    pools = pools[pools >= 0]
    chosen = [problem.segments[segment] for segment in segments.tolist()]
    ends = np.array([(s.origin, s.destination) for s in chosen], np.int64).ravel()
    locations = np.concatenate([places, np.setdiff1d(ends, places)])
    local = dict(zip(locations.tolist(), range(len(locations)), strict=True))
    few, regions = len(places) <= FEW_PLACES, problem.regions
    classes, job_class = np.unique(problem.job_class[jobs], return_inverse=True)
    eligible = {id(problem.eligible[s]): problem.eligible[s] for s in segments.tolist()}
    mine = {key: np.searchsorted(jobs, some) for key, some in eligible.items()}
    kept = int(problem.kept[jobs].sum())
    lost = problem.change.stays - int(problem.kept.sum()) if problem.change and first else 0
    part = Problem(
        horizon=problem.horizon,
        cost=_among(problem.cost, locations, few),
        gap=_among(problem.gap, locations, few),
        places=len(places),
        job_place=np.searchsorted(places, problem.job_place[jobs]),
        job_class=job_class.astype(np.int64),
        job_first=problem.job_first[jobs],
        job_last=problem.job_last[jobs],
        job_pool=np.where(problem.job_pool[jobs] < 0, -1, np.searchsorted(pools, problem.job_pool[jobs])),
        job_demand=np.searchsorted(jobs, problem.job_demand[jobs]),
        class_end=problem.class_end[classes],
        value=problem.value[jobs],
        people=problem.people[jobs],
        copies=problem.copies[jobs],
        room=problem.room[places],
        pool=problem.pool[pools],
        segments=tuple(replace(s, origin=local[s.origin], destination=local[s.destination]) for s in chosen),
        eligible=tuple(mine[id(problem.eligible[s])] for s in segments.tolist()),
        base_value=problem.base_value if first else 0,
        change=problem.change and replace(problem.change, stays=kept + lost),
        regions=None if few or regions is None else Regions(regions.of[locations], regions.cost, regions.gap),
    )
    return Part(part, segments, jobs, places, pools)


def _among(table: Table, locations: Flat, few: bool) -> Table:
    """The table of some locations: a matrix where they are few."""
    return np.asarray(table[np.ix_(locations, locations)]) if few else _Among(table, locations)


@dataclass(frozen=True, slots=True)
class _Among:
    """A table over some of the locations of another one."""

    table: Table
    locations: Flat

    def __getitem__(self, index: tuple[Any, Any], /) -> Any:
        """Entries as in the other one, by numbers here; see `Table`."""
        origins, destinations = index
        return self.table[self.locations[origins], self.locations[destinations]]


class Together:
    """
    Results of parts put together, kept up to date part by part.

    Parameters
    ----------
    problem, parts
        The whole and its parts.
    results
        A result of each part.
    """

    def __init__(self, problem: Problem, parts: Sequence[Part], results: Sequence[Result]) -> None:
        self.problem, self.parts, self.results = problem, parts, list(results)
        self._routes: list[Route] = [()] * len(problem.segments)
        self._branches: list[tuple[Branch, ...]] = [()] * len(parts)
        self._proof: Proof = self._put_together()
        self._bound = self._proof.value
        self._place(range(len(parts)))

    def take(self, number: int, result: Result) -> None:
        """A part's new result."""
        before, self.results[number] = self.results[number], result
        if result.proof is before.proof:
            self._place([number])
        else:
            # All cases name the prices of rooms of the one proof there is.
            self._proof = self._put_together()
            self._place(range(len(self.parts)))

    def _place(self, numbers: Iterable[int]) -> None:
        """Routes and cases of parts, under the numbers of the whole."""
        room = self._proof.duals.room
        for number in numbers:
            part, result = self.parts[number], self.results[number]
            for segment, route in part.give(result.solution).items():
                self._routes[segment] = route
            self._branches[number] = tuple(part.branch(self.problem, room, one) for one in result.branches)

    def result(self, history: tuple[tuple[float, int, int], ...]) -> Result:
        """The whole as it stands."""
        proof, branches = self._proof, tuple(branch for some in self._branches for branch in some)
        proven = whole_bound(self.problem, proof.fine - sum(branch.saved for branch in branches))
        solution = Solution(tuple(self._routes))
        self._bound = min(self._bound, proven)
        # Bounds of parts are rounded one by one; that counts where it is the last that was missing.
        settled = all(result.bound <= result.score for result in self.results)
        if settled or any(result.enumerated for result in self.results):
            self._bound = min(self._bound, self._stated())
        return Result(
            solution=solution,
            score=self._score(solution),
            bound=self._bound,
            proof=proof,
            proven=proven,
            enumerated=self._bound < proven,
            history=history,
            branches=branches,
        )

    def _hidden(self) -> int:
        """Thousandths that the score of a part in whole millipoints may hide."""
        change = self.problem.change
        return FINE // 2 if change is not None and change.rate_fine % FINE else 0

    def _score(self, solution: Solution) -> int:
        """The score of the whole; parts add up to it unless they are rounded."""
        if self._hidden():
            return objective(self.problem, solution)
        return sum(result.score for result in self.results)

    def _stated(self) -> int:
        """The bound that the parts' bounds come to, whatever they rest on."""
        hidden = self._hidden()
        proven = (r.proof.fine - sum(branch.saved for branch in r.branches) for r in self.results)
        stated = (r.bound * FINE + hidden for r in self.results)
        return whole_bound(self.problem, sum(map(min, proven, stated)))

    def _put_together(self) -> Proof:
        """The proof of the whole: every part's prices, and nothing to pay where no part is."""
        problem = self.problem
        job, best = np.zeros(problem.jobs, np.int64), np.zeros(len(problem.segments), np.int64)
        room, pool = np.zeros_like(problem.room), np.zeros_like(problem.pool)
        for part, result in zip(self.parts, self.results, strict=True):
            duals = result.proof.duals
            job[part.jobs], best[part.segments] = duals.job, result.proof.best
            room[part.places], pool[part.pools] = duals.room, duals.pool
        fine = sum(result.proof.fine for result in self.results)
        duals = Duals(job, room, pool, np.zeros(0, np.int64))
        return Proof(duals, best, fine, whole_bound(problem, fine))
