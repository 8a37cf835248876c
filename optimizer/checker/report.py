"""What a check says: the violations found, and what the plan is worth."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.checker.worth import Worth
from optimizer.exceptions import Sentence


@dataclass(frozen=True, slots=True)
class Violation:
    """
    One rule broken, told with the rotations that break it.

    Parameters
    ----------
    rule
        ``R1`` to ``R11`` of RULES.md; ``plan`` where the plan does not fit the scenario or its
        own numbering; ``score`` where a number that the plan states is not the recomputed one.
    message
        What was seen and what the rule expects, in one sentence.
    rotations
        Ids of the rotations concerned; empty when it is none in particular.
    """

    rule: str
    message: Sentence
    rotations: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """
    The outcome of a check.

    Parameters
    ----------
    violations
        Everything found, in the order of the rules; empty for a valid plan.
    parts
        The recomputed score by part, in whole millipoints. Of a plan that breaks rules it is
        the worth of the rotations that could be understood.
    """

    violations: tuple[Violation, ...]
    parts: Worth

    @property
    def valid(self) -> bool:
        """Whether no rule is broken and every number stated is right."""
        return not self.violations

    @property
    def score(self) -> int:
        """The recomputed score in whole millipoints."""
        return self.parts.score
