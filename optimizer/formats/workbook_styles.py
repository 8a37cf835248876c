"""Cell formats of the result workbook, made once each and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.formats import palette
from optimizer.formats.words import Language, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONT = "Arial"
_LINE = "#c5ccd3"
_HAIR, _THIN, _MEDIUM = 7, 1, 2  # xlsxwriter's numbers of border styles
_LOCALE = {"en": "[$-409]", "id": "[$-421]"}


class Styles:
    """
    Formats by what they are for; equal ones are made once.

    A workbook of a large fleet has millions of cells but only some dozens of formats.
    """

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        # The looks of days are asked for once per cell, so they are found without building them.
        self._days: dict[tuple[object, ...], Format] = {}
        day = f"{_LOCALE[language]}ddd d mmm yyyy"
        self.title = self.make(bold=True, font_size=16, font_color=palette.ACCENT)
        self.subtitle = self.make(font_size=10, font_color=palette.MUTED)
        self.legend = self.make(font_size=8, valign="vcenter")
        self.below = self.make(top=_THIN, top_color=palette.MUTED)
        self.corner = self.make(bold=True, font_size=9, valign="vcenter", right=_THIN, right_color=_LINE)
        self.unit = self.make(
            bold=True,
            font_size=9,
            valign="bottom",
            top=_THIN,
            right=_THIN,
            top_color=_LINE,
            right_color=_LINE,
        )
        self.unit_detail = self.make(
            font_size=7, font_color=palette.MUTED, valign="top", right=_THIN, right_color=_LINE
        )
        cell = {"font_size": 10, "valign": "top", "bottom": _HAIR, "bottom_color": _LINE}
        figure = {**cell, "align": "right", "indent": 1}
        self.text = self.make(**cell, text_wrap=True)
        self.date = self.make(**cell, num_format=day, align="left")
        self.general = self.make(**figure, num_format="General")
        self.whole = self.make(**figure, num_format="#,##0")
        self.decimal = self.make(**figure, num_format='#,##0.0;-#,##0.0;"–"')
        self.points = self.make(**figure, num_format="#,##0.000")
        self.share = self.make(**figure, num_format="0.0%")
        self.proof = self.make(**figure, num_format="0.0000%")
        self.value = self.make(**figure)
        self.label = self.make(**cell | {"font_color": palette.MUTED})
        self.heading = self.make(
            bold=True, font_size=12, font_color=palette.ACCENT, bottom=_THIN, bottom_color=palette.ACCENT
        )
        self.header = self.make(
            bold=True,
            font_size=10,
            font_color="#ffffff",
            bg_color=palette.ACCENT,
            valign="vcenter",
            text_wrap=True,
        )

    def make(self, **properties: Any) -> Format:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": FONT, "font_color": palette.INK, **properties}
            )
        return self._made[key]

    def swatch(self, fill: str) -> Format:
        """A square of the legend."""
        return self.make(bg_color=fill, border=_THIN, border_color=_LINE)

    def month(self, starts: str) -> Format:
        """The row of months."""
        return self.make(
            bold=True, font_size=10, font_color=palette.ACCENT, valign="vcenter", **_left(starts)
        )

    def week(
        self, starts: str, fill: str | None, *, small: bool = False, last: bool = False, start: bool = False
    ) -> Format:
        """The rows of weeks, weekdays and days of the month."""
        properties: dict[str, Any] = {"font_size": 6 if small else 7, "valign": "vcenter", **_left(starts)}
        properties["align"] = "left" if start else "center"
        if small or start:
            properties["font_color"] = palette.MUTED
        if fill:
            properties["bg_color"] = fill
        if last:
            properties |= {"bottom": _THIN, "bottom_color": palette.MUTED}
        return self.make(**properties)

    def stay(self, fill: str, line: int, first: bool, last: bool) -> Format:
        """A day of a stay: an edge around the stay, none between its days."""
        look = ("stay", fill, line, first, last)
        if look in self._days:
            return self._days[look]
        properties: dict[str, Any] = {"bg_color": fill, "font_size": 7 if line else 8}
        properties |= {"valign": "top"} if line else {"valign": "bottom", "bold": True}
        sides = {"bottom" if line else "top": True, "left": first, "right": last}
        for side in (side for side, drawn in sides.items() if drawn):
            properties |= {side: _THIN, f"{side}_color": palette.MUTED}
        return self._days.setdefault(look, self.make(**properties))

    def free(self, fill: str | None, line: int, starts: str) -> Format:
        """A day without a stay."""
        look = ("free", fill, line, starts)
        if look in self._days:
            return self._days[look]
        properties: dict[str, Any] = {
            "font_size": 7,
            "font_color": palette.MUTED,
            "align": "center",
            **_left(starts),
        }
        properties["valign"] = "top" if line else "bottom"
        if line == 0:
            properties |= {"top": _THIN, "top_color": _LINE}
        if fill:
            properties["bg_color"] = fill
        return self._days.setdefault(look, self.make(**properties))

    def footer(self, scenario: str, language: Language) -> str:
        """The line at the foot of each printed page."""
        # An ampersand starts a command in a footer; the blank keeps digits of the name from
        # being read as a font size.
        name = scenario[:100].replace("&", "&&")
        return f"&L&8 {name}&R&8 {say('page', language)} &P {say('of', language)} &N"


def _left(starts: str) -> dict[str, Any]:
    if starts == "month":
        return {"left": _THIN, "left_color": palette.MUTED}
    return {"left": _THIN if starts == "week" else _HAIR, "left_color": _LINE}
