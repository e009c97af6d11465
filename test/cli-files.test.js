// The files of the command line: a checkpoint belongs to its output, nothing of anybody else's is cut or overwritten,
// and what killed runs leave is removed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { bin, shell } from './support/cli.js';
import { runHere, servePages } from './support/pages.js';

const pages = [
  ['@TGS#one', 'zwei', '三'],
  ['four', 'a,b', '"'],
  ['seven', 'eight'],
];
const all = pages.flat();
const ids = (some) => some.map((id) => `${id}\n`).join('');

let service;
let root;
let folder;
before(async () => {
  service = await servePages(pages);
  root = await realpath(await mkdtemp(join(tmpdir(), 'tencent-chat-groups-')));
});
after(async () => {
  service.stop();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'test-'));
});
const at = (name) => join(folder, name);
const list = (...args) => runHere(['list', '--min-interval-ms', 0, ...args], service.env);
const resume = (output, checkpoint, ...more) => list('--output', at(output), '--resume', at(checkpoint), ...more);
const read = (name) => readFile(at(name), 'utf8');
const kept = async (name) => JSON.parse(await read(name));
const edit = async (name, change) => writeFile(at(name), JSON.stringify(change(await kept(name))));

/** Every file of the folder with its content, or where it leads. */
async function contents() {
  const files = {};
  for (const name of (await readdir(folder)).sort()) {
    const is = await lstat(at(name));
    files[name] = is.isSymbolicLink() ? `-> ${await readlink(at(name))}` : is.isFile() ? await read(name) : 'folder';
  }
  return files;
}

/** A listing that has stopped after its first page: ledger and ledger.checkpoint. */
const begun = (...more) => resume('ledger', 'ledger.checkpoint', '--max-pages', 1, ...more);

