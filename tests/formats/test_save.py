"""Writing scenarios."""

from __future__ import annotations

from datetime import date

import pytest

from optimizer.domain.scenario import Distance, Scenario, Travel
from optimizer.exceptions import InputError
from optimizer.formats.save import save
from optimizer.reading import load
from tests.formats.small import write_folder

EMPTY = Scenario(name="a", start=date(2026, 1, 1), end=date(2026, 1, 2))
WAY = Distance.model_validate({"from": "depot:D1", "to": "venue:V1", "metres": 1})


def test_saving_over_a_scenario_replaces_its_tables(tmp_path):
    """Pins that the new scenario does not have are gone; notes of the planner's own stay."""
    folder = write_folder(tmp_path, x_ideas_csv="mine\n")
    scenario = load(folder).replace(pins=(), instructors=())
    save(scenario, folder)
    assert load(folder) == scenario
    assert (folder / "pins.csv").read_text() == "request,unit,start\n"
    assert (folder / "x_ideas.csv").read_text() == "mine\n"


def test_saving_a_workbook_over_another(tmp_path):
    """The file is replaced whole."""
    save(EMPTY, tmp_path / "a.xlsx")
    scenario = load(write_folder(tmp_path / "b"))
    save(scenario, tmp_path / "a.xlsx")
    assert load(tmp_path / "a.xlsx") == scenario


@pytest.mark.parametrize(
    ("scenario", "target", "code"),
    [
        (EMPTY, "a.csv", "F07"),
        (EMPTY, "taken", "F07"),
        (EMPTY, "taken/b", "F07"),
        (EMPTY, "taken/b.xlsx", "F07"),
        (EMPTY, "folder.xlsx", "F07"),
        (EMPTY.replace(distances=(WAY,)), "a", "S04"),
        (EMPTY.replace(distances=(WAY,), travel=Travel(file="../m.csv")), "a", "S05"),
        (EMPTY.replace(distances=(WAY,), travel=Travel(file="venues.csv")), "a", "S05"),
        (EMPTY.replace(distances=(WAY,), travel=Travel(file="m:n.csv")), "a.xlsx", "S05"),
        (EMPTY.replace(distances=(WAY,), travel=Travel(file="sub/m.csv")), "a.xlsx", "F09"),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path, scenario, target, code):
    """Wrong names, taken places, and matrices that would leave the folder; nothing is left behind."""
    (tmp_path / "taken").write_text("")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError) as caught:
        save(scenario, tmp_path / target)
    assert caught.value.issues[0].code == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.xlsx", "taken"]


def test_a_matrix_in_a_folder_below(tmp_path):
    """travel.file may name a file in a folder below; it is made."""
    scenario = EMPTY.replace(distances=(WAY,), travel=Travel(provider="matrix", file="roads/m.csv"))
    save(scenario, tmp_path / "a")
    assert (tmp_path / "a" / "roads" / "m.csv").read_text() == "from,to,metres\ndepot:D1,venue:V1,1\n"
