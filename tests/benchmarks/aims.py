"""What the engine is to reach one day, and how far it has come: a line each, over all cases of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log
from statistics import linear_regression, median

from optimizer.cli import bench
from tests.benchmarks.runs import QUARTER, Row

HEAD = ("cases", "what", "aim", "median", "worst", "reached by")
FIRST_SECONDS, FIRST_BEHIND = 0.5, 0.015
"""A first plan counts after so many seconds, and is to be behind the last one by no more than that share."""
PROVEN = 0.5
"""Share of quarters, and of easy published instances, to be proven optimal."""
LEVELS, EXPONENT = (0.01, 0.02, 0.03), 1.1
"""Gaps of which it is told how the time to them grows with the number of units, and how fast that may be."""
BEST_KNOWN, EASY = 0.003, ("c1", "r1", "rc1")
"""Mean distance to best known values, and published instances of which most are to be proven optimal."""


@dataclass(frozen=True, slots=True)
class Line:
    """One aim and what came of it, in words."""

    cases: str
    what: str
    aim: str
    middle: str
    worst: str
    reached: str

    def cells(self) -> list[str]:
        """One line of the table."""
        return [self.cases, self.what, self.aim, self.middle, self.worst, self.reached]


def reached(rows: Sequence[Row], instances: Sequence[bench.Row]) -> Iterator[Line]:
    """Every aim of which there are cases."""
    for kind, group in groupby(rows, lambda row: row.case.kind):
        members = list(group)
        if kind == QUARTER:
            yield _first(members)
            yield _proven(kind, [row.plan.status == "optimal" for row in members])
        for seconds, wanted in members[0].case.aims:
            gaps = [row.gap_at(seconds) for row in members]
            yield _line(kind, f"gap after {seconds:g} s", wanted, [1.0 if g is None else g for g in gaps])
    yield from _growth(rows)
    yield from _published(instances)


def _first(quarters: list[Row]) -> Line:
    behind = []
    for row in quarters:
        moment = row.at(FIRST_SECONDS)
        score = moment.score if moment is not None and moment.score is not None else 0.0
        behind.append((row.plan.score - score) / max(abs(row.plan.score), 1.0))
    return _line(QUARTER, f"first plan behind the last one after {FIRST_SECONDS:g} s", FIRST_BEHIND, behind)


def _growth(rows: Sequence[Row]) -> Iterator[Line]:
    """How the time to a gap grows with the scale, over all scales that reached it."""
    for level in LEVELS:
        needed: dict[int, list[float | None]] = {}
        for row in rows:
            if row.case.scale is not None:
                needed.setdefault(row.case.scale, []).append(row.seconds_to(level))
        known = {scale: [t for t in times if t is not None] for scale, times in needed.items()}
        times = {scale: median(some) for scale, some in known.items() if len(some) == len(needed[scale])}
        if len(times) > 1:
            slope = linear_regression([*map(log, times)], [*map(log, times.values())]).slope
            yield Line(
                ", ".join(f"{scale} x" for scale in times), f"growth of the seconds to a gap of {level:.0%}",
                f"exponent <= {EXPONENT}", f"{slope:.2f}", "", "yes" if slope <= EXPONENT else "no",
            )  # fmt: skip


def _published(instances: Sequence[bench.Row]) -> Iterator[Line]:
    known = [row for row in instances if row.gap_to_best_known is not None]
    if known:
        behind = [row.gap_to_best_known or 0.0 for row in known]
        mean = sum(behind) / len(behind)
        yield Line(
            f"published, {len(known)} in all", "mean distance to the best known", f"<= {BEST_KNOWN:.2%}",
            f"{mean:.3%}", f"{max(behind):.2%}", "yes" if mean <= BEST_KNOWN else "no",
        )  # fmt: skip
        easy = [row.gap == 0 for row in known if row.name.startswith(EASY)]
        if easy:
            yield _proven(f"published, {', '.join(EASY)}", easy)


def _line(kind: str, what: str, wanted: float, values: list[float]) -> Line:
    met = sum(value <= wanted for value in values)
    return Line(
        f"{kind}, {len(values)} in all", what, f"<= {wanted:.2%}", f"{median(values):.2%}",
        f"{max(values):.2%}", f"{met} of {len(values)}",
    )  # fmt: skip


def _proven(kind: str, proven: list[bool]) -> Line:
    return Line(kind, "proven optimal", f"{PROVEN:.0%} of them", "", "", f"{sum(proven)} of {len(proven)}")
