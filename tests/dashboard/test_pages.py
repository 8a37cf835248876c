"""Single pages: links, keys, restarts, narrow screens, and what axe finds."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.api.processes import Served
from tests.api.world import BY_HAND, Service, scenario, serving
from tests.dashboard.conftest import Seen

JAMBI = Path(__file__).parents[2] / "data" / "jambi"
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def language() -> str:
    """One language is enough here."""
    return "id"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service in this process; nobody computes what it is asked for."""
    with serving(tmp_path_factory.mktemp("pages"), reads_per_minute=10**6) as service:
        yield service


@pytest.fixture(scope="module")
def made(served: Service) -> list[str]:
    """Two plans made by hand: the second village is served, and both are."""
    both = [*BY_HAND, {"request": "K1", "unit": "U1", "start": "2026-03-16"}]
    with served.client() as client:
        plans = [served.plan(client, rotations=rows, name=f"{len(rows)}") for rows in (BY_HAND, both)]
    for plan in plans:
        served.desk.compute(plan)
    return plans


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(seen: Seen, made: list[str], theme: str):
    """Every page, by day and by night, with what opens opened."""
    page = seen.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for address in ("#/", "#/new?demo=jakarta", f"#/plans/{made[0]}", f"#/compare?a={made[0]}&b={made[1]}"):
        # A new document each time: within one, the page before would pass for the next until that is drawn.
        page.goto("about:blank")
        seen.open(address)
        expect(page.locator("main .busy")).to_have_count(0)
        expect(page.locator("main h1, main .title")).not_to_have_count(0)
        if "plans/" in address:
            page.locator(".s-rotations tbody button").first.click()
            expect(page.locator(".inspector .days")).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] != "minor"] == []


def test_a_link_reopens_the_same_view(seen: Seen, made: list[str]):
    """Choice, rotation and search stand in the address; opened anew they are there."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    page.locator(".chosen select").nth(3).select_option("V1")
    page.locator("#search").fill("pastry")
    page.locator(".s-rotations tbody button.strong").click()
    expect(page).to_have_url(re.compile(r"venue=V1.*rotation=K1-1.*q=pastry"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".chosen select").nth(3)).to_have_value("V1")
    expect(page.locator("#search")).to_have_value("pastry")
    expect(page.locator(".inspector")).to_be_visible()
    expect(page.locator(".s-rotations tbody tr")).to_have_count(1)


def test_the_schedule_is_used_by_keyboard(seen: Seen, made: list[str]):
    """Right goes to the next rotation and says so, L locks it, Escape lets it go."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    page.locator(".gantt canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("Village 2")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("Village 1")
    page.keyboard.press("l")
    expect(page.locator(".plan-head button.primary")).to_contain_text("1")
    page.keyboard.press("Escape")
    expect(page.locator(".inspector")).to_be_hidden()


@pytest.mark.parametrize("by", ["mouse", "finger"])
def test_rotations_are_locked_by_drawing_a_frame(seen: Seen, made: list[str], by: str):
    """A frame over all of the schedule locks both rotations; drawn with a finger it does not scroll."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    page.locator(".s-schedule .tools > button").last.click()
    canvas = page.locator(".gantt canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    begin, end = (box["x"] + 190, box["y"] + 48), (box["x"] + box["width"] - 5, box["y"] + box["height"] - 3)
    if by == "mouse":
        page.mouse.move(*begin)
        page.mouse.down()
        page.mouse.move(*end, steps=4)
        page.mouse.up()
    else:
        touch = page.context.new_cdp_session(page)
        for kind, points in (("touchStart", [begin]), ("touchMove", [end]), ("touchEnd", [])):
            at = [{"x": x, "y": y} for x, y in points]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    expect(page.locator(".plan-head button.primary")).to_contain_text("2")


def test_a_screen_reader_is_told_what_stands_where(seen: Seen, made: list[str]):
    """The tree that it reads: landmarks with names, the schedule with its keys, each button with its word."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    tree = page.locator("main").aria_snapshot()
    for part in ("Jadwal", "Peta", "Cakupan", "Rotasi", "Belum terlayani dan alasannya"):
        assert f'region "{part}"' in tree, part
    assert 'application "Jadwal: unit per hari"' in tree
    assert 'button "Kunci K1-1"' in tree
    assert "- button\n" not in tree
    expect(page.locator(".gantt canvas")).to_have_accessible_description(re.compile("Tombol panah"))


