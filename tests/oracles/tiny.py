"""Random tiny scenarios in which every table of RULES.md section 1 is at work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from random import Random
from typing import Any

from optimizer.domain.scenario import Scenario
from tests.oracles.exact import options
from tests.oracles.judge import Stay, judge
from tests.oracles.world import World

CITIES = ("Kota Barat", "Timur")
KINDS = ("school", "office", "prison")
EQUIPMENT = ("oven", "press", "loom")
FACILITIES = ("water", "power3", "hall")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def tiny(seed: int, classes: int = 8) -> Scenario:
    """
    A scenario without errors.

    Parameters
    ----------
    seed
        The same seed gives the same scenario.
    classes
        Most classes that all requests together may have.
    """
    for attempt in count():
        scenario = _throw(Random(f"tiny {seed} {classes} {attempt}"), f"tiny {seed}", classes)
        stays = len(options(World(scenario)))
        # Few stays teach nothing, among many the exact model would search long; now and then there are none.
        if 5 <= stays <= (40 if classes <= 4 else 120) or (seed % 25 == 0 and not stays):
            return scenario
    raise AssertionError("unreachable")


def _throw(random: Random, name: str, classes: int) -> Scenario:
    small = classes <= 4
    start = date(2026, 1, 5) + timedelta(days=random.randrange(0, 330))
    days = random.randint(10, 16) if small else random.choice((15, 17, 19, 21, 24, 28, 34, 40))
    end = start + timedelta(days=days - 1)
    fields: dict[str, Any] = {
        "name": name,
        "start": start,
        "end": end,
        "working_days": _working_days(random),
        "holidays": random.choice(("ID", "ID", "")),
        "moves": {
            "days": random.choice((0, 1, 1, 2, 2, 3)),
            "km_per_day": random.choice((Decimal(300), Decimal("7.5"), Decimal(12), Decimal("20.25"))),
        },
        "objective": {
            "person": _rate(random, ("1", "1", "0.75", "1.333333", "2.5")),
            "km": _rate(random, ("0", "0.01", "0.01", "0.033333", "0.137", "0.5", "1.25")),
            "change": _rate(random, ("0", "2.5", "0.0005", "17.123456")),
            "equity": _rate(random, ("0", "0", "12.5", "133.333333", "60", "250")),
        },
        "travel": _travel(random),
    }
    if fields["travel"]["provider"] == "matrix" and random.random() < 0.6:
        # Where a move needs no free day, a leg of just km_per_day and one metre more are worlds apart.
        fields["moves"]["days"] = 0
    fields["depots"] = _depots(random)
    fields["courses"] = _courses(random, small)
    fields["venues"] = _venues(random, small)
    fields["units"] = _units(random, start, days, len(fields["depots"]), small)
    fields["requests"] = _requests(random, fields, start, days, classes)
    fields["calendar"] = _calendar(random, fields, start, days)
    fields["instructors"] = _instructors(random, fields["courses"])
    if fields["travel"]["provider"] == "matrix":
        fields["distances"] = _matrix(random, fields)
    scenario = Scenario.model_validate(fields)
    return with_pins(scenario, random) if random.random() < 0.25 else scenario


@cache
def base_of(seed: int) -> tuple[Stay, ...]:
    """The plan that a tiny scenario's changes, nothing for most: stays of which some can be kept together."""
    scenario, random = tiny(seed), Random(f"base plan {seed}")
    possible = options(World(scenario))
    if random.random() < 0.6 or not possible:
        return ()
    chosen = random.sample(possible, min(len(possible), random.randint(1, 6)))
    stays = [Stay(one.request, one.unit, scenario.start + timedelta(days=one.start)) for one in chosen]
    stays += [Stay(pin.request, pin.unit, pin.start) for pin in scenario.pins if random.random() < 0.5]
    if random.random() < 0.3:
        # Not possible any longer: gone, or before the horizon.
        stays.append(Stay("K99", scenario.units[0].id, scenario.start))
        stays.append(replace(stays[0], start=scenario.start - timedelta(days=3)))
    return tuple(dict.fromkeys(stays))


def with_pins(scenario: Scenario, random: Random) -> Scenario:
    """The scenario with one or two pins that are valid together, or itself where there are none."""
    world = World(scenario)
    # Not all of ``dict(scenario)``: what others have looked up in it is kept there too.
    fields = {name: getattr(scenario, name) for name in Scenario.model_fields}
    choices = [
        {"request": one.request, "unit": one.unit, "start": scenario.start + timedelta(days=one.start)}
        for one in options(world)
    ]
    random.shuffle(choices)
    if choices and random.random() < 0.5:
        # Two pins of one request may ask for more classes than its people fill (section 3).
        more = [
            row.id for row in scenario.requests if world.most_classes(row, pins=2) > world.most_classes(row)
        ]
        first = more[0] if more else choices[0]["request"]
        choices.sort(key=lambda choice: choice["request"] != first)
    pins: list[dict[str, Any]] = []
    for choice in choices[:12]:
        trial = Scenario.model_validate({**fields, "pins": [*pins, choice]})
        stays = [Stay(pin.request, pin.unit, pin.start) for pin in trial.pins]
        if not judge(World(trial), stays).broken:
            pins.append(choice)
        if len(pins) == 2:
            break
    return Scenario.model_validate({**fields, "pins": pins})


