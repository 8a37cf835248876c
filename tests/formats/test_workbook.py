"""Workbooks: the same scenario as a folder gives, and what is said about cells that are no plain values."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from optimizer.exceptions import Issue
from optimizer.formats.convert import convert
from optimizer.reading import load, validate
from tests.formats.small import changed, sheets, write_book, write_folder


def only(issues: tuple[Issue, ...]) -> Issue:
    assert len(issues) == 1, "\n".join(map(str, issues))
    return issues[0]


def spoiled(path: Path, table: str, cell: str, value: Any, **style: Any) -> Path:
    """The small scenario as a workbook with one cell changed."""
    write_book(path, sheets())
    book = openpyxl.load_workbook(path)
    book[table][cell] = value
    for name, setting in style.items():
        setattr(book[table][cell], name, setting)
    book.save(path)
    return path


def test_a_workbook_of_texts_is_the_folder(tmp_path):
    """Sheets of texts give the scenario that the folder gives; its empty holidays are named."""
    book = write_book(tmp_path / "a.xlsx", sheets())
    assert load(book) == load(write_folder(tmp_path / "folder"))
    issue = only(validate(book))
    assert (issue.code, issue.column) == ("W16", "holidays")


def test_numbers_and_dates_as_spreadsheets_store_them(tmp_path):
    """Real dates, 7.0 for 7, ids typed as numbers, and the last bits of a decimal: all as they are seen."""
    book = sheets()
    book["scenario"][2][1] = date(2026, 4, 6)
    book["scenario"][3][1] = datetime(2026, 5, 8)
    book["venues"][1][0] = 7
    for request in book["requests"][1:3]:
        request[1] = 7.0
    book["requests"][1][3] = 40.0
    book["requests"][2][4] = 0.1 + 0.2
    book["depots"][1][3] = -6.1900000000000004
    book["calendar"][1][5] = 50
    scenario = load(write_book(tmp_path / "a.xlsx", book))
    assert scenario.start == date(2026, 4, 6)
    assert scenario.venues[0].id == "7"
    assert scenario.requests[0].venue == "7"
    assert scenario.requests[0].people == 40
    assert str(scenario.requests[1].priority) == "0.3"
    assert scenario.depots[0].latitude == -6.19
    assert scenario.calendar[0].credit == "50"


def test_a_coordinate_of_sixteen_digits_is_the_one_of_the_folder(tmp_path):
    """A program writes 106.8123456789012 into both; 15 digits of it would make two scenarios."""
    book, text = sheets(), "106.8123456789012"
    at = book["venues"][0].index("longitude")
    book["venues"][1][at] = float(text)
    folder = write_folder(tmp_path / "folder", **changed("venues.csv", ("-6.33,106.87", f"-6.33,{text}")))
    assert load(write_book(tmp_path / "a.xlsx", book)) == load(folder)
    convert(folder, tmp_path / "b.xlsx")
    assert load(tmp_path / "b.xlsx") == load(folder)


def test_dates_counted_from_1904_are_the_same_days(tmp_path):
    """Old Macintosh workbooks count days from 1904: 6 April 2026 stays 6 April 2026."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    del book["Sheet"]
    for name, rows in sheets().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([date(2026, 4, 6) if cell == "2026-04-06" else cell for cell in row])
    book.save(tmp_path / "a.xlsx")
    scenario = load(tmp_path / "a.xlsx")
    assert scenario.start == date(2026, 4, 6)
    assert scenario.calendar[0].first == date(2026, 4, 6)


@pytest.mark.parametrize(
    ("table", "cell", "value", "style", "expected"),
    [
        ("venues", "F2", "=1+1", {}, "C15 venues 2 latitude F2"),
        ("venues", "F2", ArrayFormula("F2", "=SUM(A1:A2)"), {}, "C15 venues 2 latitude F2"),
        ("venues", "A2", "=1+1", {}, "C15 venues 2 id A2"),
        ("venues", "F2", "#REF!", {"data_type": "e"}, "C16 venues 2 latitude F2"),
        ("venues", "B2", True, {}, "C17 venues 2 name B2"),
        ("venues", "A3", 12345678901234567, {}, "C18 venues 3 id A3"),
        ("venues", "A3", date(2026, 1, 2), {}, "C13 venues 3 id A3"),
        ("venues", "H2", date(2026, 1, 2), {}, "C13 venues 2 rooms H2"),
        ("requests", "F3", datetime(2026, 4, 13, 8), {}, "C14 requests 3 earliest F3"),
        ("requests", "F3", 46125, {}, "C06 requests 3 earliest F3"),
        ("requests", "F3", "13/04/2026", {}, "C06 requests 3 earliest F3"),
        ("calendar", "F2", 0.5, {"number_format": "0%"}, "C11 calendar 2 credit F2"),
        ("requests", "D2", 40.5, {}, "C02 requests 2 people D2"),
        ("requests", "D2", 1e20, {}, "C18 requests 2 people D2"),
        ("scenario", "B2", "=A1", {}, "C15 scenario 2 value B2"),
        ("scenario", "A6", "objective.kilometre", {}, "S03 scenario 6 A6"),
        ("scenario", "B3", datetime(2026, 4, 6, 12), {}, "C14 scenario 3 value B3"),
        ("venues", "N2", "a note", {}, "H06 venues 1 N1"),
        ("venues", "N1", "note", {}, "H08 venues 1 N1"),
        ("venues", "F1", "lattitude", {}, "H08 venues 1 F1"),
    ],
)
def test_odd_cells_are_told_with_their_address(tmp_path, table, cell, value, style, expected):
    """Formulas, errors, truth values, misplaced dates and numbers: sheet, row, column and cell are named."""
    issues = validate(spoiled(tmp_path / "a.xlsx", table, cell, value, **style))
    told = [
        " ".join(
            str(part) for part in (issue.code, issue.source, issue.row, issue.column, issue.cell) if part
        )
        for issue in issues
    ]
    assert expected in told, "\n".join(map(str, issues))


