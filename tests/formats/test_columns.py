"""The one list of tables and columns agrees with the rule book's words."""

from __future__ import annotations

import pytest

from optimizer.formats.column_help import HELP, TABLE_HELP
from optimizer.formats.columns import Kind, column_names, matrix, settings, tables

#: RULES.md section 1: optional columns in brackets.
RULES = {
    "depots": "id name city latitude longitude",
    "units": "id name depot equipment [vehicle] [from] [to]",
    "courses": "id name equipment training_days class_min class_max [needs] [value] [max_span]",
    "venues": "id name kind city [district] latitude longitude [rooms] [access] [facilities] "
    "[lead_days] [address]",
    "requests": "id venue course people [priority] [earliest] [latest]",
    "calendar": "name scope from to [weekdays] credit",
    "instructors": "id name courses count",
    "pins": "request unit start",
}


@pytest.mark.parametrize("name", RULES)
def test_columns_are_those_of_the_rule_book(name):
    """Names, order and which are optional."""
    columns = tables()[name].columns
    assert [column.name if column.required else f"[{column.name}]" for column in columns] == RULES[
        name
    ].split()


def test_optional_tables_and_keys():
    """Instructors and pins may be missing; of the settings only name, start and end are required."""
    assert list(tables()) == list(RULES)
    assert [name for name, table in tables().items() if not table.required] == ["instructors", "pins"]
    assert [name for name, column in settings().items() if column.required] == ["name", "start", "end"]
    assert column_names("distances") == ("from", "to", "metres")
    assert column_names("x_ideas") == ()


def test_defaults_are_those_of_the_rule_book():
    """Vehicle M, value 1, rooms 1, access L, lead_days 0, priority 1; the rates of the settings."""
    defaults = {
        f"{table.name}.{column.name}": column.default
        for table in tables().values()
        for column in table.columns
        if column.default
    }
    assert defaults == {
        "units.vehicle": "M",
        "courses.value": "1",
        "venues.rooms": "1",
        "venues.access": "L",
        "venues.lead_days": "0",
        "requests.priority": "1",
    }
    assert settings()["travel.a"].default == "1.058"
    assert settings()["objective.km"].default == "0.01"


def test_every_column_has_help_and_no_help_is_left_over():
    """Each table, column and key is explained in a sentence."""
    known = {("scenario", name) for name in settings()}
    known |= {
        (table.name, column.name) for table in (*tables().values(), matrix()) for column in table.columns
    }
    assert known == set(HELP)
    assert {*tables(), "distances"} == set(TABLE_HELP)
    assert all(text.endswith(".") for text in (*HELP.values(), *TABLE_HELP.values()))


def test_kinds_decide_how_cells_are_read():
    """Ids and kinds are texts without blanks, cities are names, credits and scopes their own."""
    kinds = {
        f"{table.name}.{column.name}": column.kind for table in tables().values() for column in table.columns
    }
    assert kinds["venues.kind"] is Kind.ID
    assert kinds["venues.city"] is Kind.TEXT
    assert kinds["units.equipment"] is Kind.IDS
    assert kinds["courses.equipment"] is Kind.ID
    assert kinds["calendar.credit"] is Kind.CREDIT
    assert kinds["calendar.scope"] is Kind.SCOPE
    assert kinds["calendar.weekdays"] is Kind.WEEKDAYS
    assert settings()["working_days"].kind is Kind.WEEKDAYS
