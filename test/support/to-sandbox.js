// Preloaded into a process (node --import) whose text is a page's, to the letter: its calls to the service go to the
// sandbox. Everything else that is not on this machine is refused.
const service = 'https://console.tim.qq.com'; // where the SDKAppID of the pages, 1400000000, belongs
const { fetch } = globalThis;

globalThis.fetch = (input, init) => {
  const url = new URL(input);
  if (url.origin === service) return fetch(process.env.SANDBOX_ENDPOINT + url.pathname + url.search, init);
  if (['127.0.0.1', 'localhost'].includes(url.hostname)) return fetch(input, init);
  return Promise.reject(new Error(`the documentation's examples may not call ${url.origin}`));
};
