"""
Makes the pictures of the README: ``python -m tests.pictures`` (needs Chromium).

A service is started as a user starts it and plans Jakarta's quarter for half a minute; then the
top of the dashboard and the top of the report of that plan are drawn.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.api.processes import Served
from tests.dashboard.conftest import CHROMIUM, FLAGS

FOLDER = Path(__file__).parent
WIDTH, HEIGHT = 1280, 1250
SECONDS = 30


def planned(service: Served) -> str:
    """The id of a finished plan of Jakarta."""
    with service.client() as client:
        asked = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": SECONDS})
        plan = str(asked.raise_for_status().json()["id"])
        while client.get(f"/v1/plans/{plan}").raise_for_status().json()["status"] in ("queued", "running"):
            time.sleep(1)
    return plan


def draw(page: Page, address: str, ready: str, name: str) -> None:
    """The top of a page, once what it draws last is there."""
    page.goto(address)
    page.locator(ready).first.wait_for(timeout=60_000)
    page.wait_for_timeout(1_000)
    page.screenshot(path=FOLDER / name)
    print(f"Drawn: {FOLDER / name}")


def main() -> int:
    """Draw both; 2 without a browser."""
    if CHROMIUM is None:
        print("Needs Chromium.")
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        Served(Path(folder)) as service,
        sync_playwright() as player,
    ):
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
        plan = planned(service)
        draw(page, f"{service.url}/#/plans/{plan}", ".plan .s-units_section .bar", "dashboard.png")
        report = Path(folder) / "report.html"
        with service.client() as client:
            report.write_bytes(client.get(f"/v1/plans/{plan}.html", timeout=120).raise_for_status().content)
        draw(page, report.as_uri(), ".figure .main-svg", "report.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
