"""The whole way of a planner through the dashboard, in both languages."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from optimizer import convert
from tests.dashboard.conftest import Seen

JAKARTA = Path(__file__).parents[2] / "data" / "jakarta"
# A machine that is busy with other things takes its time to begin a plan.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Jakarta as a workbook, and the same with two mistakes."""
    folder = tmp_path_factory.mktemp("workbooks")
    sound, broken = folder / "jakarta.xlsx", folder / "broken.xlsx"
    convert(JAKARTA, sound)
    copy = folder / "copy"
    shutil.copytree(JAKARTA, copy)
    venues = (copy / "venues.csv").read_text().replace(",-6.1618,106.7166,", ",106.7166,-6.1618,", 1)
    (copy / "venues.csv").write_text(venues)
    requests = (copy / "requests.csv").read_text().replace("K002,V001", "K002,V999", 1)
    (copy / "requests.csv").write_text(requests)
    convert(copy, broken)
    return sound, broken


def make(page: Page) -> None:
    """Follow a plan until its lines are drawn, stop it, and wait for the plan."""
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    expect(page.locator(".tile dd").first).to_have_text(re.compile(r"\d"))
    page.locator(".title button.primary").click()
    expect(page.locator(".plan")).to_be_visible()


def served(page: Page) -> str:
    """What the bar above says of the rotations that are chosen."""
    return str(page.locator(".chosen-state span").inner_text())


def test_from_a_broken_workbook_to_a_plan_around_locks(
    seen: Seen, language: str, workbooks: tuple[Path, Path], tmp_path: Path
):
    """Upload, issues, fix, plan, progress, stop, inspect, lock, plan again, compare, download."""
    page = seen.page
    sound, broken = workbooks
    seen.open()
    seen.refused = "status of 422"
    page.locator("#file").set_input_files(broken)
    issues = page.locator(".verdict.bad")
    expect(issues.locator("h3", has_text="venues")).to_be_visible()
    expect(issues.locator("h3", has_text="requests")).to_be_visible()
    # Row 2 of the sheet is the first venue; its latitude stands in column F.
    expect(issues.locator(".place", has_text=re.compile(r"^F2\b")).first).to_be_visible()
    told = '"V999" is not an id of venues.' if language == "en" else '"V999" bukan id dalam tabel venues.'
    expect(issues.locator(".what", has_text=told)).to_be_visible()
    page.locator("#file").set_input_files(sound)
    page.locator(".verdict.good button.primary").click()

    page.locator("#seconds").fill("60")
    page.locator("form button.primary").click()
    make(page)

    rows = page.locator(".s-rotations tbody tr")
    expect(rows).to_have_count(25)
    everything = served(page)
    page.locator(".s-coverage_section .bar").first.click()
    expect(page.locator(".chosen-state span")).not_to_have_text(everything)
    rows.first.locator("button").first.click()
    expect(page.locator(".inspector .rules li")).to_have_count(9)
    expect(page.locator(".inspector .days span").first).to_be_visible()
    page.locator(".s-unserved summary").first.click()
    page.locator(".holders button").first.click()
    expect(page.locator(".inspector")).to_be_visible()

    before = page.url.split("?")[0]
    for number in range(2):
        rows.nth(number).locator("button.square").click()
    page.locator(".plan-head button.primary").click()
    expect(page.locator("dialog .notice")).to_contain_text("2")
    page.locator("dialog #seconds").fill("60")
    page.locator("dialog form button.primary").click()
    page.wait_for_url(lambda url: url.split("?")[0] != before)
    make(page)
    expect(page.locator(".chosen-state button")).to_contain_text("2")

    page.locator(".menu > button").nth(1).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=".json").click()
    download.value.save_as(tmp_path / "plan.json")
    plan = json.loads((tmp_path / "plan.json").read_text())
    assert sum(rotation["pinned"] for rotation in plan["plan"]["rotations"]) == 2
    page.locator(".menu > button").first.click()
    page.get_by_role("menuitem").first.click()
    expect(page.locator(".moves")).to_be_visible()
    assert page.locator("section table").first.locator("tbody tr").count() == 4
