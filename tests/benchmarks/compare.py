"""
The planner beside PyVRP, VROOM, OR-Tools routing and CP-SAT: same problems, same wall clock, two cores.

    python -m tests.benchmarks.compare [--seconds 30] [--generated 2] [--data PATH] [--write]

Needs the extra `benchmarks`: pip install -e ".[benchmarks]".
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import optimizer
from optimizer.checker import check
from optimizer.cli.bench import instances
from optimizer.compile import compile_scenario
from optimizer.core.read import Instance
from optimizer.core.solution import Solution
from optimizer.core.windows import window_faults, window_objective
from optimizer.domain.scenario import Scenario
from optimizer.solvers.solve import solve
from optimizer.solvers.windows import warm
from optimizer.solvers.windows.search import schedule
from tests.benchmarks import peers
from tests.benchmarks.as_windows import AsWindows, Orders, as_windows, in_time, raw_value
from tests.benchmarks.machine import COMPARISON, PUBLISHED, RESULTS, heading, line, table, write_part

DATA = Path(__file__).parents[2] / "data"
HEAD = (
    "problem",
    "program",
    "limit s",
    "used s",
    "raw",
    "value",
    "left out",
    "violations",
    "bound",
    "behind the best",
)


@dataclass(frozen=True, slots=True)
class Row:
    """
    What one program made of one problem.

    Parameters
    ----------
    raw, value
        What its answer claims, and what is left of it after repair; raw is None where nothing is repaired.
    left_out
        Visits that repair had to leave out.
    violations
        Of the repaired answer, by the checker.
    bound
        Proven by the program; None where it proves none.
    costs
        Whether less is better.
    """

    problem: str
    program: str
    limit: float
    seconds: float
    raw: float | None
    value: float
    left_out: int
    violations: int
    bound: float | None
    costs: bool = False

    def cells(self, best: float) -> list[str]:
        """One line of the table; ``best`` is the best value of any program on this problem."""
        behind = (self.value - best if self.costs else best - self.value) / max(abs(best), 1.0)
        return [
            self.problem,
            self.program,
            f"{self.limit:g}",
            f"{self.seconds:.1f}",
            "" if self.raw is None else f"{self.raw:,.3f}",
            f"{self.value:,.3f}",
            str(self.left_out),
            str(self.violations),
            "" if self.bound is None else f"{self.bound:,.3f}",
            f"{behind:.2%}",
        ]


def on_scenario(name: str, scenario: Scenario, seconds: float) -> Iterator[Row]:
    """Every program on a scenario; the checker has the last word on each."""
    began = time.monotonic()
    plan = optimizer.plan(scenario, time_limit=seconds)
    used = time.monotonic() - began
    report = check(scenario, plan)
    yield Row(
        name, "MTU Planner", seconds, used, None, report.score / 1000, 0, len(report.violations), plan.bound
    )
    compiled = compile_scenario(scenario)
    told = as_windows(compiled.problem)
    programs: list[tuple[str, Callable[[], Orders]]] = [
        ("VROOM", partial(peers.vroom, told.windows, seconds)),
        ("PyVRP", partial(peers.pyvrp, told.windows, seconds)),
        ("OR-Tools routing", partial(peers.routing, told.windows, seconds)),
        ("CP-SAT", partial(_orders, told, compiled.problem, seconds)),
    ]
    for program, ask in programs:
        began = time.monotonic()
        orders = ask()
        used = time.monotonic() - began
        solution = told.repaired(orders)
        report = check(scenario, compiled.rotations(solution))
        left_out = sum(map(len, orders)) - sum(map(len, solution.routes))
        raw = raw_value(told.windows, orders) / 1000
        yield Row(
            name, program, seconds, used, raw, report.score / 1000, left_out, len(report.violations), None
        )


def _orders(told: AsWindows, problem, seconds: float) -> Orders:
    """CP-SAT's stays as orders of classes: the k-th stay of a request is its k-th class."""
    solution = peers.cp_sat(problem, seconds)
    classes: dict[int, list[int]] = {}
    for job, request in enumerate(told.request):
        classes.setdefault(request, []).append(job)
    return [[classes[visit.job].pop(0) for visit in route] for route in solution.routes]


