"""The fingerprint of a scenario: what changes it and what does not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from optimizer.domain import fingerprint, public_holidays
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.scenario import Scenario


def scenario(**changes: Any) -> Scenario:
    """One depot, one unit, two venues, one request, a matrix."""
    tables: dict[str, Any] = {
        "name": "one",
        "start": date(2026, 1, 5),
        "end": date(2026, 4, 4),
        "travel": {"provider": "matrix", "file": "km.csv"},
        "depots": [{"id": "D", "name": "D", "city": "C", "latitude": 1, "longitude": 2}],
        "units": [{"id": "U", "name": "U", "depot": "D", "equipment": ["e"]}],
        "courses": [
            {"id": "c", "name": "c", "equipment": "e", "training_days": 3, "class_min": 1, "class_max": 9}
        ],
        "venues": [
            {
                "id": name,
                "name": "Pasar Minggu é",
                "kind": "k",
                "city": "C",
                "latitude": -6.25,
                "longitude": 106,
            }
            for name in ("V", "W")
        ],
        "requests": [{"id": "R", "venue": "V", "course": "c", "people": 7, "priority": "1.50"}],
        "distances": [{"from": "depot:D", "to": "venue:V", "metres": 5}],
    }
    return Scenario.model_validate({**tables, **changes})


def test_equal_content_has_an_equal_fingerprint():
    """However numbers are written and the matrix file is called: a workbook holds floats and sheets."""
    first = scenario()
    assert len(scenario_sha256(first)) == 64
    same = scenario(
        travel={"provider": "matrix", "file": "distances.csv"},
        requests=[{"id": "R", "venue": "V", "course": "c", "people": 7, "priority": 1.5}],
        depots=[{"id": "D", "name": "D", "city": "C", "latitude": 1.0, "longitude": 2.0}],
        moves={"days": 1, "km_per_day": Decimal("3E+2")},
    )
    assert scenario_sha256(same) == scenario_sha256(first)


def test_minus_zero_is_zero():
    """A venue on the equator."""
    at = [
        scenario(depots=[{"id": "D", "name": "D", "city": "C", "latitude": zero, "longitude": 2}])
        for zero in (0.0, -0.0)
    ]
    assert scenario_sha256(at[0]) == scenario_sha256(at[1])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "two"},
        {"end": date(2026, 4, 5)},
        {"holidays": ""},
        {"working_days": ["mon"]},
        {"objective": {"km": "0.010001"}},
        {"travel": {"provider": "matrix", "file": "km.csv", "a": "1.0581"}},
        {"requests": [{"id": "R", "venue": "V", "course": "c", "people": 8, "priority": "1.50"}]},
        {"requests": []},
        {"distances": [{"from": "depot:D", "to": "venue:V", "metres": 6}]},
        {"distances": [{"from": "venue:V", "to": "depot:D", "metres": 5}]},
        {"pins": [{"request": "R", "unit": "U", "start": date(2026, 1, 5)}]},
    ],
)
def test_other_content_has_another_fingerprint(change):
    """Every field counts."""
    assert scenario_sha256(scenario(**change)) != scenario_sha256(scenario())


def test_the_order_of_rows_counts():
    """Plans list units, cities and requests in the order of the files."""
    first = scenario()
    assert scenario_sha256(first.replace(venues=first.venues[::-1])) != scenario_sha256(first)


def test_resolved_holidays_count(monkeypatch):
    """Another version of the holidays package that moves Eid by a day makes another scenario."""
    before = scenario_sha256(scenario())
    real = public_holidays.public_holidays

    def moved(country: str, first: date, last: date) -> dict[date, str]:
        return {day: name for day, name in real(country, first, last).items() if day != date(2026, 3, 20)}

    monkeypatch.setattr(fingerprint, "public_holidays", moved)
    assert scenario_sha256(scenario()) != before


def test_a_long_matrix_is_read_in_pieces(monkeypatch):
    """A row beyond the first piece counts too."""
    monkeypatch.setattr(fingerprint, "_ROWS_AT_A_TIME", 1)
    rows = [{"from": f"venue:{number}", "to": "depot:D", "metres": 1} for number in range(3)]
    whole = scenario_sha256(scenario(distances=rows))
    rows[2] = {**rows[2], "metres": 2}
    assert scenario_sha256(scenario(distances=rows)) != whole
