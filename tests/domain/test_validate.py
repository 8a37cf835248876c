"""Whether the rows of a scenario fit together."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from optimizer.domain.place import Place, in_folder
from optimizer.domain.scenario import (
    CalendarRow,
    Course,
    Depot,
    Distance,
    Instructors,
    Objective,
    Pin,
    Request,
    Scenario,
    Travel,
    Unit,
    Venue,
)
from optimizer.domain.validate import validate_scenario
from optimizer.exceptions import Severity

#: A world without issues: one depot, one unit, one course, two venues near each other.
DEPOT: dict[str, Any] = {"id": "D1", "name": "Depot", "city": "Jakarta", "latitude": -6.2, "longitude": 106.8}
UNIT: dict[str, Any] = {"id": "U1", "name": "Unit", "depot": "D1", "equipment": ("sewing",)}
COURSE: dict[str, Any] = {
    "id": "sew", "name": "Sewing", "equipment": "sewing", "training_days": 5,
    "class_min": 10, "class_max": 20,
}  # fmt: skip
VENUE: dict[str, Any] = {
    "id": "V1", "name": "School", "kind": "school", "city": "Jakarta", "latitude": -6.2, "longitude": 106.8,
}  # fmt: skip
REQUEST: dict[str, Any] = {"id": "K1", "venue": "V1", "course": "sew", "people": 20}


def world(**changes: Any) -> Scenario:
    fields: dict[str, Any] = {
        "name": "World",
        "start": date(2026, 1, 5),
        "end": date(2026, 4, 4),
        "depots": (Depot.model_validate(DEPOT),),
        "units": (Unit.model_validate(UNIT),),
        "courses": (Course.model_validate(COURSE),),
        "venues": (venue(), venue(id="V2")),
        "requests": (Request.model_validate(REQUEST),),
    }
    return Scenario.model_validate({**fields, **changes})


def venue(**changes: Any) -> Venue:
    return Venue.model_validate({**VENUE, **changes})


def row(**changes: Any) -> CalendarRow:
    plain = {"name": "row", "scope": "all", "from": date(2026, 2, 1), "to": date(2026, 2, 2), "credit": "0"}
    return CalendarRow.model_validate({**plain, **changes})


def told(scenario: Scenario, unread: tuple[str, ...] = ()) -> list[tuple[str, str, int | None, str | None]]:
    issues = validate_scenario(scenario, unread=unread)
    return [(issue.code, issue.source, issue.row, issue.column) for issue in issues]


def test_a_sound_world_has_no_issues():
    """Nothing is told where nothing is wrong."""
    assert told(world()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"depots": (Depot(**DEPOT), Depot(**DEPOT))}, "V01 depots.csv 3 id"),
        ({"units": (Unit(**{**UNIT, "depot": "d1"}),)}, "V02 units.csv 2 depot"),
        ({"requests": (Request(**{**REQUEST, "venue": "V9"}),)}, "V02 requests.csv 2 venue"),
        ({"requests": (Request(**{**REQUEST, "course": "Sew"}),)}, "V02 requests.csv 2 course"),
        (
            {"instructors": (Instructors(id="I", name="I", courses=("sew", "cook"), count=1),)},
            "V02 instructors.csv 2 courses",
        ),
        ({"pins": (Pin(request="K2", unit="U1", start=date(2026, 2, 2)),)}, "V02 pins.csv 2 request"),
        ({"pins": (Pin(request="K1", unit="U2", start=date(2026, 2, 2)),)}, "V02 pins.csv 2 unit"),
        ({"end": date(2026, 1, 4)}, "V03 scenario.toml end"),
        (
            {"units": (Unit(**{**UNIT, "from": date(2026, 2, 2), "to": date(2026, 2, 1)}),)},
            "V03 units.csv 2 to",
        ),
        (
            {"requests": (Request(**REQUEST, earliest=date(2026, 2, 2), latest=date(2026, 2, 1)),)},
            "V03 requests.csv 2 latest",
        ),
        ({"calendar": (row(to=date(2026, 1, 31)),)}, "V03 calendar.csv 2 to"),
        ({"courses": (Course(**{**COURSE, "class_max": 9}),)}, "V04 courses.csv 2 class_min"),
        ({"courses": (Course(**COURSE, max_span=4),)}, "V05 courses.csv 2 max_span"),
        ({"calendar": (row(scope="city:Jakarta Utara"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="kind:mosque"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="venue:V3"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="course:cook"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="depot:D2"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="unit:u1"),)}, "V06 calendar.csv 2 scope"),
        ({"calendar": (row(scope="unit:U1", credit="50"),)}, "V07 calendar.csv 2 credit"),
        ({"calendar": (row(scope="depot:D1", credit="open:80"),)}, "V07 calendar.csv 2 credit"),
        (
            {
                "instructors": (
                    Instructors(id="I", name="I", courses=("sew",), count=1),
                    Instructors(id="J", name="J", courses=("sew",), count=1),
                )
            },
            "V08 instructors.csv 3 courses",
        ),
        ({"pins": (Pin(request="K1", unit="U1", start=date(2026, 2, 2)),) * 2}, "V09 pins.csv 3"),
        ({"end": date(2036, 1, 10)}, "V11 scenario.toml end"),
        ({"timezone": "Jakarta"}, "V12 scenario.toml timezone"),
        ({"timezone": "../../etc/passwd"}, "V12 scenario.toml timezone"),
        ({"holidays": "Indonesia"}, "V13 scenario.toml holidays"),
        ({"holidays": "id"}, "V13 scenario.toml holidays"),
        ({"units": ()}, "W01 units.csv"),
        ({"requests": (Request(**{**REQUEST, "people": 9}),)}, "W05 requests.csv 2 people"),
        (
            {"units": (Unit(**UNIT), Unit(**{**UNIT, "id": "U2", "equipment": ("kitchen",)}))},
            "W07 units.csv 3 equipment",
        ),
        (
            {"calendar": (row(**{"from": date(2025, 12, 1), "to": date(2026, 1, 4)}),)},
            "W09 calendar.csv 2 from",
        ),
        ({"units": (Unit(**{**UNIT, "to": date(2026, 1, 4)}),)}, "W10 units.csv 2 to"),
        ({"venues": (venue(), venue(id="V2", city="jakarta"))}, "W11 venues.csv 3 city"),
        ({"venues": (venue(), venue(id="v1"))}, "W12 venues.csv 3 id"),
        ({"units": (Unit(**{**UNIT, "equipment": ("sewing", "sewing")}),)}, "W13 units.csv 2 equipment"),
        ({"working_days": ()}, "W15 scenario.toml working_days"),
    ],
)
def test_each_mistake_is_told_once_with_its_place(changes, expected):
    """One mistake, one issue, with the row as it would stand in a file; W is a warning, V an error."""
    assert [" ".join(str(part) for part in issue if part) for issue in told(world(**changes))] == [expected]
    severity = validate_scenario(world(**changes))[0].severity
    assert severity is (Severity.WARNING if expected[0].startswith("W") else Severity.ERROR)


@pytest.mark.parametrize(
    ("known", "written", "hint"),
    [
        ("V012", "v012", "Did you mean V012?"),
        ("V012", "V-012", "Did you mean V012?"),
        ("V012", "V\u200b012", "Did you mean V012?"),
        ("SMKN-1", "SMKN1", "Did you mean SMKN-1?"),
        ("school-one", "shcool-one", "Did you mean school-one?"),
        ("V012", "elsewhere", ""),
    ],
)
def test_the_id_that_was_meant(known, written, hint):
    """Ids that differ in case, dashes, invisible characters or a letter are proposed."""
    scenario = world(venues=(venue(id=known),), requests=(Request(**{**REQUEST, "venue": written}),))
    assert validate_scenario(scenario)[0].hint == hint


def test_names_and_lists_in_place_of_ids():
    """A venue's name where its id belongs, and two courses joined by a comma."""
    scenario = world(
        requests=(Request(**{**REQUEST, "venue": "School"}),),
        instructors=(Instructors(id="I", name="I", courses=("sew,sew",), count=1),),
    )
    assert [issue.hint for issue in validate_scenario(scenario)] == [
        "This is a name; its id is V1.",
        "Separate ids by spaces: sew sew",
    ]


