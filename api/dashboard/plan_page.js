/* A plan: in the making, or finished with everything linked. */

import { fill, h, icon } from "./dom.js";
import { coverage } from "./coverage.js";
import { failure } from "./failures.js";
import { gantt } from "./gantt.js";
import { inspector } from "./inspector.js";
import { Locks } from "./locks.js";
import { map } from "./map.js";
import { menu } from "./menu.js";
import { planForm } from "./new_plan_page.js";
import { PlanModel } from "./plan_model.js";
import { progress } from "./progress_page.js";
import { rotationList } from "./rotations.js";
import { DIMENSIONS, Selection } from "./selection.js";
import { ProblemError, pages, read, remove, save } from "./service.js";
import { statusChip } from "./status.js";
import { unitLoad } from "./unit_load.js";
import { unservedPanel } from "./unserved.js";
import { courseColour } from "./colours.js";
import { dayOf, gapText, isoOf, limitText, number, percent, say, span, weekOf, language } from "./words.js";

const FILES = [["xlsx", "file_xlsx"], ["html", "file_html"], ["csv", "file_csv"], ["ics", "file_ics"], ["geojson", "file_geojson"], ["json", "file_json"]];

const MOST_OPTIONS = 300; // of a list; longer ones are searched
const MOST_FOUND = 40;

export async function show(main, { id, query }) {
  fill(main, h("p.muted.busy", {}, say("loading")));
  const [info, scenario] = await Promise.all([read(`/v1/plans/${id}`), read(`/v1/plans/${id}/scenario`)]);
  if (info.status === "queued" || info.status === "running") {
    let leave = null;
    const followed = progress(main, info, async () => {
      followed();
      try {
        leave = await show(main, { id, query });
      } catch (error) {
        fill(main, failure(error));
      }
    });
    return () => (leave ? leave() : followed());
  }
  document.title = `${info.name || scenario.name} – MTU Planner`;
  if (!info.plan) {
    fill(main, h("div.narrow", {}, h("div.title", {}, h("h1", {}, info.name || scenario.name), statusChip(info)), h("div.notice.bad", {}, icon("warn"), h("div", {}, h("p", {}, say("nothing_kept")), info.error && h("p.muted", {}, info.error)))));
    return () => {};
  }
  return finished(main, info, scenario, query);
}

function finished(main, info, scenario, query) {
  const model = new PlanModel(info, scenario, info.plan.rotations);
  const selection = new Selection(model, query);
  const locks = new Locks(info.id, info.plan.rotations.filter((row) => row.pinned).map((row) => row.id));
  const looks = { search: query.get("q") ?? "", span: query.get("from") ? [dayOf(query.get("from")), dayOf(query.get("to"))] : null };

  /* The address holds what is seen, so that a link shows it again. */
  function address() {
    const now = selection.query();
    if (looks.search) now.set("q", looks.search);
    if (looks.span) {
      now.set("from", isoOf(looks.span[0]));
      now.set("to", isoOf(looks.span[1]));
    }
    const text = now.toString();
    history.replaceState(null, "", `#/plans/${info.id}${text ? `?${text}` : ""}`);
  }
  let later = 0;
  const soon = () => {
    clearTimeout(later);
    later = setTimeout(address, 250);
  };

  const schedule = gantt(model, selection, locks, { first: looks.span?.[0] ?? null, last: looks.span?.[1] ?? null, onview: (seen) => { looks.span = seen; soon(); } });
  const plane = map(model, selection);
  const list = rotationList(model, selection, locks, { search: looks.search, onsearch: (text) => { looks.search = text; soon(); } });
  const covered = coverage(model, selection);
  const load = unitLoad(model, selection);
  const left = unservedPanel(model, selection);
  const looked = inspector(model, selection, locks);
  selection.addEventListener("change", soon);

  const section = (key, content, tools = null, about = null) => h(`section.panel.s-${key}`, { id: key, "aria-labelledby": `${key}-title` }, h("div.head", {}, h("h2", { id: `${key}-title` }, say(`title_${key}`)), tools), about && h("p.about", {}, about), content);
  fill(
    main,
    h("div.page.plan", {},
      head(model, selection, locks),
      chosenBar(model, selection, locks),
      info.violations?.length > 0 && violations(info.violations),
      h("div.grid", {},
        section("schedule", h("div", {}, courseLegend(model, selection), schedule.frame, dayLegend()), schedule.tools),
        section("routes", h("div", {}, plane.frame, plane.legend), plane.tools),
        section("coverage_section", covered.element),
        section("units_section", load.element),
        section("rotations", list.element),
        section("unserved", left.element),
      ),
      looked.element,
    ),
  );
  read(`/v1/plans/${info.id}/calendar`).then((calendar) => {
    model.setCalendar(calendar);
    schedule.draw();
    load.update();
    looked.update();
  }).catch((error) => load.element.prepend(failure(error)));
  // The plan itself tells its reasons in English.
  if (language !== "en" && model.unserved.length) {
    read(`/v1/plans/${info.id}/unserved?language=${language}`).then((told) => {
      model.unserved = told.unserved;
      left.update();
    }).catch((error) => left.element.prepend(failure(error)));
  }
  return () => {
    clearTimeout(later);
    schedule.leave();
    plane.leave();
    looked.leave();
  };
}

