"""The service as processes, as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx


class Served:
    """
    ``mtu serve`` in a process group of its own.

    Parameters
    ----------
    folder
        Where the database and the log are.
    settings
        Settings by name, for the environment.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.database = folder / "mtu.sqlite"
        self.log = folder / "log"
        given = {"database": f"sqlite:///{self.database}", "port": 0, "workers": 1, **settings}
        self.settings = {name: str(value) for name, value in given.items()}
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MTU_")},
            **{f"MTU_{name.upper()}": value for name, value in self.settings.items()},
        }
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """Number of the process that answers."""
        assert self._process is not None
        return self._process.pid

    def start(self, seconds: float = 120) -> None:
        """Start, and wait until it listens."""
        begin = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "api.cli", "serve"],
                env=self._environment,
                cwd=self.folder,
                stderr=log,
                stdout=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            found = re.search(r"listening on (http://[^\"]+)", self.log.read_text()[begin:])
            if found:
                self.url = found.group(1)
                return
            time.sleep(0.02)
        raise AssertionError(f"it does not listen: {self.log.read_text()[-2000:]}")

    def client(self) -> httpx.Client:
        """A client on this machine, without a key."""
        return httpx.Client(base_url=self.url, timeout=30)

    def signal(self, number: int) -> None:
        """Send a signal to the process that answers, and only there."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        if self._process is not None:
            for pid in [self._process.pid, *below(self._process.pid)]:
                with_pid(pid)
            self._process.wait(10)
            self._process = None

    def wait(self, seconds: float = 15) -> int:
        """Wait for the process that answers to end, and give its exit code."""
        assert self._process is not None
        return self._process.wait(seconds)


def with_pid(pid: int) -> None:
    """Kill a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def below(pid: int) -> list[int]:
    """All processes that a process has started, directly or not."""
    found: list[int] = []
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return found
    for task in tasks:
        try:
            children = [int(word) for word in (task / "children").read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *below(child)]
    return found


def workers(pid: int) -> list[int]:
    """The workers of a service."""
    return [child for child in below(pid) if b"worker" in _words(child)]


def engines(pid: int) -> list[int]:
    """Processes below a service that solve."""
    return [child for child in below(pid) if b"optimizer.solvers" in _words(child)]


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def until(what: str, check: object, seconds: float = 240) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if check():  # type: ignore[operator]
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")
