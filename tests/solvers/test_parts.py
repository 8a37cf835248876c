"""Instances that fall apart: which parts there are, what they add up to, and how they take turns."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.problem import Change, Equity, Problem, Regions, Segment
from optimizer.core.result import Progress, unpriced
from optimizer.core.solution import Solution, Visit, faults, objective
from optimizer.solvers.engine import Engine
from optimizer.solvers.part_by_part import PartByPart
from optimizer.solvers.parts import Together, independent_parts
from optimizer.solvers.solve import solve
from tests.solvers.worlds import apart, apart_optimum, halves, in_turn, ints, random_solution, two_venues

TWICE = pytest.mark.parametrize("twice", [halves, in_turn])
compiled = pytest.mark.usefixtures("compiled_loops")


def solved(problem, *, stopping=lambda: False, remaining=lambda: 60.0, **settings):
    settings = {"gap": 0.0, "steps": 60, **settings}
    return solve(problem, stopping=stopping, remaining=remaining, **settings)


def best(seed):
    """The best score of two like parts; what is fixed counts once."""
    return 2 * apart_optimum(seed) - apart(seed).base_value


def two_units(*, last=(6, 6), place=(0, 0), first=(0, 0), rooms=1, pool=(-1, -1), **more):
    """Two units, one request each, a day long or two."""
    problem = two_venues()
    return replace(
        problem,
        segments=(Segment(0, 0, 6, 2, 2), Segment(1, 0, 6, 2, 2)),
        eligible=(ints(0), ints(1)),
        job_place=ints(*place),
        job_first=ints(*first),
        job_last=ints(*last),
        job_pool=ints(*pool),
        room=problem.room * rooms,
        pool=np.ones((1, 7), np.int64),
        **more,
    )


@pytest.mark.parametrize(
    ("problem", "parts"),
    [
        (two_units(place=(0, 1)), 2),
        (two_units(), 1),
        (two_units(rooms=2), 2),
        (two_units(last=(2, 6), first=(0, 2)), 1),
        (two_units(last=(2, 6), first=(0, 3)), 2),
        (two_units(place=(0, 1), pool=(0, 0)), 1),
        (two_units(place=(0, 1), pool=(-1, 0)), 2),
        (two_units(place=(0, 1), equity=Equity(1, ints(0, 1), ints(1, 1), ints(0, 0))), 1),
        (replace(two_units(place=(0, 1)), eligible=(ints(0, 1), ints(1))), 1),
        (replace(two_units(place=(0, 1)), eligible=(ints(0, 1), ints())), 1),
        (replace(two_units(place=(0, 1)), job_demand=ints(0, 0), copies=ints(1, 0)), 1),
    ],
)
def test_parts_are_what_nothing_joins(problem, parts):
    """Places, rooms that are short, days on which both could come, instructors, demands, equity."""
    assert len(independent_parts(problem)) == parts


@pytest.mark.parametrize(("rooms", "parts"), [((2, 2), 1), ((3, 2), 1), ((3, 3), 3)])
def test_rooms_are_short_where_a_long_stretch_joins_short_ones(rooms, parts):
    """One unit may come all week, two others for some days each, at its beginning or its end."""
    problem = two_units()
    early, late = rooms
    problem = replace(
        problem,
        segments=tuple(Segment(unit, 0, 6, 2, 2) for unit in range(3)),
        eligible=(ints(0), ints(1), ints(2)),
        job_place=ints(0, 0, 0),
        job_class=ints(0, 0, 0),
        job_first=ints(0, 4, 1),
        job_last=ints(6, 6, 2),
        job_pool=ints(-1, -1, -1),
        job_demand=ints(0, 1, 2),
        value=np.array([[0, 9]] * 3),
        people=np.array([[0, 9]] * 3),
        copies=ints(1, 1, 1),
        room=np.array([[early] * 3 + [late] * 4] * 2),
    )
    assert len(independent_parts(problem)) == parts


@TWICE
@pytest.mark.parametrize("seed", range(30))
def test_parts_make_up_the_whole(twice, seed):
    """Any solution is one of each part, worth as much together; any of the parts make one of the whole."""
    problem = twice(seed)
    parts = independent_parts(problem)
    assert len(parts) >= 2
    assert sorted(s for part in parts for s in part.segments.tolist()) == list(range(len(problem.segments)))
    assert sorted(j for part in parts for j in part.jobs.tolist()) == list(range(problem.jobs))
    for number in range(5):
        whole = random_solution(problem, 10 * seed + number)
        own = [part.take(whole) for part in parts]
        scores = [objective(part.problem, solution) for part, solution in zip(parts, own, strict=True)]
        assert all(faults(part.problem, some) == [] for part, some in zip(parts, own, strict=True))
        assert sum(scores) == objective(problem, whole)
        others = [random_solution(part.problem, 10 * seed + number + 5) for part in parts]
        results = [unpriced(part.problem, some) for part, some in zip(parts, others, strict=True)]
        together = Together(problem, parts, results).result(())
        assert faults(problem, together.solution) == []
        assert together.score == objective(problem, together.solution)
        assert together.bound == together.proven >= best(seed)
        for part, some in zip(parts, others, strict=True):
            assert part.take(together.solution) == some


@compiled
@TWICE
@pytest.mark.parametrize("deterministic", [True, False])
def test_the_optimum_is_found_and_proven_part_by_part(twice, deterministic):
    """That of brute force, twice; the prices alone prove no less; news never get worse."""
    for seed in range(10):
        problem, news = twice(seed), list[Progress]()
        result = solved(problem, seed=seed, deterministic=deterministic, report=news.append)
        assert (result.score, result.bound) == (best(seed), best(seed)), seed
        assert objective(problem, result.solution) == result.score
        assert faults(problem, result.solution) == []
        assert result.proof.value >= result.bound
        assert news[-1].result.score == result.score
        assert news[-1].result.bound == result.bound
        assert [m[1] for m in result.history] == sorted(m[1] for m in result.history)
        assert [m[2] for m in result.history] == sorted((m[2] for m in result.history), reverse=True)


@compiled
@pytest.mark.parametrize("left", [60.0, np.inf])
def test_those_that_do_not_keep_what_they_know_begin_anew(monkeypatch, left):
    """From their best solution, with the best bound kept, in turns that are too short to settle anything."""
    monkeypatch.setattr("optimizer.solvers.part_by_part.AWAKE", -1)
    monkeypatch.setattr("optimizer.solvers.part_by_part.FIRST_ROUND", 1e-3)
    for seed in range(6):
        result = solved(halves(seed), seed=seed, remaining=lambda: left)
        assert (result.score, result.bound) == (best(seed), best(seed)), seed


@compiled
@pytest.mark.parametrize("deterministic", [True, False])
def test_parts_within_the_gap_do_not_excuse_the_whole(deterministic):
    """Stays that are lost, in the first part, take nearly all that both earn: 1 % of the rest is little."""
    asked = 0.01
    for seed in range(16):
        problem = halves(seed)
        if problem.change is not None:
            continue
        problem = replace(problem, change=Change(1000 * max(best(seed) - 500, 0), 1))
        result = solved(problem, seed=seed, gap=asked, deterministic=deterministic)
        assert result.bound - result.score <= asked * max(abs(result.bound), 1000), seed


@compiled
def test_between_turns_a_part_keeps_what_its_methods_know(monkeypatch):
    """Turns of a few milliseconds, and for each part prices are tightened from the start once."""
    monkeypatch.setattr("optimizer.solvers.part_by_part.FIRST_ROUND", 1e-3)
    begun, turns = [], []
    tighten, turn = Engine._tighten, PartByPart._round

    def begin(engine):
        begun.append(engine)
        return tighten(engine)

    def count(apart, number):
        turns.append(number)
        turn(apart, number)

    monkeypatch.setattr(Engine, "_tighten", begin)
    monkeypatch.setattr(PartByPart, "_round", count)
    for seed in range(6):
        begun.clear()
        problem = halves(seed)
        result = solved(problem, seed=seed, remaining=lambda: np.inf)
        assert result.score == result.bound == best(seed)
        assert len(begun) <= len(independent_parts(problem))
    assert max(turns) > 2


def three_parts():
    """Three units with a request each, of three classes for a point and a day each; a plan of 3, 2 and 1."""
    places, days = 3, 9
    problem = Problem(
        horizon=days,
        cost=np.zeros((4, 4), np.int64),
        gap=np.ones((4, 4), np.int64) - np.eye(4, dtype=np.int64),
        places=places,
        job_place=np.arange(3),
        job_class=np.zeros(3, np.int64),
        job_first=np.zeros(3, np.int64),
        job_last=np.full(3, days - 1),
        job_pool=np.full(3, -1),
        job_demand=np.arange(3),
        class_end=np.arange(days)[None, :],
        value=np.tile(np.arange(4) * 1000, (3, 1)),
        people=np.zeros((3, 4), np.int64),
        copies=np.full(3, 3),
        room=np.ones((places, days), np.int64),
        pool=np.zeros((0, days), np.int64),
        segments=tuple(Segment(unit, 0, days - 1, 3, 3) for unit in range(3)),
        eligible=tuple(ints(unit) for unit in range(3)),
    )
    routes = (tuple(Visit(day, unit) for day in range(3 - unit)) for unit in range(3))
    return problem, Solution(tuple(routes))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        # 20 s of 100 by visits, then 50 by what is missing: 2 points and 1; the third part is settled.
        ({}, [20 / 6, 20 * 2 / 5, 20, 50 * 2 / 3, 50, 100 * 2 / 3, 100]),
        ({"LARGE": 0}, [100 / 6, 100 * 2 / 5, 100, 100 * 2 / 3, 100, 100 * 2 / 3, 100]),
        ({"SHORT": 5000.0}, [100 / 6, 100 * 2 / 5, 100, 100 * 2 / 3, 100, 100 * 2 / 3, 100]),
        ({"AWAKE": 5}, [100 / 6, 100 * 2 / 5, 100, 100 * 2 / 3, 100, 100 * 2 / 3, 100]),
    ],
)
def test_turns_are_as_long_as_visits_ask_for_then_as_what_is_missing_does(monkeypatch, limits, expected):
    """Engines that do nothing and take no time: what one leaves over, the next ones have."""
    turns, made = [], []

    class Idle:
        def __init__(self, problem, *, remaining, start, **_):
            self.remaining, self.settled = remaining, len(start.routes[0]) == 3
            made.append(self)

        def run(self):
            turns.append(self.remaining())
            return not self.settled

    monkeypatch.setattr("optimizer.solvers.part_by_part.Engine", Idle)
    for name, value in limits.items():
        monkeypatch.setattr(f"optimizer.solvers.part_by_part.{name}", value)
    problem, start = three_parts()
    apart = PartByPart(
        problem,
        independent_parts(problem),
        stopping=lambda: len(turns) == len(expected),
        remaining=lambda: 100.0,
        gap=0.0,
        seed=1,
        report=lambda progress: None,
        start=start,
    )
    apart.run()
    assert turns == pytest.approx(expected, rel=0.01)
    # Engines are kept between turns, unless there is too much to keep.
    assert len(made) == (3 + len(expected) if "AWAKE" in limits else 3)


@compiled
@pytest.mark.parametrize("deterministic", [True, False])
def test_stopped_somewhere_on_the_way_it_has_a_valid_plan_and_bound(deterministic):
    """The clock strikes at the n-th look, the first one included."""
    for seed in range(12):
        problem, looks = halves(seed), iter(range(10**9))
        result = solved(
            problem,
            stopping=lambda looks=looks, n=4 * seed: next(looks) >= n,
            deterministic=deterministic,
        )
        assert faults(problem, result.solution) == []
        assert result.score <= best(seed) <= result.bound


@compiled
def test_a_start_is_where_parts_start():
    """What comes out is worth no less, be there time or not."""
    for seed in range(12):
        problem = halves(seed)
        start = random_solution(problem, seed)
        result = solved(problem, start=start, stopping=lambda: True)
        assert result.score >= objective(problem, start)


@compiled
def test_a_change_of_fractions_is_rounded_once():
    """Parts round each for itself; the whole says what the objective says, and no bound is below it."""
    for seed in range(40):
        problem = halves(seed)
        if problem.change is None:
            continue
        problem = replace(problem, change=Change(1_499, problem.change.stays))
        result = solved(problem, deterministic=True)
        assert result.score == objective(problem, result.solution)
        assert result.score <= result.bound <= result.score + 2


@compiled
def test_large_parts_keep_their_tables_and_regions(monkeypatch):
    """Where places are many, legs are looked up in the whole's tables, and regions tell what is far."""
    monkeypatch.setattr("optimizer.solvers.parts.FEW_PLACES", -1)
    for seed in range(6):
        problem = halves(seed)
        none = np.zeros((2, 2), np.int64)
        regions = Regions(np.arange(len(np.asarray(problem.cost))) % 2, none, none)
        for wide in (problem, replace(problem, regions=regions)):
            result = solved(wide, seed=seed, deterministic=True, steps=8)
            assert faults(problem, result.solution) == []
            assert result.score == objective(problem, result.solution)
            assert result.score <= best(seed) <= result.bound
        assert result.score == best(seed)


def test_nobody_works_in_a_part_of_its_own():
    """Units without work and requests for nobody belong to the first part."""
    problem = two_units(place=(0, 1))
    idle = replace(
        problem,
        segments=(Segment(2, 0, 6, 2, 2), *problem.segments),
        eligible=(ints(), *problem.eligible),
        base_value=5,
    )
    first, second = independent_parts(idle)
    assert (first.segments.tolist(), second.segments.tolist()) == ([0, 1], [2])
    assert (first.problem.base_value, second.problem.base_value) == (5, 0)
    assert objective(first.problem, Solution.empty(first.problem)) == 5
