"""The summary of the result workbook: what the plan is worth, how near the best, how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats import words
from optimizer.formats.escaping import clean_text
from optimizer.formats.plan_view import PlanView
from optimizer.formats.table_sheet import Cell, set_up_page, write_cell
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


def write_summary(view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
    """What the plan is worth, how near the best it is, and how it was made."""
    plan, scenario = view.plan, view.scenario
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 72)
    share = view.served / view.requested if view.requested else 1.0
    sections: list[tuple[str, list[tuple[str, Cell, Format]]]] = [
        (
            say("plan", language),
            [
                (say("scenario", language), scenario.name, styles.value),
                (say("period", language), words.period(scenario.start, scenario.end, language), styles.value),
                (say("status", language), words.status(plan, language), styles.value),
                (say("rotations", language), len(view.stays), styles.whole),
                (say("requested", language), view.requested, styles.whole),
                (say("served", language), view.served, styles.whole),
                (say("coverage", language), share, styles.share),
                (say("km", language), round(view.km, 3), styles.decimal),
            ],
        ),
        (
            say("score_parts", language),
            [
                (say("part_people", language), plan.score_parts.people, styles.points),
                (say("part_km", language), plan.score_parts.km, styles.points),
                (say("part_equity", language), plan.score_parts.equity, styles.points),
                (say("part_change", language), plan.score_parts.change, styles.points),
                (say("score_of", language), plan.score, styles.points),
                _or_not_proven(say("bound", language), plan.bound, styles.points, styles, language),
                _or_not_proven(say("gap", language), plan.gap, styles.proof, styles, language),
            ],
        ),
        (
            say("made", language),
            [
                (say("version", language), plan.run.version, styles.value),
                (say("mode", language), plan.run.mode, styles.value),
                (say("seed", language), plan.run.seed, styles.value),
                (say("seconds", language), plan.run.seconds, styles.decimal),
                (say("tolerance", language), plan.run.tolerance, styles.proof),
                *(
                    (say("package", language, package=name), version, styles.value)
                    for name, version in plan.run.versions.items()
                ),
                (say("fingerprint", language), plan.scenario.sha256, styles.value),
                (
                    say("certificate", language),
                    say("certificate_yes" if plan.certificate else "certificate_no", language),
                    styles.value,
                ),
            ],
        ),
        (
            say("holidays_used", language),
            [(words.day(day, language), name, styles.value) for day, name in view.holidays(language).items()]
            or [(say("no_holidays", language), None, styles.value)],
        ),
    ]
    row = 0
    for heading, lines in sections:
        sheet.write_string(row, 0, heading, styles.heading)
        sheet.write_blank(row, 1, None, styles.heading)
        row += 1
        for label, value, style in lines:
            sheet.write_string(row, 0, clean_text(label), styles.label)
            write_cell(sheet, row, 1, value, style)
            row += 1
        row += 1
    set_up_page(sheet, styles, view.scenario.name, language, freeze=None)


def _or_not_proven(
    label: str, value: float | None, style: Format, styles: Styles, language: Language
) -> tuple[str, Cell, Format]:
    return (label, say("not_proven", language), styles.value) if value is None else (label, value, style)
