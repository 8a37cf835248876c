"""The front door for scenarios: a folder or a workbook, read and validated in one go."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.scenario import Scenario
from optimizer.domain.validate import validate_scenario
from optimizer.exceptions import InputError, Issue
from optimizer.formats.parse import Parsed, parse, severe
from optimizer.formats.raw import collected
from optimizer.formats.source import read_raw


def load(path: Path | str) -> Scenario:
    """
    The scenario of a folder or a workbook.

    Parameters
    ----------
    path
        A folder with ``scenario.toml`` and CSV files, or an ``.xlsx`` file.

    Raises
    ------
    InputError
        When anything is wrong; it carries every issue found, warnings too.
    """
    return load_with_warnings(path)[0]


def load_with_warnings(path: Path | str) -> tuple[Scenario, tuple[Issue, ...]]:
    """The scenario as from `load`, and beside it the warnings, in the order of the files."""
    parsed, issues = _read(Path(path))
    if parsed is None or severe(issues):
        raise InputError(issues)
    return parsed.scenario, tuple(issues)


def validate(path: Path | str) -> tuple[Issue, ...]:
    """
    Every issue of a scenario, errors and warnings, in the order of the files.

    Parameters
    ----------
    path
        A folder or an ``.xlsx`` file. Nothing that stands there raises an error.
    """
    return tuple(_read(Path(path))[1])


def _read(path: Path) -> tuple[Parsed | None, list[Issue]]:
    raw = read_raw(path)
    if raw.settings is None and not raw.tables:
        return None, list(collected(raw.issues))
    parsed = parse(raw)
    issues = [
        *parsed.issues,
        *validate_scenario(
            parsed.scenario,
            place=parsed.place,
            unread=frozenset(parsed.unread),
            sound=not severe(parsed.issues),
        ),
    ]
    return parsed, list(collected(issues))
