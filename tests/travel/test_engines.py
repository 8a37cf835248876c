"""
The real road engines, on a small map made by hand: in this process, and OSRM's own server.

Their wheels begin with Python 3.12; with an older one these tests are skipped.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from geopy.distance import geodesic

from optimizer.exceptions import InputError
from optimizer.travel.answers import Answers
from optimizer.travel.osrm import OsrmFiles, OsrmServer
from optimizer.travel.roads import Roads, measure
from optimizer.travel.valhalla import ValhallaTiles

pytestmark = [
    pytest.mark.skipif(
        sys.version_info < (3, 12), reason="The wheels of road engines begin with Python 3.12."
    ),
    pytest.mark.timeout(300),
]

TOWN = Path(__file__).parent / "town.osm"
# Corners of the square, a bit inside the streets where two meet.
NORTH_WEST, NORTH_EAST, SOUTH_EAST = (-6.2, 106.8002), (-6.2, 106.8098), (-6.2098, 106.81)
ISLAND, ELSEWHERE = (-6.23, 106.805), (-6.4, 106.805)
PLACES = {"depot:D": NORTH_WEST, "venue:A": NORTH_EAST, "venue:B": SOUTH_EAST}


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@pytest.fixture(scope="module")
def osrm_home() -> Path:
    """Where the package keeps its programs and profiles."""
    import osrm

    return Path(str(osrm.__file__)).parent


@pytest.fixture(scope="module")
def osrm_files(osrm_home, tmp_path_factory):
    """The town made ready for contraction hierarchies."""
    folder = tmp_path_factory.mktemp("osrm")
    (folder / "town.osm").write_bytes(TOWN.read_bytes())
    run(osrm_home / "bin/osrm-extract", "-p", osrm_home / "share/profiles/car.lua", folder / "town.osm")
    run(osrm_home / "bin/osrm-contract", folder / "town.osrm")
    return folder / "town.osrm"


@pytest.fixture(scope="module")
def mld_files(osrm_home, tmp_path_factory):
    """The town made ready for multi-level Dijkstra."""
    folder = tmp_path_factory.mktemp("mld")
    (folder / "town.osm").write_bytes(TOWN.read_bytes())
    run(osrm_home / "bin/osrm-extract", "-p", osrm_home / "share/profiles/car.lua", folder / "town.osm")
    run(osrm_home / "bin/osrm-partition", folder / "town.osrm")
    run(osrm_home / "bin/osrm-customize", folder / "town.osrm")
    return folder / "town.osrm"


@pytest.fixture(scope="module")
def osrm_server(osrm_home, osrm_files) -> Iterator[str]:
    """The URL of OSRM's own server with the town."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(osrm_home / "bin/osrm-routed"), "--ip", "127.0.0.1", "--port", str(port), str(osrm_files)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def valhalla_tiles(tmp_path_factory):
    """The town as tiles of Valhalla, which reads maps as PBF alone."""
    import osmium
    import valhalla

    folder = tmp_path_factory.mktemp("valhalla")
    with osmium.SimpleWriter(str(folder / "town.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(TOWN)):
            writer.add(thing)
    (folder / "tiles").mkdir()
    settings = valhalla.get_config(tile_extract="", tile_dir=folder / "tiles")
    settings["mjolnir"]["concurrency"] = 1
    (folder / "valhalla.json").write_text(json.dumps(settings))
    programs = Path(valhalla.__file__).parent / "bin"
    run(programs / "valhalla_build_tiles", "-c", folder / "valhalla.json", folder / "town.osm.pbf")
    return folder / "tiles"


@pytest.fixture(params=["osrm", "mld", "server", "valhalla", "configuration"])
def roads(request, tmp_path) -> Roads:
    """Each engine with the town."""
    if request.param == "server":
        return OsrmServer(request.getfixturevalue("osrm_server"), Answers(tmp_path / "kept"))
    if request.param in ("osrm", "mld"):
        return OsrmFiles(request.getfixturevalue(f"{request.param}_files"))
    tiles = request.getfixturevalue("valhalla_tiles")
    return ValhallaTiles(tiles if request.param == "valhalla" else tiles.parent / "valhalla.json")


def test_streets_and_one_way_streets_by_hand(roads):
    """
    North and East are open both ways; the way from D to B is that to A and on.

    The engines measure on a sphere, which is up to 0.6 % off the ellipsoid.
    """
    found = {(row.origin, row.destination): row.metres for row in measure(PLACES, roads)}
    corner = (-6.2, 106.81)
    north = geodesic(NORTH_WEST, NORTH_EAST).meters
    east = geodesic(NORTH_EAST, corner).meters + geodesic(corner, SOUTH_EAST).meters
    for there, back, metres in (
        ("depot:D", "venue:A", north),
        ("venue:A", "venue:B", east),
        ("depot:D", "venue:B", north + east),
    ):
        assert found[there, back] == pytest.approx(metres, rel=0.01)
        assert found[back, there] == pytest.approx(metres, rel=0.01)
    assert len(found) == 6


def test_a_one_way_street_makes_the_way_back_longer(roads):
    """
    From the middle of South westward and round to its east end: not back along it.
    """
    middle, east_end = (-6.21, 106.805), (-6.21, 106.8095)
    found = {
        (row.origin, row.destination): row.metres
        for row in measure({"venue:M": middle, "venue:E": east_end}, roads)
    }
    short = geodesic(east_end, middle).meters
    assert found["venue:E", "venue:M"] == pytest.approx(short, rel=0.02)
    # Half of South, West, North, East and a little of South: about 4.4 km less the 500 m between.
    assert found["venue:M", "venue:E"] == pytest.approx(3_870, rel=0.02)


def test_an_island_is_told(roads):
    """
    No road leads there.
    """
    with pytest.raises(InputError) as caught:
        measure({**PLACES, "venue:I": ISLAND}, roads)
    assert {issue.code for issue in caught.value.issues} == {"T03"}
    assert "No road leads from depot:D to venue:I." in {issue.message for issue in caught.value.issues}


def test_a_place_off_the_map_is_told(roads):
    """
    The nearest road is 19 km away.
    """
    with pytest.raises(InputError) as caught:
        measure({**PLACES, "venue:X": ELSEWHERE}, roads)
    issues = {issue.code: issue for issue in caught.value.issues}
    assert issues["T02"].message.startswith("venue:X is 18.")


def test_files_and_server_of_osrm_say_the_same(osrm_files, osrm_server, tmp_path):
    """
    To the metre; so the protocol that the stand-in speaks is the real one.
    """
    server = OsrmServer(osrm_server, Answers(tmp_path / "kept"))
    assert measure(PLACES, server) == measure(PLACES, OsrmFiles(osrm_files))


def test_missing_and_broken_files_are_told(osrm_files, tmp_path):
    """
    Nothing there, an empty file of the right name, a damaged configuration, an empty folder.
    """
    (tmp_path / "bad.osrm.hsgr").write_text("x")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "bad.tar").write_bytes(os.urandom(1_000))
    for engine, name in (
        (OsrmFiles, "nowhere.osrm"),
        (OsrmFiles, "bad.osrm"),
        (ValhallaTiles, "nowhere"),
        (ValhallaTiles, "bad.json"),
        (ValhallaTiles, "bad.tar"),
        (ValhallaTiles, "."),
    ):
        with pytest.raises(InputError) as caught:
            measure(PLACES, engine(tmp_path / name))
        assert [issue.code for issue in caught.value.issues] == ["T04"], name


def test_valhalla_is_quiet(valhalla_tiles):
    """
    Its default configuration would write its log between our lines; the first one of a process counts.
    """
    settings = json.loads((valhalla_tiles.parent / "valhalla.json").read_text())
    loud = valhalla_tiles.parent / "loud.json"
    loud.write_text(json.dumps({**settings, "logging": {"type": "std_out", "color": True}}))
    code = (
        "from pathlib import Path; from optimizer.travel.valhalla import ValhallaTiles; "
        f"ValhallaTiles(Path({str(loud)!r})).table([{NORTH_WEST}], [{NORTH_EAST}])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert (done.stdout, done.stderr) == ("", "")
