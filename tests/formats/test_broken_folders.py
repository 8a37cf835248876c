"""Malformed folders: each with the code, the place and the time in which it is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from optimizer.exceptions import Issue
from optimizer.reading import validate
from tests.formats.small import FILES, changed, write_folder

#: Seconds of processor time in which every one of these is answered.
LIMIT = 5.0


def toml(*lines: str) -> dict[str, str]:
    return {"scenario_toml": FILES["scenario.toml"] + "\n".join(("", *lines)) + "\n"}


#: Name, changes to the small scenario, and what is told: code, file, row and column if any.
CASES: list[tuple[str, dict[str, Any], str]] = [
    # Files.
    ("no scenario.toml", {"scenario_toml": None}, "F01 scenario.toml"),
    ("no depots", {"depots_csv": None}, "F01 depots.csv"),
    ("unknown file", {"buses_csv": "id\n"}, "F02 buses.csv"),
    ("misspelt file", {"instructor_csv": "id\n"}, "F02 instructor.csv"),
    ("capitals", {"Venues_csv": "id\n"}, "F02 Venues.csv"),
    ("utf-16", {"depots_csv": FILES["depots.csv"].encode("utf-16")}, "F04 depots.csv"),
    (
        "latin-1",
        {"depots_csv": FILES["depots.csv"].replace("East", "Café").encode("latin-1")},
        "F04 depots.csv",
    ),
    ("NUL", {"depots_csv": FILES["depots.csv"].replace("East", "E\0st")}, "F04 depots.csv"),
    ("a workbook named .csv", {"depots_csv": b"PK\x03\x04rest"}, "F04 depots.csv"),
    ("too many bytes", {"depots_csv": FILES["depots.csv"].encode() + b"\n" * 41_000_000}, "F06 depots.csv"),
    ("too many columns", {"pins_csv": "request,unit,start" + ",x_" * 300 + "\n"}, "F06 pins.csv 1"),
    # Headers and rows.
    ("empty file", {"depots_csv": ""}, "H01 depots.csv 1"),
    ("blank first line", {"depots_csv": "\n" + FILES["depots.csv"]}, "H01 depots.csv 1"),
    ("sep=", {"depots_csv": "sep=,\n" + FILES["depots.csv"]}, "H01 depots.csv 1"),
    ("tabs", {"depots_csv": FILES["depots.csv"].replace(",", "\t")}, "H02 depots.csv 1"),
    ("too few cells", changed("depots.csv", (",106.88", "")), "H03 depots.csv 2"),
    ("too many cells", changed("depots.csv", (",106.88", ",106,88")), "H03 depots.csv 2"),
    ("quote never closed", changed("depots.csv", ("Training", '"Training')), "H04 depots.csv 2"),
    (
        "text after a quote",
        changed("depots.csv", ("Training centre", '"Training" centre')),
        "H04 depots.csv 2",
    ),
    ("huge cell", changed("depots.csv", ("Training", "T" * 140_000)), "H04 depots.csv 2"),
    ("long cell", changed("depots.csv", ("Training", "T" * 40_000)), "H05 depots.csv 2 name"),
    ("nameless column", changed("depots.csv", ("id,name", "id,,name"), ("D1,", "D1,x,")), "H06 depots.csv 1"),
    (
        "column twice",
        changed("depots.csv", ("city,", "city,city,"), ("Timur,", "Timur,Timur,")),
        "H07 depots.csv 1",
    ),
    ("unknown column", changed("depots.csv", ("id,", "id,colour,"), ("D1,", "D1,red,")), "H08 depots.csv 1"),
    (
        "misspelt column",
        changed("depots.csv", ("latitude", "Latitude")),
        "H08 depots.csv 1; H09 depots.csv 1",
    ),
    (
        "other separators in rows",
        changed("depots.csv", ("D1,Training centre East,Jakarta Timur,-6.31,106.88", "D1;T;J;-6.31;106.88")),
        "H03 depots.csv 2",
    ),
    # Settings.
    ("not toml", {"scenario_toml": "name = Small\n"}, "S01 scenario.toml 1"),
    ("toml key twice", toml("[moves]", "days = 1", "days = 2"), "S01 scenario.toml 11"),
    ("deep toml", {"scenario_toml": "a = " + "[" * 50_000}, "S01 scenario.toml"),
    ("endless number", toml("[moves]", "days = " + "9" * 5_000), "S01 scenario.toml"),
    ("number in quotes", toml("[moves]", 'days = "1"'), "S02 scenario.toml 10 moves.days"),
    (
        "array of weekdays",
        changed("scenario.toml", ('holidays = ""', 'working_days = ["mon"]')),
        "S02 scenario.toml 4 working_days",
    ),
    ("true for a number", toml("[moves]", "days = true"), "S02 scenario.toml 10 moves.days"),
    (
        "date with time",
        changed("scenario.toml", ("2026-04-06", "2026-04-06T08:00:00")),
        "S02 scenario.toml 2 start",
    ),
    ("name without quotes", changed("scenario.toml", ('"Small"', "7")), "S02 scenario.toml 1 name"),
    ("unknown key", toml("[moves]", "day = 1"), "S03 scenario.toml 10"),
    ("unknown section", toml("[plan]", "x = 1"), "S03 scenario.toml 10"),
    ("no matrix named", toml("[travel]", 'provider = "matrix"'), "S04 scenario.toml travel.file"),
    (
        "matrix outside",
        toml("[travel]", 'provider = "matrix"', 'file = "../m.csv"'),
        "S05 scenario.toml travel.file",
    ),
    (
        "absolute matrix",
        toml("[travel]", 'provider = "matrix"', 'file = "/etc/passwd.csv"'),
        "S05 scenario.toml travel.file",
    ),
    (
        "matrix is a table",
        toml("[travel]", 'provider = "matrix"', 'file = "venues.csv"'),
        "S05 scenario.toml travel.file",
    ),
    (
        "matrix is no csv",
        toml("[travel]", 'provider = "matrix"', 'file = "m.txt"'),
        "S05 scenario.toml travel.file",
    ),
    ("matrix not there", toml("[travel]", 'provider = "matrix"', 'file = "m.csv"'), "F01 m.csv"),
    ("no name", changed("scenario.toml", ('name = "Small"\n', "")), "S06 scenario.toml name"),
    ("empty name", changed("scenario.toml", ("Small", " ")), "S06 scenario.toml 1 name"),
    ("infinite rate", changed("scenario.toml", ("0.02", "inf")), "C03 scenario.toml 7 objective.km"),
    (
        "rate without end",
        changed("scenario.toml", ("0.02", "1e999999999")),
        "C03 scenario.toml 7 objective.km",
    ),
    ("no such day", changed("scenario.toml", ("2026-04-06", '"2026-04-31"')), "C06 scenario.toml 2 start"),
    # Cells.
    ("no id", changed("units.csv", ("U2,", ",")), "C01 units.csv 3 id"),
    (
        "blank in an id",
        changed("depots.csv", ("D1,", "D 1,")),
        "V02 units.csv 2 depot; V02 units.csv 3 depot; C08 depots.csv 2 id",
    ),
    ("decimal comma", changed("depots.csv", ("-6.31", '"-6,31"')), "C03 depots.csv 2 latitude"),
    ("latitude of 106", changed("depots.csv", ("-6.31,106.88", "106.88,-6.31")), "C04 depots.csv 2 latitude"),
    # The whole.
    ("id twice", changed("units.csv", ("U2,", "U1,")), "V01 units.csv 3 id"),
    ("unknown depot", changed("units.csv", ("D1,sewing", "D7,sewing")), "V02 units.csv 2 depot"),
    ("class_min above class_max", changed("courses.csv", ("10,20", "30,20")), "V04 courses.csv 2 class_min"),
    ("max_span too short", changed("courses.csv", ("1.25,14", "1.25,6")), "V05 courses.csv 3 max_span"),
    ("end before start", changed("scenario.toml", ("2026-05-08", "2026-04-05")), "V03 scenario.toml 3 end"),
    ("eleven years", changed("scenario.toml", ("2026-05-08", "2037-05-08")), "V11 scenario.toml 3 end"),
    (
        "year 1",
        changed("scenario.toml", ("2026-04-06", "0001-01-01"), ("2026-05-08", "0001-02-01")),
        "V11 scenario.toml 3 end",
    ),
    (
        "no such time zone",
        changed("scenario.toml", ('holidays = ""', 'holidays = ""\ntimezone = "WIB"')),
        "V12 scenario.toml 5 timezone",
    ),
    (
        "no such country",
        changed("scenario.toml", ('holidays = ""', 'holidays = "Indonesia"')),
        "V13 scenario.toml 4 holidays",
    ),
]


def told(issue: Issue) -> str:
    """Code, file, row and column of an issue, as the cases write them."""
    parts = (issue.code, issue.source, issue.row, issue.column)
    return " ".join(str(part) for part in parts if part is not None)


@pytest.mark.parametrize(
    ("changes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_malformed_folders_are_refused_with_code_and_place(tmp_path, changes, expected):
    """Code, file, row and column as expected, in a few seconds, and nothing raised."""
    folder = write_folder(tmp_path, **changes)
    began = time.process_time()
    issues = validate(folder)
    assert time.process_time() - began < LIMIT
    seen = [told(issue) for issue in issues if issue.severity == "error"]
    for place in expected.split("; "):
        assert place in seen, "\n".join(map(str, issues))


def test_a_million_rows_are_refused_in_seconds(tmp_path):
    """A million pins: the first 100,000 are read and the rest is told, with no issue per row."""
    folder = write_folder(tmp_path, pins_csv="request,unit,start\n" + "K1,U1,2026-04-22\n" * 1_000_000)
    began = time.process_time()
    issues = validate(folder)
    assert time.process_time() - began < LIMIT
    assert len(issues) < 2_000
    assert ("F06", 100_002) in {(issue.code, issue.row) for issue in issues}
