"""
The tables and columns of a scenario, declared once.

Names, order, what is required, kinds and bounds come from the models of
``optimizer.domain.scenario``; only the help texts are added here. Reading, templates,
conversion and documentation all use this list, so no rule stands twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from optimizer.domain.scenario import (
    WEEKDAYS,
    CalendarRow,
    Course,
    Depot,
    Distance,
    Instructors,
    Pin,
    Request,
    Scenario,
    Unit,
    Venue,
)
from optimizer.exceptions import SILENCE, Sentence
from optimizer.formats.column_help import HELP, TABLE_HELP


class Kind(StrEnum):
    """What a cell holds; decides how it is read, written and explained."""

    ID = "id"
    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    IDS = "list of ids"
    WEEKDAYS = "list of weekdays"
    CREDIT = "credit"
    SCOPE = "scope"


LISTS = (Kind.IDS, Kind.WEEKDAYS)
NUMBERS = (Kind.WHOLE, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table, or one key of ``scenario.toml``.

    Parameters
    ----------
    name
        As written in the files; keys of ``scenario.toml`` are dotted (``moves.days``).
    field
        The model's field that it fills.
    kind
        What a cell holds.
    required
        Whether a cell must be given.
    default
        The value where none is given, as written in a file; empty for none.
    expected
        What a cell must be, to follow "is not": ``a whole number of at least 1``.
    choices
        The possible values of a choice; empty otherwise.
    help
        What it means, in one sentence.
    accept
        Takes a value of the right kind, returns it sound, or raises pydantic's
        ``ValidationError`` where it breaks a bound of the model.
    """

    name: str
    field: str
    kind: Kind
    required: bool
    default: str
    expected: Sentence
    choices: tuple[str, ...]
    help: str
    accept: Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a scenario: a CSV file of a folder, a sheet of a workbook."""

    name: str
    model: type[BaseModel]
    columns: tuple[Column, ...]
    required: bool
    help: str

    def column(self, name: str) -> Column | None:
        """The column of that name, None where there is none."""
        return next((column for column in self.columns if column.name == name), None)


def _plain(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The annotation without ``| None`` and ``Annotated``, and the constraints it carried."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return inner, tuple(metadata)
    return annotation, ()


def _checks(metadata: tuple[Any, ...]) -> list[str]:
    """Names of the model's own checks on a text."""
    return [getattr(getattr(item, "func", None), "__name__", "") for item in metadata]


def _kind(field: str, annotation: Any, metadata: tuple[Any, ...]) -> Kind:
    if field in (Kind.CREDIT, Kind.SCOPE):
        return Kind(field)
    if get_origin(annotation) is tuple:
        item = _plain(get_args(annotation)[0])[0]
        return Kind.WEEKDAYS if get_origin(item) is Literal else Kind.IDS
    if field == "working_days":
        return Kind.WEEKDAYS
    if get_origin(annotation) is Literal:
        return Kind.CHOICE
    if annotation is str:
        return Kind.ID if "_no_space" in _checks(metadata) else Kind.TEXT
    return {int: Kind.WHOLE, float: Kind.NUMBER, Decimal: Kind.NUMBER, date: Kind.DATE}[annotation]


def _bound(metadata: tuple[Any, ...], name: str) -> Any:
    """A bound among the constraints, which may stand in a nested ``Field``."""
    for item in metadata:
        inner = item.metadata if isinstance(item, FieldInfo) else [item]
        for constraint in inner:
            value = getattr(constraint, name, None)
            if value is not None:
                return value
    return None