/* ---- head: what the plan is worth, and what can be done with it ---- */

function head(model, selection, locks) {
  const { info, plan, scenario } = model;
  const all = model.demand();
  const worst = plan.cities.reduce((least, city) => (!least || city.coverage < least.coverage ? city : least), null);
  const km = plan.units.reduce((sum, unit) => sum + unit.km, 0);
  const used = plan.units.filter((unit) => unit.rotations).length;
  const tile = (label, value, note, share = null) => h("div.tile", {}, h("dt", {}, label), h("dd", {}, value), h("dd.note", {}, note, share !== null && h("span.meter", {}, h("span", { style: { width: `${100 * Math.min(1, share)}%` } }))));
  const again = h("button.primary", { type: "button", onclick: () => planAgain(model, locks) }, icon("lock"), h("span", {}));
  const tell = () => (again.lastChild.textContent = locks.size ? say("again_n", { n: number(locks.size) }) : say("again"));
  locks.addEventListener("change", tell);
  tell();
  const link = h("button", { type: "button", onclick: async () => {
    // Without TLS a browser gives no clipboard; then the link is shown to be copied by hand.
    if (!navigator.clipboard) return prompt(say("copy_link"), location.href);
    await navigator.clipboard.writeText(location.href);
    link.lastChild.textContent = say("copied");
    setTimeout(() => (link.lastChild.textContent = say("copy_link")), 1600);
  } }, icon("link"), h("span", {}, say("copy_link")));
  return h(
    "div.plan-head",
    {},
    h("div.title", {}, h("div", {}, h("h1", {}, info.name || scenario.name), h("p.muted", {}, info.name && `${scenario.name} · `, span(model.start, model.end))), statusChip(info), h("span.spring"), again, compareMenu(info), menu(icon("down"), say("download"), FILES.map(([suffix, key]) => [say(key), () => save(`/v1/plans/${info.id}.${suffix}?language=${language}`, `${(info.name || scenario.name).replace(/[^\p{L}\p{N}]+/gu, "-")}.${suffix}`)])), link, menu(null, "⋯", [[say("delete_plan"), async () => { if (confirm(say("delete_sure"))) { await remove(`/v1/plans/${info.id}`); location.hash = "#/"; } }]], say("more"))),
    h(
      "dl.tiles",
      {},
      tile(say("served"), number(all.served), say("kpi_of_requested", { requested: number(all.requested), share: percent(all.served / Math.max(1, all.requested), 1) }), all.served / Math.max(1, all.requested)),
      tile(say("rotations"), number(model.rotations.length), say("kpi_units", { used: number(used), units: number(model.units.length) })),
      tile(say("km"), number(km, 0), model.rotations.length ? say("kpi_km", { km: number(km / model.rotations.length, 1) }) : ""),
      tile(say("kpi_worst"), worst ? percent(worst.coverage, 1) : "–", worst?.city ?? ""),
      tile(say("score"), number(plan.score, 1), plan.bound === null ? say("not_proven") : plan.bound === plan.score ? say("status_optimal") : say("kpi_gap", { bound: limitText(plan.bound), gap: gapText(plan.gap) })),
    ),
  );
}

