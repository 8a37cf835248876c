"""The scenario: what an agency has, what it is asked for, and when (RULES.md section 1)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from optimizer.exceptions import Sentence

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Size = Literal["S", "M", "L"]
SIZES: tuple[Size, ...] = ("S", "M", "L")
Provider = Literal["road", "geodesic", "matrix", "osrm", "valhalla"]


def _no_control(text: str) -> str:
    # The short way first: nearly every text is printable, and there may be a million.
    if not text.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise ValueError(Sentence("must not hold control characters"))
    return text


def _only_breaks(text: str) -> str:
    _no_control(text.translate({ord(char): None for char in "\n\r\t"}))
    return text


def _no_space(text: str) -> str:
    if " " in text or (not text.isprintable() and any(char.isspace() for char in text)):
        raise ValueError(Sentence("must not hold white space"))
    return _no_control(text)


def _credit(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not CREDIT.fullmatch(text):
        raise ValueError(Sentence("must be a whole number 0..100, open, or open:1 to open:100"))
    return text


CREDIT = re.compile(r"(?:100|[1-9]?[0-9])|open(?::(?:100|[1-9][0-9]?))?")
SCOPE = re.compile(r"\A(?:all|(?:city|kind|venue|course|depot|unit):.+)\Z", re.DOTALL)

Id = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_no_space)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_control)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Positive = Annotated[int, Field(ge=1, le=10**9)]
Rate = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Ids = Annotated[tuple[Id, ...], Field(min_length=1)]


class Frozen(BaseModel):
    """A value that never changes; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Depot(Frozen):
    """Home of units: a training centre."""

    id: Id
    name: Name
    city: Name
    latitude: Latitude
    longitude: Longitude


class Unit(Frozen):
    """A vehicle fitted out for one or more training fields."""

    id: Id
    name: Name
    depot: Id
    equipment: Ids
    vehicle: Size = "M"
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")


class Course(Frozen):
    """A class type: what it needs, how long it lasts, how many it takes."""

    id: Id
    name: Name
    equipment: Id
    training_days: Positive
    class_min: Positive
    class_max: Positive
    needs: tuple[Id, ...] = ()
    value: Rate = Decimal(1)
    max_span: Positive | None = None

    @property
    def longest_stay(self) -> int:
        """Longest stay in calendar days, both ends included (``max_span`` or its default)."""
        return self.max_span if self.max_span is not None else 2 * self.training_days + 4


class Venue(Frozen):
    """A host place with rooms."""

    id: Id
    name: Name
    kind: Id
    city: Name
    district: Annotated[str, StringConstraints(max_length=200), AfterValidator(_no_control)] = ""
    latitude: Latitude
    longitude: Longitude
    rooms: Positive = 1
    access: Size = "L"
    facilities: tuple[Id, ...] = ()
    lead_days: Count = 0
    address: Annotated[str, StringConstraints(max_length=32_767), AfterValidator(_only_breaks)] = ""


class Request(Frozen):
    """A venue's demand for a course."""

    id: Id
    venue: Id
    course: Id
    people: Positive
    priority: Rate = Decimal(1)
    earliest: date | None = None
    latest: date | None = None


class CalendarRow(Frozen):
    """One row of ``calendar.csv``: from ``first`` to ``last`` a day of the scope counts ``credit``."""

    name: Name
    scope: Annotated[str, StringConstraints(pattern=SCOPE, max_length=300)]
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    weekdays: tuple[Weekday, ...] = ()
    credit: Annotated[str, BeforeValidator(_credit)]

    @property
    def opens(self) -> bool:
        """Whether this is an ``open`` row, which overrules earlier rows."""
        return self.credit.startswith("open")

    @property
    def percent(self) -> int:
        """What a day counts for, 0..100."""
        if not self.opens:
            return int(self.credit)
        return int(self.credit.partition(":")[2] or 100)

    @property
    def scope_type(self) -> str:
        """``all``, ``city``, ``kind``, ``venue``, ``course``, ``depot`` or ``unit``."""
        return self.scope.partition(":")[0]

    @property
    def scope_key(self) -> str:
        """What follows the colon; empty for ``all``."""
        return self.scope.partition(":")[2]

    def covers(self, day: date) -> bool:
        """Whether the row speaks of this day."""
        if not self.first <= day <= self.last:
            return False
        return not self.weekdays or WEEKDAYS[day.weekday()] in self.weekdays


