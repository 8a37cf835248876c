"""The mistakes that the oracles must catch: in the calendar, the distances and the checker."""

from tests.oracles.seeding import Mistake

_CALENDAR = "optimizer.domain.work_calendar"
_TRAVEL = "optimizer.travel.distances"
_WALK = "optimizer.checker.walk"
_CASE = "optimizer.checker.case"
_BASE = "optimizer.checker.base"
_RULES = "optimizer.checker.rules"
_SIZES = "optimizer.checker.sizes"
_TABLES = "optimizer.checker.tables"
_WORTH = "optimizer.checker.worth"

CALENDAR = (
    Mistake(
        "a closure ends a day early",
        _CALENDAR,
        "self._scenario.index(row.last) + 1",
        "self._scenario.index(row.last)",
    ),
    Mistake(
        "weekdays are off by one",
        _CALENDAR,
        "scenario.start.weekday()) % 7",
        "scenario.start.weekday() + 1) % 7",
    ),
    Mistake("a row's weekdays are ignored", _CALENDAR, "if not row.weekdays:", "if True:"),
    Mistake("holidays are working days", _CALENDAR, "base[self._scenario.index(day)] = 0", "pass"),
    Mistake("an open row does not overrule", _CALENDAR, "lowest[wider][days] = _FULL", "pass"),
    Mistake(
        "a venue's open row leaves the closures of its kind",
        _CALENDAR,
        '"venue": ("all", "city", "kind", "venue")',
        '"venue": ("all", "city", "venue")',
    ),
    Mistake(
        "a course's open row overrules closures of a venue",
        _CALENDAR,
        '"course": ("all", "course")',
        '"course": ("all", "venue", "course")',
    ),
    Mistake(
        "an open row's own credit is forgotten",
        _CALENDAR,
        "np.minimum(own[days], row.percent)",
        "np.minimum(own[days], 100 if row.opens else row.percent)",
    ),
    Mistake(
        "rows are read by scope and not in file order",
        _CALENDAR,
        "sorted(number for scope in scopes for number in self._rows_of[scope])",
        "[number for scope in scopes for number in self._rows_of[scope]]",
    ),
    Mistake(
        "closures of a depot do not hold its units",
        _CALENDAR,
        'self._with_rows((f"depot:{unit.depot}", f"unit:{unit_id}"))',
        'self._with_rows((f"unit:{unit_id}",))',
    ),
    Mistake("a unit's open row leaves its depot's days", _CALENDAR, '("depot", "unit")', '("unit",)'),
)

TRAVEL = (
    Mistake(
        "roads are as long as flights",
        _TRAVEL,
        "return cls(float(scenario.travel.a), float(scenario.travel.b))",
        "return cls(1.0, 0.0)",
    ),
    Mistake("metres are cut off", _TRAVEL, "values - whole >= 0.5", "values - whole >= 1.0"),
    Mistake(
        "a matrix is read the wrong way round",
        _TRAVEL,
        "self._matrix[origins[row], destinations[column]]",
        "self._matrix[destinations[column], origins[row]]",
    ),
    Mistake("the earth is a ball", _TRAVEL, "_FLATTENING = 1 / 298.257223563", "_FLATTENING = 1e-12"),
)

