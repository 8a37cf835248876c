"""Stays struck out by a rough map are on no route of interest; what is left gives the same bound."""

from random import Random

import numpy as np
import pytest

from optimizer.certificate import promising
from optimizer.certificate.ground import Ground
from optimizer.certificate.network import Networks
from optimizer.certificate.routes import most_worth
from optimizer.certificate.stated import read
from optimizer.generator import generate
from tests.certificate.by_hand import NOTHING, at_random


@pytest.fixture(scope="module")
def spread():
    """Twelve units and seventy venues in fifteen cities, three metropolises 60 km from each other."""
    return generate(12, 70, days=60, cities=15, seed=3)


@pytest.mark.parametrize("cells", [1, 4, 64])
def test_the_best_route_is_the_same_with_fewer_stays(spread, monkeypatch, cells):
    """At random prices, for floors below, at and above the best, on grids of any width."""
    monkeypatch.setattr(promising, "MOST_CELLS", cells)
    ground = Ground(spread)
    fewer = 0
    for seed in range(2):
        networks = Networks(ground, read(ground, at_random(spread, Random(seed))))
        for stretch in list(ground.stretches.values())[seed::5]:
            monkeypatch.setattr(promising, "FEW", 10**9)
            whole = networks.of(stretch, NOTHING)
            best = most_worth(whole, NOTHING).worth
            monkeypatch.setattr(promising, "FEW", 0)
            for floor in (best - 3_000_000, best - 1, best, best + 1):
                network = networks.of(stretch, floor)
                assert most_worth(network, floor).worth == max(best, floor, whole.idle)
                fewer += len(network.visits) < len(whole.visits)
    assert fewer > 20


def test_cells_are_apart_no_more_than_their_places(spread):
    """Straight lines between venues are no shorter than those between the boxes of their cells."""
    degrees = np.array([(venue.latitude, venue.longitude) for venue in spread.venues])
    points = promising._through_earth(degrees)
    cell = promising._cells(degrees)
    apart = promising._apart(points, cell)
    line = np.linalg.norm(points[:, None] - points[None, :], axis=2)
    assert (apart[cell[:, None], cell[None, :]] <= line + 1e-6).all()
    assert apart.max() > 30_000
