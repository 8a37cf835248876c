/* The first page: begin with demo data or an own file, or go on with a plan. */

import { announce, fill, h, icon } from "./dom.js";
import { failure, issueList } from "./failures.js";
import { pages, read, save, upload } from "./service.js";
import { statusChip } from "./status.js";
import { gapText, language, moment, number, say } from "./words.js";
import { packed } from "./zip.js";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MORE = 40; // plans added to the list at a time
const SIZES = ["units", "venues", "courses", "requests"];

export async function show(main) {
  const plans = h("section.panel", { "aria-labelledby": "plans-title" }, h("h2", { id: "plans-title" }, say("plans")), h("p.muted", {}, say("loading")));
  const own = h("div.stack", {});
  const file = h("input", { type: "file", id: "file", tabindex: -1, "aria-label": say("choose_file"), multiple: true, accept: ".xlsx,.zip,.csv,.toml", class: "hidden", onchange: () => take([...file.files]) });
  const verdict = h("div", { id: "verdict", "aria-live": "polite" });
  const zone = h(
    "div.drop",
    {
      ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); },
      ondragleave: () => zone.classList.remove("over"),
      ondrop: (event) => { event.preventDefault(); zone.classList.remove("over"); take([...event.dataTransfer.files]); },
    },
    icon("up"),
    h("p", {}, h("strong", {}, say("drop_here"))),
    h("p.muted", {}, say("drop_about")),
    h("div.row", {}, h("button", { type: "button", onclick: () => file.click() }, say("choose_file")), h("button", { type: "button", onclick: () => save("/v1/template", "scenario.xlsx").catch((error) => fill(verdict, failure(error))) }, icon("down"), say("empty_file"))),
    file,
  );

  async function take(files) {
    if (!files.length) return;
    fill(verdict, h("p.muted.busy", {}, say("reading_file", { name: files.map((one) => one.name).join(", ") })));
    file.value = "";
    try {
      const [body, type] = await bodyOf(files);
      const found = await upload(`/v1/scenarios?dry_run=true&language=${language}`, body, type);
      fill(verdict, sound(found, body, type));
      announce(say("file_sound"));
    } catch (error) {
      fill(verdict, error.issues?.length ? broken(error) : failure(error));
    }
  }

  function broken(error) {
    const errors = error.issues.filter((issue) => issue.severity !== "warning").length + error.problem.errors_left_out;
    return h("div.verdict.bad", { role: "alert" }, h("h3", {}, icon("warn"), say(errors === 1 ? "file_issue" : "file_issues", { n: number(errors) })), h("p.muted", {}, say("file_issues_about")), issueList(error.issues, error.problem.errors_left_out));
  }

  function sound(found, body, type) {
    const keep = h("button.primary", { type: "button", onclick: async () => {
      keep.disabled = true;
      try {
        const stored = await upload(`/v1/scenarios?language=${language}`, body, type);
        location.hash = `#/new?scenario=${stored.id}`;
      } catch (error) {
        fill(verdict, failure(error));
      }
    } }, say("keep_and_plan"));
    return h(
      "div.verdict.good",
      {},
      h("h3", {}, icon("check"), say("file_sound")),
      h("p", {}, h("strong", {}, found.name), " · ", sizesText(found.sizes)),
      keep,
      found.issues.length > 0 && h("details", { open: found.issues.length < 6 }, h("summary", {}, say("warnings_n", { n: number(found.issues.length) })), issueList(found.issues)),
    );
  }

  fill(
    main,
    h("div.hero", {}, h("h1", {}, say("start_title")), h("p.lead", {}, say("start_lead"))),
    h(
      "div.start",
      {},
      h("section.panel", { "aria-labelledby": "begin-title" }, h("h2", { id: "begin-title" }, say("begin")), zone, verdict, own),
      plans,
    ),
  );

  const [demos, stored, made] = await Promise.all([read("/v1/demo-data"), pages("/v1/scenarios", "scenarios", 20), pages("/v1/plans", "plans", 20)]);
  fill(
    own,
    h("h3", {}, say("demo_data")),
    h("div.cards", {}, demos.demos.map((name) => h("a.card", { href: `#/new?demo=${name}` }, h("strong", {}, demoName(name)), h("span.muted", {}, say("demo_about"))))),
    stored.rows.length > 0 && [
      h("h3", {}, say("own_scenarios")),
      h("div.cards", {}, stored.rows.map((row) => h("a.card", { href: `#/new?scenario=${row.id}` }, h("strong", {}, row.name), h("span.muted", {}, sizesText(row.sizes)), h("span.muted", {}, moment(row.updated_at))))),
    ],
  );
  plansList(plans, made);
}

const demoName = (name) => name.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join(" ");
const sizesText = (sizes) => SIZES.map((key) => `${number(sizes[key] ?? 0)} ${say(key).toLowerCase()}`).join(", ");

function plansList(panel, made) {
  const more = h("button.small", { type: "button", onclick: async () => plansList(panel, await pages("/v1/plans", "plans", made.rows.length + MORE)) }, say("show_more"));
  const chosen = new Set();
  const compare = h("button", { type: "button", disabled: true, onclick: () => { const [a, b] = [...chosen]; location.hash = `#/compare?a=${b}&b=${a}`; } }, icon("compare"), say("compare_chosen"));
  const row = (plan) => {
    const finished = plan.status === "completed" || plan.status === "stopped";
    const box = h("input", { type: "checkbox", "aria-label": say("choose_to_compare", { name: plan.name || plan.scenario.name }), disabled: !finished, onchange: () => {
      box.checked ? chosen.add(plan.id) : chosen.delete(plan.id);
      compare.disabled = chosen.size !== 2;
    } });
    return h(
      "tr",
      {},
      h("td", {}, box),
      h("td", {}, h("a", { href: `#/plans/${plan.id}` }, plan.name || plan.scenario.name), plan.name && h("span.sub", {}, plan.scenario.name), h("span.sub", {}, moment(plan.created_at))),
      h("td", {}, statusChip(plan)),
      h("td.number", {}, plan.score === null ? "–" : number(plan.score, 1)),
      h("td.number", {}, plan.gap === null ? "–" : gapText(plan.gap)),
    );
  };
  fill(
    panel,
    h("div.head", {}, h("h2", { id: "plans-title" }, say("plans")), made.rows.length > 1 && compare),
    made.rows.length === 0
      ? h("p.muted", {}, say("no_plans"))
      : h("div.scroll", { tabindex: 0, role: "region", "aria-label": say("plans_table") }, h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, h("span.hidden", {}, say("compare"))), h("th", {}, say("plan")), h("th", {}, say("status")), h("th.number", {}, say("score")), h("th.number", {}, say("gap")))), h("tbody", {}, made.rows.map(row)))),
    made.more && more,
  );
}

async function bodyOf(files) {
  const only = files.length === 1 ? files[0] : null;
  if (only && /\.xlsx$/i.test(only.name)) return [only, XLSX];
  if (only && /\.zip$/i.test(only.name)) return [only, "application/zip"];
  return [await packed(files), "application/zip"];
}
