/**
 * What is kept of an error that came from elsewhere (fetch, a userSig function) as the `cause` of ours. The original is
 * not: some runtimes write the URL that failed, signature included, into properties of their errors.
 */

const maxDepth = 5;
const maxCharacters = 16384; // of each text: nobody reads more

/** Copies names, messages and codes along the chain of causes, each passed through `redact`. */
export function cleanCause(error, redact) {
  return copyOf(chainOf(error), redact);
}

/** Describes an error in one line, by the innermost message, and with the system's code if one is known. */
export function describeError(error) {
  let text = '';
  let code = '';
  for (const link of chainOf(error)) {
    text = link.message || text;
    code = link.code || code;
  }
  return { text, code };
}

function copyOf([link, ...inner], redact) {
  const copy = new Error(redact(link.message), inner.length > 0 ? { cause: copyOf(inner, redact) } : undefined);
  Object.defineProperty(copy, 'name', { value: redact(link.name) });
  if (link.code) copy.code = redact(link.code);
  copy.stack = redact(link.stack || `${link.name}: ${link.message}`); // its own would show where it was copied
  return copy;
}

/** The error and its causes, as plain texts. */
function chainOf(error) {
  const chain = [];
  let link = error;
  do {
    const of = link;
    if (isError(of)) {
      const read = (name) => textOf(() => of[name]);
      chain.push({ name: read('name') || 'Error', message: read('message'), code: codeOf(of), stack: read('stack') });
    } else {
      chain.push({
        name: 'Error',
        message: textOf(() => (typeof of === 'symbol' ? String(of) : of)),
        code: '',
        stack: '',
      });
    }
    link = innerOf(of);
  } while (link != null && chain.length < maxDepth);
  return chain;
}

/** A text of whatever it is; what throws when it is looked at has none. */
function textOf(read) {
  try {
    const value = read();
    return value == null ? '' : String(value).slice(0, maxCharacters);
  } catch {
    return '';
  }
}

/** The code of a system error, '' if there is none: a DOMException's is a number, and others' may be anything. */
function codeOf(error) {
  const code = textOf(() => (typeof error.code === 'string' ? error.code : ''));
  return /^[A-Z]\w{0,99}$/i.test(code) ? code : '';
}

function isError(value) {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

// Of a host with several addresses that all failed, the first one's error stands for all.
function innerOf(error) {
  try {
    return error instanceof Error ? (error.errors?.[0] ?? error.cause) : undefined;
  } catch {
    return undefined;
  }
}
