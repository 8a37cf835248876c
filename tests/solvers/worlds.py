"""Small core problems: one made by hand, random ones, and all that brute force says about them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np

from optimizer.core.problem import Change, Equity, Ints, Problem, Segment
from optimizer.core.result import FINE, Duals
from optimizer.core.solution import Route, Solution, Visit, equity_value, route_cost

MOST_ROUTES = 120
MOST_PLANS = 40_000


def ints(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def two_venues() -> Problem:
    """
    A week, one unit at depot 2; job 0 at place 0 and job 1 at place 1, two days each, done once.

    Depot to a place 10, between the places 4; a free day between them. Worth 100 and 70.
    """
    return Problem(
        horizon=7,
        cost=np.array([[0, 4, 10], [4, 0, 10], [10, 10, 0]], dtype=np.int64),
        gap=np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]], dtype=np.int64),
        places=2,
        job_place=ints(0, 1),
        job_class=ints(0, 0),
        job_first=ints(0, 0),
        job_last=ints(6, 6),
        job_pool=ints(-1, -1),
        job_demand=ints(0, 1),
        class_end=ints(1, 2, 3, 4, 5, 6, -1)[None, :],
        value=np.array([[0, 100], [0, 70]], dtype=np.int64),
        people=np.array([[0, 20], [0, 10]], dtype=np.int64),
        copies=ints(1, 1),
        room=np.ones((2, 7), dtype=np.int64),
        pool=np.zeros((0, 7), dtype=np.int64),
        segments=(Segment(0, 0, 6, 2, 2),),
        eligible=(ints(0, 1),),
    )


def without_units(problem: Problem) -> Problem:
    """The same with nobody to do the jobs."""
    return replace(problem, segments=(), eligible=())


def without_jobs(problem: Problem) -> Problem:
    """The same with nothing to do."""
    none = ints()
    return replace(
        problem,
        job_place=none,
        job_class=none,
        job_first=none,
        job_last=none,
        job_pool=none,
        job_demand=none,
        copies=none,
        value=problem.value[:0],
        people=problem.people[:0],
        eligible=tuple(none for _ in problem.segments),
        equity=problem.equity and replace(problem.equity, group=none),
    )


@cache
def random_problem(seed: int) -> Problem:
    """
    A random problem that brute force can handle.

    Pools, one or two rooms (some taken), one to three copies, free days 0 to 2, closed days,
    costs that may break the triangle inequality, pinned ends, equity and a base plan all occur.
    """
    for attempt in itertools.count():
        problem = _throw(Random(f"core {seed} {attempt}"))
        if _is_small(problem):
            changed = _with_base_plan(problem, Random(f"base plan {seed}"))
            return changed if _is_small(changed) else problem
    raise AssertionError("unreachable")


def _is_small(problem: Problem) -> bool:
    counts = [len(all_routes(problem, s, MOST_ROUTES)) for s in range(len(problem.segments))]
    return max(counts) < MOST_ROUTES and 3 < int(np.prod(counts)) <= MOST_PLANS


def _with_base_plan(problem: Problem, random: Random) -> Problem:
    """In half of the worlds there was a plan, of which some stays may be kept and others are lost."""
    if random.random() < 0.5:
        return problem
    stays = [
        (number, job, start, problem.end(job, start))
        for number, segment in enumerate(problem.segments)
        for job in problem.eligible[number].tolist()
        for start in range(segment.first, segment.last + 1)
        if 0 <= problem.end(job, start) <= segment.last
    ]
    rate = random.choice((400, 300_000, 1_500_400, 20_000_000))
    chosen = random.sample(stays, min(len(stays), random.randint(0, 3)))
    return keeping(problem, chosen, rate, len(chosen) + random.choice((0, 0, 2)))


def keeping(problem: Problem, stays: list[tuple[int, int, int, int]], rate: int, lost: int) -> Problem:
    """The same with stays (segment, job, first and last day) to be kept, each worth ``rate`` fine."""
    jobs = np.array([job for _, job, _, _ in stays], dtype=np.int64)
    first = np.array([start for _, _, start, _ in stays], dtype=np.int64)
    last = np.array([end for _, _, _, end in stays], dtype=np.int64)
    only = np.full((len(stays), problem.horizon), -1, np.int64)
    only[np.arange(len(stays)), first] = last
    eligible = list(problem.eligible)
    for number, (segment, _, _, _) in enumerate(stays, start=problem.jobs):
        eligible[segment] = np.append(eligible[segment], number)
    blank = np.zeros((len(stays), problem.value.shape[1]), np.int64)
    equity = problem.equity
    if equity is not None:
        equity = replace(equity, group=np.concatenate([equity.group, equity.group[jobs]]))
    return replace(
        problem,
        job_place=np.concatenate([problem.job_place, problem.job_place[jobs]]),
        job_class=np.concatenate([problem.job_class, len(problem.class_end) + np.arange(len(stays))]),
        job_first=np.concatenate([problem.job_first, first]),
        job_last=np.concatenate([problem.job_last, last]),
        job_pool=np.concatenate([problem.job_pool, problem.job_pool[jobs]]),
        job_demand=np.concatenate([problem.job_demand, jobs]),
        class_end=np.concatenate([problem.class_end, only]),
        value=np.concatenate([problem.value, blank]),
        people=np.concatenate([problem.people, blank]),
        copies=np.concatenate([problem.copies, 0 * jobs]),
        eligible=tuple(eligible),
        equity=equity,
        change=Change(rate, lost),
    )


def _throw(random: Random) -> Problem:
    horizon = random.randint(5, 11)
    places, depots = random.randint(1, 4), random.randint(1, 2)
    jobs = random.randint(1, 5)
    copies = [random.choice((1, 1, 1, 2, 3)) for _ in range(jobs)]
    width = max(copies) + 1
    pools = random.randint(0, 2)
    cost, gap = _moves(random, places, depots)
    value = np.zeros((jobs, width), np.int64)
    people = np.zeros((jobs, width), np.int64)
    for job in range(jobs):
        # Now and then pinned stays have earned something already.
        worth, served = random.choice((0, 0, 900)), random.choice((0, 0, 3))
        gain, class_size = random.choice((0, 400, 3000, 9000, 20000)), random.randint(1, 9)
        for times in range(width):
            value[job, times], people[job, times] = worth, served
            if times < copies[job]:
                # Rounding once per request makes gains uneven by a millipoint.
                worth += max(gain + random.randint(-1, 1) - 100 * times, 0)
                served += max(class_size - times, 0)
    segments = tuple(_segment(random, unit, horizon, places, depots) for unit in range(random.randint(1, 3)))
    equity = None
    if random.random() < 0.4:
        groups = random.randint(1, 3)
        group = np.array([random.randrange(groups) for _ in range(jobs)], dtype=np.int64)
        most = np.zeros(groups, np.int64)
        np.add.at(most, group, people.max(axis=1))
        equity = Equity(
            rate_fine=random.choice((1, 333_333, 5_000_001, 40_000_000)),
            group=group,
            requested=np.maximum(most + random.randint(-2, 4), 1),
            served=np.array([random.choice((0, 0, 2)) for _ in range(groups)], dtype=np.int64),
        )
    first = [random.choice((0, 0, random.randrange(horizon))) for _ in range(jobs)]
    return Problem(
        horizon=horizon,
        cost=cost,
        gap=gap,
        places=places,
        job_place=np.array([random.randrange(places) for _ in range(jobs)], dtype=np.int64),
        job_class=np.array([random.randrange(3) for _ in range(jobs)], dtype=np.int64),
        job_first=np.array(first, dtype=np.int64),
        job_last=np.array([random.randint(day, horizon - 1) for day in first], dtype=np.int64),
        job_pool=np.array([random.randint(-1, pools - 1) for _ in range(jobs)], dtype=np.int64),
        job_demand=np.arange(jobs),
        class_end=np.array([_ends(random, horizon) for _ in range(3)], dtype=np.int64),
        value=value,
        people=people,
        copies=np.array(copies, dtype=np.int64),
        room=_capacity(random, places, horizon),
        pool=_capacity(random, pools, horizon),
        segments=segments,
        eligible=tuple(
            np.array([job for job in range(jobs) if random.random() < 0.85], dtype=np.int64) for _ in segments
        ),
        base_value=random.choice((0, 1234)),
        equity=equity,
    )


def _moves(random: Random, places: int, depots: int) -> tuple[Ints, Ints]:
    """Costs and free days; half the worlds lie in a plane, the others obey nothing."""
    size = places + depots
    cost, gap = np.zeros((size, size), np.int64), np.zeros((size, size), np.int64)
    free = random.choice((0, 1, 2))
    at = [complex(random.randrange(20), random.randrange(20)) for _ in range(size)]
    lawless = random.random() < 0.5
    for a, b in itertools.permutations(range(size), 2):
        if lawless:
            cost[a, b], gap[a, b] = random.choice((0, 50, 700, 3000)), random.choice((0, 1, 2))
        else:
            # Rounded distances break the triangle inequality by a little.
            cost[a, b], gap[a, b] = round(abs(at[a] - at[b]) * 77.7), free
    return cost, gap


def _segment(random: Random, unit: int, horizon: int, places: int, depots: int) -> Segment:
    first = random.choice((0, 0, random.randrange(horizon)))
    depot = places + random.randrange(depots)
    pinned_before, pinned_after = random.random() < 0.3, random.random() < 0.3
    return Segment(
        unit=unit,
        first=first,
        # A day before the first: no free day at all between two pinned stays.
        last=random.randint(first - 1, horizon - 1),
        origin=random.randrange(places) if pinned_before else depot,
        destination=random.randrange(places) if pinned_after else depot,
        origin_fixed=pinned_before,
        destination_fixed=pinned_after,
    )


def _ends(random: Random, horizon: int) -> list[int]:
    """Last days of stays of one to four open days, some days closed."""
    wanted, longest = random.randint(1, 4), random.randint(3, 7)
    is_open = [random.random() < 0.8 for _ in range(horizon)]
    ends = []
    for start in range(horizon):
        days = [day for day in range(start, horizon) if is_open[day]][:wanted]
        fits = is_open[start] and len(days) == wanted and days[-1] - start < longest
        ends.append(days[-1] if fits else -1)
    return ends


def _capacity(random: Random, rows: int, horizon: int) -> Ints:
    """One or two a day, less where pinned stays take some."""
    free = np.array([random.choice((1, 1, 2)) for _ in range(rows)], dtype=np.int64)
    table = np.repeat(free[:, None], horizon, axis=1)
    for row in range(rows):
        if random.random() < 0.3:
            start = random.randrange(horizon)
            table[row, start : start + 2] -= 1
    return table


def all_routes(problem: Problem, segment: int, most: int = 10**6) -> tuple[Route, ...]:
    """Every route of a segment that does no job too often, the empty one first; at most ``most``."""
    return tuple(itertools.islice(_extended(problem, segment, ()), most))


def _extended(problem: Problem, number: int, route: Route) -> Iterator[Route]:
    segment = problem.segments[number]
    here = int(problem.job_place[route[-1].job]) if route else segment.origin
    free = problem.end(route[-1].job, route[-1].start) + 1 if route else segment.first
    if (
        not route
        or not segment.destination_fixed
        or free + problem.gap[here, segment.destination] <= segment.last + 1
    ):
        yield route
    for job in problem.eligible[number].tolist():
        demand = problem.job_demand[job]
        if sum(problem.job_demand[visit.job] == demand for visit in route) == problem.copies[demand]:
            continue
        place = int(problem.job_place[job])
        wait = int(problem.gap[here, place]) if route or segment.origin_fixed else 0
        for start in range(free + wait, segment.last + 1):
            if 0 <= problem.end(job, start) <= segment.last:
                yield from _extended(problem, number, (*route, Visit(start, job)))


@cache
def optimum(seed: int) -> int:
    """The best score of a random problem, by looking at every choice of routes."""
    problem = random_problem(seed)
    return best_choice(problem, [list(all_routes(problem, s)) for s in range(len(problem.segments))])


def apart(seed: int) -> Problem:
    """A random problem whose parts add up: no equity term, a change of whole millipoints."""
    one = replace(random_problem(seed), equity=None)
    return replace(one, change=one.change and Change(round(one.change.rate_fine, -3), one.change.stays))


@cache
def apart_optimum(seed: int) -> int:
    """The best score of `apart`."""
    problem = apart(seed)
    return best_choice(problem, [list(all_routes(problem, s)) for s in range(len(problem.segments))])


def halves(seed: int) -> Problem:
    """`apart` twice side by side: two parts that share nothing."""
    one = apart(seed)
    places = one.places
    from_to, free_days = np.asarray(one.cost), np.asarray(one.gap)
    locations = len(from_to)
    both = np.r_[
        0:places, locations : locations + places, places:locations, locations + places : 2 * locations
    ]
    square = np.ix_(both, both)
    moved = np.empty(2 * locations, np.int64)
    moved[both] = np.arange(2 * locations)
    pool = np.where(one.job_pool >= 0, one.job_pool + len(one.pool), -1)
    return replace(
        _twice(one),
        cost=np.tile(from_to, (2, 2))[square],
        gap=np.tile(free_days, (2, 2))[square],
        places=2 * places,
        job_place=np.concatenate([one.job_place, one.job_place + places]),
        job_class=np.tile(one.job_class, 2),
        job_pool=np.concatenate([one.job_pool, pool]),
        room=np.concatenate([one.room] * 2),
        pool=np.concatenate([one.pool] * 2),
        segments=tuple(
            replace(s, origin=int(moved[s.origin + shift]), destination=int(moved[s.destination + shift]))
            for shift in (0, locations)
            for s in one.segments
        ),
    )


def in_turn(seed: int) -> Problem:
    """`apart` twice, one after the other at the same places, with other pools: two parts that never meet."""
    one, two = apart(seed), _twice(apart(seed))
    days, never = one.horizon, np.full_like(one.class_end, -1)
    later = np.where(one.class_end < 0, -1, one.class_end + days)
    pool = np.where(one.job_pool >= 0, one.job_pool + len(one.pool), -1)
    return replace(
        two,
        horizon=2 * days,
        job_place=np.tile(one.job_place, 2),
        job_class=np.concatenate([one.job_class, one.job_class + len(one.class_end)]),
        job_first=np.concatenate([one.job_first, one.job_first + days]),
        job_last=np.concatenate([one.job_last, one.job_last + days]),
        job_pool=np.concatenate([one.job_pool, pool]),
        class_end=np.block([[one.class_end, never], [never, later]]),
        room=np.hstack([one.room] * 2),
        pool=np.hstack([np.vstack([one.pool] * 2)] * 2),
        segments=(
            *one.segments,
            *(replace(s, first=s.first + days, last=s.last + days) for s in one.segments),
        ),
    )


def _twice(one: Problem) -> Problem:
    """What is the same in problems of two like parts."""
    return replace(
        one,
        eligible=(*one.eligible, *(some + one.jobs for some in one.eligible)),
        job_first=np.tile(one.job_first, 2),
        job_last=np.tile(one.job_last, 2),
        value=np.tile(one.value, (2, 1)),
        people=np.tile(one.people, (2, 1)),
        copies=np.tile(one.copies, 2),
        job_demand=np.concatenate([one.job_demand, one.job_demand + one.jobs]),
        change=one.change and replace(one.change, stays=2 * one.change.stays),
    )


def best_choice(problem: Problem, routes: list[list[Route]]) -> int:
    """The best score when each segment takes one of its routes."""
    room = problem.room.size
    # The last column counts stays that are kept, of which there is no limit.
    limit = np.concatenate([problem.room.ravel(), problem.pool.ravel(), problem.copies, [10**6]])
    use, cost = [], []
    for segment, known in enumerate(routes):
        rows = np.zeros((len(known), len(limit)), np.int64)
        for number, route in enumerate(known):
            for visit in route:
                for day in range(visit.start, problem.end(visit.job, visit.start) + 1):
                    rows[number, problem.job_place[visit.job] * problem.horizon + day] += 1
                    if problem.job_pool[visit.job] >= 0:
                        rows[number, room + problem.job_pool[visit.job] * problem.horizon + day] += 1
                rows[number, room + problem.pool.size + problem.job_demand[visit.job]] += 1
                rows[number, -1] += problem.kept[visit.job]
        use.append(rows)
        cost.append(np.array([route_cost(problem, problem.segments[segment], route) for route in known]))
    fair: dict[bytes, int] = {}

    def best(segment: int, used: Ints) -> int:
        taken = used + use[segment]
        valid = np.flatnonzero((taken <= limit).all(axis=1) | (use[segment] == 0).all(axis=1))
        if not len(valid):
            return -(10**12)
        if segment + 1 < len(routes):
            return max(int(-cost[segment][n]) + best(segment + 1, taken[n]) for n in valid)
        times = taken[valid][:, room + problem.pool.size : -1]
        worth = problem.value[np.arange(problem.jobs), times].sum(axis=1) - cost[segment][valid]
        if problem.change is not None:
            lost = problem.change.stays - taken[valid][:, -1]
            worth = worth - (problem.change.rate_fine * lost + 500) // 1000
        if problem.equity is not None:
            for number, row in enumerate(times):
                key = row.tobytes()
                if key not in fair:
                    fair[key] = equity_value(problem, dict(enumerate(row.tolist())))  # type: ignore[arg-type]
                worth[number] += fair[key]
        return int(worth.max())

    return problem.base_value + best(0, np.zeros(len(limit), np.int64))


def random_duals(problem: Problem, seed: int) -> Duals:
    """Prices as a search may meet them: some none, some zero, some steep."""
    random = np.random.default_rng(seed)
    gains = np.diff(problem.value, axis=1).max(axis=1, initial=0) * FINE
    job = (gains * random.choice([0.0, 0.3, 1.0, 1.2, -0.2], problem.jobs)).astype(np.int64)
    job += random.integers(-2, 3, problem.jobs)
    # Kept jobs may cost less than their bonus says, but are not looked for where they cost more.
    below = random.choice([0, 0, 500], problem.jobs) * problem.kept
    job = job[problem.job_demand] + problem.bonus - below
    steep = int(random.choice([0, 1, 200_000, 3_000_000]))

    def capacity(shape: tuple[int, ...]) -> Ints:
        return random.integers(0, steep + 1, shape) * (random.random(shape) < 0.4)

    equity = np.zeros(0, np.int64)
    if problem.equity is not None:
        cuts = random.integers(0, problem.equity.rate_fine + 1, len(problem.equity.requested))
        equity = np.diff(np.concatenate([[0], np.sort(cuts), [problem.equity.rate_fine]])).astype(np.int64)
    return Duals(job, capacity(problem.room.shape), capacity(problem.pool.shape), equity)


def route_worth(problem: Problem, segment: int, duals: Duals, route: Route) -> int:
    """What a segment gains by a route at prices, in thousandths of a millipoint."""
    total = -route_cost(problem, problem.segments[segment], route) * FINE
    for visit in route:
        place, pool = problem.job_place[visit.job], problem.job_pool[visit.job]
        end = problem.end(visit.job, visit.start)
        total += int(duals.job[visit.job]) - int(duals.room[place, visit.start : end + 1].sum())
        if pool >= 0:
            total -= int(duals.pool[pool, visit.start : end + 1].sum())
    return total


def random_solution(problem: Problem, seed: int) -> Solution:
    """A valid solution, each segment in turn taking some route that still fits."""
    from optimizer.core.solution import faults

    random = Random(seed)
    routes: list[Route] = [()] * len(problem.segments)
    for segment in range(len(routes)):
        known = list(all_routes(problem, segment))
        for route in random.sample(known, min(len(known), 12)):
            attempt = Solution((*routes[:segment], route, *routes[segment + 1 :]))
            if not faults(problem, attempt):
                routes[segment] = route
                break
    return Solution(tuple(routes))
