"""The front door for scenarios: a folder or a workbook, read and validated in one go."""

from __future__ import annotations

from pathlib import Path

from optimizer.domain.scenario import Scenario
from optimizer.domain.validate import validate_scenario
from optimizer.exceptions import InputError, Issue, Severity
from optimizer.foresight import never_served, pin_faults
from optimizer.formats.columns import DISTANCES, SETTINGS, tables
from optimizer.formats.parse import Parsed, parse
from optimizer.formats.source import read_raw
from optimizer.travel import has_distances, no_matrix


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
    parsed, issues = _read(Path(path), foresee=False)
    if parsed is None or any(issue.severity is Severity.ERROR for issue in issues):
        raise InputError(issues)
    return parsed.scenario


def validate(path: Path | str) -> tuple[Issue, ...]:
    """
    Every issue of a scenario, errors and warnings, in the order of the files.

    Parameters
    ----------
    path
        A folder or an ``.xlsx`` file. Nothing that stands there raises an error.
    """
    return tuple(_read(Path(path), foresee=True)[1])


def _read(path: Path, *, foresee: bool) -> tuple[Parsed | None, list[Issue]]:
    """The scenario and its issues; with ``foresee``, requests that no unit can serve are among them."""
    raw = read_raw(path)
    if raw.settings is None and not raw.tables:
        return None, [*raw.issues, *raw.issues.counted()]
    parsed = parse(raw)
    issues = parsed.issues
    issues.extend(validate_scenario(parsed.scenario, parsed.place, parsed.unread))
    if not issues.severe and not has_distances(parsed.scenario):
        issues.append(no_matrix(parsed.scenario.travel.provider))
    errors_at = {issue.source for issue in issues if issue.severity is Severity.ERROR}
    if errors_at <= {parsed.place("pins").source}:
        issues.extend(pin_faults(parsed.scenario, parsed.place))
    if foresee and not issues.severe:
        issues.extend(never_served(parsed.scenario, parsed.place))
    order = {parsed.place(name).source: at for at, name in enumerate((SETTINGS, *tables(), DISTANCES))}
    found = sorted(issues, key=lambda issue: (order.get(issue.source, len(order)), issue.row or 0))
    return parsed, [*found, *issues.counted()]
