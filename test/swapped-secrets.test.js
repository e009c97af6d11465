// A secret in the place of the other one: a key must never be sent, and a UserSig makes no UserSig.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countGroups } from '../js/node.js';
import { sign } from '../js/sign.js';
import { run } from './support/cli.js';

const key = 'F0e1d2c3b4a5968778695a4b3c2d1e0f'.repeat(2);
const who = { sdkAppId: 1400000000, identifier: 'administrator' };
const userSig = await sign({ ...who, secretKey: key, expireSeconds: 600 });

const fetch = () => assert.fail('nothing may be sent');
const rejection = (options) => countGroups({ ...who, fetch, ...options }).then(assert.fail, (error) => error);

/** A UserSig as the vendor's library for Node.js makes it. */
const ofNode = `eJ${userSig.slice(2)}`;

describe('the library refuses', () => {
  for (const [name, options, option, message] of [
    [
      'a key as userSig',
      { userSig: key },
      'userSig',
      /^userSig is a secret key \(64 hexadecimal digits\): give it as secretKey\./,
    ],
    ['a UserSig as secretKey', { secretKey: userSig }, 'secretKey', /^secretKey is a UserSig: give it as userSig\./],
    [
      'another UserSig as secretKey',
      { secretKey: ofNode },
      'secretKey',
      /^secretKey is a UserSig: give it as userSig\./,
    ],
  ]) {
    it(name, async () => {
      const error = await rejection(options);
      assert.equal(error.name, 'ValidationError');
      assert.equal(error.option, option);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /F0e1|eJ|eA/);
    });
  }

  it('a key that the userSig function returns', async () => {
    const error = await rejection({ userSig: async () => key });
    assert.equal(error.name, 'SigningError');
    assert.match(error.message, /returned a secret key .* Give a key as secretKey\./);
    assert.doesNotMatch(error.message, /F0e1/);
  });
});

describe('the command line names the variable or file', () => {
  const env = { TENCENT_CHAT_SDK_APP_ID: '1400000000', TENCENT_CHAT_IDENTIFIER: 'administrator' };
  for (const [name, args, variables, input, message] of [
    [
      'of a key',
      [],
      { TENCENT_CHAT_USER_SIG: key },
      '',
      /TENCENT_CHAT_USER_SIG is a secret key \(64 hexadecimal digits\): give it as TENCENT_CHAT_SECRET_KEY\.\n/,
    ],
    [
      'of a UserSig',
      [],
      { TENCENT_CHAT_SECRET_KEY: userSig },
      '',
      /TENCENT_CHAT_SECRET_KEY is a UserSig: give it as TENCENT_CHAT_USER_SIG\.\n/,
    ],
    [
      'of a UserSig in a file',
      ['--secret-key-file', '-'],
      {},
      userSig,
      /the file of --secret-key-file is a UserSig: give it as TENCENT_CHAT_USER_SIG\.\n/,
    ],
  ]) {
    it(name, async () => {
      const { status, stderr } = await run(['count', ...args], { ...env, ...variables }, { input });
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /F0e1|eJ|eA/);
    });
  }
});
