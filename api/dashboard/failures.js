/* What went wrong, in words: problems of the service, and no answer at all. */

import { h, icon } from "./dom.js";
import { ProblemError, UnreachableError } from "./service.js";
import { known, language, say } from "./words.js";

/** A box that tells of an error, with its issues where it has some. */
export function failure(error) {
  if (!(error instanceof ProblemError || error instanceof UnreachableError)) console.error(error);
  const [title, detail] =
    error instanceof UnreachableError
      ? [say("unreachable"), say("unreachable_about")]
      : error instanceof ProblemError && known(`problem_${error.kind}`)
        ? // Details are in English, but for those that the service tells in the language asked for.
          [say(`problem_${error.kind}`), language === "en" || error.kind === "too-big-to-plan" ? error.message : ""]
        : [say("problem"), error.message];
  return h("div.notice.bad", { role: "alert" }, icon("warn"), h("div", {}, h("strong", {}, title), detail && h("p", {}, detail), issueList(error.issues ?? [])));
}

/** Issues by sheet or file, each with its cell, what was seen, and a hint. */
export function issueList(issues, leftOut = 0) {
  if (!issues.length) return null;
  const groups = new Map();
  for (const issue of issues) {
    const [source, place] = placeOf(issue);
    if (!groups.has(source)) groups.set(source, []);
    groups.get(source).push([place, issue]);
  }
  return h(
    "div.issues",
    {},
    [...groups].map(([source, rows]) =>
      h(
        "section.issue-group",
        {},
        source && h("h3", {}, source, h("span.count", {}, String(rows.length))),
        h(
          "ul",
          {},
          rows.map(([place, issue]) =>
            h(
              "li",
              { class: issue.severity === "warning" ? "warning" : "error" },
              h("span.place", {}, place || "–"),
              h("span.what", {}, h("span.severity", {}, say(issue.severity === "warning" ? "warning" : "error")), " ", issue.message, issue.hint && h("span.hint", {}, issue.hint)),
              h("code", {}, issue.code),
            ),
          ),
        ),
      ),
    ),
    leftOut > 0 && h("p", {}, say("issues_left_out", { n: leftOut })),
  );
}

/* "venues!C41 row 41 latitude" -> ["venues", "C41 · row 41 · latitude"]; a pointer stands as it is. */
function placeOf(issue) {
  if (!issue.cell) return ["", issue.pointer];
  const [head, ...rest] = issue.cell.split(" ");
  const [source, cell] = head.split("!");
  const words = rest.join(" ").match(/^(?:row (\d+))? ?(.*)$/);
  return [source, [cell, words[1] && say("row_n", { n: words[1] }), words[2]].filter(Boolean).join(" · ")];
}
