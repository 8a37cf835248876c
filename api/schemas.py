"""What goes in and out, strictly: unknown fields are refused, everything is bounded."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.issues import ProblemIssue
from optimizer.domain.plan import Draft, Plan, Reason, Rotation
from optimizer.domain.scenario import Objective, Pin, Scenario
from optimizer.formats.words import Language

Status = Literal["queued", "running", "completed", "stopped", "failed", "cancelled"]
Proof = Literal["optimal", "gap", "none"]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f,]+$")]
Title = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanRequest(Strict):
    """What to plan, and how."""

    scenario: Scenario | None = Field(
        default=None, description="The scenario itself; or name one of the next two."
    )
    scenario_id: Key | None = Field(
        None, description="A scenario stored before; its newest version is taken."
    )
    demo: Key | None = Field(default=None, description="Name of a demo scenario, for example jakarta.")
    name: Title = ""
    tags: Annotated[tuple[Tag, ...], Field(max_length=20)] = ()
    time_limit: Annotated[float, Field(gt=0, le=86_400)] = Field(
        default=30.0, description="Seconds of solving."
    )
    gap: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0001, description="Stop when this close to the best."
    )
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    deterministic: bool = False
    priority: Annotated[int, Field(ge=1, le=9)] = Field(default=5, description="1 goes first, 9 last.")
    objective: Objective | None = Field(
        default=None, description="Exchange rates in place of the scenario's."
    )
    pins: Annotated[tuple[Pin, ...], Field(max_length=50_000)] = Field(
        (), description="Pins beside the scenario's."
    )
    rotations: Annotated[tuple[Draft, ...], Field(max_length=200_000)] | None = Field(
        None, description="For operation=check: the plan made by hand."
    )

    @model_validator(mode="after")
    def _one_scenario(self) -> Self:
        if sum(one is not None for one in (self.scenario, self.scenario_id, self.demo)) != 1:
            raise ValueError("give exactly one of scenario, scenario_id and demo")
        return self


class Options(Strict):
    """How a plan is made; every default filled in."""

    time_limit: float
    gap: float
    seed: int
    deterministic: bool
    objective: dict[str, str] = Field(description="The exchange rates that count.")


class ScenarioOf(Strict):
    """Which scenario a plan is made for."""

    name: str
    id: str | None = None
    version: int | None = None


class News(Strict):
    """How a plan in the making stands."""

    seconds: float = Field(description="Since solving began.")
    phase: str = Field(
        description="What the engine is at: `first fit`, `loading`, `compiling` (the first time only), "
        "`construct`, `improve`, `explain`. Others may come."
    )
    score: float | None = Field(description="Of the best plan so far, in points.")
    bound: float | None = Field(description="No plan can be worth more points; null while nothing is proven.")
    gap: float | None = Field(description="(bound - score) / bound.")
    people: int | None = Field(description="People served by the best plan so far.")
    km: float | None = Field(description="Kilometres that it drives.")


class ViolationFound(Strict):
    """A rule that a plan made by hand breaks."""

    rule: str
    message: str
    rotations: list[str]
    #: Plans that were judged by an older version have the English message alone.
    told: dict[Language, str] = Field(
        default_factory=dict, description="The message in each language, `en` and `id`."
    )


class PlanInfo(Strict):
    """A plan without its rotations."""

    id: str
    name: str
    tags: list[str]
    operation: Literal["solve", "check"]
    status: Status
    proof: Proof = Field(
        description="optimal: proven best, within the gap asked for; gap: bound and gap are proven; none."
    )
    scenario: ScenarioOf
    options: Options
    priority: int
    version: int = Field(description="Grows with every change; the ETag is made of it.")
    attempt: int = Field(description="Times that solving began; more than 1 after a worker was lost.")
    created_at: str
    started_at: str | None
    finished_at: str | None
    progress: News | None = Field(description="The newest progress; null before there is any.")
    score: float | None = Field(description="Points, once there is a result.")
    bound: float | None = Field(description="No plan can be worth more points; null where nothing is proven.")
    gap: float | None = Field(description="(bound - score) / bound, rounded up.")
    violations: list[ViolationFound] | None = Field(
        description="Rules that the finished plan breaks; empty where none is broken."
    )
    error: str | None = Field(description="Why the plan failed.")
    warning: str | None = Field(
        description="What went wrong although there is a result, such as a solver that was killed before "
        "its time and whose best plan until then was kept."
    )


class PlanWhole(PlanInfo):
    """A plan; while it is in the making, the best rotations so far."""

    plan: Plan | None = Field(description="The result, once there is one.")
    best_rotations: list[Rotation] | None = Field(description="The best so far, until there is a result.")


class PlanPage(Strict):
    """Some plans, the newest first."""

    plans: list[PlanInfo]
    next: str | None = Field(description="Give it as `after` for the next page; null on the last.")


class ScenarioInfo(Strict):
    """A stored scenario without its tables."""

    id: str
    name: str
    version: int
    created_at: str
    updated_at: str
    sizes: dict[str, int]


class ScenarioWhole(ScenarioInfo):
    """A stored scenario."""

    scenario: Scenario


class ScenarioPage(Strict):
    """Some scenarios, the newest first."""

    scenarios: list[ScenarioInfo]
    next: str | None


class Validation(Strict):
    """What `?dry_run=true` answers for a scenario that could be stored."""

    valid: bool
    name: str
    sizes: dict[str, int]
    issues: list[ProblemIssue]


class UnservedOf(Strict):
    """A request of which people are left over, and why."""

    request: str
    people: int
    reasons: list[Reason]


class UnservedList(Strict):
    """Everybody left over."""

    unserved: list[UnservedOf]


class DayOf(Strict):
    """What a day is for everybody."""

    day: date
    kind: Literal["working", "weekend", "holiday", "closed", "short"] = Field(
        description="What to shade it as; `closed` and `short` come from the calendar's rows for all: no "
        "training, or less than a whole training day."
    )
    name: str = Field(description="What closes or shortens it; empty otherwise.")
    credit: int = Field(description="How much of a training day it counts, 0..100.")


class StayOf(Strict):
    """The days of a rotation."""

    rotation: str
    credits: list[int] = Field(description="What each calendar day of the stay counts, 0..100.")
    km: float = Field(description="Kilometres driven to the venue, from where the unit was before.")


class UnitDaysOf(Strict):
    """What a unit's days of the horizon go into; the parts add up to `present`."""

    unit: str
    present: int = Field(description="Days of the horizon on which the unit is in service.")
    taught: int = Field(description="Days of its stays that count for training.")
    closed: int = Field(description="Days of its stays that do not, weekends and holidays among them.")
    depot: int = Field(description="Days that it has to be at its depot.")
    moving: int = Field(description="Days that it needs between stays at different venues.")
    idle: int = Field(description="Days left.")
    at_depot: list[tuple[date, date]] = Field(description="First and last day of each time at the depot.")


