"""Makes the README's picture of the dashboard: ``python -m tests.dashboard.picture`` (needs Chromium)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.api.processes import Served
from tests.dashboard.conftest import CHROMIUM, FLAGS

PICTURE = Path(__file__).parents[1] / "pictures" / "dashboard.png"
SECONDS = 20


def main() -> int:
    """Plan Jakarta, choose a unit, and draw what is seen; 2 without a browser."""
    if CHROMIUM is None:
        print("Needs Chromium.")
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        Served(Path(folder)) as service,
        sync_playwright() as player,
    ):
        with service.client() as client:
            asked = {"demo": "jakarta", "time_limit": SECONDS}
            answer = client.post("/v1/plans", json=asked, headers={"Prefer": "wait=60"}, timeout=90)
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1330})
        page.goto(f"{service.url}/#/plans/{answer.json()['id']}?city=Jakarta+Utara")
        page.locator(".load .d-idle").first.wait_for()
        page.wait_for_timeout(5000)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"Drawn: {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
