// A certificate for 127.0.0.1, made by a program among Go's sources.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes a certificate and its key in a folder, valid for a day. Returns their paths. */
export async function makeCertificate(folder) {
  const goRoot = (await run('go', ['env', 'GOROOT'])).stdout.trim();
  const program = join(goRoot, 'src/crypto/tls/generate_cert.go');
  await run('go', ['run', program, '--host', '127.0.0.1', '--ecdsa-curve', 'P256', '--duration', '24h'], {
    cwd: folder,
  });
  return { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
}
