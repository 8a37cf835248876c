"""``report.html``: a plan to look at, in one file that needs no network."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from string import Template

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.formats import report_sections as sections
from optimizer.formats.plain_file import write_bytes
from optimizer.formats.plan_view import PlanView
from optimizer.formats.report_html import Page, escape
from optimizer.formats.report_tables import texts_of_script
from optimizer.formats.words import Language, say


def write_report(
    scenario: Scenario, plan: Plan, path: Path, language: Language = "en", *, view: PlanView | None = None
) -> Path:
    """
    Writes the report; the same plan gives the same bytes.

    The page holds its drawing library, its data and both languages, and tells the browser to
    refuse every request to elsewhere and every script but its own.

    Parameters
    ----------
    scenario
        The scenario that the plan was made for.
    plan
        The plan.
    path
        File to write; one that is there is replaced.
    language
        The language that the page opens in.
    view
        The plan looked up already, where several files are written.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have.
    """
    view = view or PlanView(scenario, plan)
    write_bytes(path, report(view, language).encode("utf-8"))
    return path


def report(view: PlanView, language: Language = "en") -> str:
    """The report as a page."""
    page = Page(language)
    body = [sections.kpis(page, view), *(make(page, view) for _, make in sections.SECTIONS)]
    page.block("texts", texts_of_script())
    plotly = (files("plotly") / "package_data" / "plotly.min.js").read_text("utf-8")
    script = _part("report_page.js")
    links = "".join(
        f'<li><a href="#{name}">{page.word(f"title_{name}")}</a></li>' for name, _ in sections.SECTIONS
    )
    return Template(_part("report_page.html")).substitute(
        language=language,
        script_hashes=f"{_hash(plotly)} {_hash(script)}",
        title=escape(f"{view.scenario.name} – MTU Planner"),
        css=_part("report_page.css"),
        skip=page.word("skip"),
        is_en="true" if language == "en" else "false",
        is_id="true" if language == "id" else "false",
        scenario=escape(view.scenario.name),
        lead=page.both(lambda lang: sections.headline(view, lang)),
        contents=escape(say("contents", language)),
        navigation=f"<ul>{links}</ul>",
        no_script=page.word("no_script"),
        sections="\n".join(body),
        foot=page.word("foot", version=view.plan.run.version),
        data=page.blocks(),
        plotly=plotly,
        script=script,
    )


def _part(name: str) -> str:
    return (files("optimizer.formats") / name).read_text("utf-8")


def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"'sha256-{digest}'"
