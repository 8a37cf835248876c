/* The list of rotations: search, sort, pages; it follows what is chosen elsewhere. */

import { courseColour } from "./colours.js";
import { atRest, fill, h, icon } from "./dom.js";
import { number, say, span } from "./words.js";

const SIZE = 25;
const collator = new Intl.Collator(undefined, { numeric: true });
const COLUMNS = [
  ["start", (stay) => stay.first],
  ["unit", (stay) => stay.unitRow.name],
  ["venue", (stay) => stay.venueRow.name],
  ["city", (stay) => stay.city],
  ["course", (stay) => stay.courseRow.name],
  ["people", (stay) => stay.people],
];

/** The list; `search` is what to look for at first, `onsearch` is told of changes. */
export function rotationList(model, selection, locks, { search = "", onsearch = () => {} } = {}) {
  let at = 0;
  let order = { column: 0, up: true };
  let rows = [];
  let words = null; // of each rotation, put together when first searched
  const wordsOf = () => model.rotations.map((stay) => `${stay.id} ${stay.unit} ${stay.unitRow.name} ${stay.venue} ${stay.venueRow.name} ${stay.city} ${stay.venueRow.district} ${stay.venueRow.kind} ${stay.courseRow.name} ${stay.request}`.toLowerCase());
  const input = h("input", { id: "search", type: "search", value: search, placeholder: say("search_hint"), oninput: atRest(() => { at = 0; onsearch(input.value.trim()); look(); }) });
  const heads = COLUMNS.map(([key], column) => h("th", { scope: "col", class: key === "people" ? "number" : "" }, h("button.plain", { type: "button", onclick: () => { order = { column, up: order.column === column ? !order.up : true }; look(); } }, say(key))));
  const body = h("tbody", {});
  const counter = h("span.muted", { role: "status" });
  const [back, on] = ["previous", "next"].map((key, step) => h("button.small", { type: "button", onclick: () => { at += step ? 1 : -1; show(); } }, say(key)));
  const lockAll = h("button.small", { type: "button", onclick: () => locks.catch(rows.map((stay) => stay.id)) }, icon("lock"), say("lock_shown"));

  function look() {
    const wanted = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length) words ??= wordsOf();
    rows = model.rotations.filter((stay) => selection.mask[stay.index] && wanted.every((word) => words[stay.index].includes(word)));
    const value = COLUMNS[order.column][1];
    rows.sort((a, b) => {
      const [one, two] = [value(a), value(b)];
      const less = typeof one === "string" ? collator.compare(one, two) : one - two;
      return (order.up ? less : -less) || a.index - b.index;
    });
    heads.forEach((head, column) => (column === order.column ? head.setAttribute("aria-sort", order.up ? "ascending" : "descending") : head.removeAttribute("aria-sort")));
    const looked = rows.findIndex((stay) => stay.id === selection.rotation);
    at = looked >= 0 ? Math.floor(looked / SIZE) : Math.min(at, Math.max(0, Math.ceil(rows.length / SIZE) - 1));
    show();
  }

  function show() {
    const part = rows.slice(at * SIZE, (at + 1) * SIZE);
    fill(body, part.map(row));
    counter.textContent = rows.length ? say("rows_shown", { first: number(at * SIZE + 1), last: number(at * SIZE + part.length), found: number(rows.length), all: number(model.rotations.length) }) : say("nothing_found");
    back.disabled = at === 0;
    on.disabled = (at + 1) * SIZE >= rows.length;
  }

  function row(stay) {
    const fixed = locks.has(stay.id);
    const choose = (key, value, text) => h("button.plain", { type: "button", onclick: (event) => { event.stopPropagation(); selection.toggle(key, value); } }, text);
    return h(
      "tr",
      { class: selection.rotation === stay.id ? "looked" : "", onclick: () => selection.set({ rotation: stay.id }) },
      h("td.nowrap", {}, h("button.plain.strong", { type: "button", "aria-label": say("look_at", { id: stay.id }), onclick: (event) => { event.stopPropagation(); selection.set({ rotation: stay.id }); } }, span(stay.first, stay.last))),
      h("td", {}, choose("unit", stay.unit, stay.unitRow.name)),
      h("td", {}, choose("venue", stay.venue, stay.venueRow.name)),
      h("td", {}, choose("city", stay.city, stay.city)),
      h("td", {}, h("span.swatch", { style: { background: courseColour(stay.courseRow) } }), choose("course", stay.course, stay.courseRow.name)),
      h("td.number", {}, number(stay.people)),
      h("td", {}, h("button.square.small", { type: "button", "aria-pressed": String(fixed), "aria-label": say("lock_one", { id: stay.id }), title: say(fixed ? "unlock" : "lock"), onclick: (event) => { event.stopPropagation(); locks.catch([stay.id]); } }, icon(fixed ? "lock" : "open"))),
    );
  }

  const element = h(
    "div",
    {},
    h("div.row", {}, h("label.hidden", { for: "search" }, say("search")), h("div.grow", {}, input), lockAll),
    h("div.scroll", { tabindex: 0, role: "region", "aria-label": say("rotations_caption") }, h("table.hover", {}, h("thead", {}, h("tr", {}, heads, h("th", {}, h("span.hidden", {}, say("lock"))))), body)),
    h("div.row", {}, back, on, counter),
  );
  selection.addEventListener("change", look);
  locks.addEventListener("change", show);
  look();
  return { element };
}
