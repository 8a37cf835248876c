/* The frame around every page: addresses, language, light and dark, and the key where one is needed. */

import { fill, h, icon } from "./dom.js";
import { forgetKey, hasKey, onKeyNeeded } from "./service.js";
import { LANGUAGES, language, say, speak } from "./words.js";
import { failure } from "./failures.js";

/* Every page: what its address begins with, and the module that shows it. */
const PAGES = [
  [/^#?\/?$/, () => import("./start_page.js")],
  [/^#\/new$/, () => import("./new_plan_page.js")],
  [/^#\/plans\/([\w-]+)$/, () => import("./plan_page.js")],
  [/^#\/compare$/, () => import("./compare_page.js")],
];

const main = document.getElementById("main");
let leave = () => {};
let shown = "";
let turn = 0;

/** Shows the page of the address; called again when the address or the language changes. */
async function show() {
  const [path, query = ""] = location.hash.split("?");
  const mine = ++turn;
  leave();
  leave = () => {};
  frame();
  const page = PAGES.find(([pattern]) => pattern.test(path));
  const moved = shown !== path;
  shown = path;
  try {
    if (!page) throw new Error(say("no_such_page"));
    const module = await page[1]();
    if (mine !== turn) return;
    document.title = "MTU Planner";
    const done = await module.show(main, { id: path.match(page[0])[1], query: new URLSearchParams(query) });
    if (mine !== turn) done?.();
    else leave = done ?? leave;
  } catch (error) {
    if (mine === turn) fill(main, failure(error));
  }
  if (moved) {
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

function frame() {
  document.getElementById("skip").textContent = say("skip");
  const dark = isDark();
  fill(
    document.getElementById("top"),
    h("a.brand", { href: "#/" }, h("img", { src: "/dashboard/mark.svg", alt: "", width: 26, height: 26 }), "MTU Planner"),
    h("span.spring"),
    hasKey() && h("button.on-dark", { onclick: () => { forgetKey(); location.hash = "#/"; location.reload(); } }, say("forget_key")),
    h(
      "div.switch",
      { role: "group", "aria-label": say("language") },
      LANGUAGES.map((one) =>
        h("button", { type: "button", lang: one, "aria-pressed": String(one === language), "aria-label": one === "en" ? "English" : "Bahasa Indonesia", onclick: () => { speak(one); show(); } }, one.toUpperCase()),
      ),
    ),
    h("button.on-dark.square", { type: "button", "aria-pressed": String(dark), "aria-label": say("dark"), title: say("dark"), onclick: turnLight }, icon("sun")),
  );
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function turnLight() {
  const chosen = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem("mtu-theme", chosen);
  frame();
  window.dispatchEvent(new Event("themechange"));
}

onKeyNeeded(
  (problem) =>
    new Promise((resolve) => {
      const input = h("input", { type: "password", id: "key", autocomplete: "off", required: true });
      const dialog = h(
        "dialog.ask",
        { "aria-labelledby": "key-title" },
        h(
          "form",
          { method: "dialog", onsubmit: (event) => { event.preventDefault(); dialog.close(input.value.trim()); } },
          h("h2", { id: "key-title" }, say("key_title")),
          h("p", {}, problem.type === "/problems/wrong-key" ? say("key_wrong") : say("key_about")),
          h("label", { for: "key" }, say("key")),
          input,
          h("div.row", {}, h("button.primary", {}, say("key_use")), h("button", { type: "button", onclick: () => dialog.close("") }, say("cancel"))),
        ),
      );
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue || null);
      });
      document.body.append(dialog);
      dialog.showModal();
    }),
);

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener("hashchange", show);
show();
