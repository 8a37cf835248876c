"""``plan.ics`` and a calendar per unit and per venue: whole-day events that keep their identity."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario, Venue
from optimizer.formats import words
from optimizer.formats.escaping import clean_text, file_names
from optimizer.formats.plain_file import write_bytes
from optimizer.formats.plan_view import PlanView, Stay
from optimizer.formats.words import Language, say

_END = b"END:VCALENDAR\r\n"
_SEQUENCE = re.compile(rb"^SEQUENCE:(\d{1,9})\r?$", re.MULTILINE)
FOLDER = "calendars"


def write_calendars(
    scenario: Scenario,
    plan: Plan,
    directory: Path,
    language: Language = "en",
    *,
    view: PlanView | None = None,
) -> list[Path]:
    """
    Writes ``plan.ics`` and, below ``calendars``, ``unit-<id>.ics`` and ``venue-<id>.ics``.

    Every unit has a calendar, empty or not; a venue has one when somebody comes. Calendars of
    units and venues that are there from an earlier plan and have no place in this one are
    removed. An event's UID follows from the scenario's name and the rotation's id. Its SEQUENCE
    is 0; where an earlier plan's calendar is replaced by a different one it counts on, so that
    calendar programs take the change.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have.
    """
    view = view or PlanView(scenario, plan)
    whole = directory / "plan.ics"
    revision = _revision(view, whole, language)
    events = _events(view, language, revision)
    write_bytes(whole, _calendar(scenario.name, view.stays, events))
    folder = directory / FOLDER
    folder.mkdir(exist_ok=True)
    written = [whole]
    units = file_names([unit.id for unit in scenario.units])
    for unit in scenario.units:
        path = folder / f"unit-{units[unit.id]}.ics"
        _replace(path, _calendar(unit.name, view.by_unit[unit.id], events))
        written.append(path)
    venues = file_names([venue.id for venue in scenario.venues])
    for venue in scenario.venues:
        if view.by_venue[venue.id]:
            path = folder / f"venue-{venues[venue.id]}.ics"
            _replace(path, _calendar(venue.name, view.by_venue[venue.id], events))
            written.append(path)
    kept = set(written)
    for pattern in ("unit-*.ics", "venue-*.ics"):
        for path in folder.glob(pattern):
            if path not in kept:
                path.unlink()
    return written


def _replace(path: Path, content: bytes) -> None:
    # Whole or not at all, but without waiting for the disk thousands of times.
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _revision(view: PlanView, path: Path, language: Language) -> int:
    """The SEQUENCE to write: that of the calendar already there, one more if its content differs."""
    if not path.is_file():
        return 0
    earlier = path.read_bytes()
    found = _SEQUENCE.search(earlier)
    if not found:
        return 0
    revision = int(found[1])
    same = _calendar(view.scenario.name, view.stays, _events(view, language, revision)) == earlier
    return revision if same else revision + 1


def _events(view: PlanView, language: Language, revision: int) -> dict[str, bytes]:
    """Each rotation's event as it stands in a file, by rotation id."""
    from icalendar import Event  # here, because most commands never write a calendar

    # The day on which the horizon starts stands for "now": the same plan gives the same bytes.
    stamp = datetime.combine(view.scenario.start, datetime.min.time(), UTC)
    events = {}
    for stay in view.stays:
        rotation = stay.rotation
        event = Event()
        event.add("uid", _uid(view.scenario.name, rotation.id))
        event.add("dtstamp", stamp)
        event.add("sequence", revision)
        event.add("dtstart", rotation.start)
        event.add("dtend", rotation.end + timedelta(days=1))  # the end of whole days is excluded
        event.add("summary", clean_text(f"{stay.course.name} – {stay.venue.name} ({stay.unit.name})"))
        event.add("location", clean_text(_location(stay.venue)))
        event.add("geo", (stay.venue.latitude, stay.venue.longitude))
        event.add("description", clean_text(_description(view, stay, language)))
        event.add("categories", [clean_text(stay.course.name)])
        event.add("status", "CONFIRMED")
        event.add("transp", "OPAQUE")
        events[rotation.id] = event.to_ical()
    return events


def _uid(scenario: str, rotation: str) -> str:
    digest = hashlib.sha256(f"{scenario}\n{rotation}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:32]}@mtu-planner"


def _calendar(name: str, stays: Iterable[Stay], events: dict[str, bytes]) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//MTU Planner//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", clean_text(name))
    calendar.add("x-wr-calname", clean_text(name))
    empty: bytes = calendar.to_ical()
    return empty.removesuffix(_END) + b"".join(events[stay.rotation.id] for stay in stays) + _END


def _location(venue: Venue) -> str:
    address = ", ".join(line.strip() for line in venue.address.splitlines() if line.strip())
    # An address that tells district and city already needs them no second time.
    parts = [venue.name, address, *(name for name in (venue.district, venue.city) if name not in address)]
    return ", ".join(part for part in parts if part)


def _description(view: PlanView, stay: Stay, language: Language) -> str:
    rotation = stay.rotation
    lines = [
        f"{say('unit', language)}: {stay.unit.name} ({stay.unit.id})",
        f"{say('course', language)}: {stay.course.name}",
        f"{say('people', language)}: {rotation.people}",
        f"{say('taught', language)}: {stay.taught}",
        f"{say('depot', language)}: {stay.depot.name}",
        f"{say('request', language)}: {rotation.request}",
    ]
    closed = [
        say("no_class_on", language, day=words.day(day, language), why=why)
        for day, why in view.closed_days(stay, language)
    ]
    return "\n".join([*lines, *closed])
