"""A plan from end to end, also when the engine dies, and for agencies that look nothing like Jakarta's."""

import time
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from optimizer import planner
from optimizer.certificate import verify
from optimizer.checker import check, complete
from optimizer.compile import compile_scenario
from optimizer.core.result import unpriced
from optimizer.core.solution import Solution
from optimizer.domain.plan import Draft
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError
from optimizer.first_fit import first_fit
from optimizer.generator import generate
from optimizer.planner import plan
from optimizer.solvers.child import Child
from optimizer.solvers.solve import solve
from tests.checker.worlds import course, day, request, unit, venue, world

pytestmark = pytest.mark.usefixtures("compiled_loops")


def sound(scenario, made):
    """Nothing broken, every number right, the bound no lower than the score."""
    report = check(scenario, made)
    assert report.violations == ()
    assert round(made.score * 1000) == report.score
    assert made.bound >= made.score
    assert made.gap >= 0


@pytest.fixture(scope="module")
def told(compiled_loops):
    """The small world, its plan, and the news on the way."""
    news: list[planner.News] = []
    scenario = world()
    return scenario, plan(scenario, time_limit=5, gap=0.0, on_progress=news.append), news


def test_a_small_world_is_planned_to_the_optimum(told):
    """
    All 40 people are served; driving costs 1.2 points at least.

    Four classes in four weeks, two units. One unit alone: D-A-A-B-C-D = 10 + 0 + 10 + 5 + 25 = 50 km =
    0.5 points, 12 teaching days and two moves within 20 working days.
    """
    scenario, made, _ = told
    sound(scenario, made)
    assert made.score == 40 - 0.5
    assert (made.status, made.gap, made.bound) == ("optimal", 0.0, 39.5)
    assert made.unserved == ()
    assert made.run.mode == "fast"
    assert made.certificate is not None


def test_news_tell_score_people_kilometres_and_bound(told):
    """From the first word to the explanation, the last news being the plan's."""
    _, made, news = told
    last = news[-1]
    assert last.phase == "explain"
    assert (last.score, last.bound, last.gap) == (made.score, made.bound, 0.0)
    assert (last.people, last.km) == (40, 50.0)
    before = news[0]
    assert before.phase == "first fit"
    assert 0 < before.score <= made.score < before.bound


def test_history_never_gets_worse(told):
    """Scores rise and bounds fall, to those of the plan."""
    history = told[1].history
    scores, bounds = [moment.score for moment in history], [moment.bound for moment in history]
    assert scores == sorted(scores)
    assert bounds == sorted(bounds, reverse=True)
    assert (scores[-1], bounds[-1]) == (told[1].score, told[1].bound)


BASE = [Draft(request=name, unit=who, start=day("01-05")) for name, who in (("RA", "U1"), ("RC", "U2"))]


@pytest.mark.parametrize(
    ("rate", "score", "change"),
    # One unit drives 50 km for all, and a rotation is lost; two drive 20 and 50 km, and none is.
    [("0.001", 40 - 0.5 - 0.001, -0.001), ("100", 40 - 0.7, 0.0)],
)
def test_a_plan_is_changed_where_that_pays(rate, score, change):
    """RA by U1 and RC by U2 on one day: keeping both costs 20 km more."""
    scenario = world(objective={"km": "0.01", "change": rate})
    made = plan(scenario, base_plan=BASE, time_limit=5, gap=0.0)
    assert check(scenario, made, BASE).violations == ()
    assert (made.score, made.score_parts.change, made.bound) == (score, change, score)
    verdict = verify(scenario, made.certificate, made, base_plan=BASE)
    assert verdict.proven
    (fault,) = verify(scenario, made.certificate, made).faults
    assert "changes one with 2 rotations; the base plan given has 0" in fault
    again = plan(scenario, base_plan=made, time_limit=5, gap=0.0)
    assert again.score == made.score - made.score_parts.change
    assert verify(scenario, again.certificate, again, base_plan=made).proven


def test_a_rotation_that_stands_twice_in_the_base_plan_is_an_error():
    with pytest.raises(InputError, match="holds RA by U1 from 2026-01-05 more than once"):
        plan(world(), base_plan=[*BASE, BASE[0]])


