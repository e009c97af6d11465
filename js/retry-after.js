/** Reads a Retry-After header (RFC 9110, section 10.2.3): seconds, or a date in one of HTTP's three forms. */

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const time = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';
// Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT
const dayFirst = new RegExp(
  `^[A-Z][a-z]+, (?<day>\\d\\d)[ -](?<month>[A-Z][a-z]{2})[ -](?<year>\\d\\d|\\d{4}) ${time} GMT$`,
);
// Sun Nov  6 08:49:37 1994
const monthFirst = new RegExp(`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`);
const betweenValues = /,(?!\s*\d\d[ -][A-Z])/; // a comma that is not part of a date

/**
 * Returns the pause that the server asks for, in ms from now, at most Number.MAX_SAFE_INTEGER. Of several values, which
 * proxies on the way may have added, the longest pause counts; what is neither whole seconds nor a date is ignored.
 * @param {unknown} value of Retry-After
 * @param {unknown} date value of Date: the server's clock, by which a date is measured
 */
export function retryAfterMs(value, date) {
  if (typeof value !== 'string') return 0;
  let longest = 0;
  for (const part of value.split(betweenValues)) {
    const text = part.trim();
    const ms = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs(text) - (dateMs(date) || Date.now());
    if (ms > longest) longest = ms;
  }
  return Math.min(longest, Number.MAX_SAFE_INTEGER);
}

/**
 * Returns the time of a date in ms since 1970, NaN if it is none.
 * @param {unknown} text
 */
function dateMs(text) {
  if (typeof text !== 'string') return Number.NaN;
  const parts = (dayFirst.exec(text) ?? monthFirst.exec(text))?.groups;
  if (!parts) return Number.NaN;
  const month = months.indexOf(parts.month) / 3;
  let year = Number(parts.year);
  if (parts.year.length === 2) {
    // The last such year that is not more than 50 years ahead.
    const thisYear = new Date().getUTCFullYear();
    year += thisYear - (thisYear % 100);
    if (year > thisYear + 50) year -= 100;
  }
  const [dayOfMonth, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const day = new Date(Date.UTC(year, month, dayOfMonth));
  if (day.getUTCMonth() !== month || day.getUTCDate() !== dayOfMonth) return Number.NaN; // there is no such day
  return Date.UTC(year, month, dayOfMonth, hour, minute, second);
}
