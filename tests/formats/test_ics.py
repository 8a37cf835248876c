"""Calendars: whole days, identities that last, one file per unit and venue."""

from datetime import date

import icalendar
import pytest

from optimizer.formats.ics import _location, write_calendars
from tests.formats import results_world


def events(path):
    return list(icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


@pytest.fixture
def folder(scenario, plan, tmp_path):
    write_calendars(scenario, plan, tmp_path)
    return tmp_path


def test_a_stay_is_an_event_of_whole_days_with_its_end_excluded(folder):
    """R1-1, 5 to 9 January, ends on the 10th as calendars count."""
    first = events(folder / "plan.ics")[0]
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 1, 5), date(2026, 1, 10))
    assert b"DTSTART;VALUE=DATE:20260105" in (folder / "plan.ics").read_bytes()


def test_an_event_says_what_where_and_which_days_are_closed(folder):
    """R1-2: course, venue and unit, address, position, the closed Friday."""
    event = events(folder / "plan.ics")[2]
    assert str(event["summary"]) == "Sewing – Hall One (Sewing van)"
    assert str(event["location"]) == "Hall One, Jl. Raya 1, RT 02, East"
    assert (event["geo"].latitude, event["geo"].longitude) == (-6.2, 106.8)
    assert "People: 15" in str(event["description"])
    assert "No class on 16 Jan 2026: Founding day" in str(event["description"])
    assert "17 Jan" not in str(event["description"])


def test_a_place_is_told_once():
    """District and city stand behind the address, where they are not part of it."""
    venue = (
        results_world.world()
        .venues[0]
        .model_copy(
            update={"name": "Hall", "district": "Cakung", "city": "Jakarta Timur", "address": "RT 2, Cakung"}
        )
    )
    assert _location(venue) == "Hall, RT 2, Cakung, Jakarta Timur"
    assert _location(venue.model_copy(update={"address": ""})) == "Hall, Cakung, Jakarta Timur"


def test_each_unit_and_each_visited_venue_has_its_calendar(folder):
    """U1 three events, U2 one; V1 two, V2 two, V3 none and no file."""
    calendars = {path.name: len(events(path)) for path in (folder / "calendars").iterdir()}
    assert calendars == {"unit-U1.ics": 3, "unit-U2.ics": 1, "venue-V1.ics": 2, "venue-V2.ics": 2}


def test_a_unit_without_stays_has_an_empty_calendar(scenario, tmp_path):
    """Who follows it sees that nothing is planned; a venue's calendar of an earlier plan is gone."""
    write_calendars(scenario, results_world.plan(), tmp_path)
    write_calendars(scenario, results_world.empty_plan(), tmp_path)
    assert sorted(path.name for path in (tmp_path / "calendars").iterdir()) == ["unit-U1.ics", "unit-U2.ics"]
    assert events(tmp_path / "calendars" / "unit-U1.ics") == []


def test_other_files_in_the_folder_are_left_alone(scenario, plan, tmp_path):
    """Only calendars of units and venues are tidied away."""
    (tmp_path / "calendars").mkdir()
    note = tmp_path / "calendars" / "notes.ics"
    note.write_text("mine")
    write_calendars(scenario, plan, tmp_path)
    assert note.read_text() == "mine"


def test_writing_again_changes_no_byte(scenario, plan, folder):
    """The same plan into the same folder: all files as they were."""
    before = {path: path.read_bytes() for path in folder.rglob("*.ics")}
    write_calendars(scenario, plan, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*.ics")} == before


def test_a_moved_stay_keeps_its_identity_and_counts_on(scenario, folder):
    """R2-1 moves by a week to another unit: same UID, SEQUENCE 1; a third writing stays at 1."""
    moved = results_world.rotation("R2-1", "U2", "V2", "sew", ("2026-01-21", "2026-01-29"), 12)
    rotations = (*results_world.plan().rotations[:3], moved)
    before = events(folder / "plan.ics")[3]
    for _ in range(2):
        write_calendars(scenario, results_world.plan(rotations=rotations), folder)
        after = events(folder / "plan.ics")[3]
        assert (str(after["uid"]), int(before["sequence"]), int(after["sequence"])) == (
            str(before["uid"]),
            0,
            1,
        )
    assert after.decoded("dtstart") == date(2026, 1, 21)
    own = events(folder / "calendars" / "unit-U2.ics")
    assert [int(event["sequence"]) for event in own] == [1, 1]


def test_identities_differ_between_rotations_and_scenarios(scenario, plan, folder, tmp_path_factory):
    """Four events, four UIDs; the same rotations of another scenario have others."""
    other = tmp_path_factory.mktemp("other")
    write_calendars(scenario.replace(name="Another"), plan, other)
    first, second = ({str(event["uid"]) for event in events(one / "plan.ics")} for one in (folder, other))
    assert len(first | second) == 8


def test_names_cannot_smuggle_in_events(nasty, plan, tmp_path):
    """An address with BEGIN:VEVENT on a line of its own stays an address."""
    write_calendars(nasty, plan, tmp_path)
    content = (tmp_path / "plan.ics").read_bytes()
    assert content.count(b"\r\nBEGIN:VEVENT") == 4
    assert b"\r\nUID:mine" not in content
    assert str(events(tmp_path / "plan.ics")[0]["location"]).startswith("=1+1, +62, BEGIN:VEVENT, UID:mine")


def test_lines_are_folded_as_the_format_asks(nasty, plan, tmp_path):
    """No line is longer than 75 bytes, and all end with CR LF."""
    write_calendars(nasty, plan, tmp_path)
    content = (tmp_path / "plan.ics").read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_ids_that_are_no_file_names_get_safe_ones(scenario, plan, tmp_path):
    """A unit called ../U1 stays inside the folder."""
    units = (scenario.units[0].model_copy(update={"id": "../U1"}), scenario.units[1])
    strange = scenario.replace(units=units)
    empty = results_world.empty_plan()
    written = write_calendars(strange, empty, tmp_path)
    assert all(path.parent in (tmp_path, tmp_path / "calendars") for path in written)
    assert written[1].name.startswith("unit-.._U1-")
