"""Exit codes, and what a person reads when a command cannot do its work."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import typer

if TYPE_CHECKING:
    from optimizer.exceptions import Issue

DONE = 0
RULES_BROKEN = 1
BAD_INPUT = 2
OUR_FAULT = 3
INTERRUPTED = 130

# More than this nobody reads on a screen; --json lists all.
MOST_ISSUES = 200
SEVERITY_COLOURS = {"error": "red", "warning": "yellow"}

Parameters = ParamSpec("Parameters")


def guarded(command: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """Turn what a command returns or raises into an exit code and plain words."""

    @wraps(command)
    def run(*args: Parameters.args, **options: Parameters.kwargs) -> None:
        raise typer.Exit(_code(lambda: command(*args, **options), bool(options.get("as_json"))))

    return run


def _code(command: Callable[[], int], as_json: bool) -> int:
    from optimizer.exceptions import InputError

    try:
        return command()
    except InputError as error:
        if as_json:
            print_json({"valid": False, "issues": [as_dict(issue) for issue in error.issues]})
        else:
            show_issues(error.issues)
        return BAD_INPUT
    except KeyboardInterrupt:
        say("Interrupted; nothing was written.")
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is None:
            return _our_fault(error)
        say(f"{error.filename}: {error.strerror}.")
        return BAD_INPUT
    except MemoryError:
        say("The memory of this machine does not suffice for this scenario.")
        return OUR_FAULT
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:  # noqa: BLE001 - the last resort promises one line and exit code 3
        return _our_fault(error)


def _our_fault(error: BaseException) -> int:
    if os.environ.get("MTU_DEBUG"):
        traceback.print_exception(error)
    what = " ".join("".join(traceback.format_exception_only(error)).split())
    say(f"Internal error: {what}")
    say(
        "This is a fault of mtu, not of your data. Please report it with the command, the line above, "
        "and what the command shows with MTU_DEBUG=1 set."
    )
    return OUR_FAULT


def as_dict(issue: Issue) -> dict[str, object]:
    """An issue for ``--json``."""
    return {
        "code": issue.code,
        "severity": issue.severity.value,
        "message": issue.message,
        "source": issue.source,
        "row": issue.row,
        "column": issue.column,
        "cell": issue.cell,
        "hint": issue.hint,
    }


def show_issues(issues: Sequence[Issue], most: int = MOST_ISSUES) -> None:
    """Tell issues on stderr, errors and warnings in the order of the files, then how many there are."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    for issue in issues[:most]:
        severity = Text(f"{issue.severity.value:<8}", f"bold {SEVERITY_COLOURS[issue.severity.value]}")
        text = Text(printable(str(issue)))
        if console.is_terminal:
            row = Table.grid()
            row.add_row(severity, text)
            console.print(row)
        else:
            # One line each, for grep; a hint follows on a line of its own.
            console.print(severity + text, soft_wrap=True)
    if len(issues) > most:
        console.print(f"... and {len(issues) - most:,} more; --json tells all.")
    console.print(Text(f"{count_issues(issues)}.", style="bold"))


def count_issues(issues: Iterable[Issue]) -> str:
    """How many there are of which severity, for example ``2 errors, 1 warning``."""
    severities = [issue.severity.value for issue in issues]
    counts = [(severities.count(name), name) for name in ("error", "warning")]
    return ", ".join(f"{n:,} {name}{'s' * (n != 1)}" for n, name in counts if n)


def printable(text: str) -> str:
    """
    Text of a file made safe for a terminal.

    What is quoted from a hostile file could otherwise move the cursor or set the title.
    """
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )


def print_json(content: object) -> None:
    """One JSON object on stdout."""
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """One line for a person, on stderr."""
    sys.stderr.write(printable(text) + "\n")
