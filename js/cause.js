/**
 * What is kept of an error that came from elsewhere (fetch, a userSig function) as the `cause` of ours. The original is
 * not: some runtimes write the URL that failed, signature included, into properties of their errors.
 */

const maxDepth = 5;

/** Copies names, messages and codes along the chain of causes, each passed through `redact`. */
export function cleanCause(error, redact, depth = 0) {
  if (!(error instanceof Error)) return new Error(redact(String(error)));
  const inner = innerOf(error);
  const copy = new Error(
    redact(String(error.message)),
    inner && depth < maxDepth ? { cause: cleanCause(inner, redact, depth + 1) } : undefined,
  );
  const name = redact(String(error.name));
  Object.defineProperty(copy, 'name', { value: name });
  if (typeof error.code === 'string') copy.code = redact(error.code);
  // The copy's own stack would show where it was copied; the original's first line repeats the message.
  copy.stack = redact(String(error.stack ?? copy));
  return copy;
}

/** Describes an error in one line, by the innermost message, and with the system's code if one is known. */
export function describeError(error) {
  let text = '';
  let code = '';
  for (let depth = 0; error != null && depth <= maxDepth; depth++) {
    if (!(error instanceof Error)) return { text: String(error), code };
    if (error.message) text = String(error.message);
    if (typeof error.code === 'string') code = error.code;
    error = innerOf(error);
  }
  return { text, code };
}

// Of a host with several addresses that all failed, the first one's error stands for all.
function innerOf(error) {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return error.cause;
}
