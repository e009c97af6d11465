/** The command line was used wrongly: exit status 2. */
export class UsageError extends Error {
  /** @type {string | undefined} the command that was given, whose help is referred to */
  command;

  /**
   * @param {string} message what is wrong
   * @param {string} [hint] what to do, instead of a reference to the help
   */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Quotes the user's text for a message. A text as long as a key is not repeated: it may be one.
 * @param {string} text
 */
export function quoted(text) {
  return text.length < 40 ? `'${text}'` : `(${text.length} characters, not shown)`;
}