CHECKER = (
    # R1 to R4
    Mistake(
        "the first equipment is the only one",
        _RULES,
        "not in stay.unit.equipment",
        "!= stay.unit.equipment[0]",
    ),
    Mistake(
        "vehicles are compared the wrong way",
        _RULES,
        "SIZES.index(stay.venue.access) < SIZES.index(stay.unit.vehicle)",
        "SIZES.index(stay.venue.access) > SIZES.index(stay.unit.vehicle)",
    ),
    Mistake("facilities are ignored", _RULES, "not in stay.venue.facilities", "not in stay.course.needs"),
    Mistake(
        "a stay may start on a closed day",
        _RULES,
        "case.walk.credit(stay.venue, stay.course, stay.start) == 0",
        "False",
    ),
    Mistake("a stay ends a day after its last", _WALK, "if missing <= 0:", "if missing < 0:"),
    Mistake(
        "every open day is a whole one",
        _WALK,
        "missing -= self._credit(reading, day)",
        "missing -= 100 * (self._credit(reading, day) > 0)",
    ),
    Mistake("max_span is ignored", _RULES, "if days > longest:", "if days > 999:"),
    Mistake("max_span leaves out the last day", _RULES, "if days > longest:", "if days - 1 > longest:"),
    Mistake(
        "the window opens a day late",
        _RULES,
        "request.earliest and stay.start < request.earliest",
        "request.earliest and stay.start <= request.earliest",
    ),
    Mistake(
        "the window closes for starts alone",
        _RULES,
        "request.latest and stay.end > request.latest",
        "request.latest and stay.start > request.latest",
    ),
    Mistake(
        "lead days are ignored", _RULES, "(stay.start - known).days < lead", "(stay.start - known).days < 0"
    ),
    Mistake("open rows do not overrule", _WALK, "if not row.overrules(earlier)", "if True"),
    Mistake("a kind is no wider than a venue", _WALK, '    ("kind", "venue"),\n', ""),
    Mistake("joint leave is a working day", _WALK, "return day in self._holidays[day.year]", "return False"),
    # R5 to R7
    Mistake("a move takes a day too few", _RULES, "if between < needed:", "if between < needed - 1:"),
    Mistake("a move of just km_per_day is a long one", _CASE, "if share <= 1:", "if share < 1:"),
    Mistake(
        "long moves are rounded down",
        _CASE,
        "max(moves.days, -(-share.numerator // share.denominator))",
        "max(moves.days, share.numerator // share.denominator)",
    ),
    Mistake(
        "a day at the depot does not shorten a move",
        _CASE,
        "if self.walk.depot_day_between(earlier.unit, earlier.end, later.start):\n            return 0",
        "if False:\n            return 0",
    ),
    Mistake("a unit's last date is ignored", _RULES, "if unit.last and stay.end > unit.last:", "if False:"),
    Mistake(
        "days at the depot count at the start alone",
        _RULES,
        "case.walk.first_depot_day(unit, stay.start, stay.end)",
        "case.walk.first_depot_day(unit, stay.start, stay.start)",
    ),
    Mistake(
        "a venue has a room too many",
        _RULES,
        "_crowded(stays, venue.rooms)",
        "_crowded(stays, venue.rooms + 1)",
    ),
    Mistake("rooms are free on the last day of a stay", _RULES, "if stay.end >= day]", "if stay.end > day]"),
    # R8 to R11
    Mistake(
        "one class more than people fill",
        _SIZES,
        "max(-(-people // class_max), pins)",
        "-(-people // class_max) + 1",
    ),
    Mistake(
        "pins cannot ask for more classes",
        _SIZES,
        "max(-(-people // class_max), pins)",
        "-(-people // class_max)",
    ),
    Mistake("classes may be too small", _SIZES, "people >= classes * course.class_min", "people >= 0"),
    Mistake(
        "classes are uneven",
        _SIZES,
        "[size + 1] * larger + [size] * (classes - larger)",
        "[size + larger] + [size] * (classes - 1)",
    ),
    Mistake(
        "the larger classes come last",
        _SIZES,
        "[size + 1] * larger + [size] * (classes - larger)",
        "[size] * (classes - larger) + [size + 1] * larger",
    ),
    Mistake(
        "instructors are not counted",
        _RULES,
        "_crowded(members, row.count)",
        "_crowded(members, row.count + 99)",
    ),
    Mistake(
        "instructors teach their first course alone",
        _RULES,
        "stay.course.id in row.courses",
        "stay.course.id == row.courses[0]",
    ),
    Mistake(
        "pins are ignored",
        _RULES,
        'not in present:\n            yield Violation(\n                "R10"',
        'in ():\n            yield Violation(\n                "R10"',
    ),
    Mistake(
        "frozen rotations may go",
        _RULES,
        "for request, unit, start in case.base.facts:",
        "for request, unit, start in ():",
    ),
    Mistake(
        "others may start before the freeze date",
        _RULES,
        "elif case.freeze and stay.start < case.freeze:",
        "elif False:",
    ),
    Mistake(
        "notice counts from the horizon", _RULES, "if case.freeze and not case.in_base(stay):", "if False:"
    ),
    Mistake("frozen rotations are asked to move", _RULES, "not (earlier.frozen and later.frozen)", "True"),
    Mistake(
        "frozen people may attend again",
        _CASE,
        "left = max(0, request.people - sum(entry.fact.people for entry in group if entry.fact))",
        "left = request.people",
    ),
    # The tables and the score
    Mistake(
        "people on the move are idle", _TABLES, "taken.add(earlier.end + timedelta(days=number + 1))", "pass"
    ),
    Mistake(
        "closed days are taught", _TABLES, "if case.walk.credit(stay.venue, stay.course, day) > 0", "if True"
    ),
    Mistake("the way home is forgotten", _CASE, '        yield f"venue:{stays[-1].venue.id}", home\n', ""),
    Mistake(
        "days at the depot cost no way",
        _CASE,
        "                yield here, home\n                yield home, there\n",
        "                yield here, there\n",
    ),
    Mistake(
        "halves are rounded to even",
        _WORTH,
        "size = int(whole) + (1 if rest >= Fraction(1, 2) else 0)",
        "size = round(abs(value))",
    ),
    Mistake(
        "legs are rounded in the sum",
        _WORTH,
        "-sum(leg_cost(scenario, leg) for leg in case.legs)",
        "-rounded(sum((Fraction(scenario.objective.km) * leg.metres for leg in case.legs), Fraction(0)))",
    ),
    Mistake("a request's priority is forgotten", _WORTH, " * Fraction(request.priority)", ""),
    Mistake("a course's value is forgotten", _WORTH, " * Fraction(value)", ""),
    Mistake(
        "equity is forgotten",
        _WORTH,
        "1000 * Fraction(scenario.objective.equity)",
        "0 * Fraction(scenario.objective.equity)",
    ),
    Mistake(
        "equity looks at the best city",
        _WORTH,
        "return min(shares, default=Fraction(1))",
        "return max(shares, default=Fraction(1))",
    ),
    Mistake(
        "lost rotations cost nothing",
        _WORTH,
        "-rounded(1000 * Fraction(scenario.objective.change) * case.base_rotations_lost)",
        "0",
    ),
)
