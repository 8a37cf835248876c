"""The report's long tables, which its script shows page by page, with search, filters and sorting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from optimizer.domain.plan import Unserved
from optimizer.formats import palette
from optimizer.formats.plan_view import PlanView
from optimizer.formats.reason_text import reason_text
from optimizer.formats.report_html import Page, escape
from optimizer.formats.words import LANGUAGES, Language, say

SEPARATOR = ", "  # between the texts of a list; the page's script knows it too


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a long table.

    Parameters
    ----------
    key
        Key of its heading.
    kind
        ``text``, ``long``, ``number``, ``day`` (ISO dates), ``yes`` (1 or 0) or ``list``
        (several texts, joined by commas).
    names
        What the numbers in the rows stand for, so that a name is stored once.
    said
        The same where each language says it in its own way.
    colours
        A colour per name.
    digits
        Decimals of numbers.
    """

    key: str
    kind: str = "text"
    names: Sequence[str] | None = None
    said: Mapping[Language, Sequence[str]] | None = None
    colours: Sequence[str] | None = None
    digits: int = 0


def rotations_table(page: Page, view: PlanView) -> str:
    """All rotations."""
    scenario = view.scenario
    unit, course, venue = (_numbers(rows) for rows in (scenario.units, scenario.courses, scenario.venues))
    colours = palette.course_colours(scenario.course_by_id)
    cities, city = _names(row.city for row in scenario.venues)
    columns = [
        Column("start", "day"),
        Column("end", "day"),
        Column("unit", names=[_full(row.id, row.name) for row in scenario.units]),
        Column("course", names=[row.name for row in scenario.courses], colours=list(colours.values())),
        Column("venue", names=[row.name for row in scenario.venues]),
        Column("city", names=cities),
        Column("people", "number"),
        Column("taught", "number"),
        Column("km_to", "number", digits=1),
        Column("rotation"),
        Column("pinned", "yes"),
    ]
    rows = [
        [
            stay.rotation.start.isoformat(),
            stay.rotation.end.isoformat(),
            unit[stay.unit.id],
            course[stay.course.id],
            venue[stay.venue.id],
            city[stay.venue.city],
            stay.rotation.people,
            stay.taught,
            round(view.km_to[stay.rotation.id], 1),
            stay.rotation.id,
            int(stay.rotation.pinned),
        ]
        for stay in view.stays
    ]
    filters = [_choice(page, columns, 3), _choice(page, columns, 5), _day(page, view)]
    return _long_table(page, "rotations", "rotations_caption", columns, rows, filters)


def unserved_table(page: Page, view: PlanView) -> str:
    """All requests of which somebody is left over."""
    scenario = view.scenario
    course, venue = (_numbers(rows) for rows in (scenario.courses, scenario.venues))
    cities, city = _names(row.city for row in scenario.venues)
    texts = {
        language: [
            "\n".join(reason_text(one, language) for one in left.reasons) for left in view.plan.unserved
        ]
        for language in LANGUAGES
    }
    rules, rule = _names(_rules(left) for left in view.plan.unserved)
    columns = [
        Column("request"),
        Column("venue", names=[row.name for row in scenario.venues]),
        Column("city", names=cities),
        Column("course", names=[row.name for row in scenario.courses]),
        Column("requested", "number"),
        Column("not_served", "number"),
        Column("rule", "list", names=rules),
        Column("reasons", "long", said=texts),
    ]
    rows: list[list[Any]] = []
    for number, left in enumerate(view.plan.unserved):
        request = scenario.request_by_id[left.request]
        rows.append(
            [
                request.id,
                venue[request.venue],
                city[scenario.venue_by_id[request.venue].city],
                course[request.course],
                request.people,
                left.people,
                rule[_rules(left)],
                number,
            ]
        )
    filters = [_choice(page, columns, 3), _choice(page, columns, 2), _choice(page, columns, 6)]
    return _long_table(page, "unserved", "unserved_caption", columns, rows, filters)


