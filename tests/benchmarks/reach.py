"""
What the planner reaches, from Jakarta's quarter to a nation's, beside what it is to reach one day.

    python -m tests.benchmarks.reach [--quick] [--scenarios jakarta,terms,...] [--data PATH] [--write]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import optimizer
from optimizer.cli import bench
from optimizer.domain.scenario import Pin, Scenario
from optimizer.first_fit import first_fit
from optimizer.solvers.windows import warm
from tests.benchmarks import aims
from tests.benchmarks.machine import REACH, RESULTS, heading, table, write_part
from tests.benchmarks.runs import QUARTER, Aim, Case, Row, run
from tests.naming import side_by_side

DATA = Path(__file__).parents[2] / "data"
SCENARIOS = ("jakarta", "generated", "terms", "year", "regions", "apart", "nation")
MARKS = (1, 5, 10, 30, 60, 120, 300)
SOON = (Aim(10, 0.001), Aim(60, 0.0002))
HEAD = (
    "scenario", "limit s", "first plan s", "served", "score", "bound", "gap",
    *(f"at {mark} s" for mark in MARKS), "x first fit", "MB so far", "violations", "recomputed", "missed",
)  # fmt: skip
PUBLISHED_SECONDS = 30.0
ROUTES = [2, 4]
"""Numbers of routes of TOPTW instances."""


def cells(row: Row) -> list[str]:
    """One line of the table."""
    plan = row.plan
    people = sum(rotation.people for rotation in plan.rotations)
    marks = [row.gap_at(mark) if mark < row.case.seconds else None for mark in MARKS]
    return [
        row.case.name,
        f"{row.case.seconds:g}",
        "-" if row.first is None else f"{row.first:.2f}",
        f"{people:,}",
        f"{plan.score:,.3f}",
        "-" if plan.bound is None else f"{plan.bound:,.3f}",
        "-" if plan.gap is None else f"{plan.gap:.3%}",
        *("" if value is None else f"{value:.2%}" for value in marks),
        f"{row.ratio:.3f}",
        str(row.memory),
        str(row.violations),
        "yes" if row.recomputed and row.proven else "NO",
        ", ".join(row.misses()) or "nothing",
    ]


def cases(names: list[str], seeds: int, quick: bool) -> Iterator[Case]:
    """The cases asked for, in order: the smaller ones first, as memory is counted up to each."""
    jakarta = partial(optimizer.load, DATA / "jakarta")
    quarters = {
        f"generated, seed {seed}": partial(optimizer.generate, 23, 125, 90, 5, seed)
        for seed in range(1, seeds + 1)
    }
    if quick:
        if "jakarta" in names:
            yield Case(QUARTER, "Jakarta", jakarta, 3.0)
        if "generated" in names:
            yield Case(QUARTER, "generated, small", partial(optimizer.generate, 5, 25, 60), 2.0)
        return
    if "jakarta" in names:
        yield Case(
            QUARTER, "Jakarta", jakarta, 300.0, SOON, 1,
            most_gap=0.005, gap_after=60, first_within=1.0, least_ratio=1.15,
        )  # fmt: skip
    if "generated" in names:
        for name, quarter in quarters.items():
            yield Case(QUARTER, name, quarter, 300.0, SOON, 1, most_gap=0.01, gap_after=60)
    if "terms" in names:
        yield Case("every term", "Jakarta, every term", every_term, 60.0, (Aim(60, 0.002),), most_gap=0.02)
    if "year" in names:
        year = partial(optimizer.load, DATA / "jakarta-year")
        yield Case("year", "Jakarta, year", year, 60.0, (Aim(60, 0.01),), most_gap=0.03)
        yield Case("year, long", "Jakarta, year", year, 300.0, (Aim(300, 0.005),), most_gap=0.02)
    if "regions" in names:
        yield _regions(3, 60.0, (), 0.03)
        yield _regions(10, 120.0, (Aim(120, 0.003),), 0.02)
    if "apart" in names:
        agencies = partial(_agencies, 10)
        yield Case("10 apart", "230 units, ten agencies", agencies, 120.0, (), most_gap=0.01)
    if "nation" in names:
        yield _regions(30, 180.0, (), 0.03)
        yield _regions(100, 900.0, (Aim(300, 0.01), Aim(900, 0.005)), 0.05)


def _regions(scale: int, seconds: float, aims_at: tuple[Aim, ...], most_gap: float) -> Case:
    """A country so many times as large as Jakarta."""
    cities = {3: 5, 10: 10, 30: 20, 100: 50}[scale]
    country = partial(optimizer.generate, 23 * scale, 125 * scale, 90, cities)
    return Case(f"{scale} x", f"{23 * scale:,} units", country, seconds, aims_at, scale, most_gap=most_gap)


def _agencies(count: int) -> Scenario:
    """So many generated quarters as one scenario, which share nothing."""
    return side_by_side([optimizer.generate(23, 125, 90, 5, seed) for seed in range(1, count + 1)])


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


def published(data: Path) -> Iterator[bench.Row]:
    """The published instances of a folder, one after the other."""
    for instance, best_known in bench.instances(data, ROUTES, lambda error: print(error, file=sys.stderr)):
        yield bench.run(instance, best_known, PUBLISHED_SECONDS, seed=1)


def tables(rows: list[Row], instances: list[bench.Row]) -> list[str]:
    """What came of all cases so far: what is aimed at, scenarios, published instances."""
    aimed = [aim.cells() for aim in aims.reached(rows, instances)]
    lines = ["", *table(aims.HEAD, aimed)] if aimed else []
    lines += ["", *table(HEAD, map(cells, rows))]
    if instances:
        lines += ["", *table(bench.HEAD, [row.cells() for row in instances])]
    return lines


def main() -> int:
    """Run the cases one after the other; 1 when one of them misses what it has to reach."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reach", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--scenarios", default=",".join(SCENARIOS), help=f"some of {','.join(SCENARIOS)}")
    parser.add_argument("--seeds", type=int, default=10, help="number of generated scenarios")
    parser.add_argument("--data", type=Path, help="folder of published instances, solved too")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    options = parser.parse_args()
    names = options.scenarios.split(",")
    if unknown := set(names) - set(SCENARIOS):
        parser.error(f"unknown scenario {', '.join(sorted(unknown))}")
    begun = heading(" ".join(["python -m tests.benchmarks.reach", *sys.argv[1:]]))
    print("\n".join(begun), flush=True)
    # Loops are compiled on the first run after an installation; that is no planning.
    optimizer.plan(optimizer.generate(1, 3, 30), time_limit=1)
    rows: list[Row] = []
    instances: list[bench.Row] = []
    if options.data is not None:
        warm.compile_loops()
        for instance in published(options.data):
            instances.append(instance)
            print(*instance.cells(), sep=" | ", flush=True)
    for case in cases(names, options.seeds, options.quick):
        rows.append(run(case))
        print(*cells(rows[-1]), sep=" | ", flush=True)
        if options.write:
            # A run of hours that is cut short keeps what it has.
            write_part(REACH, [*begun, *tables(rows, instances)])
    print("", *begun, *tables(rows, instances), sep="\n")
    return int(any(any(row.misses()) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