def _expected(kind: Kind, metadata: tuple[Any, ...], choices: tuple[str, ...]) -> Sentence:
    match kind:
        case Kind.ID:
            return Sentence("an id of 1 to 64 characters without blanks")
        case Kind.TEXT:
            breaks = (
                Sentence(", line breaks allowed")
                if "_only_breaks" in _checks(metadata)
                else Sentence(" on one line")
            )
            return Sentence(
                "text of at most {length} characters{breaks}",
                length=_bound(metadata, "max_length") or 200,
                breaks=breaks,
            )
        case Kind.DATE:
            return Sentence("a date like 2026-01-31")
        case Kind.CHOICE:
            return Sentence("one of {choices}", choices=", ".join(choices))
        case Kind.IDS:
            return Sentence("a list of ids separated by spaces")
        case Kind.WEEKDAYS:
            return Sentence("a list of weekdays out of {weekdays}", weekdays=" ".join(WEEKDAYS))
        case Kind.CREDIT:
            return Sentence("a whole number 0..100, open, or open:1 to open:100")
        case Kind.SCOPE:
            return Sentence("all, or one of city: kind: venue: course: depot: unit: followed by a name")
    what = Sentence("a whole number") if kind is Kind.WHOLE else Sentence("a number")
    low, above, high = (_bound(metadata, name) for name in ("ge", "gt", "le"))
    bounds = (
        Sentence(" above {above}", above=above)
        if above is not None
        else Sentence(" of at least {low}", low=low)
    )
    if low is not None and low < 0:
        bounds = Sentence(" within {low}..{high}", low=low, high=high)
    elif high is not None and high < 10**9:
        bounds = Sentence("{bounds} and at most {high}", bounds=bounds, high=high)
    places = _bound(metadata, "decimal_places")
    decimals = Sentence(" with at most {places} decimals", places=places) if places else SILENCE
    return Sentence("{what}{bounds}{decimals}", what=what, bounds=bounds, decimals=decimals)


def written(value: object) -> str:
    """A value of a scenario as it stands in a file; None is empty."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _column(table: str, field: str, info: FieldInfo, prefix: str = "") -> Column:
    annotation, inner = _plain(info.annotation)
    metadata = (*info.metadata, *inner)
    kind = _kind(field, annotation, metadata)
    choices = tuple(map(str, get_args(annotation))) if kind is Kind.CHOICE else ()
    name = prefix + (info.alias or field)
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(annotation, *metadata)] if metadata else annotation)
    # An empty list is a default like any other: written as nothing.
    return Column(
        name=name,
        field=field,
        kind=kind,
        required=info.is_required(),
        default="" if info.is_required() else written(info.default),
        expected=_expected(kind, metadata, choices),
        choices=choices,
        help=HELP[table, name],
        accept=adapter.validate_python,
    )


def _table(name: str, model: type[BaseModel], *, required: bool = True) -> Table:
    columns = tuple(_column(name, field, info) for field, info in model.model_fields.items())
    return Table(name, model, columns, required, TABLE_HELP[name])


#: Name of the matrix among the tables; its file bears the name that ``travel.file`` gives.
DISTANCES = "distances"

#: Name of the settings: ``scenario.toml`` in a folder, the sheet ``scenario`` in a workbook.
SETTINGS = "scenario"


@cache
def tables() -> dict[str, Table]:
    """Every table with a name of its own, in the order of the documentation."""
    return {
        table.name: table
        for table in (
            _table("depots", Depot),
            _table("units", Unit),
            _table("courses", Course),
            _table("venues", Venue),
            _table("requests", Request),
            _table("calendar", CalendarRow),
            _table("instructors", Instructors, required=False),
            _table("pins", Pin, required=False),
        )
    }


@cache
def matrix() -> Table:
    """The matrix of distances."""
    return _table(DISTANCES, Distance, required=False)


def column_names(name: str, *, required: bool = False) -> tuple[str, ...]:
    """Columns of a table, of the matrix or of the sheet ``scenario``; none of any other."""
    if name == SETTINGS:
        return ("key", "value")
    table = matrix() if name == DISTANCES else tables().get(name)
    return tuple(column.name for column in table.columns if column.required or not required) if table else ()


@cache
def settings() -> dict[str, Column]:
    """Every key of ``scenario.toml`` by its dotted name, in the order of the documentation."""

    def walk() -> Iterator[Column]:
        sections: list[tuple[str, type[BaseModel]]] = []
        for field, info in Scenario.model_fields.items():
            model = info.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):
                sections.append((field, model))
            elif field not in tables() and field != DISTANCES:
                yield _column(SETTINGS, field, info)
        for section, model in sections:
            for field, info in model.model_fields.items():
                yield _column(SETTINGS, field, info, f"{section}.")

    return {column.name: column for column in walk()}