def test_merged_cells_and_hidden_sheets_are_told(tmp_path):
    """A merged title is an error that names its range; a hidden sheet or row is read with a warning."""
    path = write_book(tmp_path / "a.xlsx", sheets())
    book = openpyxl.load_workbook(path)
    book["venues"].merge_cells("B2:C2")
    book["units"].sheet_state = "hidden"
    book["requests"].row_dimensions[3].hidden = True
    book.save(path)
    issues = validate(path)
    assert [(issue.source, issue.cell) for issue in issues if issue.code == "H10"] == [("venues", "B2")]
    assert [issue.source for issue in issues if issue.code == "W17"] == ["units", "requests"]


def test_unknown_and_missing_sheets(tmp_path):
    """Sheet1 is unknown, Unit is misspelt, and the sheet units is missing."""
    book = sheets()
    book["Unit"] = book.pop("units")
    book["Sheet1"] = []
    issues = validate(write_book(tmp_path / "a.xlsx", book))
    told = {(issue.code, issue.source): issue.hint for issue in issues}
    assert "Rename Unit to units?" in told["F01", "units"]
    assert "x_" in told["F02", "Sheet1"]
    assert ("V02", "pins") not in told


def test_a_sheet_of_keys_without_values(tmp_path):
    """Without the column value, that column is told to be missing, and nothing else of the settings."""
    book = sheets()
    book["scenario"] = [row[:1] for row in book["scenario"]]
    told = [(issue.code, issue.source) for issue in validate(write_book(tmp_path / "a.xlsx", book))]
    assert told == [("H09", "scenario")]


def test_own_columns_and_sheets_may_hold_anything(tmp_path):
    """x_ columns and sheets with formulas and errors are not looked at."""
    book = sheets()
    book["venues"][0].append("x_sum")
    book["venues"][1].append("=1/0")
    book["x_ideas"] = [["=1+1"], [True]]
    assert [issue.code for issue in validate(write_book(tmp_path / "a.xlsx", book))] == ["W16"]


def test_the_matrix_is_the_sheet_of_its_name(tmp_path):
    """travel.file roads.csv is the sheet roads."""
    book = sheets()
    book["scenario"] += [["travel.provider", "matrix"], ["travel.file", "roads.csv"]]
    places = ["depot:D1", "venue:V1", "venue:V2"]
    book["roads"] = [["from", "to", "metres"]] + [[a, b, 1000] for a in places for b in places if a != b]
    assert len(load(write_book(tmp_path / "a.xlsx", book)).distances) == 6
    del book["roads"]
    told = {(issue.code, issue.source) for issue in validate(write_book(tmp_path / "b.xlsx", book))}
    assert ("F01", "roads") in told


def test_a_table_may_start_to_the_right(tmp_path):
    """An empty column A moves every address by one letter and changes nothing else."""
    book = sheets()
    book["depots"] = [[None, *row] for row in book["depots"]]
    path = write_book(tmp_path / "a.xlsx", book)
    assert load(path).depots[0].id == "D1"
    book["depots"][1][4] = "north"
    issue = next(issue for issue in validate(write_book(path, book)) if issue.source == "depots")
    assert (issue.cell, issue.row, issue.column) == ("E2", 2, "latitude")


def test_rich_text_and_escapes_are_read_as_seen(tmp_path):
    """Text in several fonts is one text; _x000D_ is a carriage return; _x005F_x000D_ is itself."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    book = sheets()
    book["venues"][1][1] = CellRichText("SMK ", TextBlock(InlineFont(b=True), "Negeri"), " 1")
    book["venues"][2][11] = "one_x000D_\ntwo _x005F_x000D_"
    scenario = load(write_book(tmp_path / "a.xlsx", book))
    assert scenario.venues[0].name == "SMK Negeri 1"
    assert scenario.venues[1].address == "one\r\ntwo _x000D_"
