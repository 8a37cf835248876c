"""Published formats, on files written by hand."""

from pathlib import Path

import pytest

from optimizer.core.read import read_strsp, read_toptw
from optimizer.exceptions import InputError

HAND = Path(__file__).parents[2] / "data" / "instances"


def test_toptw_in_tenths():
    """From 2 at (20, 0) to 4 at (0, -30) it is the root of 1300, 36.05, rounded down: 360 ticks."""
    problem = read_toptw(HAND / "hand01.txt", 3).problem
    assert (problem.units, problem.jobs) == (3, 4)
    assert problem.travel[2, 4] == 360
    assert problem.travel[1, 3] == 141
    assert problem.first.tolist() == [0, 0, 0, 200]
    assert problem.last.tolist() == [1000, 300, 1000, 650]
    assert problem.stay.tolist() == [50, 50, 50, 50]
    assert problem.prize.tolist() == [10_000, 20_000, 15_000, 40_000]
    assert problem.back.tolist() == [1000, 1000, 1000]
    assert not problem.cost.any()


def test_cordeaus_files_are_in_hundredths(tmp_path):
    """The root of 1300 is 36.055: 3605 ticks of 0.01; coordinates have three decimals there."""
    path = tmp_path / "pr77.txt"
    path.write_text((HAND / "hand01.txt").read_text())
    assert read_toptw(path, 1).problem.travel[2, 4] == 3605
    path.write_text("5 3 1 4\n500 200\n 0 -0.442 0.000 0 0 0 0 0 1000\n 1 0.558 0.001 2 12 4 1 15 354 509\n")
    # The root of 1.000001 is 1.0000005.
    assert read_toptw(path, 1).problem.travel[0, 1] == 100


def test_a_distance_that_is_whole_stays_whole(tmp_path):
    """3, 4, 5 in tenths of 0.1: floating point would make 0.4 of 0.5 where it rounds down."""
    path = tmp_path / "c1.txt"
    path.write_text("1 1 1 1\n1 1\n0 0 0 0 0 0 0 0 9\n1 0.3 0.4 1 1 1 1 1 0 9\n")
    assert read_toptw(path, 1).problem.travel[0, 1] == 5


def test_strsp():
    """Skills by level, what is left out costs 200 + (entries of the matrix) ^ 1.5."""
    instance = read_strsp(HAND / "tasks_hand02.txt", HAND / "technicians_hand02.txt")
    problem = instance.problem
    assert (instance.name, problem.units, problem.jobs) == ("hand02", 2, 4)
    # Levels (1, 1) and (2, 0) against needs (2, 0), (0, 1), (1, 0), (0, 2).
    assert problem.eligible.tolist() == [[False, True, True, False], [True, False, True, False]]
    # 2 ^ 1.5 = 2.8284...
    assert problem.prize.tolist() == [202_828, 201_000, 201_000, 202_828]
    assert problem.base_value == -807_656
    assert problem.cost[0, 1] == 10_000
    assert problem.travel[0, 1] == 100
    assert instance.published(-262_828) == 262.828


@pytest.mark.parametrize("text", ["", "1 1 1 1\n1 1\n", "1 1 1 1\n1 1\n0 0 0\n", "Dear reader\n"])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "c1.txt"
    path.write_text(text)
    with pytest.raises(InputError, match="B01"):
        read_toptw(path, 1)


def test_technicians_are_asked_for(tmp_path):
    with pytest.raises(InputError, match="technicians beside the tasks"):
        read_strsp(HAND / "tasks_hand02.txt", tmp_path / "technicians_hand02.txt")
