/* What the days of each unit go into, the most idle first; a bar is a button that chooses the unit. */

import { atRest, fill, h } from "./dom.js";
import { number, say } from "./words.js";

const SIZE = 25;
const PARTS = [["taught", "days_taught"], ["closed", "days_closed"], ["moving", "days_moving"], ["depot", "days_depot"], ["idle", "days_idle"]];

export function unitLoad(model, selection) {
  const summary = new Map((model.plan?.units ?? []).map((row) => [row.unit, row]));
  const list = h("ul.bars.load", {});
  const counter = h("span.muted", {});
  const [back, on] = ["previous", "next"].map((key, step) => h("button.small", { type: "button", onclick: () => { at += step ? 1 : -1; show(); } }, say(key)));
  const pager = h("div.row", {}, back, on, counter);
  let at = 0;
  let rows = [];

  function look() {
    const { unit, depot } = selection.values;
    const matched = new Set();
    if (selection.any) for (const stay of model.rotations) if (selection.mask[stay.index]) matched.add(stay.unit);
    rows = model.units.filter((one) => (!depot || one.depot === depot) && (!unit || one.id === unit) && (!selection.any || depot || unit || matched.has(one.id)));
    rows.sort((a, b) => (summary.get(b.id)?.days_idle ?? 0) - (summary.get(a.id)?.days_idle ?? 0));
    at = 0;
    show();
  }

  function show() {
    const part = rows.slice(at * SIZE, (at + 1) * SIZE);
    fill(list, part.map((unit) => {
      const sums = summary.get(unit.id);
      const days = model.unitDays?.get(unit.id) ?? { taught: sums?.days_taught ?? 0, idle: sums?.days_idle ?? 0, closed: 0, moving: 0, depot: 0, present: model.days };
      const told = PARTS.map(([key, word]) => `${say(word)}: ${number(days[key])}`).join(" · ");
      return h(
        "li",
        {},
        h(
          "button.bar",
          { type: "button", title: told, "aria-pressed": String(selection.values.unit === unit.id), "aria-label": `${unit.name}: ${told}`, onclick: () => selection.toggle("unit", unit.id) },
          h("span.name", {}, unit.name),
          h("span.track", {}, PARTS.map(([key]) => days[key] > 0 && h(`span.d-${key}`, { style: { width: `${(100 * days[key]) / Math.max(1, days.present)}%` } }))),
          h("span.figure", {}, number(days.idle)),
          h("span.figure.small", {}, say("load_note", { rotations: number(sums?.rotations ?? 0), people: number(sums?.people ?? 0), km: number(sums?.km ?? 0) })),
        ),
      );
    }));
    pager.hidden = rows.length <= SIZE;
    back.disabled = at === 0;
    on.disabled = (at + 1) * SIZE >= rows.length;
    counter.textContent = say("rows_of", { first: number(at * SIZE + 1), last: number(at * SIZE + part.length), found: number(rows.length) });
  }

  selection.addEventListener("change", atRest(look, 16));
  look();
  const legend = h("ul.legend", { "aria-label": say("legend") }, PARTS.map(([key, word]) => h("li", {}, h(`span.swatch.d-${key}`), say(word))));
  return { element: h("div", {}, legend, list, pager), update: show };
}
