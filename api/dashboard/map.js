/* The map: cities as outlines, venues by kind, depots, and the units' ways; no tiles, no network. */

import { COLOURS } from "./shared.js";
import { FONT, cut, nextFrame, rem, sharp, tones } from "./colours.js";
import { h, icon } from "./dom.js";
import { number, say } from "./words.js";

const MOST_SIGNS = 1500; // venues drawn one by one; of more, neighbours are drawn as one
const MOST_STARS = 100; // depots, likewise
const CELL = 11; // pixels within which they are neighbours
const MOST_WAYS = 60; // units whose ways are drawn at once; of more, those of what is chosen
const SHAPES = ["circle", "square", "diamond", "triangle", "down", "cross"];
const NEAR = 16; // pixels around a pointer

export function map(model, selection) {
  const canvas = h("canvas", { role: "img", "aria-label": say("map_label") });
  const tip = h("div.tip", { hidden: true });
  const frame = h("div.map", {}, canvas, tip);
  const places = [...model.venues, ...model.depots];
  const middle = places.length ? (Math.min(...places.map((p) => p.latitude)) + Math.max(...places.map((p) => p.latitude))) / 2 : 0;
  const squeeze = Math.max(0.05, Math.cos((middle * Math.PI) / 180));
  const at = (place) => [place.longitude * squeeze, -place.latitude];
  for (const venue of model.venues) {
    venue.at = at(venue);
    venue.asked = (model.requestsAt.get(venue.id) ?? []).reduce((sum, request) => sum + request.people, 0);
    venue.shape = SHAPES[model.kinds.indexOf(venue.kind) % SHAPES.length];
  }
  for (const depot of model.depots) depot.at = at(depot);
  const areas = model.cities.map((city, number) => ({ city, colour: COLOURS[number % COLOURS.length], ring: hull(model.venues.filter((venue) => venue.city === city).map((venue) => venue.at)) }));
  let whole = null; // scale and shift that show everything
  let view = null;
  let tone = tones();
  const note = h("p.about", { hidden: true }, say("drawn_together"));
  let drag = null;
  const fingers = new Map();

  function fit() {
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    if (!width || !places.length) return;
    const xs = places.map((place) => place.at[0]);
    const ys = places.map((place) => place.at[1]);
    const [left, right, upper, lower] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const edge = 2.2 * rem();
    const scale = Math.min((width - 2 * edge) / Math.max(right - left, 1e-4), (height - 2 * edge) / Math.max(lower - upper, 1e-4));
    whole = { scale, x: width / 2 - (scale * (left + right)) / 2, y: height / 2 - (scale * (upper + lower)) / 2 };
    view = view && view.touched ? view : { ...whole };
    draw();
  }

  const px = (point) => [point[0] * view.scale + view.x, point[1] * view.scale + view.y];

  function paint() {
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    if (!width || !view) return;
    const pen = sharp(canvas, width, height);
    const em = rem();
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = "round";
    const people = new Map();
    for (const stay of model.rotations) if (selection.mask[stay.index]) people.set(stay.venue, (people.get(stay.venue) ?? 0) + stay.people);
    outlines(pen, em);
    ways(pen);
    const shrink = Math.max(0.45, Math.min(1, Math.sqrt(400 / Math.max(1, model.venues.length)))) * Math.min(1.8, Math.max(1, Math.sqrt(view.scale / whole.scale)));
    const { city, venue: chosen } = selection.values;
    const hovered = model.rotation.get(selection.rotation)?.venue;
    const seen = [];
    for (const venue of model.venues) {
      const [x, y] = px(venue.at);
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      const served = people.get(venue.id) ?? 0;
      const off = (selection.any && !served && venue.id !== chosen) || (city && venue.city !== city);
      seen.push({ x, y, served, asked: venue.asked, off, shape: venue.shape, ring: venue.id === chosen || venue.id === hovered });
    }
    const signs = seen.length > MOST_SIGNS ? together(seen) : seen;
    note.hidden = signs === seen;
    for (const { x, y, served, asked, off, shape: name, ring } of signs) {
      pen.globalAlpha = off ? 0.28 : 0.92;
      const size = shrink * em * (0.26 + Math.min(Math.sqrt(served), 12) * 0.034);
      shape(pen, name, x, y, size);
      pen.fillStyle = served ? tone.good : asked && !selection.any ? tone.warn : tone.paper;
      pen.fill();
      pen.strokeStyle = tone.ink;
      pen.lineWidth = 0.8;
      pen.stroke();
      if (!ring) continue;
      pen.globalAlpha = 1;
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.arc(x, y, size + 5, 0, 7);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    const { depot: home } = selection.values;
    const homes = model.depots.map((depot) => ({ x: px(depot.at)[0], y: px(depot.at)[1], off: Boolean(home) && home !== depot.id }));
    const many = homes.length > MOST_STARS;
    for (const { x, y, off } of many ? together(homes) : homes) {
      star(pen, x, y, (many ? 0.32 : 0.5) * em);
      pen.fillStyle = off ? tone.muted : tone.ink;
      pen.fill();
      pen.strokeStyle = tone.paper;
      pen.lineWidth = 1.4;
      pen.stroke();
    }
    labels(pen, em, width);
  }

  function outlines(pen, em) {
    for (const area of areas) {
      const off = selection.values.city && selection.values.city !== area.city;
      if (area.ring.length > 2) {
        pen.beginPath();
        area.ring.forEach((point, number) => pen[number ? "lineTo" : "moveTo"](...px(point)));
        pen.closePath();
        pen.globalAlpha = off ? 0.05 : 0.17;
        pen.fillStyle = area.colour;
        pen.fill();
        pen.globalAlpha = off ? 0.2 : 0.8;
        pen.strokeStyle = area.colour;
        pen.lineWidth = 1.2;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  function labels(pen, em, width) {
    pen.font = `600 ${0.72 * em}px ${FONT}`;
    pen.textAlign = "center";
    const taken = [];
    for (const area of areas) {
      if (!area.ring.length) continue;
      const points = area.ring.map(px);
      const x = points.reduce((sum, point) => sum + point[0], 0) / points.length;
      const y = Math.min(...points.map((point) => point[1])) - 0.5 * em;
      const text = cut(pen, area.city, 12 * em);
      const half = pen.measureText(text).width / 2;
      const spot = Math.min(width - half - 4, Math.max(half + 4, x));
      if (taken.some(([a, b, c]) => Math.abs(a - spot) < b + half && Math.abs(c - y) < em)) continue;
      taken.push([spot, half, y]);
      pen.lineWidth = 3;
      pen.strokeStyle = tone.paper;
      pen.strokeText(text, spot, Math.max(em, y));
      pen.fillStyle = tone.muted;
      pen.fillText(text, spot, Math.max(em, y));
    }
    pen.textAlign = "left";
  }

  /* A way joins a unit's stays in order, from its depot and back to it. */
  function ways(pen) {
    const { unit, depot } = selection.values;
    const looked = model.rotation.get(selection.rotation)?.unit;
    const bold = unit ?? looked;
    const matched = selection.any ? new Set(model.rotations.filter((stay) => selection.mask[stay.index]).map((stay) => stay.unit)) : null;
    const some = model.units.filter((one) => (!depot || one.depot === depot) && (!matched || matched.has(one.id)));
    const drawn = some.length <= MOST_WAYS ? some : bold ? some.filter((one) => one.id === bold) : [];
    for (const one of drawn) {
      const stays = model.byUnit.get(one.id) ?? [];
      if (!stays.length) continue;
      const strong = one.id === bold;
      if (unit && !strong) continue;
      const home = model.depot.get(one.depot);
      pen.beginPath();
      pen.moveTo(...px(home.at));
      for (const stay of stays) pen.lineTo(...px(stay.venueRow.at));
      pen.lineTo(...px(home.at));
      pen.strokeStyle = strong ? tone.warn : tone.accent;
      pen.lineWidth = strong ? 2.4 : 1;
      pen.globalAlpha = strong ? 0.95 : bold ? 0.1 : 0.26;
      pen.stroke();
      if (!strong) continue;
      pen.globalAlpha = 1;
      pen.font = `600 ${0.72 * rem()}px ${FONT}`;
      stays.forEach((stay, number) => {
        const [x, y] = px(stay.venueRow.at);
        pen.lineWidth = 3;
        pen.strokeStyle = tone.paper;
        pen.strokeText(String(number + 1), x + 9, y - 8);
        pen.fillStyle = tone.warn;
        pen.fillText(String(number + 1), x + 9, y - 8);
      });
    }
    pen.globalAlpha = 1;
  }

  const draw = nextFrame(paint);

  /* ---- looking around ---- */

  function zoom(factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const scale = Math.min(whole.scale * 60, Math.max(whole.scale * 0.8, view.scale * factor));
    const by = scale / view.scale;
    view = { scale, x: x - (x - view.x) * by, y: y - (y - view.y) * by, touched: true };
    draw();
  }

  const place = (event) => {
    const bounds = canvas.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };

  function nearest(x, y) {
    let best = null;
    let least = NEAR;
    for (const one of places) {
      const [a, b] = px(one.at);
      const far = Math.hypot(a - x, b - y);
      if (far < least) [best, least] = [one, far];
    }
    return best;
  }

  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !view.touched) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), ...place(event));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
    drag = { from: place(event), view: { ...view }, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (fingers.has(event.pointerId)) {
      const before = [...fingers.values()];
      fingers.set(event.pointerId, [x, y]);
      const now = [...fingers.values()];
      if (now.length === 2) {
        const apart = (pair) => Math.hypot(pair[0][0] - pair[1][0], pair[0][1] - pair[1][1]);
        drag.moved = true;
        return zoom(apart(now) / Math.max(1, apart(before)), (now[0][0] + now[1][0]) / 2, (now[0][1] + now[1][1]) / 2);
      }
      const [dx, dy] = [x - drag.from[0], y - drag.from[1]];
      if (Math.hypot(dx, dy) > 5) drag.moved = true;
      if (drag.moved) view = { ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy, touched: true };
      return draw();
    }
    const found = view && nearest(x, y);
    canvas.style.cursor = found ? "pointer" : "grab";
    tip.hidden = !found;
    if (!found) return;
    tip.replaceChildren(h("strong", {}, found.name), ...about(found).map((line) => h("div", {}, line)));
    tip.style.left = `${Math.max(0, Math.min(x + 14, frame.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > frame.clientHeight ? y - tip.offsetHeight - 10 : y + 18}px`;
  });
  const up = (event) => fingers.delete(event.pointerId);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
  canvas.addEventListener("click", (event) => {
    if (drag?.moved) return;
    const found = nearest(...place(event));
    if (found) selection.toggle(found.kind ? "venue" : "depot", found.id);
  });

  function about(found) {
    if (!found.kind) return [say("depot"), say("n_units", { n: number(model.units.filter((unit) => unit.depot === found.id).length) })];
    const served = (model.byVenue.get(found.id) ?? []).reduce((sum, stay) => sum + stay.people, 0);
    return [`${found.kind}, ${found.city}`, say("served_of", { served: number(served), requested: number(found.asked) })];
  }

  const legend = h("div", {}, h(
    "ul.legend",
    { "aria-label": say("legend") },
    h("li", {}, h("span.dot.good"), say("venue_served")),
    h("li", {}, h("span.dot.bad"), say("venue_unserved")),
    h("li", {}, h("span.dot"), say("venue_silent")),
    h("li", {}, "★ ", say("depot")),
    model.kinds.slice(0, SHAPES.length).map((kind, number) => h("li", {}, sign(SHAPES[number]), kind)),
  ), note);
  const tools = h("div.tools", {}, h("div.group", { role: "group", "aria-label": say("zoom") }, h("button.square.small", { type: "button", "aria-label": say("zoom_out"), onclick: () => zoom(1 / 1.6) }, icon("minus")), h("button.square.small", { type: "button", "aria-label": say("zoom_in"), onclick: () => zoom(1.6) }, icon("plus")), h("button.square.small", { type: "button", "aria-label": say("whole"), title: say("whole"), onclick: () => { view = { ...whole }; draw(); } }, icon("fit"))));
  const observer = new ResizeObserver(fit);
  observer.observe(frame);
  const retone = () => {
    tone = tones();
    draw();
  };
  window.addEventListener("themechange", retone);
  selection.addEventListener("change", draw);
  return {
    frame,
    tools,
    legend,
    leave() {
      observer.disconnect();
      window.removeEventListener("themechange", retone);
    },
  };
}

