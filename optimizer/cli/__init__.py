"""
The command line: ``mtu``.

``commands`` says what may be typed, ``exits`` what is said and returned when something
goes wrong, ``live`` shows a plan in the making, ``summary`` what came out. Nothing heavy
is imported before a command runs, so that ``mtu --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from optimizer.cli.exits import INTERRUPTED


def main() -> None:
    """Run the command line; ends the process with the command's exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign gets its number, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        from optimizer.cli.commands import app

        app(prog_name="mtu")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has left, as `mtu check ... | head` does; the flush
        # at exit must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
