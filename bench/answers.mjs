// Answers as the server sends them, and as it never has but may.

const encoder = new TextEncoder();

// Like the vendor's: @TGS#2 and eight letters or digits; now and then one that an app chose.
const ids = (count) =>
  Array.from({ length: count }, (_, i) => {
    const text = ((i * 2654435761) % 2 ** 40).toString(36).toUpperCase().padStart(8, '2').slice(-8);
    return i % 10 === 0 ? `app-${text.toLowerCase()}-room` : `@TGS#2${text}`;
  });

const head = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"TotalCount":1000000,"GroupIdList":[';

/** A page in the compact form that the server sends. Its Next is the page's number, so that no cursor comes twice. */
export function compactAnswer(count, next) {
  const entries = ids(count).map((id) => `{"GroupId":${JSON.stringify(id)}}`);
  return encoder.encode(`${head}${entries.join(',')}],"Next":${next}}`);
}

/** The same with white space, other field order, unknown fields, and escapes and non-ASCII in one ID of ten. */
export function unusualAnswer(count, next) {
  const entries = ids(count).map((id, i) => {
    if (i % 10 === 3) return `    { "GroupId" : "${id.slice(0, 4)}\\u00e9\\"${id.slice(4)}群组" }`;
    return i % 10 === 7 ? `    { "Type": "Public", "GroupId": "${id}" }` : `    { "GroupId": "${id}" }`;
  });
  const list = `"GroupIdList": [\n${entries.join(',\n')}\n  ]`;
  return encoder.encode(
    `{\n  "Next": ${next},\n  ${list},\n  "Extra": [1, 2.5e3, null, {"a": "b"}],\n  "TotalCount": 1000000,\n  "ErrorCode": 0,\n  "ErrorInfo": "",\n  "ActionStatus": "OK"\n}`,
  );
}
