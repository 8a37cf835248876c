"""Published instances found in a folder, solved one after the other, and a table of what came out."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer.core.read import Instance, read_strsp, read_toptw
from optimizer.exceptions import InputError, Issue, Sentence
from optimizer.solvers.solve import solve

TASKS, TECHNICIANS, BEST = "tasks_", "technicians_", "best_known.csv"
HEAD = ("instance", "routes", "value", "bound", "gap to bound", "gap to best known", "seconds")
WIDTHS = (16, 6, 12, 12, 13, 18, 8)


@dataclass(frozen=True, slots=True)
class Row:
    """
    What came of an instance.

    Parameters
    ----------
    name, routes
        The instance, and how many routes it may have.
    value, bound
        As the publication counts: points collected, or cost.
    best_known, gap_to_best_known
        From ``best_known.csv``, and by which share of it the value is worse (below 0: better); None where
        it says nothing.
    seconds
        Wall time of solving.
    """

    name: str
    routes: int
    value: float
    bound: float
    best_known: float | None
    gap_to_best_known: float | None
    seconds: float

    @property
    def gap(self) -> float:
        """Distance of value and bound, as a share of the bound."""
        return abs(self.bound - self.value) / max(abs(self.bound), 1.0)

    def as_dict(self) -> dict[str, object]:
        """For ``--json``."""
        return {
            "instance": self.name,
            "routes": self.routes,
            "value": self.value,
            "bound": self.bound,
            "gap": self.gap,
            "best_known": self.best_known,
            "gap_to_best_known": self.gap_to_best_known,
            "seconds": round(self.seconds, 3),
        }

    def cells(self) -> list[str]:
        """One line of the table."""
        to_best = self.gap_to_best_known
        return [
            self.name,
            str(self.routes),
            _number(self.value),
            _number(self.bound),
            "optimal" if self.gap == 0 else f"{self.gap:.2%}",
            "" if to_best is None else f"{to_best:.2%}",
            f"{self.seconds:.1f}",
        ]


def instances(
    data: Path, routes: list[int], passed_over: Callable[[InputError], None]
) -> Iterator[tuple[Instance, float | None]]:
    """
    Every instance of a file or folder, with its best known value.

    Parameters
    ----------
    routes
        Numbers of routes for which each TOPTW file is read.
    passed_over
        Hears of each other text file of the folder.

    Raises
    ------
    InputError
        When there is no instance.
    """
    found = False
    for path in [data] if data.is_file() else sorted(data.rglob("*.txt")):
        if path.name.startswith(TECHNICIANS):
            continue
        try:
            read = _read(path, routes)
        except InputError as error:
            passed_over(error)
            continue
        for instance in read:
            found = True
            yield instance, _best_known(path.parent, instance)
    if not found:
        raise InputError([Issue("B02", Sentence("There is no instance here."), source=str(data))])


def _read(path: Path, routes: list[int]) -> list[Instance]:
    if path.name.startswith(TASKS):
        return [read_strsp(path, path.with_name(TECHNICIANS + path.name.removeprefix(TASKS)))]
    return [read_toptw(path, units) for units in routes]


def run(instance: Instance, best_known: float | None, time_limit: float, seed: int) -> Row:
    """Solve an instance; ends before the limit when the value is proven to be the best."""
    began = time.monotonic()
    ends = began + time_limit
    result = solve(
        instance.problem,
        stopping=lambda: time.monotonic() >= ends,
        remaining=lambda: max(ends - time.monotonic(), 0.0),
        gap=0.0,
        seed=seed,
    )
    seconds = time.monotonic() - began
    value, bound = instance.published(result.score), instance.published(result.bound)
    to_best = None
    if best_known is not None:
        worse = value - best_known if instance.costs else best_known - value
        to_best = worse / max(abs(best_known), 1.0)
    return Row(instance.name, instance.problem.units, value, bound, best_known, to_best, seconds)


def line(cells: list[str] | tuple[str, ...]) -> str:
    """Cells in columns, the first to the left."""
    first, *others = (
        cell.rjust(width) if number else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def summary(rows: list[Row]) -> str:
    """All rows in one sentence."""
    known = [row.gap_to_best_known for row in rows if row.gap_to_best_known is not None]
    proven = sum(row.gap == 0 for row in rows)
    to_bound = _mean([row.gap for row in rows])
    text = f"{len(rows)} instances, {proven} proven optimal; mean gap to the bound {to_bound}"
    return f"{text}, to the best known {_mean(known)}." if known else f"{text}."


def _best_known(folder: Path, instance: Instance) -> float | None:
    routes = "" if instance.costs else str(instance.problem.units)
    path = folder / BEST
    if not path.exists():
        return None
    with path.open(newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["instance"] == instance.name and row["m"] == routes:
                return float(row["best_known"]) if row["best_known"] else None
    return None


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.3f}"


def _mean(shares: list[float]) -> str:
    return f"{sum(shares) / len(shares):.3%}"
