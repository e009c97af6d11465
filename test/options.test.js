// Bad input is refused before anything is sent, by an error that names the option, the value and what is accepted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createClient, listAllGroups, listGroups, paginateGroups, ValidationError } from '../js/node.js';

const good = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: 'a-made-up-secret-key' };
const without = (name) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

const cases = [
  [{ limit: 0 }, 'limit', /limit must be a whole number from 1 to 10000; got 0\./],
  [{ limit: 10001 }, 'limit', /from 1 to 10000; got 10001\./],
  [{ limit: 1.5 }, 'limit', /got 1\.5\./],
  [{ limit: Number.NaN }, 'limit', /got NaN\./],
  [{ limit: '20' }, 'limit', /got the string '20'\./],
  [{ limit: null }, 'limit', /got null\./],
  [{ limit: 20n }, 'limit', /got 20n\./],
  [{ next: -1 }, 'next', /next must be a cursor.*got -1\./],
  [
    { next: 2 ** 53 + 2 },
    'next',
    /9007199254740994 is larger than a JavaScript number holds exactly.*string or a bigint/,
  ],
  [{ next: 'abc' }, 'next', /got the string 'abc'\./],
  [{ next: '007' }, 'next', /got the string '007'\./],
  [{ next: 2n ** 63n }, 'next', /got 9223372036854775808n\./],
  [{ next: null }, 'next', /marks the end of a listing/],
  [{ groupType: 'public' }, 'groupType', /got the string 'public': did you mean Public\?/],
  [{ groupType: 7 }, 'groupType', /one of Public, Private.*got 7\./],
  [{ sdkAppId: 0 }, 'sdkAppId', /from 1 to 4294967295; got 0\./],
  [{ sdkAppId: 2 ** 32 }, 'sdkAppId', /got 4294967296\./],
  [{ sdkAppId: '14' }, 'sdkAppId', /got the string '14'\./],
  [{ identifier: '' }, 'identifier', /a string of 1 to 255 bytes/],
  [{ identifier: '\ud800' }, 'identifier', /half of a character/],
  [{ region: 'Singapore' }, 'region', /did you mean singapore\?/],
  [
    { endpoint: 'http://console.tim.qq.com' },
    'endpoint',
    /must be https.*got the string 'http:\/\/console\.tim\.qq\.com'/,
  ],
  [{ endpoint: 'https://a.example/?x=1' }, 'endpoint', /must not have a query/],
  [{ endpoint: 'https://user:password@a.example' }, 'endpoint', /must not hold a user name or password/],
  [
    { endpoint: `https://a.example/${'x'.repeat(4079)}` },
    'endpoint',
    /must be a URL, a string of at most 4096 characters; got a string of 4097 characters\.$/,
  ],
  [{ identifier: 'x'.repeat(5000) }, 'identifier', /of 1 to 255 bytes\); got a string of 5000 characters\./],
  [{ next: '1'.repeat(5000) }, 'next', /got a string of 5000 characters\./],
  [{ limit: 10n ** 5000n }, 'limit', /got a bigint of 5001 characters\./],
  [{ groupType: Array(1000).fill('Public') }, 'groupType', /got an array of 1000 values\./],
  [
    { resume: { own: 'x'.repeat(70_000) } },
    'resume',
    /a checkpoint, of at most 65536 characters as JSON; got a checkpoint of 70010 characters\./,
  ],
  [JSON.parse('{"__proto__": 5}'), '__proto__', /Unknown option '__proto__'/],
  [{ endpoint: 'https://a.example', region: 'china' }, 'endpoint', /endpoint and region are both given/],
  [{ lmit: 5 }, 'lmit', /Unknown option 'lmit': did you mean limit\?/],
  [{ fetch: 'fetch' }, 'fetch', /fetch must be a function.*got a string\./],
  [{ headers: { 'not a name': 'x' } }, 'headers', /what new Headers\(\) takes/],
  [{ credentials: 'all' }, 'credentials', /omit, same-origin, include/],
  [{ signal: new AbortController() }, 'signal', /an AbortSignal; got an AbortController\./],
  [{ timeoutMs: 0 }, 'timeoutMs', /from 1 to 3600000; got 0\./],
  [{ maxRetries: -1 }, 'maxRetries', /got -1\./],
  [{ minIntervalMs: Infinity }, 'minIntervalMs', /got Infinity\./],
  [{ maxPages: 0 }, 'maxPages', /got 0\./],
  [{ onProgress: {} }, 'onProgress', /must be a function; got an Object\./],
  [{ resume: {} }, 'resume', /is not a checkpoint of this package: it has no version/],
  [{ resume: 'page 3' }, 'resume', /must be a checkpoint.*got a string\./],
  [{ userSig: 'x' }, 'userSig', /more than one credential: give exactly one of userSig/],
  [{ proxy: 'https://proxy.example' }, 'userSig', /more than one credential/],
];

