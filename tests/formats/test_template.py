"""The empty starting point."""

from __future__ import annotations

import zipfile
from datetime import date

import openpyxl
import pytest

from optimizer.exceptions import InputError
from optimizer.formats.columns import settings, tables
from optimizer.formats.template import README, template
from optimizer.reading import load, validate

TODAY = date(2026, 11, 3)


@pytest.mark.parametrize("name", ["folder", "book.xlsx"])
def test_the_template_is_valid_and_warned_about(tmp_path, name):
    """Five empty tables are warned about; the horizon is the next quarter."""
    template(tmp_path / name, today=TODAY)
    issues = validate(tmp_path / name)
    assert {(issue.code, issue.severity) for issue in issues} == {("W01", "warning")}
    assert len(issues) == 5
    scenario = load(tmp_path / name)
    assert (scenario.start, scenario.end) == (date(2027, 1, 1), date(2027, 3, 31))
    assert scenario.holidays == "ID"


def test_the_next_quarter_of_every_month(tmp_path):
    """January to March look to April; October to December to January."""
    for month, first in (
        (1, date(2026, 4, 1)),
        (6, date(2026, 7, 1)),
        (9, date(2026, 10, 1)),
        (12, date(2027, 1, 1)),
    ):
        template(tmp_path / str(month), today=date(2026, month, 30))
        assert load(tmp_path / str(month)).start == first


def test_every_column_is_explained(tmp_path):
    """In the folder by README.txt; in the workbook by a comment on each header and a column of the keys."""
    template(tmp_path / "folder", today=TODAY)
    text = (tmp_path / "folder" / README).read_text()
    template(tmp_path / "book.xlsx", today=TODAY)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["scenario", *tables()]
    for table in tables().values():
        sheet = book[table.name]
        assert sheet.freeze_panes == "B2"
        assert f"{table.name}.csv" in text
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert cell.value == column.name
            assert column.help in str(cell.comment)
            assert column.help in text
    keys = {row[0].value: row[2].value for row in book["scenario"].iter_rows(min_row=2)}
    assert set(keys) == set(settings())
    assert all(column.help in str(keys[key]) for key, column in settings().items())


def test_the_workbook_helps_while_typing(tmp_path):
    """Lists for sizes and references, checks for dates and numbers."""
    template(tmp_path / "book.xlsx", today=TODAY)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    checks = {
        (sheet.title, str(check.sqref)): (check.type, check.formula1)
        for sheet in book
        for check in sheet.data_validations.dataValidation
    }
    assert checks["units", "E2:E1001"] == ("list", '"S,M,L"')
    assert checks["units", "C2:C1001"] == ("list", "depots!$A$2:$A$1001")
    assert checks["requests", "F2:F1001"][0] == "date"
    assert checks["venues", "H2:H1001"] == ("whole", "1")
    assert checks["venues", "F2:F1001"] == ("decimal", "-90")


def test_the_same_template_has_the_same_bytes(tmp_path):
    """Nothing of the clock gets into the file but the horizon."""
    for name in ("a.xlsx", "b.xlsx"):
        template(tmp_path / name, today=TODAY)
    first, second = (zipfile.ZipFile(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.namelist() == second.namelist()
    assert all(first.read(part) == second.read(part) for part in first.namelist())


def test_nothing_is_overwritten(tmp_path):
    """A folder with something in it is left as it is."""
    (tmp_path / "note.txt").write_text("precious")
    with pytest.raises(InputError):
        template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
