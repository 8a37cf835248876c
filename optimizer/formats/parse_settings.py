"""The settings of a scenario: from rows of key and value to the scenario's own fields."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from optimizer.domain.nearest import Names
from optimizer.domain.place import Locate, Place
from optimizer.domain.scenario import Moves, Objective, Travel
from optimizer.exceptions import Issue, Sentence
from optimizer.formats.cells import CellError, read_cell
from optimizer.formats.columns import SETTINGS, Column, settings
from optimizer.formats.header import read_header
from optimizer.formats.raw import Raw, RawTable, shortened

SECTIONS: dict[str, type[BaseModel]] = {"moves": Moves, "travel": Travel, "objective": Objective}


def parse_settings(raw: Raw, locate: Locate, issues: list[Issue]) -> dict[str, Any]:
    """
    The scenario's own fields, its sections as models; what could not be read is left out.

    Parameters
    ----------
    raw
        The raw form; its settings may be missing.
    locate
        Tells where a key stands.
    issues
        Where problems are added.
    """
    table = raw.settings
    given: dict[str, tuple[str | None, Place]] = {}
    if table is not None:
        header = read_header(table, ("key", "value"), ("key", "value"), issues)
        if header is None or len(header) < 2:
            table = None
        else:
            _gather(table, header, given, issues)
    fields: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, column in settings().items():
        section, _, _ = key.rpartition(".")
        text, place = given.get(key, ("", locate(SETTINGS, None, key)))
        into = sections[section] if section else fields
        if raw.workbook and text == "" and key in given and key == "holidays":
            message = Sentence("The value is empty: no public holidays are counted.")
            hint = Sentence("Write a country code such as ID, or delete the row for the default.")
            issues.append(place.warning("W16", message, hint))
        if text is None:
            continue
        if not text and not _empty_means_empty(column, key in given):
            if column.required and table is not None:
                message = (
                    Sentence("The value is empty; expected {expected}.", expected=column.expected)
                    if key in given
                    else Sentence("The key is missing; expected {expected}.", expected=column.expected)
                )
                issues.append(place.issue("S06", message))
            continue
        try:
            into[column.field] = read_cell(column, text)
        except CellError as fault:
            issues.append(place.issue(fault.code, fault.message, fault.hint))
    for section, model in SECTIONS.items():
        fields[section] = model.model_construct(**sections[section])
    return fields


def _empty_means_empty(column: Column, given: bool) -> bool:
    """Whether an empty value says something: no holidays, no working days, no file."""
    return given and not column.required and column.name in ("holidays", "working_days", "travel.file")


def _gather(
    table: RawTable,
    header: dict[str, int],
    given: dict[str, tuple[str | None, Place]],
    issues: list[Issue],
) -> None:
    for row, cells in enumerate(table.rows):
        key = cells[header["key"]]
        place = table.place(row, header["value"])
        place = Place(place.source, place.row or None, key, place.cell)
        if row in table.rough:
            continue
        if not key:
            if key is not None:
                issues.append(
                    Place(place.source, place.row).issue(
                        "S03", Sentence("A value stands here without a key.")
                    )
                )
        elif key not in settings():
            issues.append(_unknown_key(key, table.place(row, header["key"])))
        elif key in given:
            first = given[key][1].row
            issues.append(
                place.issue("S07", Sentence("The key stands twice, first in row {first}.", first=first))
            )
        else:
            given[key] = (cells[header["value"]], place)


def _unknown_key(key: str, place: Place) -> Issue:
    """The issue of a key that no scenario has."""
    names = Names(settings())
    hint = names.hint(key)
    if not hint:
        tails = [name for name in settings() if name.rpartition(".")[2] == key.rpartition(".")[2]]
        hint = (
            Sentence("Did you mean {found}?", found=tails[0])
            if tails
            else Sentence("Known keys: {keys}.", keys=", ".join(settings()))
        )
    spot = Place(place.source, place.row or None, None, place.cell)
    return spot.issue("S03", Sentence('"{key}" is not a key of a scenario.', key=shortened(key)), hint)
