"""The dashboard's files: what is served, and that the two languages are whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx

from api.errors import PROBLEMS
from optimizer import load, plan
from optimizer.formats.texts import TEXTS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "api" / "dashboard"
JAMBI = ROOT / "data" / "jambi"
OWN = json.loads((FOLDER / "words.json").read_text())
SCRIPTS = {path.name: path.read_text() for path in FOLDER.glob("*.js")}


def test_the_page_is_served_without_a_key_and_under_a_strict_policy(client: httpx.Client):
    """Nothing inline is allowed, and every file that the page names is there."""
    page = client.get("/", headers={"Origin": "https://elsewhere.example"})
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    # All modules at once: found one by one, each would cost a way to the service and back.
    assert {f"/dashboard/{name}" for name in SCRIPTS} <= set(named)
    for path in [*named, "/dashboard/shared.js", "/dashboard/plotly.min.js"]:
        assert client.get(path).status_code == 200, path
    assert client.get("/dashboard/nothing.js").status_code == 404
    assert client.get("/dashboard/../settings.py").status_code == 404


def test_an_unchanged_file_is_not_sent_again(client: httpx.Client):
    """304 for the tag that came with it."""
    tag = client.get("/dashboard/look.css").headers["ETag"]
    assert client.get("/dashboard/look.css", headers={"If-None-Match": tag}).status_code == 304


def test_every_text_has_both_languages_and_the_same_gaps():
    """A text without its Indonesian would show in English, one with another gap would show braces."""
    assert OWN.keys().isdisjoint(TEXTS)
    for key, texts in {**TEXTS, **OWN}.items():
        assert len(texts) == 2, key
        assert all(texts), key
        gaps = [set(re.findall(r"\{(\w+)\}", text)) for text in texts]
        assert gaps[0] == gaps[1], key


def test_every_kind_of_problem_has_words():
    """A planner reads what went wrong in the language of the page."""
    assert [kind for kind in PROBLEMS if f"problem_{kind}" not in OWN] == []


def test_every_text_that_a_script_asks_for_is_there_and_none_is_idle():
    """Keys put together at run time are known by their beginning."""
    asked = {key for text in SCRIPTS.values() for key in re.findall(r'"([\w-]+)"', text)}
    begun = {key for text in SCRIPTS.values() for key in re.findall(r"`([a-z]+_)\$\{", text)}
    said = {key for text in SCRIPTS.values() for key in re.findall(r'say\("([\w-]+)"', text)}
    assert said <= OWN.keys() | TEXTS.keys()
    assert [key for key in OWN if key not in asked and not key.startswith(tuple(begun))] == []


def test_every_phase_of_a_plan_has_words():
    """A plan in the making says what it is at in the planner's language, not by the engine's word."""
    seen: set[str] = set()
    plan(load(JAMBI), time_limit=1, on_progress=lambda news: seen.add(news.phase))
    assert {"first fit", "explain"} < seen
    # The first plan of an installation compiles, every later one loads.
    assert {f"phase_{phase}" for phase in seen | {"loading", "compiling"}} <= OWN.keys()


def test_nothing_of_a_plan_becomes_markup():
    """Scripts make elements and set their text; none of them parses markup or writes inline styles."""
    for name, text in SCRIPTS.items():
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text
        ), name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), name
