"""Folder into workbook and back: what goes along, and what is told to stay behind."""

from __future__ import annotations

import openpyxl
import pytest

from optimizer.exceptions import InputError
from optimizer.formats.convert import convert
from optimizer.reading import load
from tests.formats.small import FILES, changed, sheets, write_book, write_folder


def test_a_folder_survives_a_workbook_text_by_text(tmp_path):
    """Files of our own style come back byte for byte: addresses with breaks, x_ columns, x_ files."""
    depots = FILES["depots.csv"].replace("longitude", "longitude,x_note").replace("106.88", "106.880,=1+1")
    folder = write_folder(tmp_path / "a", depots_csv=depots, x_ideas_csv="x_a,b\n007,NA\n1E5,\n")
    convert(folder, tmp_path / "b.xlsx")
    convert(tmp_path / "b.xlsx", tmp_path / "c")
    for name in (*FILES, "x_ideas.csv"):
        if name.endswith(".csv"):
            assert (tmp_path / "c" / name).read_bytes() == (folder / name).read_bytes(), name
    assert load(tmp_path / "c") == load(folder) == load(tmp_path / "b.xlsx")


def test_numbers_and_dates_are_real_in_the_workbook(tmp_path):
    """A planner can sum people and sort dates; ids stay text, and a text with = is no formula."""
    folder = write_folder(tmp_path / "a", **changed("units.csv", ("Unit one", "=1+1")))
    convert(folder, tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book["requests"]["D2"].value == 40
    assert book["requests"]["F3"].is_date
    assert book["requests"]["A2"].data_type == "s"
    assert (book["units"]["B2"].value, book["units"]["B2"].data_type) == ("=1+1", "s")


def test_a_decimal_comma_becomes_a_point(tmp_path):
    """A folder with semicolons: the workbook holds real numbers, and so does the folder made of it."""
    text = "id;name;city;latitude;longitude\nD1;a, b;c;-6,31;106,88\n"
    folder = write_folder(tmp_path / "a", depots_csv=text)
    convert(folder, tmp_path / "b.xlsx")
    convert(tmp_path / "b.xlsx", tmp_path / "c")
    assert load(tmp_path / "c") == load(folder)
    assert '"a, b",c,-6.31,106.88' in (tmp_path / "c" / "depots.csv").read_text()


def test_a_scenario_with_mistakes_is_carried_too(tmp_path):
    """Bad cells go along as they are, to be mended in the spreadsheet."""
    folder = write_folder(
        tmp_path / "a", **changed("requests.csv", (",40,", ",forty,"), ("2026-05-01", "1/5/26"))
    )
    assert convert(folder, tmp_path / "b.xlsx") == ()
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert book["requests"]["D2"].value == "forty"
    assert book["requests"]["G4"].value == "1/5/26"
    convert(tmp_path / "b.xlsx", tmp_path / "c")
    assert (tmp_path / "c" / "requests.csv").read_bytes() == (folder / "requests.csv").read_bytes()


def test_what_cannot_be_carried_is_told(tmp_path):
    """A formula in an own column, a key that no scenario has, a column of the sheet scenario, comments."""
    book = sheets()
    book["scenario"][0].append("x_why")
    book["scenario"][1].append("because")
    book["scenario"].append(["plan.speed", "7", ""])
    book["venues"][0].append("x_sum")
    book["venues"][1].append("=1+1")
    told = convert(write_book(tmp_path / "a.xlsx", book), tmp_path / "b")
    assert sorted((issue.code, issue.source, issue.cell) for issue in told) == [
        ("C15", "venues", "M2"),
        ("F09", "scenario", "A7"),
        ("F09", "scenario", "C1"),
    ]
    toml = FILES["scenario.toml"] + "# our own remark\n"
    folder = write_folder(tmp_path / "c", scenario_toml=toml, **{"x_" + "n" * 40 + "_csv": "x_a\n1\n"})
    assert [issue.code for issue in convert(folder, tmp_path / "d.xlsx")] == ["F09", "W19"]


def test_nothing_is_overwritten(tmp_path):
    """A target that exists is left as it is; so is one that names another kind of file."""
    folder = write_folder(tmp_path / "a")
    (tmp_path / "b.xlsx").write_text("precious")
    for target, code in (("b.xlsx", "F08"), ("a", "F08"), ("c.csv", "F07"), ("c.xls", "F07")):
        with pytest.raises(InputError) as caught:
            convert(folder, tmp_path / target)
        assert caught.value.issues[0].code == code
    assert (tmp_path / "b.xlsx").read_text() == "precious"
    with pytest.raises(InputError):
        convert(tmp_path / "nothing", tmp_path / "e")
    assert not (tmp_path / "e").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    """Below a plain file there is no room for a folder or a workbook."""
    folder = write_folder(tmp_path / "a")
    (tmp_path / "file").write_text("")
    for target in ("file/b", "file/b.xlsx"):
        with pytest.raises(InputError) as caught:
            convert(folder, tmp_path / target)
        assert caught.value.issues[0].code == "F07"
