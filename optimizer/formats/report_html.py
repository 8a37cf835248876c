"""Pieces of the report's page: escaped text in both languages, figures, tables, data blocks."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from optimizer.formats.escaping import clean_text
from optimizer.formats.figure_style import Figure
from optimizer.formats.words import LANGUAGES, Language, say

Wording = Callable[[Language], str]


class Page:
    """
    Makes markup that reads in the language asked for and can be switched to the other.

    Parameters
    ----------
    language
        The language that the page opens in.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._blocks: list[str] = []

    def both(self, wording: Wording, tag: str = "span") -> str:
        """A text that the page can show in each language."""
        return f"<{tag}{self.switch(wording)}>{escape(wording(self.language))}</{tag}>"

    def word(self, key: str, tag: str = "span", **values: object) -> str:
        """A text of `words.TEXTS`."""
        return self.both(lambda language: say(key, language, **values), tag)

    def switch(self, wording: Wording, attribute: str = "") -> str:
        """Attributes that hold a text in each language; it fills the content, or ``attribute`` if given."""
        held = "".join(f' data-{language}="{escape(wording(language))}"' for language in LANGUAGES)
        if not attribute:
            return held
        return f'{held} data-attribute="{attribute}" {attribute}="{escape(wording(self.language))}"'

    def block(self, name: str, content: object) -> None:
        """Keeps data for the page's script under an id."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        # Inside a script element only "<" could end it; the two separators end lines in old scripts.
        for char in "<>\u2028\u2029":
            text = text.replace(char, f"\\u{ord(char):04x}")
        self._blocks.append(f'<script type="application/json" id="{name}">{text}</script>')

    def blocks(self) -> str:
        """All data kept so far."""
        return "\n".join(self._blocks)

    def figure_data(self, name: str, build: Callable[[Language], Figure]) -> None:
        """Keeps a figure once, with what differs between the languages."""
        figures = {language: build(language) for language in LANGUAGES}
        base = figures[self.language]
        stored: dict[str, Any] = {"figure": base}
        for language, figure in figures.items():
            if language != self.language:
                stored[language] = _differences(base, figure)
                stored[self.language] = [(path, _at(base, path)) for path, _ in stored[language]]
        self.block(name, stored)

    def figure(self, name: str, label: str, *, style: str = "", data: str = "") -> str:
        """
        The place where the script draws a figure.

        Parameters
        ----------
        name
            Id of the place.
        label
            Key of the text that says what the figure shows.
        style
            ``wide`` (wider than a narrow page), ``long`` (much wider), ``free`` (to zoom and move).
        data
            Id of the figure's data if not ``figure-<name>``.
        """
        extra = ' data-free="yes"' if "free" in style else ""
        wide = " ".join(part for part in style.split() if part in ("wide", "long"))
        block = data or f"figure-{name}"
        spoken = self.switch(partial(say, label), "aria-label")
        return (
            f'<div class="scroll" tabindex="0"><div class="figure {wide}" id="{name}"'
            f' data-figure="{block}"{extra} role="img"{spoken}></div></div>'
        )

    def table(self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
        """A table of ready cells under a caption's key; all columns from ``numbers`` on hold numbers."""

        def marked(tag: str, column: int, content: str) -> str:
            scope = ' scope="col"' if tag == "th" else ""
            look = ' class="number"' if column >= numbers else ""
            return f"<{tag}{scope}{look}>{content}</{tag}>"

        head = "".join(marked("th", column, content) for column, content in enumerate(heads))
        body = "".join(
            "<tr>" + "".join(marked("td", column, content) for column, content in enumerate(row)) + "</tr>"
            for row in rows
        )
        parts = f"{self.word(caption, 'caption')}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        return f'<div class="scroll" tabindex="0"><table>{parts}</table></div>'


def escape(text: str) -> str:
    """Text as it may stand in markup and in attributes."""
    return html.escape(clean_text(text))


def _differences(
    base: Any, other: Any, path: tuple[str | int, ...] = ()
) -> list[tuple[list[str | int], Any]]:
    """Where two figures of one shape differ, and what the other has there."""
    if base == other:
        return []
    if isinstance(base, dict):
        return [item for key in base for item in _differences(base[key], other[key], (*path, key))]
    if isinstance(base, list):
        pairs = enumerate(zip(base, other, strict=True))
        return [item for at, (mine, its) in pairs for item in _differences(mine, its, (*path, at))]
    return [(list(path), other)]


def _at(figure: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        figure = figure[key]
    return figure
