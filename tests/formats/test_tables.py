"""Folders: what is read, and what is said about folders that cannot be."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from optimizer.exceptions import InputError, Issue
from optimizer.reading import load, validate
from tests.formats.small import FILES, changed, write_folder


def only(issues: tuple[Issue, ...]) -> Issue:
    assert len(issues) == 1, "\n".join(map(str, issues))
    return issues[0]


def test_the_small_scenario_is_read_whole(tmp_path):
    """Every table, every default: 2 units, 3 requests, five weeks, no issue of any kind."""
    folder = write_folder(tmp_path)
    assert validate(folder) == ()
    scenario = load(folder)
    assert scenario.name == "Small"
    assert scenario.days == 33
    assert scenario.timezone == "Asia/Jakarta"
    assert scenario.objective.km == Decimal("0.02")
    assert scenario.moves.km_per_day == 300
    assert [unit.equipment for unit in scenario.units] == [("sewing",), ("kitchen", "sewing")]
    assert scenario.venue_by_id["V1"].address == "Jl. Raya 1\nJakarta"
    assert scenario.venue_by_id["V1"].rooms == 2
    assert scenario.course_by_id["sew"].longest_stay == 20
    assert scenario.request_by_id["K2"].priority == Decimal("1.5")
    assert scenario.calendar[0].weekdays == ("fri",)
    assert scenario.pins[0].unit == "U1"


def test_order_of_columns_byte_order_mark_and_line_ends_do_not_matter(tmp_path):
    """Windows writes a mark and CRLF, and people move columns: the scenario is the same."""
    expected = load(write_folder(tmp_path / "a"))
    depots = (
        "\ufefflongitude,city,id,latitude,name\r\n106.88,Jakarta Timur,D1,-6.31,Training centre East\r\n\r\n"
    )
    assert load(write_folder(tmp_path / "b", depots_csv=depots)) == expected


def test_semicolons_and_decimal_commas(tmp_path):
    """A file of a European spreadsheet: semicolons between cells, commas in numbers."""
    expected = load(write_folder(tmp_path / "a"))
    depots = "id;name;city;latitude;longitude\nD1;Training centre East;Jakarta Timur;-6,31;106.88\n"
    assert load(write_folder(tmp_path / "b", depots_csv=depots)) == expected


def test_only_name_start_and_end_are_needed(tmp_path):
    """The shortest scenario: three keys, and six tables of headers alone; warned about, and valid."""
    headers: dict[str, str | None] = {
        name.replace(".csv", "_csv"): text.partition("\n")[0]
        for name, text in FILES.items()
        if ".csv" in name
    }
    headers |= {
        "scenario_toml": 'name="a"\nstart=2026-01-05\nend=2026-01-05\n',
        "instructors_csv": None,
        "pins_csv": None,
    }
    folder = write_folder(tmp_path, **headers)
    assert {issue.code for issue in validate(folder)} == {"W01"}
    assert load(folder).days == 1


def test_iso_texts_are_dates_in_toml_too(tmp_path):
    """start = "2026-04-06" in quotes is the same day."""
    folder = write_folder(tmp_path, **changed("scenario.toml", ("2026-04-06", '"2026-04-06"')))
    assert load(folder) == load(write_folder(tmp_path / "b"))


def test_a_record_with_line_breaks_is_one_row(tmp_path):
    """V1's address has a line break, so V2 stands on line 4 and in row 3."""
    folder = write_folder(tmp_path, **changed("venues.csv", ("-6.25", "x")))
    issue = only(validate(folder))
    assert (issue.source, issue.row, issue.column, issue.cell) == ("venues.csv", 3, "latitude", None)


def test_empty_lines_count_as_rows_and_are_skipped(tmp_path):
    """An empty line and a line of commas: the next request stands in row 5."""
    text = FILES["requests.csv"].replace("K2,", "\n , ,,,,,\nK2,").replace("16,1.5", "-1,1.5")
    issue = only(validate(write_folder(tmp_path, requests_csv=text)))
    assert (issue.row, issue.column) == (5, "people")


def test_every_problem_is_told_in_one_go(tmp_path):
    """Four broken cells and an unknown reference in three files: five issues, in the order of the files."""
    folder = write_folder(
        tmp_path,
        **changed("units.csv", ("D1,sewing,M", "D2,sewing,XL")),
        **changed("venues.csv", ("-6.33,106.87", "106.87,-6.33")),
        **changed("requests.csv", (",40,", ",forty,"), ("2026-05-01", "1/5/2026")),
    )
    issues = validate(folder)
    assert [(issue.source, issue.row, issue.column, issue.code) for issue in issues] == [
        ("units.csv", 2, "vehicle", "C07"),
        ("units.csv", 2, "depot", "V02"),
        ("venues.csv", 2, "latitude", "C04"),
        ("requests.csv", 2, "people", "C02"),
        ("requests.csv", 4, "latest", "C06"),
    ]
    assert "swapped; did you mean -6.33, 106.87?" in issues[2].hint
    with pytest.raises(InputError) as caught:
        load(folder)
    assert caught.value.issues == issues


def test_a_broken_cell_makes_no_false_references(tmp_path):
    """A venue with a bad latitude still is a venue: its requests are not told to be lost."""
    folder = write_folder(tmp_path, **changed("venues.csv", ("-6.33", "north")))
    assert only(validate(folder)).code == "C03"


