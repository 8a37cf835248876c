"""Make a plan: compile the scenario, solve it in a child process, complete, check and explain."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

from optimizer import certificate
from optimizer.checker import Completed, check, complete, points
from optimizer.checker import gap as relative_gap
from optimizer.checker.base import Stated, rotations_once
from optimizer.compile import Compiled, compile_scenario
from optimizer.core.result import Progress, Result, unpriced
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Draft, Moment, Plan, Run, ScenarioRef
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import EngineError
from optimizer.explainer import explain
from optimizer.first_fit import first_fit
from optimizer.solvers.child import Child, Ending, Outcome

PATIENT = 20
"""A deterministic run counts work, not time; after so many times its limit it is ended all the same."""


@dataclass(frozen=True)
class News:
    """
    How a plan in the making stands.

    Parameters
    ----------
    seconds
        Time spent on solving; 0 before it begins.
    phase
        What is being done.
    result
        The best plan and bound so far.
    """

    seconds: float
    phase: str
    compiled: Compiled
    result: Result

    @property
    def score(self) -> float:
        """Points of the best plan so far."""
        return points(self.result.score)

    @property
    def bound(self) -> float:
        """Points that no plan can exceed, as far as proven."""
        return points(self.result.bound)

    @property
    def gap(self) -> float:
        """What is left between the two, as a share."""
        return relative_gap(self.result.score, self.result.bound)

    @cached_property
    def _completed(self) -> Completed:
        return complete(self.compiled.scenario, self.compiled.rotations(self.result.solution))

    @property
    def people(self) -> int:
        """People whom the best plan serves."""
        return sum(rotation.people for rotation in self._completed.rotations)

    @property
    def km(self) -> float:
        """Kilometres that the best plan drives."""
        return sum(unit.km for unit in self._completed.units)


def plan(
    scenario: Scenario,
    *,
    base_plan: Plan | Sequence[Stated] = (),
    time_limit: float = 30.0,
    gap: float = 1e-4,
    seed: int = 1,
    deterministic: bool = False,
    on_progress: Callable[[News], object] | None = None,
    stop: threading.Event | None = None,
) -> Plan:
    """
    Make the best plan that the time allows, with a proven bound.

    Parameters
    ----------
    scenario
        A validated scenario.
    base_plan
        The plan that holds until now, finished or written by hand. Each of its rotations that is not
        kept (same request, unit and start) costs the scenario's ``change``, and the search starts from it.
    time_limit
        Seconds of solving; loading and compiling do not count. In deterministic mode the
        amount of work that a small agency's quarter needs so many seconds for.
    gap
        Relative gap at which the plan counts as optimal and solving ends.
    seed
        Of all random choices.
    deterministic
        The same scenario, seed, limits and versions give the same plan byte for byte.
    on_progress
        Called with news in this thread.
    stop
        Set it from another thread to stop and keep the best.

    Raises
    ------
    InputError
        When a rotation stands twice in the base plan.
    EngineError
        When the engine broke a promise; a plan that breaks a rule is never returned.
    """
    tell = on_progress or (lambda news: None)
    base = rotations_once(base_plan)
    # Named, not imported: the engine's libraries take longer to load than a small plan to make.
    with Child(warm="optimizer.solvers.serve:warm") as child:
        compiled = compile_scenario(scenario, base)
        # A plain plan while the engine is still loading: something to start from, and to fall back on.
        first = unpriced(compiled.problem, compiled.solution(first_fit(scenario, base)))
        tell(News(0.0, "first fit", compiled, first))
        outcome: Outcome[Result] = child.run(
            "optimizer.solvers.serve:serve",
            (compiled.problem, first.solution, gap, seed, deterministic, max(int(time_limit), 1)),
            seconds=time_limit * PATIENT + 60 if deterministic else time_limit,
            on_progress=lambda news: tell(News(news.seconds, news.phase, compiled, news.result)),
            on_phase=lambda phase: tell(News(0.0, phase, compiled, first)),
            stop=stop,
        )
    result = _best(outcome) or first
    tell(News(outcome.seconds, "explain", compiled, result))
    drafts = compiled.rotations(result.solution)
    completed = complete(scenario, drafts, base)
    _verify(scenario, drafts, base, completed, result)
    proven = relative_gap(result.score, result.bound)
    warning = _warning(outcome, result is first)
    return Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="optimal" if proven <= gap else "feasible",
        score=completed.score,
        bound=points(result.bound),
        gap=proven,
        score_parts=completed.score_parts,
        rotations=completed.rotations,
        unserved=explain(scenario, completed.rotations, base),
        units=completed.units,
        cities=completed.cities,
        run=Run(
            seed=seed,
            # A time that differs from run to run has no place in a plan that must not.
            seconds=0.0 if deterministic else round(outcome.seconds, 3),
            version=version("mtu-planner"),
            mode="; ".join(filter(None, ("deterministic" if deterministic else "fast", warning))),
            tolerance=gap,
            versions={name: version(name) for name in ("holidays", "ortools", "numba")},
        ),
        certificate=certificate.write(compiled, result),
        history=tuple(
            Moment(seconds=round(seconds, 3), score=points(score), bound=points(limit))
            for seconds, score, limit in result.history
        ),
        warning=warning,
    )


def _best(outcome: Outcome[Result]) -> Result | None:
    """The engine's result, or what it had reported before it ended otherwise."""
    if outcome.result is not None:
        return outcome.result
    last: Any = outcome.progress
    return last.result if isinstance(last, Progress) else None


def _warning(outcome: Outcome[Result], first: bool) -> str | None:
    """What a reader must know of an engine that did not end well; None of one that did."""
    kept = "A first-fit plan was made instead." if first else "The best plan until then was kept."
    if outcome.ending in (Ending.FAILED, Ending.CRASHED):
        return f"{outcome.why} {kept}"
    return f"The engine had no plan in time. {kept}" if first else None


def _verify(
    scenario: Scenario, drafts: list[Draft], base: Sequence[Stated], completed: Completed, result: Result
) -> None:
    """The checker's word on rules and score, before anybody sees the plan."""
    report = check(scenario, drafts, base)
    if report.violations:
        raise EngineError(f"The engine's plan breaks a rule: {report.violations[0]}.")
    if result.score != completed.worth.score:
        raise EngineError(
            f"The engine counts {result.score} millipoints, the checker {completed.worth.score}."
        )
    if result.bound < result.score:
        raise EngineError(f"The engine's bound {result.bound} is below its score {result.score}.")
