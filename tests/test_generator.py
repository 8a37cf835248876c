"""Generated scenarios: the same for the same seed, of the size asked for, and like a real programme."""

from __future__ import annotations

from datetime import date
from math import cos, hypot, radians
from time import monotonic

import pytest

from optimizer.domain.scenario import Scenario
from optimizer.exceptions import Severity
from optimizer.formats.save import save
from optimizer.generator import generate
from optimizer.generator.catalog import COURSES, EQUIPMENT
from optimizer.generator.dice import Dice, apportion
from optimizer.generator.geography import MIDDLE
from optimizer.generator.measure import capacity_days, classes_of, load
from optimizer.generator.season import row, season_rows
from optimizer.reading import load as read
from optimizer.reading import validate
from tests.servable import never_servable


@pytest.fixture(scope="module")
def jakarta_sized() -> Scenario:
    """23 units, 125 venues, five cities, 90 days from 5 January 2026."""
    return generate(23, 125)


def test_same_seed_same_scenario(jakarta_sized):
    """
    The same arguments give the same scenario; another seed another one.
    """
    assert generate(23, 125) == jakarta_sized
    assert generate(23, 125, seed=2).venues != jakarta_sized.venues


def test_sizes_are_those_asked_for():
    """
    Units, venues, days and cities are exactly as asked for.
    """
    scenario = generate(40, 60, days=45, cities=7, seed=3, start=date(2026, 6, 1))
    assert (len(scenario.units), len(scenario.venues), scenario.days) == (40, 60, 45)
    assert len({venue.city for venue in scenario.venues}) == 7
    assert (scenario.start, scenario.end) == (date(2026, 6, 1), date(2026, 7, 15))


def test_a_generated_scenario_is_written_read_and_valid(jakarta_sized, tmp_path):
    """
    Files read back give an equal scenario, and validation finds no error.
    """
    save(jakarta_sized, tmp_path / "generated")
    assert read(tmp_path / "generated") == jakarta_sized
    assert not [issue for issue in validate(tmp_path / "generated") if issue.severity is Severity.ERROR]


@pytest.mark.parametrize("seed", range(4))
def test_demand_is_about_1_6_times_what_the_fleet_can_teach(seed):
    """
    The last request drawn may overshoot by one request, no more: three classes of 2 % of the load.
    """
    assert 1.6 <= load(generate(23, 125, seed=seed)) < 1.6 + 3 * 0.02


@pytest.mark.parametrize("seed", range(4))
def test_nearly_all_requests_could_be_served_by_themselves(seed):
    """
    At most three in a hundred ask for what no plan can give.
    """
    scenario = generate(23, 125, seed=seed)
    assert len(never_servable(scenario)) <= 0.03 * len(scenario.requests)


def test_requests_have_the_promised_shape():
    """
    Half of 600 requests have a window, of 25 to 60 days inside the horizon; some are for several classes.
    """
    scenario = generate(60, 300, seed=5)
    windows = [
        (request.latest - request.earliest).days + 1
        for request in scenario.requests
        if request.earliest and request.latest
    ]
    share = sum(bool(request.earliest or request.latest) for request in scenario.requests)
    assert min(windows) >= 25
    assert max(windows) <= 60
    assert 0.4 < share / len(scenario.requests) < 0.6
    courses = scenario.course_by_id
    several = [r for r in scenario.requests if classes_of(r.people, courses[r.course]) > 1]
    assert 0.08 < len(several) / len(scenario.requests) < 0.25


def test_the_fleet_is_mixed_everywhere():
    """
    Any 23 units in a row, the fleet of one metropolis, have at least eight kinds of first equipment of nine.
    """
    units = generate(230, 1_250, cities=50).units
    for first in range(0, 230, 23):
        assert len({unit.equipment[0] for unit in units[first : first + 23]}) >= 8


def test_five_cities_make_one_metropolis(jakarta_sized):
    """
    All venues of a scenario of Jakarta's size lie within about 20 km of the middle.
    """
    away = [
        hypot(
            (venue.latitude - MIDDLE[0]) * 111.2,
            (venue.longitude - MIDDLE[1]) * 111.2 * cos(radians(MIDDLE[0])),
        )
        for venue in jakarta_sized.venues
    ]
    assert 12 < max(away) < 25


def test_metropolises_are_neighbours_sixty_kilometres_apart():
    """
    Ten cities are two metropolises: the first five lie about 60 km from the other five.
    """
    scenario = generate(46, 250, cities=10)
    cities = sorted({venue.city for venue in scenario.venues})
    middles = []
    for part in (cities[:5], cities[5:]):
        longitudes = [venue.longitude for venue in scenario.venues if venue.city in part]
        middles.append(sum(longitudes) / len(longitudes))
    assert 45 < (middles[1] - middles[0]) * 110.5 < 75


