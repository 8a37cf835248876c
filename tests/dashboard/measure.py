"""
Measures how quickly the dashboard shows plans: ``python -m tests.dashboard.measure`` (needs Chromium).

Jakarta's first-fit plan, and an invented nation of 2,300 units and some 20,000 rotations, each opened
five times with an empty browser cache; medians are printed. *Network* is the time during which an
answer of the service was awaited, *script* the rest until the plan is drawn. *Linked* is the time from
choosing a city until everything is drawn again.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from api import plan_life, plan_store, reading
from api.auth import LOCAL
from api.plan_store import Order
from optimizer import __version__, generate, load
from optimizer.checker import complete
from optimizer.domain.fingerprint import scenario_sha256
from optimizer.domain.plan import Plan, Run, ScenarioRef
from optimizer.domain.scenario import Scenario
from optimizer.first_fit import first_fit
from tests.api.world import Service, serving
from tests.dashboard.conftest import CHROMIUM, FLAGS

JAKARTA = Path(__file__).parents[2] / "data" / "jakarta"
TIMES = 5
#: Notes in the page when the plan is there and two frames have been drawn since.
WATCH = """
new MutationObserver((_, watch) => {
  if (!document.querySelector(".plan .s-rotations tbody tr")) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.shownAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""
#: Milliseconds until the plan is shown, and those of them in which an answer was awaited.
TIMINGS = """
() => {
  const spans = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .map((one) => [one.startTime, Math.min(one.responseEnd, window.shownAt)]).sort((a, b) => a[0] - b[0]);
  let [waited, until] = [0, 0];
  for (const [begin, end] of spans) {
    waited += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return [window.shownAt, waited];
}
"""
CHOOSE = """
() => new Promise((done) => {
  const began = performance.now();
  document.querySelector(".s-coverage_section .bar").click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
})
"""


def finished(service: Service, scenario: Scenario) -> tuple[str, int]:
    """A finished plan of the first fit, and how many rotations it has; its reasons are left out."""
    done = complete(scenario, first_fit(scenario))
    plan = Plan(
        scenario=ScenarioRef(name=scenario.name, sha256=scenario_sha256(scenario)),
        status="feasible",
        score=done.score,
        bound=None,
        gap=None,
        score_parts=done.score_parts,
        rotations=done.rotations,
        unserved=done.unserved,
        units=done.units,
        cities=done.cities,
        run=Run(version=__version__, mode="first fit"),
    )
    order = Order(
        operation="check",
        name="",
        tags=(),
        scenario_name=scenario.name,
        scenario=None,
        scenario_version=None,
        content=reading.packed(scenario),
        options={"time_limit": 1.0, "gap": 0.0, "seed": 1, "deterministic": False, "objective": {}},
        priority=5,
        drafts=b"[]",
    )
    with service.database.writing() as connection:
        name = plan_store.queue(connection, service.app.state.context.jobs, LOCAL, order, 10)
        claim = plan_life.claim(connection, name, 20)
        assert claim is not None
        plan_life.publish(
            connection,
            claim,
            "completed",
            plan.to_json(facts=True).encode(),
            score=plan.score,
            bound=None,
            gap=None,
            proof="none",
            violations=[],
        )
    return name, len(plan.rotations)


def opened(browser: Browser, url: str) -> tuple[float, float, float]:
    """Milliseconds until shown, of these waiting for answers, and until drawn again after a choice."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.locator(".plan .s-rotations tbody tr").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    shown, waited = page.evaluate(TIMINGS)
    linked = page.evaluate(CHOOSE)
    context.close()
    return shown, waited, linked


def main() -> int:
    """Print a line per plan; 2 without a browser."""
    if CHROMIUM is None:
        print("Needs Chromium.")
        return 2
    worlds = {"Jakarta": load(JAKARTA), "nation": generate(2300, 12_500, days=135, load=2.2)}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), reads_per_minute=10**6) as service,
        sync_playwright() as player,
    ):
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print("plan      units  rotations  shown ms  network ms  script ms  linked ms")
        for name, scenario in worlds.items():
            plan, rotations = finished(service, scenario)
            # The first time, the service draws the calendar of the plan; it is kept then.
            opened(browser, f"{service.url}/#/plans/{plan}")
            runs = [opened(browser, f"{service.url}/#/plans/{plan}") for _ in range(TIMES)]
            shown, waited, linked = (statistics.median(column) for column in zip(*runs, strict=True))
            print(
                f"{name:<8}{len(scenario.units):>7,}{rotations:>11,}{shown:>10.0f}{waited:>12.0f}"
                f"{shown - waited:>11.0f}{linked:>11.0f}",
                flush=True,
            )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
