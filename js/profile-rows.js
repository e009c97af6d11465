/**
 * Profiles of groups as they cross the border: a table of numbers and two strings. See ProfileList in core/restapi.
 */

/**
 * Returns a function that makes the profiles of a query.
 * @param {readonly { name: string, kind: 'text' | 'integer' | 'switch' }[]} fields of the query
 * @param {boolean} custom whether the query has keys of custom fields
 * @returns {(count: number, rows: Float64Array, ascii: string, wide: string) => object[]} one GroupProfile for each row
 */
export function profileReader(fields, custom) {
  // V8 learns how many properties the objects of a constructor get, and leaves room for them. To an object that begins
  // as {} it adds room again and again, which takes three times as long. With this prototype they are plain objects.
  function Profile(groupId) {
    this.groupId = groupId;
  }
  Profile.prototype = Object.prototype;
  const names = fields.map(({ name }) => name);
  const kinds = fields.map(({ kind }) => kind);

  return (count, rows, ascii, wide) => {
    const text = (at) => (rows[at] < 0 ? wide.slice(~rows[at], ~rows[at + 1]) : ascii.slice(rows[at], rows[at + 1]));
    const profiles = new Array(count);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const profile = new Profile(text(at));
      at += 2;
      for (let f = 0; f < names.length; f++, at += 2) {
        if (Number.isNaN(rows[at])) continue;
        profile[names[f]] = kinds[f] === 'text' ? text(at) : kinds[f] === 'integer' ? rows[at] : rows[at] === 1;
      }
      if (custom) {
        if (!Number.isNaN(rows[at])) profile.appDefinedData = JSON.parse(text(at));
        at += 2;
      }
      profiles[i] = profile;
    }
    return profiles;
  };
}
