"""The bound that a certificate's prices prove, recomputed from the scenario alone (weak duality)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count

from optimizer.certificate.branches import Branch, Key, read_branches, worth
from optimizer.certificate.ground import Ground, Stretch
from optimizer.certificate.network import Networks
from optimizer.certificate.roads import FINE, TooLargeError
from optimizer.certificate.routes import MOST_LABELS, most_worth
from optimizer.certificate.stated import Stated, millipoints, read
from optimizer.checker import points
from optimizer.domain.plan import Draft, Plan, Rotation
from optimizer.domain.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What a certificate proves; all values in millipoints.

    Parameters
    ----------
    bound
        No valid plan scores more: recomputed from the prices. None where the certificate cannot be read.
    stated
        The bound that the certificate states.
    enumerated
        The lower bound that rests on the engine's enumeration, where the certificate states one.
    claimed
        The bound that the plan claims; None without a plan, or where it claims none.
    faults
        What is wrong, one sentence each; empty where the plan's bound is supported.
    """

    bound: int | None = None
    stated: int | None = None
    enumerated: int | None = None
    claimed: int | None = None
    faults: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether nothing is wrong: the plan's bound is proven, or rests on the engine and says so."""
        return not self.faults

    @property
    def proven(self) -> bool:
        """Whether the prices alone prove the plan's bound (without a plan: the certificate's)."""
        return self.supported and not self.rests_on_engine

    @property
    def rests_on_engine(self) -> bool:
        """Whether the plan's bound is below what the prices prove, by the engine's enumeration."""
        return (
            self.supported
            and self.claimed is not None
            and self.bound is not None
            and self.claimed < self.bound
        )


def verify(
    scenario: Scenario,
    certificate: object,
    plan: Plan | Sequence[Draft] | None = None,
    *,
    base_plan: Plan | Sequence[Rotation | Draft] = (),
    most_labels: int = MOST_LABELS,
    on_progress: Callable[[int, int], object] = lambda done, of: None,
) -> Verdict:
    """
    Recompute the bound that a certificate's prices prove, without any solver.

    Parameters
    ----------
    scenario
        A valid scenario.
    certificate
        What ``json.loads`` gives for a certificate file; nothing about it is believed.
    plan
        The plan whose bound it is to prove; one written by hand claims no bound.
    base_plan
        The plan that it changes, or its rotations, if any.
    most_labels
        Work per stretch of days after which it is told as not verified.
    on_progress
        Called with the number of stretches done, and how many there are.
    """
    ground = Ground(scenario, base_plan.rotations if isinstance(base_plan, Plan) else base_plan)
    stated = read(ground, certificate)
    branches = (
        read_branches(ground, stated, certificate.get("branches"))
        if isinstance(certificate, dict) and not stated.faults
        else []
    )
    claimed = millipoints(plan.bound) if isinstance(plan, Plan) and plan.bound is not None else None
    if stated.faults:
        return Verdict(claimed=claimed, faults=tuple(stated.faults))
    verdict = Verdict(None, stated.bound, stated.enumerated, claimed)
    steps = len(ground.stretches) + sum(len(branch.stretches) * len(branch.cases) for branch in branches)
    ticks = count()
    try:
        routes, faults = _routes(ground, stated, most_labels, lambda: on_progress(next(ticks), steps))
        fine = sum(routes.values()) + _requests(ground, stated) + _capacity(ground, stated)
        fine -= ground.lost
        for branch in branches:
            wrong, saved = _saved(
                ground, stated, branch, routes, most_labels, lambda: on_progress(next(ticks), steps)
            )
            faults += wrong
            fine -= saved
    except TooLargeError:
        return replace(verdict, faults=("Prices or distances are too large to be counted exactly.",))
    # The score rounds equity and change once each: half a millipoint more is one, half of one lost is one.
    equity = FINE // 2 if scenario.objective.equity else 0
    change = FINE // 2 - 1 if ground.lost and ground.bonus % FINE else 0
    bound = (fine + equity + change) // FINE
    verdict = replace(verdict, bound=bound)
    return replace(verdict, faults=(*faults, *_claims(verdict)))


