"""The calendar: rows read in file order, open rows overruling earlier ones of the same or a wider scope."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.checker.walk import DayWalk
from optimizer.domain.scenario import CREDIT, WEEKDAYS, CalendarRow, Scenario
from optimizer.domain.work_calendar import WorkCalendar

# January 2026: Monday 5, Saturday 10, Sunday 11, Monday 12, Sunday 18.


def day(text: str) -> date:
    """A day of 2026."""
    return date.fromisoformat(f"2026-{text}")


def row(scope: str, first: str, last: str, credit: str, weekdays: str = "", name: str = "row") -> CalendarRow:
    """One row of the calendar."""
    return CalendarRow.model_validate(
        {
            "name": name,
            "scope": scope,
            "from": day(first),
            "to": day(last),
            "weekdays": tuple(weekdays.split()),
            "credit": credit,
        }
    )


def fortnight(*rows: CalendarRow, **changes: Any) -> Scenario:
    """
    Two weeks from Monday 5 January 2026, no holidays.

    Venues V and W in city North (V a school, W a camp) and X, a school in South; courses c and d;
    units U and T of depot D, and S of depot E.
    """
    point = {"latitude": 0, "longitude": 0}
    tables: dict[str, Any] = {
        "name": "fortnight",
        "start": day("01-05"),
        "end": day("01-18"),
        "holidays": "",
        "depots": [{"id": name, "name": name, "city": "North", **point} for name in "DE"],
        "units": [
            {"id": name, "name": name, "depot": home, "equipment": ("e",)}
            for name, home in (("U", "D"), ("T", "D"), ("S", "E"))
        ],
        "courses": [
            {"id": name, "name": name, "equipment": "e", "training_days": 1, "class_min": 1, "class_max": 9}
            for name in "cd"
        ],
        "venues": [
            {"id": name, "name": name, "kind": kind, "city": city, **point}
            for name, kind, city in (
                ("V", "school", "North"),
                ("W", "camp", "North"),
                ("X", "school", "South"),
            )
        ],
        "calendar": rows,
    }
    return Scenario.model_validate({**tables, **changes})


def credits(*rows: CalendarRow, venue: str = "V", course: str = "c", **changes: Any) -> list[int]:
    """Credits of a venue and course, day by day; the checker's own calendar must say the same."""
    scenario = fortnight(*rows, **changes)
    found = [int(credit) for credit in WorkCalendar(scenario).credits(venue, course)]
    walk, where, what = DayWalk(scenario), scenario.venue_by_id[venue], scenario.course_by_id[course]
    assert found == [walk.credit(where, what, scenario.day(number)) for number in range(scenario.days)]
    return found


def away(*rows: CalendarRow, unit: str = "U") -> list[int]:
    """Days of January that a unit is at its depot; the checker's own calendar must say the same."""
    scenario = fortnight(*rows)
    flags = WorkCalendar(scenario).at_depot(unit).tolist()
    walk, who = DayWalk(scenario), scenario.unit_by_id[unit]
    assert flags == [walk.at_depot(who, scenario.day(number)) for number in range(scenario.days)]
    return [5 + number for number, flag in enumerate(flags) if flag]


WEEK = [100] * 5 + [0] * 2


# Working days and holidays


def test_without_rows_the_working_days_count():
    """Monday to Friday by default."""
    assert credits() == WEEK * 2


def test_other_working_days():
    """Saturday to Wednesday, in any order of writing."""
    names = ["sat", "mon", "wed", "tue", "sun"]
    assert credits(working_days=names) == [100, 100, 100, 0, 0, 100, 100] * 2


def test_the_horizon_may_start_on_any_weekday():
    """From Thursday 8 to Tuesday 13: two days, a weekend, two days."""
    assert credits(start=day("01-08"), end=day("01-13")) == [100, 100, 0, 0, 100, 100]


def test_public_holidays_and_joint_leave_of_indonesia_are_closed():
    """March 2026: Nyepi and its joint leave on 18 and 19, Eid from Friday 20 to Tuesday 24."""
    scenario = fortnight(start=day("03-16"), end=day("03-27"), holidays="ID")
    calendar = WorkCalendar(scenario)
    # Mon 16, Tue 17 work; Wed 18 to Tue 24 closed; Wed 25 to Fri 27 work.
    assert calendar.credits("V", "c").tolist() == [100, 100, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100]
    assert list(calendar.holidays) == [day(f"03-{number}") for number in range(18, 25)]
    assert calendar.holidays[day("03-18")] == "Day of Silence Joint Holiday"