describe('a checkpoint', () => {
  it("records the output, its content, and the listing's position", async () => {
    assert.equal((await begun()).status, 0);
    const { version, format, output, bytes, sha256, text, checkpoint, ...more } = await kept('ledger.checkpoint');
    assert.deepEqual(
      { version, format, output },
      { version: 2, format: 'ids', output: { path: at('ledger'), file: at('ledger') } },
    );
    const content = await read('ledger');
    assert.equal(content, ids(pages[0]));
    assert.equal(bytes, Buffer.byteLength(content));
    assert.equal(sha256, createHash('sha256').update(content).digest('hex'));
    assert.equal(text, '');
    assert.equal(checkpoint.next, '1');
    assert.deepEqual(more, {});
  });

  const others = {
    'another output, of another listing': async () => {
      await resume('other', 'other.checkpoint');
      return [
        'other',
        'ledger.checkpoint',
        /ledger\.checkpoint belongs to the output .*ledger, not to .*other\. Nothing was changed\.\nGive that file as --output, or another file as --resume\.\n/,
      ];
    },
    'another output that is long': async () => {
      await writeFile(at('precious'), 'x'.repeat(588_895));
      return ['precious', 'ledger.checkpoint', /belongs to the output .*ledger, not to .*precious/];
    },
    'another output that does not exist': async () => [
      'new',
      'ledger.checkpoint',
      /belongs to the output .*ledger, not to .*new/,
    ],
    'a copy of its output': async () => {
      await copyFile(at('ledger'), at('copy'));
      return ['copy', 'ledger.checkpoint', /belongs to the output .*ledger, not to .*copy/];
    },
    'its output with other content of the same length': async () => {
      await writeFile(at('ledger'), (await read('ledger')).replace('one', 'two'));
      return [
        'ledger',
        'ledger.checkpoint',
        /ledger does not match .*ledger\.checkpoint: the first \d+ bytes differ\. Nothing was changed\.\n/,
      ];
    },
    'its output with something added': async () => {
      await writeFile(at('ledger'), `${await read('ledger')}my own notes\n`);
      return [
        'ledger',
        'ledger.checkpoint',
        /ledger ends in 13 bytes that .*ledger\.checkpoint does not record\. Nothing was changed\.\n/,
      ];
    },
    'its output cut short': async () => {
      await truncate(at('ledger'), 5);
      return ['ledger', 'ledger.checkpoint', /has 5 bytes, but .* records \d+/];
    },
    'another file moved to the place of its output': async () => {
      await writeFile(at('precious'), 'x'.repeat(5000));
      await rename(at('precious'), at('ledger'));
      return ['ledger', 'ledger.checkpoint', /ends in \d+,?\d* bytes that|does not match /];
    },
    'a moved output that was changed': async () => {
      await rename(at('ledger'), at('moved'));
      await writeFile(at('moved'), (await read('moved')).replace('one', 'two'));
      return ['moved', 'ledger.checkpoint', /moved does not match /];
    },
    'a moved output and another file': async () => {
      await rename(at('ledger'), at('moved'));
      await writeFile(at('precious'), 'x'.repeat(5000));
      return ['precious', 'ledger.checkpoint', /Nothing was changed/];
    },
    'fewer bytes, by hand': async () => {
      await edit('ledger.checkpoint', (old) => ({ ...old, bytes: 3 }));
      return ['ledger', 'ledger.checkpoint', /Nothing was changed/];
    },
    'no bytes, by hand': async () => {
      await edit('ledger.checkpoint', (old) => ({ ...old, bytes: 0 }));
      return ['ledger', 'ledger.checkpoint', /Nothing was changed/];
    },
    'more bytes, by hand': async () => {
      await edit('ledger.checkpoint', (old) => ({ ...old, bytes: old.bytes + 1 }));
      return ['ledger', 'ledger.checkpoint', /records \d+: the output was changed/];
    },
    'fewer bytes and their right digest, by hand': async () => {
      await edit('ledger.checkpoint', (old) => ({ ...old, bytes: 0, sha256: createHash('sha256').digest('hex') }));
      return ['ledger', 'ledger.checkpoint', /ends in \d+ bytes that/];
    },
    'another text, by hand': async () => {
      await edit('ledger.checkpoint', (old) => ({
        ...old,
        bytes: 0,
        sha256: createHash('sha256').digest('hex'),
        text: 'x'.repeat(99),
      }));
      return ['ledger', 'ledger.checkpoint', /ends in \d+ bytes that/];
    },
    'a finished listing and another file': async () => {
      await rm(at('ledger'));
      await rm(at('ledger.checkpoint'));
      assert.equal((await resume('ledger', 'ledger.checkpoint')).status, 0);
      assert.equal((await kept('ledger.checkpoint')).checkpoint.next, null);
      await writeFile(at('precious'), 'x'.repeat(5000));
      return ['precious', 'ledger.checkpoint', /belongs to the output .*ledger, not to .*precious/];
    },
    'a finished listing and notes behind it': async () => {
      await resume('ledger', 'ledger.checkpoint');
      await writeFile(at('ledger'), `${await read('ledger')}my own notes\n`);
      return ['ledger', 'ledger.checkpoint', /ends in 13 bytes that/];
    },
    'next of null, by hand, and another file in place': async () => {
      await edit('ledger.checkpoint', (old) => ({ ...old, checkpoint: { ...old.checkpoint, next: null } }));
      await writeFile(at('ledger'), 'x'.repeat(5000));
      return ['ledger', 'ledger.checkpoint', /Nothing was changed/];
    },
  };
  for (const [what, arrange] of Object.entries(others)) {
    it(`refuses ${what}, and changes nothing`, async () => {
      await begun();
      const [output, checkpoint, says] = await arrange();
      const before = await contents();
      const calls = service.calls.length;
      const { status, stderr } = await resume(output, checkpoint);
      assert.match(stderr, says);
      assert.match(stderr, /^tencent-chat-groups: [^\n]+\n[^\n]+\n$/);
      assert.equal(status, 2);
      assert.deepEqual(await contents(), before);
      assert.equal(service.calls.length, calls);
    });
  }

  it('without content refuses an output with content, and changes nothing', async () => {
    const sha256 = createHash('sha256').digest('hex');
    for (const [format, bytes] of [
      ['ids', 0],
      ['csv', 0],
      ['csv', 8],
    ]) {
      const output = { path: at('precious'), file: at('precious') };
      await writeFile(
        at('empty.checkpoint'),
        JSON.stringify({ version: 2, format, output, bytes, sha256, text: '', checkpoint: null }),
      );
      await writeFile(at('precious'), 'x'.repeat(588_895));
      const before = await contents();
      const { status, stderr } = await resume('precious', 'empty.checkpoint', '--format', format);
      assert.match(stderr, /Nothing was changed/);
      assert.equal(status, 2);
      assert.deepEqual(await contents(), before);
    }
  });

  it('that is invalid or of another version is refused, and nothing is changed', async () => {
    await begun();
    const good = await kept('ledger.checkpoint');
    const { sha256: _, ...incomplete } = good;
    for (const [text, says] of [
      ['', /is not a checkpoint that this command wrote/],
      ['null', /is not a checkpoint/],
      ['[]', /is not a checkpoint/],
      ['{"version":2}', /is not a checkpoint/],
      ['my diary\n', /is not a checkpoint/],
      [`${JSON.stringify(good)} and more`, /is not a checkpoint/],
      [JSON.stringify(incomplete), /is not a checkpoint/],
      [JSON.stringify({ ...good, more: 1 }), /is not a checkpoint/],
      [JSON.stringify({ ...good, bytes: -1 }), /is not a checkpoint/],
      [JSON.stringify({ ...good, bytes: '42' }), /is not a checkpoint/],
      [JSON.stringify({ ...good, bytes: 1e300 }), /is not a checkpoint/],
      [JSON.stringify({ ...good, output: at('ledger') }), /is not a checkpoint/],
      [JSON.stringify({ ...good, output: null }), /is not a checkpoint/],
      [JSON.stringify({ ...good, checkpoint: [] }), /is not a checkpoint/],
      [JSON.stringify({ ...good, text: null }), /is not a checkpoint/],
      [JSON.stringify({ ...good, checkpoint: {} }), /--resume/],
      [JSON.stringify({ ...good, checkpoint: { ...good.checkpoint, next: 7 } }), /--resume/],
      [
        JSON.stringify({ ...good, version: 1 }),
        /is a checkpoint of version 1; this command reads version 2\.\nRemove it and its output/,
      ],
      ['{"version":1,"format":"ids","bytes":8,"checkpoint":null}', /is a checkpoint of version 1/],
    ]) {
      await writeFile(at('ledger.checkpoint'), text);
      const before = await contents();
      const { status, stderr } = await resume('ledger', 'ledger.checkpoint');
      assert.match(stderr, says, text);
      assert.equal(status, 2, text);
      assert.deepEqual(await contents(), before);
    }
  });

  it('works with a moved output, and with a moved folder', async () => {
    await begun();
    await rename(at('ledger'), at('moved'));
    assert.equal((await resume('moved', 'ledger.checkpoint', '--max-pages', 1)).status, 0);
    assert.equal((await kept('ledger.checkpoint')).output.file, at('moved'));
    await mkdir(at('new'));
    await rename(at('moved'), at('new/moved'));
    await rename(at('ledger.checkpoint'), at('new/checkpoint'));
    assert.equal((await resume('new/moved', 'new/checkpoint')).status, 0);
    assert.equal(await read('new/moved'), ids(all));
  });

  it('recognizes its output by another path', async () => {
    await begun();
    await symlink(at('ledger'), at('by-link'));
    await link(at('ledger'), at('hard-link'));
    assert.equal((await resume('by-link', 'ledger.checkpoint', '--max-pages', 1)).status, 0);
    assert.equal((await resume('hard-link', 'ledger.checkpoint')).status, 0);
    assert.equal(await read('ledger'), ids(all));
  });

  it('behind a link is replaced at the target of the link', async () => {
    await mkdir(at('kept'));
    await writeFile(at('ledger'), '');
    await begun();
    await rename(at('ledger.checkpoint'), at('kept/checkpoint'));
    await symlink(at('kept/checkpoint'), at('ledger.checkpoint'));
    assert.equal((await resume('ledger', 'ledger.checkpoint')).status, 0);
    assert.ok((await lstat(at('ledger.checkpoint'))).isSymbolicLink());
    assert.equal((await kept('kept/checkpoint')).checkpoint.next, null);
  });

  it('completes a partly written page to the byte, in each format', async () => {
    for (const format of ['ids', 'ndjson', 'csv', 'csv-safe']) {
      const whole = (await list('--format', format)).stdout;
      await begun('--format', format);
      const first = await read('ledger');
      // As a run leaves it that was killed while it appended the first page to the head, or to nothing.
      const head = format.startsWith('csv') ? 'groupId\n' : '';
      const sha256 = createHash('sha256').update(head).digest('hex');
      const killed = {
        ...(await kept('ledger.checkpoint')),
        bytes: head.length,
        sha256,
        text: first.slice(head.length),
      };
      for (let length = head.length; length <= Buffer.byteLength(first); length++) {
        await writeFile(at('ledger'), Buffer.from(first).subarray(0, length));
        await writeFile(at('ledger.checkpoint'), JSON.stringify(killed));
        assert.equal((await resume('ledger', 'ledger.checkpoint', '--format', format)).status, 0);
        assert.equal(await read('ledger'), whole, `${format}, ${length} bytes`);
      }
      await rm(at('ledger'));
      await rm(at('ledger.checkpoint'));
    }
  });
});