def on_instance(instance: Instance, best_known: float | None, seconds: float) -> Iterator[Row]:
    """Every program that knows time windows on a published instance."""
    problem = instance.problem
    name = instance.name if instance.costs else f"{instance.name} x {problem.units}"
    if best_known is not None:
        name += f" (best known {best_known:,.0f})"
    began = time.monotonic()
    ends = began + seconds
    result = solve(
        problem,
        stopping=lambda: time.monotonic() >= ends,
        remaining=lambda: max(ends - time.monotonic(), 0.0),
        gap=0.0,
    )
    used = time.monotonic() - began
    wrong = len(window_faults(problem, result.solution))
    value, bound = instance.published(result.score), instance.published(result.bound)
    yield Row(name, "MTU Planner", seconds, used, None, value, 0, wrong, bound, instance.costs)
    for program, ask in (("VROOM", peers.vroom), ("PyVRP", peers.pyvrp), ("OR-Tools routing", peers.routing)):
        began = time.monotonic()
        orders = ask(problem, seconds)
        used = time.monotonic() - began
        kept = in_time(problem, orders)
        solution = Solution(tuple(schedule(problem, unit, jobs) for unit, jobs in enumerate(kept)))
        raw = instance.published(raw_value(problem, orders))
        value = instance.published(window_objective(problem, solution))
        left_out = sum(map(len, orders)) - sum(map(len, kept))
        wrong = len(window_faults(problem, solution))
        yield Row(name, program, seconds, used, raw, value, left_out, wrong, None, instance.costs)


def blocks(options: argparse.Namespace) -> Iterator[list[Row]]:
    """The rows of each problem, in order."""
    if options.scenarios:
        yield list(on_scenario("Jakarta", optimizer.load(DATA / "jakarta"), options.seconds))
        for seed in range(1, options.generated + 1):
            scenario = optimizer.generate(23, 125, 90, 5, seed)
            yield list(on_scenario(f"generated, seed {seed}", scenario, options.seconds))
        year = optimizer.load(DATA / "jakarta-year")
        yield list(on_scenario("Jakarta, year", year, options.seconds))
    if options.data is not None:
        found = instances(options.data, options.routes, lambda error: print(error, file=sys.stderr))
        for instance, best_known in found:
            yield list(on_instance(instance, best_known, options.published_seconds))


def main() -> int:
    """Run all, one after the other; 1 where the planner is behind a peer or an answer breaks rules."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="for each program on each scenario")
    parser.add_argument("--generated", type=int, default=2, help="number of generated scenarios")
    parser.add_argument(
        "--no-scenarios",
        dest="scenarios",
        action="store_false",
        help="--data alone, written as a part of its own",
    )
    parser.add_argument("--data", type=Path, help="folder of TOPTW and STRSP instances")
    parser.add_argument("--routes", type=int, nargs="+", default=[2], help="of TOPTW instances")
    parser.add_argument(
        "--published-seconds", type=float, default=10, help="for each program on each of these"
    )
    parser.add_argument("--write", action="store_true", help=f"write the table into {RESULTS.name}")
    options = parser.parse_args()
    lines = heading(" ".join(["python -m tests.benchmarks.compare", *sys.argv[1:]]))
    lines.append(f"Peers: pyvrp {version('pyvrp')}, pyvroom {version('pyvroom')}.")
    # Loops are compiled on the first run after an installation; that is no planning.
    optimizer.plan(optimizer.generate(1, 3, 30), time_limit=1)
    warm.compile_loops()
    lines += ["", *table(HEAD, [])]
    print("\n".join(lines), flush=True)
    behind = False
    for rows in blocks(options):
        best = min(row.value for row in rows) if rows[0].costs else max(row.value for row in rows)
        behind |= rows[0].value != best or any(row.violations for row in rows)
        for row in rows:
            lines.append(line(row.cells(best)))
            print(lines[-1], flush=True)
    if options.write:
        write_part(COMPARISON if options.scenarios else PUBLISHED, lines)
    return int(behind)


if __name__ == "__main__":
    sys.exit(main())