def test_holidays_of_every_year_of_the_horizon():
    """New Year 2026 and 2027; both ends of the horizon are included."""
    scenario = fortnight(start=day("01-01"), end=date(2027, 1, 1), holidays="ID")
    known = WorkCalendar(scenario).holidays
    assert min(known) == day("01-01")
    assert max(known) == date(2027, 1, 1)


def test_an_unknown_country_is_an_error():
    """Validation tells it first; nothing is guessed here."""
    with pytest.raises(KeyError, match="XX"):
        WorkCalendar(fortnight(holidays="XX"))


# One row


def test_a_row_counts_on_both_its_ends():
    """Closed from Tuesday 6 to Thursday 8."""
    assert credits(row("all", "01-06", "01-08", "0"))[:7] == [100, 0, 0, 0, 100, 0, 0]


def test_a_row_may_reach_beyond_the_horizon():
    """Half days from long before to long after, and rows wholly outside."""
    assert credits(row("all", "01-01", "12-31", "50")) == [50] * 5 + [0] * 2 + [50] * 5 + [0] * 2
    outside = row("all", "01-01", "01-04", "0"), row("all", "01-19", "01-31", "0")
    assert credits(*outside) == WEEK * 2


def test_weekdays_limit_a_row():
    """Fridays closed, in both weeks."""
    assert credits(row("all", "01-01", "01-31", "0", weekdays="fri")) == [100, 100, 100, 100, 0, 0, 0] * 2
    # From Wednesday 7 on, Mondays and Wednesdays: 7, 12 and 14.
    assert credits(row("all", "01-07", "01-31", "30", weekdays="wed mon")) == [
        *(100, 100, 30, 100, 100, 0, 0),
        *(30, 100, 30, 100, 100, 0, 0),
    ]


def test_a_credit_does_not_open_a_closed_day():
    """75 on a Saturday is still the lowest credit, 0."""
    assert credits(row("all", "01-05", "01-11", "75"))[:7] == [75] * 5 + [0] * 2


def test_of_several_rows_the_lowest_credit_counts():
    """The order does not matter, nor how narrow the scope is."""
    ramadan, term = row("all", "01-05", "01-07", "75"), row("venue:V", "01-06", "01-08", "80")
    assert credits(ramadan, term)[:4] == [75, 75, 75, 80]
    assert credits(term, ramadan)[:4] == [75, 75, 75, 80]


@pytest.mark.parametrize(
    ("scope", "venue", "course", "applies"),
    [
        ("all", "V", "c", True),
        ("city:North", "V", "c", True),
        ("city:North", "X", "c", False),
        ("kind:school", "X", "c", True),
        ("kind:school", "W", "c", False),
        ("venue:V", "V", "d", True),
        ("venue:V", "W", "c", False),
        ("course:c", "X", "c", True),
        ("course:c", "V", "d", False),
        ("unit:U", "V", "c", False),
        ("depot:D", "V", "c", False),
    ],
)
def test_whom_a_scope_speaks_of(scope, venue, course, applies):
    """Rows of units and depots say nothing of venues."""
    assert credits(row(scope, "01-05", "01-05", "0"), venue=venue, course=course)[0] == (
        0 if applies else 100
    )


# Open rows


def test_an_open_row_opens_weekends():
    """Without weekdays it speaks of every day."""
    assert credits(row("all", "01-05", "01-11", "open"))[:7] == [100] * 7
    assert credits(row("all", "01-10", "01-10", "open:60"))[:7] == [100, 100, 100, 100, 100, 60, 0]


def test_an_open_row_with_weekdays_opens_just_these():
    """Saturdays, but no Sundays."""
    assert credits(row("all", "01-05", "01-18", "open:50", weekdays="sat")) == [*[100] * 5, 50, 0] * 2
    assert credits(row("all", "01-05", "01-18", "open", weekdays="mon tue wed thu fri")) == WEEK * 2


def test_an_open_row_opens_holidays():
    """Friday 16 January 2026 is Isra' and Mi'raj."""
    assert credits(holidays="ID")[11] == 0
    assert credits(row("venue:V", "01-16", "01-16", "open"), holidays="ID")[11] == 100
    assert credits(row("venue:V", "01-16", "01-16", "open", weekdays="fri"), holidays="ID")[11] == 100
    assert credits(row("venue:V", "01-16", "01-16", "open", weekdays="thu"), holidays="ID")[11] == 0