/* Signs that would cover each other as one, in the middle of where they stand. */
function together(signs) {
  const cells = new Map();
  for (const one of signs) {
    const key = Math.round(one.x / CELL) * 100_000 + Math.round(one.y / CELL);
    const cell = cells.get(key);
    if (!cell) cells.set(key, { ...one, shape: "circle", count: 1 });
    else {
      cell.x += one.x;
      cell.y += one.y;
      cell.count += 1;
      cell.served += one.served;
      cell.asked += one.asked;
      cell.off &&= one.off;
      cell.ring ||= one.ring;
    }
  }
  return [...cells.values()].map((cell) => ({ ...cell, x: cell.x / cell.count, y: cell.y / cell.count }));
}

function sign(name) {
  const canvas = h("canvas.sign", { "aria-hidden": "true" });
  const pen = sharp(canvas, 14, 14);
  shape(pen, name, 7, 7, 4.6);
  pen.strokeStyle = "#7b8b94";
  pen.lineWidth = 1.6;
  pen.stroke();
  return canvas;
}

function shape(pen, name, x, y, size) {
  pen.beginPath();
  const corners = { square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]], diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]], triangle: [[0, -1.1], [1.1, 0.85], [-1.1, 0.85]], down: [[0, 1.1], [1.1, -0.85], [-1.1, -0.85]], cross: [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]] }[name];
  if (!corners) return pen.arc(x, y, size, 0, 7);
  corners.forEach(([a, b], number) => pen[number ? "lineTo" : "moveTo"](x + a * size, y + b * size));
  return pen.closePath();
}

function star(pen, x, y, size) {
  pen.beginPath();
  for (let point = 0; point < 10; point++) {
    const far = point % 2 ? size * 0.45 : size;
    const angle = (Math.PI * point) / 5 - Math.PI / 2;
    pen[point ? "lineTo" : "moveTo"](x + far * Math.cos(angle), y + far * Math.sin(angle));
  }
  pen.closePath();
}

/* Convex hull by Andrew's monotone chain (1979). */
function hull(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (row) => {
    const chain = [];
    for (const point of row) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
