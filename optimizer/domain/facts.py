"""
What reasons are made of: the numbers, days and names that stand in their sentences.

``optimizer.formats.reason_text`` says them in English and Indonesian; other programs
read them as they are. All days are included at both ends; of long lists the first few
are held, and ``more`` counts those left out.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from optimizer.domain.scenario import Frozen


class Thing(Frozen):
    """A venue, course or row of instructors."""

    id: str
    name: str


class Span(Frozen):
    """First and last day, both included."""

    first: date
    last: date


class InTheWay(Frozen):
    """A rotation of the plan; ``own`` tells a class of the unserved request itself."""

    rotation: str
    unit: str
    first: date
    last: date
    own: bool = False


class Bilingual(Frozen):
    """A name that each language has its own word for."""

    en: str
    id: str


class Loss(Frozen):
    """Training days that a row of the calendar, a holiday or weekends take."""

    name: Bilingual
    days: float


class ClassFacts(Frozen):
    """Fewer people ask than one class needs."""

    kind: Literal["class"] = "class"
    course: Thing
    asked: int
    class_min: int


class RestFacts(Frozen):
    """The people asked are too few for one class more than the plan's ``classes``."""

    kind: Literal["rest"] = "rest"
    course: Thing
    asked: int
    left: int
    classes: int
    class_min: int
    class_max: int


class EquipmentFacts(Frozen):
    """No unit carries the equipment."""

    kind: Literal["equipment"] = "equipment"
    course: Thing
    equipment: str


class Vehicle(Frozen):
    """A unit and the size of its vehicle."""

    unit: str
    vehicle: str


class VehicleFacts(Frozen):
    """Units carry the equipment, all in vehicles too big for the venue."""

    kind: Literal["vehicle"] = "vehicle"
    venue: Thing
    access: str
    equipment: str
    units: tuple[Vehicle, ...]
    more: int = 0


class FacilityFacts(Frozen):
    """The venue lacks facilities that the course needs."""

    kind: Literal["facility"] = "facility"
    course: Thing
    venue: Thing
    missing: tuple[str, ...]


class Window(Frozen):
    """
    Days within which a stay has to lie, and what sets them.

    ``opens`` is None where lead days reach beyond the horizon; a window that opens after
    it closes is empty.
    """

    opens: date | None
    opened_by: Literal["earliest", "lead_days", "horizon"]
    lead_days: int
    closes: date
    closed_by: Literal["latest", "horizon"]


class WindowFacts(Frozen):
    """The window offers fewer training days than the course takes; ``lost`` tells why, of ``days`` in all."""

    kind: Literal["window"] = "window"
    course: Thing
    venue: Thing
    window: Window
    training_days: int
    offered: float
    days: int
    lost: tuple[Loss, ...] = ()
    more: int = 0


class StayFacts(Frozen):
    """The shortest stay in the window is longer than ``max_span`` days; ``lost`` tells why."""

    kind: Literal["stay"] = "stay"
    course: Thing
    window: Window
    training_days: int
    max_span: int
    shortest: Span
    lost: tuple[Loss, ...] = ()
    more: int = 0


class Absence(Frozen):
    """When a unit is not there: before ``comes``, after ``leaves``, and ``at_depot``."""

    unit: str
    comes: date | None = None
    leaves: date | None = None
    at_depot: tuple[Span, ...] = ()
    more: int = 0


class AbsenceFacts(Frozen):
    """A stay takes at least ``days`` days of ``span``, and no unit that fits is there so long."""

    kind: Literal["absence"] = "absence"
    span: Span
    days: int
    units: tuple[Absence, ...]
    more: int = 0


class InstructorFacts(Frozen):
    """The course's row of instructors counts nobody."""

    kind: Literal["instructors"] = "instructors"
    course: Thing
    instructors: Thing


class PinFacts(Frozen):
    """Pinned rotations alone block all possible ``starts``."""

    kind: Literal["pins"] = "pins"
    starts: int
    rotations: tuple[InTheWay, ...]
    more: int = 0


class Block(Frozen):
    """
    What one rule has in the way, the rotations that block most starts first.

    ``of`` and ``limit`` are the venue and its rooms (R7), or the row of instructors and how
    many they are (R9). ``alone`` counts the starts that no other rule blocks.
    """

    rule: Literal["R5", "R7", "R9"]
    of: Thing | None = None
    limit: int = 0
    alone: int
    rotations: tuple[InTheWay, ...]
    more: int = 0


class TakenFacts(Frozen):
    """
    Every possible start collides with the plan.

    ``units`` could teach it, the nearest ``looked_at`` were looked at. One block by itself
    blocks every start; several do so together, and ``shared`` starts are blocked by more
    than one.
    """

    kind: Literal["taken"] = "taken"
    starts: int
    span: Span
    units: int
    looked_at: int
    blocks: tuple[Block, ...]
    shared: int = 0


class Gone(Frozen):
    """A rotation that an exchange takes out."""

    rotation: str
    unit: str
    people: int


class Move(Frozen):
    """One class more, and what has to go for it; ``gain`` is what the score changes by, in points."""

    unit: str
    first: date
    last: date
    instead_of: tuple[Gone, ...] = ()
    more: int = 0
    gain: float


class Worth(Frozen):
    """What one class more would bring, in points, beside the ``classes`` that the plan holds."""

    classes: int
    people: int
    points: float


class GainFacts(Frozen):
    """The plan overlooks a move that gains."""

    kind: Literal["gain"] = "gain"
    move: Move


class TriedFacts(Frozen):
    """None of the exchanges ``tried`` gains, and not all could be tried; ``best`` is the best of them."""

    kind: Literal["tried"] = "tried"
    worth: Worth
    tried: int
    best: Move | None = None


class DriveFacts(Frozen):
    """There is a free place, and the drive there costs at least what the class brings."""

    kind: Literal["drive"] = "drive"
    worth: Worth
    move: Move
    points: float
    km: float


class SwapFacts(Frozen):
    """No exchange gains; ``best`` is the one that loses least. ``units`` as in ``TakenFacts``."""

    kind: Literal["swap"] = "swap"
    worth: Worth
    units: int
    looked_at: int
    best: Move


Facts = Annotated[
    ClassFacts
    | RestFacts
    | EquipmentFacts
    | VehicleFacts
    | FacilityFacts
    | WindowFacts
    | StayFacts
    | AbsenceFacts
    | InstructorFacts
    | PinFacts
    | TakenFacts
    | GainFacts
    | TriedFacts
    | DriveFacts
    | SwapFacts,
    Field(discriminator="kind"),
]
