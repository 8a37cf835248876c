"""``mtu matrix``: a matrix asked of a server, written into folder or workbook, and planned with."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

import optimizer
from optimizer.cli.commands import app
from optimizer.exceptions import InputError
from optimizer.formats.save import save
from optimizer.travel import Travel
from tests.travel.stand_in import driven, listening, table

TOML = """name = "Three places"
start = 2026-01-05
end = 2026-02-04
holidays = "ID"
[travel]
provider = "osrm"
file = "roads.csv"
"""
TABLES = {
    "depots": "id,name,city,latitude,longitude\nD,Home,C,-6.2,106.8\n",
    "units": "id,name,depot,equipment\nU,Unit,D,tools\n",
    "courses": "id,name,equipment,training_days,class_min,class_max\nc,Course,tools,5,10,20\n",
    "venues": "id,name,kind,city,latitude,longitude\n7,Seven,hall,C,-6.1,106.8\n8,Eight,hall,C,-6.2,106.9\n",
    "requests": "id,venue,course,people\nK,7,c,20\nL,8,c,20\n",
    "calendar": "name,scope,from,to,credit\n",
}
#: 0.1 degree north costs 20,000 m, south and east or west 10,000.
METRES = {
    ("depot:D", "venue:7"): 20_000,
    ("venue:7", "depot:D"): 10_000,
    ("depot:D", "venue:8"): 10_000,
    ("venue:8", "depot:D"): 10_000,
    ("venue:7", "venue:8"): 20_000,
    ("venue:8", "venue:7"): 30_000,
}


def write(folder: Path, toml: str = TOML, **tables: str) -> Path:
    """The scenario's folder; tables may be given otherwise."""
    folder.mkdir()
    (folder / "scenario.toml").write_text(toml)
    for name, text in {**TABLES, **tables}.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    """A depot and two venues; osrm, and no matrix yet."""
    return write(tmp_path / "town")


@pytest.fixture
def workbook(folder, tmp_path):
    """The same in a workbook."""
    path = tmp_path / "town.xlsx"
    optimizer.convert(folder, path)
    return path


@pytest.fixture
def server():
    """An OSRM server that is well."""
    with listening(table) as found:
        yield found


def metres(path: Path) -> dict[tuple[str, str], int]:
    """The distances that plans are made and checked with."""
    travel = Travel(optimizer.load(path))
    return {pair: int(travel.legs([pair[0]], [pair[1]])[0]) for pair in METRES}


def test_the_stand_in_drives_as_the_table_says():
    """The sums of METRES by the rule of the stand-in."""
    points = {"depot:D": (-6.2, 106.8), "venue:7": (-6.1, 106.8), "venue:8": (-6.2, 106.9)}
    assert {
        (origin, other): round(driven(points[origin], points[other])) for origin, other in METRES
    } == METRES


def test_before_there_is_a_matrix_validation_says_how_to_get_it(folder):
    """Not first when the plan is made."""
    (issue,) = optimizer.validate(folder)
    assert (issue.code, issue.hint) == ("T01", "Let mtu matrix write it, or use provider road or geodesic.")


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_the_matrix_is_written_and_planned_with(form, server, request, tmp_path):
    """Six pairs in; the plan drives 20 km there and 10 km back, or the other way round by venue 8."""
    path = request.getfixturevalue(form)
    assert optimizer.matrix(path, server.url, cache=tmp_path / "kept") == (6, 0)
    assert optimizer.validate(path) == ()
    assert metres(path) == METRES
    plan = optimizer.plan(optimizer.load(path), time_limit=5)
    assert len(plan.rotations) == 2
    # D - 7 - 8 - D: 20 + 20 + 10 km; D - 8 - 7 - D: 10 + 30 + 10 km.
    assert sum(unit.km for unit in plan.units) == 50


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_a_matrix_that_misses_a_new_venue_is_made_anew(form, server, request, tmp_path):
    """Validation calls the old one incomplete; the new one replaces it, and it stays the only one."""
    path = request.getfixturevalue(form)
    optimizer.matrix(path, server.url, cache=tmp_path / "kept")
    scenario = optimizer.load(path)
    more = scenario.venues[0].model_copy(update={"id": "9", "latitude": -6.3})
    save(scenario.replace(venues=(*scenario.venues, more)), path)
    assert {issue.code for issue in optimizer.validate(path)} == {"V16"}
    assert optimizer.matrix(path, server.url, cache=tmp_path / "kept") == (12, 0)
    assert optimizer.validate(path) == ()
    assert optimizer.matrix(path, server.url, cache=tmp_path / "kept") == (12, 1)


def test_a_workbook_keeps_what_else_is_in_it(workbook, server, tmp_path):
    """A sheet of the planner's own with a colour and a formula."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.create_sheet("x_notes")
    sheet["A1"] = "=1+1"
    sheet["A1"].fill = PatternFill("solid", "ffcc00")
    book.save(workbook)
    optimizer.matrix(workbook, server.url, cache=tmp_path / "kept")
    kept = openpyxl.load_workbook(workbook)["x_notes"]["A1"]
    assert (kept.value, kept.fill.start_color.rgb) == ("=1+1", "00ffcc00")


def test_a_folder_keeps_what_else_is_in_it(folder, server, tmp_path):
    """Every other file, byte for byte."""
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    optimizer.matrix(folder, server.url, cache=tmp_path / "kept")
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "roads.csv"} == before


def test_the_command(folder, server, tmp_path, capsys):
    """It says how many distances it wrote, and how many answers it had already."""
    command = ["matrix", str(folder), "--roads", server.url, "--cache", str(tmp_path / "kept")]
    said = []
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            app(command, prog_name="mtu")
        assert not end.value.code
        said.append(capsys.readouterr().out)
    assert said[0] == f"6 distances by road are now in {folder}.\n"
    assert said[1] == said[0] + "1 answer of the server was kept from before; --fresh asks again.\n"


def test_a_failure_leaves_the_old_matrix(folder, server, tmp_path):
    """All or nothing."""
    optimizer.matrix(folder, server.url, cache=tmp_path / "kept")
    before = (folder / "roads.csv").read_bytes()
    server.answer = lambda request: request.raw(b"", 404)
    with pytest.raises(InputError, match="status 404"):
        optimizer.matrix(folder, server.url, cache=tmp_path / "other")
    assert (folder / "roads.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("toml", "roads", "code"),
    [
        (TOML.replace("osrm", "road"), "http://localhost:1", "T07"),
        (TOML.replace("osrm", "valhalla"), "http://localhost:1", "T07"),
        (TOML.replace('file = "roads.csv"', ""), "http://localhost:1", "S04"),
        (TOML.replace("roads.csv", "../roads.csv"), "http://localhost:1", "S05"),
        (TOML.replace("roads.csv", "venues.csv"), "http://localhost:1", "S05"),
    ],
)
def test_what_cannot_be_asked_is_told(toml, roads, code, tmp_path):
    """Before anybody is asked."""
    with pytest.raises(InputError) as caught:
        optimizer.matrix(write(tmp_path / "town", toml), roads, cache=tmp_path / "kept")
    assert [issue.code for issue in caught.value.issues] == [code]


def test_a_scenario_with_errors_is_not_measured(server, tmp_path):
    """A latitude of 106 is told as always, and the server is left alone."""
    venues = TABLES["venues"].replace("-6.1,106.8", "106.8,-6.1")
    with pytest.raises(InputError, match="latitude"):
        optimizer.matrix(write(tmp_path / "town", venues=venues), server.url, cache=tmp_path / "kept")
    assert server.asked == []
