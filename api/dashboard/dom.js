/* Elements made from code. Text is always text, never markup; styles go through the object model. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element: `h("button.quiet", { onclick, ariaLabel: "…" }, "text", child)`.
 * Properties that begin with "on" are listeners, `style` is an object, `data` goes to the dataset,
 * anything else is an attribute; null, undefined and false leave it out.
 */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [part, css] of Object.entries(value)) element.style.setProperty(part, css);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key === "class") element.classList.add(...value.split(" ").filter(Boolean));
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  lock: "M5 9V6.5a4 4 0 0 1 8 0V9M4 9h10v7H4z",
  open: "M5 9V6.5a4 4 0 0 1 7.6-1.7M4 9h10v7H4z",
  down: "M9 2v10M5 8.5 9 12.5l4-4M3 16h12",
  link: "M7.5 10.5l3-3M8 5l2-2a3.5 3.5 0 0 1 5 5l-2 2M10 13l-2 2a3.5 3.5 0 0 1-5-5l2-2",
  close: "M4 4l10 10M14 4 4 14",
  up: "M9 13V3M5 6.5 9 2.5l4 4M3 16h12",
  stop: "M4 4h10v10H4z",
  bin: "M3 5h12M7 5V3h4v2M5 5l.7 11h6.6L13 5",
  compare: "M3 5h8M8 2l3 3-3 3M15 13H7M10 10l-3 3 3 3",
  plus: "M9 3v12M3 9h12",
  minus: "M3 9h12",
  fit: "M3 7V3h4M15 7V3h-4M3 11v4h4M15 11v4h-4",
  sun: "M9 6a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM9 1v2M9 15v2M1 9h2M15 9h2M3.3 3.3l1.4 1.4M13.3 13.3l1.4 1.4M3.3 14.7l1.4-1.4M13.3 4.7l1.4-1.4",
  right: "M7 4l5 5-5 5",
  left: "M11 4 6 9l5 5",
  check: "M3 9.5 7 13.5 15 4.5",
  warn: "M9 2.5 16.5 15.5h-15zM9 7v4M9 13v.5",
  pick: "M3 3h4M11 3h4M3 15h4M11 15h4M3 3v4M3 11v4M15 3v4M15 11v4",
};

/** A small drawing beside a word; it says nothing by itself. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 18 18");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Tells those who do not see the screen what has changed. */
export function announce(text) {
  document.getElementById("live").textContent = text;
}

/** Calls a function once the page is at rest, however often it is asked to. */
export function atRest(action, pause = 120) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), pause);
  };
}
