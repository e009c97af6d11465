/** Colours, where they are wanted, and texts that fit a terminal. */

/** Whether a stream is a terminal on which a line can be written over. */
export const isScreen = (stream, env) => Boolean(stream.isTTY) && env.TERM !== 'dumb';

/**
 * The colours for a stream: functions that put a text in one, or leave it as it is. FORCE_COLOR wins over NO_COLOR, both
 * win over what the stream is.
 */
export function colours(stream, env) {
  const on = env.FORCE_COLOR ? !/^(0|false)$/.test(env.FORCE_COLOR) : !env.NO_COLOR && isScreen(stream, env);
  const paint = (start, end) => (text) => (on && text ? `\x1b[${start}m${text}\x1b[${end}m` : text);
  return { red: paint('1;31', '0'), green: paint('32', '39') };
}

/** As much of a text as fits some columns. What is no ASCII may be two columns wide. */
export function fitting(text, columns) {
  let used = 0;
  let fits = '';
  for (const character of text) {
    used += character <= '~' ? 1 : 2;
    if (used > columns) break;
    fits += character;
  }
  return fits;
}
