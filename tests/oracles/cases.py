"""How many random scenarios the oracles look at, in parts small enough to share among test workers."""

from __future__ import annotations

import os

# MTU_ORACLE_CASES=5000 looks at more than the everyday run does; the seeds begin the same.
CASES = int(os.environ.get("MTU_ORACLE_CASES", "300"))


def parts(cases: int, size: int = 25) -> list[range]:
    """Seeds 0 to cases - 1 in parts."""
    return [range(first, min(first + size, cases)) for first in range(0, cases, size)]


def name_of(part: range) -> str:
    """What a part is called in a test's name."""
    return f"seeds {part.start}-{part.stop - 1}"