def test_an_open_row_says_outright_what_the_day_is_worth():
    """It is lower than the 100 that the day would have, and higher than the 75 before it."""
    assert credits(row("all", "01-05", "01-05", "open:40"))[0] == 40
    assert credits(row("all", "01-05", "01-05", "75"), row("all", "01-05", "01-05", "open:90"))[0] == 90


def test_an_open_row_overrules_only_earlier_rows():
    """A closure written below it stands."""
    opened, closed = row("all", "01-05", "01-05", "open"), row("all", "01-05", "01-05", "0")
    assert credits(closed, opened)[0] == 100
    assert credits(opened, closed)[0] == 0
    assert credits(closed, opened, closed)[0] == 0


def test_an_open_row_overrules_only_on_its_days():
    """Closed all week, open on Wednesday."""
    closed = row("all", "01-05", "01-09", "0")
    assert credits(closed, row("all", "01-07", "01-07", "open"))[:5] == [0, 0, 100, 0, 0]
    assert credits(closed, row("all", "01-05", "01-09", "open", weekdays="tue thu"))[:5] == [
        0,
        100,
        0,
        100,
        0,
    ]


def test_a_later_open_row_overrules_an_earlier_one():
    """The last word counts, higher or lower."""
    low, high = row("all", "01-05", "01-05", "open:30"), row("all", "01-05", "01-05", "open:80")
    assert credits(low, high)[0] == 80
    assert credits(high, low)[0] == 30


def test_an_overruled_row_stays_overruled():
    """The first open row removed the closure for good; the second removes the first open row."""
    rows = (
        row("all", "01-05", "01-05", "0"),
        row("all", "01-05", "01-05", "open:30"),
        row("city:North", "01-05", "01-05", "open:80"),
    )
    assert credits(*rows)[0] == 80
    # For South only the first two speak.
    assert credits(*rows, venue="X")[0] == 30


# What each scope overrules: itself and what is wider; pairs that do not compare stand side by side.
SCOPES = ("all", "city:North", "kind:school", "venue:V", "course:c")
WIDER = {
    "all": {"all"},
    "city:North": {"all", "city:North"},
    "kind:school": {"all", "kind:school"},
    "venue:V": {"all", "city:North", "kind:school", "venue:V"},
    "course:c": {"all", "course:c"},
}


@pytest.mark.parametrize("opener", SCOPES)
@pytest.mark.parametrize("closer", SCOPES)
def test_open_rows_overrule_the_same_and_wider_scopes(closer, opener):
    """An open row below a closure, for all pairs of scopes."""
    expected = 100 if closer in WIDER[opener] else 0
    assert credits(row(closer, "01-05", "01-05", "0"), row(opener, "01-05", "01-05", "open"))[0] == expected
    # The other way round the closure always stands.
    assert credits(row(opener, "01-05", "01-05", "open"), row(closer, "01-05", "01-05", "0"))[0] == 0


@pytest.mark.parametrize("opener", SCOPES)
def test_weekends_are_a_row_of_scope_all(opener):
    """Every scope is as narrow as that, so each can open a Saturday."""
    assert credits(row(opener, "01-10", "01-10", "open"))[5] == 100


def test_an_open_row_next_to_a_lower_credit_it_cannot_overrule():
    """The course counts half a day; opening the venue does not change that."""
    assert (
        credits(row("course:c", "01-10", "01-10", "50"), row("venue:V", "01-10", "01-10", "open:80"))[5] == 50
    )
    assert (
        credits(row("course:c", "01-10", "01-10", "90"), row("venue:V", "01-10", "01-10", "open:80"))[5] == 80
    )


# Units and depots


def test_a_unit_is_at_its_depot_on_days_of_its_rows():
    """Both ends included; weekends are no days at the depot."""
    assert away() == []
    assert away(row("unit:U", "01-06", "01-08", "0")) == [6, 7, 8]
    assert away(row("unit:T", "01-06", "01-08", "0")) == []
    assert away(row("unit:U", "01-05", "01-18", "0", weekdays="sat")) == [10, 17]


def test_rows_of_a_depot_are_those_of_its_units():
    """U and T live at D, S at E."""
    service = row("depot:D", "01-06", "01-06", "0")
    assert away(service, unit="U") == away(service, unit="T") == [6]
    assert away(service, unit="S") == []


