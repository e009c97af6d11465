// `make console`: starts a sandbox and the signing proxy with its console, prints where it is, and stops both when interrupted.
import { startProxy } from '../programs/proxy.mjs';
import { startSandbox } from '../programs/sandbox.mjs';

const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
});

const groups = process.env.GROUPS ?? '25000';
const sandbox = await startSandbox(['--groups', groups]);
try {
  const proxy = await startProxy(sandbox.options);
  console.log(`The console, in front of a sandbox with ${groups} groups:

  ${proxy.url}/
  Token: ${proxy.token}

Ctrl+C stops it.`);
  const ended = await Promise.race([interrupted, proxy.exited.then(() => 'ended')]);
  if (ended === 'ended') {
    console.error(`The proxy ended by itself:\n${proxy.output.slice(-3).join('\n')}`);
    process.exitCode = 1;
  } else await proxy.stop();
} finally {
  await sandbox.stop();
}
