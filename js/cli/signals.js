/** The signals that end a run cleanly, and its exit status then: 128 and the signal's number, as shells have it. */
export const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
