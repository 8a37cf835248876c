from decimal import Decimal

import numpy as np
import pytest

from optimizer import legs
from optimizer.domain.scenario import Objective, Scenario
from optimizer.explainer import explain
from optimizer.first_fit import first_fit
from optimizer.generator import generate
from optimizer.legs import Legs
from tests.checker.worlds import world


@pytest.fixture
def archipelago() -> Scenario:
    """Six depots and sixty venues from Sabang to Merauke, 300 km of driving a day."""
    scenario = generate(20, 60, days=60, cities=6, seed=3)
    spread = np.random.default_rng(3)
    venues = [
        venue.model_copy(update={"latitude": float(lat), "longitude": float(lon)})
        for venue, lat, lon in zip(
            scenario.venues, spread.uniform(-11, 6, 60), spread.uniform(95, 141, 60), strict=True
        )
    ]
    return scenario.replace(venues=tuple(venues))


def both(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> tuple[Legs, Legs]:
    """Legs with the whole table, and legs with bounds and distances on demand."""
    names = [venue.id for venue in scenario.venues]
    table = Legs(scenario, names)
    monkeypatch.setattr(legs, "TABLE_UP_TO", 0)
    return table, Legs(scenario, names)


def test_bounds_hold_and_are_close(archipelago, monkeypatch):
    table, bounded = both(archipelago, monkeypatch)
    for venue in archipelago.venues[:20]:
        exact = table.at_least(table.venue(venue.id))[0]
        bound = bounded.at_least(bounded.venue(venue.id))[0]
        assert np.all(bound <= exact)
        # 5,000 km are 2.6 % shorter through the earth.
        assert np.all(bound >= 0.97 * exact - 1)


def test_distances_and_move_days_on_demand_are_those_of_the_table(archipelago, monkeypatch):
    table, bounded = both(archipelago, monkeypatch)
    numbers = [table.venue(venue.id) for venue in archipelago.venues]
    for here in numbers[:15]:
        least, most = bounded.move_days_around(here)[0]
        for there in numbers:
            days = table.move_days(there, here)
            assert bounded.move_days(there, here) == days
            assert least[there] <= days <= most[there]
            assert bounded.metres(there, here) == table.metres(there, here)


def test_move_days_count_from_the_limit_on():
    """At 10 km a day 10 km need the usual free day, and 10.001 km two."""
    moves = {"days": 1, "km_per_day": 10}
    scenario = world(moves=moves)
    found = Legs(scenario, ["A", "B", "C"])
    # A to B are 10 km, A to C 15, B to C 5.
    assert found.move_days(found.venue("A"), found.venue("B")) == 1
    assert found.move_days(found.venue("A"), found.venue("C")) == 2
    assert found.move_days(found.venue("A"), found.venue("A")) == 0
    least, most = found.move_days_around(found.venue("A"))[0]
    assert least.tolist() == most.tolist() == [1, 0, 1, 2]  # from the depot, A, B, C


def test_a_leg_costs_whole_millipoints_halves_up():
    """15,000 m at 0.0333 points per km are 499.5 millipoints."""
    scenario = world(objective=Objective(km=Decimal("0.0333")))
    found = Legs(scenario, ["A"])
    assert found.cost(15_000) == 500
    assert found.costs(np.array([15_000, 10_000])).tolist() == [500, 333]


def test_explaining_with_bounds_gives_the_same_reasons_as_with_the_table(archipelago, monkeypatch):
    """Moves take up to two weeks here, so the days between stays and the legs both matter."""
    scenario = archipelago.replace(
        objective=archipelago.objective.model_copy(update={"km": Decimal("0.002")})
    )
    drafts = first_fit(scenario)
    found = explain(scenario, drafts)
    assert {"units-busy", "worth-more-elsewhere", "could-gain"} <= {
        r.code for one in found for r in one.reasons
    }
    monkeypatch.setattr(legs, "TABLE_UP_TO", 0)
    assert first_fit(scenario) == drafts
    assert explain(scenario, drafts) == found
