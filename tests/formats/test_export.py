"""All files of a plan at once, and the plain table of rotations."""

import csv
import json

import pytest

import optimizer
from optimizer.exceptions import InputError
from optimizer.formats.escaping import clean_text, csv_text, file_names
from optimizer.formats.export import FORMATS, export
from optimizer.formats.plan_file import read_plan
from optimizer.formats.rotations_csv import write_rotations_csv
from tests.formats import results_world


def lines(path, separator=","):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_all_files_are_written_where_asked(scenario, plan, tmp_path):
    """A folder that is not there yet, given as text, by the package's public name."""
    target = tmp_path / "deep" / "down"
    written = optimizer.export(scenario, plan, str(target))
    names = [str(path.relative_to(target)) for path in written]
    assert names[:5] == ["plan.json", "certificate.json", "plan.xlsx", "report.html", "rotations.csv"]
    assert names[5:] == [
        "plan.ics",
        "calendars/unit-U1.ics",
        "calendars/unit-U2.ics",
        "calendars/venue-V1.ics",
        "calendars/venue-V2.ics",
        "plan.geojson",
    ]
    assert sorted(path for path in target.rglob("*") if path.is_file()) == sorted(written)


def test_writing_again_changes_no_byte(scenario, plan, tmp_path):
    """The same plan into two folders, and into one of them twice."""
    contents = []
    for name in ("a", "b", "b"):
        written = export(scenario, plan, tmp_path / name)
        contents.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in written})
    assert contents[0] == contents[1] == contents[2]


def test_only_the_formats_asked_for_are_written(scenario, plan, tmp_path):
    """Each once, in the order given."""
    written = export(scenario, plan, tmp_path, formats=("geojson", "csv", "csv"))
    assert [path.name for path in written] == ["plan.geojson", "rotations.csv"]


def test_the_plan_file_reads_back(scenario, plan, tmp_path):
    """What is written is the plan, and the certificate beside it."""
    export(scenario, plan, tmp_path, formats=["json"])
    again = read_plan(tmp_path / "plan.json")
    assert again == plan.model_copy(update={"certificate": None, "history": ()})
    assert json.loads((tmp_path / "certificate.json").read_text("utf-8")) == {"format": 1}


def test_a_certificate_of_an_earlier_plan_does_not_stay(scenario, plan, tmp_path):
    """It would prove nothing about the plan beside it."""
    export(scenario, plan, tmp_path, formats=["json"])
    export(scenario, results_world.plan(certificate=None), tmp_path, formats=["json"])
    assert not (tmp_path / "certificate.json").exists()


def test_unknown_formats_and_languages_are_told_together_and_nothing_is_written(scenario, plan, tmp_path):
    """Two unknown formats and a language: three issues, no folder."""
    with pytest.raises(InputError) as caught:
        export(scenario, plan, tmp_path / "out", formats=["pdf", "csv", "doc"], language="fr")  # type: ignore[arg-type]
    assert [issue.code for issue in caught.value.issues] == ["P11", "P11", "P12"]
    assert "'pdf'" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_plan_of_another_scenario_writes_nothing(scenario, plan, tmp_path):
    """Names are looked up before the first file is opened."""
    with pytest.raises(InputError):
        export(scenario.replace(venues=scenario.venues[1:]), plan, tmp_path / "out", formats=FORMATS)
    assert not (tmp_path / "out").exists()


def test_the_table_holds_each_rotation(scenario, plan, tmp_path):
    """R1-2 with all that it refers to."""
    path = write_rotations_csv(scenario, plan, tmp_path / "rotations.csv")
    row = lines(path)[2]
    assert (row["id"], row["unit_name"], row["course"], row["venue_name"]) == (
        "R1-2",
        "Sewing van",
        "sew",
        "Hall One",
    )
    assert (row["start"], row["end"]) == ("2026-01-12", "2026-01-20")
    assert (row["calendar_days"], row["teaching_days"], row["people"], row["pinned"]) == (
        "9",
        "6",
        "15",
        "no",
    )
    assert (row["address"], row["latitude"], row["km"]) == ("Jl. Raya 1, RT 02", "-6.2", "0.0")


def test_indonesian_settings_want_semicolons_and_decimal_commas(scenario, plan, tmp_path):
    """Excel there opens the file in columns; the mark of UTF-8 comes first in both."""
    path = write_rotations_csv(scenario, plan, tmp_path / "rotations.csv", "id")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid;request;unit;")
    assert lines(path, ";")[0]["latitude"] == "-6,2"


def test_text_that_looks_like_a_formula_is_made_harmless(nasty, plan, tmp_path):
    """An apostrophe before = + - @; numbers below zero stay numbers."""
    row = lines(write_rotations_csv(nasty, plan, tmp_path / "rotations.csv"))[0]
    assert (row["venue_name"], row["course_name"]) == ("'=1+1", "'-2+3")
    assert row["address"].startswith("'+62")
    assert row["latitude"] == "-6.2"


def test_ids_stay_as_they_are(scenario, tmp_path):
    """007, NA and 1E5 come back as the same text."""
    ids = ["007", "NA", "1E5"]
    venues = tuple(scenario.venues[0].model_copy(update={"id": one}) for one in ids)
    rotations = tuple(
        results_world.rotation("R1-1", "U1", one, "sew", ("2026-01-05", "2026-01-09"), 15) for one in ids
    )
    other = scenario.replace(
        venues=venues, requests=(scenario.requests[0].model_copy(update={"venue": "007"}),)
    )
    plan = results_world.plan(rotations=rotations, unserved=())
    assert [row["venue"] for row in lines(write_rotations_csv(other, plan, tmp_path / "r.csv"))] == ids


def test_an_empty_plan_gives_a_table_of_headings(scenario, tmp_path):
    """One line, the headings."""
    path = write_rotations_csv(scenario, results_world.empty_plan(), tmp_path / "rotations.csv")
    assert len(path.read_text("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "  ="])
def test_every_start_of_a_formula_is_escaped(start):
    """What a spreadsheet could evaluate gets an apostrophe."""
    assert csv_text(f"{start}1").startswith("'")


def test_harmless_text_is_left_alone():
    """A dash inside a word is no formula."""
    assert csv_text("SMK Ad-Da'wah") == "SMK Ad-Da'wah"


def test_characters_that_no_file_may_hold_are_replaced():
    """Zero bytes and half characters become the sign for that; line breaks stay."""
    assert clean_text("a\x00b\ud800c\nd\ufffe") == "a\ufffdb\ufffdc\nd\ufffd"


def test_file_names_are_safe_and_differ_even_without_capitals():
    """Plain ids keep their names; others carry a fingerprint, and no two are alike on any disk."""
    ids = ["U07", "a/b", "a_b", "x", "X", "ü", ".."]
    names = file_names(ids)
    assert names["U07"] == "U07"
    assert names["a_b"] == "a_b"
    assert len({name.casefold() for name in names.values()}) == len(ids)
    assert all("/" not in name for name in names.values())
    assert names["a/b"] == file_names(["a/b", "other"])["a/b"]
