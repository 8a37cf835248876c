"""Whatever a scenario holds, writing and reading it again gives the same."""

from __future__ import annotations

import csv
import re
import tempfile
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.domain.scenario import (
    SIZES,
    WEEKDAYS,
    CalendarRow,
    Course,
    Depot,
    Distance,
    Instructors,
    Moves,
    Objective,
    Pin,
    Request,
    Scenario,
    Travel,
    Unit,
    Venue,
)
from optimizer.formats.convert import convert
from optimizer.formats.parse import parse
from optimizer.formats.raw import RawTable
from optimizer.formats.save import save
from optimizer.formats.source import read_raw

#: Characters that files and workbooks treat in a way of their own, and some that they do not.
_SPECIAL = "=+-@,;\"'#&<>_x0NA\\/ é語😀\u200b\u2028\ufffe"
_char = st.one_of(
    st.sampled_from(_SPECIAL), st.characters(exclude_categories=("Cs", "Cc")), st.sampled_from("007E5")
)
_fixed = st.sampled_from(
    ["007", "NA", "1E5", "=1+1", "@x", "TRUE", "null", "_x000D_", "2026-01-31", "1.50", "None"]
)
_word = st.text(_char.filter(lambda char: not char.isspace()), min_size=1, max_size=8)
_id = st.one_of(_fixed, _word)
_line = st.text(_char, min_size=1, max_size=12).map(str.strip).filter(bool)
_name = st.one_of(_fixed, _line)
_ids = st.lists(_id, min_size=1, max_size=3).map(tuple)
_days = st.dates(date(1, 1, 1), date(9999, 12, 31))
_maybe_day = st.one_of(st.none(), _days)
_rate = st.decimals(0, 1_000_000, places=6).map(lambda value: Decimal(format(value.normalize(), "f")))
_count = st.integers(1, 10**9)
_latitude = st.floats(-90, 90).map(lambda value: value + 0.0)
_longitude = st.floats(-180, 180).map(lambda value: value + 0.0)
_address = st.text(st.one_of(_char, st.sampled_from("\n\r\t")), max_size=30).map(str.strip)
_scope = st.one_of(
    st.just("all"), st.builds("{}:{}".format, st.sampled_from(["city", "kind", "unit"]), _name)
)
_credit = st.one_of(
    st.integers(0, 100).map(str), st.just("open"), st.integers(1, 100).map(lambda share: f"open:{share}")
)
_weekdays = st.lists(st.sampled_from(WEEKDAYS), max_size=3).map(tuple)
_size = st.sampled_from(SIZES)


