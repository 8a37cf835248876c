"""The result workbook, read back."""

import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from optimizer.formats import palette
from optimizer.formats.plan_workbook import write_plan_workbook
from optimizer.formats.schedule_sheet import Page, pages
from tests.formats import results_world

# Solid bars are an extension of the format, which openpyxl does not read.
pytestmark = pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")

COLOURS = palette.course_colours(["sew", "cook"])


@pytest.fixture(scope="module")
def path(scenario, plan, tmp_path_factory):
    return write_plan_workbook(scenario, plan, tmp_path_factory.mktemp("book") / "plan.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def schedule(book):
    return book["Schedule"]


def cell(sheet, unit, day, line=0):
    """The cell of a unit's band on a day; days are found by the numbers above the bands."""
    start = date(2026, 1, 5)
    label = next(at for at in range(1, sheet.max_row + 1) if str(sheet.cell(at, 1).value).startswith(unit))
    return sheet.cell(label + line, 2 + (date.fromisoformat(day) - start).days)


def fill(one):
    return "#" + one.fill.fgColor.rgb[2:].lower()


def table(sheet):
    """A sheet's rows as dictionaries by heading."""
    rows = [[one.value for one in row] for row in sheet.iter_rows()]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_every_sheet_is_there_in_both_languages(scenario, plan, book, tmp_path):
    """Seven sheets, named in the language asked for."""
    assert book.sheetnames == [
        "Schedule",
        "Rotations",
        "By venue",
        "Units",
        "Unserved",
        "Cities and courses",
        "Summary",
    ]
    indonesian = openpyxl.load_workbook(write_plan_workbook(scenario, plan, tmp_path / "p.xlsx", "id"))
    assert indonesian.sheetnames[:3] == ["Jadwal", "Rotasi", "Per lokasi"]


def test_a_stay_bears_venue_course_and_people(schedule):
    """R1-2 starts on 12 January: the venue above, course and people below."""
    assert cell(schedule, "U1", "2026-01-12").value == "Hall One"
    assert cell(schedule, "U1", "2026-01-12", line=1).value == "Sewing · 15 people"
    assert cell(schedule, "U1", "2026-01-13").value is None


def test_closed_days_of_a_stay_are_paler(schedule):
    """12 January is taught; Friday 16 and Saturday 17 are closed; half days are taught."""
    taught, closed = COLOURS["sew"], palette.paler(COLOURS["sew"])
    days = ["2026-01-12", "2026-01-16", "2026-01-17", "2026-01-19", "2026-01-20"]
    assert [fill(cell(schedule, "U1", day)) for day in days] == [taught, closed, closed, taught, taught]


def test_courses_have_colours_of_their_own_and_a_legend(schedule):
    """U2 cooks in another colour than U1 sews; both stand in the legend beside their names."""
    assert fill(cell(schedule, "U2", "2026-01-08")) == COLOURS["cook"]
    legend = {
        one.offset(column=1).value: fill(one)
        for row in schedule["A1:AZ6"]
        for one in row
        if one.value is None
    }
    assert (legend["Sewing"], legend["Cooking"]) == (COLOURS["sew"], COLOURS["cook"])


def test_free_days_tell_why_they_are_free(schedule):
    """Weekends, closures, days at the depot and days before the unit came are shaded."""
    assert fill(cell(schedule, "U1", "2026-01-24")) == palette.WEEKEND
    assert fill(cell(schedule, "U2", "2026-01-16")) == palette.CLOSED
    assert cell(schedule, "U1", "2026-01-26").value == "D"
    assert fill(cell(schedule, "U1", "2026-01-26")) == palette.AT_DEPOT
    assert fill(cell(schedule, "U2", "2026-01-06")) == palette.ABSENT
    assert cell(schedule, "U1", "2026-01-22").fill.fill_type is None


def test_a_pinned_rotation_is_marked(schedule):
    """R2-1 is pinned: its label starts with a star."""
    assert cell(schedule, "U1", "2026-01-28").value == "★ School Two"


def test_schedule_prints_on_one_a3_page(schedule):
    """A3 landscape, one page, heads repeated, units and heads stay in view."""
    setup = schedule.page_setup
    assert (int(setup.paperSize), setup.orientation) == (8, "landscape")
    assert schedule.sheet_properties.pageSetUpPr.fitToPage
    assert schedule.print_title_cols == "$A:$A"
    body = next(at for at in range(1, 20) if str(schedule.cell(at, 1).value).startswith("U1"))
    assert schedule.print_title_rows == f"$1:${body - 1}"
    assert schedule.freeze_panes == f"B{body}"


def test_a_year_is_cut_at_months():
    """365 days from 1 January: three months a page, the breaks at April, July and October."""
    assert pages(date(2026, 1, 1), 365) == [Page(0, 89), Page(90, 180), Page(181, 272), Page(273, 364)]


def test_a_quarter_is_one_page_and_a_short_rest_joins_the_page_before():
    """90 days stay together; of 5 January to 9 April 2026 plus nine days nothing is torn off."""
    assert pages(date(2026, 1, 5), 90) == [Page(0, 89)]
    # 1 January to 9 April are 99 days; to 12 April 102: the 12 days of April join.
    assert pages(date(2026, 1, 1), 102) == [Page(0, 101)]


def test_a_year_has_breaks_in_the_sheet(scenario, plan, tmp_path):
    """The breaks stand before the columns of 1 April, 1 July and 1 October."""
    year = scenario.replace(start=date(2026, 1, 1), end=date(2026, 12, 31))
    sheet = openpyxl.load_workbook(write_plan_workbook(year, plan, tmp_path / "p.xlsx"))["Schedule"]
    assert [one.id for one in sheet.col_breaks.brk] == [91, 182, 274]
    assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.scale in range(60, 101)


def test_a_stay_across_two_pages_is_named_on_both(scenario, plan, tmp_path):
    """A stay from 30 March to 3 April is named on 30 March and, as going on, on 1 April."""
    year = scenario.replace(start=date(2026, 1, 5), end=date(2026, 12, 31))
    stay = results_world.rotation("R1-1", "U1", "V1", "sew", ("2026-03-30", "2026-04-03"), 15)
    written = write_plan_workbook(year, results_world.plan(rotations=(stay,)), tmp_path / "p.xlsx")
    sheet = openpyxl.load_workbook(written)["Schedule"]
    assert cell(sheet, "U1", "2026-03-30").value.startswith("Ha")
    assert cell(sheet, "U1", "2026-04-01").value.startswith("… Ha")


def test_rotations_hold_real_dates_and_numbers(book):
    """R1-2: dates to calculate with, 9 calendar days, 6 taught, address and kilometres."""
    row = next(row for row in table(book["Rotations"]) if row["Rotation"] == "R1-2")
    assert (row["Start"], row["End"]) == (datetime(2026, 1, 12), datetime(2026, 1, 20))
    assert (row["Calendar days"], row["Teaching days"], row["People"]) == (9, 6, 15)
    assert (row["Depot"], row["Address"]) == ("Centre East", "Jl. Raya 1\nRT 02")
    assert row["Kilometres to the venue"] == 0
    assert book["Rotations"].tables["Rotations"].ref == "A1:S5"


def test_venues_say_who_comes_when(book):
    """V1: 30 of 38 people in two visits; V3: nobody asks and nobody comes."""
    rows = {row["Venue id"]: row for row in table(book["By venue"])}
    assert rows["V1"]["Who comes when"] == (
        "5–9 Jan 2026: Sewing · 15 people · Sewing van\n12–20 Jan 2026: Sewing · 15 people · Sewing van"
    )
    assert (rows["V1"]["People served"], rows["V1"]["People requested"]) == (30, 38)
    assert (rows["V3"]["Coverage"], rows["V3"]["Rotations"]) == (None, 0)


def test_units_show_what_their_days_go_into(book):
    """U1's 35 days: 16 taught, 5 closed, 2 at the depot, 12 idle."""
    row = table(book["Units"])[0]
    assert (row["Days teaching"], row["Closed days during stays"], row["Days at the depot"]) == (16, 5, 2)
    assert (row["Idle days"], row["Days available"], row["Kilometres"]) == (12, 35, 20)


def test_unserved_bear_their_reasons(book):
    """R4's eight people, with rule, code and text."""
    row = table(book["Unserved"])[1]
    assert (row["Request"], row["People not served"], row["Rule"]) == ("R4", 8, "R8")
    assert row["Reasons"] == "=8 people are fewer than 10."


def test_cities_and_courses_have_coverage_with_bars(book):
    """East 30 of 38; the bars are conditional formats of the coverage columns."""
    sheet = book["Cities and courses"]
    assert [one.value for one in sheet[2]] == ["East", 38, 30, 8, 2, 0.789474]
    assert sum(len(rules) for rules in sheet.conditional_formatting._cf_rules.values()) == 2


def test_summary_holds_score_limit_and_how_it_was_made(book):
    """The numbers stand beside their labels."""
    facts = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert (facts["Score (points)"], facts["Proven limit of any plan"], facts["Proven gap"]) == (
        57.7,
        60,
        0.038334,
    )
    assert facts["Scenario fingerprint (SHA-256)"] == "ab" * 32
    assert facts["Version of holidays"] == "0.109"


def test_no_cell_is_a_formula_or_a_link_whatever_names_hold(nasty, plan, tmp_path):
    """Names like =1+1 and =HYPERLINK(...) come back as the text they are."""
    path = write_plan_workbook(nasty, plan, tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 7
    assert not any(b"<f>" in sheet or b"<f " in sheet or b"<hyperlink" in sheet for sheet in sheets)
    rows = table(openpyxl.load_workbook(path)["Rotations"])
    assert {row["Venue"] for row in rows} == {"=1+1", '@SUM(A1)&"<b>'}
    assert {row["Course"] for row in rows} == {"-2+3", "NA"}
    assert rows[1]["Unit name"] == '=HYPERLINK("http://x","y")'


def test_a_name_with_ampersand_and_digits_stays_text_in_the_footer(nasty, plan, tmp_path):
    """In a footer "&14" sets a font size; an ampersand of a name is doubled."""
    path = write_plan_workbook(nasty, plan, tmp_path / "p.xlsx")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<oddFooter>&amp;L&amp;8 &amp;&amp;14 &lt;/title&gt;" in sheet


def test_the_same_plan_gives_the_same_bytes(scenario, plan, path, tmp_path):
    """Nothing of the clock gets into the file."""
    again = write_plan_workbook(scenario, plan, tmp_path / "other.xlsx")
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "tables", [{}, {"units": (), "venues": (), "requests": (), "courses": (), "depots": ()}]
)
def test_an_empty_plan_is_written(scenario, tables, tmp_path):
    """A plan without rotations, and a scenario without anything, give a workbook that says so."""
    empty = results_world.empty_plan()
    written = write_plan_workbook(scenario.replace(**tables, calendar=()), empty, tmp_path / "p.xlsx")
    book = openpyxl.load_workbook(written)
    assert book["Unserved"]["A1"].value == "Everybody asked for is served."
    assert [row[0].value for row in book["Rotations"].iter_rows()] == ["Rotation"]


def test_a_frozen_rotation_from_before_the_horizon_is_named_on_its_first_day(scenario, tmp_path):
    """A stay from 1 to 9 January is labelled on 5 January, the first day shown."""
    frozen = results_world.rotation("R1-1", "U1", "V1", "sew", ("2026-01-01", "2026-01-09"), 15)
    written = write_plan_workbook(scenario, results_world.plan(rotations=(frozen,)), tmp_path / "p.xlsx")
    sheet = openpyxl.load_workbook(written)["Schedule"]
    assert cell(sheet, "U1", "2026-01-05").value.startswith("… Hall")
    assert cell(sheet, "U1", "2026-01-05", line=1).value.startswith("Sew")