def _rate(random: Random, choices: tuple[str, ...]) -> Decimal:
    return Decimal(random.choice(choices))


def _working_days(random: Random) -> str | tuple[str, ...]:
    return random.choice((DAYS[:5], DAYS[:5], DAYS[:6], DAYS, ("mon", "wed", "thu", "sat")))


def _travel(random: Random) -> dict[str, Any]:
    provider = random.choice(("road", "geodesic", "matrix"))
    if provider == "matrix":
        return {"provider": provider, "file": "distances.csv"}
    if provider == "road" and random.random() < 0.3:
        return {"provider": provider, "a": Decimal("1.25"), "b": Decimal("12.5")}
    return {"provider": provider}


def _point(random: Random) -> dict[str, float]:
    # About 30 km across, so that moves of 7.5 km a day take up to four days.
    return {
        "latitude": round(-6.3 + 0.27 * random.random(), 5),
        "longitude": round(106.7 + 0.27 * random.random(), 5),
    }


def _depots(random: Random) -> list[dict[str, Any]]:
    return [
        {"id": f"D{n}", "name": f"Depot {n}", "city": random.choice(CITIES), **_point(random)}
        for n in range(random.randint(1, 2))
    ]


def _courses(random: Random, small: bool) -> list[dict[str, Any]]:
    rows = []
    for n in range(random.randint(2, 3)):
        training_days = random.randint(1, 4) if small else random.choice((1, 2, 3, 4, 5, 5, 6, 7))
        smallest = random.randint(3, 11)
        row: dict[str, Any] = {
            "id": f"C{n}",
            "name": f"Course {n}",
            "equipment": random.choice(EQUIPMENT[:2]) if n else EQUIPMENT[0],
            "training_days": training_days,
            "class_min": smallest,
            "class_max": smallest + random.choice((0, 1, 3, 6, 9, smallest + 1, smallest + 3)),
            "needs": random.sample(FACILITIES, random.choice((0, 0, 0, 1, 2))),
            "value": _rate(random, ("1", "1", "1.5", "0.7", "1.234567")),
        }
        if random.random() < 0.35:
            row["max_span"] = training_days + random.randint(0, training_days + 2)
        rows.append(row)
    return rows


def _venues(random: Random, small: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": f"V{n}",
            "name": f"Venue {n}",
            "kind": random.choice(KINDS),
            "city": CITIES[n] if n < 2 else random.choice(CITIES),
            "rooms": random.choice((1, 1, 2)),
            "access": random.choice(("S", "M", "L", "L", "L", "L")),
            "facilities": random.sample(FACILITIES, random.choice((1, 2, 3, 3, 3))),
            "lead_days": random.choice((0, 0, 3, 6)),
            **_point(random),
        }
        for n in range(2 if small else random.randint(2, 4))
    ]