class Crashing(Child):
    """A child whose engine aborts after a report that is no plan."""

    def run(self, target, args=(), **settings):
        return super().run("tests.solvers.toys:aborts", (), **{**settings, "on_progress": None})


def test_a_crashed_engine_leaves_a_first_fit_plan_that_says_so(monkeypatch):
    """The bound is then what all requests are worth: 40."""
    monkeypatch.setattr(planner, "Child", Crashing)
    scenario = world()
    made = plan(scenario, time_limit=5)
    sound(scenario, made)
    assert made.score == complete(scenario, first_fit(scenario)).score
    assert "SIGABRT" in made.run.mode
    assert "A first-fit plan was made instead." in made.run.mode
    assert made.bound == 40.0
    assert verify(scenario, made.certificate).proven


def test_a_tenth_of_a_second_is_enough_for_a_valid_plan():
    """A small agency in no time at all."""
    scenario = generate(4, 20, 60)
    made = plan(scenario, time_limit=0.1)
    sound(scenario, made)
    assert made.rotations
    assert made.run.seconds < 5.0


def most_points(scenario):
    problem = compile_scenario(scenario).problem
    return unpriced(problem, Solution.empty(problem)).bound


def test_the_most_that_any_plan_could_be_worth():
    """40 people, 2 points of equity."""
    assert most_points(world()) == 40_000
    assert most_points(world(objective={"equity": 2})) == 42_000


def each(rows, **changes):
    return tuple(row.model_copy(update=changes) for row in rows)


@cache
def small():
    return generate(4, 18, 60)


SHAPES = {
    "windows widened": lambda: small().replace(requests=each(small().requests, earliest=None, latest=None)),
    "fleet halved": lambda: small().replace(
        units=small().units[::2], calendar=tuple(r for r in small().calendar if r.scope_type != "unit")
    ),
    "one city": lambda: generate(4, 18, 60, cities=1),
    "one unit": lambda: generate(1, 18, 60),
    "60-day courses": lambda: generate(3, 12, 200).replace(
        courses=each(small().courses, training_days=60, max_span=None)
    ),
    "rooms of 3": lambda: small().replace(venues=each(small().venues, rooms=3)),
    "a year without holidays": lambda: generate(2, 10, 365).replace(holidays="", calendar=()),
    "fair to the worst city": lambda: small().replace(
        objective=small().objective.model_copy(update={"equity": Decimal(50)})
    ),
    "days of one-day courses": lambda: generate(2, 8, 45).replace(
        courses=each(small().courses, training_days=1, max_span=None),
        moves=small().moves.model_copy(update={"days": 0}),
    ),
    "far apart": lambda: small().replace(moves=small().moves.model_copy(update={"km_per_day": Decimal(3)})),
    "no units": lambda: small().replace(units=(), calendar=(), instructors=()),
    "no requests": lambda: small().replace(requests=()),
    "nothing at all": lambda: Scenario(name="nothing", start=date(2026, 1, 5), end=date(2026, 1, 5)),
    "a day": lambda: world(
        end=date(2026, 1, 5),
        courses=[course(training_days=1)],
        units=[unit("U1")],
        venues=[venue("A"), venue("B"), venue("C")],
        requests=[request("RA", "A", 20)],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_is_planned(shape):
    """In half a second: no rule broken, the engine's score is the checker's, the bound no lower."""
    scenario = SHAPES[shape]()
    compiled = compile_scenario(scenario)
    end = time.monotonic() + 0.5
    result = solve(
        compiled.problem,
        stopping=lambda: time.monotonic() > end,
        remaining=lambda: max(end - time.monotonic(), 0.0),
    )
    drafts = compiled.rotations(result.solution)
    report = check(scenario, drafts)
    assert report.violations == ()
    assert report.score == result.score <= result.bound
    by_hand = check(scenario, first_fit(scenario)).score
    assert by_hand <= result.bound
    if compiled.jobs and shape != "a year without holidays":
        assert result.score >= by_hand


def test_the_year_is_one():
    """The shapes are what their names say."""
    year = SHAPES["a year without holidays"]()
    assert year.end - year.start == timedelta(days=364)
    assert {c.training_days for c in SHAPES["60-day courses"]().courses} == {60}
