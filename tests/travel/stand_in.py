"""A server on this machine that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Point = tuple[float, float]


class Request(BaseHTTPRequestHandler):
    """One question; a test's function answers it with `json`, `raw` or whatever it likes."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        """Not on the screen."""

    def json(self, content: object, status: int = 200) -> None:
        self.raw(json.dumps(content).encode(), status, {"Content-Type": "application/json"})

    def raw(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The server; ``asked`` holds the paths in order."""

    daemon_threads = True
    answer: Callable[[Request], None]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """A client that went away is part of the game."""


@contextmanager
def listening(answer: Callable[[Request], None]) -> Iterator[Server]:
    """A server that answers so until the test is over."""
    server = Server()
    server.answer = answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def driven(origin: Point, destination: Point) -> float:
    """Metres by the stand-in's roads: a hundred thousand to the degree, and northward twice as far."""
    north = destination[0] - origin[0]
    return 100_000 * (abs(destination[1] - origin[1]) + (2 * north if north > 0 else -north))


def table(request: Request) -> None:
    """Answer as OSRM's table service does."""
    parts = urlsplit(request.path)
    prefix, _, points = parts.path.rpartition("/")
    assert prefix == "/table/v1/driving"
    options = parse_qs(parts.query)
    assert options["annotations"] == ["distance"]
    coordinates = [(float(b), float(a)) for a, b in (point.split(",") for point in points.split(";"))]
    if len(coordinates) > 100:
        return request.json({"code": "TooBig", "message": "Too many table coordinates"}, 400)
    origins, destinations = (
        [coordinates[int(at)] for at in options[name][0].split(";")] for name in ("sources", "destinations")
    )
    return request.json(content(origins, destinations))


def content(origins: Sequence[Point], destinations: Sequence[Point]) -> dict[str, object]:
    """The table service's answer."""

    def put(points: Sequence[Point]) -> list[dict[str, object]]:
        return [{"hint": "", "location": [b, a], "name": "", "distance": 12.3} for a, b in points]

    return {
        "code": "Ok",
        "distances": [[driven(origin, other) for other in destinations] for origin in origins],
        "sources": put(origins),
        "destinations": put(destinations),
    }