class Instructors(Frozen):
    """A group of instructors: on no day more than ``count`` rotations of its courses (R9)."""

    id: Id
    name: Name
    courses: Ids
    count: Count


class Pin(Frozen):
    """A rotation fixed beforehand (R10)."""

    request: Id
    unit: Id
    start: date


class Distance(Frozen):
    """One entry of a matrix file; places are ``depot:<id>`` and ``venue:<id>``."""

    origin: str = Field(alias="from")
    destination: str = Field(alias="to")
    metres: Count


class Moves(Frozen):
    """Free days that a unit needs between stays at different venues."""

    days: Count = 1
    km_per_day: Annotated[Decimal, Field(gt=0, le=10**9, decimal_places=6)] = Decimal(300)


class Travel(Frozen):
    """Where distances come from."""

    provider: Provider = "road"
    file: str = ""
    a: Annotated[Decimal, Field(ge=0, le=10**6)] = Decimal("1.058")
    b: Annotated[Decimal, Field(ge=0, le=10**6)] = Decimal("36.6")


class Objective(Frozen):
    """The exchange rates, all in points."""

    person: Rate = Decimal(1)
    km: Rate = Decimal("0.01")
    equity: Rate = Decimal(0)
    change: Rate = Decimal(0)


class Scenario(Frozen):
    """
    Everything a plan is made from, as read; the tables keep the order of the files.

    The fields of a row are sound by themselves (types, bounds); that the rows fit
    together is what ``optimizer.domain.validate`` finds out.
    """

    name: Name
    start: date
    end: date
    timezone: str = "Asia/Jakarta"
    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: str = "ID"
    moves: Moves = Moves()
    travel: Travel = Travel()
    objective: Objective = Objective()
    depots: tuple[Depot, ...] = ()
    units: tuple[Unit, ...] = ()
    courses: tuple[Course, ...] = ()
    venues: tuple[Venue, ...] = ()
    requests: tuple[Request, ...] = ()
    calendar: tuple[CalendarRow, ...] = ()
    instructors: tuple[Instructors, ...] = ()
    pins: tuple[Pin, ...] = ()
    distances: tuple[Distance, ...] = ()

    @property
    def days(self) -> int:
        """Calendar days of the horizon, both ends included."""
        return (self.end - self.start).days + 1

    def day(self, index: int) -> date:
        """The date of a day index, 0 being the horizon's start."""
        return self.start + timedelta(days=index)

    def index(self, day: date) -> int:
        """The day index of a date, 0 being the horizon's start; may lie outside the horizon."""
        return (day - self.start).days

    @cached_property
    def depot_by_id(self) -> dict[str, Depot]:
        """Depots by id, in the order of the table."""
        return {row.id: row for row in self.depots}

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Units by id, in the order of the table."""
        return {row.id: row for row in self.units}

    @cached_property
    def course_by_id(self) -> dict[str, Course]:
        """Courses by id, in the order of the table."""
        return {row.id: row for row in self.courses}

    @cached_property
    def venue_by_id(self) -> dict[str, Venue]:
        """Venues by id, in the order of the table."""
        return {row.id: row for row in self.venues}

    @cached_property
    def request_by_id(self) -> dict[str, Request]:
        """Requests by id, in the order of the table."""
        return {row.id: row for row in self.requests}

    def replace(self, **changes: object) -> Self:
        """A new scenario with some fields changed; the indexes are built anew."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**{**fields, **changes})
