// Promise.withResolvers, which Node.js 20 has not.
export function withResolvers() {
  let resolve;
  const promise = new Promise((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