def test_places_are_told_as_they_were_read():
    """A workbook names its own rows and cells."""

    def place(table: str, index: int | None, column: str | None) -> Place:
        return Place(table, 41, column, "F41")

    issue = validate_scenario(world(units=(Unit(**{**UNIT, "depot": "D2"}),)), place)[0]
    assert (issue.source, issue.row, issue.cell) == ("units", 41, "F41")
    assert in_folder("units", 0, "id") == Place("units.csv", 2, "id")


def test_rows_that_lack_a_field_are_judged_by_the_rest():
    """A unit whose equipment could not be read still names an unknown depot, and is known by its id."""
    broken = Unit.model_construct(id="U1", name="Unit", depot="D2")
    pins = (Pin(request="K1", unit="U1", start=date(2026, 2, 2)),)
    assert told(world().replace(units=(broken,), pins=pins)) == [("V02", "units.csv", 2, "depot")]


def test_unread_tables_are_not_held_against_others():
    """Without venues.csv, the request's venue and the city of a calendar row are not judged."""
    scenario = world(calendar=(row(scope="city:Jakarta"), row(scope="course:sew"))).replace(venues=())
    assert told(scenario, unread=("venues",)) == []


def matrix(*pairs: tuple[str, str, int]) -> Scenario:
    distances = tuple(
        Distance.model_validate({"from": a, "to": b, "metres": metres}) for a, b, metres in pairs
    )
    return world(travel=Travel(provider="matrix", file="m.csv"), distances=distances, venues=(venue(),))


