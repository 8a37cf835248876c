"""Distances asked of an OSRM server, well or unwell; the stand-in speaks its protocol."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from optimizer.exceptions import InputError
from optimizer.travel.answers import Answers
from optimizer.travel.osrm import OsrmServer
from optimizer.travel.roads import measure
from tests.travel.stand_in import Request, content, driven, listening, table

HERE, THERE = (-6.2, 106.8), (-6.1, 106.9)
PLACES = {"depot:D": HERE, "venue:V": THERE}


def ask(
    answer: Callable[[Request], None], tmp_path: Path, *, patience: float = 5.0, tries: int = 4
) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Distances of the two places, and what the server was asked for them."""
    with listening(answer) as server:
        roads = OsrmServer(server.url, Answers(tmp_path / "kept"), patience=patience, tries=tries)
        found = measure(PLACES, roads)
        return {(row.origin, row.destination): row.metres for row in found}, server.asked


def refusal(answer: Callable[[Request], None], tmp_path: Path, **options: float) -> str:
    """Why there are no distances."""
    with pytest.raises(InputError) as caught:
        ask(answer, tmp_path, **options)  # type: ignore[arg-type]
    (issue,) = caught.value.issues
    assert issue.code == "T05"
    assert not (tmp_path / "kept").exists()
    return issue.message


def in_turn(*answers: Callable[[Request], None]) -> Callable[[Request], None]:
    """The first answer to the first question, and so on; the last to all that follow."""
    turn = count()
    return lambda request: answers[min(next(turn), len(answers) - 1)](request)