function compareMenu(info) {
  return menu(icon("compare"), say("compare"), async () => {
    const { rows } = await pages("/v1/plans", "plans", 50);
    const others = rows.filter((plan) => plan.id !== info.id && (plan.status === "completed" || plan.status === "stopped"));
    others.sort((a, b) => (b.scenario.name === info.scenario.name) - (a.scenario.name === info.scenario.name));
    if (!others.length) return [[say("no_other_plan"), null]];
    return others.slice(0, 15).map((plan) => [`${plan.name || plan.scenario.name} · ${number(plan.score ?? 0, 1)}`, () => (location.hash = `#/compare?a=${plan.id}&b=${info.id}`)]);
  });
}

async function storedScenario(id) {
  try {
    return await read(`/v1/scenarios/${id}`);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

async function planAgain(model, locks) {
  const { info, scenario } = model;
  const pins = model.rotations.filter((stay) => locks.has(stay.id)).map((stay) => ({ request: stay.request, unit: stay.unit, start: stay.start }));
  // A stored scenario is named, as long as it is what this plan was made for; else it is sent along.
  let what = { scenario: { ...scenario, pins } };
  const stored = info.scenario.id && (await storedScenario(info.scenario.id));
  if (stored?.version === info.scenario.version) {
    const key = (pin) => `${pin.request} ${pin.unit} ${pin.start}`;
    const own = new Set((stored.scenario.pins ?? []).map(key));
    const more = pins.filter((pin) => !own.has(key(pin)));
    if (pins.length - more.length === own.size) what = { scenario_id: info.scenario.id, pins: more };
  }
  const form = planForm(what, scenario.objective ?? {}, { pins: pins.length, name: say("again_name", { name: info.name || scenario.name }), time: info.options.time_limit });
  const dialog = h("dialog.wide", { "aria-labelledby": "again-title", onclose: () => dialog.remove() }, h("div.head", {}, h("h2", { id: "again-title" }, say("again_title")), h("button.square", { type: "button", "aria-label": say("close"), onclick: () => dialog.close() }, icon("close"))), h("p.muted", {}, say("again_about")), form);
  window.addEventListener("hashchange", () => dialog.close(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

function violations(rows) {
  return h("div.notice.bad", { role: "alert" }, icon("warn"), h("div", {}, h("strong", {}, say("breaks_rules", { n: number(rows.length) })), h("ul", {}, rows.map((row) => h("li", {}, h("b", {}, row.rule), " ", row.told?.[language] ?? row.message)))));
}

/* ---- what is chosen ---- */

function chosenBar(model, selection, locks) {
  const names = {
    depot: (id) => model.depot.get(id)?.name,
    unit: (id) => model.unit.get(id)?.name,
    venue: (id) => model.venue.get(id)?.name,
    city: (name) => name,
    course: (id) => model.course.get(id)?.name,
    week: (iso) => `${weekOf(dayOf(iso))} (${span(dayOf(iso), dayOf(iso) + 6)})`,
    request: (id) => id,
  };
  const bar = h("div.chosen", { role: "region", "aria-label": say("chosen") });
  const options = {
    depot: model.depots.map((depot) => [depot.id, depot.name]),
    unit: model.units.map((unit) => [unit.id, unit.name]),
    city: model.cities.map((city) => [city, city]),
    venue: model.venues.map((venue) => [venue.id, venue.name]),
    course: model.courses.map((course) => [course.id, course.name]),
    week: Array.from({ length: Math.ceil((model.end - monday(model) + 1) / 7) }, (_, number) => { const day = monday(model) + 7 * number; return [isoOf(day), `${weekOf(day)} · ${span(day, day + 6)}`]; }),
  };
  const picks = Object.entries(options).map(([key, rows]) => picker(key, rows, (value) => selection.set({ [key]: value })));
  const rest = h("div.chosen-state", {});
  const unlock = h("button.small", { type: "button", onclick: () => locks.clear() });
  function tell() {
    for (const pick of picks) pick.show(selection.values[pick.key]);
    fill(
      rest,
      selection.values.request && h("button.small.on", { type: "button", onclick: () => selection.set({ request: null }) }, `${say("request")} ${selection.values.request}`, icon("close")),
      selection.any && h("button.small", { type: "button", onclick: () => selection.clear() }, icon("close"), say("clear")),
      h("span.muted", { role: "status" }, say("chosen_count", { n: number(selection.count), people: number(selection.people) })),
      locks.size > 0 && unlock,
    );
    fill(unlock, icon("open"), say("unlock_n", { n: number(locks.size) }));
  }
  selection.addEventListener("change", tell);
  locks.addEventListener("change", tell);
  tell();
  return fill(bar, picks.map((pick) => pick.element), rest);
}

/* A list to choose from; where it would be too long, a field that finds what is typed. */
function picker(key, rows, choose) {
  const any = say(`any_${key}`);
  if (rows.length <= MOST_OPTIONS) {
    const element = h("select", { "aria-label": say(key), onchange: () => choose(element.value || null) }, h("option", { value: "" }, any), rows.map(([value, text]) => h("option", { value }, text)));
    return { key, element, show: (value) => { element.value = value ?? ""; element.classList.toggle("on", Boolean(value)); } };
  }
  const texts = new Map(rows.map(([value, text]) => [value, text === value ? text : `${text} (${value})`]));
  const values = new Map([...texts].map(([value, text]) => [text, value]));
  const found = h("datalist", { id: `found-${key}` });
  const input = h("input", {
    "aria-label": say(key),
    placeholder: any,
    list: found.id,
    autocomplete: "off",
    oninput: () => {
      if (values.has(input.value)) return choose(values.get(input.value));
      const wanted = input.value.toLowerCase();
      const near = [];
      for (const text of values.keys()) if (text.toLowerCase().includes(wanted) && near.push(text) >= MOST_FOUND) break;
      return fill(found, near.map((value) => h("option", { value })));
    },
    onchange: () => input.value || choose(null),
  });
  return { key, element: h("span.pick", {}, input, found), show: (value) => { input.value = value ? texts.get(value) : ""; input.classList.toggle("on", Boolean(value)); } };
}

const monday = (model) => model.start - ((model.start + 3) % 7);

function dayLegend() {
  const days = [["weekend", "weekend"], ["holiday", "holiday"], ["closed", "closed"], ["depot-day", "at_depot"], ["absent", "absent"], ["pale", "closed_in_stay"], ["locked", "locked_mark"]];
  return h("ul.legend", { "aria-label": say("legend") }, days.map(([kind, word]) => h("li", {}, h(`span.swatch.g-${kind}`), say(word))));
}

function courseLegend(model, selection) {
  const list = h("div.courses", { role: "group", "aria-label": say("courses") });
  const taught = new Set(model.rotations.map((stay) => stay.course));
  const chips = model.courses.filter((course) => taught.has(course.id)).slice(0, 60).map((course) => h("button.course", { type: "button", data: { id: course.id }, onclick: () => selection.toggle("course", course.id) }, h("span.swatch", { style: { background: courseColour(course) } }), course.name));
  const tell = () => chips.forEach((chip) => chip.setAttribute("aria-pressed", String(selection.values.course === chip.dataset.id)));
  selection.addEventListener("change", tell);
  tell();
  return fill(list, chips);
}
