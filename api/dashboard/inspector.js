/* One rotation: what it serves, and the facts by which each rule allows it. */

import { courseColour } from "./colours.js";
import { fill, h, icon } from "./dom.js";
import { dayFull, dayMonth, dayOf, number, say, span } from "./words.js";

export function inspector(model, selection, locks) {
  const element = h("aside.inspector", { "aria-label": say("rotation"), hidden: true });

  function update() {
    const stay = model.rotation.get(selection.rotation);
    element.hidden = !stay;
    document.body.classList.toggle("looking", Boolean(stay));
    if (stay) fill(element, content(stay));
  }

  function content(stay) {
    const { unitRow: unit, venueRow: venue, courseRow: course } = stay;
    const request = model.request.get(stay.request);
    const classes = model.byRequest.get(stay.request);
    const served = classes.reduce((sum, one) => sum + one.people, 0);
    const fixed = locks.has(stay.id);
    return [
      h("div.head", {}, h("h2", {}, h("span.swatch", { style: { background: courseColour(course) } }), course.name), h("button.square", { type: "button", "aria-label": say("close"), onclick: () => selection.set({ rotation: null }) }, icon("close"))),
      h("p", {}, h("strong", {}, venue.name), h("br"), [venue.kind, venue.district, venue.city].filter(Boolean).join(", ")),
      h("p", {}, h("strong", {}, span(stay.first, stay.last)), h("br"), unit.name, " · ", say("n_people", { n: number(stay.people) })),
      days(stay),
      h("div.row", {}, h("button", { type: "button", "aria-pressed": String(fixed), onclick: () => locks.catch([stay.id]) }, icon(fixed ? "lock" : "open"), say(fixed ? "unlock" : "lock"))),
      h("h3", {}, say("serves")),
      h("p", {}, say("serves_text", { request: stay.request, people: number(stay.people), asked: number(request.people), served: number(served), classes: number(classes.length) })),
      classes.length > 1 && h("div.holders", {}, classes.filter((one) => one !== stay).map((one) => h("button.small", { type: "button", onclick: () => selection.set({ rotation: one.id }) }, `${one.unitRow.name} · ${span(one.first, one.last)}`))),
      h("h3", {}, say("allowed")),
      h("ul.rules", {}, facts(stay, request).map(([rule, text]) => h("li", {}, h("code", {}, rule), h("span", {}, text)))),
      h("p.muted", {}, say(model.info.violations?.length ? "judged_bad" : "judged")),
    ];
  }

  /* The days of the stay: full where something is taught, pale where not. */
  function days(stay) {
    const credits = model.stay?.get(stay.id)?.credits;
    if (!credits) return null;
    return h("div.days", { role: "img", "aria-label": say("days_label", { taught: number(credits.filter((credit) => credit).length), days: number(credits.length) }) }, credits.map((credit, at) => h("span", { class: credit === 0 ? "none" : credit < 100 ? "some" : "", title: `${dayFull(stay.first + at)}: ${credit} %` }, String(new Date((stay.first + at) * 86_400_000).getUTCDate()))));
  }

  function facts(stay, request) {
    const { unitRow: unit, venueRow: venue, courseRow: course } = stay;
    const row = model.byUnit.get(stay.unit);
    const at = row.indexOf(stay);
    const [before, after] = [row[at - 1], row[at + 1]];
    const credits = model.stay?.get(stay.id)?.credits;
    const sum = credits?.reduce((total, credit) => total + credit, 0);
    const beside = model.byVenue.get(stay.venue).filter((one) => one !== stay && one.first <= stay.last && one.last >= stay.first);
    const pool = (model.scenario.instructors ?? []).find((one) => one.courses.includes(stay.course));
    const lines = [
      ["R1", say("fact_R1", { unit: unit.name, equipment: course.equipment })],
      ["R2", say(course.needs?.length ? "fact_R2_needs" : "fact_R2", { vehicle: unit.vehicle, access: venue.access, needs: (course.needs ?? []).join(", ") })],
      ["R3", credits ? say("fact_R3", { sum: number(sum / 100, sum % 100 ? 1 : 0), needed: number(course.training_days), days: number(credits.length), most: number(course.max_span ?? 2 * course.training_days + 4) }) : null],
      ["R4", request.earliest || request.latest ? say("fact_R4", { window: `${request.earliest ? dayMonth(dayOf(request.earliest)) : "…"} – ${request.latest ? dayMonth(dayOf(request.latest)) : "…"}` }) : say("fact_R4_free")],
      ["R5", [before && say("fact_R5_before", { days: number(stay.first - before.last - 1), venue: before.venueRow.name }), after && say("fact_R5_after", { days: number(after.first - stay.last - 1), venue: after.venueRow.name })].filter(Boolean).join(" ") || say("fact_R5_alone")],
      ["R6", absence(stay)],
      ["R7", say("fact_R7", { rooms: number(venue.rooms), others: number(beside.length) })],
      ["R8", say("fact_R8", { people: number(stay.people), least: number(course.class_min), most: number(course.class_max) })],
      ["R9", pool ? say("fact_R9", { pool: pool.name, count: number(pool.count), busy: number(busiest(stay, pool)) }) : null],
    ];
    return lines.filter(([, text]) => text);
  }

  /* Whether the unit is in service and away from its depot all through; nothing before the days are known. */
  function absence(stay) {
    const { unitRow: unit } = stay;
    const row = model.unitDays?.get(stay.unit);
    if (!row) return null;
    const home = row.at_depot.some(([first, last]) => dayOf(first) <= stay.last && dayOf(last) >= stay.first);
    const out = (unit.from && dayOf(unit.from) > stay.first) || (unit.to && dayOf(unit.to) < stay.last);
    return home || out ? null : say("fact_R6");
  }

  /* Most classes of a pool under way on one day of the stay, itself included. */
  function busiest(stay, pool) {
    const courses = new Set(pool.courses);
    let most = 0;
    const beside = model.rotations.filter((one) => courses.has(one.course) && one.first <= stay.last && one.last >= stay.first);
    for (let day = stay.first; day <= stay.last; day++) most = Math.max(most, beside.filter((one) => one.first <= day && day <= one.last).length);
    return most;
  }

  selection.addEventListener("change", update);
  locks.addEventListener("change", update);
  update();
  // The page makes room for what is looked at; the next page needs none.
  return { element, update, leave: () => document.body.classList.remove("looking") };
}
