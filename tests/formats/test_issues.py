"""Every code that an issue can bear is listed, once, with all that a planner wants to know."""

from __future__ import annotations

import re
from pathlib import Path

import optimizer

HOME = Path(optimizer.__file__).parent
ROW = re.compile(r"\| ([A-Z]\d\d) \| (.+) \| `(.+)` \| (.+) \|")


def listed() -> dict[str, tuple[str, ...]]:
    rows = [
        ROW.fullmatch(line)
        for line in (HOME / "ISSUES.md").read_text().splitlines()
        if re.match(r"\| [A-Z]\d", line)
    ]
    assert all(rows)
    found = {row[1]: row.groups()[1:] for row in rows if row}
    assert len(found) == len(rows)
    return found


def test_every_code_is_listed_and_every_listed_code_exists():
    """Codes stand in the program as texts like "C01"; rules (R1 to R11) are no codes."""
    used = {
        code
        for path in HOME.rglob("*.py")
        for code in re.findall(r'"([A-QS-Z]\d\d)"', path.read_text(encoding="utf-8"))
    }
    assert used == set(listed())


def test_every_code_has_meaning_example_and_advice():
    """Each is a sentence; the example says where it stands."""
    for code, (meaning, example, advice) in listed().items():
        assert meaning.endswith("."), code
        assert len(example) > 10, code
        assert advice.endswith("."), code
