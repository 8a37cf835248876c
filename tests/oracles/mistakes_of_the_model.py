"""The mistakes that the oracles must catch: in the core problem that the engine is given."""

from tests.oracles.seeding import Mistake

_COMPILE = "optimizer.compile"
_MOVES = "optimizer.transitions"


def _of(fact: str, right: str, wrong: str) -> Mistake:
    return Mistake(fact, _COMPILE, right, wrong)


MODEL = (
    # Days
    _of(
        "the window is a day too long",
        "scenario.index(request.latest) if",
        "scenario.index(request.latest) + 1 if",
    ),
    _of(
        "the window is a day too short",
        "scenario.index(request.latest) if",
        "scenario.index(request.latest) - 1 if",
    ),
    _of(
        "the window opens early",
        "scenario.index(request.earliest) if",
        "scenario.index(request.earliest) - 1 if",
    ),
    _of("lead days are ignored", "max(venue.lead_days,", "max(0,"),
    _of("a stay may start on a closed day", "valid = (credits > 0) & ", "valid = "),
    _of("a stay ends a day after its last", 'side="left"', 'side="right"'),
    _of(
        "half days count as whole ones",
        "total = np.cumsum(credits)",
        "total = np.cumsum(100 * (credits > 0))",
    ),
    _of("max_span is ignored", "(end - days + 1 <= longest_stay)", "(end - days + 1 <= 999)"),
    _of("max_span is a day too short", "(end - days + 1 <= longest_stay)", "(end - days + 1 < longest_stay)"),
    # Units
    _of(
        "a unit's last date is ignored",
        "if unit.last else scenario.days - 1",
        "if False else scenario.days - 1",
    ),
    _of("a unit's first date is ignored", "if unit.first else 0", "if False else 0"),
    _of(
        "days at the depot are ignored",
        "np.asarray(calendar.at_depot(unit.id), dtype=bool)",
        "np.zeros(scenario.days, dtype=bool)",
    ),
    _of("vehicles are compared the wrong way", "access[jobs] >= SIZES.index", "access[jobs] <= SIZES.index"),
    _of(
        "a vehicle that just fits does not",
        "access[jobs] >= SIZES.index",
        "access[jobs] > SIZES.index",
    ),
    _of("facilities are ignored", "set(needs) <= set(", "True or set(needs) <= set("),
    _of("the last equipment is forgotten", "for item in unit.equipment", "for item in unit.equipment[:1]"),
    # Moves
    Mistake(
        "long moves are rounded down",
        _MOVES,
        "-(-metres * 1000 // self.reach)",
        "metres * 1000 // self.reach",
    ),
    Mistake(
        "a move of just km_per_day is a long one",
        _MOVES,
        "np.where(metres * 1000 > self.reach, far, self.days)",
        "np.where(metres * 1000 >= self.reach, far, self.days)",
    ),
    Mistake(
        "short moves need no day",
        _MOVES,
        "np.where(metres * 1000 > self.reach, far, self.days)",
        "np.where(metres * 1000 > self.reach, far, 0)",
    ),
    Mistake("a unit moves within a venue", _MOVES, "np.fill_diagonal(gap, 0)", "pass"),
    Mistake(
        "legs are cut off",
        _MOVES,
        "(metres * self.rate + MICRO // 2) // MICRO",
        "metres * self.rate // MICRO",
    ),
    Mistake(
        "legs are driven backwards",
        _MOVES,
        "np.asarray(travel.metres(scenario, names, names), dtype=np.int64)",
        "np.asarray(travel.metres(scenario, names, names), dtype=np.int64).T",
    ),
    # Capacity
    _of(
        "rooms of the last venue are ignored",
        "scenario.venue_by_id[v].rooms for v in venues]",
        "scenario.venue_by_id[v].rooms + 9 * (v == venues[-1]) for v in venues]",
    ),
    _of("pins take no room", "room[place, start : end + 1] -= 1", "pass"),
    _of(
        "rooms are free on the last day of a pin",
        "room[place, start : end + 1] -= 1",
        "room[place, start:end] -= 1",
    ),
    _of("pins take no instructor", "pool[pool_of[course], start : end + 1] -= 1", "pass"),
    _of("instructors have one course", "for course in row.courses}", "for course in row.courses[:1]}"),
    _of(
        "an instructor more",
        "[row.count for row in scenario.instructors]",
        "[row.count + 1 for row in scenario.instructors]",
    ),
    # Classes
    _of(
        "the last class has to be full",
        "-(-request.people // course.class_max)",
        "max(1, request.people // course.class_max)",
    ),
    _of("classes may be too small", "request.people // course.class_min", "10**6"),
    _of("people attend twice", "min(request.people, k * course.class_max)", "k * course.class_max"),
    _of("worth is cut off", "count * rate + Fraction(1, 2)", "count * rate"),
    _of("a request's priority is forgotten", "Fraction(request.priority) * ", ""),
    _of("a course's value is forgotten", "Fraction(course.value) * ", ""),
    _of("pinned people are served again", "for k in range(pinned, most + 1)", "for k in range(most + 1)"),
    # Pins and equity
    _of(
        "a unit rests a day after a pin",
        "first, origin, leaves_pin = end + 1, place, True",
        "first, origin, leaves_pin = end + 2, place, True",
    ),
    _of(
        "a unit starts at home after a pin",
        "first, origin, leaves_pin = end + 1, place, True",
        "first, origin, leaves_pin = end + 1, home, False",
    ),
    _of("equity is forgotten", "if rate == 0:", "if True:"),
    _of(
        "equity forgets requests that nobody can serve",
        "for request in scenario.requests:\n        requested",
        "for request in jobs:\n        requested",
    ),
    _of("equity forgets the people of pins", "served.get(city, 0)", "0"),
    # A plan that is changed
    _of("what changes cost is forgotten", "if rate == 0 or not base:", "if True:"),
    _of(
        "pinned stays of the plan before may be lost",
        "if (stay.request, stay.unit, stay.start) not in pinned",
        "if True",
    ),
    _of("stays that cannot be kept are not lost", "Change(rate, len(base))", "Change(rate, len(found))"),
    _of("the same stay on the next day counts as kept", "row[start] = end", "row[min(start + 1, end)] = end"),
    _of("others may keep a stay", "of_unit.get(stay.unit, ())", "range(len(segments))"),
)
