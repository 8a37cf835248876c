"""
How long the planner takes to start, against Python itself in the same run.

    python -m tests.benchmarks.start
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.machine import heading, table

ROUNDS = 11


def commands() -> dict[str, list[str]]:
    """What is started; ``mtu`` as installed beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("mtu")
    mtu = str(beside) if beside.exists() else shutil.which("mtu")
    if mtu is None:
        raise SystemExit("mtu is not installed; run `pip install -e .` first")
    return {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`import optimizer`": [sys.executable, "-c", "import optimizer"],
        "`mtu --help`": [mtu, "--help"],
    }


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> int:
    """Medians of 11 rounds, the commands in turn, so that a busy moment hits them all."""
    lines = heading("python -m tests.benchmarks.start")
    started = commands()
    for command in started.values():
        seconds(command)  # the first run writes bytecode
    rounds = [{name: seconds(command) for name, command in started.items()} for _ in range(ROUNDS)]
    medians = {name: statistics.median(times[name] for times in rounds) for name in started}
    least = medians["`python -c pass`"]
    rows = [
        (name, f"{1000 * value:.0f}", f"{1000 * (value - least):.0f}", f"{value / least:.2f}")
        for name, value in medians.items()
    ]
    lines += ["", *table(("start of", "median ms", "more than Python, ms", "x Python"), rows)]
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