class PlanCalendar(Strict):
    """A plan day by day."""

    days: list[DayOf]
    stays: list[StayOf]
    units: list[UnitDaysOf]


class Side(Strict):
    """One plan of two."""

    id: str
    name: str
    score: float
    bound: float | None
    gap: float | None
    proof: Proof
    people: int
    km: float
    rotations: int
    score_parts: dict[str, float]
    coverage: dict[str, float]


class Comparison(Strict):
    """Two plans side by side; a rotation is the same where request, unit and start are."""

    a: Side
    b: Side
    same_scenario: bool = Field(
        description="Whether both were made for one scenario and its rates; pinned rotations may differ."
    )
    kept: int
    only_a: list[Rotation]
    only_b: list[Rotation]


class DemoList(Strict):
    """Demo scenarios by name."""

    demos: list[str]


class Health(Strict):
    """Whether the service works."""

    status: Literal["ok", "degraded"]
    version: str
    database: bool = True
    workers: int = 0


class Figure(BaseModel):
    """A figure as plotly.js draws it."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


class AuditRow(Strict):
    """One change."""

    number: int
    at: str
    actor: str
    action: str
    target: str
    detail: dict[str, Any]
    hash: str


class AuditPage(Strict):
    """Some changes, the newest first."""

    rows: list[AuditRow]
    next: int | None


def _with_host(url: str) -> str:
    # Reading the port tells whether it is one.
    parts = urlsplit(url)
    if not parts.hostname or parts.port == 0:
        raise ValueError("expected an address such as https://desk.example/plans")
    return url


class WebhookRequest(Strict):
    """Where to send a message when a plan has ended."""

    url: Annotated[
        str,
        StringConstraints(min_length=8, max_length=2000, pattern=r"^https?://[!-~]+$"),
        AfterValidator(_with_host),
    ]


class Webhook(Strict):
    """A webhook; its secret is shown once, when it is made."""

    id: str
    url: str
    created_at: str
    secret: str | None = Field(
        default=None, description="For verifying signatures (Standard Webhooks); shown once."
    )


class WebhookList(Strict):
    """All webhooks of the workspace."""

    webhooks: list[Webhook]
