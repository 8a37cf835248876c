"""``mtu geocode``: coordinates found, candidates listed, nothing guessed, on a stand-in of Nominatim."""

from __future__ import annotations

import inspect
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

import optimizer
from optimizer.cli.commands import app
from optimizer.exceptions import InputError
from tests.test_road_matrix import TOML, write
from tests.travel.stand_in import Request, listening

KNOWN = {
    "Hall, Cakung, Jakarta Timur": [("Hall, Cakung, Jakarta Timur, Indonesia", -6.18, 106.95)],
    # A building and its gate, 60 m apart.
    "School, Jakarta Timur": [("School, Indonesia", -6.2, 106.9), ("Gate, Indonesia", -6.2005, 106.9)],
    "Park, Jakarta Timur": [("Park, Depok", -6.4, 106.8), ("Park, Bekasi", -6.2, 107.0)],
    "Jalan Mawar 5, Jakarta": [("Jalan Mawar, Jakarta", -6.21, 106.85)],
    "Trap, Jakarta Timur": [("=1+1", -6.25, 106.87)],
}
HEADER = "id,name,kind,city,district,latitude,longitude,address,x_note\n"
ROWS = {
    "has": "has,Town,hall,Jakarta Timur,,-6.1,106.8,,\n",
    "hall": "hall,Hall,hall,Jakarta Timur,Cakung,,,,mine\n",
    "school": "school,School,hall,Jakarta Timur,,,,,\n",
    "park": "park,Park,hall,Jakarta Timur,,,,,\n",
    "by-address": 'by-address,Unheard of,hall,Jakarta Timur,,,,"Jalan Mawar 5, Jakarta",\n',
    "nowhere": "nowhere,Nowhere,hall,Jakarta Timur,,,,,\n",
    "trap": "trap,Trap,hall,Jakarta Timur,,,,,\n",
    "half": "half,Half,hall,Jakarta Timur,,-6.1,,,\n",
}


def known(request: Request) -> None:
    """Answer as Nominatim does, from KNOWN."""
    parts = urlsplit(request.path)
    options = parse_qs(parts.query)
    assert parts.path == "/search"
    assert options["format"] == ["json"]
    assert request.headers["User-Agent"] == f"mtu-planner/{optimizer.__version__}"
    request.json(
        [
            {"display_name": name, "lat": str(latitude), "lon": str(longitude), "osm_id": 1}
            for name, latitude, longitude in KNOWN.get(options["q"][0], [])
        ]
    )


@pytest.fixture
def server():
    """A Nominatim that is well."""
    with listening(known) as found:
        yield found


@pytest.fixture
def find(server, tmp_path) -> Callable[..., optimizer.geocoding.Geocoded]:
    """Geocode with this server, its file of answers and without waiting."""
    return lambda path, **options: optimizer.geocode(
        path, **{"server": server.url, "cache": tmp_path / "kept", "pause": 0.0, **options}
    )


def town(tmp_path, *names: str, country: str = "ID"):
    """A folder with these venues."""
    toml = TOML.replace("osrm", "road").replace('"ID"', f'"{country}"')
    venues = HEADER + "".join(ROWS[name] for name in names)
    return write(tmp_path / f"town{country}", toml, venues=venues, requests="id,venue,course,people\n")


def questions(server) -> list[str]:
    """What the server was asked for."""
    return [parse_qs(urlsplit(path).query)["q"][0] for path in server.asked]


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_what_is_found_is_written_with_its_full_name(form, find, server, tmp_path):
    """The others keep what they had, the planner's own column too."""
    path = town(tmp_path, "has", "hall", "school", "by-address")
    if form == "workbook":
        optimizer.convert(path, tmp_path / "town.xlsx")
        path = tmp_path / "town.xlsx"
    result = find(path)
    assert result.undecided == ()
    assert [(hit.table, hit.id) for hit in result.found] == [
        ("venues", "hall"),
        ("venues", "school"),
        ("venues", "by-address"),
    ]
    assert questions(server) == [
        "Hall, Cakung, Jakarta Timur",
        "School, Jakarta Timur",
        "Unheard of, Jakarta Timur",
        "Jalan Mawar 5, Jakarta",
    ]
    places = {row.id: (row.latitude, row.longitude) for row in optimizer.load(path).venues}
    assert places == {
        "has": (-6.1, 106.8),
        "hall": (-6.18, 106.95),
        "school": (-6.2, 106.9),
        "by-address": (-6.21, 106.85),
    }
    back = tmp_path / "back"
    optimizer.convert(path, back)
    assert (back / "venues.csv").read_text().splitlines()[2] == (
        'hall,Hall,hall,Jakarta Timur,Cakung,-6.18,106.95,,mine,"Hall, Cakung, Jakarta Timur, Indonesia"'
    )


def test_several_matches_are_listed_and_none_is_taken(find, tmp_path):
    """Parks of one name in two cities: a human decides."""
    path = town(tmp_path, "park", "nowhere")
    before = (path / "venues.csv").read_bytes()
    result = find(path)
    assert result.found == ()
    assert [(issue.code, issue.source, issue.row) for issue in result.undecided] == [
        ("G01", "venues.csv", 2),
        ("G02", "venues.csv", 3),
    ]
    assert "-6.4, 106.8 Park, Depok; -6.2, 107.0 Park, Bekasi" in result.undecided[0].message
    assert (path / "venues.csv").read_bytes() == before


