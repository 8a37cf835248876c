"""
How the work around the engine grows with the country: reading to first fit, and plan to files.

    python -m tests.benchmarks.growth
    python -m tests.benchmarks.growth --scales 1,3,10,30,100
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import optimizer
from optimizer import certificate
from optimizer.checker import check, complete, points
from optimizer.checker import gap as relative_gap
from optimizer.compile import Compiled, compile_scenario
from optimizer.core.result import Progress, Result, unpriced
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Plan, Run, ScenarioRef
from optimizer.domain.scenario import Scenario
from optimizer.explainer import explain
from optimizer.first_fit import first_fit
from optimizer.formats.export import FORMATS
from optimizer.formats.save import save
from optimizer.generator import generate
from optimizer.solvers.child import Child, Outcome
from tests.benchmarks.machine import heading, table

SCALES = [1, 3, 10]
UNITS, VENUES, CITIES = 23, 125, 5
"""Of a country of scale 1, as large as Jakarta."""
GRACE = 20.0
"""Seconds that the engine may take to come to its end on a busy machine."""

Times = dict[str, float]


class Clock:
    """Seconds of this process's processor by phase: what other work on the machine hardly touches."""

    def __init__(self) -> None:
        self.times: Times = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count what is done inside as one phase."""
        began = time.process_time()
        yield
        self.times[name] = time.process_time() - began


def measured(scale: int, seconds: float, clock: Clock) -> str:
    """Go the whole way once; one line on what was planned."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "scenario"
        save(generate(UNITS * scale, VENUES * scale, cities=CITIES * scale), source)
        with clock.phase("read and validate"):
            scenario = optimizer.load(source)
        with clock.phase("compile"):
            compiled = compile_scenario(scenario)
        with clock.phase("first fit"):
            first = unpriced(compiled.problem, compiled.solution(first_fit(scenario)))
        with clock.phase("send to the engine"):
            pickle.dumps((compiled.problem, first.solution))
        result = _solved(compiled, first, seconds)
        with clock.phase("one news"):
            pickle.loads(pickle.dumps(result))
            complete(scenario, compiled.rotations(result.solution))
        plan = _plan(scenario, compiled, result, clock)
        for name in FORMATS:
            with clock.phase(f"write {name}"):
                optimizer.export(scenario, plan, Path(folder) / "out", [name])
        with clock.phase("check the plan"):
            valid = check(scenario, plan).valid
        with clock.phase("recompute the bound"):
            content = json.loads(json.dumps(plan.certificate))
            supported = certificate.verify(scenario, content, plan).supported
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (
        1024 if sys.platform == "linux" else 1024**2
    )
    return (
        f"{scale}x: {UNITS * scale:,} units, {len(scenario.requests):,} requests, "
        f"{len(plan.rotations):,} rotations, gap {plan.gap:.2%}, "
        f"{'valid' if valid else 'NOT VALID'}, bound {'supported' if supported else 'NOT SUPPORTED'}, "
        f"at most {peak:,} MB so far"
    )


def _solved(compiled: Compiled, first: Result, seconds: float) -> Result:
    with Child(warm="optimizer.solvers.serve:warm") as child:
        outcome: Outcome[Result] = child.run(
            "optimizer.solvers.serve:serve",
            (compiled.problem, first.solution, 1e-4, 1, False, 10**9),
            seconds=seconds,
            grace=GRACE,
        )
    last = outcome.progress
    found = outcome.result or (last.result if isinstance(last, Progress) else first)
    assert isinstance(found, Result)
    return found


def _plan(scenario: Scenario, compiled: Compiled, result: Result, clock: Clock) -> Plan:
    with clock.phase("complete and check"):
        completed = complete(scenario, compiled.rotations(result.solution))
        check(scenario, completed.rotations)
    with clock.phase("explain"):
        unserved = explain(scenario, completed.rotations)
    with clock.phase("write the certificate"):
        proof = certificate.write(compiled, result)
    return Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="feasible",
        score=completed.score,
        bound=points(result.bound),
        gap=relative_gap(result.score, result.bound),
        score_parts=completed.score_parts,
        rotations=completed.rotations,
        unserved=unserved,
        units=completed.units,
        cities=completed.cities,
        run=Run(version=optimizer.__version__),
        certificate=proof,
    )


def growth(scales: list[int], times: list[Times]) -> list[str]:
    """Seconds at the first scale, then each scale against the one before it; at last seconds at the last."""
    steps = list(pairwise(zip(scales, times, strict=True)))
    heads = [f"x at {more} / {few}x" for (few, _), (more, _) in steps]
    sums = [sum(part.values()) for part in times]
    rows = []
    for name, spent in [*((name, [part[name] for part in times]) for name in times[0]), ("together", sums)]:
        ratios = [f"{later / earlier:.1f}" for earlier, later in pairwise(spent)]
        rows.append([name, f"{spent[0]:.3f}", *ratios, f"{spent[-1]:.2f}"])
    rows.append(["*linear growth*", "", *(f"{more / few:.1f}" for (few, _), (more, _) in steps), ""])
    return table(["phase", f"s at {scales[0]}x", *heads, f"s at {scales[-1]}x"], rows)


def main() -> int:
    """Measure all scales, and print seconds of processor time as growth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scales", default=",".join(map(str, SCALES)), help="sizes, 1 being Jakarta's")
    parser.add_argument("--time-limit", type=float, default=15.0, help="seconds of the engine, not counted")
    chosen = parser.parse_args()
    scales = [int(scale) for scale in chosen.scales.split(",")]
    lines = [*heading("python -m tests.benchmarks.growth"), ""]
    times = []
    measured(1, 1.0, Clock())  # what is imported once is nobody's growth
    for scale in scales:
        clock = Clock()
        lines.append(measured(scale, chosen.time_limit, clock) + "  ")
        print(lines[-1], file=sys.stderr)
        times.append(clock.times)
    print("\n".join([*lines, "", *growth(scales, times)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
