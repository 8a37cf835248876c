"""What a certificate states, read against the scenario; whatever is malformed is a fault in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from reprlib import Repr
from typing import Any, TypeGuard

from optimizer.certificate.ground import Ground
from optimizer.domain.fingerprint import scenario_sha256

FORMAT = 1
PRICES_IN = "thousandths of a millipoint"
MICRO = 10**6
_REQUIRED = {
    "format", "scenario", "prices_in", "bound", "requests", "rooms", "instructors", "equity", "segments",
}  # fmt: skip
_OPTIONAL = {"statement", "enumerated", "branches", "base_rotations"}
_LONGEST = 40
"""Longer values are shown shortened."""
_MOST_POINTS = 10**12
"""Above, floating-point numbers hold no 3 decimals."""


@dataclass(slots=True)
class Stated:
    """
    Prices and claims of a certificate, all prices in thousandths of a millipoint.

    Parameters
    ----------
    bound, enumerated
        The bound that the prices are said to prove, and the engine's lower one, in millipoints.
    requests
        Price of one rotation by request.
    rooms, instructors
        Prices by venue and by row, one a day of the horizon.
    cities, cap
        Shares of the equity rate by city, and of the cap: coverage is at most 1.
    best
        By stretch (unit, first day, last day) the value that no route is said to exceed.
    faults
        What is wrong, in the order found; the rest means nothing then.
    """

    bound: int = 0
    enumerated: int | None = None
    requests: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, list[int]] = field(default_factory=dict)
    instructors: dict[str, list[int]] = field(default_factory=dict)
    cities: dict[str, int] = field(default_factory=dict)
    cap: int = 0
    best: dict[tuple[str, int, int], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read(ground: Ground, certificate: object) -> Stated:
    """
    What a certificate states about a scenario.

    Parameters
    ----------
    ground
        What the scenario offers.
    certificate
        What ``json.loads`` gives for a certificate file.
    """
    stated = Stated()
    if not isinstance(certificate, dict):
        stated.faults.append("The certificate is no JSON object.")
        return stated
    stated.faults += _head(ground, certificate)
    stated.faults += _base(ground, certificate.get("base_rotations", 0))
    if stated.faults:
        return stated
    stated.bound = _claim(stated, "bound", certificate["bound"])
    if certificate.get("enumerated") is not None:
        inside = certificate["enumerated"]
        value = inside.get("bound") if isinstance(inside, dict) else None
        stated.enumerated = _claim(stated, "enumerated, bound", value)
    _requests(ground, certificate["requests"], stated)
    venues = ground.scenario.venue_by_id
    stated.rooms = by_day(ground, "rooms", "venue", certificate["rooms"], venues, stated)
    rows = {row.id for row in ground.scenario.instructors}
    stated.instructors = by_day(
        ground, "instructors", "row of instructors", certificate["instructors"], rows, stated
    )
    _equity(ground, certificate["equity"], stated)
    _segments(ground, certificate["segments"], stated)
    return stated


def _head(ground: Ground, certificate: dict[str, Any]) -> Iterator[str]:
    """Whether this is a certificate, of a known format, of this scenario."""
    for key in sorted(map(str, certificate.keys() - _REQUIRED - _OPTIONAL)):
        yield f"{shown(key)} is not a key of a certificate."
    for key in sorted(_REQUIRED - certificate.keys()):
        yield f"The certificate has no {key}."
    if "format" in certificate and (not is_whole(certificate["format"]) or certificate["format"] != FORMAT):
        yield f"The format is {shown(certificate['format'])}; this version reads format {FORMAT}."
    if certificate.get("prices_in", PRICES_IN) != PRICES_IN:
        yield f"Prices are in {shown(certificate['prices_in'])}; expected {PRICES_IN}."
    named = certificate.get("scenario")
    sha256 = named.get("sha256") if isinstance(named, dict) else None
    if "scenario" in certificate and sha256 != scenario_sha256(ground.scenario):
        yield "The certificate is of another state of the scenario, or was made with other holidays."


def _base(ground: Ground, count: object) -> Iterator[str]:
    """Whether this is about the base plan at hand."""
    given = sum(map(len, ground.kept.values()))
    if not is_whole(count) or count != given:
        yield (
            f"The certificate is of a plan that changes one with {shown(count)} rotations; "
            f"the base plan given has {given}."
        )


def _requests(ground: Ground, prices: object, stated: Stated) -> None:
    if not isinstance(prices, dict):
        stated.faults.append("requests: expected a price for each request that can be served.")
        return
    for request, price in prices.items():
        if request not in ground.asks:
            stated.faults.append(f"requests: the scenario has no request {shown(request)}.")
        elif request not in ground.servable:
            stated.faults.append(f"requests: {request} has a price, but no unit can serve it.")
        elif not is_whole(price):
            stated.faults.append(
                f"requests, {request}: the price is {shown(price)}; expected a whole number."
            )
        else:
            stated.requests[request] = price
    for request in ground.asks:
        if request in ground.servable and request not in prices:
            stated.faults.append(f"requests: {request} can be served and has no price.")


def by_day(
    ground: Ground, table: str, what: str, entries: object, known: Collection[str], stated: Stated
) -> dict[str, list[int]]:
    """Prices by name and day; what is wrong with an entry goes to the faults."""
    found: dict[str, list[int]] = {}
    seen: set[tuple[str, int]] = set()
    if not isinstance(entries, list):
        stated.faults.append(f"{table}: expected a list of {what}, day and price.")
        return found
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 3:
            stated.faults.append(f"{table}: {shown(entry)} is not a {what}, a day and a price.")
            continue
        name, written, price = entry
        day = day_number(ground, written)
        where = f"{table}, {shown(name)} on {shown(written)}"
        if not isinstance(name, str) or name not in known:
            stated.faults.append(f"{table}: the scenario has no {what} {shown(name)}.")
        elif day is None or not 0 <= day < ground.scenario.days:
            stated.faults.append(f"{where}: expected a day of the horizon, like {ground.scenario.start}.")
        elif not is_whole(price) or price < 0:
            stated.faults.append(f"{where}: the price is {shown(price)}; expected a whole number, 0 or more.")
        elif (name, day) in seen:
            stated.faults.append(f"{where}: this day has two prices.")
        else:
            seen.add((name, day))
            found.setdefault(name, [0] * ground.scenario.days)[day] = price
    return found


def _equity(ground: Ground, equity: object, stated: Stated) -> None:
    rate = int(ground.scenario.objective.equity * MICRO)
    if rate == 0:
        if equity is not None:
            stated.faults.append("equity: the scenario's rate is 0; expected null.")
        return
    cities = {ask.city for ask in ground.asks.values()}
    shares: object = equity.get("cities") if isinstance(equity, dict) else None
    if not isinstance(shares, dict) or set(shares) != cities:
        stated.faults.append(
            f"equity: expected cities, with a share of each of the {len(cities)} that have requests, and cap."
        )
        return
    parts = [*shares.values(), equity["cap"] if isinstance(equity, dict) and "cap" in equity else None]
    whole = [part for part in parts if is_whole(part) and part >= 0]
    if len(whole) < len(parts):
        stated.faults.append("equity: the share of a city or of the cap is not a whole number, 0 or more.")
    elif sum(whole) != rate:
        stated.faults.append(
            f"equity: the shares come to {shown(sum(whole))}; the scenario's rate is {rate}."
        )
    else:
        stated.cities, stated.cap = shares, whole[-1]


def _segments(ground: Ground, segments: object, stated: Stated) -> None:
    if not isinstance(segments, list):
        stated.faults.append("segments: expected a list of objects with unit, from, to and best.")
        return
    for segment in segments:
        if not isinstance(segment, dict) or set(segment) != {"unit", "from", "to", "best"}:
            stated.faults.append(f"segments: {shown(segment)} is not an object with unit, from, to and best.")
            continue
        first, last = day_number(ground, segment["from"]), day_number(ground, segment["to"])
        where = f"segments, {shown(segment['unit'])} {shown(segment['from'])} to {shown(segment['to'])}"
        if not isinstance(segment["unit"], str) or first is None or last is None:
            stated.faults.append(f"{where}: expected a unit's id and two dates.")
            continue
        key = (segment["unit"], first, last)
        if key not in ground.stretches:
            stated.faults.append(f"{where}: the unit has no such stretch of days.")
        elif key in stated.best:
            stated.faults.append(f"{where}: this stretch stands twice.")
        elif not is_whole(segment["best"]):
            stated.faults.append(f"{where}: best is {shown(segment['best'])}; expected a whole number.")
        else:
            stated.best[key] = segment["best"]
    for unit, first, last in ground.stretches.keys() - stated.best.keys():
        if not stated.faults:
            days = f"{ground.scenario.day(first)} to {ground.scenario.day(last)}"
            stated.faults.append(f"segments: {unit} {days} is missing.")


def millipoints(value: object) -> int | None:
    """A number of points with at most 3 decimals in millipoints; None where it is no such number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) < _MOST_POINTS:
        return None
    whole = round(value * 1000)
    return whole if whole / 1000 == value else None


def _claim(stated: Stated, where: str, value: object) -> int:
    whole = millipoints(value)
    if whole is None:
        stated.faults.append(f"{where}: {shown(value)} is no number of points with 3 decimals.")
    return whole or 0


def day_number(ground: Ground, value: object) -> int | None:
    """Day number of an ISO date, which may lie outside the horizon."""
    if not isinstance(value, str):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return ground.scenario.index(day) if day.isoformat() == value else None


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, and not a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxlong = 2, _LONGEST


def shown(value: object) -> str:
    """A value as it stands in messages, shortened."""
    text = value if isinstance(value, str) else _SHORT.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
