/* Who is left over and why, by reason; the rotations that hold the slots can be looked at. */

import { fill, h } from "./dom.js";
import { known, number, say, span } from "./words.js";

const SIZE = 20;

export function unservedPanel(model, selection) {
  const element = h("div.stack", {});
  let sorted = [];
  let most = 1;

  /** Groups the unserved anew, as the model holds them now. */
  function update() {
    const groups = new Map();
    for (const row of model.unserved) {
      for (const reason of row.reasons) {
        if (!groups.has(reason.code)) groups.set(reason.code, { code: reason.code, rule: reason.rule, rows: [], people: 0 });
        const group = groups.get(reason.code);
        group.rows.push({ ...row, reason });
        group.people += row.people;
      }
    }
    sorted = [...groups.values()].sort((a, b) => b.people - a.people);
    most = Math.max(1, ...sorted.map((group) => group.people));
    show();
  }

  function show() {
    const seen = sorted.map((group) => ({ ...group, rows: group.rows.filter((row) => !selection.any || selection.takes(model.request.get(row.request))) })).filter((group) => group.rows.length);
    const open = new Set([...element.querySelectorAll("details[open]")].map((one) => one.dataset.code));
    fill(element, seen.length ? seen.map((group) => block(group, open.has(group.code))) : h("p.muted", {}, say(model.unserved.length ? "nothing_found" : "nobody_unserved")));
  }

  function block(group, open) {
    const people = group.rows.reduce((sum, row) => sum + row.people, 0);
    const list = h("ul.left-over", {});
    let count = SIZE;
    const more = h("button.small", { type: "button", onclick: () => { count += 5 * SIZE; rows(); } }, say("show_more"));
    const rows = () => {
      fill(list, group.rows.slice(0, count).map((row) => entry(row)));
      more.hidden = count >= group.rows.length;
    };
    const details = h(
      "details",
      { open, data: { code: group.code }, ontoggle: () => details.open && !list.children.length && rows() },
      h("summary", {}, h("span.reason", {}, known(`reason_${group.code}`) ? say(`reason_${group.code}`) : group.code), h("span.track", { "aria-hidden": "true" }, h("span.lost", { style: { width: `${(100 * people) / most}%` } })), h("span.figure", {}, say("reason_counts", { requests: number(group.rows.length), people: number(people) })), h("code", {}, group.rule)),
      known(`help_${group.code}`) && h("p.about", {}, say(`help_${group.code}`)),
      list,
      more,
    );
    if (open) rows();
    return details;
  }

  function entry(row) {
    const request = model.request.get(row.request);
    const [venue, course] = [model.venue.get(request.venue), model.course.get(request.course)];
    const holders = inTheWay(row.reason.facts ?? {}).map((one) => model.rotation.get(one.rotation)).filter((stay) => stay);
    return h(
      "li",
      {},
      h("div.row", {}, h("button.plain.strong", { type: "button", onclick: () => selection.set({ request: selection.values.request === row.request ? null : row.request, rotation: null }) }, `${venue.name} · ${course.name}`), h("span.muted", {}, say("left_of", { left: number(row.people), asked: number(request.people) }), " · ", row.request)),
      h("p.text", {}, row.reason.text),
      holders.length > 0 && h("div.holders", {}, h("span.muted", {}, say("holders")), holders.map((stay) => h("button.small", { type: "button", onclick: () => selection.set({ rotation: stay.id }) }, `${stay.unitRow.name} · ${span(stay.first, stay.last)}`))),
    );
  }

  selection.addEventListener("change", show);
  update();
  return { element, update };
}

/* The rotations that a reason's facts name. */
function inTheWay(facts) {
  const move = facts.move ?? facts.best;
  return [...(facts.rotations ?? []), ...(facts.blocks ?? []).flatMap((block) => block.rotations), ...(move?.instead_of ?? [])];
}
