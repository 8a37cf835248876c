"""Writes a plan in every form that somebody opens: JSON, workbook, report, table, calendars, map."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.exceptions import InputError, Issue, Sentence, chained
from optimizer.formats.geojson import write_geojson
from optimizer.formats.ics import write_calendars
from optimizer.formats.plain_file import write_text
from optimizer.formats.plan_file import write_plan
from optimizer.formats.plan_view import PlanView
from optimizer.formats.plan_workbook import write_plan_workbook
from optimizer.formats.report import write_report
from optimizer.formats.rotations_csv import write_rotations_csv
from optimizer.formats.words import LANGUAGES, Language

FORMATS = ("json", "xlsx", "html", "csv", "ics", "geojson")


def export(
    scenario: Scenario,
    plan: Plan,
    directory: str | PathLike[str],
    formats: Iterable[str] = FORMATS,
    language: Language = "en",
) -> list[Path]:
    """
    Writes a plan into a directory, which is made if it is missing.

    The same plan gives the same files, byte for byte. Files of the same names are replaced;
    calendars and a certificate that belong to an earlier plan alone are removed.

    Parameters
    ----------
    scenario
        The scenario that the plan was made for.
    plan
        The plan.
    directory
        Where to write.
    formats
        Any of ``json`` (``plan.json`` and, where the plan has one, ``certificate.json``),
        ``xlsx`` (``plan.xlsx``), ``html`` (``report.html``), ``csv`` (``rotations.csv``),
        ``ics`` (``plan.ics`` and the folder ``calendars``) and ``geojson`` (``plan.geojson``).
    language
        ``en`` or ``id``; names stay as they are.

    Returns
    -------
    list of Path
        The files written, in the order of the formats.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have, or a format or
        language is unknown.
    """
    chosen = list(dict.fromkeys(formats))
    issues = [
        Issue(
            "P11",
            Sentence(
                "The format {name} is unknown; expected one of {formats}.",
                name=repr(name),
                formats=", ".join(FORMATS),
            ),
        )
        for name in chosen
        if name not in FORMATS
    ]
    if language not in LANGUAGES:
        issues.append(
            Issue(
                "P12",
                Sentence(
                    "The language {language} is unknown; expected {languages}.",
                    language=repr(language),
                    languages=chained("{left} or {right}", LANGUAGES),
                ),
            )
        )
    if issues:
        raise InputError(issues)
    view = PlanView(scenario, plan)
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    write: dict[str, Callable[[], list[Path]]] = {
        "json": lambda: _write_json(plan, folder),
        "xlsx": lambda: [write_plan_workbook(scenario, plan, folder / "plan.xlsx", language, view=view)],
        "html": lambda: [write_report(scenario, plan, folder / "report.html", language, view=view)],
        "csv": lambda: [write_rotations_csv(scenario, plan, folder / "rotations.csv", language, view=view)],
        "ics": lambda: write_calendars(scenario, plan, folder, language, view=view),
        "geojson": lambda: [write_geojson(scenario, plan, folder / "plan.geojson", view=view)],
    }
    return [path for name in chosen for path in write[name]()]


def _write_json(plan: Plan, folder: Path) -> list[Path]:
    path = folder / "plan.json"
    write_plan(plan, path)
    certificate = folder / "certificate.json"
    if plan.certificate is None:
        # One of an earlier plan would prove nothing about this one.
        certificate.unlink(missing_ok=True)
        return [path]
    write_text(certificate, json.dumps(plan.certificate) + "\n")
    return [path, certificate]
