"""A crowd of readers on raw connections, and a bare handler to measure a service against."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response


@dataclass(frozen=True)
class Crowd:
    """What a crowd has seen: seconds of each answer, and answers that were none or not 200."""

    seconds: list[float]
    errors: int

    def quantile(self, share: float) -> float:
        """The time below which a share of the answers lies."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def crowd(url: str, path: str, readers: int, each: int) -> Crowd:
    """So many readers at once, each asking so many times on a connection of its own."""
    host, port = url.removeprefix("http://").split(":")
    seconds: list[float] = []
    errors = 0

    async def read(arrived: asyncio.Barrier) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(host, int(port))
        await arrived.wait()
        for _ in range(each):
            began = time.monotonic()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            seconds.append(time.monotonic() - began)
            errors += not head.startswith(b"HTTP/1.1 200")
        writer.close()

    async def everybody() -> int:
        arrived = asyncio.Barrier(readers)
        done = await asyncio.gather(*(read(arrived) for _ in range(readers)), return_exceptions=True)
        return sum(isinstance(one, BaseException) for one in done)

    return Crowd(seconds, asyncio.run(everybody()) + errors)


@contextmanager
def bare(body: bytes) -> Iterator[str]:
    """
    The address of a handler as anybody would begin: it reads these bytes from SQLite, and nothing else.

    It answers every path, in a process of its own.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-P", __file__, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(body)
        process.stdin.close()
        try:
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()


def _serve(folder: Path, body: bytes) -> None:
    mine = threading.local()
    app = FastAPI()

    def connection() -> sqlite3.Connection:
        if not hasattr(mine, "connection"):
            mine.connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        found: sqlite3.Connection = mine.connection
        return found

    @app.get("/{path:path}")
    def read() -> Response:
        found = connection().execute("SELECT body FROM plans").fetchone()
        return Response(found[0], media_type="application/json")

    connection().execute("PRAGMA journal_mode=WAL")
    connection().execute("CREATE TABLE plans (body BLOB)")
    connection().execute("INSERT INTO plans VALUES (?)", (body,))
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, http="h11", loop="asyncio", ws="none", log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.stdin.buffer.read())