def status(code: int, **headers: str) -> Callable[[Request], None]:
    """An empty answer with this status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.raw(b"", code, named)


def test_two_places_by_hand(tmp_path):
    """
    0.1 degree north and 0.1 east: 20,000 + 10,000 m there, 10,000 + 10,000 m back.
    """
    found, asked = ask(table, tmp_path)
    assert found == {("depot:D", "venue:V"): 30_000, ("venue:V", "depot:D"): 20_000}
    points = "106.800000,-6.200000;106.900000,-6.100000"
    assert asked == [f"/table/v1/driving/{points};{points}?annotations=distance&sources=0;1&destinations=2;3"]


def test_many_places_are_asked_in_blocks(tmp_path):
    """
    120 places are 3 by 3 blocks of at most 50; every pair is there once and in its direction.
    """
    places = {f"venue:{n}": (-6.2 + n / 1000, 106.8 + (n * 37 % 100) / 1000) for n in range(120)}
    with listening(table) as server:
        found = measure(places, OsrmServer(server.url, Answers(tmp_path / "kept")))
        assert len(server.asked) == 9
    assert len(found) == len({(row.origin, row.destination) for row in found}) == 120 * 119
    for row in found:
        assert abs(row.metres - driven(places[row.origin], places[row.destination])) <= 0.5 + 1e-6


def test_halves_go_up(tmp_path):
    """
    1,062.5 m are 1,063; 1,062.4 are 1,062.
    """

    def answer(request: Request) -> None:
        told = content([HERE, THERE], [HERE, THERE])
        request.json({**told, "distances": [[0, 1062.5], [1062.4, 0]]})

    assert list(ask(answer, tmp_path)[0].values()) == [1_063, 1_062]


def test_nothing_is_asked_twice(tmp_path):
    """
    The second time all answers are kept ones; asked freshly, they are asked again.
    """
    with listening(table) as server:
        for fresh, asked, kept in ((False, 1, 0), (False, 1, 1), (True, 2, 0)):
            answers = Answers(tmp_path / "kept", fresh=fresh)
            assert len(measure(PLACES, OsrmServer(server.url, answers))) == 2
            assert (len(server.asked), answers.found) == (asked, kept)


def test_after_a_failure_it_goes_on_where_it_stopped(tmp_path):
    """
    Of 9 blocks 4 are answered, then the server dies; the next run asks for the other 5.
    """
    places = {f"venue:{n}": (-6.2 + n / 1000, 106.8) for n in range(120)}
    with listening(in_turn(table, table, table, table, status(404))) as server:
        roads = OsrmServer(server.url, Answers(tmp_path / "kept"))
        with pytest.raises(InputError, match="status 404"):
            measure(places, roads)
        server.asked.clear()
        server.answer = table
        assert len(measure(places, roads)) == 120 * 119
        assert len(server.asked) == 5


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(code, tmp_path):
    """
    A server that is busy once answers the second time.
    """
    found, asked = ask(in_turn(status(code), table), tmp_path)
    assert (len(found), len(asked)) == (2, 2)


def test_a_busy_server_is_given_the_time_it_asks_for(tmp_path):
    """
    Retry-After: 1 is a second.
    """
    begin = time.monotonic()
    ask(in_turn(status(429, Retry_After="1"), table), tmp_path)
    assert time.monotonic() - begin >= 1


def test_a_server_that_stays_busy_is_given_up(tmp_path):
    """
    After three tries, in plain words.
    """
    asked = count()

    def busy(request: Request) -> None:
        next(asked)
        request.raw(b"", 429)

    assert "status 429" in refusal(busy, tmp_path, tries=3)
    assert next(asked) == 3


def test_a_silent_server_times_out(tmp_path):
    """
    It takes the question and says nothing.
    """
    begin = time.monotonic()
    message = refusal(lambda request: time.sleep(1.5), tmp_path, patience=0.3, tries=2)
    assert "timed out" in message
    assert time.monotonic() - begin < 3


def test_a_trickling_server_times_out(tmp_path):
    """
    A byte every tenth of a second keeps the socket alive, not our patience.
    """

    def trickle(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(30):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)

    begin = time.monotonic()
    assert "took longer than 0.5 s" in refusal(trickle, tmp_path, patience=0.5)
    assert time.monotonic() - begin < 2


def test_an_answer_that_breaks_off(tmp_path):
    """
    Half a table is none.
    """

    def half(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b'{"code":"Ok","distances":[[0,')
        request.wfile.flush()
        request.connection.shutdown(socket.SHUT_RDWR)

    assert "gave no distances" in refusal(half, tmp_path)


def test_nobody_listens(tmp_path):
    """
    The port is closed.
    """
    with listening(table) as server:
        url = server.url
    with pytest.raises(InputError, match="refused"):
        measure(PLACES, OsrmServer(url, Answers(tmp_path / "kept"), tries=2))


def told(**changes: object) -> Callable[[Request], None]:
    """The right answer with some keys changed."""
    return lambda request: request.json({**content([HERE, THERE], [HERE, THERE]), **changes})


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda request: request.raw(b"<html>Welcome</html>"), "the whole: Invalid JSON"),
        (lambda request: request.raw(b""), "Invalid JSON"),
        (lambda request: request.raw(b"\xff\xfe\x00"), "Invalid JSON"),
        (lambda request: request.json([]), "is no table"),
        (lambda request: request.json({"distances": []}), "code: Field required"),
        (told(distances=[[0, -1], [1, 0]]), r"distances\.0\.1"),
        (told(distances=[[0, "far"], [1, 0]]), r"distances\.0\.1"),
        (told(distances=[[0, float("nan")], [1, 0]]), r"distances\.0\.1|Invalid JSON"),
        (told(distances=[[0, float("inf")], [1, 0]]), r"distances\.0\.1|Invalid JSON"),
        (told(distances=[[0, 1]]), "not 2 by 2"),
        (told(distances=[[0, 1, 2], [1, 0, 2]]), "not 2 by 2"),
        (told(distances=[[], []]), "not 2 by 2"),
        (told(sources=[]), "not 2 by 2"),
        (lambda request: request.json({"code": "TooBig", "message": "Too many"}, 400), "TooBig: Too many"),
        (status(404), "status 404"),
        (status(302, Location="http://127.0.0.1:9/"), "status 302"),
        (lambda request: request.raw(b" " * 10_000_001), "longer than"),
    ],
)
def test_nonsense_is_no_distance(answer, why, tmp_path):
    """
    Whatever is not a whole table of distances is refused with the reason, and not kept.
    """
    assert re.search(why, refusal(answer, tmp_path))


def test_a_place_off_the_map_is_told(tmp_path):
    """
    A road 13.8 km away is not the place's road, however well the engine knows it.
    """

    def answer(request: Request) -> None:
        right = content([HERE, THERE], [HERE, THERE])
        request.json({**right, "sources": [{"distance": 1_999.9}, {"distance": 13_800}]})

    with pytest.raises(InputError) as caught:
        ask(answer, tmp_path)
    (issue,) = caught.value.issues
    assert (issue.code, issue.message[:21]) == ("T02", "venue:V is 13.8 km fr")


def test_places_that_no_road_joins_are_told(tmp_path):
    """
    Both directions, each with its place.
    """
    answer = told(distances=[[0, None], [None, 0]])
    with pytest.raises(InputError) as caught:
        ask(answer, tmp_path)
    assert [(issue.code, issue.message) for issue in caught.value.issues] == [
        ("T03", "No road leads from depot:D to venue:V."),
        ("T03", "No road leads from venue:V to depot:D."),
    ]


def test_a_damaged_file_of_answers_is_told(tmp_path):
    """
    It is neither read nor overwritten.
    """
    (tmp_path / "kept").write_text("no database " * 100)
    with listening(table) as server, pytest.raises(InputError, match="not a database"):
        measure(PLACES, OsrmServer(server.url, Answers(tmp_path / "kept")))
    assert (tmp_path / "kept").read_text().startswith("no database")
