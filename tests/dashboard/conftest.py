"""A service as a user starts it, and a browser that tells everything it complains of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.api.processes import Served
from tests.api.world import Service

CHROMIUM = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
expect.set_options(timeout=90_000)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Seen:
    """A page, and what went wrong on it: all of it must stay empty."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)
    #: Part of a line that the browser writes by itself when the service refuses something, as it should.
    refused: str = "never"

    def open(self, address: str = "#/") -> None:
        """Go to an address of the dashboard."""
        self.page.goto(f"{self.url}/{address}")

    def watch(self) -> None:
        """Note errors of scripts, complaints of the console, and requests to elsewhere."""
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and self.refused not in said.text:
            self.faults.append(said.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:", "data:")):
            self.faults.append(f"outside: {request.url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; ended with the file, for its event loop would be in the way of other tests."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_playwright() as player:
        started = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with one worker, shared by all tests of the dashboard."""
    with Served(tmp_path_factory.mktemp("served"), writes_per_minute=10**6) as service:
        yield service


@pytest.fixture(params=["en", "id"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages of the dashboard, one after the other."""
    return str(request.param)


@pytest.fixture
def seen(browser: Browser, served: Served | Service, language: str) -> Iterator[Seen]:
    """A page of a laptop's size; the test fails where anything went wrong on it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="id-ID" if language == "id" else "en-GB"
    )
    context.set_default_timeout(90_000)
    made = Seen(context.new_page(), served.url)
    made.watch()
    yield made
    context.close()
    assert made.faults == []
