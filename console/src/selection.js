/** Which rows are selected: ranges, since all of a million may be. */

export class Selection {
  /** From the one to before the other, in order, apart from each other. */
  ranges = [];

  clear() {
    this.ranges = [];
  }

  /** These alone, the ends included, in either order. */
  only(a, b = a) {
    this.ranges = [[Math.min(a, b), Math.max(a, b) + 1]];
  }

  /** Adds these to what is selected, the ends included, in either order. */
  add(a, b) {
    let from = Math.min(a, b);
    let to = Math.max(a, b) + 1;
    const apart = [];
    for (const range of this.ranges) {
      if (range[1] < from || range[0] > to) apart.push(range);
      else {
        from = Math.min(from, range[0]);
        to = Math.max(to, range[1]);
      }
    }
    this.ranges = [...apart, [from, to]].sort(([one], [other]) => one - other);
  }

  /** Puts one row in, or takes it out. */
  toggle(row) {
    const ranges = [];
    let was = false;
    for (const [from, to] of this.ranges) {
      if (row < from || row >= to) ranges.push([from, to]);
      else {
        was = true;
        if (from < row) ranges.push([from, row]);
        if (row + 1 < to) ranges.push([row + 1, to]);
      }
    }
    if (!was) ranges.push([row, row + 1]);
    this.ranges = ranges.sort(([a], [b]) => a - b);
  }

  has(row) {
    return this.ranges.some(([from, to]) => from <= row && row < to);
  }

  get size() {
    return this.ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  }
}
