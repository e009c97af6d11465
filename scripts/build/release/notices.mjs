/** The licenses of what is compiled into a Go binary: one text, each license word for word. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const line = '-'.repeat(80);

/**
 * Returns the notices of a Go program as one text.
 * @param {string} program the import path, such as ./cmd/proxy
 * @param {Record<string, string>} env with GOOS and GOARCH: what is compiled in differs by platform
 * @throws where a module has no license file, so that no release is made without it
 */
export function noticesOf(program, env) {
  const go = (...args) => execFileSync('go', args, { env, encoding: 'utf8' }).trim();
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const modules = [...new Set(go('list', '-deps', '-f', format, program).split('\n').filter(Boolean))].sort();
  const parts = [['Go standard library', go('env', 'GOVERSION'), go('env', 'GOROOT')]];
  parts.push(...modules.map((module) => module.split('\t')));
  const texts = parts.map(([path, version, folder]) => {
    const licenses = readdirSync(folder)
      .filter((name) => /^(licen[cs]e|copying|notice|patents)/i.test(name) && !/\.go$/.test(name))
      .sort();
    if (!licenses.some((name) => /^(licen[cs]e|copying)/i.test(name))) throw new Error(`${path} has no license file`);
    const text = licenses.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
    return `${line}\n${path} ${version}\n${line}\n\n${text}\n`;
  });
  return `Third-party software in this program. Each part keeps its own license.\n\n${texts.join('\n')}`;
}
