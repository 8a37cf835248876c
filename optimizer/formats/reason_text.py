"""Why a request is not served, as a sentence in English or Indonesian, from a reason's facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from optimizer.domain.facts import (
    Absence,
    AbsenceFacts,
    Block,
    ClassFacts,
    DriveFacts,
    EquipmentFacts,
    FacilityFacts,
    Facts,
    GainFacts,
    InstructorFacts,
    InTheWay,
    Loss,
    Move,
    PinFacts,
    RestFacts,
    StayFacts,
    SwapFacts,
    TakenFacts,
    Thing,
    TriedFacts,
    VehicleFacts,
    Window,
    WindowFacts,
    Worth,
)
from optimizer.domain.plan import Reason
from optimizer.formats.reason_sentences import SENTENCES
from optimizer.formats.words import LANGUAGES, SHORT_MONTHS, Language, day, number


def reason_text(reason: Reason, language: Language) -> str:
    """The sentence of a reason; one without facts is said as its maker wrote it."""
    return reason.text if reason.facts is None else sentence(reason.facts, language)


def sentence(facts: Facts, language: Language) -> str:
    """The sentence that tells a reason's facts."""
    return str(_TELLERS[type(facts)](_Voice(language), facts))


@dataclass(frozen=True, slots=True)
class _Count:
    """A number that takes its noun from the format: ``{people:person|people}``."""

    count: int
    language: Language

    def __format__(self, nouns: str) -> str:
        said = number(self.count, self.language)
        one, _, many = nouns.partition("|")
        return f"{said} {one if self.count == 1 else many or one}" if nouns else said


