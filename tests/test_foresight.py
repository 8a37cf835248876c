"""What can be told before any plan is made, and the order in which everything is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from optimizer.domain.scenario import CalendarRow, Instructors, Pin, Scenario
from optimizer.foresight import never_served, pin_faults
from optimizer.reading import load, validate
from tests.formats.small import FILES, changed, write_folder


@pytest.fixture
def small(tmp_path) -> Scenario:
    """Five weeks from Monday 6 April 2026; U1 sews, U2 cooks and sews; V2 lets only small vehicles in."""
    return load(write_folder(tmp_path))


def never(scenario: Scenario) -> dict[str, str]:
    """Codes by request row."""
    return {f"{issue.row}": issue.code for issue in never_served(scenario)}


def test_nothing_is_told_of_requests_that_can_be_served(small):
    """All three requests of the small scenario have a unit, a site and a window."""
    assert never(small) == {}


@pytest.mark.parametrize(
    ("table", "row", "field", "value", "code", "words"),
    [
        ("courses", 1, "equipment", "oven", "W02", "none carries oven"),
        ("courses", 1, "equipment", "Kitchen", "W02", "none carries Kitchen"),
        ("units", 1, "vehicle", "M", "W03", "too large for V2"),
        ("venues", 1, "facilities", ("power",), "W04", "V2 lacks water"),
        ("venues", 1, "lead_days", 40, "W06", "empty window"),
        ("requests", 2, "latest", date(2026, 4, 15), "W06", "7 training days within 14 calendar days"),
        ("courses", 1, "max_span", 8, "W06", "within 8 calendar days"),
        ("units", 1, "last", date(2026, 4, 10), "W06", "no unit with kitchen (U2) is there"),
    ],
)
def test_a_request_that_no_unit_can_serve(small, table, row, field, value, code, words):
    """Each rule that stands against request K3 (row 4) is named: R1, R2, R3, R4, R6."""
    rows = list(getattr(small, table))
    rows[row] = rows[row].model_copy(update={field: value})
    scenario = small.replace(**{table: tuple(rows)})
    issue = next(issue for issue in never_served(scenario) if issue.row == 4)
    assert (issue.code, issue.severity, issue.source) == (code, "warning", "requests.csv")
    assert words in issue.message
    assert "(R" in issue.message


def test_depot_days_and_instructors_stand_in_the_way(small):
    """U2 at the depot each Wednesday has no 9 days in a row; no cook at all teaches no cooking."""
    home = CalendarRow.model_validate(
        {
            "name": "home",
            "scope": "depot:D1",
            "from": small.start,
            "to": small.end,
            "weekdays": ("wed",),
            "credit": "0",
        }
    )
    assert never(small.replace(calendar=(*small.calendar, home))) == {"2": "W06", "3": "W06", "4": "W06"}
    nobody = Instructors(id="I2", name="Cooks", courses=("cook",), count=0)
    assert never(small.replace(instructors=(*small.instructors, nobody))) == {"3": "W18", "4": "W18"}


def test_pins_that_keep_the_rules_are_not_told(small):
    """U1 from Wednesday 22 April, after its two days of service, for eight training days of sewing."""
    assert list(pin_faults(small)) == []


@pytest.mark.parametrize(
    ("pins", "rules", "row"),
    [
        ([("K2", "U1", 20)], {"R1"}, 2),
        ([("K3", "U2", 27)], {"R4"}, 2),
        ([("K1", "U1", 18)], {"R3"}, 2),
        ([("K1", "U1", 15)], {"R6"}, 2),
        ([("K1", "U1", 22), ("K1", "U1", 23)], {"R5"}, 2),
        ([("K2", "U2", 13), ("K2", "U2", 23)], {"R8"}, 2),
    ],
)
def test_pins_that_break_a_rule_are_told_with_rule_and_row(small, pins, rules, row):
    """R10: alone or together, each rule broken is named with the rows."""
    made = tuple(Pin(request=request, unit=unit, start=date(2026, 4, day)) for request, unit, day in pins)
    issues = list(pin_faults(small.replace(pins=made)))
    assert rules <= {issue.message.split()[3].strip(":") for issue in issues}, issues
    assert all(issue.code == "V10" and issue.severity == "error" for issue in issues)
    assert issues[0].row == row
    if len(pins) > 1:
        assert "(rows 2, 3" in " ".join(issue.message for issue in issues)


def test_bad_pins_stop_loading_and_good_news_waits(tmp_path):
    """A pin on a Saturday is an error of validate; warnings about requests need a scenario without errors."""
    pins = changed("pins.csv", ("2026-04-22", "2026-04-18"))
    folder = write_folder(tmp_path, **pins, **changed("venues.csv", ("power water,3", "power,3")))
    issues = validate(folder)
    assert {(issue.code, issue.source, issue.row) for issue in issues} == {("V10", "pins.csv", 2)}


def test_a_pin_that_stands_twice_hides_no_other_fault_of_the_pins(tmp_path):
    """An equal pin, an unknown unit and a pin on a Saturday are told in one go."""
    lines = FILES["pins.csv"].splitlines()
    unknown = lines[1].replace(",U", ",X")
    saturday = lines[1].rpartition(",")[0] + ",2026-04-18"
    pins = "\n".join((lines[0], lines[1], lines[1], unknown, saturday, ""))
    codes = [(issue.code, issue.row) for issue in validate(write_folder(tmp_path, pins_csv=pins))]
    assert ("V09", 3) in codes
    assert ("V02", 4) in codes
    assert ("V10", 5) in codes


def test_warnings_do_not_stop_loading(tmp_path):
    """V2 without water: K3 can never be served, and the scenario is loaded all the same."""
    folder = write_folder(tmp_path, **changed("venues.csv", ("power water,3", "power,3")))
    assert [issue.code for issue in validate(folder)] == ["W04"]
    assert len(load(folder).requests) == 3


def test_issues_stand_in_the_order_of_the_files(tmp_path):
    """Settings, then tables as documented, each by row, whoever found them."""
    folder = write_folder(
        tmp_path,
        **changed("scenario.toml", ('holidays = ""', 'holidays = "Nowhere"')),
        **changed("requests.csv", ("V2,cook,30", "V7,cook,30"), (",40,", ",forty,")),
        **changed("units.csv", ("D1,sewing,M", "D9,sewing,M")),
        buses_csv="id\n",
    )
    assert [(issue.source, issue.row) for issue in validate(folder)] == [
        ("scenario.toml", 4),
        ("units.csv", 2),
        ("requests.csv", 2),
        ("requests.csv", 4),
        ("buses.csv", None),
    ]


def test_a_large_fleet_is_looked_through_quickly(small):
    """500 units and 1,000 requests: a second."""
    import time

    units = tuple(small.units[1].model_copy(update={"id": f"X{at}"}) for at in range(500))
    requests = tuple(small.requests[2].model_copy(update={"id": f"R{at}"}) for at in range(1_000))
    began = time.process_time()
    assert never(small.replace(units=units, requests=requests, pins=())) == {}
    assert time.process_time() - began < 3


def test_text_files_beside_the_tables_do_not_matter(tmp_path):
    """README.txt, a plan and a picture may lie in the folder."""
    extra: dict[str, Any] = {"README_txt": "hello", "plan_json": "{}", "map_png": b"\x89PNG"}
    assert validate(write_folder(tmp_path, **extra)) == ()
    assert set(FILES) <= {path.name for path in tmp_path.iterdir()}