def _units(random: Random, start: date, days: int, depots: int, small: bool) -> list[dict[str, Any]]:
    rows = []
    for n in range(2 if small else random.randint(2, 3)):
        row: dict[str, Any] = {
            # Ids whose text order is not the order of the file.
            "id": f"U{(7 - n) * 3}",
            "name": f"Unit {n}",
            "depot": f"D{random.randrange(depots)}",
            "equipment": random.sample(EQUIPMENT, random.choice((1, 2, 2, 3, 3))),
            "vehicle": random.choice(("S", "S", "M", "L")),
        }
        if random.random() < 0.3:
            row["from"] = start + timedelta(days=random.randint(-3, days // 2))
        if random.random() < 0.3:
            row["to"] = start + timedelta(days=random.randint(days // 2, days + 3))
        rows.append(row)
    return rows


def _requests(
    random: Random, fields: dict[str, Any], start: date, days: int, classes: int
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for _ in range(8):
        course = random.choice(fields["courses"])
        wanted = random.choice((1, 2, 2, 3))
        people = max(1, (wanted - 1) * course["class_max"] + random.randint(1, course["class_max"] + 1))
        if course["class_max"] > 2 * course["class_min"] and random.random() < 0.5:
            people = random.randint(2 * course["class_min"], course["class_max"])
        most = min(-(-people // course["class_max"]), people // course["class_min"])
        if most > classes or (most == 0 and random.random() < 0.7):
            continue
        classes -= most
        row: dict[str, Any] = {
            "id": f"K{9 - len(rows)}",
            "venue": random.choice((*fields["venues"][:2], *fields["venues"]))["id"],
            "course": course["id"],
            "people": people,
            "priority": _rate(random, ("1", "1", "1", "2", "0.5", "1.1", "3.141593")),
        }
        if random.random() < 0.4:
            row["earliest"] = start + timedelta(days=random.randint(-4, days // 2))
        if random.random() < 0.4:
            latest = start + timedelta(days=random.randint(days // 3, days + 4))
            row["latest"] = max(latest, row.get("earliest", latest))
        rows.append(row)
    return rows


def _calendar(random: Random, fields: dict[str, Any], start: date, days: int) -> list[dict[str, Any]]:
    places = [
        "all",
        *(f"city:{city}" for city in CITIES),
        *dict.fromkeys(f"kind:{row['kind']}" for row in fields["venues"]),
        *(f"venue:{row['id']}" for row in fields["venues"]),
        *(f"course:{row['id']}" for row in fields["courses"]),
    ]
    homes = [f"depot:{row['id']}" for row in fields["depots"]]
    homes += [f"unit:{row['id']}" for row in fields["units"]]
    rows = []
    for n in range(random.randint(2, 7)):
        at_home = random.random() < 0.3
        first = random.randint(-3, days - 1)
        if at_home:
            long = random.randint(1, 4)
            credit = random.choice(("0", "0", "open"))
        else:
            long = random.choice((1, 2, 5, 9, 14))
            credit = random.choice(("0", "0", "50", "80", "100", "open", "open:80", "open:50"))
        row: dict[str, Any] = {
            "name": f"row {n}",
            "scope": random.choice(homes if at_home else places),
            "from": start + timedelta(days=first),
            "to": start + timedelta(days=first + long - 1),
            "credit": credit,
        }
        if random.random() < 0.25:
            row["weekdays"] = random.sample(DAYS, random.randint(1, 4))
            row["to"] = start + timedelta(days=days + 2)
        rows.append(row)
    if random.random() < 0.25:
        # A day in the workshop every week cuts a unit's time into many short tours.
        last = start + timedelta(days=days - 1)
        row = {"name": "workshop", "scope": random.choice(homes), "from": start, "to": last, "credit": "0"}
        rows.insert(0, {**row, "weekdays": [random.choice(DAYS[4:])]})
    return rows + _closed_and_opened(random, fields, start, days)


def _closed_and_opened(
    random: Random, fields: dict[str, Any], start: date, days: int
) -> list[dict[str, Any]]:
    """A closure and a later open row, mostly of a narrower scope, that speak of one place."""
    venue, unit = random.choice(fields["venues"]), random.choice(fields["units"])
    here, kind, city = f"venue:{venue['id']}", f"kind:{venue['kind']}", f"city:{venue['city']}"
    course = f"course:{random.choice(fields['courses'])['id']}"
    closed, opened = random.choice(
        (
            ("all", city),
            (city, here),
            (kind, here),
            (kind, here),
            ("all", course),
            (here, city),
            (kind, city),
            (course, here),
            (here, course),
            (f"depot:{unit['depot']}", f"unit:{unit['id']}"),
            (f"depot:{unit['depot']}", f"unit:{unit['id']}"),
            (f"unit:{unit['id']}", f"depot:{unit['depot']}"),
        )
    )
    first = start + timedelta(days=random.randrange(days))
    last = first + timedelta(days=random.randint(0, 2))
    row = {"from": first, "to": last}
    return [
        {"name": "closed", "scope": closed, "credit": "0", **row},
        {"name": "opened", "scope": opened, "credit": "open", **row},
    ]


def _instructors(random: Random, courses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = [row["id"] for row in courses]
    random.shuffle(names)
    if random.random() < 0.3:
        return []
    if len(names) > 2 and random.random() < 0.5:
        return [
            {"id": "I1", "name": "Group 1", "courses": names[:1], "count": random.choice((0, 1, 1, 1))},
            {"id": "I2", "name": "Group 2", "courses": names[1:], "count": random.choice((1, 1, 2))},
        ]
    return [{"id": "I1", "name": "Group", "courses": names[:-1], "count": random.choice((1, 1, 2))}]


def _matrix(random: Random, fields: dict[str, Any]) -> list[dict[str, Any]]:
    places = [f"depot:{row['id']}" for row in fields["depots"]]
    places += [f"venue:{row['id']}" for row in fields["venues"]]
    day = int(1000 * fields["moves"]["km_per_day"])
    # No metric: both ways differ, and a detour may be shorter than the straight way.
    return [
        {"from": one, "to": other, "metres": random.choice((0, day, day + 1, random.randint(500, 60_000)))}
        for one in places
        for other in places
        if one != other
    ]