@dataclass(frozen=True, slots=True)
class _Voice:
    """Says parts of sentences in one language."""

    language: Language

    def say(self, key: str, **values: object) -> str:
        filled = {
            name: _Count(value, self.language) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return SENTENCES[key][LANGUAGES.index(self.language)].format_map(filled)

    def listed(self, items: Sequence[str], more: int = 0) -> str:
        if more:
            return self.say("and_more", head=", ".join(items), more=more)
        if len(items) < 2:
            return "".join(items)
        key = "and" if len(items) == 2 else "and_last"
        return self.say(key, head=", ".join(items[:-1]), last=items[-1])

    def thing(self, thing: Thing) -> str:
        return thing.name if thing.name == thing.id else self.say("thing", name=thing.name, id=thing.id)

    def span(self, first: date, last: date) -> str:
        if first == last:
            return day(first, self.language)
        short = f"{first.day} {SHORT_MONTHS[self.language][first.month - 1]}"
        head = short if first.year == last.year else day(first, self.language)
        return self.say("span", first=head, last=day(last, self.language))

    def points(self, points: float) -> str:
        """Without sign: one decimal, or three where one would hide the number."""
        size = abs(points)
        return number(size, self.language, 3 if size < 1 and round(size, 1) != size else 1)

    def training_days(self, days: float) -> str:
        return f"{days:g}".replace(".", "." if self.language == "en" else ",")

    def rotations(self, rotations: Sequence[InTheWay], more: int) -> str:
        said = [
            self.say(
                "own_rotation" if one.own else "rotation",
                rotation=one.rotation,
                unit=one.unit,
                span=self.span(one.first, one.last),
            )
            for one in rotations
        ]
        return self.listed(said, more)

    def window(self, window: Window) -> str:
        closes = self.say(
            "by_latest" if window.closed_by == "latest" else "by_end", day=day(window.closes, self.language)
        )
        return self.say("from_to", opens=self._opens(window), closes=closes)

    def _opens(self, window: Window) -> str:
        lead = self.say("lead", days=window.lead_days)
        if window.opens is None:
            return lead
        opens = day(window.opens, self.language)
        if window.opened_by == "lead_days":
            return self.say("by_lead", day=opens, lead=lead)
        return self.say("by_earliest" if window.opened_by == "earliest" else "by_start", day=opens)

    def lost(self, days: int, lost: Sequence[Loss], more: int) -> str:
        if not lost:
            return ""
        parts = [
            self.say("loss", name=getattr(one.name, self.language), days=self.training_days(one.days))
            for one in lost
        ]
        return self.say("lost", days=days, lost=self.listed(parts, more))

    def units(self, units: int, looked_at: int) -> str:
        if looked_at < units:
            return self.say("units_near", units=units, looked_at=looked_at)
        return self.say("units_one" if units == 1 else "units_all", units=units)

    def brings(self, worth: Worth) -> str:
        key = "brings_more" if worth.classes else "brings_first"
        return self.say(key, people=worth.people, points=self.points(worth.points))

    def move(self, move: Move) -> str:
        key = "move_day" if move.first == move.last else "move"
        said = self.say(key, unit=move.unit, span=self.span(move.first, move.last))
        if not move.instead_of:
            return said
        gone = [
            self.say("gone" if one.unit == move.unit else "gone_other", **dict(one))
            for one in move.instead_of
        ]
        return self.say("move_instead", move=said, gone=self.listed(gone, move.more))

    def effect(self, move: Move) -> str:
        return self.say("loses", points=self.points(move.gain)) if move.gain else self.say("no_effect")


def _class(voice: _Voice, facts: ClassFacts) -> str:
    short = facts.class_min - facts.asked
    return voice.say(
        "class", course=voice.thing(facts.course), asked=facts.asked, class_min=facts.class_min, short=short
    )


def _rest(voice: _Voice, facts: RestFacts) -> str:
    following = facts.classes + 1
    return voice.say(
        "rest",
        course=voice.thing(facts.course),
        asked=facts.asked,
        left=facts.left,
        classes=facts.classes,
        class_min=facts.class_min,
        class_max=facts.class_max,
        next=following,
        needed=following * facts.class_min,
    )


def _equipment(voice: _Voice, facts: EquipmentFacts) -> str:
    return voice.say("equipment", equipment=facts.equipment, course=voice.thing(facts.course))


def _vehicle(voice: _Voice, facts: VehicleFacts) -> str:
    count = len(facts.units) + facts.more
    units = [voice.say("vehicle", unit=one.unit, vehicle=one.vehicle) for one in facts.units]
    return voice.say(
        "vehicle_one" if count == 1 else "vehicle_many",
        venue=voice.thing(facts.venue),
        access=facts.access,
        equipment=facts.equipment,
        count=count,
        units=voice.listed(units, facts.more),
    )


def _facility(voice: _Voice, facts: FacilityFacts) -> str:
    course, venue = voice.thing(facts.course), voice.thing(facts.venue)
    return voice.say("facility", course=course, venue=venue, missing=voice.listed(facts.missing))


def _window(voice: _Voice, facts: WindowFacts) -> str:
    window = voice.window(facts.window)
    if facts.window.opens is None or facts.window.opens > facts.window.closes:
        return voice.say("window_empty", window=window)
    return voice.say(
        "window",
        course=voice.thing(facts.course),
        venue=voice.thing(facts.venue),
        window=window,
        training_days=facts.training_days,
        offered=voice.training_days(facts.offered),
        lost=voice.lost(facts.days, facts.lost, facts.more),
    )


def _stay(voice: _Voice, facts: StayFacts) -> str:
    days = (facts.shortest.last - facts.shortest.first).days + 1
    return voice.say(
        "stay",
        course=voice.thing(facts.course),
        window=voice.window(facts.window),
        training_days=facts.training_days,
        max_span=facts.max_span,
        days=days,
        shortest=voice.span(facts.shortest.first, facts.shortest.last),
        lost=voice.lost(days, facts.lost, facts.more),
    )


def _absences(voice: _Voice, facts: AbsenceFacts) -> str:
    return voice.say(
        "absence",
        span=voice.span(facts.span.first, facts.span.last),
        days=facts.days,
        units=voice.listed([_absence(voice, one) for one in facts.units], facts.more),
    )


def _absence(voice: _Voice, unit: Absence) -> str:
    parts = []
    if unit.comes:
        parts.append(voice.say("comes", day=day(unit.comes, voice.language)))
    if unit.leaves:
        parts.append(voice.say("leaves", day=day(unit.leaves, voice.language)))
    if unit.at_depot:
        spans = [voice.span(span.first, span.last) for span in unit.at_depot]
        parts.append(voice.say("at_depot", spans=voice.listed(spans, unit.more)))
    return f"{unit.unit} {voice.listed(parts)}"


def _instructors(voice: _Voice, facts: InstructorFacts) -> str:
    return voice.say(
        "instructors", instructors=voice.thing(facts.instructors), course=voice.thing(facts.course)
    )


def _pins(voice: _Voice, facts: PinFacts) -> str:
    return voice.say("pins", starts=facts.starts, rotations=voice.rotations(facts.rotations, facts.more))


def _taken(voice: _Voice, facts: TakenFacts) -> str:
    counts = [
        voice.say("alone", starts=block.alone, rule=block.rule) for block in facts.blocks if block.alone
    ]
    if facts.shared:
        counts.append(voice.say("shared", starts=facts.shared))
    return voice.say(
        "taken" if len(facts.blocks) == 1 else "taken_together",
        starts=facts.starts,
        units=voice.units(facts.units, facts.looked_at),
        span=voice.span(facts.span.first, facts.span.last),
        counts=voice.listed(counts) if len(facts.blocks) > 1 else "",
        holders="; ".join(_block(voice, block, facts.units) for block in facts.blocks),
    )


def _block(voice: _Voice, block: Block, units: int) -> str:
    one = units == 1 if block.rule == "R5" else block.limit == 1
    return voice.say(
        f"{block.rule}_{'one' if one else 'many'}",
        of=voice.thing(block.of) if block.of else "",
        limit=block.limit,
        rotations=voice.rotations(block.rotations, block.more),
    )


def _gain(voice: _Voice, facts: GainFacts) -> str:
    return voice.say("gain", move=voice.move(facts.move), points=voice.points(facts.move.gain))


def _tried(voice: _Voice, facts: TriedFacts) -> str:
    best = ""
    if facts.best:
        best = voice.say("tried_best", move=voice.move(facts.best), effect=voice.effect(facts.best))
    return voice.say("tried", brings=voice.brings(facts.worth), tried=facts.tried, best=best)


def _drive(voice: _Voice, facts: DriveFacts) -> str:
    return voice.say(
        "drive",
        brings=voice.brings(facts.worth),
        move=voice.move(facts.move),
        points=voice.points(facts.points),
        km=number(facts.km, voice.language, 1),
    )


def _swap(voice: _Voice, facts: SwapFacts) -> str:
    return voice.say(
        "swap",
        brings=voice.brings(facts.worth),
        units=voice.units(facts.units, facts.looked_at),
        move=voice.move(facts.best),
        effect=voice.effect(facts.best),
    )


_TELLERS: dict[type, Callable[[_Voice, Any], str]] = {
    ClassFacts: _class,
    RestFacts: _rest,
    EquipmentFacts: _equipment,
    VehicleFacts: _vehicle,
    FacilityFacts: _facility,
    WindowFacts: _window,
    StayFacts: _stay,
    AbsenceFacts: _absences,
    InstructorFacts: _instructors,
    PinFacts: _pins,
    TakenFacts: _taken,
    GainFacts: _gain,
    TriedFacts: _tried,
    DriveFacts: _drive,
    SwapFacts: _swap,
}
