"""The map file, by RFC 7946."""

import json

import pytest

from optimizer.formats.geojson import write_geojson
from tests.formats import results_world


@pytest.fixture
def features(scenario, plan, tmp_path):
    collection = json.loads(write_geojson(scenario, plan, tmp_path / "plan.geojson").read_text("utf-8"))
    assert collection["type"] == "FeatureCollection"
    return {feature["id"]: feature for feature in collection["features"]}


def test_places_are_points_longitude_first(features):
    """The depot, the three venues, the two ways."""
    assert list(features) == ["depot:D1", "venue:V1", "venue:V2", "venue:V3", "unit:U1", "unit:U2"]
    assert features["venue:V1"]["geometry"] == {"type": "Point", "coordinates": [106.8, -6.2]}


def test_venues_tell_people_and_visits(features):
    """V1: 30 of 38 people in two rotations; V3: none."""
    one = features["venue:V1"]["properties"]
    assert (one["requested"], one["served"], [visit["id"] for visit in one["rotations"]]) == (
        38,
        30,
        ["R1-1", "R1-2"],
    )
    assert one["rotations"][1]["end"] == "2026-01-20"
    assert features["venue:V3"]["properties"]["rotations"] == []


def test_a_units_way_is_a_line_over_its_stops(features):
    """U1: out to V1, home for two days at the depot, out to V2, home."""
    way = features["unit:U1"]
    assert way["properties"]["stops"] == ["depot:D1", "venue:V1", "depot:D1", "venue:V2", "depot:D1"]
    assert way["geometry"]["type"] == "LineString"
    assert way["geometry"]["coordinates"][1] == [106.8, -6.2]
    assert (way["properties"]["km"], way["properties"]["people"]) == (20.0, 42)


def test_a_unit_that_stays_at_home_has_no_line(scenario, tmp_path):
    """A line needs two points."""
    path = write_geojson(scenario, results_world.empty_plan(), tmp_path / "plan.geojson")
    kinds = [feature["geometry"]["type"] for feature in json.loads(path.read_text("utf-8"))["features"]]
    assert kinds == ["Point"] * 4


def test_names_are_kept_to_the_letter_and_bytes_are_the_same_again(nasty, plan, tmp_path):
    """Quotes and tags are data here; two files of one plan are equal."""
    first = write_geojson(nasty, plan, tmp_path / "a.geojson").read_bytes()
    second = write_geojson(nasty, plan, tmp_path / "b.geojson").read_bytes()
    names = {feature["properties"].get("name") for feature in json.loads(first)["features"]}
    assert {results_world.NASTY, '@SUM(A1)&"<b>', "007"} <= names
    assert first == second
