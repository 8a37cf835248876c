/* The schedule: a line per unit, a bar per stay; of a large fleet a line per depot until it is opened. */

import { FONT, courseColour, cut, nextFrame, rem, sharp, tones } from "./colours.js";
import { announce, h, icon } from "./dom.js";
import { dayFull, dayOf, isoOf, mondayOf, monthShort, monthYear, number, say, span, today, weekOf } from "./words.js";

const MOST_UNITS = 80; // lines shown one by one; a larger fleet begins folded by depot
const NARROW_DAYS = 35; // shown at first on a telephone
const MOST_DAY = 56; // pixels of a day, at most
const INK = "#15232b"; // readable on every course's colour, by day and by night
const SHADES = { weekend: "weekend", holiday: "holiday", closed: "closed" };

/**
 * The schedule of a plan.
 *
 * @param model the plan
 * @param selection what is chosen
 * @param locks the locked rotations, or null where none can be locked
 * @param view `first` and `last` day to begin with, or null for the whole horizon; `onview` is told of changes
 */
export function gantt(model, selection, locks, { first = null, last = null, onview = () => {} } = {}) {
  const folded = new Set();
  const grouped = model.units.length > MOST_UNITS;
  if (grouped) for (const depot of model.depots) folded.add(depot.id);
  const canvas = h("canvas", { tabindex: 0, role: "application", "aria-label": say("gantt_label"), "aria-describedby": "gantt-help" });
  const spacer = h("div.spacer", {}, canvas);
  const scroll = h("div.gantt-scroll", {}, spacer);
  const tip = h("div.tip", { hidden: true });
  const box = h("div.lasso", { hidden: true });
  const frame = h("div.gantt", {}, scroll, tip, box);
  let lines = [];
  let day = 0; // pixels of a day
  let whole = first === null;
  if (first === null && window.innerWidth < 40 * rem()) {
    [first, last] = [model.start, Math.min(model.end, model.start + NARROW_DAYS - 1)];
    whole = false;
  }
  let size = { row: 24, axis: 40, names: 170, font: 12 };
  let tone = tones();
  let locking = false;
  let drag = null;

  /* ---- what stands where ---- */

  function arrange() {
    const unitRows = (units) => units.map((unit) => ({ unit, height: size.row }));
    if (!grouped) lines = unitRows(model.units);
    else {
      const homes = groupBy(model.units);
      lines = model.depots.flatMap((depot) => {
        const units = homes.get(depot.id) ?? [];
        return [{ depot, units, height: size.row }, ...(folded.has(depot.id) ? [] : unitRows(units))];
      });
    }
    let y = 0;
    for (const line of lines) {
      line.y = y;
      y += line.height;
    }
    lines.height = y;
    lines.of = new Map(lines.filter((line) => line.unit).map((line) => [line.unit.id, line]));
  }

  function measure() {
    const em = rem();
    const narrow = frame.clientWidth < 40 * em;
    size = { row: Math.round(1.62 * em), axis: Math.round(2.7 * em), names: Math.round((narrow ? 4.6 : 12.5) * em), font: 0.75 * em, narrow };
    arrange();
    const room = Math.max(50, scroll.clientWidth - size.names);
    const least = room / model.days;
    // What showed the whole horizon still does after the window has changed.
    if (!day || day < least || whole) day = first !== null && last !== null && !day ? Math.min(MOST_DAY, room / (last - first + 1)) : least;
    spacer.style.width = `${size.names + day * model.days}px`;
    spacer.style.height = `${size.axis + lines.height}px`;
    scroll.style.height = `${Math.min(size.axis + lines.height + 2, Math.max(16 * em, window.innerHeight * 0.72))}px`;
  }

  const x = (at) => size.names + (at - model.start) * day - scroll.scrollLeft;
  const dayAt = (pixel) => model.start + (pixel - size.names + scroll.scrollLeft) / day;
  const top = (line) => size.axis + line.y - scroll.scrollTop;

  function lineAt(pixel) {
    const y = pixel - size.axis + scroll.scrollTop;
    let [low, high] = [0, lines.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lines[middle].y <= y) low = middle;
      else high = middle - 1;
    }
    return pixel >= size.axis && lines[low] && y < lines[low].y + lines[low].height ? lines[low] : null;
  }

  function stayAt(px, py) {
    const line = lineAt(py);
    if (!line?.unit || px < size.names) return null;
    const at = Math.floor(dayAt(px));
    return (model.byUnit.get(line.unit.id) ?? []).find((one) => one.first <= at && at <= one.last) ?? null;
  }

  /* ---- drawing ---- */

  function paint() {
    const [width, height] = [scroll.clientWidth, scroll.clientHeight];
    if (!width) return;
    const pen = sharp(canvas, width, height);
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = tone.paper;
    pen.fillRect(0, 0, width, height);
    pen.textBaseline = "middle";
    const from = Math.max(model.start, Math.floor(dayAt(size.names)));
    const to = Math.min(model.end, Math.ceil(dayAt(width)));
    shades(pen, from, to, height);
    const visible = lines.filter((line) => top(line) + line.height > size.axis && top(line) < height);
    for (const line of visible) line.unit ? unitLine(pen, line, from, to, width) : depotLine(pen, line, from, to, width);
    const now = today();
    if (now >= model.start && now <= model.end) {
      pen.fillStyle = tone.warn;
      pen.fillRect(x(now) + day / 2 - 1, size.axis - 4, 2, height);
    }
    names(pen, visible, height);
    axis(pen, from, to, width);
  }

  function shades(pen, from, to, height) {
    for (let at = from; at <= to; at++) {
      const kind = model.calendar && SHADES[model.calendar[at - model.start]?.kind];
      if (!kind) continue;
      pen.fillStyle = tone[kind];
      pen.fillRect(x(at), size.axis, day + 0.5, height);
    }
    if (selection.values.week) {
      const monday = dayOf(selection.values.week);
      pen.strokeStyle = tone.accent;
      pen.lineWidth = 2;
      pen.strokeRect(x(monday), size.axis - 1, 7 * day, height);
    }
    pen.fillStyle = tone.line;
    for (let at = mondayOf(from); at <= to; at += 7) if (day * 7 > 14) pen.fillRect(x(at), size.axis, 1, height);
  }

  function unitLine(pen, line, from, to, width) {
    const y = top(line);
    pen.fillStyle = tone.line;
    pen.fillRect(size.names, y + line.height - 1, width, 1);
    pen.fillStyle = tone.muted;
    const [comes, leaves] = [line.unit.from ? dayOf(line.unit.from) : model.start, line.unit.to ? dayOf(line.unit.to) : model.end];
    for (const [a, b] of [[model.start, comes - 1], [leaves + 1, model.end]]) if (a <= b) pen.fillRect(x(a), y + line.height * 0.36, (b - a + 1) * day, line.height * 0.28);
    const away = model.unitDays?.get(line.unit.id)?.at_depot ?? [];
    pen.fillStyle = tone["depot-day"];
    for (const [a, b] of away) pen.fillRect(x(dayOf(a)), y + line.height * 0.36, (dayOf(b) - dayOf(a) + 1) * day, line.height * 0.28);
    for (const stay of model.byUnit.get(line.unit.id) ?? []) {
      if (stay.last < from) continue;
      if (stay.first > to) break;
      bar(pen, stay, y, line.height);
    }
  }

  function bar(pen, stay, y, height) {
    const left = x(stay.first) + 0.5;
    const wide = Math.max(1.5, (stay.last - stay.first + 1) * day - 1.5);
    const [above, tall] = [y + 2, height - 5];
    const lit = selection.mask[stay.index];
    pen.globalAlpha = lit ? 1 : 0.16;
    pen.fillStyle = courseColour(stay.courseRow);
    pen.beginPath();
    pen.roundRect(left, above, wide, tall, 3);
    pen.fill();
    const credits = model.stay?.get(stay.id)?.credits;
    if (credits && day > 3) {
      pen.fillStyle = "rgba(255,255,255,0.58)";
      credits.forEach((credit, number) => {
        if (credit === 0) pen.fillRect(x(stay.first + number), above, day, tall);
      });
    }
    const fixed = locks ? locks.has(stay.id) : stay.pinned;
    if (fixed) padlock(pen, left, above, wide, tall);
    if (wide > 26) {
      pen.fillStyle = INK;
      pen.font = `${size.font}px ${FONT}`;
      const seen = Math.max(left, size.names);
      pen.fillText(cut(pen, stay.venueRow.name, left + wide - seen - (fixed ? 21 : 8)), seen + (fixed ? 18 : 5), above + tall / 2 + 0.5);
    }
    pen.globalAlpha = 1;
    if (selection.rotation === stay.id) {
      pen.strokeStyle = tone.ink;
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.roundRect(left - 1, above - 1, wide + 2, tall + 2, 4);
      pen.stroke();
    }
  }

  /* A dark edge, and a padlock where there is room for one. */
  function padlock(pen, left, above, wide, tall) {
    pen.fillStyle = pen.strokeStyle = INK;
    pen.fillRect(left, above, 3, tall);
    if (wide < 20) return;
    const middle = above + tall / 2;
    pen.fillRect(left + 6, middle - 1, 8, 6);
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(left + 10, middle - 1.5, 2.6, Math.PI, 0);
    pen.stroke();
  }

  /* How many of a depot's units teach each day, as columns of a strip. */
  function depotLine(pen, line, from, to, width) {
    const y = top(line);
    pen.fillStyle = tone.line;
    pen.fillRect(size.names, y + line.height - 1, width, 1);
    line.busy ??= busyDays(line.units);
    const some = selection.any ? busyDays(line.units, selection.mask) : line.busy;
    const most = Math.max(1, line.units.length);
    const left = x(from);
    const columns = (counts, colour) => {
      pen.fillStyle = colour;
      for (let at = from; at <= to; at++) {
        const count = counts[at - model.start];
        const tall = Math.max(1, (line.height - 5) * (count / most));
        if (count) pen.fillRect(left + (at - from) * day, y + line.height - 2 - tall, day + 0.4, tall);
      }
    };
    columns(line.busy, selection.any ? tone.faint : tone.accent);
    if (selection.any) columns(some, tone.accent);
  }

  function busyDays(units, mask = null) {
    const change = new Int32Array(model.days + 1);
    for (const unit of units) {
      for (const stay of model.byUnit.get(unit.id) ?? []) {
        if (mask && !mask[stay.index]) continue;
        change[Math.max(0, stay.first - model.start)] += 1;
        change[Math.min(model.days, stay.last + 1 - model.start)] -= 1;
      }
    }
    for (let at = 1; at < change.length; at++) change[at] += change[at - 1];
    return change;
  }

  function names(pen, visible, height) {
    pen.fillStyle = tone.paper;
    pen.fillRect(0, 0, size.names, height);
    pen.fillStyle = tone.line;
    pen.fillRect(size.names - 1, 0, 1, height);
    for (const line of visible) {
      const middle = top(line) + line.height / 2;
      const chosen = line.unit ? selection.values.unit === line.unit.id : selection.values.depot === line.depot.id;
      if (chosen) {
        pen.fillStyle = tone.accent;
        pen.fillRect(0, top(line), 4, line.height);
      }
      if (line.depot) {
        pen.fillStyle = tone.ink;
        pen.font = `600 ${size.font}px ${FONT}`;
        pen.fillText(folded.has(line.depot.id) ? "▸" : "▾", 8, middle);
        pen.fillText(cut(pen, line.depot.name, size.names - 26 - (size.narrow ? 0 : 34)), 22, middle);
        if (!size.narrow) {
          pen.font = `${size.font}px ${FONT}`;
          pen.fillStyle = tone.muted;
          pen.textAlign = "right";
          pen.fillText(number(line.units.length), size.names - 8, middle);
          pen.textAlign = "left";
        }
        continue;
      }
      const label = size.narrow ? line.unit.id : line.unit.name;
      pen.font = `${chosen ? "600 " : ""}${size.font}px ${FONT}`;
      pen.fillStyle = tone.ink;
      const indent = grouped ? 22 : 10;
      if (!size.narrow && line.unit.name !== line.unit.id) {
        pen.fillStyle = tone.muted;
        pen.fillText(line.unit.id, indent, middle);
        const used = indent + Math.max(30, pen.measureText(line.unit.id).width + 7);
        pen.fillStyle = tone.ink;
        pen.fillText(cut(pen, label, size.names - used - 6), used, middle);
      } else pen.fillText(cut(pen, label, size.names - indent - 6), indent, middle);
    }
  }

  function axis(pen, from, to, width) {
    pen.fillStyle = tone.paper;
    pen.fillRect(0, 0, width, size.axis);
    pen.save();
    pen.beginPath();
    pen.rect(size.names, 0, width - size.names, size.axis);
    pen.clip();
    const upper = size.axis * 0.3;
    const lower = size.axis * 0.74;
    pen.font = `600 ${size.font}px ${FONT}`;
    pen.fillStyle = tone.ink;
    for (let at = from; at <= to; ) {
      const next = dayOf(nextMonth(isoOf(at)));
      const [left, right] = [Math.max(x(at), size.names), x(Math.min(next, model.end + 1))];
      pen.fillStyle = tone.ink;
      pen.fillText(cut(pen, right - left > 9 * size.font ? monthYear(at) : monthShort(at), right - left - 6), left + 5, upper);
      pen.fillStyle = tone.line;
      pen.fillRect(x(next), 0, 1, size.axis);
      at = next;
    }
    pen.font = `${size.font * 0.93}px ${FONT}`;
    const daily = day > 26;
    const step = daily ? 1 : 7 * Math.max(1, Math.ceil((size.font * 4.1) / (7 * day)));
    for (let at = daily ? from : mondayOf(from); at <= to; at += step) {
      const monday = isoOf(mondayOf(at));
      const wide = daily ? day : 7 * day;
      if (!daily && selection.values.week === monday) {
        pen.fillStyle = tone.accent;
        pen.fillRect(x(at), size.axis * 0.52, wide, size.axis * 0.48);
        pen.fillStyle = tone.paper;
      } else pen.fillStyle = tone.muted;
      const text = daily ? dayFull(at) : wide > size.font * 7.5 ? `${say("week_letter")}${weekOf(at)} · ${Number(isoOf(at).slice(8))}.${Number(isoOf(at).slice(5, 7))}.` : `${say("week_letter")}${weekOf(at)}`;
      pen.fillText(daily ? cut(pen, text, day - 3) || String(Number(isoOf(at).slice(8))) : text, x(at) + 4, lower);
    }
    pen.restore();
    pen.fillStyle = tone.line;
    pen.fillRect(0, size.axis - 1, width, 1);
    for (let at = from; at <= to; at++) {
      const shade = model.calendar?.[at - model.start];
      if (!shade?.name || shade.kind === "short") continue;
      pen.fillStyle = tone.warn;
      pen.beginPath();
      pen.moveTo(x(at) + day / 2 - 4, size.axis - 6);
      pen.lineTo(x(at) + day / 2 + 4, size.axis - 6);
      pen.lineTo(x(at) + day / 2, size.axis);
      pen.fill();
    }
  }

  const draw = nextFrame(paint);

  /* ---- looking around ---- */

  function zoom(factor, at = size.names + (scroll.clientWidth - size.names) / 2) {
    const fixed = dayAt(at);
    const room = Math.max(50, scroll.clientWidth - size.names);
    day = Math.min(MOST_DAY, Math.max(room / model.days, day * factor));
    spacer.style.width = `${size.names + day * model.days}px`;
    scroll.scrollLeft = (fixed - model.start) * day - (at - size.names);
    told();
    draw();
  }

  function show(days) {
    const room = Math.max(50, scroll.clientWidth - size.names);
    zoom(room / days / day);
  }

  function told() {
    whole = day * model.days <= scroll.clientWidth - size.names + 1;
    onview(whole ? null : [Math.round(dayAt(size.names)), Math.round(dayAt(scroll.clientWidth)) - 1]);
  }

  /** Brings a rotation into sight. */
  function reveal(stay) {
    if (grouped && folded.delete(stay.depot)) remeasure();
    const line = lines.of.get(stay.unit);
    const [above, below] = [line.y - scroll.scrollTop, line.y + line.height - scroll.scrollTop - (scroll.clientHeight - size.axis)];
    if (above < 0) scroll.scrollTop += above;
    else if (below > 0) scroll.scrollTop += below + 4;
    const [left, right] = [x(stay.first) - size.names, x(stay.last + 1) - scroll.clientWidth];
    if (left < 0) scroll.scrollLeft += left - 20;
    else if (right > 0) scroll.scrollLeft += right + 20;
  }

  function remeasure() {
    measure();
    draw();
  }

  /* ---- pointing ---- */

  const place = (event) => {
    const bounds = canvas.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };

  canvas.addEventListener("pointermove", (event) => {
    const [px, py] = place(event);
    if (drag) {
      drag.to = [px, py];
      const [a, b] = [drag.from, drag.to];
      if (Math.hypot(a[0] - b[0], a[1] - b[1]) > 6) drag.moved = true;
      if (drag.moved) {
        box.hidden = false;
        Object.assign(box.style, { left: `${Math.min(a[0], b[0])}px`, top: `${Math.min(a[1], b[1])}px`, width: `${Math.abs(a[0] - b[0])}px`, height: `${Math.abs(a[1] - b[1])}px` });
      }
      return;
    }
    const stay = stayAt(px, py);
    const shade = py < size.axis && px > size.names ? model.calendar?.[Math.floor(dayAt(px)) - model.start] : null;
    canvas.style.cursor = stay || px < size.names || py < size.axis ? "pointer" : locking ? "crosshair" : "default";
    if (stay) hint(event, [h("strong", {}, stay.venueRow.name), `${stay.courseRow.name} · ${say("n_people", { n: number(stay.people) })}`, `${stay.unitRow.name}`, span(stay.first, stay.last)]);
    else if (shade?.name) hint(event, [h("strong", {}, shade.name), dayFull(dayOf(shade.day))]);
    else tip.hidden = true;
  });
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
  canvas.addEventListener("pointerdown", (event) => {
    const [px, py] = place(event);
    if (!locks || !(locking || event.shiftKey) || px < size.names || py < size.axis) return;
    drag = { from: [px, py], to: [px, py], moved: false };
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  canvas.addEventListener("pointerup", (event) => {
    const done = drag;
    drag = null;
    box.hidden = true;
    if (!done?.moved) return;
    const [left, right] = [dayAt(Math.min(done.from[0], done.to[0])), dayAt(Math.max(done.from[0], done.to[0]))];
    const [above, below] = [Math.min(done.from[1], done.to[1]), Math.max(done.from[1], done.to[1])];
    const caught = lines.filter((line) => line.unit && top(line) < below && top(line) + line.height > above).flatMap((line) => (model.byUnit.get(line.unit.id) ?? []).filter((stay) => stay.first < right && stay.last + 1 > left));
    locks.catch(caught.map((stay) => stay.id));
    event.preventDefault();
    canvas.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
  });
  canvas.addEventListener("click", (event) => {
    const [px, py] = place(event);
    if (py < size.axis && px > size.names) return selection.toggle("week", isoOf(mondayOf(Math.floor(dayAt(px)))));
    const line = lineAt(py);
    if (!line) return;
    if (line.depot) {
      if (px < 22 || px > size.names) return fold(line.depot.id);
      return selection.toggle("depot", line.depot.id);
    }
    if (px < size.names) return selection.toggle("unit", line.unit.id);
    const stay = stayAt(px, py);
    if (stay && locking) locks.catch([stay.id]);
    else selection.set({ rotation: stay && selection.rotation !== stay.id ? stay.id : null });
  });
  canvas.addEventListener("dblclick", (event) => {
    if (!stayAt(...place(event)) && place(event)[0] > size.names) zoom(2, place(event)[0]);
  });
  scroll.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 250), place(event)[0]);
  }, { passive: false });
  scroll.addEventListener("scroll", () => {
    tip.hidden = true;
    told();
    draw();
  }, { passive: true });

  function hint(event, rows) {
    tip.replaceChildren(...rows.map((row) => h("div", {}, row)));
    tip.hidden = false;
    const bounds = frame.getBoundingClientRect();
    const left = Math.min(event.clientX - bounds.left + 14, frame.clientWidth - tip.offsetWidth - 4);
    const below = event.clientY - bounds.top + 16;
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${below + tip.offsetHeight > frame.clientHeight ? below - tip.offsetHeight - 26 : below}px`;
  }

  function fold(depot) {
    folded.has(depot) ? folded.delete(depot) : folded.add(depot);
    remeasure();
  }

  /* ---- keys ---- */

  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    const current = model.rotation.get(selection.rotation);
    if (event.key in steps || event.key === "ArrowUp" || event.key === "ArrowDown" || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const next = neighbour(current, event.key);
      if (!next) return;
      selection.set({ rotation: next.id });
      reveal(next);
      announce(describe(next));
    } else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") show(model.days);
    else if ((event.key === "l" || event.key === "L") && locks && current) locks.catch([current.id]);
    else if (event.key === "Escape") selection.set({ rotation: null });
  });

  function neighbour(current, key) {
    const lit = (stay) => selection.mask[stay.index];
    const rows = model.units.map((unit) => (model.byUnit.get(unit.id) ?? []).filter(lit)).filter((row) => row.length);
    if (!rows.length) return null;
    if (!current) return rows[0][0];
    const at = rows.findIndex((row) => row[0].unit === current.unit);
    const row = rows[at] ?? rows[0];
    if (key === "Home") return row[0];
    if (key === "End") return row.at(-1);
    if (key === "ArrowRight") return row.find((stay) => stay.first > current.first) ?? row.at(-1);
    if (key === "ArrowLeft") return row.findLast((stay) => stay.first < current.first) ?? row[0];
    const other = rows[Math.max(0, Math.min(rows.length - 1, at + (key === "ArrowDown" ? 1 : -1)))];
    return other.reduce((best, stay) => (Math.abs(stay.first - current.first) < Math.abs(best.first - current.first) ? stay : best));
  }

  const describe = (stay) => `${stay.unitRow.name}: ${stay.venueRow.name}, ${stay.courseRow.name}, ${span(stay.first, stay.last)}, ${say("n_people", { n: number(stay.people) })}`;

  /* ---- the whole ---- */

  const lockButton = locks && h("button.small", { type: "button", "aria-pressed": "false", title: say("lock_about"), onclick: () => {
    locking = !locking;
    lockButton.setAttribute("aria-pressed", String(locking));
    frame.classList.toggle("locking", locking);
  } }, icon("pick"), say("lock_mode"));
  const now = today();
  const tools = h(
    "div.tools",
    {},
    h("div.group", { role: "group", "aria-label": say("zoom") }, h("button.square.small", { type: "button", "aria-label": say("zoom_out"), title: say("zoom_out"), onclick: () => zoom(1 / 1.6) }, icon("minus")), h("button.square.small", { type: "button", "aria-label": say("zoom_in"), title: say("zoom_in"), onclick: () => zoom(1.6) }, icon("plus"))),
    h("div.group", { role: "group", "aria-label": say("show_span") }, h("button.small", { type: "button", onclick: () => show(model.days) }, say("whole")), h("button.small", { type: "button", onclick: () => show(35) }, say("month")), h("button.small", { type: "button", onclick: () => show(9) }, say("week"))),
    now >= model.start && now <= model.end && h("button.small", { type: "button", onclick: () => { show(35); scroll.scrollLeft = (now - 5 - model.start) * day; } }, say("today")),
    lockButton,
    h("span.hidden", { id: "gantt-help" }, say("gantt_help")),
  );
  const observer = new ResizeObserver(remeasure);
  observer.observe(frame);
  const retone = () => {
    tone = tones();
    draw();
  };
  window.addEventListener("themechange", retone);
  const follow = () => {
    const stay = model.rotation.get(selection.rotation);
    if (stay) reveal(stay);
    else if (grouped && selection.values.unit && folded.delete(model.unit.get(selection.values.unit)?.depot)) remeasure();
    draw();
  };
  selection.addEventListener("change", follow);
  locks?.addEventListener("change", draw);
  requestAnimationFrame(() => {
    measure();
    if (first !== null) scroll.scrollLeft = (first - model.start) * day;
    follow();
  });
  return {
    frame,
    tools,
    draw,
    leave() {
      observer.disconnect();
      window.removeEventListener("themechange", retone);
    },
  };
}

function nextMonth(iso) {
  const [year, month] = iso.split("-").map(Number);
  return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, "0")}-01`;
}

function groupBy(units) {
  const groups = new Map();
  for (const unit of units) {
    if (!groups.has(unit.depot)) groups.set(unit.depot, []);
    groups.get(unit.depot).push(unit);
  }
  return groups;
}