def test_the_row_looked_at_stays_a_row(seen: Seen, made: list[str]):
    """What marks it changes colours alone."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    page.locator(".s-rotations tbody button.strong").first.click()
    row = page.locator(".s-rotations tbody tr.looked")
    expect(row).to_have_css("display", "table-row")


def test_the_next_page_has_the_whole_width(seen: Seen, made: list[str]):
    """Room is made for a rotation that is looked at, and given back with the page."""
    page = seen.page
    seen.open(f"#/plans/{made[1]}")
    page.locator(".s-rotations tbody button.strong").first.click()
    expect(page.locator("body")).to_have_class("looking")
    page.evaluate("address => { location.hash = address; }", f"#/compare?a={made[0]}&b={made[1]}")
    expect(page.locator(".moves")).to_be_visible()
    expect(page.locator("body")).not_to_have_class("looking")


def test_plans_of_two_scenarios_are_not_mixed_up(seen: Seen, served: Service, made: list[str]):
    """Ids that both use for different things keep their names; a city of one has no share in the other."""
    other = scenario()
    for venue in other["venues"]:
        venue.update(name=f"Hamlet {venue['id']}", city="Bogor")
    with served.client() as client:
        elsewhere = served.plan(client, scenario=other, rotations=[{**BY_HAND[0], "start": "2026-03-03"}])
    served.desk.compute(elsewhere)
    page = seen.page
    seen.open(f"#/compare?a={made[0]}&b={elsewhere}")
    for name, kind in (
        ("Village 2 · Pastry", "Hanya sebelum: 1"),
        ("Hamlet V2 · Pastry", "Hanya sesudah: 1"),
    ):
        block = page.locator(".moves details", has_text=kind)
        expect(block.locator("td").first).to_have_text(name)
    bogor = page.locator("section[aria-labelledby=by-city] tr", has_text="Bogor")
    expect(bogor.locator("td").first).to_have_text("–")
    expect(bogor.locator("td").last).to_have_text("–")


def test_a_newcomer_gets_an_empty_workbook(seen: Seen, tmp_path: Path):
    """Filled in, it is what the page asks for; empty, it is sound with warnings."""
    page = seen.page
    seen.open()
    with page.expect_download() as download:
        page.locator(".drop button").nth(1).click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    page.locator("#file").set_input_files(tmp_path / "scenario.xlsx")
    expect(page.locator(".verdict.good details")).to_be_visible()


def test_a_plan_survives_a_reload_and_a_restart_of_the_service(browser: Browser, tmp_path: Path):
    """The page waits while nobody answers, then follows the plan to its end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Served(tmp_path, port=port) as service, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(f"{service.url}/#/new?demo=jakarta")
        page.locator("#seconds").fill("60")
        page.locator("form button.primary").click()
        expect(page.locator(".tile dd").first).to_have_text(re.compile(r"\d"))
        page.reload()
        expect(page.locator(".tile dd").first).to_have_text(re.compile(r"\d"))
        service.kill()
        expect(page.locator(".notice")).to_be_visible()
        service.start()
        expect(page.locator(".notice")).to_be_hidden()
        page.locator(".title button.primary").click()
        expect(page.locator(".plan")).to_be_visible()


def test_files_of_a_folder_are_dropped_as_they_are(seen: Seen):
    """The CSV files go up as one archive that the page packs itself."""
    files = {path.name: path.read_text() for path in JAMBI.iterdir() if path.suffix in (".csv", ".toml")}
    page = seen.page
    seen.open()
    expect(page.locator(".cards").first).to_be_visible()
    dropped = page.evaluate_handle(
        "(files) => { const held = new DataTransfer(); for (const [name, text] of Object.entries(files))"
        " held.items.add(new File([text], name)); return held; }",
        files,
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    expect(page.locator(".verdict.good strong")).to_contain_text("Jambi")


def test_a_plan_is_cancelled(seen: Seen):
    """Nothing of it is kept, and the page goes back to the first."""
    page = seen.page
    with httpx.Client(base_url=seen.url) as client:
        asked = client.post("/v1/plans", json={"demo": "jakarta", "time_limit": 60}).json()
    seen.open(f"#/plans/{asked['id']}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".title button").nth(1).click()
    expect(page.locator(".drop")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280, 2560])
def test_nothing_sticks_out_of_the_screen(seen: Seen, made: list[str], width: int):
    """No page scrolls sideways, from a telephone to a wall."""
    page = seen.page
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("#/", "#/new?demo=jakarta", f"#/plans/{made[0]}", f"#/compare?a={made[0]}&b={made[1]}"):
        # A new document each time: within one, the page before would pass for the next until that is drawn.
        page.goto("about:blank")
        seen.open(address)
        expect(page.locator("main .busy")).to_have_count(0)
        expect(page.locator("main h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_key_is_asked_for_where_one_is_needed(browser: Browser, tmp_path: Path):
    """Without one the page asks; with a viewer's key it shows the list."""
    with serving(tmp_path, allow_without_key=False) as service, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(service.url)
        page.locator("dialog input").fill(service.key("viewer"))
        page.locator("dialog button.primary").click()
        expect(page.locator(".cards").first).to_be_visible()
