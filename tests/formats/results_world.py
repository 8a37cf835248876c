"""Five weeks of two units, worked out by hand, to write results of."""

from __future__ import annotations

from datetime import date
from typing import Any

from optimizer.domain.plan import (
    CitySummary,
    Moment,
    Plan,
    Reason,
    Rotation,
    Run,
    ScenarioRef,
    ScoreParts,
    UnitSummary,
    Unserved,
)
from optimizer.domain.scenario import CalendarRow, Course, Depot, Request, Scenario, Unit, Venue

NASTY = "<script>alert(1)</script>"


def row(name: str, scope: str, first: str, last: str, credit: str) -> CalendarRow:
    return CalendarRow.model_validate(
        {"name": name, "scope": scope, "from": first, "to": last, "credit": credit}
    )


def world() -> Scenario:
    """
    Monday 5 January to Sunday 8 February 2026; closed on Friday 16, half days 19 to 23 January.

    U1 sews and is at its depot on 26 and 27 January; U2 cooks from 7 January on.
    """
    return Scenario(
        name="Five weeks",
        start=date(2026, 1, 5),
        end=date(2026, 2, 8),
        holidays="",
        depots=(Depot(id="D1", name="Centre East", city="East", latitude=-6.3, longitude=106.9),),
        units=(
            Unit(id="U1", name="Sewing van", depot="D1", equipment=("sewing",)),
            Unit.model_validate(
                {
                    "id": "U2",
                    "name": "Kitchen van",
                    "depot": "D1",
                    "equipment": ("kitchen",),
                    "from": "2026-01-07",
                }
            ),
        ),
        courses=(
            Course(id="sew", name="Sewing", equipment="sewing", training_days=5, class_min=10, class_max=20),
            Course(
                id="cook", name="Cooking", equipment="kitchen", training_days=2, class_min=10, class_max=16
            ),
        ),
        venues=(
            Venue(
                id="V1",
                name="Hall One",
                kind="hall",
                city="East",
                latitude=-6.2,
                longitude=106.8,
                address="Jl. Raya 1\nRT 02",
            ),
            Venue(id="V2", name="School Two", kind="school", city="West", latitude=-6.1, longitude=106.7),
            Venue(id="V3", name="Park Three", kind="park", city="West", latitude=-6.15, longitude=106.6),
        ),
        requests=(
            Request(id="R1", venue="V1", course="sew", people=30),
            Request(id="R2", venue="V2", course="sew", people=12),
            Request(id="R3", venue="V2", course="cook", people=40),
            Request(id="R4", venue="V1", course="cook", people=8),
        ),
        calendar=(
            row("Founding day", "all", "2026-01-16", "2026-01-16", "0"),
            row("Short days", "all", "2026-01-19", "2026-01-23", "50"),
            row("Maintenance", "unit:U1", "2026-01-26", "2026-01-27", "0"),
        ),
    )


def rotation(number: str, unit: str, venue: str, course: str, days: tuple[str, str], people: int) -> Rotation:
    request, _, _ = number.rpartition("-")
    return Rotation.model_validate(
        {
            "id": number,
            "request": request,
            "unit": unit,
            "venue": venue,
            "course": course,
            "start": days[0],
            "end": days[1],
            "people": people,
            "pinned": number == "R2-1",
        }
    )


def plan(**changes: Any) -> Plan:
    """
    U1 teaches 5-9 and 12-20 January at V1, is at its depot, and teaches 28 January to 3 February at V2.

    U2 cooks at V2 on 8 and 9 January; 24 of R3 and all 8 of R4 are left over.
    """
    fields: dict[str, Any] = {
        "scenario": ScenarioRef(name="Five weeks", sha256="ab" * 32),
        "status": "feasible",
        "score": 57.7,
        "bound": 60.0,
        "gap": 0.038334,
        "score_parts": ScoreParts(people=58.0, km=-0.3),
        "rotations": (
            rotation("R1-1", "U1", "V1", "sew", ("2026-01-05", "2026-01-09"), 15),
            rotation("R3-1", "U2", "V2", "cook", ("2026-01-08", "2026-01-09"), 16),
            # 12-15 full, 16 closed, 17 and 18 weekend, 19 and 20 half: 500 in 9 days.
            rotation("R1-2", "U1", "V1", "sew", ("2026-01-12", "2026-01-20"), 15),
            # 28-30 January, weekend, 2 and 3 February: 500 in 7 days.
            rotation("R2-1", "U1", "V2", "sew", ("2026-01-28", "2026-02-03"), 12),
        ),
        "unserved": (
            Unserved(
                request="R3",
                people=24,
                reasons=(Reason(code="units-busy", rule="R5", text="U2 is elsewhere <all the time>."),),
            ),
            Unserved(
                request="R4",
                people=8,
                reasons=(Reason(code="too-few-people", rule="R8", text="=8 people are fewer than 10."),),
            ),
        ),
        "units": (
            UnitSummary(unit="U1", rotations=3, people=42, km=20.0, days_taught=16, days_idle=12),
            UnitSummary(unit="U2", rotations=1, people=16, km=10.0, days_taught=2, days_idle=31),
        ),
        "cities": (
            CitySummary(city="East", requested=38, served=30, coverage=0.789474),
            CitySummary(city="West", requested=52, served=28, coverage=0.538462),
        ),
        "run": Run(seed=1, seconds=8.1, version="0.1.0", versions={"holidays": "0.109"}),
        "certificate": {"format": 1},
        "history": (
            Moment(seconds=0.5, score=0.0),
            Moment(seconds=1.0, score=50.0, bound=80.0),
            Moment(seconds=8.0, score=57.7, bound=60.0),
        ),
    }
    return Plan(**(fields | changes))


def empty_plan() -> Plan:
    """A plan in which nobody does anything."""
    return plan(
        score=0.0,
        bound=None,
        gap=None,
        score_parts=ScoreParts(),
        rotations=(),
        unserved=(),
        units=(),
        cities=(),
        certificate=None,
        history=(),
    )


def nasty_world() -> Scenario:
    """The same weeks with names that no file may stumble over."""
    base = world()
    units = (
        base.units[0].model_copy(update={"name": NASTY}),
        base.units[1].model_copy(update={"name": '=HYPERLINK("http://x","y")'}),
    )
    venues = (
        base.venues[0].model_copy(update={"name": "=1+1", "address": "+62\r\nBEGIN:VEVENT\nUID:mine"}),
        base.venues[1].model_copy(update={"name": '@SUM(A1)&"<b>'}),
        base.venues[2].model_copy(update={"name": "007"}),
    )
    courses = (
        base.courses[0].model_copy(update={"name": "-2+3"}),
        base.courses[1].model_copy(update={"name": "NA"}),
    )
    return base.replace(name="&14 </title><script>x", units=units, venues=venues, courses=courses)