describe('a ValidationError', () => {
  for (const [wrong, option, message] of cases) {
    it(`tells what is wrong with ${inspect(wrong, { breakLength: Infinity })}`, async () => {
      let sent = 0;
      const options = { fetch: () => sent++, ...good, ...wrong };
      for (const run of [listGroups, listAllGroups, (o) => paginateGroups(o).next()]) {
        await assert.rejects(run(options), (error) => {
          assert.ok(error instanceof ValidationError);
          assert.equal(error.kind, 'validation');
          assert.equal(error.option, option);
          assert.match(error.message, message);
          assert.equal(error.retryable, false);
          return true;
        });
      }
      assert.equal(sent, 0);
    });
  }

  it('tells that there is no credential, no app, no admin', async () => {
    await assert.rejects(listGroups(without('secretKey')), {
      option: 'userSig',
      message: /no credential: give exactly one of/,
    });
    await assert.rejects(listGroups(without('sdkAppId')), { option: 'sdkAppId', message: /sdkAppId is missing/ });
    await assert.rejects(listGroups(without('identifier')), { option: 'identifier', message: /identifier is missing/ });
    for (const nothing of [undefined, {}]) await assert.rejects(listGroups(nothing), { message: /no credential/ });
    for (const wrong of [null, 'x', 42, listGroups]) {
      await assert.rejects(listGroups(wrong), { option: 'options', message: /^options must be an object; got / });
    }
  });

  it('never repeats a secret, under whatever name it was given', async () => {
    const secret = 'b3d1f0c2-made-up';
    for (const wrong of [
      { secretKey: 42, userSig: secret },
      { secretKey: [secret] },
      { secretKEY: secret },
      { usersig: secret },
      { endpoint: `https://x.example/?usersig=${secret}` },
      { endpoint: `https://admin:${secret}@x.example/` },
      { headers: { authorization: `Bearer ${secret}\nx: y` } },
    ]) {
      await assert.rejects(listGroups({ ...good, ...wrong }), (error) => {
        assert.ok(error instanceof ValidationError, inspect(error));
        assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(secret));
        return true;
      });
    }
  });

  it('tells of white space around a secret, as a file has it that ends in a line feed', async () => {
    for (const credential of [{ secretKey: 'made-up\n' }, { secretKey: ' ' }, { userSig: ' made-up' }]) {
      const [name] = Object.keys(credential);
      await assert.rejects(listGroups({ sdkAppId: 1400000000, identifier: 'a', ...credential }), (error) => {
        assert.ok(error instanceof ValidationError);
        assert.equal(error.option, name);
        assert.match(error.message, /got a string with white space around it\.$/);
        return true;
      });
    }
  });

  it('does not repeat a secret that was taken for the name of an option', async () => {
    const secret = '0123456789abcdef'.repeat(4);
    await assert.rejects(listGroups({ proxy: 'https://proxy.example', [secret]: 1 }), (error) => {
      assert.equal(error.option, '[redacted]');
      assert.ok(!inspect(error).includes(secret));
      return true;
    });
  });

  it('tells that there are no options where there should be, from clients too', async () => {
    const who = { proxy: 'https://proxy.example' };
    for (const [call, got] of [
      [() => listGroups([who]), 'an array'],
      [() => createClient(who).countGroups(5), 'a number'],
      [() => createClient(who).countGroups(null), 'null'],
      [() => createClient('x').countGroups(), 'a string'],
      [() => createClient([who]).countGroups({}), 'an array'],
    ]) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof ValidationError);
        assert.equal(error.message, `options must be an object; got ${got}.`);
        return true;
      });
    }
  });

  it('comes at once, however long a list of group types is', async () => {
    const groupType = new Array(1_000_000).fill('Public');
    await assert.rejects(
      listAllGroups({ proxy: 'https://proxy.example', groupType }),
      /got an array of 1000000 values/,
    );
  });

  it('of paginateGroups comes from next(), whatever its options do', async () => {
    const throws = () => {
      throw new Error('of the caller');
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const options of [
      { ...good, limit: 0 },
      {
        ...good,
        get limit() {
          return throws();
        },
      },
      {
        ...good,
        get signal() {
          return throws();
        },
      },
      {
        ...good,
        get headers() {
          return throws();
        },
      },
      { ...good, signal: new Proxy({}, { get: throws }) },
      { ...good, headers: new Proxy({}, { get: throws, ownKeys: throws }) },
      { ...good, resume: { toJSON: throws } },
      { ...good, groupType: new Proxy([], { get: throws }) },
      new Proxy(good, { ownKeys: throws }),
      new Proxy(good, { get: throws }),
      proxy,
      null,
      'options',
    ]) {
      const pages = paginateGroups(options);
      await assert.rejects(pages.next(), ValidationError);
      assert.deepEqual(await pages.next(), { done: true, value: undefined });
    }
  });

  it('comes from clients as well, when a function is called', async () => {
    const client = createClient({ ...good, limit: 0 });
    await assert.rejects(client.listGroups(), { option: 'limit' });
  });
});
