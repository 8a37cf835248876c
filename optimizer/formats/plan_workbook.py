"""``plan.xlsx``: the schedule to hang up, and every number of a plan as tables."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from optimizer.domain.plan import Plan
from optimizer.domain.scenario import Scenario
from optimizer.formats.plain_file import write_bytes
from optimizer.formats.plan_view import PlanView
from optimizer.formats.result_sheets import (
    write_cities,
    write_rotations,
    write_units,
    write_unserved,
    write_venues,
)
from optimizer.formats.schedule_sheet import ScheduleSheet
from optimizer.formats.summary_sheet import write_summary
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import FONT, Styles


def write_plan_workbook(
    scenario: Scenario, plan: Plan, path: Path, language: Language = "en", *, view: PlanView | None = None
) -> Path:
    """
    Writes the plan as a workbook; the same plan gives the same bytes.

    All text is written as text: no cell is a formula or a link, whatever names hold.

    Parameters
    ----------
    scenario
        The scenario that the plan was made for.
    plan
        The plan.
    path
        File to write; one that is there is replaced.
    language
        Language of headings, labels and reasons; names stay as they are.
    view
        The plan looked up already, where several files are written.

    Raises
    ------
    InputError
        When the plan speaks of things that the scenario does not have.
    """
    from xlsxwriter import Workbook  # here, because most commands never write a workbook

    view = view or PlanView(scenario, plan)
    content = io.BytesIO()
    book = Workbook(
        content,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # Arial everywhere: column widths count in digits of the default font.
            "default_format_properties": {"font_name": FONT, "font_size": 10},
        },
    )
    midnight = datetime.combine(scenario.start, datetime.min.time())
    book.set_properties({"title": scenario.name, "author": "MTU Planner", "created": midnight})
    styles = Styles(book, language)
    schedule = book.add_worksheet(say("sheet_schedule", language))
    ScheduleSheet(view, schedule, styles, language).write()
    write_rotations(view, book.add_worksheet(say("sheet_rotations", language)), styles, language)
    write_venues(view, book.add_worksheet(say("sheet_venues", language)), styles, language)
    write_units(view, book.add_worksheet(say("sheet_units", language)), styles, language)
    write_unserved(view, book.add_worksheet(say("sheet_unserved", language)), styles, language)
    write_cities(view, book.add_worksheet(say("sheet_cities", language)), styles, language)
    write_summary(view, book.add_worksheet(say("sheet_summary", language)), styles, language)
    book.close()
    write_bytes(path, content.getvalue())
    return path
