"""
What is done in a process of its own: parsing files from outside, writing files to send.

These modules know the planner and little more, so that the process begins quickly.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def run(
    module: str, *words: str, seconds: float, begin: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """
    Run a module of this package to its end.

    Parameters
    ----------
    words
        What it is told on its command line.
    seconds
        How long it may take.
    begin
        Called in the new process first, to limit it.

    Raises
    ------
    subprocess.TimeoutExpired
        When it takes longer; it is killed then.
    """
    return subprocess.run(  # noqa: S603 - our own interpreter, our own code
        [sys.executable, "-P", "-m", f"{__name__}.{module}", *words],
        capture_output=True,
        timeout=seconds,
        check=False,
        # Nothing of the service's own environment: it holds the database's password.
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1"},
        preexec_fn=begin,
    )