def _requests(ground: Ground, stated: Stated) -> int:
    """What all requests gain at most at the prices, with their shares of equity."""
    total, pinned = stated.cap, Counter[str]()
    for name, ask in ground.asks.items():
        if name not in ground.servable:
            total += ask.earned[0] * FINE
            pinned[ask.city] += ask.served[0]
    total += _gains(ground, stated, ground.servable)
    requested = ground.requested
    return total + sum(
        _ceiling(stated.cities.get(city, 0) * people, requested[city]) for city, people in pinned.items()
    )


def _gains(ground: Ground, stated: Stated, names: Collection[str]) -> int:
    """What some requests gain at most at the prices, with their shares of equity."""
    total = 0
    for name in names:
        ask = ground.asks[name]
        share, price = stated.cities.get(ask.city, 0), stated.requests[name]
        total += max(
            earned * FINE + _ceiling(share * people, ground.requested[ask.city]) - more * price
            for more, (earned, people) in enumerate(zip(ask.earned, ask.served, strict=True))
        )
    return total


def _saved(
    ground: Ground,
    stated: Stated,
    branch: Branch,
    routes: dict[Key, int],
    most_labels: int,
    on_progress: Callable[[], object],
) -> tuple[list[str], int]:
    """Which cases of a branch are not as stated, and by how much the worst lowers the bound."""
    free = ground.free_instructors()

    def gains(ground: Ground, prices: Stated, requests: frozenset[str]) -> int:
        cost = sum(
            price * left
            for row in branch.rows
            for price, left in zip(prices.instructors.get(row, ()), free[row], strict=False)
        )
        return _gains(ground, prices, requests) + cost

    whole = gains(ground, stated, branch.requests) + sum(routes[key] for key in branch.stretches)
    most, faults = None, []
    for number, case in enumerate(branch.cases, start=1):
        value, verified = worth(ground, branch, case, most_labels, gains, on_progress)
        most = value if most is None else max(most, value)
        if not verified:
            where = _where(ground, ground.stretches[branch.stretches[0]])
            faults.append(f"{where} and its group: case {number} is worth more than stated, or not verified.")
    return faults, 0 if most is None else max(whole - most, 0)


def _capacity(ground: Ground, stated: Stated) -> int:
    """What all rooms and instructors that pins leave free cost at the prices."""
    total = 0
    for prices, free in (
        (stated.rooms, ground.free_rooms()),
        (stated.instructors, ground.free_instructors()),
    ):
        for name, by_day in prices.items():
            total += sum(price * left for price, left in zip(by_day, free[name], strict=True))
    return total


def _routes(
    ground: Ground, stated: Stated, most_labels: int, on_progress: Callable[[], object]
) -> tuple[dict[Key, int], list[str]]:
    """What the best route of each stretch is worth at the prices, and which are not as stated."""
    networks = Networks(ground, stated)
    worths: dict[Key, int] = {}
    faults: list[str] = []
    for key, stretch in ground.stretches.items():
        on_progress()
        best = stated.best[key]
        found = most_worth(networks.of(stretch, best), best, most_labels)
        worths[key] = found.worth
        where = _where(ground, stretch)
        if not found.settled:
            faults.append(f"{where} is not verified: given up after {most_labels:,} steps.")
        elif found.worth > best:
            faults.append(f"{where} has a route worth {found.worth}; the certificate says {best} at most.")
    return worths, faults


def _claims(verdict: Verdict) -> list[str]:
    """Where certificate or plan claim more than the prices prove."""
    bound, stated, enumerated, claimed = verdict.bound, verdict.stated, verdict.enumerated, verdict.claimed
    faults: list[str] = []
    if bound is None or stated is None:
        return faults
    if stated < bound:
        faults.append(
            f"The certificate states a bound of {points(stated)}; its prices prove {points(bound)}."
        )
    if claimed is not None and claimed < bound and (enumerated is None or claimed < enumerated):
        least = points(bound if enumerated is None else min(bound, enumerated))
        faults.append(f"The plan claims a bound of {points(claimed)}; the certificate supports {least}.")
    return faults


def _where(ground: Ground, stretch: Stretch) -> str:
    first, last = ground.scenario.day(stretch.first), ground.scenario.day(stretch.last)
    return f"Segment {stretch.unit} {first} to {last}"


def _ceiling(value: int, divisor: int) -> int:
    return -(-value // divisor)