def test_rows_of_venues_send_no_unit_home():
    """Nor do rows of everything, cities, kinds and courses."""
    assert away(*[row(scope, "01-05", "01-18", "0") for scope in SCOPES]) == []


def test_open_rows_of_units_and_depots():
    """A unit's open row overrules its own and its depot's earlier rows, a depot's only the depot's."""
    unit, depot = row("unit:U", "01-06", "01-06", "0"), row("depot:D", "01-06", "01-06", "0")
    unit_open, depot_open = row("unit:U", "01-06", "01-06", "open"), row("depot:D", "01-06", "01-06", "open")
    assert away(unit, unit_open) == []
    assert away(depot, unit_open) == []
    assert away(depot, unit_open, unit="T") == [6]
    assert away(depot, depot_open) == []
    assert away(unit, depot_open) == [6]
    assert away(unit_open, depot) == [6]
    # A row of scope all is of another kind and overrules nothing here.
    assert away(unit, row("all", "01-06", "01-06", "open")) == [6]


# Why


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("01-05", ""),
        ("01-06", "Ramadan"),
        ("01-07", "Exams, Flood"),
        ("01-08", "Fair"),
        ("01-10", "not a working day"),
        ("01-16", "Isra' and Mi'raj"),
    ],
)
def test_why_names_what_decides_the_day(when, expected):
    """The rows with the lowest credit that are left, a holiday, a weekend; nothing on a plain day."""
    rows = (
        row("all", "01-06", "01-08", "75", name="Ramadan"),
        row("kind:school", "01-07", "01-08", "0", name="Exams"),
        row("city:North", "01-07", "01-08", "0", name="Flood"),
        row("venue:V", "01-08", "01-08", "open:90", name="Fair"),
    )
    assert WorkCalendar(fortnight(*rows, holidays="ID")).why("V", "c", day(when)) == expected


# Caching


def test_venues_with_the_same_rows_share_their_days():
    """A thousand venues without rows of their own cost one array; it cannot be written to."""
    calendar = WorkCalendar(fortnight(row("venue:V", "01-05", "01-05", "0")))
    assert calendar.credits("W", "c") is calendar.credits("X", "d")
    assert calendar.credits("V", "c") is not calendar.credits("W", "c")
    with pytest.raises(ValueError, match="read-only"):
        calendar.credits("W", "c")[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        calendar.at_depot("U")[0] = True


# Against the checker's own calendar

VENUE_SCOPES = st.sampled_from([*SCOPES, "city:South", "kind:camp", "venue:W", "venue:X", "course:d"])
UNIT_SCOPES = st.sampled_from(["depot:D", "depot:E", "unit:U", "unit:T", "unit:S"])
CREDITS = st.one_of(st.sampled_from(["0", "open", "100"]), st.from_regex(CREDIT, fullmatch=True))


@st.composite
def calendar_rows(draw: st.DrawFn) -> CalendarRow:
    """Any row, from before the horizon to after it."""
    venue = draw(st.booleans())
    first = day("01-01") + timedelta(days=draw(st.integers(0, 20)))
    return CalendarRow.model_validate(
        {
            "name": "row",
            "scope": draw(VENUE_SCOPES if venue else UNIT_SCOPES),
            "from": first,
            "to": first + timedelta(days=draw(st.integers(0, 12))),
            "weekdays": draw(st.sets(st.sampled_from(WEEKDAYS), max_size=3)),
            "credit": draw(CREDITS if venue else st.sampled_from(["0", "0", "open"])),
        }
    )


@settings(max_examples=120, deadline=None)
@given(
    st.lists(calendar_rows(), max_size=12),
    st.sets(st.sampled_from(WEEKDAYS)),
    st.sampled_from(["", "ID"]),
)
def test_both_calendars_agree(rows, working_days, holidays):
    """The arrays and the day-by-day walk, written apart, give the same credits and depot days."""
    scenario = fortnight(*rows, working_days=sorted(working_days), holidays=holidays)
    arrays, walk = WorkCalendar(scenario), DayWalk(scenario)
    days = [scenario.day(number) for number in range(scenario.days)]
    for venue in scenario.venues:
        for course in scenario.courses:
            walked = [walk.credit(venue, course, when) for when in days]
            assert arrays.credits(venue.id, course.id).tolist() == walked
    for unit in scenario.units:
        assert arrays.at_depot(unit.id).tolist() == [walk.at_depot(unit, when) for when in days]
