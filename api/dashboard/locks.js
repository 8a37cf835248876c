/* Rotations that are to stay when planning again, at first those that were fixed before; kept in this browser, per plan. */

export class Locks extends EventTarget {
  constructor(plan, pinned) {
    super();
    this.name = `mtu-locks-${plan}`;
    this.ids = new Set(JSON.parse(localStorage.getItem(this.name)) ?? pinned);
  }

  has(id) {
    return this.ids.has(id);
  }

  get size() {
    return this.ids.size;
  }

  /** Locks rotations; where all of them are locked already, unlocks them. */
  catch(ids) {
    const all = ids.every((id) => this.ids.has(id));
    for (const id of ids) all ? this.ids.delete(id) : this.ids.add(id);
    this.keep();
  }

  clear() {
    this.ids.clear();
    this.keep();
  }

  keep() {
    localStorage.setItem(this.name, JSON.stringify([...this.ids]));
    this.dispatchEvent(new Event("change"));
  }
}
