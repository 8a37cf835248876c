"""Demo scenarios: the folders of ``data/`` that hold one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from api import reading
from api.errors import Problem
from optimizer.domain.scenario import Scenario

_DATA = Path(__file__).parent.parent / "data"


def names() -> list[str]:
    """The names of the demo scenarios; none where the package came without its data."""
    return sorted(path.parent.name for path in _DATA.glob("*/scenario.toml"))


@cache
def scenario(name: str) -> Scenario:
    """
    A demo scenario.

    Raises
    ------
    Problem
        ``not-found`` when there is none of this name.
    """
    if name not in names():
        raise Problem("not-found", f"There is no demo of this name; there are: {', '.join(names())}.")
    return reading.of_file(_DATA / name, "en").scenario
