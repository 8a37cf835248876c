"""
What the planner reaches, from Jakarta's quarter to a nation's: one Markdown table.

    python -m tests.benchmarks.reach [--quick] [--scenarios jakarta,terms,...] [--seeds 10] [--write]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import optimizer
from optimizer import certificate
from optimizer.checker import check, complete, gap
from optimizer.domain.plan import Draft, Plan
from optimizer.domain.scenario import Pin, Scenario
from optimizer.first_fit import first_fit
from optimizer.planner import News
from tests.benchmarks.machine import REACH, RESULTS, heading, write_part

DATA = Path(__file__).parents[2] / "data"
SCENARIOS = ("jakarta", "terms", "generated", "year", "regions", "nation")
MARKS = (1, 5, 15, 30, 60, 120)
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Case:
    """
    A scenario, a time limit, the gap aimed at, and what has to be reached in any case.

    What is None is not asked.
    """

    name: str
    scenario: Callable[[], Scenario]
    seconds: float
    aim: float | None = None
    most_gap: float | None = None
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

    def gap_at(self, seconds: float) -> float | None:
        """The certified gap known after so many seconds of solving; None before the first news."""
        known = [moment for moment in self.plan.history if moment.seconds <= seconds]
        if not known or known[-1].score is None or known[-1].bound is None:
            return None
        return gap(round(known[-1].score * 1000), round(known[-1].bound * 1000))

    def misses(self) -> Iterator[str]:
        """Everything that was asked for and not reached."""
        case, plan = self.case, self.plan
        if self.violations:
            yield f"{self.violations} violations"
        if not self.recomputed:
            yield "score"
        if plan.bound is None or plan.gap is None or plan.bound < plan.score or not self.proven:
            yield "bound"
        elif case.most_gap is not None and plan.gap > case.most_gap:
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


HEAD = (
    "scenario", "limit s", "first plan s", "served", "score", "bound", "gap", "aim",
    *(f"at {mark} s" for mark in MARKS), "x first fit", "MB so far", "violations", "recomputed", "missed",
)  # fmt: skip


def cells(row: Row) -> list[str]:
    """One line of the table."""
    plan = row.plan
    people = sum(rotation.people for rotation in plan.rotations)
    marks = [row.gap_at(mark) if mark <= row.case.seconds else None for mark in MARKS]
    return [
        row.case.name,
        f"{row.case.seconds:g}",
        "-" if row.first is None else f"{row.first:.2f}",
        f"{people:,}",
        f"{plan.score:,.3f}",
        "-" if plan.bound is None else f"{plan.bound:,.3f}",
        "-" if plan.gap is None else f"{plan.gap:.3%}",
        "" if row.case.aim is None else f"{row.case.aim:.2%}",
        *("" if value is None else f"{value:.2%}" for value in marks),
        f"{row.ratio:.3f}",
        str(row.memory),
        str(row.violations),
        "yes" if row.recomputed and row.proven else "NO",
        ", ".join(row.misses()) or "nothing",
    ]


def cases(names: list[str], seeds: int, quick: bool) -> Iterator[Case]:
    """The cases asked for, in order."""
    jakarta = partial(optimizer.load, DATA / "jakarta")
    if quick:
        if "jakarta" in names:
            yield Case("Jakarta", jakarta, 3.0)
        if "generated" in names:
            yield Case("generated, small", partial(optimizer.generate, 5, 25, 60), 2.0)
        return
    if "jakarta" in names:
        yield Case("Jakarta", jakarta, 10.0, 0.001, 0.01, 1.0, 1.15)
        yield Case("Jakarta", jakarta, 60.0, 0.0002, 0.005, 1.0, 1.15)
    if "terms" in names:
        yield Case("Jakarta, every term", every_term, 60.0, 0.002, 0.02)
    if "generated" in names:
        for seed in range(1, seeds + 1):
            quarter = partial(optimizer.generate, 23, 125, 90, 5, seed)
            yield Case(f"generated, seed {seed}", quarter, 60.0, 0.0002, 0.01)
    if "year" in names:
        year = partial(optimizer.load, DATA / "jakarta-year")
        yield Case("Jakarta, year", year, 60.0, 0.01, 0.03)
        yield Case("Jakarta, year", year, 300.0, 0.005, 0.02)
    if "regions" in names:
        yield Case("230 units", partial(optimizer.generate, 230, 1_250, 90, 10), 120.0, 0.003, 0.02)
    if "nation" in names:
        yield Case("2,300 units", partial(optimizer.generate, 2_300, 12_500, 90, 50), 300.0, 0.01, 0.1)


def every_term() -> Scenario:
    """
    Jakarta's quarter with all that a plan can be weighed by, and little to choose from.

    Equity counts, instructors are enough for 70 % of the units that could teach their courses, and ten
    rotations of the first-fit plan are pinned.
    """
    scenario = optimizer.load(DATA / "jakarta")
    scarce = []
    for group in scenario.instructors:
        equipment = {scenario.course_by_id[course].equipment for course in group.courses}
        able = sum(bool(equipment & set(unit.equipment)) for unit in scenario.units)
        scarce.append(group.model_copy(update={"count": max(min(group.count, able * 7 // 10), 1)}))
    fair = scenario.objective.model_copy(update={"equity": Decimal(2000)})
    scenario = scenario.model_copy(update={"objective": fair, "instructors": tuple(scarce)})
    pins = [Pin(request=d.request, unit=d.unit, start=d.start) for d in first_fit(scenario)[:10]]
    return scenario.model_copy(update={"pins": tuple(pins)})


def main() -> int:
    """Run the cases one after the other; 1 when one of them misses what it has to reach."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reach", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument(
        "--scenarios", default=",".join(SCENARIOS[:-1]), help=f"some of {','.join(SCENARIOS)}"
    )
    parser.add_argument("--seeds", type=int, default=10, help="number of generated scenarios")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    options = parser.parse_args()
    names = options.scenarios.split(",")
    if unknown := set(names) - set(SCENARIOS):
        parser.error(f"unknown scenario {', '.join(sorted(unknown))}")
    lines = heading(" ".join(["python -m tests.benchmarks.reach", *sys.argv[1:]]))
    # Loops are compiled on the first run after an installation; that is no planning.
    optimizer.plan(optimizer.generate(1, 3, 30), time_limit=1)
    lines += ["", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    print("\n".join(lines), flush=True)
    missed = False
    for case in cases(names, options.seeds, options.quick):
        row = run(case)
        missed |= any(row.misses())
        lines.append("| " + " | ".join(cells(row)) + " |")
        print(lines[-1], flush=True)
    if options.write:
        write_part(REACH, lines)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
