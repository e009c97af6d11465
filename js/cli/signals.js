/**
 * The signals that end a listing cleanly, each with the exit status: 128 plus the signal's number, as shells report it.
 * @typedef {keyof typeof statuses} Signal
 */
export const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

export const signals = /** @type {Signal[]} */ (Object.keys(statuses));
