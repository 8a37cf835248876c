/* A plan in the making: value and limit closing in, the best schedule so far, stop and cancel. */

import { announce, fill, h, icon } from "./dom.js";
import { failure } from "./failures.js";
import { gantt } from "./gantt.js";
import { PlanModel } from "./plan_model.js";
import { progressChart } from "./progress_chart.js";
import { Selection } from "./selection.js";
import { ProblemError, events, post, read, remove } from "./service.js";
import { statusChip } from "./status.js";
import { duration, gapText, known, limitText, number, say } from "./words.js";

const PAUSES = [500, 1000, 2000, 4000]; // milliseconds before looking again for a service that does not answer
const EVERY = 2500; // milliseconds between two looks at the best schedule so far

/** Follows a plan until it has ended, then calls `ended`. Gives a function that leaves it. */
export function progress(main, info, ended) {
  const stopped = new AbortController();
  const chart = progressChart();
  const moments = [];
  const tile = (key) => {
    const value = h("dd", {}, "–");
    return { value, element: h("div.tile", {}, h("dt", {}, say(key)), value) };
  };
  const [score, bound, gap, people] = ["score", "bound_short", "gap", "served"].map(tile);
  const bar = h("progress", { max: info.options.time_limit, value: 0, "aria-label": say("elapsed") });
  const clock = h("span", {}, "");
  const phase = h("span.muted", {}, "");
  const offline = h("p.notice", { hidden: true, role: "status" }, say("reconnecting"));
  const chip = h("span", {}, statusChip(info));
  const best = h("div", {});
  const fault = h("div", {});
  const stop = h("button.primary", { type: "button", onclick: () => act(stop, () => post(`/v1/plans/${info.id}/stop`)) }, icon("stop"), say("stop_keep"));
  const cancel = h("button", { type: "button", onclick: () => confirm(say("cancel_sure")) && act(cancel, async () => {
    // Followed no longer: of a cancelled plan nothing more can be read.
    stopped.abort();
    await remove(`/v1/plans/${info.id}`);
    location.hash = "#/";
  }) }, icon("bin"), say("cancel_plan"));

  async function act(button, action) {
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      // It may have ended a moment before; then there is nothing to say.
      if (!(error instanceof ProblemError && error.status === 409)) fill(fault, failure(error));
      button.disabled = false;
    }
  }

  fill(
    main,
    h("div.page", {},
      h("div.title", {}, h("h1", {}, info.name || info.scenario.name), chip, h("span.spring"), stop, cancel),
      offline,
      fault,
      h("div.row", {}, clock, phase),
      bar,
      h("dl.tiles", { "aria-live": "off" }, score.element, bound.element, gap.element, people.element),
      h("section.panel", { "aria-labelledby": "chart-title" }, h("h2", { id: "chart-title" }, say("over_time")), chart.element),
      best,
    ),
  );
  document.title = `${info.name || info.scenario.name} – MTU Planner`;

  function tell(news) {
    moments.push(news);
    fresh ||= news.score !== moments.at(-2)?.score;
    if (news.score !== null) {
      score.value.textContent = number(news.score, 1);
      people.value.textContent = number(news.people);
    }
    if (news.bound !== null) bound.value.textContent = limitText(news.bound);
    if (news.gap !== null) gap.value.textContent = gapText(news.gap);
    phase.textContent = known(`phase_${news.phase}`) ? say(`phase_${news.phase}`) : news.phase;
    base = { seconds: news.seconds, at: performance.now() };
    chart.show(moments);
  }

  let base = null;
  const ticking = setInterval(() => {
    if (!base) return;
    const seconds = base.seconds + (performance.now() - base.at) / 1000;
    bar.value = Math.min(seconds, info.options.time_limit);
    clock.textContent = say("elapsed_of", { seconds: duration(Math.floor(seconds)), limit: duration(info.options.time_limit) });
  }, 250);

  async function follow() {
    let last = 0;
    for (let fails = 0; ; ) {
      try {
        for await (const event of events(info.id, last, stopped.signal)) {
          offline.hidden = true;
          fails = 0;
          last = event.id;
          if (event.event === "progress") tell(event.data);
          else if (event.data.status === "running") {
            // A new attempt begins anew; its clock does too.
            moments.length = 0;
            fill(chip, statusChip({ ...info, status: "running" }));
          } else if (event.data.status === "cancelled") {
            return fill(main, h("p.notice", { role: "alert" }, say("problem_discarded")));
          } else if (event.data.status !== "queued") {
            announce(say("plan_ended"));
            return ended();
          }
        }
        // The stream ends with the plan, and when the service is told to go.
        const now = await read(`/v1/plans/${info.id}`, stopped.signal);
        if (now.status !== "queued" && now.status !== "running") return ended();
      } catch (error) {
        if (error.name === "AbortError") return;
        if (error instanceof ProblemError && error.status === 410) return ended();
        if (error instanceof ProblemError && error.status < 500) return fill(fault, failure(error));
        offline.hidden = false;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSES[Math.min(fails++, PAUSES.length - 1)]));
      if (stopped.signal.aborted) return;
    }
  }

  let scenario = null;
  let picture = null;
  let fresh = true; // whether the score has changed since the last look
  let drawn = "";
  async function look() {
    if (!fresh) return;
    fresh = false;
    try {
      scenario ??= await read(`/v1/plans/${info.id}/scenario`, stopped.signal);
      const now = await read(`/v1/plans/${info.id}`, stopped.signal);
      const rows = now.best_rotations;
      const mark = rows && JSON.stringify(rows.map((row) => [row.unit, row.start]));
      if (!rows || mark === drawn) return;
      drawn = mark;
      const model = new PlanModel(now, scenario, rows);
      picture?.leave();
      picture = gantt(model, new Selection(model, new URLSearchParams()), null);
      fill(best, h("section.panel", { "aria-labelledby": "best-title" }, h("div.head", {}, h("h2", { id: "best-title" }, say("best_so_far", { n: number(rows.length) })), picture.tools), picture.frame));
    } catch {
      // Only a picture along the way; the events tell whether the service answers.
    }
  }
  const looking = setInterval(look, EVERY);
  look();
  follow();
  return () => {
    stopped.abort();
    clearInterval(ticking);
    clearInterval(looking);
    picture?.leave();
  };
}
