"""
A process of its own for an engine, and a parent that comes back in time with the best it had.

Engines crash, run out of memory, and overrun their limits; CP-SAT's own limit even
follows the wall clock. So the parent holds the deadline on its monotonic clock, keeps
what the engine reports, and kills the child when it does not come back.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import Pipe
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Generic, Self, TypeVar

Result = TypeVar("Result")
Target = Callable[..., Result] | str

# How often the parent looks at the clock and at `stop` while the child is silent.
TICK = 0.05
# A child that a person asked to stop is given this long, unless its deadline comes first.
PATIENCE = 2.0
# How long a killed child may take to vanish before the parent goes on without it.
VANISHING = 1.0
# A fresh interpreter, not multiprocessing's spawn: that would run the caller's main
# script again, and a script without a __main__ guard would plan for ever.
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]); "
    "from optimizer.solvers.channel import serve; serve(int(sys.argv[1]), int(sys.argv[2]))"
)


# glibc takes blocks from its own heaps, up to ever larger ones, and what programs of all sizes leave behind
# there is never whole again. From this many bytes on a block is the system's, and goes back to it.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(1 << 20)}


class Ending(StrEnum):
    """How a child came to its end."""

    FINISHED = "finished"  # it returned by itself
    STOPPED = "stopped"  # it had to stop, and returned in time
    KILLED = "killed"  # it was asked to stop, or to get ready, and did not in time
    FAILED = "failed"  # it raised an exception
    CRASHED = "crashed"  # the process died


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """
    What is left when the child has ended.

    Parameters
    ----------
    ending
        How it ended.
    result
        What the target returned; None unless it returned.
    progress
        The last report that arrived, whatever happened afterwards; None without any.
    seconds
        From ready to the end, on the parent's monotonic clock; 0 when it never was ready.
    warm_up
        Seconds from the call to ready, or to the end when it never was ready.
    why
        For FAILED, CRASHED and KILLED one sentence; empty otherwise.
    details
        Traceback, or the last lines that the child printed; for people who mend engines.
    """

    ending: Ending
    result: Result | None
    progress: Any
    seconds: float
    warm_up: float
    why: str = ""
    details: str = ""


class Child:
    """
    A child process that is started at once and runs one target.

    Starting it before the target's arguments are known hides the time that the
    interpreter and ``warm`` take. Start and run it in one thread: on Linux the child
    dies with the thread that started it.

    Parameters
    ----------
    warm
        Called in the child at once with a `Channel`, for example to load compiled loops; a
        target like that of `run`.
    memory
        Address space that the child may take, in bytes; None for no limit.
    """

    def __init__(self, warm: Target[object] | None = None, *, memory: int | None = None) -> None:
        self._connection, theirs = Pipe()
        # Its own group: Ctrl-C in the terminal is for the parent, and a kill reaches all below.
        places = json.dumps([str(place) for place in sys.path])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            [sys.executable, "-P", "-c", BOOT, str(theirs.fileno()), str(os.getpid()), places],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            process_group=0,
            env=ALLOCATOR | os.environ,
        )
        theirs.close()
        self._inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._put_back: tuple[str, Any] | None = None
        self._outbox: SimpleQueue[tuple[object, ...] | None] = SimpleQueue()
        self._printed = b""
        # A frozen child may leave half a message in the pipe, or not read its own:
        # threads wait for it, so that the parent's clock does not.
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._write, self._listen)
        ]
        for thread in self._threads:
            thread.start()
        self._outbox.put(("warm", warm, memory))

    def run(
        self,
        target: Target[Result],
        args: Sequence[object] = (),
        *,
        seconds: float | None,
        on_progress: Callable[[Any], object] | None = None,
        on_phase: Callable[[str], object] | None = None,
        stop: threading.Event | None = None,
        grace: float = 0.2,
        warm_up_limit: float = 900.0,
    ) -> Outcome[Result]:
        """
        Run ``target(channel, *args)`` in the child and come back in time; the child is ended then.

        In the main thread, SIGINT and SIGTERM mean stop and keep the best; a second one
        means at once.

        Parameters
        ----------
        target
            Module-level function, or ``"module:function"`` to spare this process its
            imports; gets a `Channel`, then ``args``. It calls ``channel.ready()`` when the
            clock may start.
        seconds
            Limit counted from ready; None for none.
        on_progress, on_phase
            Called in this thread with each phase, and with each report that is still the last
            when its turn comes: who is slow to listen is behind by one, not by all. What they
            raise goes to the caller.
        stop
            Set by another thread to stop and keep the best. A signal sets it too, so that
            the caller knows why the run was short.
        grace
            Seconds from the deadline until the child is killed.
        warm_up_limit
            Seconds until ready; a child that needs longer is killed.
        """
        watch = _Watch(seconds, grace, warm_up_limit)
        last: Any = None
        ending: Ending | None = None
        result: Result | None = None
        why = details = ""
        self._outbox.put(("run", target, tuple(args), seconds))
        with self, _signals() as interrupts:
            while ending is None:
                if interrupts and stop is not None:
                    stop.set()
                wanted = bool(interrupts) or (stop is not None and stop.is_set())
                if watch.asks(wanted):
                    self._outbox.put(("stop",))
                if watch.kills(at_once=len(interrupts) > 1):
                    # What it sent before is still in the pipe, and then the end of it.
                    self._kill()
                kind, content = self._next(watch.wait())
                if kind == "ready":
                    watch.ready_at(content)
                elif kind == "phase" and on_phase is not None:
                    on_phase(content)
                elif kind == "progress":
                    last = content
                    if on_progress is not None:
                        on_progress(content)
                elif kind == "result":
                    ending, result = (Ending.STOPPED if watch.over() else Ending.FINISHED), content
                elif kind == "failed":
                    ending, (why, details) = Ending.FAILED, content
                elif watch.late and (kind == "gone" or watch.gives_up()):
                    ending, why = Ending.KILLED, f"The engine {watch.late} and was killed."
                elif kind == "gone":
                    ending, why = Ending.CRASHED, self._death()
            spent, warm_up = watch.times()
        return Outcome(ending, result, last, spent, warm_up, why, details or self._said())

    def close(self) -> None:
        """End the child, whatever it is doing; a second call does nothing."""
        if self._connection.closed:
            return
        self._kill()
        self._process.wait()
        self._outbox.put(None)
        for thread in self._threads:
            thread.join(VANISHING)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _next(self, seconds: float) -> tuple[str, Any]:
        """What the child said next; of several reports in a row only the last, as it replaces the others."""
        try:
            found = self._put_back or self._inbox.get(timeout=seconds)
        except Empty:
            return "", None
        self._put_back = None
        while found[0] == "progress" and self._put_back is None and not self._inbox.empty():
            following = self._inbox.get()
            if following[0] == "progress":
                found = following
            else:
                self._put_back = following
        return found

    def _kill(self) -> None:
        # PermissionError is what macOS says when all of the group is dead already.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _death(self) -> str:
        """One sentence on how the process died by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A kill while it still writes a core file would hide the true signal.
            self._process.wait(VANISHING)
        code = self._process.returncode
        if code is None:
            return "The engine closed its pipe and was killed."
        if code < 0:
            return f"The engine was ended by {signal.Signals(-code).name}."
        return f"The engine ended with exit code {code}."

    def _said(self) -> str:
        return self._printed.decode(errors="replace").strip()

    def _read(self) -> None:
        try:
            while True:
                self._inbox.put(self._connection.recv())
        except (EOFError, OSError):
            self._inbox.put(("gone", None))
        except Exception as error:  # noqa: BLE001 - a report that cannot be read is told, not raised
            self._inbox.put(("failed", (f"A report of the engine cannot be read: {error!r}.", "")))

    def _write(self) -> None:
        while (message := self._outbox.get()) is not None:
            try:
                self._connection.send(message)
            except OSError:
                return
            except Exception as error:  # noqa: BLE001 - targets and arguments must be picklable
                self._inbox.put(("failed", (f"The task cannot be sent to the engine: {error!r}.", "")))

    def _listen(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        while block := os.read(stdout.fileno(), 65536):
            self._printed = (self._printed + block)[-4000:]


class _Watch:
    """The parent's clock: when to ask the child to stop, when to kill it, when to go on without it."""

    def __init__(self, seconds: float | None, grace: float, warm_up_limit: float) -> None:
        self._started = time.monotonic()
        self._seconds = float("inf") if seconds is None else seconds
        self._grace = grace
        self._ready: float | None = None
        self._deadline = float("inf")
        self._kill_at = self._started + warm_up_limit
        self._killed_at = float("inf")
        self._unready = f"was not ready within {warm_up_limit:g} s"
        self.asked = False
        self.late = ""

    def ready_at(self, moment: float) -> None:
        """The child's moment: all processes read one monotonic clock, and news may travel slowly."""
        self._ready = min(max(moment, self._started), time.monotonic())
        self._deadline = self._ready + self._seconds
        if not self.asked:
            self._kill_at = self._deadline + self._grace

    def asks(self, wanted: bool) -> bool:
        """Whether it is time to ask, once: somebody wants it, or the deadline is here."""
        now = time.monotonic()
        if self.asked or not (wanted or now >= self._deadline):
            return False
        self.asked = True
        if wanted:
            self._kill_at = min(self._kill_at, now + PATIENCE)
        return True

    def kills(self, at_once: bool) -> bool:
        """Whether it is time to kill, once."""
        now = time.monotonic()
        if self.late or not (at_once or now >= self._kill_at):
            return False
        self.late = "did not stop in time" if self.asked else self._unready
        self._killed_at = now
        return True

    def over(self) -> bool:
        """Whether a child that returns now does so because it has to."""
        return self.asked or time.monotonic() >= self._deadline

    def gives_up(self) -> bool:
        return time.monotonic() >= self._killed_at + VANISHING

    def wait(self) -> float:
        """Seconds until there is something to decide, in (0, TICK]."""
        next_event = self._kill_at if self.asked else min(self._deadline, self._kill_at)
        return min(TICK, max(0.001, next_event - time.monotonic()))

    def times(self) -> tuple[float, float]:
        """Seconds since ready, and from the start to ready."""
        now = time.monotonic()
        if self._ready is None:
            return 0.0, now - self._started
        return now - self._ready, self._ready - self._started


@contextlib.contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect SIGINT and SIGTERM instead of dying of them; only the main thread may."""
    seen: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield seen
        return

    def note(number: int, _frame: FrameType | None) -> None:
        seen.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            # None stands for a handler that is not Python's and cannot be put back.
            if handler is not None:
                signal.signal(number, handler)


def run_in_child(
    target: Target[Result],
    args: Sequence[object] = (),
    *,
    seconds: float | None,
    on_progress: Callable[[Any], object] | None = None,
    on_phase: Callable[[str], object] | None = None,
    stop: threading.Event | None = None,
    grace: float = 0.2,
    warm_up_limit: float = 900.0,
    memory: int | None = None,
) -> Outcome[Result]:
    """Start a `Child` and run one target in it; see there for the parameters."""
    return Child(memory=memory).run(
        target,
        args,
        seconds=seconds,
        on_progress=on_progress,
        on_phase=on_phase,
        stop=stop,
        grace=grace,
        warm_up_limit=warm_up_limit,
    )
