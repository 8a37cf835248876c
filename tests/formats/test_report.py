"""The report: one file, no network, both languages, nothing that names could break."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from optimizer.domain.facts import ClassFacts, Thing
from optimizer.domain.plan import Reason, Unserved
from optimizer.formats.plan_view import PlanView
from optimizer.formats.report import report, write_report
from optimizer.formats.words import LANGUAGES
from tests.formats import results_world


class Markup(HTMLParser):
    """Elements with their attributes, and the text of scripts and of the page."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.scripts = []
        self.text = []
        self._inside = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append([dict(attrs), ""])

    def handle_endtag(self, tag):
        self._inside = None

    def handle_data(self, data):
        if self._inside == "script":
            self.scripts[-1][1] += data
        elif self._inside != "style":
            self.text.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def block(self, name):
        return json.loads(next(text for attributes, text in self.scripts if attributes.get("id") == name))


@pytest.fixture(scope="module")
def page(view):
    return report(view)


@pytest.fixture(scope="module")
def markup(page):
    return Markup(page)


@pytest.fixture(scope="module")
def nasty_markup(nasty):
    return Markup(report(PlanView(nasty, results_world.plan())))


def test_nothing_is_asked_of_a_network(markup):
    """No element names another file or site; links stay on the page."""
    for tag, attributes in markup.elements:
        for name in ("src", "srcset", "action", "poster", "data", "formaction"):
            assert name not in attributes, (tag, name)
        target = attributes.get("href", "#")
        assert target.startswith("#") or target == "data:,"


def test_styles_load_nothing(page):
    """The style sheet names no address and imports nothing."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "font-family" in style
    assert "url(" not in style
    assert "@import" not in style


def test_the_browser_is_told_to_refuse_all_scripts_but_the_pages_own(markup):
    """The policy allows no source at all, and scripts by the hashes of the two in the page."""
    policy = next(one["content"] for one in markup.all("meta") if "http-equiv" in one)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    own = [text for attributes, text in markup.scripts if attributes.get("type") != "application/json"]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in own]
    assert len(own) == 2
    assert all(f"'sha256-{one}'" in policy for one in hashes)
    assert policy.count("sha256-") == 2


def test_names_cannot_break_out_of_the_page(markup, nasty_markup):
    """Names with tags add no element: there are as many of each kind as with harmless names."""

    def counts(one):
        names = [tag for tag, _ in one.elements]
        return {tag: names.count(tag) for tag in sorted(set(names))}

    assert counts(nasty_markup) == counts(markup)
    assert not any(attribute.startswith("on") for _, found in nasty_markup.elements for attribute in found)


def test_names_are_shown_to_the_letter(nasty_markup):
    """A name with a tag is read as that name, in the page and in its tables."""
    assert "&14 </title><script>x" in nasty_markup.text
    assert f"U1  {results_world.NASTY}" in nasty_markup.block("table-rotations")["columns"][2]["names"]


def test_names_in_figures_are_escaped_for_plotly(nasty_markup):
    """Plotly reads tags in texts, so none of a name may be left."""
    figure = nasty_markup.block("figure-gantt-0")["figure"]
    labels = figure["layout"]["yaxis"]["ticktext"]
    assert labels[0] == "U1  &lt;script&gt;alert(1)&lt;/script&gt;"
    bars = next(trace for trace in figure["data"] if trace.get("meta") == "stays")
    assert all("<" not in str(item) for stay in bars["customdata"] for item in stay)


def test_every_figure_has_its_data_and_is_sound(markup):
    """Each place names a block that plotly takes, in both languages."""
    from plotly.graph_objects import Figure

    places = [one for one in markup.all("div") if "data-figure" in one]
    assert [one["id"] for one in places] == ["gantt", "map", "cities", "courses", "days", "parts", "bound"]
    for place in places:
        stored = markup.block(place["data-figure"])
        for language in LANGUAGES:
            for path, value in stored[language]:
                spot = stored["figure"]
                for key in path[:-1]:
                    spot = spot[key]
                spot[path[-1]] = value
            Figure(stored["figure"])


def test_a_figure_speaks_both_languages(markup):
    """What differs is kept: the coverage of East in English and Indonesian."""
    stored = markup.block("figure-cities")
    shown = stored["figure"]["data"][0]["text"][0]
    other = next(value for path, value in stored["id"] if path == ["data", 0, "text", 0])
    assert (shown, other) == ("30 of 38 · 79 %", "30 dari 38 · 79 %")
    assert [path for path, _ in stored["en"]] == [path for path, _ in stored["id"]]


def test_all_text_of_the_page_comes_in_both_languages(markup):
    """Whatever has an English text has an Indonesian one."""
    switched = [attributes for _, attributes in markup.elements if "data-en" in attributes]
    assert len(switched) > 80
    assert all(attributes.get("data-id") for attributes in switched)
    assert markup.all("html")[0]["lang"] == "en"


def test_the_numbers_that_matter_stand_in_the_page(markup):
    """58 of 90 people, the gap rounded up, score, rotations, kilometres, the worst city."""
    text = " ".join(markup.text)
    assert "5 Jan – 8 Feb 2026: 2 units hold 4 rotations and serve 58 of 90 people." in text
    assert "The plan is worth 58 points; no valid plan is worth more than 60: a proven gap of" in text
    assert "3.84 %" in text
    for part in ("of 90 requested: 64.4 %", "no plan is above 60", "by 2 of 2 units", "30", "54 %", "West"):
        assert part in text


def test_rotations_can_be_searched(markup):
    """The table's data hold each rotation once, with names as numbers into lists."""
    content = markup.block("table-rotations")
    row = next(row for row in content["rows"] if "R3-1" in row)
    names = [column.get("names") for column in content["columns"]]
    assert row[:2] == ["2026-01-08", "2026-01-09"]
    assert [names[at][row[at]] for at in (2, 3, 4, 5)] == ["U2  Kitchen van", "Cooking", "School Two", "West"]
    assert row[6:8] == [16, 2]


