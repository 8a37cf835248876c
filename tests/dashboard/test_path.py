"""The whole way of a planner through the dashboard, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Seen

# A machine that is busy with other things takes its time to begin a plan.
pytestmark = pytest.mark.timeout(300)


def test_from_demo_data_to_a_plan(seen: Seen):
    """One click on demo data, followed live and stopped, then the plan with everything linked."""
    page = seen.page
    seen.open()
    page.locator('a.card[href="#/new?demo=jakarta"]').click()
    page.locator("#seconds").fill("60")
    page.locator("form button.primary").click()
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    expect(page.locator(".tile dd").first).not_to_have_text("–")
    page.locator(".title button.primary").click()
    expect(page.locator(".plan")).to_be_visible(timeout=60_000)
    expect(page.locator(".s-rotations tbody tr")).to_have_count(25)
    whole = page.locator(".chosen-state span").inner_text()
    page.locator(".s-coverage_section .bar").first.click()
    expect(page.locator(".chosen-state span")).not_to_have_text(whole)
    assert "city=" in page.evaluate("new Promise((done) => setTimeout(() => done(location.hash), 400))")
    rows = page.locator(".s-rotations tbody tr")
    rows.first.locator("button").first.click()
    expect(page.locator(".inspector .rules li")).not_to_have_count(0)