describe('files of others', () => {
  it('are not followed by links under the names of temporary files', async () => {
    await writeFile(at('precious'), 'precious');
    await symlink(at('precious'), at('ledger.checkpoint.next'));
    await symlink(at('precious'), at('ledger.partial'));
    assert.equal((await begun()).status, 0);
    assert.equal((await list('--output', at('ledger'))).status, 0);
    assert.equal(await read('precious'), 'precious');
    assert.equal(await readlink(at('ledger.checkpoint.next')), at('precious'));
  });

  it('are not created through a dangling link, which is refused', async () => {
    await symlink(at('nothing'), at('dangling'));
    await symlink(at('loop'), at('loop'));
    const before = await contents();
    for (const [args, says, status] of [
      [
        ['--output', at('dangling')],
        /--output .*dangling is a link to .*nothing, which does not exist\.\nRemove the link, or name the file itself\.\n/,
        2,
      ],
      [['--output', at('dangling'), '--resume', at('checkpoint')], /--output .*dangling is a link to .*nothing/, 2],
      [['--output', at('ledger'), '--resume', at('dangling')], /--resume .*dangling is a link to .*nothing/, 2],
      [['--output', at('loop')], /its symbolic links form a loop \(ELOOP\)/, 1],
      [['--output', at('loop'), '--resume', at('checkpoint')], /its symbolic links form a loop \(ELOOP\)/, 1],
    ]) {
      const ended = await list(...args);
      assert.match(ended.stderr, says);
      assert.equal(ended.status, status);
      assert.deepEqual(await contents(), before);
    }
  });

  it('at the target of a link are written, and the link stays', async () => {
    await writeFile(at('target'), 'old');
    await symlink(at('target'), at('link'));
    assert.equal((await list('--output', at('link'))).status, 0);
    assert.equal(await readlink(at('link')), at('target'));
    assert.equal(await read('target'), ids(all));
  });

  it('are appended to through /dev/stdout, or a link to it', async () => {
    await symlink('/dev/stdout', at('log'));
    await symlink('/dev/fd', at('descriptors'));
    for (const output of ['/dev/stdout', at('log'), join(at('descriptors'), '1')]) {
      await writeFile(at('precious'), 'precious\n');
      const line = `$CLI list --min-interval-ms 0 --output ${output} >> ${at('precious')}`;
      assert.deepEqual(await shell(line, service.env), { status: 0, stdout: '', stderr: '' });
      assert.equal(await read('precious'), `precious\n${ids(all)}`);
    }
  });

  it('that appear at the path of the output are not truncated', async () => {
    // The checkpoint is written before the output is opened: whatever is there then must stay.
    const { ResumableOutput } = await import('../js/cli/resumable.js');
    const { save } = ResumableOutput.prototype;
    ResumableOutput.prototype.save = async function () {
      await save.call(this);
      await writeFile(at('precious'), 'precious');
    };
    try {
      const { status, stderr } = await resume('precious', 'checkpoint');
      assert.match(stderr, /precious exists, but its checkpoint/);
      assert.equal(status, 2);
    } finally {
      ResumableOutput.prototype.save = save;
    }
    assert.equal(await read('precious'), 'precious');
    assert.match((await resume('precious', 'checkpoint')).stderr, /Nothing was changed/);
  });
});

