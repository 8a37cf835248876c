"""The child's side of `optimizer.solvers.child`: what an engine hears from its parent and tells it."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, NoReturn


class Channel:
    """What a target may ask and tell. All calls are cheap and may come from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._stop = threading.Event()
        self._seconds: float | None = None
        self._deadline = float("inf")

    def phase(self, name: str) -> None:
        """Tell what the target is busy with, for example ``compiling``."""
        self._send("phase", name)

    def ready(self) -> None:
        """Tell that imports and compilation are done: the clock starts now."""
        now = time.monotonic()
        if self._seconds is not None:
            self._deadline = now + self._seconds
        self._send("ready", now)

    def report(self, progress: object) -> None:
        """Hand over the best so far; each report replaces the one before, so it must stand alone."""
        self._send("progress", progress)

    def stopping(self) -> bool:
        """Whether the target should return now with what it has."""
        return self._stop.is_set() or time.monotonic() >= self._deadline

    def remaining(self) -> float:
        """Seconds until the deadline; 0 when asked to stop, infinite without a limit."""
        return 0.0 if self._stop.is_set() else max(0.0, self._deadline - time.monotonic())

    def _send(self, kind: str, content: object) -> None:
        with self._sending:
            self._connection.send((kind, content))


def serve(descriptor: int, parent: int) -> NoReturn:
    """Be the child: warm up, run one task, tell its result, end. The fresh interpreter calls this."""
    # The parent decides what Ctrl-C means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    _die_with(parent)
    connection = Connection(descriptor)
    channel = Channel(connection)
    tasks: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=_watch, args=(connection, channel, tasks), daemon=True).start()
    try:
        _, warm, memory = tasks.get()
        _limit(memory)
        if warm is not None:
            _named(warm)(channel)
        _, target, args, channel._seconds = tasks.get()
        channel._send("result", _named(target)(channel, *args))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        why = "".join(traceback.format_exception_only(error)).strip()
        channel._send("failed", (f"The engine failed: {why}", traceback.format_exc()))
    # Threads of an engine must not hold up the end.
    os._exit(0)


def _named(target: Callable[..., Any] | str) -> Callable[..., Any]:
    if not isinstance(target, str):
        return target
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _watch(connection: Connection, channel: Channel, tasks: SimpleQueue[tuple[Any, ...]]) -> None:
    try:
        while True:
            message = connection.recv()
            if message[0] == "stop":
                channel._stop.set()
            else:
                tasks.put(message)
    except (EOFError, OSError):
        os._exit(1)  # the parent is gone
    except BaseException as error:  # noqa: BLE001 - for example a target that cannot be imported
        channel._send("failed", (f"The task cannot be read: {error!r}.", traceback.format_exc()))
        os._exit(1)


def _die_with(parent: int) -> None:
    """Ask the kernel for a kill when the parent dies; a busy engine may not see the pipe close."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL, 0, 0, 0)
        # When memory runs out, the engine goes rather than the parent with the best plan.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
            file.write("500")
    if os.getppid() != parent:
        os._exit(1)


def _limit(memory: int | None) -> None:
    if memory is not None:
        # macOS knows the limit by name only.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
