"""Moves worked out when asked against the matrix, and regions against every leg between them."""

import pickle

import numpy as np
import pytest

from optimizer import generate, transitions
from optimizer.transitions import transitions as moves

SCENARIO = generate(10, 60, 20, 10, 3)
VENUES = [venue.id for venue in SCENARIO.venues]


@pytest.fixture(scope="module", params=["road", "geodesic"])
def scenario(request):
    """Sixty venues of two metropolises 60 km apart; moves of more than 40 km take days."""
    travel = SCENARIO.travel.model_copy(update={"provider": request.param})
    paces = SCENARIO.moves.model_copy(update={"km_per_day": 40})
    return SCENARIO.replace(travel=travel, moves=paces)


def test_worked_out_when_asked_is_the_same_as_the_matrix(scenario, monkeypatch):
    """Single legs, lists of legs and blocks, after a journey to another process too."""
    cost, gap, _ = moves(scenario, VENUES)
    monkeypatch.setattr(transitions, "MATRIX_UP_TO", 10)
    few_cost, few_gap, _ = pickle.loads(pickle.dumps(moves(scenario, VENUES)))
    ends = np.array([0, 5, 61, 7, 7]), np.array([5, 0, 3, 7, 62])
    block = np.ix_([1, 2, 3, 60], [3, 2, 59])
    for index in (ends, block, (4, np.arange(63)), (np.arange(63), 62), (3, 60)):
        assert np.array_equal(few_cost[index], cost[index])
        assert np.array_equal(few_gap[index], gap[index])


def test_no_leg_between_regions_is_shorter_than_they_say(scenario, monkeypatch):
    """Two metropolises at least; each leg but those of a place to itself keeps to its regions' bounds."""
    assert moves(scenario, VENUES)[2] is None
    monkeypatch.setattr(transitions, "REGIONS_FROM", 10)
    cost, gap, regions = moves(scenario, VENUES)
    assert regions is not None
    count = len(regions.cost)
    assert set(regions.of) == set(range(count))
    assert 2 <= count <= 20
    one, other = np.nonzero(~np.eye(len(regions.of), dtype=bool))
    assert (regions.cost[regions.of[one], regions.of[other]] <= cost[one, other]).all()
    assert (regions.gap[regions.of[one], regions.of[other]] <= gap[one, other]).all()
    # The bounds are of use: some leg comes within 2 m of the least that its regions allow.
    between = regions.of[one] != regions.of[other]
    spare = cost[one, other] - regions.cost[regions.of[one], regions.of[other]]
    assert 0 <= spare[between].min() <= 1


def test_regions_never_become_too_many(scenario, monkeypatch):
    """Five of them at most: the places farthest from each other."""
    monkeypatch.setattr(transitions, "REGIONS_FROM", 10)
    monkeypatch.setattr(transitions, "REACH", 0.0)
    monkeypatch.setattr(transitions, "MOST_REGIONS", 5)
    regions = moves(scenario, VENUES)[2]
    assert regions is not None
    assert sorted(set(regions.of)) == [0, 1, 2, 3, 4]