describe('a working folder that was deleted', () => {
  const inDeleted = (args) =>
    shell(`mkdir ${at('gone')}; cd ${at('gone')}; rmdir ${at('gone')}; $CLI ${args}`, service.env);

  it('is reported where a relative path needs it', async () => {
    for (const args of ['--output groups', `--output ${at('groups')} --resume checkpoint`]) {
      const { status, stderr } = await inDeleted(`list ${args}`);
      assert.match(
        stderr,
        /^tencent-chat-groups: The working folder no longer exists, so the relative path (groups|checkpoint) has no meaning\.\nChange to a folder that exists, or give an absolute path\.\n$/,
      );
      assert.equal(status, 1);
    }
  });

  it('does not matter where no path needs it', async () => {
    assert.deepEqual(await inDeleted('count'), { status: 0, stdout: `${all.length}\n`, stderr: '' });
    assert.equal((await inDeleted(`list --min-interval-ms 0 --output ${at('groups')}`)).status, 0);
    assert.equal(await read('groups'), ids(all));
  });
});

describe('what killed runs leave behind', () => {
  const child = [];
  afterEach(async () => {
    for (const one of child.splice(0)) one.kill('SIGKILL');
  });

  /** Starts a run that waits for its second page. */
  async function waiting(...args) {
    const run = spawn(process.execPath, [bin, 'list', '--min-interval-ms', '600000', ...args], {
      env: service.env,
      stdio: 'ignore',
    });
    child.push(run);
    const { answer } = service;
    await new Promise((resolve) => {
      service.answer = (index) => {
        resolve();
        return answer(index);
      };
    });
    service.answer = answer;
    return run;
  }
  const temporary = async () => (await readdir(folder)).filter((name) => /\.(partial|next)$/.test(name));

  it('is removed by the next run, which reports it, but not while its run is alive', async () => {
    const first = await waiting('--output', at('groups'));
    const [partial] = await temporary();
    assert.match(partial, /^groups\.[0-9a-f]{8}-[0-9a-f]{16}\.partial$/);
    await symlink(folder, at('folder'));
    for (const output of [at('groups'), at('folder/groups')]) {
      const beside = await list('--output', output);
      assert.deepEqual([beside.status, beside.stderr], [0, '']);
      assert.deepEqual(await temporary(), [partial]);
    }
    first.kill('SIGKILL');
    await once(first, 'exit');
    assert.deepEqual(await temporary(), [partial]);
    const other = await list('--output', at('other'));
    assert.equal(other.stderr, '');
    const next = await list('--output', at('groups'));
    assert.equal(next.stderr, `Removed ${at(partial)}, left by a run that was killed.\n`);
    assert.equal(next.status, 0);
    assert.deepEqual(await temporary(), []);
    assert.equal(await read('groups'), ids(all));
  });

  it('is removed beside a checkpoint too', async () => {
    const { Temporaries } = await import('../js/cli/temporary.js');
    const name = (await Temporaries.of(at('checkpoint'), 'next')).name();
    await writeFile(name, '{"version":');
    const { status, stderr } = await resume('ledger', 'checkpoint');
    assert.equal(stderr, `Removed ${name}, left by a run that was killed.\n`);
    assert.equal(status, 0);
    assert.deepEqual(await temporary(), []);
  });

  it('is removed only if this command made it: other names, kinds and places stay', async () => {
    const { Temporaries } = await import('../js/cli/temporary.js');
    const temporaries = await Temporaries.of(at('groups'), 'partial');
    const [folderName, linkName] = [temporaries.name(), temporaries.name()];
    await mkdir(folderName);
    await symlink(at('precious'), linkName);
    const start = `groups.${temporaries.place}-`;
    for (const name of [
      'precious',
      'groups.partial',
      'groups.mine.partial',
      `${start}.partial`,
      `${start}0123456789abcde.partial`,
      `${start}0123456789ABCDEF.partial`,
      `${start}0123456789abcdef.next`,
      `${start}0123456789abcdef.partial.txt`,
      `my-${start}0123456789abcdef.partial`,
      'groups.00000000-0123456789abcdef.partial',
    ]) {
      await writeFile(at(name), 'precious');
    }
    const before = await contents();
    const { status, stderr } = await list('--output', at('groups'));
    assert.deepEqual([status, stderr], [0, '']);
    const { groups, ...rest } = await contents();
    assert.deepEqual(rest, before);
    assert.equal(groups, ids(all));
  });
});
