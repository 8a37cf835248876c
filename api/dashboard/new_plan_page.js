/* Asking for a plan: how long, how good, and what things are worth, in plain words. */

import { fill, h } from "./dom.js";
import { failure } from "./failures.js";
import { post, read } from "./service.js";
import { dayOf, duration, language, number, percent, say, span } from "./words.js";

const TIMES = [10, 30, 120, 600];
const GAPS = [0.0001, 0.001, 0.005, 0.02];

export async function show(main, { query }) {
  const [demo, stored] = [query.get("demo"), query.get("scenario")];
  fill(main, h("p.muted.busy", {}, say("loading")));
  const scenario = demo ? await read(`/v1/demo-data/${demo}`) : (await read(`/v1/scenarios/${stored}`)).scenario;
  fill(main, h("div.narrow", {}, h("h1", {}, say("new_plan")), facts(scenario), planForm({ ...(demo ? { demo } : { scenario_id: stored }) }, scenario.objective ?? {}, { pins: (scenario.pins ?? []).length })));
}

function facts(scenario) {
  const people = (scenario.requests ?? []).reduce((sum, request) => sum + request.people, 0);
  const tile = (label, value) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  return h("dl.facts", {}, tile(say("scenario"), scenario.name), tile(say("period"), span(dayOf(scenario.start), dayOf(scenario.end))), tile(say("units"), number((scenario.units ?? []).length)), tile(say("venues"), number((scenario.venues ?? []).length)), tile(say("requested"), number(people)));
}

/* Not crypto.randomUUID, which browsers give to pages with TLS alone. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * The form that asks for a plan and goes to it.
 *
 * @param what the scenario in the body of the request: `demo`, `scenario_id` or `scenario`, and `pins`
 * @param rates the scenario's own exchange rates
 * @param options `pins`: how many rotations are fixed, to be told
 */
export function planForm(what, rates, { pins = 0, name = "", time = 30 } = {}) {
  const own = { person: Number(rates.person ?? 1), km: Number(rates.km ?? 0.01), equity: Number(rates.equity ?? 0) };
  const fault = h("div", {});
  const rate = (key) => {
    const about = h("span.muted", { id: `about-${key}` });
    const input = h("input", { id: `rate-${key}`, type: "number", min: 0, step: "any", required: true, value: own[key], "aria-describedby": `about-${key}`, oninput: explain });
    return { input, about, row: h("div.rate", {}, h("label", { for: `rate-${key}` }, say(`rate_${key}`)), h("div.with-unit", {}, input, h("span", {}, say("points").toLowerCase())), about) };
  };
  const [person, km, equity] = ["person", "km", "equity"].map(rate);
  function explain() {
    const worth = Number(person.input.value) || 0;
    const of = (value) => number(worth ? value / worth : 0, value / (worth || 1) < 10 ? 2 : 0);
    person.about.textContent = say("rate_person_about");
    km.about.textContent = Number(km.input.value) ? say("rate_km_about", { n: of(100 * Number(km.input.value)) }) : say("rate_km_none");
    equity.about.textContent = Number(equity.input.value) ? say("rate_equity_about", { n: of(Number(equity.input.value) / 10) }) : say("rate_equity_none");
  }
  explain();
  const title = h("input", { id: "plan-name", maxlength: 200, autofocus: true, value: name, placeholder: say("name_hint") });
  const seconds = h("input", { id: "seconds", type: "number", min: 1, max: 3600, step: 1, value: time, required: true });
  const times = h("div.pills", { role: "group", "aria-label": say("time_limit") }, TIMES.map((value) => h("button", { type: "button", "aria-pressed": String(value === time), data: { value: String(value) }, onclick: () => { seconds.value = value; mark(); } }, duration(value))));
  const mark = () => { for (const pill of times.children) pill.setAttribute("aria-pressed", String(pill.dataset.value === String(Number(seconds.value)))); };
  seconds.addEventListener("input", mark);
  const gap = h("select", { id: "gap" }, GAPS.map((value) => h("option", { value: String(value) }, say("gap_choice", { gap: percent(value, 2) }))));
  const button = h("button.primary.large", {}, say("make_plan"));

  async function ask(event) {
    event.preventDefault();
    button.disabled = true;
    const objective = { ...rates, person: person.input.value, km: km.input.value, equity: equity.input.value };
    try {
      const plan = await post(`/v1/plans?language=${language}`, { ...what, name: title.value.trim(), time_limit: Number(seconds.value), gap: Number(gap.value), objective }, { "Idempotency-Key": newKey() });
      location.hash = `#/plans/${plan.id}`;
    } catch (error) {
      fill(fault, failure(error));
      button.disabled = false;
    }
  }

  return h(
    "form.panel.stack",
    { onsubmit: ask },
    pins > 0 && h("p.notice", {}, say(pins === 1 ? "pins_one" : "pins_n", { n: number(pins) })),
    h("div.field", {}, h("label", { for: "plan-name" }, say("plan_name")), title),
    h("div.field", {}, h("label", { for: "seconds" }, say("time_limit")), h("div.row", {}, times, h("div.with-unit", {}, seconds, h("span", {}, say("seconds").toLowerCase()))), h("span.muted", {}, say("time_about"))),
    h("div.field", {}, h("label", { for: "gap" }, say("stop_when")), gap),
    h("fieldset", {}, h("legend", {}, say("what_counts")), person.row, km.row, equity.row),
    fault,
    h("div.row", {}, button),
  );
}
