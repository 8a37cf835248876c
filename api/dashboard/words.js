/* What the page says, in the language of the page: texts, numbers, dates. */

import { WORDS } from "./shared.js";

export const LANGUAGES = ["en", "id"];
const DAY = 86_400_000;

export let language = document.documentElement.lang === "id" ? "id" : "en";

/** From now on the page speaks this language. */
export function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  localStorage.setItem("mtu-language", chosen);
}

/** The text of a key, its {gaps} filled in. */
export function say(key, values = {}) {
  const text = WORDS[key];
  if (!text) throw new Error(`no text for ${key}`);
  return text[LANGUAGES.indexOf(language)].replace(/\{(\w+)\}/g, (_, gap) => values[gap]);
}

/** Whether there is a text for a key. */
export const known = (key) => key in WORDS;

const locale = () => (language === "id" ? "id-ID" : "en-GB");
const formats = new Map();

function format(kind, options) {
  const key = `${language} ${kind.name} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new kind(locale(), options));
  return formats.get(key);
}

/** A number with grouped thousands. */
export function number(value, digits = 0) {
  return format(Intl.NumberFormat, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** A share of one as per cent. */
export const percent = (share, digits = 0) => `${number(100 * share, digits)}\u00a0%`;

/** A proven gap, never said smaller than it is. */
export function gapText(gap) {
  const digits = gap >= 0.01 ? 1 : 2;
  return `${number(Math.ceil(gap * 100 * 10 ** digits - 1e-9) / 10 ** digits, digits)}\u00a0%`;
}

/** A proven limit, rounded up: a number below it would not be proven. */
export const limitText = (value) => number(Math.ceil(value * 10 - 1e-9) / 10, 1);

/** Days are whole numbers, counted from 1 January 1970. */
export const dayOf = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY;
export const isoOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
/** 0 for Monday. */
export const weekdayOf = (day) => (day + 3) % 7;
export const mondayOf = (day) => day - weekdayOf(day);
/** The day it is here. */
export const today = () => Math.floor((Date.now() - new Date().getTimezoneOffset() * 60_000) / DAY);

const dated = (options) => (day) => format(Intl.DateTimeFormat, { ...options, timeZone: "UTC" }).format(day * DAY);
export const dayText = dated({ day: "numeric", month: "short", year: "numeric" });
export const dayMonth = dated({ day: "numeric", month: "short" });
export const dayFull = dated({ weekday: "short", day: "numeric", month: "short" });
export const monthYear = dated({ month: "long", year: "numeric" });
export const monthShort = dated({ month: "short", year: "2-digit" });

/** A span of days, both included, as short as it can be said. */
export function span(first, last) {
  if (first === last) return dayText(first);
  const [a, b] = [isoOf(first), isoOf(last)];
  if (a.slice(0, 7) === b.slice(0, 7)) return `${Number(a.slice(8))}–${dayText(last)}`;
  return `${a.slice(0, 4) === b.slice(0, 4) ? dayMonth(first) : dayText(first)} – ${dayText(last)}`;
}

/** Number of the ISO week. */
export function weekOf(day) {
  const thursday = mondayOf(day) + 3;
  const first = dayOf(`${isoOf(thursday).slice(0, 4)}-01-01`);
  return Math.floor((thursday - first) / 7) + 1;
}

/** A moment of the service as a person here reads it. */
export function moment(iso) {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** Seconds as a person says them. */
export function duration(seconds) {
  if (seconds < 100) return say("in_seconds", { n: number(seconds, seconds < 10 ? 1 : 0) });
  return say("in_minutes", { n: number(seconds / 60, seconds % 60 && seconds < 600 ? 1 : 0) });
}
