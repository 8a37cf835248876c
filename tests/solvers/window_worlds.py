"""Small random window problems, all their routes, and the best choice of these by brute force."""

from itertools import permutations

import numpy as np

from optimizer.core.windows import NEVER, WindowProblem, window_cost
from optimizer.solvers.windows.cases import ABSENT
from optimizer.solvers.windows.search import schedule


def random_problem(seed, lawless, most=5):
    """Up to ``most`` jobs, 1 to 3 units, one or two start segments a job; lawless: distances of no plane."""
    random = np.random.default_rng(seed)
    jobs, units = int(random.integers(1, most + 1)), int(random.integers(1, 4))
    spots = random.integers(0, 12, (jobs + 2, 2))
    travel = np.abs(spots[:, None] - spots[None, :]).sum(axis=2)
    if lawless:
        travel = random.integers(0, 15, travel.shape)
        np.fill_diagonal(travel, 0)
    pieces = random.integers(1, 3, jobs)
    first, last, stay = [], [], []
    for count in pieces:
        at = int(random.integers(0, 20))
        for _ in range(count):
            width = int(random.integers(0, 15))
            first.append(at)
            last.append(at + width)
            stay.append(int(random.integers(0, 9)))
            at += width + int(random.integers(1, 6))
    return WindowProblem(
        travel=travel.astype(np.int64),
        cost=travel * int(random.integers(0, 3)) * (random.integers(0, 3) if lawless else 1),
        place=np.arange(jobs),
        segment_at=np.concatenate([[0], np.cumsum(pieces)]),
        first=np.array(first),
        last=np.array(last),
        stay=np.array(stay),
        prize=random.integers(0, 60, jobs),
        origin=jobs + random.integers(0, 2, units),
        destination=jobs + random.integers(0, 2, units),
        leave=random.integers(0, 10, units),
        back=random.integers(20, 70, units),
        eligible=random.random((units, jobs)) < 0.8,
        base_value=-int(random.integers(0, 50)),
    )


def all_routes(problem, unit):
    """Every elementary route of a unit that is in time, as jobs in order."""
    able = np.flatnonzero(problem.eligible[unit]).tolist()
    for length in range(len(able) + 1):
        for jobs in permutations(able, length):
            here, free = int(problem.origin[unit]), int(problem.leave[unit])
            for job in jobs:
                free = problem.finish(job, free + int(problem.travel[here, problem.place[job]]))
                here = int(problem.place[job])
                if free == NEVER:
                    break
            home = free + int(problem.travel[here, problem.destination[unit]])
            if not jobs or home <= problem.back[unit]:
                yield jobs


def follows(problem, jobs):
    """What follows each job in a route, in the manner of `Case.allows`."""
    after = np.full((1, problem.jobs), ABSENT, np.int64)
    after[0, list(jobs)] = [*jobs[1:], problem.jobs]
    return after


def worth(problem, unit, jobs, price, fine=1, charges=()):
    """What a route is worth when jobs pay a price and pairs are charged, in parts of a millipoint."""
    visits = schedule(problem, unit, jobs)
    charged = sum(charge * (len(set(three) & set(jobs)) // 2) for three, charge in charges)
    return sum(int(price[job]) for job in jobs) - charged - window_cost(problem, unit, visits) * fine


def best_by_force(problem):
    """Unit by unit, the best choice of routes that share no job."""
    reached: dict[frozenset[int], int] = {frozenset(): problem.base_value}
    for unit in range(problem.units):
        routes: dict[frozenset[int], int] = {}
        for jobs in all_routes(problem, unit):
            key = frozenset(jobs)
            routes[key] = max(routes.get(key, -NEVER), worth(problem, unit, jobs, problem.prize))
        after: dict[frozenset[int], int] = {}
        for done, value in reached.items():
            for jobs, more in routes.items():
                if not done & jobs:
                    after[done | jobs] = max(after.get(done | jobs, -NEVER), value + more)
        reached = after
    return max(reached.values())
