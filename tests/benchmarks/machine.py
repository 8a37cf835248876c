"""Where and when a benchmark ran, for the head of its results."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
REACH, COMPARISON, PUBLISHED = TITLES = (
    "# What the planner reaches", "# Beside other programs", "# Published instances beside other programs",
)  # fmt: skip
"""Titles of the parts of ``RESULTS.md``; each part is written by a command of its own."""
BUSY = 0.25
"""Load per core, before anything of ours runs, from which on figures are not to be trusted."""


def write_part(title: str, lines: list[str], path: Path = RESULTS) -> None:
    """Write one part of the results; the others stay as they are."""
    parts = dict.fromkeys(TITLES, "")
    title_now = ""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line in parts:
            title_now = line
        elif title_now:
            parts[title_now] += line + "\n"
    parts[title] = "\n".join(lines)
    written = [f"{name}\n\n{text.strip()}\n" for name, text in parts.items() if text]
    path.write_text("\n".join(written), encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, line by line."""
    return [line(cells) for cells in (head, ["---"] * len(head), *rows)]


def line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def heading(command: str) -> list[str]:
    """Date, command, versions, cores and load as Markdown lines; call it before the work begins."""
    load = os.getloadavg()
    packages = " ".join(
        f"{name} {version(name)}" for name in ("mtu-planner", "numba", "numpy", "ortools", "holidays")
    )
    lines = [
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
        f"Python {platform.python_version()}, {packages}; {platform.system()} {platform.machine()}, "
        f"{cores()} cores, load average at the start {load[0]:.2f} {load[1]:.2f} {load[2]:.2f}.",
    ]
    if load[0] > BUSY * cores():
        lines.append("**The machine was busy with other work: these figures are worse than they need be.**")
        print(
            f"Warning: load average {load[0]:.2f} on {cores()} cores; figures will suffer.", file=sys.stderr
        )
    return lines
