"""The rule book and the checker speak of the same rules."""

import re
from pathlib import Path

import optimizer.checker
from optimizer.checker.rules import RULES

BOOK = (Path(optimizer.checker.__file__).parents[1] / "RULES.md").read_text(encoding="utf-8")


def test_one_function_per_rule_in_the_order_of_the_book():
    """R1 to R11; each function's one sentence begins with the number of its rule."""
    numbers = [f"R{number}" for number in range(1, 12)]
    assert re.findall(r"^### (R\d+)\. ", BOOK, re.MULTILINE) == numbers
    assert [(rule.__doc__ or "").partition(".")[0] for rule in RULES] == numbers
