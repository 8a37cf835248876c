"""The plan: rotations, what they are worth, and what is left unserved (RULES.md sections 3 and 4)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import Field

from optimizer.domain.facts import Facts
from optimizer.domain.scenario import Frozen


class Rotation(Frozen):
    """One unit staying at one venue to teach one class of one request, both days included."""

    id: str
    request: str
    unit: str
    venue: str
    course: str
    start: date
    end: date
    people: int
    pinned: bool = False


class Draft(Frozen):
    """
    A rotation as a planner may write it by hand: ``end`` and ``people`` may be missing.

    What is missing is computed; what is given is checked.
    """

    request: str
    unit: str
    start: date
    end: date | None = None
    people: int | None = None
    venue: str | None = None
    course: str | None = None
    id: str | None = None
    pinned: bool | None = None


class ScenarioRef(Frozen):
    """Which scenario a plan was made for."""

    name: str
    sha256: str


class ScoreParts(Frozen):
    """The score by rule, in points; ``km`` and ``change`` are negative or zero."""

    people: float = 0.0
    km: float = 0.0
    equity: float = 0.0
    change: float = 0.0


class Reason(Frozen):
    """
    Why somebody of a request is not served.

    ``code`` is one of REASONS.md and ``rule`` one of RULES.md; ``text`` says it in English,
    and ``facts`` hold what it says as data. A plan read from a file has none.
    """

    code: str
    rule: str
    text: str
    facts: Facts | None = Field(default=None, exclude_if=lambda facts: facts is None)


class Unserved(Frozen):
    """A request of which ``people`` are left over."""

    request: str
    people: int
    reasons: tuple[Reason, ...] = ()


class UnitSummary(Frozen):
    """What one unit does in the plan."""

    unit: str
    rotations: int
    people: int
    km: float
    days_taught: int
    days_idle: int


class CitySummary(Frozen):
    """How well one city is served."""

    city: str
    requested: int
    served: int
    coverage: float


class Run(Frozen):
    """How a plan was made."""

    seed: int = 1
    seconds: float = 0.0
    version: str = ""
    mode: str = "fast"
    tolerance: float = 0.0
    versions: dict[str, str] = Field(default_factory=dict)


class Moment(Frozen):
    """One point of a solve's history; score and bound in points, None while unknown."""

    seconds: float
    score: float | None = None
    bound: float | None = None


class Plan(Frozen):
    """A plan with its score and proof; field order is the order of the plan file."""

    format: Literal[1] = 1
    scenario: ScenarioRef
    status: Literal["optimal", "feasible"]
    score: float
    bound: float | None
    gap: float | None
    score_parts: ScoreParts
    rotations: tuple[Rotation, ...]
    unserved: tuple[Unserved, ...]
    units: tuple[UnitSummary, ...]
    cities: tuple[CitySummary, ...]
    run: Run
    certificate: dict[str, Any] | None = Field(default=None, exclude=True, repr=False)
    history: tuple[Moment, ...] = Field(default=(), exclude=True, repr=False)
    warning: str | None = Field(default=None, exclude=True, repr=False)

    def to_json(self, *, facts: bool = False) -> str:
        """
        The bytes of ``plan.json`` as text; reading and writing again gives the same.

        ``facts`` are those of reasons: the service keeps them, a plan file holds their sentence.
        """
        told = None if facts else {"unserved": {"__all__": {"reasons": {"__all__": {"facts"}}}}}
        return json.dumps(self.model_dump(mode="json", exclude=told), indent=2, ensure_ascii=False) + "\n"
