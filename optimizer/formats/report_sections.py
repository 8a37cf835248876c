"""The report's sections, from the figures that matter most to how the plan was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial

from optimizer.domain.plan import Reason
from optimizer.formats import charts, palette, words
from optimizer.formats.plan_view import PlanView
from optimizer.formats.reason_text import reason_text
from optimizer.formats.report_html import Page, escape
from optimizer.formats.report_tables import rotations_table, units_table, unserved_table
from optimizer.formats.texts import TEXTS
from optimizer.formats.words import Language, say

NEEDS_CHOICE = 1  # figures of the schedule from which on there is something to choose


def headline(view: PlanView, language: Language) -> str:
    """The plan in a sentence or two."""
    used = sum(1 for stays in view.by_unit.values() if stays)
    text = say(
        "lead",
        language,
        period=words.period(view.scenario.start, view.scenario.end, language),
        units=words.number(used, language),
        rotations=words.number(len(view.stays), language),
        served=words.number(view.served, language),
        requested=words.number(view.requested, language),
    )
    gap, bound = view.plan.gap, view.plan.bound
    if gap is None or bound is None:
        return f"{text} {say('lead_no_bound', language)}"
    if gap == 0:
        return f"{text} {say('lead_optimal', language)}"
    proof = say(
        "lead_gap",
        language,
        score=words.number(view.plan.score, language),
        bound=words.limit(bound, language),
        gap=words.gap(gap, language),
    )
    return f"{text} {proof}"


def kpis(page: Page, view: PlanView) -> str:
    """The six numbers to look at first."""
    plan = view.plan
    share = view.served / view.requested if view.requested else 1.0
    worst = min(plan.cities, key=lambda row: row.coverage, default=None)
    meter = (
        f'<div class="meter" aria-hidden="true"><span style="width:{100 * min(share, 1):.1f}%"></span></div>'
    )
    cards = [
        _card(
            page.word("served"),
            page.both(lambda lang: words.number(view.served, lang)),
            meter
            + page.both(
                lambda lang: say(
                    "kpi_of_requested",
                    lang,
                    requested=words.number(view.requested, lang),
                    share=words.percent(share, lang, 1),
                )
            ),
        ),
        _card(
            page.word("gap"),
            page.both(lambda lang: "–" if plan.gap is None else words.gap(plan.gap, lang)),
            page.both(lambda lang: words.status(plan, lang)),
        ),
        _card(
            page.word("score"),
            page.both(lambda lang: words.number(plan.score, lang)),
            page.both(
                lambda lang: (
                    say("not_proven", lang)
                    if plan.bound is None
                    else say("kpi_bound", lang, bound=words.limit(plan.bound, lang))
                )
            ),
        ),
        _card(
            page.word("rotations"),
            page.both(lambda lang: words.number(len(view.stays), lang)),
            page.both(
                lambda lang: say(
                    "kpi_units",
                    lang,
                    used=words.number(sum(1 for stays in view.by_unit.values() if stays), lang),
                    units=words.number(len(view.scenario.units), lang),
                )
            ),
        ),
        _card(
            page.word("km"),
            page.both(lambda lang: words.number(view.km, lang)),
            page.both(
                lambda lang: say("kpi_km", lang, km=words.number(view.km / max(len(view.stays), 1), lang, 1))
            ),
        ),
    ]
    if worst is not None:
        cards.append(
            _card(
                page.word("kpi_worst"),
                page.both(lambda lang: words.percent(worst.coverage, lang)),
                escape(worst.city),
            )
        )
    label = page.switch(partial(say, "overview"), "aria-label")
    return f'<section class="plain" id="overview"{label}><dl class="kpis">{"".join(cards)}</dl></section>'


def _card(label: str, value: str, note: str) -> str:
    return f'<div><dt>{label}</dt><dd class="value">{value}</dd><dd class="note">{note}</dd></div>'


def schedule(page: Page, view: PlanView) -> str:
    """Who is where when."""
    pages = charts.gantt_pages(view)
    for number, part in enumerate(pages):
        page.figure_data(f"figure-gantt-{number}", partial(charts.gantt, view, units=part.units))
    choice = ""
    if len(pages) > NEEDS_CHOICE:
        options = "".join(
            f'<option value="figure-gantt-{number}">{escape(_page_name(part))}</option>'
            for number, part in enumerate(pages)
        )
        choice = (
            f'<div class="controls"><label>{page.word("choose_depot")}'
            f'<select id="gantt-page">{options}</select></label></div>'
        )
    style = "wide free" + (" long" if view.scenario.days > LONG_DAYS else "")
    figure = page.figure("gantt", "alt_gantt", style=style, data="figure-gantt-0")
    return _section(page, "schedule", choice + figure)


def _page_name(part: charts.GanttPage) -> str:
    name = f"{part.depot.city}: {part.depot.name}" if part.depot else ""
    return name if part.parts == 1 else f"{name} ({part.part}/{part.parts})"


def routes(page: Page, view: PlanView) -> str:
    """Where everybody goes."""
    page.figure_data("figure-map", partial(charts.route_map, view))
    groups = []
    for depot in view.scenario.depots:
        options = "".join(
            f'<option value="{escape(unit.id)}">{escape(unit.name)}</option>'
            for unit in view.scenario.units
            if unit.depot == depot.id and view.by_unit[unit.id]
        )
        if options:
            groups.append(f'<optgroup label="{escape(depot.name)}">{options}</optgroup>')
    every = f'<option value=""{page.switch(partial(say, "all"))}>{say("all", page.language)}</option>'
    choice = (
        f'<div class="controls"><label>{page.word("choose_unit")}'
        f'<select id="map-unit">{every}{"".join(groups)}</select></label></div>'
    )
    figure = page.figure("map", "alt_map", style="free")
    return _section(page, "routes", choice + figure)


def coverage(page: Page, view: PlanView) -> str:
    """How well cities and courses are served."""
    page.figure_data("figure-cities", partial(charts.coverage_by_city, view))
    page.figure_data("figure-courses", partial(charts.coverage_by_course, view))
    heads = [page.word(key) for key in ("requested", "served", "coverage")]
    cities = page.table(
        "by_city",
        [page.word("city"), *heads],
        [[escape(row.city), *_counts(page, row.requested, row.served)] for row in view.plan.cities],
        numbers=1,
    )
    colours = palette.course_colours(view.scenario.course_by_id)
    courses = page.table(
        "by_course",
        [page.word("course"), *heads],
        [
            [
                _swatch(colours[row.course.id]) + escape(row.course.name),
                *_counts(page, row.requested, row.served),
            ]
            for row in view.courses
        ],
        numbers=1,
    )
    content = "".join(
        f"<figure><figcaption>{page.word(title)}</figcaption>"
        + page.figure(name, alt)
        + f"<details><summary>{page.word('as_table')}</summary>{table}</details></figure>"
        for name, title, alt, table in (
            ("cities", "by_city", "alt_cities", cities),
            ("courses", "by_course", "alt_courses", courses),
        )
    )
    return _section(page, "coverage_section", f'<div class="columns">{content}</div>')


def _swatch(colour: str) -> str:
    return f'<span class="swatch" style="background:{colour}"></span>'


def _counts(page: Page, requested: int, served: int) -> list[str]:
    return [
        page.both(lambda lang: words.number(requested, lang)),
        page.both(lambda lang: words.number(served, lang)),
        page.both(lambda lang: words.percent(served / requested, lang, 1)) if requested else "–",
    ]


def units(page: Page, view: PlanView) -> str:
    """What the units' days go into."""
    page.figure_data("figure-days", partial(charts.unit_days, view))
    few = len(view.scenario.units) > charts.BARS
    note = f'<p class="about">{page.word("most_idle", count=charts.BARS)}</p>' if few else ""
    figure = page.figure("days", "alt_days")
    table = f"<details><summary>{page.word('as_table')}</summary>{units_table(page, view)}</details>"
    return _section(page, "units_section", note + figure + table)


