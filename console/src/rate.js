/** How fast a listing gets on. */

// Of so many pages the rate is measured: it follows a service that becomes slower, and is calm enough to be read.
const remembered = 10;

export class Rate {
  #now;
  #marks = []; // { ms, listed }

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** A listing starts or resumes with this many. */
  begin(listed) {
    this.#marks = [{ ms: this.#now(), listed }];
  }

  /** So many are listed now. */
  at(listed) {
    this.#marks.push({ ms: this.#now(), listed });
    if (this.#marks.length > remembered) this.#marks.shift();
  }

  /** Groups a second; undefined while nobody can tell. */
  get perSecond() {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    return last && last.ms > first.ms ? ((last.listed - first.listed) * 1000) / (last.ms - first.ms) : undefined;
  }
}