def test_a_ragged_row_keeps_its_id(tmp_path):
    """A row with a cell too few is told once; the request that names it is not."""
    folder = write_folder(tmp_path, **changed("venues.csv", ("2,L,power water,0,", "2,L,power water,")))
    issue = only(validate(folder))
    assert (issue.code, issue.row) == ("H03", 2)


def test_a_missing_table_makes_no_false_references(tmp_path):
    """Without venues.csv, requests are not told to name unknown venues."""
    issue = only(validate(write_folder(tmp_path, venues_csv=None)))
    assert (issue.code, issue.source) == ("F01", "venues.csv")


def test_own_columns_and_files_are_left_alone(tmp_path):
    """x_note in a table and x_ideas.csv beside it are no mistakes, whatever stands in them."""
    depots = (
        FILES["depots.csv"].replace("longitude", "longitude,x_note").replace("106.88", '106.88,"=1+1, or so"')
    )
    folder = write_folder(tmp_path, depots_csv=depots, x_ideas_csv="\0\0", notes_txt="hello")
    assert validate(folder) == ()


def test_the_matrix_is_read(tmp_path):
    """Three places have six ordered pairs; the diagonal of zeros may be there too."""
    places = ["depot:D1", "venue:V1", "venue:V2"]
    pairs = [(a, b, 0 if a == b else 1000) for a in places for b in places]
    matrix = "from,to,metres\n" + "".join(f"{a},{b},{metres}\n" for a, b, metres in pairs)
    toml = FILES["scenario.toml"] + '\n[travel]\nprovider = "matrix"\nfile = "roads.csv"\n'
    scenario = load(write_folder(tmp_path, scenario_toml=toml, roads_csv=matrix))
    assert len(scenario.distances) == 9
    assert scenario.distances[1].destination == "venue:V1"


def test_a_named_matrix_is_not_read_where_it_is_not_used(tmp_path):
    """With provider road the matrix file is known, and its content does not matter."""
    toml = FILES["scenario.toml"] + '\n[travel]\nfile = "roads.csv"\n'
    folder = write_folder(tmp_path, scenario_toml=toml, roads_csv="broken")
    assert validate(folder) == ()
    assert load(folder).distances == ()


def test_a_pipe_is_refused_without_waiting(tmp_path):
    """venues.csv is a named pipe that nobody writes to."""
    folder = write_folder(tmp_path, venues_csv=None)
    os.mkfifo(folder / "venues.csv")
    issue = only(validate(folder))
    assert (issue.code, issue.source) == ("F03", "venues.csv")


def test_a_link_out_of_the_folder_is_no_matrix(tmp_path):
    """The matrix file may not lead outside the scenario's folder."""
    (tmp_path / "roads.csv").write_text("from,to,metres\n")
    toml = FILES["scenario.toml"] + '\n[travel]\nprovider = "matrix"\nfile = "roads.csv"\n'
    folder = write_folder(tmp_path / "scenario", scenario_toml=toml)
    (folder / "roads.csv").symlink_to(tmp_path / "roads.csv")
    assert "S05" in {issue.code for issue in validate(folder)}


def test_no_path_raises_anything_but_issues(tmp_path):
    """Nothing there, a file of another kind, a name that is no path."""
    (tmp_path / "a.csv").write_text("")
    for path, code in (
        (tmp_path / "no", "F01"),
        (tmp_path / "a.csv", "F05"),
        ("a\0b", "F01"),
        ("x" * 5000, "F03"),
    ):
        assert [issue.code for issue in validate(path)] == [code]
        with pytest.raises(InputError):
            load(path)


def test_a_rate_that_looks_like_thousands_is_named(tmp_path):
    """priority 1.000 is read as 1, and said to be; latitude -6.310 is not asked about."""
    folder = write_folder(
        tmp_path,
        **changed("requests.csv", (",40,1,", ",40,1.000,")),
        **changed("depots.csv", ("-6.31", "-6.310")),
    )
    issue = only(validate(folder))
    assert (issue.code, issue.row, issue.column) == ("W14", 2, "priority")
    assert "1000" in issue.hint
    assert load(folder).requests[0].priority == 1


def test_many_equal_mistakes_are_counted(tmp_path):
    """1,500 ragged rows: 1,000 are listed and 500 counted. Of 1,500 bad cells 1,000 are read."""
    head = "id,venue,course,people,priority,earliest,latest\n"
    rows = "".join(f"K{number},V1,sew\n" for number in range(1500))
    issues = validate(write_folder(tmp_path, requests_csv=head + rows, pins_csv=None))
    assert [issue.code for issue in issues] == ["H03"] * 1001
    assert "500 more" in issues[-1].message
    rows = "".join(f"K{number},V1,sew,many,1,,\n" for number in range(1500))
    issues = validate(write_folder(tmp_path, requests_csv=head + rows, pins_csv=None))
    assert [issue.code for issue in issues] == ["C02"] * 1000 + ["C19"]


def test_one_endless_line_is_refused(tmp_path):
    """Five million characters without a line break, in quotes: no table has such a line."""
    folder = write_folder(tmp_path, pins_csv='request,unit,start\n"' + "x" * 5_000_000)
    assert [(issue.code, issue.row) for issue in validate(folder)] == [("H04", 2)]