def worth(page: Page, view: PlanView) -> str:
    """The score by part, and how score and limit met."""
    page.figure_data("figure-parts", partial(charts.score_parts, view))
    left = (
        f"<figure><figcaption>{page.word('score_parts')}</figcaption>"
        f"{page.figure('parts', 'alt_parts')}</figure>"
    )
    if view.plan.history:
        # A history is there, so the figure is.
        page.figure_data("figure-bound", lambda lang: charts.bound_over_time(view, lang) or {})
        figure = page.figure("bound", "alt_bound")
    else:
        figure = f'<p class="about">{page.word("no_history")}</p>'
    right = f"<figure><figcaption>{page.word('over_time')}</figcaption>{figure}</figure>"
    return _section(page, "worth", f'<div class="columns">{left}{right}</div>')


def unserved(page: Page, view: PlanView) -> str:
    """Who is left over and why."""
    if not view.plan.unserved:
        return _section(page, "unserved", f"<p>{page.word('nobody_unserved')}</p>")
    requests: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], tuple[str, Reason]] = {}
    for left in view.plan.unserved:
        for code, rule in dict.fromkeys((reason.code, reason.rule) for reason in left.reasons):
            requests[code, rule] += 1
            people[code, rule] += left.people
        for reason in left.reasons:
            example.setdefault((reason.code, reason.rule), (left.request, reason))
    items = "".join(
        "<li><strong>"
        + page.both(partial(_group_name, group, requests[group], people[group]))
        + "</strong>"
        + page.both(partial(_example, *example[group]))
        + "</li>"
        for group, _ in sorted(people.items(), key=lambda item: (-item[1], item[0]))
    )
    groups = f'<h3>{page.word("by_reason")}</h3><ul class="reasons">{items}</ul>' if items else ""
    return _section(page, "unserved", groups + unserved_table(page, view))


