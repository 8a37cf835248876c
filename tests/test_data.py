"""The data sets of the project: made by their script, true to the facts, and told in their README."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from data import make_jakarta, make_jambi
from optimizer.domain.public_holidays import public_holidays
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import Severity
from optimizer.generator.measure import classes_of
from optimizer.generator.measure import load as demand
from optimizer.reading import load, validate
from tests.servable import never_servable

DATA = Path(__file__).parents[1] / "data"
FOLDERS = ("jakarta", "jakarta-year", "jambi")


@pytest.fixture(scope="module")
def quarter() -> Scenario:
    """Jakarta, 5 January to 4 April 2026."""
    return load(DATA / "jakarta")


@pytest.fixture(scope="module")
def year() -> Scenario:
    """Jakarta, the whole of 2026."""
    return load(DATA / "jakarta-year")


@pytest.fixture(scope="module")
def jambi() -> Scenario:
    """Jambi, 6 April to 27 June 2026."""
    return load(DATA / "jambi")


def places(name: str) -> list[dict[str, str]]:
    """The rows of a file of facts."""
    with (DATA / "places" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_script_gives_the_same_bytes(tmp_path):
    """
    The folders come out of their scripts byte for byte as they are kept.
    """
    make_jakarta.main(tmp_path)
    make_jambi.main(tmp_path)
    for folder in FOLDERS:
        kept = {file.name: file.read_bytes() for file in (DATA / folder).iterdir()}
        made = {file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()}
        assert made == kept


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_errors(folder):
    """
    Validation finds no error in any scenario, and in Jambi's not even something to warn of.
    """
    issues = validate(DATA / folder)
    assert not [issue for issue in issues if issue.severity is Severity.ERROR or folder == "jambi"]


def test_the_fleet_and_the_places_are_those_of_the_programme(quarter, year):
    """
    23 units, 7 centres, 15 courses, 45 instructors; of 125 venues 12 schools, 3 prisons, 5 of worship.
    """
    assert (len(quarter.units), len(quarter.depots), len(quarter.courses)) == (23, 7, 15)
    assert sum(group.count for group in quarter.instructors) == 45
    kinds = Counter(venue.kind for venue in quarter.venues)
    assert (kinds["school"], kinds["prison"], kinds["mosque"] + kinds["church"]) == (12, 3, 5)
    cities = Counter(venue.city.removeprefix("Jakarta ") for venue in quarter.venues)
    assert cities == {"Pusat": 14, "Utara": 21, "Barat": 28, "Selatan": 26, "Timur": 36}
    assert all(7 <= course.training_days <= 10 for course in quarter.courses)
    assert all(15 <= course.class_min <= course.class_max <= 20 for course in quarter.courses)
    for table in ("units", "depots", "courses", "venues", "instructors"):
        assert getattr(quarter, table) == getattr(year, table)


def test_venues_stand_where_the_facts_say(quarter):
    """
    Name, city, district and position of each venue are those of the places file.
    """
    known = {
        (line["name"], line["city"], line["district"], float(line["latitude"]), float(line["longitude"]))
        for line in places("jakarta_venues.csv")
    }
    shipped = {
        (venue.name, venue.city, venue.district, venue.latitude, venue.longitude) for venue in quarter.venues
    }
    assert shipped == known


def test_holidays_of_2026_are_the_announced_ones():
    """
    The holidays package, whose Islamic dates were estimates once, agrees with the announced dates.
    """
    found = public_holidays("ID", date(2026, 1, 1), date(2026, 12, 31))
    assert {day.isoformat(): name for day, name in found.items()} == {
        line["date"]: line["name"] for line in places("holidays_2026.csv")
    }


def test_there_is_more_demand_than_the_fleet_can_serve(quarter, year):
    """
    About 1.6 times, with about 300 requests in the quarter and 1,000 in the year.
    """
    assert 270 <= len(quarter.requests) <= 330
    assert 950 <= len(year.requests) <= 1_050
    assert 1.5 < demand(quarter) < 1.8
    assert 1.5 < demand(year) < 1.7


def test_only_a_handful_can_never_be_served(quarter, year):
    """
    The three obstacles of assumptions/jakarta/requests.csv are among them, and few others.
    """
    obstacles = {("RPTRA Taman Apel", "culinary"), ("Rusun Marunda", "pastry")}
    obstacles.add(("Kantor Kelurahan Makasar", "motorcycle"))
    for scenario in (quarter, year):
        never = [scenario.request_by_id[request] for request in never_servable(scenario)]
        names = {(scenario.venue_by_id[row.venue].name, row.course) for row in never}
        assert obstacles <= names
        assert len(never) <= 8


def test_the_mix_follows_what_is_known(year):
    """
    Refrigeration, culinary and make-up are asked for most; dense quarters want more baking and kitchens.
    """
    asked = Counter(request.course for request in year.requests)
    assert {course for course, _ in asked.most_common(3)} == {"refrigeration", "culinary", "make-up"}
    with (DATA / "assumptions" / "jakarta" / "districts.csv").open(encoding="utf-8", newline="") as file:
        character = {(line["city"], line["district"]): line["character"] for line in csv.DictReader(file)}
    shares = {}
    for wanted, courses in (
        ("dense", ("pastry", "culinary")),
        ("industrial", ("motorcycle", "refrigeration")),
    ):
        for quarter_kind in ("dense", "industrial"):
            there = [
                request.course
                for request in year.requests
                if character[year.venue_by_id[request.venue].city, year.venue_by_id[request.venue].district]
                == quarter_kind
            ]
            shares[wanted, quarter_kind] = sum(course in courses for course in there) / len(there)
    assert shares["dense", "dense"] > shares["dense", "industrial"]
    assert shares["industrial", "industrial"] > shares["industrial", "dense"]


def classes(scenario: Scenario) -> int:
    """The most classes that all requests together may be taught in."""
    return sum(classes_of(row.people, scenario.course_by_id[row.course]) for row in scenario.requests)


def test_the_readme_tells_every_column_and_the_counts(quarter, year):
    """
    Each column of each file is named in data/README.md, and its table of counts is today's.
    """
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for file in (DATA / "jakarta").glob("*.csv"):
        section = text.partition(f"### `{file.name}`")[2].partition("\n### ")[0]
        for column in file.read_text(encoding="utf-8").splitlines()[0].split(","):
            assert f"`{column}`" in section, f"{file.name}: {column}"
    counts = {
        "requests": [f"{len(scenario.requests):,}" for scenario in (quarter, year)],
        "classes asked for": [f"{classes(scenario):,}" for scenario in (quarter, year)],
        "people asked for": [
            f"{sum(row.people for row in scenario.requests):,}" for scenario in (quarter, year)
        ],
        "the same with the free day of each move": [
            f"{demand(scenario):.2f}" for scenario in (quarter, year)
        ],
        "requests that can never be served": [
            str(len(never_servable(scenario))) for scenario in (quarter, year)
        ],
    }
    for name, (first, second) in counts.items():
        assert f"| {name} | {first} | {second} |" in text


def test_jambi_is_the_programme_as_told(jambi):
    """
    Four units, ten thematic courses, halls in all 11 districts, more than 1,000 people, all teachable.
    """
    assert (len(jambi.units), len(jambi.courses)) == (4, 10)
    villages = {(line["district"], line["village"]): line for line in places("jambi_villages.csv")}
    assert len(villages) == 68
    for venue in jambi.venues:
        village = villages[venue.city, venue.district]
        assert (str(venue.latitude), str(venue.longitude)) == (village["latitude"], village["longitude"])
    asking = {jambi.venue_by_id[request.venue].city for request in jambi.requests}
    assert asking == {district for district, _ in villages}
    assert len(asking) == 11
    assert sum(request.people for request in jambi.requests) > 1_000
    assert {request.course for request in jambi.requests} == set(jambi.course_by_id)
    assert not never_servable(jambi)


def test_an_audience_of_the_job_fair_is_two_requests(jambi):
    """
    Those for the fair are done on its eve and worth half as much again; no request stands for both.
    """
    eve = date(2026, 5, 18)
    assert [row.first for row in jambi.calendar if row.name == "Job fair"] == [date(2026, 5, 19)]
    audiences = defaultdict(list)
    for request in jambi.requests:
        audiences[request.id.removesuffix("-fair")].append(request)
    pairs = [rows for rows in audiences.values() if len(rows) == 2]
    assert len(pairs) >= 5
    for fair, later in pairs:
        assert (fair.venue, fair.course) == (later.venue, later.course)
        assert fair.latest <= eve
        assert fair.priority == later.priority * 3 / 2
        assert later.latest is None or later.latest >= fair.latest


def test_the_readme_tells_jambi_column_by_column():
    """
    Each file of the folder has a row that names each of its columns; the fair's example is real.
    """
    text = (DATA / "README.md").read_text(encoding="utf-8").partition("## Jambi")[2]
    for file in (DATA / "jambi").iterdir():
        (told,) = re.findall(rf"^\| `{file.name}` \|.*$", text, re.MULTILINE)
        if file.suffix == ".csv" and file.name != "depots.csv":
            columns = file.read_text(encoding="utf-8").splitlines()[0].split(",")
            assert not [
                name for name in columns if f"`{name}`" not in told and name not in ("city", "district")
            ]
    rows = (DATA / "jambi" / "requests.csv").read_text(encoding="utf-8").splitlines()
    shown = [row.split(",") for row in rows if row.startswith("K014")]
    assert len(shown) == 2
    for key, _, _, people, *_ in shown:
        assert re.search(rf"^\| `{key}` \|.*: {people} \|", text, re.MULTILINE)
