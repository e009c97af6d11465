/**
 * Tells the core what a caller asked for. The core checks it all; here each option is only put into words: its type and,
 * where the core may know it, its value. Of a secret it learns that it is there, and no more.
 */

const secret = /usersig|key|secret|token|password/i; // misspelt names too

/** Writes the text that core.ReadOptions reads. */
export function describeOptions(call, options, { runtime, origin }) {
  const described = {};
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value !== undefined) described[name] = describe(name, value);
  }
  return JSON.stringify({ call, runtime, origin, options: described });
}

function describe(name, value) {
  if (value === null) return ['null'];
  switch (typeof value) {
    case 'string':
      if (secret.test(name)) return [value === '' ? 'empty string' : 'string'];
      return ['string', value];
    case 'number':
    case 'bigint':
    case 'boolean':
      return secret.test(name) ? [typeof value] : [typeof value, String(value)];
    case 'object':
      return describeObject(name, value);
    default:
      return [typeof value];
  }
}

function describeObject(name, value) {
  switch (name) {
    case 'signal':
      if (typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function') {
        return ['AbortSignal'];
      }
      break;
    case 'headers':
      try {
        new Headers(value);
        return ['headers'];
      } catch {
        return ['object that Headers refuses']; // its message would repeat the value
      }
    case 'resume':
      try {
        return ['checkpoint', JSON.stringify(value)];
      } catch {
        break; // circular, or with a bigint: no checkpoint
      }
  }
  return [value.constructor?.name || 'object'];
}
