// A folder in which the blocks of a page run: with the package installed, the sandbox's key in key.txt, and what
// earlier blocks left there. What a shell block exports, the next ones have, as in a reader's terminal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startSandbox } from '../../scripts/programs/sandbox.mjs';
import { faultFile } from './faults.js';
import { faults, root } from './snippets.js';

export const sandboxFlags = ['--groups', '12000', '--interval', '0s'];
const preload = new URL('to-sandbox.js', import.meta.url).href;
const exported = '.exported'; // the environment, from block to block

export class PageFolder {
  /** @param {[name: string, path: string][]} packages more folders for node_modules */
  static async open(packages = []) {
    const self = new PageFolder();
    self.path = await mkdtemp(join(tmpdir(), 'tencent-chat-groups-'));
    const modules = join(self.path, 'node_modules');
    await mkdir(join(modules, '.bin'), { recursive: true });
    await symlink(root, join(modules, 'tencent-chat-groups'));
    await symlink(join(root, 'node_modules', 'tls-sig-api-v2'), join(modules, 'tls-sig-api-v2'));
    for (const [name, path] of packages) await symlink(path, join(modules, name));
    await writeFile(
      join(modules, '.bin', 'tencent-chat-groups'),
      `#!/bin/sh\nexec node "${root}bin/tencent-chat-groups.js" "$@"\n`,
    );
    await chmod(join(modules, '.bin', 'tencent-chat-groups'), 0o755);
    await self.save('package.json', '{"private":true}\n');
    await self.save(exported, '');
    self.sandbox = await startSandbox(sandboxFlags);
    await self.save('key.txt', `${self.sandbox.options.secretKey}\n`);
    return self;
  }

  async close() {
    await this.sandbox.stop();
    await rm(this.path, { recursive: true });
  }

  save(name, content) {
    return writeFile(join(this.path, name), content);
  }

  /** Starts a bash script, with what earlier ones exported. */
  start(script, { endpoint = this.sandbox.options.endpoint } = {}) {
    const whole = [
      'set -eu -o pipefail',
      `. ./${exported}`,
      `export NODE_OPTIONS='--import=${preload}' SANDBOX_ENDPOINT='${endpoint}' npm_config_offline=true`,
      script,
      `export -p > ${exported}`,
    ].join('\n');
    const env = { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), HOME: this.path };
    return spawn('bash', ['-c', whole], { cwd: this.path, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Runs a block of the page: a shell script, or an ES module in a Node.js process of its own. */
  async run(snippet) {
    let script = snippet.code;
    if (snippet.language === 'js') {
      const name = `line-${snippet.line}.mjs`;
      await this.save(name, snippet.code);
      script = `node ${name}`;
    }
    if (snippet.faults === undefined) return this.#finish(script, this.sandbox);
    const file = await faultFile(faults[snippet.faults]);
    const failing = await startSandbox([...sandboxFlags, '--faults', file.path]);
    try {
      return await this.#finish(script, failing);
    } finally {
      await failing.stop();
      await file.remove();
    }
  }

  async #finish(script, sandbox) {
    const before = sandbox.calls.length;
    const child = this.start(script, sandbox.options);
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, stdout, stderr, calls: sandbox.calls.length - before };
  }
}
