"""A plan in the making, on the screen."""

from __future__ import annotations

import os
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from optimizer.cli import figures

if TYPE_CHECKING:
    from rich.console import RenderableType

# A log wants news, not a film.
LINE_EVERY = 2.0


class News(Protocol):
    """What the planner tells while it works; what is not known yet is None."""

    @property
    def seconds(self) -> float:
        """Time spent on solving; 0 before it begins."""

    @property
    def phase(self) -> str:
        """What is being done, for example ``compiling``."""

    @property
    def score(self) -> float | None:
        """Points of the best plan so far."""

    @property
    def bound(self) -> float | None:
        """Points that no plan can exceed, as far as proven."""

    @property
    def gap(self) -> float | None:
        """What is left between the two, as a share."""

    @property
    def people(self) -> int | None:
        """People whom the best plan serves."""

    @property
    def km(self) -> float | None:
        """Kilometres that the best plan drives."""


class _Teller:
    """What screen and lines share: the latest news, and how long it took until solving began."""

    def __init__(self, limit: float, requested: int, stop: threading.Event) -> None:
        self._limit = limit
        self._requested = requested
        self._stop = stop
        self._began = time.monotonic()
        self._news: News | None = None
        self.getting_ready = 0.0

    def __call__(self, news: News) -> None:
        """Take in the latest news."""
        if news.seconds > 0 and not self.getting_ready:
            self.getting_ready = max(0.0, time.monotonic() - self._began - news.seconds)
        self._news = news

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class Screen(_Teller):
    """
    The latest news, redrawn in place on a terminal; a context manager to be called with news.

    Parameters
    ----------
    limit
        Seconds that solving may take.
    requested
        People requested in all.
    stop
        Set when somebody wants to stop; the screen says that it was heard.
    """

    def __init__(self, limit: float, requested: int, stop: threading.Event) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        super().__init__(limit, requested, stop)
        self._busy = "getting ready"
        self._since = time.monotonic()
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(
            console=Console(stderr=True, highlight=False),
            get_renderable=self._draw,
            refresh_per_second=8,
            transient=True,
        )
        self._open = ExitStack()

    def __call__(self, news: News) -> None:
        """Take in the latest news."""
        super().__call__(news)
        if news.seconds > 0:
            self._busy, self._since = "", time.monotonic()
        elif news.phase != self._busy:
            self.busy(news.phase)

    def busy(self, phase: str) -> None:
        """Say what is done while the solving clock stands still."""
        self._busy, self._since = phase, time.monotonic()

    def __enter__(self) -> Self:
        self._open.enter_context(_no_echo())
        self._open.enter_context(self._live)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def _draw(self) -> RenderableType:
        from rich.console import Group
        from rich.padding import Padding
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        news = self._news
        waited = time.monotonic() - self._since
        head = Table.grid(padding=(0, 1))
        if self._busy or news is None:
            head.add_row(self._spinner, Text(self._busy, style="bold"), figures.seconds(waited))
            return head
        spent = min(news.seconds + waited, self._limit)
        head.add_row(
            self._spinner,
            Text("stopping" if self._stop.is_set() else news.phase, style="bold"),
            ProgressBar(total=max(self._limit, 0.001), completed=spent, width=30),
            f"{figures.seconds(spent)} of {figures.seconds(self._limit)}",
        )
        known = Table.grid(padding=(0, 2))
        for words in _words(news, self._requested):
            known.add_row(*(Text.assemble((f"{name} ", "dim"), value) for name, value in words))
        hint = Text("Ctrl-C stops and keeps the best plan so far.", style="dim")
        return Group(head, Padding(Group(known, hint), (0, 0, 0, 2)))


class Lines(_Teller):
    """The news as lines for a log: at each new phase, and when the plan gets better now and then."""

    def __init__(self, limit: float, requested: int, stop: threading.Event) -> None:
        super().__init__(limit, requested, stop)
        self._phase = ""
        self._told = ""
        self._last = float("-inf")

    def __call__(self, news: News) -> None:
        """Take in the latest news, and print it unless that would be too much."""
        super().__call__(news)
        now = time.monotonic()
        if news.phase == self._phase and now < self._last + LINE_EVERY:
            return
        # Only now, as people and kilometres are counted when they are asked for.
        words = [pair for row in _words(news, self._requested) for pair in row]
        line = "  ".join(f"{name} {value}" for name, value in words if value != "–")
        if (news.phase, line) != (self._phase, self._told):
            self._phase, self._told, self._last = news.phase, line, now
            self._print(figures.seconds(news.seconds), news.phase, line)

    def busy(self, phase: str) -> None:
        """Say what is done while the solving clock stands still."""
        self._print("", phase, "")

    def _print(self, clock: str, phase: str, line: str) -> None:
        sys.stderr.write(f"{clock:>12}  {phase:<12}  {line}".rstrip() + "\n")
        sys.stderr.flush()


def progress(limit: float, requested: int, stop: threading.Event) -> Screen | Lines:
    """A screen on a terminal, lines elsewhere."""
    kind = Screen if sys.stderr.isatty() else Lines
    return kind(limit, requested, stop)


@contextmanager
def _no_echo() -> Iterator[None]:
    """Keep the terminal from writing ``^C`` into the picture."""
    keyboard = _keyboard()
    if keyboard is None:
        yield
        return
    before = termios.tcgetattr(keyboard)
    local_modes = 3
    quiet = [*before]
    quiet[local_modes] &= ~termios.ECHO
    termios.tcsetattr(keyboard, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)


def _keyboard() -> int | None:
    """The terminal that is typed on, if this process may change it: one in the background may not."""
    try:
        keyboard = sys.stdin.fileno()
        return keyboard if os.tcgetpgrp(keyboard) == os.getpgrp() else None
    except (AttributeError, OSError, ValueError):
        return None  # closed, or no terminal


def _words(news: News, requested: int) -> tuple[tuple[tuple[str, str], ...], ...]:
    people = "–" if news.people is None else f"{news.people:,} of {requested:,}"
    km = "–" if news.km is None else f"{news.km:,.1f}"
    return (
        (
            ("score", figures.points(news.score)),
            ("bound", figures.points(news.bound)),
            ("gap", figures.percent(news.gap)),
        ),
        (("people", people), ("km", km)),
    )
