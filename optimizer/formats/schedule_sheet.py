"""The sheet that planners hang on the wall: a band per unit, a column per day, printed on A3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from optimizer.domain.scenario import Unit
from optimizer.formats import palette, words
from optimizer.formats.escaping import clean_text
from optimizer.formats.plan_view import DayShade, PlanView, Stay
from optimizer.formats.text_width import shortened, text_width
from optimizer.formats.words import Language, say
from optimizer.formats.workbook_styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

UNIT_WIDTH = 206  # pixels of the column with the units' names
DAY_WIDTH = 17  # pixels of a day: two digits fit, and a quarter fits on A3
HEAD_ROW = 20  # pixels of a row above the bands, on average
LINE_HEIGHT = (17, 28)  # pixels of each of a band's two lines, at least and at most
PAPER = (1430, 1025)  # printable pixels of A3 landscape, with room for programs that draw columns wider
ONE_PAGE_DAYS = 100  # a horizon up to here goes on one page; a longer one is cut at months
PAGE_MONTHS = 3
LEGEND_STEP = 13  # days between two entries of the legend
MOST_BREAKS = 1000  # Excel takes no more than 1,026 breaks
WEEKEND_GAP = 3  # days from Friday to Monday: a run of named working days goes on

_SHADE_FILL = {
    "working": None,
    "short": palette.SHORT,
    "weekend": palette.WEEKEND,
    "holiday": palette.HOLIDAY,
    "closed": palette.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Days ``first..last`` (indexes, both included) that are printed side by side."""

    first: int
    last: int

    @property
    def days(self) -> int:
        """Days of the page."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Fit:
    """
    How the bands fill the paper.

    Parameters
    ----------
    scale
        Print scale in per cent.
    per_page
        Units on one page.
    height
        Height of each of a band's two lines, in pixels.
    tall
        Pages below each other.
    """

    scale: int
    per_page: int
    height: int
    tall: int


def pages(start: date, days: int) -> list[Page]:
    """Cuts a horizon into pages of up to three calendar months; a short rest joins the page before it."""
    if days <= ONE_PAGE_DAYS:
        return [Page(0, days - 1)]
    cuts = [0]
    months = 0
    for index in range(1, days):
        if (start + timedelta(days=index)).day == 1:
            months += 1
            if months % PAGE_MONTHS == 0:
                cuts.append(index)
    if days - cuts[-1] < 2 * ONE_PAGE_DAYS // 10 and len(cuts) > 1:
        cuts.pop()
    return [Page(first, end - 1) for first, end in zip(cuts, [*cuts[1:], days], strict=True)]


class ScheduleSheet:
    """
    Writes the day grid.

    Each unit has a band of two lines: the venue above, the course and its people below.
    Days of a stay bear the course's colour, closed days among them a paler one; all other
    days show why they are free. Cells are not merged, so every day keeps its own shade.
    """

    def __init__(self, view: PlanView, sheet: Worksheet, styles: Styles, language: Language) -> None:
        self.view = view
        self.sheet = sheet
        self.styles = styles
        self.language = language
        self.shades = view.shades(language)
        self.colours = palette.course_colours(view.scenario.course_by_id)
        self.pages = pages(view.scenario.start, view.scenario.days)
        used = {stay.course.id for stay in view.stays}
        self.legend_courses = [course for course in view.scenario.courses if course.id in used]

    def write(self) -> None:
        """Writes the whole sheet, its panes and its page set-up."""
        self.sheet.hide_gridlines(2)
        self.sheet.set_column_pixels(0, 0, UNIT_WIDTH)
        self.sheet.set_column_pixels(1, self.view.scenario.days, DAY_WIDTH)
        body = 0
        for page in self.pages:
            body = max(body, self._head(page))
        self._calendar_rows(body)
        body += 4
        fit = self._fit(body)
        for number, unit in enumerate(self.view.scenario.units):
            self._band(body + 2 * number, unit, fit.height)
        below = body + 2 * len(self.view.scenario.units)
        for column in range(self.view.scenario.days + 1):
            self.sheet.write_blank(below, column, None, self.styles.below)
        self.sheet.freeze_panes(body, 1)
        self._page_setup(body, fit)

    def _head(self, page: Page) -> int:
        """Title and legend above one page's days; gives the first row below them."""
        view, language, column = self.view, self.language, page.first + 1
        scenario = view.scenario
        title = say("schedule_title", language, scenario=scenario.name)
        line = say(
            "schedule_line",
            language,
            period=words.period(scenario.start, scenario.end, language),
            units=words.number(len(scenario.units), language),
            rotations=words.number(len(view.stays), language),
            served=words.number(view.served, language),
            requested=words.number(view.requested, language),
        )
        self._text(0, column, title, self.styles.title)
        self._text(1, column, line, self.styles.subtitle)
        row, entries = 2, self._legend()
        per_row = max(1, page.days // LEGEND_STEP)
        for group in entries:
            for number, (name, fill) in enumerate(group):
                at = column + number % per_row * LEGEND_STEP
                if fill:
                    self.sheet.write_blank(row + number // per_row, at, None, self.styles.swatch(fill))
                    at += 1
                fits = shortened(name, (LEGEND_STEP - 2) * DAY_WIDTH, 8)
                self._text(row + number // per_row, at, fits, self.styles.legend)
            row += -(-len(group) // per_row)
        for text in self._named_days(page):
            self._text(row, column, text, self.styles.legend)
            row += 1
        return row

    def _legend(self) -> list[list[tuple[str, str | None]]]:
        """Names and colours: first the courses, then what the other shades and marks mean."""
        language = self.language
        courses: list[tuple[str, str | None]] = [
            (course.name, self.colours[course.id]) for course in self.legend_courses
        ]
        kinds = {shade.kind for shade in self.shades}
        marks: list[tuple[str, str | None]] = [
            (say(kind, language), fill) for kind, fill in _SHADE_FILL.items() if fill and kind in kinds
        ]
        if any(self.view.at_depot(unit.id).any() for unit in self.view.scenario.units):
            marks.append((say("at_depot", language), palette.AT_DEPOT))
        marks.append((say("closed_in_stay", language), None))
        if any(stay.rotation.pinned for stay in self.view.stays):
            marks.append((say("pinned_mark", language), None))
        return [courses, marks]

    def _named_days(self, page: Page) -> list[str]:
        """Holidays and other named days of a page, runs of one name taken together, in lines that fit."""
        runs: list[tuple[DayShade, DayShade]] = []
        for shade in self.shades[page.first : page.last + 1]:
            if not shade.name:
                continue
            last = runs[-1][1] if runs else None
            if last and last.name == shade.name and (shade.day - last.day).days <= WEEKEND_GAP:
                runs[-1] = (runs[-1][0], shade)
            else:
                runs.append((shade, shade))
        room = page.days * DAY_WIDTH * 0.95
        lines: list[str] = []
        for first, last in runs:
            span = words.period(first.day, last.day, self.language).rsplit(" ", 1)[0]
            item = f"{span} {first.name}"
            if lines and text_width(f"{lines[-1]}  ·  {item}", 8) <= room:
                lines[-1] += f"  ·  {item}"
            else:
                lines.append(shortened(item, room, 8))
        return lines

    def _calendar_rows(self, row: int) -> None:
        """Months, weeks, weekdays and days of the month."""
        sheet, styles, language = self.sheet, self.styles, self.language
        for offset, height in enumerate((20, 15, 14, 16)):
            sheet.set_row_pixels(row + offset, height)
            sheet.write_blank(row + offset, 0, None, styles.corner)
        sheet.write_string(row + 3, 0, say("unit", language), styles.corner)
        for index, shade in enumerate(self.shades):
            day, column = shade.day, index + 1
            starts = self._starts(index)
            fill = _SHADE_FILL[shade.kind]
            sheet.write_blank(row, column, None, styles.month(starts))
            sheet.write_blank(row + 1, column, None, styles.week(starts, fill=None))
            letter = words.WEEKDAYS[language][day.weekday()][0]
            sheet.write_string(row + 2, column, letter, styles.week(starts, fill, small=True))
            sheet.write_number(row + 3, column, day.day, styles.week(starts, fill, last=True))
            first_of_page = any(index == page.first for page in self.pages)
            if day.day == 1 or first_of_page:
                name = words.MONTHS[language][day.month - 1]
                self._text(row, column, self._fitting_month(index, name), styles.month(starts))
            if day.weekday() == 0 or first_of_page:
                week = f"{say('week_letter', language)}{day.isocalendar().week}"
                sheet.write_string(row + 1, column, week, styles.week(starts, fill=None, start=True))

    def _fitting_month(self, index: int, name: str) -> str:
        day = self.view.scenario.day(index)
        left = self.view.scenario.days - index
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        room = min(left, (following - day).days) * DAY_WIDTH
        year = f"{name} {day.year}"
        return year if text_width(year, 10) < room else shortened(name, room, 10)

    def _starts(self, index: int) -> str:
        """Whether a month, a week or nothing starts on a day: how thick its left line is."""
        day = self.view.scenario.day(index)
        if day.day == 1:
            return "month"
        return "week" if day.weekday() == 0 else ""

    def _band(self, row: int, unit: Unit, height: int) -> None:
        sheet, styles = self.sheet, self.styles
        sheet.set_row_pixels(row, height)
        sheet.set_row_pixels(row + 1, height)
        name = unit.name if unit.name == unit.id else f"{unit.id}  {unit.name}"
        depot = self.view.scenario.depot_by_id[unit.depot]
        detail = f"{depot.name} · {' '.join(unit.equipment)}"
        self._text(row, 0, shortened(name, UNIT_WIDTH - 8, 9), styles.unit)
        self._text(row + 1, 0, shortened(detail, UNIT_WIDTH - 8, 7), styles.unit_detail)
        taken = self._stays(row, unit)
        self._free_days(row, unit, taken)

    def _stays(self, row: int, unit: Unit) -> set[int]:
        taken: set[int] = set()
        for stay in self.view.by_unit[unit.id]:
            first = self.view.scenario.index(stay.rotation.start)
            inside = [
                index
                for index in range(first, first + stay.days)
                if 0 <= index < self.view.scenario.days and index not in taken
            ]
            taken.update(inside)
            labels = {}
            for page in self.pages:
                here = [index for index in inside if page.first <= index <= page.last]
                if here:
                    labels[here[0]] = self._label(stay, len(here), continued=here[0] != first)
            for index in inside:
                self._stay_day(row, stay, index, first, labels.get(index))
        return taken

    def _stay_day(self, row: int, stay: Stay, index: int, first: int, label: tuple[str, str] | None) -> None:
        colour = self.colours[stay.course.id]
        fill = colour if stay.credits[index - first] else palette.paler(colour)
        edge = (index == first, index == first + stay.days - 1)
        for line in (0, 1):
            style = self.styles.stay(fill, line, *edge)
            if label:
                self._text(row + line, index + 1, label[line], style)
            else:
                self.sheet.write_blank(row + line, index + 1, None, style)

    def _label(self, stay: Stay, days: int, *, continued: bool) -> tuple[str, str]:
        """The two lines of a stay, cut to the days that they have."""
        room = days * DAY_WIDTH - 4
        mark = ("… " if continued else "") + ("★ " if stay.rotation.pinned else "")
        people = words.number(stay.rotation.people, self.language)
        lower = say("class_of", self.language, course=stay.course.name, people=people)
        if text_width(lower, 7) > room:
            lower = shortened(stay.course.name, room - text_width(f" · {people}", 7), 7) + f" · {people}"
        return shortened(mark + stay.venue.name, room, 8, bold=True), lower

    def _free_days(self, row: int, unit: Unit, taken: set[int]) -> None:
        styles = self.styles
        depot = self.view.at_depot(unit.id)
        present = self.view.present(unit)
        for index, shade in enumerate(self.shades):
            if index in taken:
                continue
            fill, text = _SHADE_FILL[shade.kind], ""
            if shade.kind == "short":
                fill = None
            if not present[index]:
                fill, text = palette.ABSENT, "–"
            elif depot[index]:
                fill, text = palette.AT_DEPOT, say("at_depot_letter", self.language)
            starts = self._starts(index)
            for line in (0, 1):
                style = styles.free(fill, line, starts)
                if text and line == 0:
                    self.sheet.write_string(row, index + 1, text, style)
                else:
                    self.sheet.write_blank(row + line, index + 1, None, style)

    def _fit(self, head: int) -> Fit:
        widest = UNIT_WIDTH + DAY_WIDTH * max(page.days for page in self.pages)
        scale = max(10, min(100, 100 * PAPER[0] // widest))
        room = PAPER[1] * 100 // scale - HEAD_ROW * head
        units = max(1, len(self.view.scenario.units))
        tall = -(-units * 2 * LINE_HEIGHT[0] // room)
        per_page = -(-units // tall)
        return Fit(scale, per_page, max(LINE_HEIGHT[0], min(LINE_HEIGHT[1], room // (2 * per_page))), tall)

    def _page_setup(self, body: int, fit: Fit) -> None:
        sheet, units = self.sheet, len(self.view.scenario.units)
        sheet.set_landscape()
        sheet.set_paper(8)  # A3
        sheet.set_margins(left=0.3, right=0.3, top=0.35, bottom=0.5)
        sheet.repeat_rows(0, body - 1)
        sheet.repeat_columns(0)
        sheet.print_area(0, 0, body + 2 * units, self.view.scenario.days)
        sheet.set_footer(self.styles.footer(self.view.scenario.name, self.language))
        if len(self.pages) == 1 and fit.tall == 1:
            sheet.fit_to_pages(1, 1)
            return
        # Spreadsheet programs forget breaks set by hand when they fit a sheet to pages, and would
        # cut months and bands in two; so the scale is computed here.
        sheet.set_print_scale(fit.scale)
        sheet.set_v_pagebreaks([page.first + 1 for page in self.pages[1:]])
        breaks = [body + 2 * number for number in range(fit.per_page, units, fit.per_page)]
        sheet.set_h_pagebreaks(breaks[:MOST_BREAKS])

    def _text(self, row: int, column: int, text: str, style: Format) -> None:
        self.sheet.write_string(row, column, clean_text(text), style)
