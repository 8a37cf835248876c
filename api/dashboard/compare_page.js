/* Two plans side by side: what it gained, and what moved. */

import { fill, h, icon } from "./dom.js";
import { read } from "./service.js";
import { dayOf, gapText, number, percent, say, span } from "./words.js";

const MOST = 200;

export async function show(main, { query }) {
  fill(main, h("p.muted.busy", {}, say("loading")));
  const [a, b] = [query.get("a"), query.get("b")];
  const [found, scenarioA, scenarioB] = await Promise.all([read(`/v1/compare?a=${a}&b=${b}`), read(`/v1/plans/${a}/scenario`), read(`/v1/plans/${b}/scenario`)]);
  const [namesA, namesB] = [scenarioA, scenarioB].map(namesOf);
  const title = (side, scenario) => side.name || scenario.name;
  document.title = `${say("compare")} – MTU Planner`;
  const figures = [
    ["score", (side) => side.score, 1, 1],
    ["served", (side) => side.people, 0, 1],
    ["rotations", (side) => side.rotations, 0, 0],
    ["km", (side) => side.km, 0, -1],
  ];
  const difference = (before, after, digits, good) => {
    const gained = after - before;
    if (Math.abs(gained) < 0.5 * 10 ** -digits) return h("td.number", {}, "±0");
    const kind = good && (gained > 0) === good > 0 ? "good" : good ? "bad" : "";
    return h("td.number", { class: kind }, `${gained > 0 ? "+" : "−"}${number(Math.abs(gained), digits)}`);
  };
  // A city that only one of the scenarios has.
  const share = (value) => h("td.number", {}, value === undefined ? "–" : percent(value, 1));
  const cities = Object.keys({ ...found.a.coverage, ...found.b.coverage });
  const head = (words) => h("thead", {}, h("tr", {}, words.map((word, at) => h("th", { scope: "col", class: at ? "number" : "" }, word))));
  fill(
    main,
    h("div.page", {},
      h("div.title", {}, h("h1", {}, say("compare_title")), h("span.spring"), h("a.button", { href: `#/compare?a=${b}&b=${a}` }, icon("compare"), say("swap"))),
      !found.same_scenario && h("p.notice", {}, say("other_scenario")),
      h("div.versus", {}, h("a.card", { href: `#/plans/${a}` }, h("span.muted", {}, say("before")), h("strong", {}, title(found.a, scenarioA)), h("span.muted", {}, found.a.gap === null ? "" : `${say("gap")} ${gapText(found.a.gap)}`)), h("a.card", { href: `#/plans/${b}` }, h("span.muted", {}, say("after")), h("strong", {}, title(found.b, scenarioB)), h("span.muted", {}, found.b.gap === null ? "" : `${say("gap")} ${gapText(found.b.gap)}`))),
      h("div.columns", {},
        h("section.panel", { "aria-labelledby": "gained" }, h("h2", { id: "gained" }, say("gained")), h("div.scroll", { tabindex: 0, role: "region", "aria-label": say("figure") }, h("table", {}, head([say("figure"), say("before"), say("after"), say("difference")]), h("tbody", {}, figures.map(([key, value, digits, good]) => h("tr", {}, h("th", { scope: "row" }, say(key)), h("td.number", {}, number(value(found.a), digits)), h("td.number", {}, number(value(found.b), digits)), difference(value(found.a), value(found.b), digits, good))))))),
        h("section.panel", { "aria-labelledby": "by-city" }, h("h2", { id: "by-city" }, say("coverage")), h("div.scroll.tall", { tabindex: 0, role: "region", "aria-label": say("by_city") }, h("table", {}, head([say("city"), say("before"), say("after"), say("difference")]), h("tbody", {}, cities.map((city) => { const [one, two] = [found.a.coverage[city], found.b.coverage[city]]; return h("tr", {}, h("th", { scope: "row" }, city), share(one), share(two), one === undefined || two === undefined ? h("td.number", {}, "–") : difference(100 * one, 100 * two, 1, 1)); }))))),
      ),
      h("section.panel", { "aria-labelledby": "moved" }, h("h2", { id: "moved" }, say("moved_title")), moves(found, namesA, namesB)),
    ),
  );
  return () => {};
}

/* The words for a rotation; two scenarios may use one id for different things. */
function namesOf(scenario) {
  const [unit, venue, course] = [scenario.units, scenario.venues, scenario.courses].map((table) => new Map((table ?? []).map((row) => [row.id, row.name])));
  return { unit: (row) => unit.get(row.unit) ?? row.unit, what: (row) => `${venue.get(row.venue) ?? row.venue} · ${course.get(row.course) ?? row.course}` };
}

/* Classes of a request that both plans hold at other times or by other units are moved; the rest is new or gone. */
function moves(found, namesA, namesB) {
  const before = new Map();
  // With the words, so that a request of the same id in another scenario is not taken for this one.
  const key = (row, names) => `${row.request} ${names.what(row)}`;
  for (const row of found.only_a) before.set(key(row, namesA), [...(before.get(key(row, namesA)) ?? []), row]);
  const moved = [];
  const fresh = [];
  for (const row of found.only_b) {
    const old = before.get(key(row, namesB))?.shift();
    old ? moved.push([old, row]) : fresh.push(row);
  }
  const gone = [...before.values()].flat();
  const when = (row) => span(dayOf(row.start), dayOf(row.end));
  const block = (key, rows, cells) =>
    h("details", { open: rows.length > 0 && rows.length <= 40 }, h("summary", {}, say(key, { n: number(rows.length) })), rows.length > 0 && h("div.scroll", { tabindex: 0, role: "region", "aria-label": say(key, { n: number(rows.length) }) }, h("table", {}, h("tbody", {}, rows.slice(0, MOST).map((row) => h("tr", {}, cells(row).map((cell) => h("td", {}, cell))))))), rows.length > MOST && h("p.muted", {}, say("and_more", { count: number(rows.length - MOST) })));
  const changed = (old, row) => [old.unit === row.unit ? namesB.unit(row) : h("span", {}, h("s", {}, namesA.unit(old)), " → ", h("b", {}, namesB.unit(row))), old.start === row.start ? when(row) : h("span", {}, h("s", {}, when(old)), " → ", h("b", {}, when(row)))];
  return h(
    "div.stack.moves",
    {},
    h("p", {}, say("kept_n", { n: number(found.kept) })),
    block("moved_n", moved, ([old, row]) => [namesB.what(row), ...changed(old, row), say("n_people", { n: number(row.people) })]),
    block("fresh_n", fresh, (row) => [namesB.what(row), namesB.unit(row), when(row), say("n_people", { n: number(row.people) })]),
    block("gone_n", gone, (row) => [namesA.what(row), namesA.unit(row), when(row), say("n_people", { n: number(row.people) })]),
  );
}
