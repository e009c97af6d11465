/** The command line was used in a wrong way: exit status 2. */
export class UsageError extends Error {
  /** @param {string} message what is wrong; @param {string} [hint] what to do, in place of a pointer to the help */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/** A text of the user's for a message. What is as long as a key may be one, and is not repeated. */
export function shown(text) {
  return text.length < 40 ? `'${text}'` : `(${text.length} characters, not repeated here)`;
}