def _rows(model: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A table of up to three rows."""
    row = st.fixed_dictionaries(fields).map(model.model_validate)  # type: ignore[attr-defined]
    return st.lists(row, max_size=3).map(tuple)


_scenarios = st.builds(
    Scenario,
    name=_name,
    start=_days,
    end=_days,
    timezone=_name,
    working_days=_weekdays,
    holidays=st.one_of(st.just(""), _name),
    moves=st.builds(Moves, days=st.integers(0, 99), km_per_day=_rate.map(lambda value: value + 1)),
    travel=st.builds(Travel, provider=st.just("matrix"), file=st.just("roads.csv"), a=_rate),
    objective=st.builds(Objective, person=_rate, km=_rate, equity=_rate, change=_rate),
    depots=_rows(Depot, id=_id, name=_name, city=_name, latitude=_latitude, longitude=_longitude),
    units=_rows(
        Unit, id=_id, name=_name, depot=_id, equipment=_ids, vehicle=_size, first=_maybe_day, last=_maybe_day
    ),
    courses=_rows(
        Course, id=_id, name=_name, equipment=_id, training_days=_count, class_min=_count, class_max=_count,
        needs=st.lists(_id, max_size=2).map(tuple), value=_rate, max_span=st.one_of(st.none(), _count),
    ),
    venues=_rows(
        Venue, id=_id, name=_name, kind=_id, city=_name, district=st.one_of(st.just(""), _line),
        latitude=_latitude, longitude=_longitude, rooms=_count, access=_size,
        facilities=st.lists(_id, max_size=2).map(tuple), lead_days=st.integers(0, 10**9), address=_address,
    ),
    requests=_rows(
        Request, id=_id, venue=_id, course=_id, people=_count, priority=_rate, earliest=_maybe_day,
        latest=_maybe_day,
    ),
    calendar=_rows(
        CalendarRow, name=_name, scope=_scope, first=_days, last=_days, weekdays=_weekdays, credit=_credit
    ),
    instructors=_rows(Instructors, id=_id, name=_name, courses=_ids, count=st.integers(0, 10**9)),
    pins=_rows(Pin, request=_id, unit=_id, start=_days),
    distances=_rows(Distance, origin=_name, destination=_name, metres=st.integers(0, 10**9)).filter(bool),
)  # fmt: skip


def read(path: Path) -> tuple[Scenario, list[str]]:
    """The scenario of a path and the codes of what was found, without looking at the whole."""
    parsed = parse(read_raw(path))
    return parsed.scenario, [issue.code for issue in parsed.issues if issue.code != "W16"]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(_scenarios)
def test_a_scenario_survives_folder_and_workbook(scenario):
    """Saved as a folder, as a workbook, and converted both ways: four times the same scenario."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        save(scenario, place / "folder")
        save(scenario, place / "book.xlsx")
        assert convert(place / "folder", place / "converted.xlsx") == ()
        assert convert(place / "book.xlsx", place / "converted") == ()
        for path in ("folder", "book.xlsx", "converted.xlsx", "converted"):
            assert read(place / path) == (scenario, []), path
        for table in (*place.glob("folder/*.csv"), place / "folder" / "scenario.toml"):
            assert (place / "converted" / table.name).read_bytes() == table.read_bytes()


_text = st.one_of(
    _fixed, _address, st.sampled_from(["01", "1,5", "=SUM(A1)", "{=1}", "http://x.y", "1.0", "-0", "1e3"])
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(_text, min_size=2, max_size=2), min_size=1, max_size=4))
def test_own_tables_and_columns_survive(rows):
    """Whatever stands in x_ tables and columns is there, text by text, after folder, workbook, folder."""
    rows = [row for row in rows if any(row)]
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name) / "a", Path(name)
        save(Scenario(name="a", start=date(2026, 1, 1), end=date(2026, 1, 2)), folder)
        for file, header in (("x_own.csv", ["x_a", "b"]), ("units.csv", ["id", "x_a", "x_b"])):
            with (folder / file).open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(
                    [header, *([f"U{at}", *row][-len(header) :] for at, row in enumerate(rows))]
                )
        convert(folder, place / "b.xlsx")
        convert(place / "b.xlsx", place / "c")
        for table in ("x_own", "units"):
            before, after = (read_raw(path, own=True).tables[table] for path in (folder, place / "c"))
            assert (after.header, after.rows) == (before.header, before.rows)
        with zipfile.ZipFile(place / "b.xlsx") as book:
            assert not any(
                re.search(rb"<f[ />]", book.read(part)) for part in book.namelist() if "sheets/" in part
            )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 2_000_000))
def test_days_are_counted_as_spreadsheets_do(offset, far):
    """Every day from March 1900 on comes back from its serial number, in both systems."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

    from optimizer.formats.sheet_cells import date_text

    for day in (date(1904, 1, 1) + timedelta(days=offset), date(1904, 1, 1) + timedelta(days=far)):
        for epoch, from_1904 in ((CALENDAR_WINDOWS_1900, False), (CALENDAR_MAC_1904, True)):
            assert date_text(str(to_excel(day, epoch)), from_1904=from_1904) == day.isoformat()


def test_raw_tables_know_their_places():
    """Column 28 of a sheet is AB; a folder has no addresses."""
    table = RawTable("venues", "venues", ["id", "name"], [["V1", ""]], [7], columns=[0, 27])
    assert table.place(0, 1).cell == "AB7"
    table.columns = []
    assert table.place(0, 1).cell is None
