/* A button that opens a short list of actions. */

import { fill, h } from "./dom.js";
import { failure } from "./failures.js";

/** @param rows `[text, action]`, or a function that fetches them when the menu opens */
export function menu(sign, title, rows, label = title) {
  const list = h("div.menu-list", { role: "menu", hidden: true });
  const button = h("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label === title ? null : label, onclick: () => (list.hidden ? open() : close()) }, sign, h("span", {}, title));
  const frame = h("div.menu", { onkeydown: keys, onfocusout: (event) => { if (!frame.contains(event.relatedTarget)) close(); } }, button, list);

  async function open() {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    try {
      const found = typeof rows === "function" ? await rows() : rows;
      fill(list, found.map(([text, action]) => h("button.item", { type: "button", role: "menuitem", disabled: !action, onclick: () => run(action) }, text)));
      list.querySelector("button:not(:disabled)")?.focus();
    } catch (error) {
      fill(list, failure(error));
    }
  }

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  async function run(action) {
    close();
    button.focus();
    button.classList.add("busy");
    try {
      await action();
    } catch (error) {
      list.hidden = false;
      fill(list, failure(error));
    } finally {
      button.classList.remove("busy");
    }
  }

  function keys(event) {
    const items = [...list.querySelectorAll("button:not(:disabled)")];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape" && !list.hidden) {
      close();
      button.focus();
      event.stopPropagation();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && items.length && !list.hidden) {
      event.preventDefault();
      items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
    }
  }

  return frame;
}
