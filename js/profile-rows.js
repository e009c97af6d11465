/**
 * Profiles of groups as they cross the border: a table of numbers and two strings. See ProfileList in core/restapi.
 */

/** @typedef {{ groupId: string, [field: string]: unknown }} ProfileRow one GroupProfile */

/**
 * Returns a function that makes the profiles of a query.
 * @param {readonly { name: string, kind: 'text' | 'integer' | 'switch' }[]} fields of the query
 * @param {boolean} custom whether the query has keys of custom fields
 * @returns {(count: number, rows: Float64Array, ascii: string, wide: string) => ProfileRow[]}
 */
export function profileReader(fields, custom) {
  const Profile = profileClass();
  const names = fields.map(({ name }) => name);
  const kinds = fields.map(({ kind }) => kind);

  return (count, rows, ascii, wide) => {
    /** @param {number} at */
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

/**
 * Returns a constructor of plain objects. V8 learns how many properties the objects of a constructor get, and leaves
 * room for them. To an object that begins as {} it adds room repeatedly, which takes three times as long.
 * @returns {new (groupId: string) => ProfileRow}
 */
function profileClass() {
  /**
   * @this {ProfileRow}
   * @param {string} groupId
   */
  function Profile(groupId) {
    this.groupId = groupId;
  }
  Profile.prototype = Object.prototype;
  return /** @type {any} */ (Profile);
}