def test_ten_times_jakarta_takes_seconds():
    """
    230 units and 1,250 venues in fifty cities, with requests to match.
    """
    began = monotonic()
    scenario = generate(230, 1_250, cities=50)
    assert monotonic() - began < 10
    assert len(scenario.requests) > 1_800


@pytest.mark.parametrize(
    ("units", "venues", "days", "cities"),
    [(0, 0, 90, 1), (0, 5, 90, 2), (3, 0, 30, 1), (1, 1, 10, None), (1, 3, 365, 2), (40, 10, 30, 7)],
)
def test_odd_sizes_are_generated_too(units, venues, days, cities, tmp_path):
    """
    No units, no venues, a short or a long horizon, more units than venues: a scenario without errors.
    """
    scenario = generate(units, venues, days, cities)
    save(scenario, tmp_path / "odd")
    assert not [issue for issue in validate(tmp_path / "odd") if issue.severity is Severity.ERROR]
    assert bool(scenario.requests) == (units > 0 and venues > 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": -1, "venues": 5}, "-1 units; expected 0 to"),
        ({"units": 1, "venues": 5, "days": 0}, "0 days; expected 1 to"),
        ({"units": 1, "venues": 5, "cities": 6}, "6 cities; expected 1 to 5"),
        ({"units": 1, "venues": 5, "load": -1.0}, "load of -1.0"),
    ],
)
def test_numbers_out_of_range_are_refused(arguments, message):
    """
    The error names the number and its range.
    """
    with pytest.raises(ValueError, match=message):
        generate(**arguments)


def test_the_season_of_2026_is_the_announced_one():
    """
    The rules of thumb give the known dates of Ramadan, of both school breaks and of Holy Week.
    """
    rows = season_rows(date(2026, 1, 5), date(2026, 4, 4))
    found = {(line.scope, line.first, line.last): line.credit for line in rows}
    assert found["all", date(2026, 2, 19), date(2026, 3, 20)] == "80"
    assert found["kind:school", date(2026, 2, 16), date(2026, 2, 20)] == "0"
    assert found["kind:school", date(2026, 3, 16), date(2026, 3, 27)] == "0"
    assert found["kind:church", date(2026, 4, 2), date(2026, 4, 5)] == "0"
    assert all(line.last >= date(2026, 1, 5) and line.first <= date(2026, 4, 4) for line in rows)


def test_capacity_by_hand():
    """
    One unit, two weeks of January with a holiday: 11 training days, 9 after a weekend of maintenance.
    """
    # Two weeks of Monday to Saturday are 12 days; Friday 16 January is a holiday.
    scenario = generate(1, 1, days=14, cities=1, start=date(2026, 1, 12)).replace(calendar=())
    scenario = scenario.replace(units=(scenario.units[0].model_copy(update={"first": None}),))
    assert capacity_days(scenario) == 11
    unit = scenario.units[0].id
    # Saturday 17 to Monday 19: two working days and a Sunday.
    away = row("Maintenance", f"unit:{unit}", date(2026, 1, 17), date(2026, 1, 19), "0")
    assert capacity_days(scenario.replace(calendar=(away,))) == 9
    late = scenario.units[0].model_copy(update={"first": date(2026, 1, 24)})
    assert capacity_days(scenario.replace(units=(late,))) == 1


@pytest.mark.parametrize(
    ("people", "classes"), [(14, 0), (15, 1), (29, 1), (30, 2), (45, 3), (60, 3), (61, 4)]
)
def test_most_classes_of_a_request(people, classes):
    """
    Classes of 15 to 20: 29 people are one class (two would be 30), 60 are three full ones, 61 are four.
    """
    course = next(course for course in COURSES if course.id == "culinary")
    assert classes_of(people, course) == classes


def test_every_course_has_its_equipment_in_the_catalog():
    """
    No course asks for equipment that no unit can ever carry.
    """
    assert {course.equipment for course in COURSES} == set(EQUIPMENT)


def test_chance_is_the_same_on_every_machine():
    """
    A stream's first numbers are written down here; should they change, every data set would.
    """
    dice = Dice(1, "venues")
    assert [dice.whole(0, 999) for _ in range(5)] == [797, 3, 305, 943, 664]


def test_apportion_by_hand():
    """
    10 over 1 : 1 : 1 is 4, 3, 3; over 14 : 21 : 28 : 26 : 36 of 125 nothing is lost.
    """
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(125, [14, 21, 28, 26, 36]) == [14, 21, 28, 26, 36]
    # 7 : 3 of 5 is 3.5 : 1.5; the tie of remainders goes to the first.
    assert apportion(5, [7, 3]) == [4, 1]
