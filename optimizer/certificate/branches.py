"""
Cases: a group of stretches whose share of the bound is lowered by telling cases apart.

A group has no request and no instructors in common with other stretches. With the prices of rooms and
the shares of equity fixed, what it adds to any plan is then a matter of its own. A limit counts stays:
in a split what it counts is at most a number in one case, and more in the other, so that one of them
holds for every plan. Each case has prices of its own, a limit's among them: who breaks a limit would
pay, who keeps it does not, so that weak duality proves a bound for each case, and the greatest counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from optimizer.certificate.ground import Ground
from optimizer.certificate.network import Charged, Networks
from optimizer.certificate.routes import most_worth
from optimizer.certificate.stated import Stated, by_day, day_number, is_whole, shown

Key: TypeAlias = tuple[str, int, int]
"""A stretch: unit, first and last day."""
MOST_DEEP = 200
"""Splits within one another."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Stays that a split counts: on stretches, of courses of some rows, under way on a day (None: all)."""

    stretches: frozenset[Key]
    rows: frozenset[str | None]
    day: int | None


@dataclass(frozen=True, slots=True)
class Case:
    """
    A case with its prices.

    Parameters
    ----------
    stated
        The certificate's prices with those of the case in place of the group's.
    charges
        Price and limit, with the most (price above 0) or least that the limit counts in this case.
    best
        By stretch the value that no route is said to exceed.
    """

    stated: Stated
    charges: tuple[tuple[Limit, int, int], ...]
    best: dict[Key, int]


@dataclass(frozen=True, slots=True)
class Branch:
    """A group of stretches, its requests and rows of instructors, and its cases."""

    stretches: tuple[Key, ...]
    requests: frozenset[str]
    rows: frozenset[str]
    cases: tuple[Case, ...]


def read_branches(ground: Ground, stated: Stated, entries: object) -> list[Branch]:
    """The branches of a certificate otherwise read; what is wrong goes to the faults of ``stated``."""
    if entries is None:
        return []
    if not isinstance(entries, list):
        stated.faults.append("branches: expected a list.")
        return []
    found: list[Branch] = []
    within = {key: _within(ground, key) for key in ground.stretches}
    for number, entry in enumerate(entries, start=1):
        reading = _Reading(ground, stated, within, f"branches, {number}")
        branch = reading.branch(entry)
        if branch is None:
            return []
        if any(set(branch.stretches) & set(other.stretches) for other in found):
            stated.faults.append(f"branches, {number}: a stretch is in two branches.")
            return []
        found.append(branch)
    return found


class _WrongError(Exception):
    """What is wrong with a branch, in words."""


