"""Random plans near the border of what the rules allow: most break one rule or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tests.oracles.exact import options
from tests.oracles.judge import Stay, judge
from tests.oracles.net import Option
from tests.oracles.world import World


@dataclass(frozen=True, slots=True)
class Trial:
    """A plan to be judged, with a base plan and a freeze date where it is a replanned one."""

    stays: tuple[Stay, ...]
    base: tuple[Stay, ...] = ()
    freeze: date | None = None


def trials(world: World, random: Random, number: int) -> Iterator[Trial]:
    """So many random plans; the pins of the scenario are mostly in them."""
    if not world.requests or not world.units:
        return
    possible = options(world)
    pins = [Stay(pin.request, pin.unit, pin.start) for pin in world.scenario.pins]
    for turn in range(number):
        if turn % 3 == 0 or not possible:
            stays = [_anywhere(world, random)]
        else:
            stays = _packed(world, random, possible, random.randint(1, 4))
        if random.random() < 0.35:
            place = random.randrange(len(stays))
            stays[place] = _nudged(world, random, stays[place])
        if random.random() < 0.9:
            stays = list(dict.fromkeys([*pins, *stays]))
        random.shuffle(stays)
        yield _replanned(world, random, stays) if turn % 4 == 1 else Trial(tuple(stays))


def _anywhere(world: World, random: Random) -> Stay:
    """A single stay, fitting or not, on a day in or just outside the horizon."""
    day = world.scenario.start + timedelta(days=random.randint(-1, world.scenario.days))
    return Stay(random.choice(list(world.requests)), random.choice(list(world.units)), day)


def _packed(world: World, random: Random, possible: list[Option], number: int) -> list[Stay]:
    """Stays put closely together: a valid plan and one stay more, which may break it."""
    zero = world.scenario.start
    chosen = [random.choice(possible)]
    stays: list[Stay] = []
    # One turn more than stays: the last one is put in whatever it breaks.
    for turn in range(3 * number):
        last = random.choice(chosen)
        near = [option for option in possible if option not in chosen and _close(last, option)]
        if random.random() < 0.4:
            # What follows at once elsewhere is where moves are long enough or not by a day.
            after = [option for option in near if option.unit == last.unit and option.venue != last.venue]
            first = min((option.start for option in after), default=0)
            near = [option for option in after if option.start == first] or near
        option = random.choice(near if near and random.random() < 0.8 else possible)
        stay = Stay(option.request, option.unit, zero + timedelta(days=option.start))
        if turn == 3 * number - 1 or not judge(world, [*stays, stay]).broken - {"R10"}:
            chosen.append(option)
            stays.append(stay)
        if len(stays) > number:
            break
    return list(dict.fromkeys(stays))


def _close(one: Option, other: Option) -> bool:
    """Soon after it by the same unit; or at its venue, or of its course, at about the same time."""
    if one.unit == other.unit:
        return one.end < other.start <= one.end + 5
    return (one.venue == other.venue and other.start <= one.end) or (
        one.course == other.course and one.end - 1 <= other.start <= one.end + 1
    )


def _nudged(world: World, random: Random, stay: Stay) -> Stay:
    change = random.randrange(5)
    if change == 0:
        return replace(stay, unit=random.choice(list(world.units)))
    if change == 1:
        return replace(stay, request=random.choice(list(world.requests)))
    if change == 2:
        end = world.end_of(stay.request, stay.start)
        return replace(stay, end=(end or stay.start) + timedelta(days=random.choice((-1, 0, 1))))
    if change == 3:
        return replace(stay, people=random.randint(1, 20))
    return replace(stay, start=stay.start + timedelta(days=random.choice((-2, -1, 1, 2))))


def _replanned(world: World, random: Random, stays: list[Stay]) -> Trial:
    """A base plan that differs a little from the plan, and a freeze date among its days."""
    stays = list({stay.key: replace(stay, end=None, people=None) for stay in stays}.values())
    base = []
    for stay in stays:
        if random.random() < 0.85:
            end = world.end_of(stay.request, stay.start) or stay.start + timedelta(days=2)
            long = timedelta(days=random.choice((0, 0, 0, -1, 1)))
            base.append(replace(stay, end=max(stay.start, end + long), people=random.randint(1, 15)))
    if random.random() < 0.2:
        base.append(replace(_anywhere(world, random), end=world.scenario.end, people=3))
    base = list({stay.key: stay for stay in base}.values())
    freeze = world.scenario.start + timedelta(days=random.randint(0, world.scenario.days))
    return Trial(tuple(stays), tuple(base), freeze)
