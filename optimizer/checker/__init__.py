"""
The checker: whether a plan keeps the rules of RULES.md, and what it is worth.

It knows dates and names and nothing of engines; its arithmetic is exact and its own.
"""

from optimizer.checker.check import Completed, check, complete
from optimizer.checker.report import Report, Violation
from optimizer.checker.worth import Worth, gap, points

__all__ = ["Completed", "Report", "Violation", "Worth", "check", "complete", "gap", "points"]