@dataclass(slots=True)
class _Reading:
    """One branch being read; the first fault ends it."""

    ground: Ground
    stated: Stated
    within: Mapping[Key, frozenset[str]]
    where: str

    def branch(self, entry: object) -> Branch | None:
        try:
            return self._branch(_object(entry, {"segments", "limits", "tree"}))
        except _WrongError as error:
            self.stated.faults.append(f"{self.where}: {error}")
            return None

    def _branch(self, entry: dict[str, Any]) -> Branch:
        stretches = tuple(self._key(value) for value in _list(entry["segments"], "segments"))
        if len(set(stretches)) < len(stretches):
            raise _WrongError("a segment stands twice.")
        requests = frozenset().union(*(self.within[key] for key in stretches))
        rows = self._rows(requests)
        for key, others in self.within.items():
            if key not in stretches and (requests & others or rows & self._rows(others)):
                raise _WrongError(
                    f"{key[0]} shares requests or instructors with the group, and is not in it."
                )
        limits = [self._limit(value, stretches, rows) for value in _list(entry["limits"], "limits")]
        branch = Branch(stretches, requests, rows, ())
        return replace(branch, cases=tuple(self._cases(branch, limits, entry["tree"], {}, MOST_DEEP)))

    def _rows(self, requests: frozenset[str]) -> frozenset[str]:
        ground = self.ground
        rows = (ground.row_of_course.get(ground.asks[name].request.course) for name in requests)
        return frozenset(row for row in rows if row is not None)

    def _key(self, value: object) -> Key:
        parts = _list(value, "a segment")
        if len(parts) != 3:
            raise _WrongError(f"{shown(value)} is not a unit and two days.")
        first, last = day_number(self.ground, parts[1]), day_number(self.ground, parts[2])
        key = (parts[0], first, last)
        if not isinstance(parts[0], str) or first is None or last is None or key not in self.within:
            raise _WrongError(f"no unit has the stretch of days {shown(value)}.")
        return parts[0], first, last

    def _limit(self, value: object, stretches: tuple[Key, ...], rows: frozenset[str]) -> Limit:
        limit = _object(value, {"segments", "instructors", "day"})
        numbers = _list(limit["segments"], "a limit's segments")
        if not all(is_whole(number) and 0 <= number < len(stretches) for number in numbers):
            raise _WrongError(f"{shown(numbers)} are not numbers of the branch's segments.")
        named = _list(limit["instructors"], "a limit's instructors")
        if not all(row is None or (isinstance(row, str) and row in rows) for row in named):
            raise _WrongError(f"{shown(named)} are not instructors of the branch.")
        day = limit["day"]
        if day is not None and (day := day_number(self.ground, day)) is None:
            raise _WrongError(f"{shown(limit['day'])} is no day.")
        return Limit(frozenset(stretches[number] for number in numbers), frozenset(named), day)

    def _cases(
        self,
        branch: Branch,
        limits: list[Limit],
        tree: object,
        bounds: dict[int, tuple[int, int | None]],
        deep: int,
    ) -> Iterator[Case]:
        """The leaves of a tree of splits, which stand for every plan by the way in which they are found."""
        if deep == 0:
            raise _WrongError(f"more than {MOST_DEEP} splits within one another.")
        if not isinstance(tree, dict) or "limit" not in tree:
            yield self._case(
                branch, limits, _object(tree, {"requests", "instructors", "charges", "best"}), bounds
            )
            return
        split = _object(tree, {"limit", "most", "below", "above"})
        number, most = split["limit"], split["most"]
        if not is_whole(number) or not 0 <= number < len(limits) or not is_whole(most) or most < 0:
            raise _WrongError(f"{shown(number)} and {shown(most)} are not a limit and a number.")
        least, greatest = bounds.get(number, (0, None))
        at_most = most if greatest is None else min(most, greatest)
        yield from self._cases(branch, limits, split["below"], {**bounds, number: (least, at_most)}, deep - 1)
        more = max(least, most + 1)
        yield from self._cases(branch, limits, split["above"], {**bounds, number: (more, greatest)}, deep - 1)

    def _case(
        self,
        branch: Branch,
        limits: list[Limit],
        case: dict[str, Any],
        bounds: dict[int, tuple[int, int | None]],
    ) -> Case:
        prices = case["requests"]
        if (
            not isinstance(prices, dict)
            or set(prices) != branch.requests
            or not all(map(is_whole, prices.values()))
        ):
            raise _WrongError("a case has not one whole price for each request of the group.")
        inside = Stated()
        rows = by_day(
            self.ground, "instructors", "row of instructors", case["instructors"], branch.rows, inside
        )
        if inside.faults:
            raise _WrongError(inside.faults[0])
        charges = []
        for entry in _list(case["charges"], "charges"):
            pair = _list(entry, "a charge")
            if len(pair) != 2 or not is_whole(pair[0]) or not is_whole(pair[1]) or pair[0] not in bounds:
                raise _WrongError(f"{shown(entry)} is not a limit of the case and a whole price.")
            least, most = bounds[pair[0]]
            count = most if pair[1] > 0 else least
            if count is None:
                raise _WrongError(f"{shown(entry)}: nothing limits what is charged.")
            charges.append((limits[pair[0]], pair[1], count))
        best = _list(case["best"], "best")
        if len(best) != len(branch.stretches) or not all(map(is_whole, best)):
            raise _WrongError("a case has not one whole value for each segment.")
        kept = {row: by_day for row, by_day in self.stated.instructors.items() if row not in branch.rows}
        stated = replace(
            self.stated, requests={**self.stated.requests, **prices}, instructors={**kept, **rows}
        )
        return Case(stated, tuple(charges), dict(zip(branch.stretches, best, strict=True)))


def worth(
    ground: Ground,
    branch: Branch,
    case: Case,
    most_labels: int,
    gains: Callable[[Ground, Stated, frozenset[str]], int],
    on_progress: Callable[[], object],
) -> tuple[int, bool]:
    """
    What a group adds at most in a case, in thousandths of a millipoint.

    Parameters
    ----------
    gains
        What the given requests gain, and the instructors of their courses cost, at some prices.

    Returns
    -------
    (worth, verified)
        The value, and whether each stretch was shown to be worth no more than stated.
    """
    every_start = any(limit.day is not None and price < 0 for limit, price, _ in case.charges)
    networks = Networks(ground, case.stated, every_start=every_start)
    total = gains(ground, case.stated, branch.requests) + sum(
        price * count for _, price, count in case.charges
    )
    verified = True
    for key in branch.stretches:
        on_progress()
        charges = [
            Charged(limit.rows, limit.day, price)
            for limit, price, _ in case.charges
            if key in limit.stretches
        ]
        found = most_worth(
            networks.of(ground.stretches[key], case.best[key], charges), case.best[key], most_labels
        )
        verified &= found.settled and found.worth <= case.best[key]
        total += found.worth
    return total, verified


def _within(ground: Ground, key: Key) -> frozenset[str]:
    """The requests of which some stay fits into a stretch of a unit that can serve them."""
    stretch = ground.stretches[key]
    return frozenset(
        ask.request.id
        for ask in ground.suited(stretch)
        if any(start >= stretch.first and free <= stretch.last + 1 for start, free in ask.stays)
    )


def _object(value: object, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != keys:
        raise _WrongError(f"{shown(value)} is not an object with {', '.join(sorted(keys))}.")
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _WrongError(f"{what}: expected a list, not {shown(value)}.")
    return value
