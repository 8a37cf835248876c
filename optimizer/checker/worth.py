"""What a plan is worth, in exact whole millipoints (RULES.md section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from optimizer.checker.case import Case, Leg, Stay
from optimizer.domain.scenario import Request, Scenario


@dataclass(frozen=True, slots=True)
class Worth:
    """The parts of a score in whole millipoints; ``km`` and ``change`` are negative or zero."""

    people: int
    km: int
    equity: int
    change: int

    @property
    def score(self) -> int:
        """The sum of the parts."""
        return self.people + self.km + self.equity + self.change


def rounded(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    whole, rest = divmod(abs(value), 1)
    size = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return size if value >= 0 else -size


def points(millipoints: int) -> float:
    """Millipoints as the plan file writes them: points with 3 decimals."""
    return millipoints / 1000


def gap(score: int, bound: int) -> float:
    """
    ``(bound - score) / max(|bound|, 1)`` with 6 decimals, rounded up; 0 only where the two are equal.

    Parameters
    ----------
    score, bound
        In millipoints, the bound not below the score.
    """
    millionths = Fraction(bound - score, max(abs(bound), 1000)) * 10**6
    return -(-millionths.numerator // millionths.denominator) / 10**6


def worth(case: Case) -> Worth:
    """The score of a plan by part."""
    scenario = case.scenario
    per_request = served(case.stays)
    return Worth(
        people=sum(
            people_worth(scenario, scenario.request_by_id[request], people)
            for request, people in per_request.items()
        ),
        km=-sum(leg_cost(scenario, leg) for leg in case.legs),
        equity=rounded(1000 * Fraction(scenario.objective.equity) * lowest_coverage(scenario, per_request)),
        change=-rounded(1000 * Fraction(scenario.objective.change) * case.base_rotations_lost),
    )


def served(stays: Iterable[Stay]) -> dict[str, int]:
    """People served by request id; requests without a rotation are absent."""
    people: dict[str, int] = {}
    for stay in stays:
        people[stay.request.id] = people.get(stay.request.id, 0) + stay.people
    return people


def people_worth(scenario: Scenario, request: Request, people: int) -> int:
    """Millipoints for serving so many people of a request."""
    rate: Decimal = scenario.objective.person
    value = scenario.course_by_id[request.course].value
    return rounded(1000 * people * Fraction(request.priority) * Fraction(value) * Fraction(rate))


def leg_cost(scenario: Scenario, leg: Leg) -> int:
    """Millipoints that one leg costs."""
    # Points per kilometre are millipoints per metre.
    return rounded(Fraction(scenario.objective.km) * leg.metres)


def city_people(scenario: Scenario, per_request: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """People requested and people served by city, the cities in the order of the venues."""
    found = {venue.city: (0, 0) for venue in scenario.venues}
    for request in scenario.requests:
        city = scenario.venue_by_id[request.venue].city
        requested, done = found[city]
        found[city] = (requested + request.people, done + per_request.get(request.id, 0))
    return found


def coverage(requested: int, done: int) -> Fraction:
    """Share of the people requested that are served: 1 where nobody is requested, never above 1."""
    return min(Fraction(1), Fraction(done, requested)) if requested else Fraction(1)


def lowest_coverage(scenario: Scenario, per_request: Mapping[str, int]) -> Fraction:
    """Coverage of the worst city; 1 without venues."""
    shares = [coverage(*people) for people in city_people(scenario, per_request).values()]
    return min(shares, default=Fraction(1))
