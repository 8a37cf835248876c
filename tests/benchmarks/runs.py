"""A scenario planned once in a time limit, and all that is to be known of it afterwards."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import optimizer
from optimizer import certificate
from optimizer.checker import check, complete, gap
from optimizer.domain.plan import Draft, Moment, Plan
from optimizer.domain.scenario import Scenario
from optimizer.first_fit import first_fit
from optimizer.planner import News

TOLERANCE = 0.0
"""Planning ends before its time only where bound and score are the same."""

QUARTER = "quarter"
"""The kind of cases of which it is asked how good the first plan is, and how many are proven optimal."""


class Aim(NamedTuple):
    """The gap that the engine is to reach one day after so many seconds."""

    seconds: float
    gap: float


@dataclass(frozen=True, slots=True)
class Case:
    """
    A scenario and a time limit.

    Parameters
    ----------
    kind
        Cases of one kind are summed up together.
    aims
        What the engine is to reach one day.
    scale
        How many times as large as Jakarta's quarter; None where it differs in something else.
    most_gap, first_within, least_ratio
        What it has to reach in any case; None where nothing is asked.
    gap_after
        Seconds after which ``most_gap`` has to be reached; by default the end.
    """

    kind: str
    name: str
    scenario: Callable[[], Scenario]
    seconds: float
    aims: tuple[Aim, ...] = ()
    scale: int | None = None
    most_gap: float | None = None
    gap_after: float = inf
    first_within: float | None = None
    least_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a case; ``memory`` is the most megabytes that any engine has taken so far."""

    case: Case
    plan: Plan
    first: float | None
    violations: int
    recomputed: bool
    proven: bool
    ratio: float
    memory: int

    def at(self, seconds: float) -> Moment | None:
        """What was known after so many seconds of solving; None before the first news."""
        known = [moment for moment in self.plan.history if moment.seconds <= seconds]
        return known[-1] if known else None

    def gap_at(self, seconds: float) -> float | None:
        """The certified gap known after so many seconds of solving; None before there was one."""
        moment = self.at(seconds)
        return None if moment is None else _gap(moment)

    def seconds_to(self, least: float) -> float | None:
        """Seconds of solving to the first certified gap as small as that; None where it was not reached."""
        gaps = ((moment.seconds, _gap(moment)) for moment in self.plan.history)
        return next((seconds for seconds, value in gaps if value is not None and value <= least), None)

    def misses(self) -> Iterator[str]:
        """Everything that was asked for and not reached."""
        case, plan = self.case, self.plan
        if self.violations:
            yield f"{self.violations} violations"
        if not self.recomputed:
            yield "score"
        if plan.bound is None or plan.gap is None or plan.bound < plan.score or not self.proven:
            yield "bound"
        elif case.most_gap is not None:
            known = self.gap_at(case.gap_after)
            if known is None or known > case.most_gap:
                yield f"gap > {case.most_gap:.1%}"
        if case.first_within is not None and (self.first is None or self.first > case.first_within):
            yield f"first plan > {case.first_within:g} s"
        if case.least_ratio is not None and self.ratio < case.least_ratio:
            yield f"ratio < {case.least_ratio:g}"


def run(case: Case) -> Row:
    """Read, plan, and look at the outcome with the checker."""
    scenario = case.scenario()
    began = time.monotonic()
    first: tuple[float, list[Draft]] | None = None

    def note(news: News) -> None:
        nonlocal first
        if first is None and any(news.result.solution.routes):
            first = time.monotonic() - began, news.compiled.rotations(news.result.solution)

    plan = optimizer.plan(scenario, time_limit=case.seconds, gap=TOLERANCE, on_progress=note)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    report = check(scenario, plan)
    violations = len(report.violations) + (len(check(scenario, first[1]).violations) if first else 0)
    by_hand = complete(scenario, first_fit(scenario)).score
    return Row(
        case=case,
        plan=plan,
        first=first[0] if first else None,
        violations=violations,
        recomputed=round(plan.score * 1000) == report.score,
        proven=plan.certificate is not None
        and certificate.verify(scenario, plan.certificate, plan).supported,
        ratio=plan.score / by_hand if by_hand > 0 else float("inf"),
        memory=memory // (1024 if sys.platform == "linux" else 1024**2),
    )


def _gap(moment: Moment) -> float | None:
    if moment.score is None or moment.bound is None:
        return None
    return gap(round(moment.score * 1000), round(moment.bound * 1000))
