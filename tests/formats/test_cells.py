"""Reading one cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from optimizer.formats.cells import CellError, read_cell
from optimizer.formats.columns import Column, settings, tables
from optimizer.formats.raw import Day


def column(table: str, name: str) -> Column:
    found = tables()[table].column(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("place", "text", "value"),
    [
        (("venues", "id"), "007", "007"),
        (("venues", "id"), "NA", "NA"),
        (("venues", "id"), "1E5", "1E5"),
        (("venues", "id"), "=1+1", "=1+1"),
        (("venues", "id"), "None", "None"),
        (("venues", "name"), "Balai Warga 2", "Balai Warga 2"),
        (("venues", "address"), "Jl. Raya 1\nJakarta", "Jl. Raya 1\nJakarta"),
        (("venues", "address"), "x" * 32_767, "x" * 32_767),  # the rules bound names, not addresses
        (("venues", "rooms"), "2", 2),
        (("venues", "rooms"), "+2", 2),
        (("venues", "rooms"), "007", 7),
        (("venues", "rooms"), "7.0", 7),
        (("venues", "latitude"), "-6.19", -6.19),
        (("venues", "latitude"), "-.5", -0.5),
        (("venues", "latitude"), "90", 90.0),
        (("venues", "facilities"), "power  water\n yard", ("power", "water", "yard")),
        (("venues", "access"), "S", "S"),
        (("requests", "priority"), "1.250000", Decimal("1.25")),
        (("requests", "priority"), "1.0000000", Decimal(1)),
        (("requests", "priority"), "-0", Decimal(0)),
        (("requests", "earliest"), "2026-02-28", date(2026, 2, 28)),
        (("calendar", "weekdays"), "mon fri", ("mon", "fri")),
        (("calendar", "credit"), "080", "80"),
        (("calendar", "credit"), "0", "0"),
        (("calendar", "credit"), "open:080", "open:80"),
        (("calendar", "credit"), "open", "open"),
        (("calendar", "scope"), "city:Jakarta Utara", "city:Jakarta Utara"),
        (("calendar", "scope"), "kind:a:b", "kind:a:b"),
    ],
)
def test_sound_cells_are_read_to_their_value(place, text, value):
    """Ids stay text; 007 people are 7; decimals are exact."""
    read = read_cell(column(*place), text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("place", "text", "code", "hint"),
    [
        (("venues", "id"), "V 12", "C08", "V12"),
        (("venues", "id"), "V\u00a012", "C08", "V12"),
        (("venues", "id"), "V" * 65, "C08", ""),
        (("venues", "id"), "V\x071", "C08", ""),
        (("venues", "name"), "x" * 201, "C09", ""),
        (("venues", "name"), "one\ntwo", "C09", ""),
        (("venues", "address"), "bell \x07", "C09", ""),
        (("venues", "address"), "x" * 32_768, "C09", ""),
        (("venues", "rooms"), "two", "C02", ""),
        (("venues", "rooms"), "1.5", "C02", "no decimals"),
        (("venues", "rooms"), "1.000", "C02", "write 1000"),
        (("venues", "rooms"), "1,000", "C02", "write 1000"),
        (("venues", "rooms"), "1 000", "C02", "write 1000"),
        (("venues", "rooms"), "1_000", "C02", "write 1000"),
        (("venues", "rooms"), "1e3", "C02", "1000"),
        (("venues", "rooms"), "٣", "C02", "Write 3"),
        (("venues", "rooms"), "0", "C04", ""),
        (("venues", "rooms"), "-1", "C04", ""),
        (("venues", "rooms"), "1000000001", "C04", ""),
        (("venues", "rooms"), "9" * 5000, "C04", ""),
        (("venues", "lead_days"), "-1", "C04", ""),
        (("venues", "latitude"), "-6,19", "C03", "Write -6.19"),
        (("venues", "latitude"), "1.234,5", "C03", "write 1234.5"),
        (("venues", "latitude"), "1,234.5", "C03", "write 1234.5"),
        (("venues", "latitude"), "\u22126.19", "C03", "Write -6.19"),
        (("venues", "latitude"), "nan", "C03", ""),
        (("venues", "latitude"), "inf", "C03", ""),
        (("venues", "latitude"), "1e999", "C03", ""),
        (("venues", "latitude"), "6.19 S", "C03", ""),
        (("venues", "latitude"), "90.0001", "C04", ""),
        (("venues", "longitude"), "-180.5", "C04", ""),
        (("venues", "access"), "s", "C07", "S"),
        (("venues", "access"), "medium", "C07", "M"),
        (("venues", "facilities"), "x" * 65, "C10", ""),
        (("requests", "priority"), "-1", "C04", ""),
        (("requests", "priority"), "0.1234567", "C05", ""),
        (("requests", "priority"), "1." + "0" * 40 + "1", "C05", ""),
        (("requests", "priority"), "50%", "C03", "Write 50"),
        (("requests", "earliest"), "31/01/2026", "C06", "Write 2026-01-31"),
        (("requests", "earliest"), "01/31/2026", "C06", "Write 2026-01-31"),
        (("requests", "earliest"), "05/01/2026", "C06", "Day first is 2026-01-05, month first is 2026-05-01"),
        (("requests", "earliest"), "5.1.2026", "C06", "2026-01-05"),
        (("requests", "earliest"), "2026-1-5", "C06", "Write 2026-01-05"),
        (("requests", "earliest"), "20260105", "C06", "Write 2026-01-05"),
        (("requests", "earliest"), "5 Januari 2026", "C06", "Write 2026-01-05"),
        (("requests", "earliest"), "5-Agu-2026", "C06", "Write 2026-08-05"),
        (("requests", "earliest"), "January 5, 2026", "C06", "Write 2026-01-05"),
        (("requests", "earliest"), "2026-01-05T08:00", "C06", "2026-01-05"),
        (("requests", "earliest"), "46027", "C06", "2026-01-05"),
        (("requests", "earliest"), "2026-02-30", "C06", "28 days"),
        (("requests", "earliest"), "2026-W05-6", "C06", ""),
        (("requests", "earliest"), "0000-01-01", "C06", ""),
        (("requests", "earliest"), "soon", "C06", ""),
        (("calendar", "weekdays"), "Mon Tue", "C10", "mon tue"),
        (("calendar", "weekdays"), "mon-fri", "C10", "mon tue wed thu fri"),
        (("calendar", "weekdays"), "senin, jumat", "C10", "mon fri"),
        (("calendar", "weekdays"), "holiday", "C10", "mon tue"),
        (("calendar", "credit"), "80%", "C11", "write 80"),
        (("calendar", "credit"), "open:80%", "C11", "open:80"),
        (("calendar", "credit"), "0.8", "C11", "write 80"),
        (("calendar", "credit"), "101", "C11", ""),
        (("calendar", "credit"), "-1", "C11", ""),
        (("calendar", "credit"), "open:0", "C11", "Write 0"),
        (("calendar", "credit"), "open 80", "C11", "open:80"),
        (("calendar", "credit"), "Open", "C11", "Write open"),
        (("calendar", "credit"), "closed", "C11", "Write 0"),
        (("calendar", "scope"), "All", "C12", "Write all"),
        (("calendar", "scope"), "allx", "C12", ""),
        (("calendar", "scope"), "city", "C12", ""),
        (("calendar", "scope"), "city:", "C12", ""),
        (("calendar", "scope"), "venue V012", "C12", "venue:V012"),
        (("calendar", "scope"), "Venue: V012", "C12", "venue:V012"),
        (("calendar", "scope"), "venu:V012", "C12", "venue:V012"),
    ],
)
def test_broken_cells_have_a_code_and_a_hint(place, text, code, hint):
    """Each mistake has its code; where a plausible reading exists, the hint gives it."""
    with pytest.raises(CellError) as caught:
        read_cell(column(*place), text)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) < 300


def test_decimal_comma_is_read_only_where_semicolons_separate():
    """-6,19 is -6.19 in a file separated by semicolons; 1.234,5 is nothing anywhere."""
    latitude = column("venues", "latitude")
    assert read_cell(latitude, "-6,19", comma=True) == -6.19
    assert read_cell(latitude, "-6.19", comma=True) == -6.19
    for text, comma in (("-6,19", False), ("1.234,5", True), ("1,2,3", True)):
        with pytest.raises(CellError):
            read_cell(latitude, text, comma=comma)


def test_a_real_date_is_no_text():
    """An id like 1-2 that a spreadsheet turned into a date is not read as an id."""
    with pytest.raises(CellError) as caught:
        read_cell(column("venues", "id"), Day("2026-02-01"))
    assert caught.value.code == "C13"
    assert read_cell(column("requests", "earliest"), Day("2026-02-01")) == date(2026, 2, 1)


def test_settings_are_read_like_cells():
    """km_per_day must be above 0, rates at least 0 with six decimals."""
    assert read_cell(settings()["moves.km_per_day"], "0.000001") == Decimal("0.000001")
    for key, text, code in (
        ("moves.km_per_day", "0", "C04"),
        ("objective.km", "0.0000001", "C05"),
        ("travel.provider", "roads", "C07"),
        ("working_days", "mon tues", "C10"),
    ):
        with pytest.raises(CellError) as caught:
            read_cell(settings()[key], text)
        assert caught.value.code == code
