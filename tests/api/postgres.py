"""A PostgreSQL server of one's own for a test, where Debian's is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder of the newest installed server's programs; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Cluster:
    """
    A server in a folder, to be started, stopped and killed.

    Parameters
    ----------
    folder
        Must not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        bin_folder = programs()
        assert bin_folder is not None
        self._bin = bin_folder
        self._folder = folder
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", str(folder), "-U", "mtu", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.url = f"postgresql://mtu@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        log = self._folder / "log"
        self._run("pg_ctl", "-D", str(self._folder), "-w", "-t", "60", "-l", str(log), "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop; ``immediate`` is as a power cut."""
        self._run("pg_ctl", "-D", str(self._folder), "-w", "-m", how, "stop")

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._bin / program), *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=self._user if os.geteuid() == 0 else None,
            timeout=120,
        )


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A running server, gone at the end."""
    made = Cluster(folder)
    made.start()
    try:
        yield made
    finally:
        made.stop()
