"""What came out, as short tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.cli import figures
from optimizer.cli.exits import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from optimizer.checker import Completed, Report
    from optimizer.domain.plan import Draft, Plan, Rotation
    from optimizer.domain.scenario import Scenario

# What each result is for, in the order of use.
FILES = {
    "report.html": "open this first: schedule, map, coverage",
    "plan.xlsx": "workbook to print and pass on",
    "plan.ics": "calendar of all rotations",
    "calendars": "one calendar for each unit and each venue",
    "rotations.csv": "list of rotations",
    "plan.geojson": "routes and venues for map programs",
    "plan.json": "the plan itself, for mtu check and mtu export",
    "certificate.json": "proof of the bound, for mtu check --certificate",
}

MOST_CITIES = 20
"""Cities that a screen has room for."""


def show_plan(
    scenario: Scenario,
    plan: Plan,
    first_fit: Plan | Completed,
    getting_ready: float,
    base_plan: Sequence[Rotation | Draft] = (),
) -> None:
    """
    People by city, then the figures beside those of a plain first-fit plan.

    Parameters
    ----------
    getting_ready
        Seconds that compiling took before the solving clock ran.
    base_plan
        Rotations of the plan that was changed, if any.
    """
    console = _console()
    name = printable(scenario.name)
    console.print()
    console.print(f"{name}: {_proof(plan)}", style="bold", markup=False, soft_wrap=True)
    trouble = plan.run.mode.partition("; ")[2]
    if trouble:
        sentence = f"{trouble[0].upper()}{trouble[1:].rstrip('.')}."
        console.print(printable(sentence), style="yellow", markup=False, soft_wrap=True)
    console.print(_cities(plan, first_fit))
    console.print(_figures(plan, first_fit, getting_ready))
    order = "what still fits of the base plan, then by priority" if base_plan else "by priority"
    console.print(
        f"First fit: {order}; each class goes to the nearest unit that is free, on its earliest day.",
        style="dim",
    )
    if base_plan:
        _show_kept(console, plan, base_plan)


def _show_kept(console: Console, plan: Plan, base_plan: Sequence[Rotation | Draft]) -> None:
    """How much is left of the plan that was changed."""
    lost = plan.score_parts.change
    cost = f"; the others cost {figures.points(-lost)} points" if lost else ""
    of = figures.count(len(base_plan), "rotation")
    text = f"Of the base plan {kept(plan, base_plan):,} of {of} kept{cost}."
    console.print(text, markup=False, soft_wrap=True)


def kept(plan: Plan, base_plan: Sequence[Rotation | Draft]) -> int:
    """How many rotations of a base plan are in a plan."""
    from optimizer.checker.base import key

    held = set(map(key, plan.rotations))
    return sum(key(rotation) in held for rotation in base_plan)


def show_files(directory: Path, written: Iterable[Path]) -> None:
    """Where the results are, and what each is for."""
    console = _console()
    console.print(f"\nResults in {printable(str(directory))}", style="bold", markup=False, soft_wrap=True)
    names = {path.relative_to(directory).parts[0] for path in written}
    table = _grid()
    for name, purpose in FILES.items():
        if name in names:
            table.add_row(f"  {name}", purpose)
    console.print(table)


def show_check(report: Report, rotations: int, proof: str) -> None:
    """The checker's word: what is broken, or that nothing is, and what the plan is worth."""
    console = _console()
    for violation in report.violations:
        console.print(printable(str(violation)), markup=False, soft_wrap=True)
    if report.valid:
        text = f"Valid: {figures.count(rotations, 'rotation')}, no rule broken."
        console.print(text, style="bold green")
    else:
        console.print(f"Not valid: {figures.count(len(report.violations), 'violation')}.", style="bold red")
    parts = report.parts
    worth = {"people": parts.people, "km": parts.km, "equity": parts.equity, "change": parts.change}
    told = "  ".join(f"{name} {figures.points(value / 1000)}" for name, value in worth.items() if value)
    console.print(f"Score {figures.points(report.score / 1000)}" + (f" = {told}" if told else ""))
    if proof:
        console.print(proof, markup=False, soft_wrap=True)


def as_dict(plan: Plan | Completed) -> dict[str, object]:
    """The figures of a plan for ``--json``."""
    return {
        "score": plan.score,
        "people": {"requested": _requested(plan), "served": _served(plan)},
        "km": _km(plan),
        "rotations": len(plan.rotations),
        "cities": [city.model_dump(mode="json") for city in plan.cities],
    }


def _proof(plan: Plan) -> str:
    if plan.gap is None:
        return "a valid plan; how far from the best is not proven yet"
    if plan.gap == 0:
        return "the best plan there is, proven"
    return f"a valid plan, proven to be within {figures.percent(plan.gap)} of the best there is"


def _cities(plan: Plan | Completed, first_fit: Plan | Completed) -> Table:
    cities, title = plan.cities, "People by city"
    if len(cities) > MOST_CITIES:
        least = sorted(cities, key=lambda city: city.served / max(city.requested, 1))[:MOST_CITIES]
        cities, title = tuple(least), f"Least served of {len(cities):,} cities"
    table = _table(title, "requested", "served", "share", "first fit")
    before = {city.city: city.served for city in first_fit.cities}
    for city in cities:
        table.add_row(
            printable(city.city),
            f"{city.requested:,}",
            f"{city.served:,}",
            figures.share(city.served, city.requested),
            f"{before.get(city.city, 0):,}",
        )
    table.add_section()
    table.add_row(
        "All",
        f"{_requested(plan):,}",
        f"{_served(plan):,}",
        figures.share(_served(plan), _requested(plan)),
        f"{_served(first_fit):,}",
        style="bold",
    )
    return table


def _figures(plan: Plan, first_fit: Plan | Completed, getting_ready: float) -> Table:
    table = _table("Figures", "this plan", "first fit", "difference")
    for name, new, old, digits in (
        ("Score", plan.score, first_fit.score, 3),
        ("People served", _served(plan), _served(first_fit), 0),
        ("Kilometres", _km(plan), _km(first_fit), 1),
        ("Rotations", len(plan.rotations), len(first_fit.rotations), 0),
    ):
        table.add_row(name, f"{new:,.{digits}f}", f"{old:,.{digits}f}", figures.change(new, old))
    table.add_section()
    table.add_row("No plan can score more than", figures.points(plan.bound), "", "")
    table.add_row("Gap", figures.percent(plan.gap), "", "")
    table.add_row("Time to get ready", figures.seconds(getting_ready), "", "")
    table.add_row("Time to solve", figures.seconds(plan.run.seconds), "", "")
    return table


def _requested(plan: Plan | Completed) -> int:
    return sum(city.requested for city in plan.cities)


def _served(plan: Plan | Completed) -> int:
    return sum(city.served for city in plan.cities)


def _km(plan: Plan | Completed) -> float:
    return round(sum(unit.km for unit in plan.units), 3)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _grid() -> Table:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(style="dim")
    return grid


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)