def test_the_matrix_is_complete():
    """One depot and one venue: two ordered pairs; the diagonal may be given as 0."""
    there, back = ("depot:D1", "venue:V1", 1000), ("venue:V1", "depot:D1", 900)
    assert told(matrix(there, back, ("venue:V1", "venue:V1", 0))) == []
    assert told(matrix(there)) == [("V16", "distances.csv", None, None)]
    assert told(matrix(there, back, there)) == [("V14", "distances.csv", 4, None)]
    assert told(matrix(there, back, ("venue:V9", "depot:D1", 1))) == [("V15", "distances.csv", 4, "from")]
    assert told(matrix(there, back, ("venue:V1", "venue:V1", 7))) == [("V17", "distances.csv", 4, "metres")]
    assert told(matrix().replace(travel=Travel(provider="road"))) == []


def test_pairs_are_missing_beside_other_faults_of_the_matrix():
    """
    A misspelt place stands for one pair that seems missing; where two are missing, both are told.
    """
    there, misspelt = ("depot:D1", "venue:V1", 1000), ("venue:v1", "depot:D1", 900)
    assert told(matrix(there, misspelt)) == [("V15", "distances.csv", 3, "from")]
    assert told(matrix(misspelt)) == [
        ("V15", "distances.csv", 2, "from"),
        ("V16", "distances.csv", None, None),
        ("V16", "distances.csv", None, None),
    ]
    assert told(matrix(there, there)) == [
        ("V14", "distances.csv", 3, None),
        ("V16", "distances.csv", None, None),
    ]


def test_a_score_too_large_to_be_counted_exactly_is_refused():
    """A thousand million by a thousand million is no priority; what a slip gives is told, not a crash."""
    request = world().requests[0].model_copy(update={"priority": Decimal(10**9)})
    course = world().courses[0].model_copy(update={"value": Decimal(10**9)})
    assert told(world(requests=(request,))) == []
    assert told(world(requests=(request,), courses=(course,))) == [("V18", "scenario.toml", None, None)]
    assert told(world(objective=Objective(km=Decimal(10**6)))) == []
    far = (
        venue(),
        venue(id="V2"),
        venue(id="V4", latitude=48.2, longitude=16.4),
        venue(id="V3", latitude=48.2, longitude=16.5),
    )
    told_far = told(world(objective=Objective(km=Decimal(10**9)), venues=far))
    assert told_far == [("V18", "scenario.toml", None, None)]


def test_a_place_without_its_table_is_proposed():
    """V1 alone is venue:V1."""
    issues = validate_scenario(matrix(("V1", "depot:D1", 1)))
    assert issues[0].hint == "Did you mean venue:V1?"


def test_a_venue_far_from_all_others():
    """Bandung is 120 km from Jakarta; of three venues only the lonely one is told. 0, 0 is farther."""
    near = (venue(), venue(id="V2", latitude=-6.3))
    assert told(world(venues=(*near, venue(id="V3", latitude=-6.91, longitude=107.61)))) == [
        ("W08", "venues.csv", 4, "latitude")
    ]
    assert told(world(venues=(*near, venue(id="V3", latitude=0, longitude=0)))) == [
        ("W08", "venues.csv", 4, "latitude")
    ]
    # Bogor, 43 km away, is near enough; and one venue alone has no others to be far from.
    assert told(world(venues=(*near, venue(id="V3", latitude=-6.6, longitude=106.8)))) == []
    assert told(world(venues=(venue(),))) == []


def test_venues_across_the_date_line_are_near():
    """Two venues 20 km apart on both sides of longitude 180."""
    pair = (venue(latitude=-16.8, longitude=179.9), venue(id="V2", latitude=-16.8, longitude=-179.9))
    assert told(world(venues=pair)) == []


def test_thousands_of_mistakes_take_seconds():
    """5,000 requests with unknown venues of unlike names: 1,000 are kept, and no hint is worth minutes."""
    requests = tuple(Request(**{**REQUEST, "id": f"K{at}", "venue": f"unknown-{at}"}) for at in range(5_000))
    venues = tuple(venue(id=f"V{at}") for at in range(1_500))
    began = time.process_time()
    issues = validate_scenario(world(venues=venues, requests=requests))
    assert len(issues) == 1_000
    assert "4,000 more" in issues.counted()[0].message
    assert time.process_time() - began < 5
