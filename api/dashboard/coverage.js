/* People served of those requested, by city and by course; a bar is a button that chooses. */

import { courseColour } from "./colours.js";
import { fill, h } from "./dom.js";
import { number, percent, say } from "./words.js";

const MOST = 12; // bars before the rest is asked for

export function coverage(model, selection) {
  const cities = group("city", model.cities.map((city) => ({ key: city, name: city, colour: null })), (request) => model.venue.get(request.venue).city);
  const courses = group("course", model.courses.map((course) => ({ key: course.id, name: course.name, colour: courseColour(course) })), (request) => request.course);

  function group(dimension, rows, keyOf) {
    const sums = new Map(rows.map((row) => [row.key, { ...row, requested: 0, served: 0, part: 0 }]));
    for (const request of model.requests) {
      const row = sums.get(keyOf(request));
      row.requested += request.people;
      for (const stay of model.byRequest.get(request.id) ?? []) row.served += stay.people;
    }
    const asked = [...sums.values()].filter((row) => row.requested);
    asked.sort((a, b) => a.served / a.requested - b.served / b.requested);
    const list = h("ul.bars", {});
    let all = asked.length <= MOST;
    const more = h("button.small", { type: "button", onclick: () => { all = true; show(); } }, say("show_all", { n: number(asked.length) }));

    function show() {
      for (const row of asked) row.part = 0;
      if (selection.any) for (const stay of model.rotations) if (selection.mask[stay.index]) sums.get(dimension === "city" ? stay.city : stay.course).part += stay.people;
      const chosen = selection.values[dimension];
      const seen = all ? asked : asked.filter((row, number) => number < MOST || row.key === chosen);
      fill(list, seen.map((row) => {
        const share = row.served / row.requested;
        return h(
          "li",
          {},
          h(
            "button.bar",
            { type: "button", "aria-pressed": String(chosen === row.key), class: selection.any && !row.part ? "off" : "", onclick: () => selection.toggle(dimension, row.key) },
            h("span.name", {}, row.colour && h("span.swatch", { style: { background: row.colour } }), row.name),
            h("span.track", {}, h("span.served", { style: { width: `${100 * share}%` } }), selection.any && h("span.part", { style: { width: `${(100 * row.part) / row.requested}%` } })),
            h("span.figure", {}, percent(share)),
            h("span.figure.small", {}, say("of_short", { served: number(selection.any ? row.part : row.served), requested: number(row.requested) })),
          ),
        );
      }));
      more.hidden = all;
    }
    selection.addEventListener("change", show);
    show();
    return h("div", {}, h("h3", {}, say(dimension === "city" ? "by_city" : "by_course")), list, more);
  }

  return { element: h("div.columns", {}, cities, courses) };
}