def _example(request: str, reason: Reason, language: Language) -> str:
    return f"{request}: {reason_text(reason, language)}"


def _group_name(group: tuple[str, str], requests: int, people: int, language: Language) -> str:
    code, rule = group
    key = f"reason_{code}"
    name = say(key, language) if key in TEXTS else code.replace("_", " ").replace("-", " ")
    return say(
        "reason_group",
        language,
        name=name,
        rule=rule,
        requests=words.number(requests, language),
        people=words.number(people, language),
    )


def rotations(page: Page, view: PlanView) -> str:
    """All rotations, to search."""
    return _section(page, "rotations", rotations_table(page, view))


def made(page: Page, view: PlanView) -> str:
    """How the plan was made, so that it can be made again."""
    plan = view.plan
    days = list(view.holidays(page.language))
    facts: list[tuple[str, str]] = [
        (page.word("scenario"), escape(plan.scenario.name)),
        (page.word("fingerprint"), f"<code>{escape(plan.scenario.sha256)}</code>"),
        (page.word("status"), page.both(lambda lang: words.status(plan, lang))),
        (page.word("version"), escape(plan.run.version)),
        (page.word("mode"), escape(plan.run.mode)),
        (page.word("seed"), str(plan.run.seed)),
        (page.word("seconds"), page.both(lambda lang: words.number(plan.run.seconds, lang, 1))),
        (page.word("tolerance"), page.both(lambda lang: words.gap(plan.run.tolerance, lang))),
        *(
            (page.word("package", package=name), escape(version))
            for name, version in plan.run.versions.items()
        ),
        (
            page.word("certificate"),
            page.word("certificate_no" if plan.certificate is None else "certificate_yes"),
        ),
        (
            page.word("holidays_used"),
            "; ".join(page.both(partial(_holiday, view, day)) for day in days) or page.word("no_holidays"),
        ),
    ]
    rows = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts)
    return _section(page, "made", f'<dl class="facts">{rows}</dl>')


def _holiday(view: PlanView, day: date, language: Language) -> str:
    return f"{words.day(day, language)} {view.holidays(language)[day]}"


LONG_DAYS = 130  # days of horizon from which on the schedule is drawn wider than the page

SECTIONS: tuple[tuple[str, Callable[[Page, PlanView], str]], ...] = (
    ("schedule", schedule),
    ("routes", routes),
    ("coverage_section", coverage),
    ("units_section", units),
    ("worth", worth),
    ("unserved", unserved),
    ("rotations", rotations),
    ("made", made),
)


def _section(page: Page, name: str, content: str) -> str:
    about = page.word(f"about_{name}", "p").replace("<p", '<p class="about"', 1)
    heading = page.word(f"title_{name}", "h2").replace("<h2", f'<h2 id="{name}-title"', 1)
    return f'<section id="{name}" aria-labelledby="{name}-title">{heading}{about}{content}</section>'
