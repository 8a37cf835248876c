/* A plan with everything it speaks of looked up once; what is shown of it is drawn from here. */

import { dayOf } from "./words.js";

const DEFAULTS = { access: "L", rooms: 1, facilities: [], lead_days: 0, district: "", address: "" };

export class PlanModel {
  /**
   * @param info what the service tells of the plan, `plan` included where it has ended
   * @param scenario as it was planned
   * @param rows the rotations to show
   */
  constructor(info, scenario, rows) {
    this.info = info;
    this.plan = info.plan;
    this.scenario = scenario;
    this.start = dayOf(scenario.start);
    this.end = dayOf(scenario.end);
    this.days = this.end - this.start + 1;
    this.depots = scenario.depots ?? [];
    this.courses = scenario.courses ?? [];
    this.venues = (scenario.venues ?? []).map((venue) => ({ ...DEFAULTS, ...venue }));
    this.units = (scenario.units ?? []).map((unit) => ({ vehicle: "M", ...unit }));
    this.requests = scenario.requests ?? [];
    this.depot = byId(this.depots);
    this.course = byId(this.courses);
    this.venue = byId(this.venues);
    this.unit = byId(this.units);
    this.request = byId(this.requests);
    this.courses.forEach((course, number) => (course.number = number));
    this.cities = [...new Set(this.venues.map((venue) => venue.city))];
    this.kinds = [...new Set(this.venues.map((venue) => venue.kind))];
    this.rotations = rows.map((row, index) => {
      const [unit, venue] = [this.unit.get(row.unit), this.venue.get(row.venue)];
      return {
        ...row,
        index,
        first: dayOf(row.start),
        last: dayOf(row.end),
        unitRow: unit,
        venueRow: venue,
        courseRow: this.course.get(row.course),
        city: venue.city,
        depot: unit.depot,
      };
    });
    this.rotation = byId(this.rotations);
    this.byUnit = grouped(this.rotations, "unit");
    this.byVenue = grouped(this.rotations, "venue");
    this.byRequest = grouped(this.rotations, "request");
    this.requestsAt = grouped(this.requests, "venue");
    this.unserved = this.plan?.unserved ?? [];
    this.calendar = null;
  }

  /** Takes in what the service knows of the days. */
  setCalendar(calendar) {
    this.calendar = calendar.days;
    this.stay = new Map(calendar.stays.map((stay) => [stay.rotation, stay]));
    this.unitDays = new Map(calendar.units.map((row) => [row.unit, row]));
  }

  /** People requested and served, of all requests that a test lets through. */
  demand(test = () => true) {
    let [requested, served] = [0, 0];
    for (const request of this.requests) {
      if (!test(request)) continue;
      requested += request.people;
      for (const rotation of this.byRequest.get(request.id) ?? []) served += rotation.people;
    }
    return { requested, served };
  }
}

function byId(rows) {
  return new Map(rows.map((row) => [row.id, row]));
}

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    if (!groups.has(row[key])) groups.set(row[key], []);
    groups.get(row[key]).push(row);
  }
  for (const group of groups.values()) if (group[0].first !== undefined) group.sort((a, b) => a.first - b.first);
  return groups;
}
