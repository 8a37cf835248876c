/* Colours for canvases: those of the style sheet, and one per course as in all figures. */

import { COLOURS } from "./shared.js";

/** The style sheet's colours by name, read anew when light turns dark. */
export function tones() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ground", "paper", "ink", "muted", "line", "accent", "good", "warn", "weekend", "holiday", "closed", "depot-day", "faint"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** The colour of a course. */
export const courseColour = (course) => COLOURS[course.number % COLOURS.length];

/** Pixels of the page's letter size. */
export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

/** A canvas of sharp pixels for its size on screen; gives its context, width and height. */
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

/** Draws at the next frame, once, however often it is asked. */
export function nextFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

export const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';

/** A text cut to a width, by halves. */
export function cut(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low > 1 ? `${text.slice(0, low).trimEnd()}…` : "";
}