def test_reasons_are_grouped_and_shown(markup):
    """The larger group stands first: 24 people for whom the units are busy."""
    text = " ".join(markup.text)
    assert text.index("The units are busy (R5) – requests: 1, people: 24") < text.index(
        "Too few people for a class"
    )
    assert "R3: U2 is elsewhere <all the time>." in text


def test_reasons_are_told_in_both_languages():
    """A reason with facts has its sentence in each; the table's data hold both."""
    few = Reason(
        code="too-few-people",
        rule="R8",
        text="as the plan file says",
        facts=ClassFacts(course=Thing(id="sew", name="Sewing"), asked=8, class_min=10),
    )
    plan = results_world.plan(unserved=(Unserved(request="R4", people=8, reasons=(few,)),))
    page = report(PlanView(results_world.world(), plan), "id")
    told = "8 orang meminta Sewing (sew), yang memerlukan paling sedikit 10 orang per kelas: kurang 2 orang."
    assert f"R4: {told}</span>" in page
    said = Markup(page).block("table-unserved")["columns"][-1]["names"]
    assert said["id"] == [told]
    assert said["en"] == [
        "8 asked for Sewing (sew), of which a class needs at least 10 people: 2 people too few."
    ]


def test_the_page_can_be_used_without_eyes_and_without_a_mouse(markup):
    """Figures have words, tables captions, controls labels; headings go down by one."""
    assert all(one["aria-label"] for one in markup.all("div") if "data-figure" in one)
    assert len(markup.all("caption")) == len(markup.all("table"))
    tags = [tag for tag, _ in markup.elements]
    labelled = [at for at, tag in enumerate(tags) if tag in ("select", "input")]
    assert labelled
    for at in labelled:
        before = tags[:at]
        assert "label" in before[-4:]
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_links_of_the_contents_lead_somewhere(markup):
    """Each section named above is there."""
    ids = {attributes["id"] for _, attributes in markup.elements if "id" in attributes}
    assert {one["href"][1:] for one in markup.all("a")} <= ids


def test_ids_stand_once(markup):
    """No two elements share an id."""
    ids = [attributes["id"] for _, attributes in markup.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_a_plan_without_history_or_limit_says_so(scenario):
    """No line chart, no claim about the best."""
    markup = Markup(report(PlanView(scenario, results_world.plan(history=(), bound=None, gap=None))))
    text = " ".join(markup.text)
    assert "does not keep how score and limit developed" in text
    assert "How much better another plan could be is not proven." in text
    assert "bound" not in {one.get("id") for one in markup.all("div")}


def test_an_optimal_plan_says_so(scenario):
    """With bound = score nothing better exists."""
    text = report(PlanView(scenario, results_world.plan(status="optimal", bound=57.7, gap=0.0)))
    assert "No valid plan is worth more: that is proven." in text


def test_a_large_fleet_is_shown_depot_by_depot(scenario):
    """130 units of one depot: three figures to choose from, of 60, 60 and 10 units."""
    units = tuple(
        scenario.units[0].model_copy(update={"id": f"X{number:03}", "name": f"Van {number}"})
        for number in range(128)
    )
    fleet = scenario.replace(units=scenario.units + units)
    markup = Markup(report(PlanView(fleet, results_world.plan())))
    options = [
        one["value"] for one in markup.all("option") if one.get("value", "").startswith("figure-gantt")
    ]
    assert options == ["figure-gantt-0", "figure-gantt-1", "figure-gantt-2"]
    lines = [len(markup.block(name)["figure"]["layout"]["yaxis"]["tickvals"]) for name in options]
    assert lines == [60, 60, 10]


@pytest.mark.parametrize(
    "tables", [{}, {"units": (), "venues": (), "requests": (), "courses": (), "depots": ()}]
)
def test_an_empty_plan_has_a_report(scenario, tables):
    """Nothing planned, or nothing there at all, is no reason to fail."""
    empty = results_world.empty_plan()
    markup = Markup(report(PlanView(scenario.replace(**tables, calendar=()), empty)))
    assert "Everybody asked for is served." in markup.text


def test_the_same_plan_gives_the_same_bytes(scenario, plan, tmp_path):
    """Nothing of the clock and no order of chance gets into the file."""
    first = write_report(scenario, plan, tmp_path / "a.html", "id").read_bytes()
    second = write_report(scenario, plan, tmp_path / "b.html", "id").read_bytes()
    assert first == second
    assert first.startswith(b'<!doctype html>\n<html lang="id">')