def test_the_command(server, tmp_path, capsys):
    """Found ones on stdout with their full names, undecided ones as issues; 2 as long as there are any."""
    path = town(tmp_path, "hall", "park")
    command = ["geocode", str(path), "--server", server.url, "--cache", str(tmp_path / "kept")]
    with pytest.raises(SystemExit) as end:
        app(command, prog_name="mtu")
    said = capsys.readouterr()
    assert end.value.code == 2
    assert said.out.splitlines() == [
        "venues hall: -6.18, 106.95 Hall, Cakung, Jakarta Timur, Indonesia",
        "1 found and written; look it over in the column x_geocoded. "
        "Data © OpenStreetMap contributors, ODbL.",
    ]
    assert "venues.csv row 3, name: Several places match" in said.err


def test_one_coordinate_alone_is_left_to_the_planner(find, server, tmp_path):
    """It was meant to be something; validation tells that its sister is missing."""
    assert find(town(tmp_path, "half")) == optimizer.geocoding.Geocoded((), ())
    assert server.asked == []


def test_the_country_of_the_holidays_is_the_only_one_looked_in(find, server, tmp_path):
    """With holidays = "ID" the server is asked for Indonesia, without for the world."""
    for country, codes in (("ID", ["id"]), ("", None)):
        server.asked.clear()
        find(town(tmp_path, "hall", country=country))
        assert parse_qs(urlsplit(server.asked[0]).query).get("countrycodes") == codes


def test_no_formula_comes_from_outside(find, tmp_path):
    """A place called =1+1 stays a text in the workbook."""
    optimizer.convert(town(tmp_path, "trap"), tmp_path / "town.xlsx")
    find(tmp_path / "town.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "town.xlsx")["venues"]
    (cell,) = (cell for row in sheet for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_nothing_is_asked_twice(find, server, tmp_path):
    """What was found once and what was not; asked freshly, all is asked again."""
    path = town(tmp_path, "park", "nowhere")
    for fresh, asked in ((False, 2), (False, 2), (True, 4)):
        find(path, fresh=fresh)
        assert len(server.asked) == asked


def test_there_is_a_pause_between_questions(find, tmp_path):
    """Three questions, two pauses."""
    begin = time.monotonic()
    find(town(tmp_path, "hall", "school", "park"), pause=0.2)
    assert time.monotonic() - begin >= 0.4


def test_the_pause_is_a_second_if_nothing_else_is_said():
    """As the public server's terms want."""
    assert inspect.signature(optimizer.geocode).parameters["pause"].default == 1.0


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: request.raw(b"", 429),
        lambda request: request.raw(b"<html>", 200),
        lambda request: request.raw(b"", 503),
        lambda request: request.json([{"display_name": "x"}]),
        lambda request: request.json([{"display_name": "x", "lat": "north", "lon": "5"}]),
        lambda request: request.json({"error": "no"}),
        lambda request: request.json("hello"),
        lambda request: request.json([{"display_name": "x", "lat": "nan", "lon": "5"}]),
    ],
    ids=["busy", "html", "down", "no coordinates", "words", "error", "text", "not a number"],
)
def test_a_server_that_fails_changes_nothing(answer, find, server, tmp_path):
    """The reason is told; nothing is written or kept."""
    server.answer = answer
    path = town(tmp_path, "hall")
    before = (path / "venues.csv").read_bytes()
    with pytest.raises(InputError) as caught:
        find(path)
    assert [issue.code for issue in caught.value.issues] == ["G03"]
    assert (path / "venues.csv").read_bytes() == before
    assert not (tmp_path / "kept").exists()


def test_a_failure_is_told_in_one_sentence(server, tmp_path):
    """Tries that failed leave no traceback on the planner's screen, and a page of HTML no line breaks."""
    server.answer = lambda request: request.raw(b"<html>\n<p>", 200)
    path = town(tmp_path, "hall")
    program = (
        "import sys, optimizer\n"
        "try:\n"
        "    optimizer.geocode(sys.argv[1], server=sys.argv[2], cache=sys.argv[3], pause=0.0)\n"
        "except optimizer.InputError as error:\n"
        "    print(error.issues[0].message)\n"
    )
    command = [sys.executable, "-c", program, str(path), server.url, str(tmp_path / "kept")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "GeocoderParseError" in done.stdout


def test_a_failure_that_passes_is_waited_for(find, server, tmp_path):
    """Busy once, then well."""
    turns = iter([lambda request: request.raw(b"", 503)])
    server.answer = lambda request: next(turns, known)(request)
    assert len(find(town(tmp_path, "hall")).found) == 1


def test_an_address_of_no_server_is_told(tmp_path):
    """Before anything is read or asked."""
    with pytest.raises(InputError, match="is not the address of a server"):
        optimizer.geocode(town(tmp_path, "hall"), server="nominatim", cache=tmp_path / "kept")
