/* How a plan stands, in a word. */

import { h } from "./dom.js";
import { say } from "./words.js";

/** A chip: the state of a plan, and once it has ended, what is proven of it. */
export function statusChip(plan) {
  const proven = plan.status === "completed" && plan.proof === "optimal" && !plan.violations?.length;
  const kind = proven ? "optimal" : plan.violations?.length ? "broken" : plan.status;
  return h("span.chip", { class: `is-${kind}` }, say(`state_${kind}`));
}
