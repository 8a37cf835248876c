"""``mtu template``: an empty, explained starting point for a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from optimizer.domain.scenario import Scenario
from optimizer.formats.columns import SETTINGS, Column, Table, matrix, settings, tables
from optimizer.formats.plain_file import write_text
from optimizer.formats.raw import Raw, RawTable
from optimizer.formats.save import raw_scenario, write_raw
from optimizer.formats.target import free_target, is_workbook

#: Explains a folder's files; not a table, so it is not read.
README = "README.txt"

_INTRODUCTION = """\
A scenario of MTU Planner
=========================
One CSV file per table, in UTF-8, with the columns below in any order, separated by commas
or by semicolons. Dates are written 2026-01-31. Lists inside a cell are separated by spaces.
Ids are short names without blanks; other tables refer to them, exactly as they are written.
Columns and files of your own start with x_; they are kept and not read.

Fill the tables, then look for mistakes:   mtu validate FOLDER
and make a plan:                           mtu plan FOLDER --out RESULTS
"""


def template(path: Path | str, *, today: date | None = None) -> None:
    """
    Write an empty scenario with every table, column and key, each explained.

    It is valid, with warnings about its empty tables. Its horizon is the next quarter.

    Parameters
    ----------
    path
        A file that ends in ``.xlsx`` for a workbook, otherwise a folder; nothing may be there yet.
    today
        The day from which the next quarter is told; by default today.

    Raises
    ------
    InputError
        When something stands there already, or it cannot be written.
    """
    path = Path(path)
    free_target(path)
    raw = empty_scenario(today or date.today())  # noqa: DTZ011 (a planner's day, wherever that is)
    write_raw(raw, path)
    if not is_workbook(path):
        write_text(path / README, explanation())


def empty_scenario(today: date) -> Raw:
    """The raw form of a scenario without rows, optional tables included, for the quarter after ``today``."""
    start = _next_quarter(today)
    end = _next_quarter(start) - timedelta(days=1)
    raw = raw_scenario(
        Scenario(name=f"New scenario, quarter {start.month // 3 + 1} of {start.year}", start=start, end=end)
    )
    for name, table in tables().items():
        header = [column.name for column in table.columns]
        raw.tables.setdefault(name, RawTable(name, f"{name}.csv", header))
    return raw


def _next_quarter(day: date) -> date:
    """First day of the quarter after the one of ``day``."""
    first = 3 * ((day.month - 1) // 3) + 4
    return date(day.year + first // 12, 1, 1) if first > 12 else date(day.year, first, 1)


def explanation() -> str:
    """Every table, column and key with its meaning, as plain text."""
    parts = [_INTRODUCTION]
    parts.append(
        _section(f"{SETTINGS}.toml", "Name, horizon and rates of the scenario.", settings().values())
    )
    parts += [_table_section(f"{table.name}.csv", table) for table in tables().values()]
    parts.append(_table_section("the file of travel.file", matrix()))
    return "\n".join(parts)


def _table_section(title: str, table: Table) -> str:
    return _section(title, table.help, table.columns)


def _section(title: str, text: str, columns: Iterable[Column]) -> str:
    lines = [title, "-" * len(title), text]
    for column in columns:
        lines.append(f"  {column.name:<18} {column.help}")
        lines.append(f"  {'':<18} {_need(column)}{column.expected}.")
    return "\n".join(lines) + "\n"


def _need(column: Column) -> str:
    if column.required:
        return "Required: "
    return f"Optional, without it {column.default}: " if column.default else "Optional: "