def units_table(page: Page, view: PlanView) -> str:
    """All units with what their days go into."""
    scenario = view.scenario
    depots, depot = _names(scenario.depot_by_id[unit.depot].name for unit in scenario.units)
    columns = [
        Column("unit"),
        Column("depot", names=depots),
        Column("rotations", "number"),
        Column("people", "number"),
        Column("km", "number", digits=1),
        Column("days_taught", "number"),
        Column("days_closed", "number"),
        Column("days_moving", "number"),
        Column("days_depot", "number"),
        Column("days_idle", "number"),
    ]
    rows: list[list[Any]] = []
    for unit in scenario.units:
        days = view.unit_days(unit)
        stays = view.by_unit[unit.id]
        summary = view.unit_summary.get(unit.id)
        rows.append(
            [
                _full(unit.id, unit.name),
                depot[scenario.depot_by_id[unit.depot].name],
                len(stays),
                sum(stay.rotation.people for stay in stays),
                summary.km if summary else None,
                days.taught,
                days.closed,
                days.moving,
                days.depot,
                days.idle,
            ]
        )
    return _long_table(page, "units", "units_caption", columns, rows, [_choice(page, columns, 1)])


def _rules(left: Unserved) -> str:
    return SEPARATOR.join(dict.fromkeys(reason.rule for reason in left.reasons))


def _long_table(
    page: Page, name: str, caption: str, columns: Sequence[Column], rows: list[list[Any]], filters: list[str]
) -> str:
    content: dict[str, Any] = {
        "columns": [
            {"kind": column.kind, "digits": column.digits}
            | ({"names": column.names} if column.names is not None else {})
            | ({"names": column.said} if column.said is not None else {})
            | ({"colours": column.colours} if column.colours is not None else {})
            for column in columns
        ],
        "rows": rows,
    }
    keys = [column.key for column in columns]
    if "start" in keys:
        content |= {"start": keys.index("start"), "end": keys.index("end")}
    page.block(f"table-{name}", content)
    heads = "".join(
        f'<th scope="col" class="{column.kind}"><button type="button">{page.word(column.key)}</button></th>'
        for column in columns
    )
    hint = page.switch(partial(say, "search_hint"), "placeholder")
    search = (
        f'<label class="grow">{page.word("search")}'
        f'<input type="search" data-filter="search"{hint} maxlength="200"></label>'
    )
    return (
        f'<div data-table="table-{name}"><div class="controls">{search}{"".join(filters)}</div>'
        f'<div class="scroll" tabindex="0"><table>{page.word(caption, "caption")}'
        f"<thead><tr>{heads}</tr></thead>"
        "<tbody></tbody></table></div>"
        f'<div class="pager"><button type="button">{page.word("previous")}</button>'
        f'<button type="button">{page.word("next")}</button>'
        '<span class="counter" role="status"></span></div></div>'
    )


def _choice(page: Page, columns: Sequence[Column], at: int) -> str:
    names = set(columns[at].names or ())
    if columns[at].kind == "list":
        names = {part for name in names for part in name.split(SEPARATOR)}
    ordered = sorted(names - {""})
    options = "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in ordered)
    every = f'<option value=""{page.switch(partial(say, "all"))}>{say("all", page.language)}</option>'
    return f'<label>{page.word(columns[at].key)}<select data-filter="{at}">{every}{options}</select></label>'


def _day(page: Page, view: PlanView) -> str:
    limits = f'min="{view.scenario.start.isoformat()}" max="{view.scenario.end.isoformat()}"'
    return f'<label>{page.word("under_way_on")}<input type="date" data-filter="day" {limits}></label>'


def _numbers(rows: Iterable[Any]) -> dict[str, int]:
    return {row.id: number for number, row in enumerate(rows)}


def _names(texts: Iterable[str]) -> tuple[list[str], dict[str, int]]:
    """Different texts in the order met, and the number of each."""
    names = list(dict.fromkeys(texts))
    return names, {name: number for number, name in enumerate(names)}


def _full(identity: str, name: str) -> str:
    return name if name == identity else f"{identity}  {name}"


def texts_of_script() -> dict[str, Any]:
    """What the page's script says by itself, by language."""
    from optimizer.formats import words

    return {
        language: {
            "words": {key: say(key, language) for key in ("yes", "rows_shown")},
            "days": words.WEEKDAYS[language],
            "shortDays": words.SHORT_WEEKDAYS[language],
            "months": words.MONTHS[language],
            "shortMonths": words.SHORT_MONTHS[language],
            "plotly": words.PLOTLY[language],
        }
        for language in LANGUAGES
    }
