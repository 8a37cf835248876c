/* What is chosen, in one place: every picture and list follows it, and the address holds it. */

import { dayOf } from "./words.js";

export const DIMENSIONS = ["depot", "unit", "city", "venue", "course", "week", "request"];

export class Selection extends EventTarget {
  constructor(model, query) {
    super();
    this.model = model;
    this.values = Object.fromEntries(DIMENSIONS.map((key) => [key, query.get(key) || null]));
    this.rotation = query.get("rotation");
    this.look();
  }

  /** Chooses a value, or gives it up where it was chosen. */
  toggle(key, value) {
    this.set({ [key]: this.values[key] === value ? null : value });
  }

  /** Changes several at once; `rotation` is the one looked at, and narrows nothing. */
  set({ rotation = this.rotation, ...values }) {
    Object.assign(this.values, values);
    this.rotation = rotation;
    this.look();
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    this.set({ rotation: null, ...Object.fromEntries(DIMENSIONS.map((key) => [key, null])) });
  }

  get any() {
    return DIMENSIONS.some((key) => this.values[key] !== null);
  }

  /** Marks the rotations that match: `mask[index]`, and how many. */
  look() {
    const { depot, unit, city, venue, course, week, request } = this.values;
    const monday = week ? dayOf(week) : 0;
    const rotations = this.model.rotations;
    const carriers = this.model.units.filter((one) => (!unit || one.id === unit) && (!depot || one.depot === depot));
    this.equipment = unit || depot ? new Set(carriers.flatMap((one) => one.equipment)) : null;
    this.mask = new Uint8Array(rotations.length);
    this.count = this.people = 0;
    for (const one of rotations) {
      if (depot && one.depot !== depot) continue;
      if (unit && one.unit !== unit) continue;
      if (city && one.city !== city) continue;
      if (venue && one.venue !== venue) continue;
      if (course && one.course !== course) continue;
      if (request && one.request !== request) continue;
      if (week && (one.last < monday || one.first > monday + 6)) continue;
      this.mask[one.index] = 1;
      this.count += 1;
      this.people += one.people;
    }
  }

  /** Whether a request matches, whoever serves it. */
  takes(request) {
    const { city, venue, course, request: chosen } = this.values;
    const place = this.model.venue.get(request.venue);
    if ((city && place.city !== city) || (venue && request.venue !== venue)) return false;
    if ((course && request.course !== course) || (chosen && request.id !== chosen)) return false;
    return !this.equipment || this.equipment.has(this.model.course.get(request.course).equipment);
  }

  /** As it stands in an address. */
  query() {
    const query = new URLSearchParams();
    for (const key of DIMENSIONS) if (this.values[key]) query.set(key, this.values[key]);
    if (this.rotation) query.set("rotation", this.rotation);
    return query;
  }
}
