"""Routes beyond the places laid out, against brute force; and a problem too wide to lay out whole."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from optimizer.core.problem import Regions
from optimizer.core.result import FINE
from optimizer.core.solution import faults
from optimizer.solvers import annealing, bound, search, wide
from optimizer.solvers.annealing import Annealing
from optimizer.solvers.bound import Memory, prove
from optimizer.solvers.far import far_bound
from optimizer.solvers.layout import NEVER, lay_out
from optimizer.solvers.near_and_far import NearAndFar
from optimizer.solvers.next_door import NextDoor
from optimizer.solvers.prices import Buyers, no_prices, summed
from optimizer.solvers.solve import solve
from tests.solvers.worlds import all_routes, ints, random_duals, random_problem, route_worth, two_venues


def in_regions(problem, of):
    """The problem with its locations put into regions, at the least cost and days between these."""
    of = np.array(of)
    count = int(of.max()) + 1
    cost, gap = np.zeros((count, count), np.int64), np.zeros((count, count), np.int64)
    for one in range(count):
        for other in range(count):
            legs = [(a, b) for a in np.flatnonzero(of == one) for b in np.flatnonzero(of == other) if a != b]
            cost[one, other] = min((int(problem.cost[leg]) for leg in legs), default=0)
            gap[one, other] = min((int(problem.gap[leg]) for leg in legs), default=0)
    return replace(problem, regions=Regions(of, cost, gap))


def far_of(problem, layout, segment, duals, floor=NEVER, width=4, sifted=None):
    room, pool = summed(duals.room), summed(duals.pool, 1)
    jobs, length = ints(*[0] * 99).reshape(3, 33), ints(0, 0, 0)
    sifted = np.zeros(99, np.int64) if sifted is None else sifted
    return far_bound(layout, segment, duals.job, room, pool, floor, width, jobs, length, sifted)[0]


def far_routes(problem, layout, segment, duals):
    """All routes with a visit beyond the layout and their worth, by brute force."""
    own = layout.places[layout.place_at[segment] : layout.place_at[segment + 1]]
    for route in all_routes(problem, segment):
        if not np.isin([problem.job_place[visit.job] for visit in route], own).all():
            yield route, route_worth(problem, segment, duals, route)


def test_only_the_nearest_places_are_laid_out():
    """Place 0 is as near to the depot as place 1; it stands first, and job 1 is left to the regions."""
    layout = lay_out(in_regions(two_venues(), [0, 1, 0]), near=1)
    assert layout.jobs.tolist() == [0]
    assert (layout.sort.tolist(), layout.sort_jobs.tolist(), layout.whole) == ([0], [0, 1], False)


def test_places_of_the_solution_to_start_from_are_laid_out():
    """Who has been to place 1 keeps it."""
    problem = in_regions(two_venues(), [0, 1, 0])
    start = solve(problem, stopping=lambda: False, remaining=lambda: np.inf, deterministic=True, steps=2)
    assert lay_out(problem, start.solution, near=1).jobs.tolist() == [0, 1]


def test_a_far_route_by_hand():
    """
    Both jobs: 170 less 10 to place 0, 4 across and 10 home; each place is a region of its own.
    """
    problem = in_regions(two_venues(), [0, 1, 2])
    layout = lay_out(problem, near=1)
    assert far_of(problem, layout, 0, no_prices(problem)) == (100 + 70 - 24) * FINE


def test_a_job_done_once_does_not_follow_itself():
    """
    Job 1 alone brings 70 less 20. Three times in a row it would bring 190, and there are days for it.
    """
    problem = replace(in_regions(two_venues(), [0, 1, 2]), value=np.array([[0, 1], [0, 70]]))
    layout = lay_out(problem, near=1)
    assert far_of(problem, layout, 0, no_prices(problem)) == (70 - 20) * FINE
    again = layout._replace(copies=ints(1, 3))
    assert far_of(problem, again, 0, no_prices(problem)) == (3 * 70 - 20) * FINE


@pytest.mark.parametrize("seed", range(60))
def test_wide_enough_and_region_by_region_it_is_exact(seed):
    """
    Each place a region of its own, and room for every label: the best of all routes with a far visit.

    With hardly any room labels are merged, and what comes out may only be more.
    """
    problem = random_problem(seed)
    problem = in_regions(problem, range(len(np.array(problem.cost))))
    layout = lay_out(problem, near=1)
    duals = random_duals(problem, seed)
    for segment in range(len(problem.segments)):
        if layout.sort[segment] < 0:
            continue
        best = max((worth for _, worth in far_routes(problem, layout, segment, duals)), default=NEVER)
        assert far_of(problem, layout, segment, duals, width=64) == best
        for width in (1, 2):
            assert far_of(problem, layout, segment, duals, width=width) >= best
        # Above a floor nothing is lost, and the floor stands where nothing is above it.
        for floor in (max(best - 1, NEVER), best, best + 1):
            assert far_of(problem, layout, segment, duals, floor, 64) == max(best, floor)


def test_far_routes_are_written_down_and_laid_out(monkeypatch):
    """The best goes on to job 1, at the place that is not laid out; from then on it is."""
    problem = in_regions(two_venues(), [0, 1, 2])
    monkeypatch.setattr(search, "lay_out", partial(lay_out, near=1))
    known = search.Search(problem, lambda: False, 0.0, lambda progress: None)
    pricing = wide._Pricing(known, lambda: np.inf)
    narrow = pricing._layout
    proved = prove(problem, narrow, no_prices(problem), pricing._memories, lambda: False)
    assert {segment: jobs.tolist() for segment, jobs in proved.beyond.items()} == {0: [0, 1]}
    monkeypatch.setattr(wide, "MOST_PLACES", 1)
    pricing._widen(proved.beyond)
    assert pricing._layout is narrow
    assert known.layout.whole
    monkeypatch.setattr(wide, "MOST_PLACES", 2)
    pricing._widen(proved.beyond)
    assert pricing._layout.whole
    again = prove(problem, pricing._layout, no_prices(problem), pricing._memories, lambda: False)
    assert (again.beyond, again.proof.best.tolist()) == ({}, [(100 + 70 - 24) * FINE])


def test_nothing_far():
    """Who can only go to near places has no far route."""
    problem = in_regions(two_venues(), [0, 1, 2])
    layout = lay_out(problem, near=1)._replace(sort_jobs=ints(0, 0))
    assert far_of(problem, layout, 0, no_prices(problem)) == NEVER


@pytest.mark.parametrize("seed", range(60))
def test_no_route_is_worth_more_than_near_and_far_bound(seed):
    """Random problems with pins, pools and lawless distances: brute force over all routes."""
    problem = random_problem(seed)
    problem = in_regions(problem, np.random.default_rng(seed).permutation(len(np.array(problem.cost))) % 3)
    layout = lay_out(problem, near=1)
    duals = random_duals(problem, seed)
    memories = [Memory.none(jobs) for jobs in np.diff(layout.job_at).tolist()]
    proof = prove(problem, layout, duals, memories, lambda: False).proof
    stopped = prove(problem, layout, duals, memories, lambda: True).proof
    for segment in range(len(problem.segments)):
        best = max(route_worth(problem, segment, duals, route) for route in all_routes(problem, segment))
        assert best <= proof.best[segment]
        assert best <= stopped.best[segment]


@pytest.mark.parametrize("seed", range(40))
def test_no_job_of_a_far_route_worth_more_is_sifted_out(seed):
    """Whatever the floor and the width: all jobs of all far routes above the floor are set."""
    problem = random_problem(seed)
    problem = in_regions(problem, np.random.default_rng(seed).permutation(len(np.array(problem.cost))) % 3)
    layout = lay_out(problem, near=1)
    duals = random_duals(problem, seed)
    for segment in np.flatnonzero(layout.sort >= 0).tolist():
        sort = layout.sort[segment]
        jobs = layout.sort_jobs[layout.sort_at[sort] : layout.sort_at[sort + 1]]
        routes = list(far_routes(problem, layout, segment, duals))
        for floor in np.quantile([worth for _, worth in routes] or [0], [0, 0.5, 0.9]).astype(int).tolist():
            sifted = np.zeros(len(jobs), np.int64)
            far_of(problem, layout, segment, duals, floor, 1 + seed % 3, sifted)
            wanted = {visit.job for route, worth in routes if worth > floor for visit in route}
            assert wanted <= set(jobs[sifted > 0].tolist())


@pytest.mark.parametrize("seed", range(40))
def test_an_exact_look_at_far_routes(seed, monkeypatch):
    """Where every segment is looked at exactly, its value is that of its best route, near or far."""
    monkeypatch.setattr(bound, "LOOK", 1e-12)
    problem = random_problem(seed)
    problem = in_regions(problem, np.random.default_rng(seed).permutation(len(np.array(problem.cost))) % 3)
    layout = lay_out(problem, near=1)
    duals = random_duals(problem, seed)
    # How long a look may be is said in parts of the highest price.
    duals = replace(duals, job=np.maximum(duals.job, 1))
    memories = [Memory.none(jobs) for jobs in np.diff(layout.job_at).tolist()]
    proved = prove(problem, layout, duals, memories, lambda: False)
    for segment in range(len(problem.segments)):
        best = max(route_worth(problem, segment, duals, route) for route in all_routes(problem, segment))
        assert proved.proof.best[segment] == best
    # Where far routes were worth more, these are laid out, and nothing is worth more then.
    jobs = np.split(layout.jobs, layout.job_at[1:-1])
    wider = {
        segment: np.union1d(jobs[segment], proved.beyond.get(segment, ints())) for segment in range(len(jobs))
    }
    layout = lay_out(problem, near=1, more=wider)
    memories = [Memory.none(jobs) for jobs in np.diff(layout.job_at).tolist()]
    assert prove(problem, layout, duals, memories, lambda: False).beyond == {}


def test_memory_of_other_jobs():
    """What jobs 2 and 5 know of each other stays known when 5 stands first and 2 is gone."""
    memory = Memory.none(3)
    assert memory.grow([1, 2, 1], ints(1, 1, 1))
    assert memory.grow([0, 0], ints(1, 1, 1))
    among = memory.among(ints(2, 5, 7), ints(5, 6, 7), ints(1, 1, 1))
    assert among.known.tolist() == [[True, False, False], [False, True, False], [True, False, True]]
    assert (among.bit.tolist(), among.bits, among.bit_job[:1].tolist()) == ([0, -1, -1], 1, [0])


def test_prices_begin_nothing_for_whose_proof_there_is_no_time(monkeypatch):
    """By a clock on which a look next door takes ten seconds of 300, and a proof by real ways 60."""
    clock = [300.0]

    class SlowDoor(NextDoor):
        def bought(self, *args):
            clock[0] -= 10
            return super().bought(*args)

        def best(self, duals):
            clock[0] -= 10
            return super().best(duals)

    def slow_proof(*args, **kwargs):
        clock[0] -= 60
        return prove(*args, **kwargs)

    monkeypatch.setattr(search, "NextDoor", SlowDoor)
    monkeypatch.setattr(wide, "prove", slow_proof)
    problem = in_regions(two_venues(), [0, 1, 2])
    known = search.Search(problem, lambda: False, -1.0, lambda progress: None)
    clock[0] = 300.0
    pricing = wide._Pricing(known, lambda: clock[0])
    while pricing.next():
        pass
    # A last proof begins when it can end.
    assert 0 <= clock[0] < 120
    proof, before = known.proof, clock[0]
    assert not pricing.next()
    assert (known.proof, clock[0]) == (proof, before)


@pytest.mark.parametrize("seed", range(40))
def test_who_may_go_far_is_worth_what_was_proved(seed):
    """At the prices of the proof; who may not buys as near buyers do."""
    problem = random_problem(seed)
    problem = in_regions(problem, np.arange(len(np.array(problem.cost))) % 2)
    layout, duals, door = lay_out(problem, near=1), random_duals(problem, seed), NextDoor(problem)
    duals = replace(duals, room=np.zeros_like(duals.room))
    memories = [Memory.none(jobs) for jobs in np.diff(layout.job_at).tolist()]
    proved = prove(problem, layout, duals, memories, lambda: False, door=door)
    near = Buyers(problem, layout)
    everybody = dict.fromkeys(range(len(problem.segments)), ints(0))
    home, same = NearAndFar(door, near, replace(proved, beyond={}), heat=100.0)(duals), near(duals)
    assert home.worth == same.worth
    assert np.array_equal(home.visits, same.visits)
    assert np.array_equal(home.pool, same.pool)
    away = NearAndFar(door, near, replace(proved, beyond=everybody), heat=100.0)(duals)
    assert away.worth == proved.proof.best.sum() >= home.worth
    # Dearer work is bought from farther away.
    dear = replace(duals, job=duals.job * 3)
    away = NearAndFar(door, near, replace(proved, beyond=everybody), heat=100.0)(dear)
    assert away.worth >= near(dear).worth
    assert (away.pool >= -1e-9).all()
    assert (away.visits >= 0).all()


def test_more_is_laid_out_for_who_would_earn_more_elsewhere(monkeypatch):
    """With one place laid out a unit can do one of two jobs; once more is laid out, both."""
    problem = in_regions(two_venues(), [0, 1, 2])
    monkeypatch.setattr(search, "lay_out", partial(lay_out, near=1))
    monkeypatch.setattr(wide, "lay_out", partial(lay_out, near=1))
    monkeypatch.setattr(wide, "LACK", -1)
    monkeypatch.setattr(wide, "HURRY", np.inf)
    # Two jobs for one unit are worth nothing to it at prices in balance.
    monkeypatch.setattr(annealing, "LEAST_SHARE", 0.0)
    monkeypatch.setattr(annealing, "MOST_SHARE", 0.0)
    known = search.Search(problem, lambda: False, -1.0, lambda progress: None)
    pricing = wide._Pricing(known, lambda: np.inf)
    walk = Annealing(known, 1)
    walk.cycle(20)
    alone = known.score
    while len(known.layout.places) < 2:
        assert pricing._cooled() < 1
        assert pricing.next()
    walk.cycle(200)
    assert known.score == 100 + 70 - 24 > alone
    # Labelling goes on with few.
    assert len(pricing._layout.places) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_wide_problem_is_solved_within_its_bound(seed, monkeypatch):
    """A few steps on random problems of which one place a segment is laid out."""
    monkeypatch.setattr(search, "lay_out", partial(lay_out, near=1))
    problem = random_problem(seed)
    problem = in_regions(problem, np.arange(len(np.array(problem.cost))) % 2)
    for deterministic in (True, False):
        looks = iter(range(6))
        result = solve(
            problem,
            stopping=partial(lambda looks: next(looks, None) is None, looks),
            remaining=lambda: np.inf,
            deterministic=deterministic,
            steps=2,
        )
        assert faults(problem, result.solution) == []
        assert result.score <= result.bound
