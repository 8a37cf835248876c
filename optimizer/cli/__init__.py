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
from typing import TYPE_CHECKING

from optimizer.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    import typer


def main(app: typer.Typer | None = None) -> None:
    """
    Run the command line; ends the process with the command's exit code.

    Parameters
    ----------
    app
        The commands; those of ``commands`` where nothing else is given. A package above
        this one adds its own to them.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign gets its number, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        if app is None:
            from optimizer.cli.commands import app
        assert app is not None
        app(prog_name="mtu")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has left, as `mtu check ... | head` does; the flush
        # at exit must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
