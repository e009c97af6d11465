// From an answer's bytes to profiles: with the reader of core/restapi, and with JSON.parse and the same mapping.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { GoInstance } from '../js/border.js';
import { profileFields } from '../js/facts.js';
import { profileReader } from '../js/profile-rows.js';
import { compare } from './measure.mjs';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The answer to a call for some groups. One name and one notice in two are not ASCII, unless all are. */
export function profilesAnswer(count, ascii) {
  const scripts = ascii ? ['Team', 'Release train'] : ['Team', '项目讨论组', 'Weekend 😀 hikers', '群组'];
  const notices = ascii ? ['', 'First line\nsecond "line"'] : ['', '', '第一行\nsecond "line"', 'No meetings today'];
  const GroupInfo = Array.from({ length: count }, (_, i) => ({
    GroupId: `@TGS#2${((i * 2654435761) % 2 ** 40).toString(36).toUpperCase().padStart(8, '2').slice(-8)}`,
    ErrorCode: 0,
    ErrorInfo: '',
    Type: ['Public', 'Private', 'ChatRoom'][i % 3],
    Name: `${scripts[i % scripts.length]} ${i}`,
    Introduction: i % 2 ? `Everything around topic ${i}` : '',
    Notification: notices[i % notices.length],
    FaceUrl: i % 3 ? `https://example.com/faces/${i}.png` : '',
    Owner_Account: `user_${i * 7919}`,
    CreateTime: 1626976500 + i * 1000,
    LastInfoTime: 1726976500 + i * 100,
    LastMsgTime: 1726976600 + i,
    InfoSeq: i + 3,
    NextMsgSeq: 1234 + i,
    MemberNum: i % 200,
    MaxMemberNum: 2000,
    ApplyJoinOption: 'FreeAccess',
    InviteJoinOption: 'FreeAccess',
    MuteAllMember: i % 5 ? 'Off' : 'On',
  }));
  return encoder.encode(JSON.stringify({ ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0, GroupInfo }));
}

/** Matches entries by GroupId, as ours does, and leaves out what was not sent. */
function readPlainly(bytes, groupIds) {
  const found = new Map();
  for (const entry of JSON.parse(decoder.decode(bytes)).GroupInfo) {
    if (entry.ErrorCode !== 0) continue;
    const mute = entry.MuteAllMember ?? entry.ShutUpAllMember;
    const profile = {
      groupId: entry.GroupId,
      type: entry.Type,
      name: entry.Name,
      introduction: entry.Introduction,
      notification: entry.Notification,
      faceUrl: entry.FaceUrl,
      ownerAccount: entry.Owner_Account,
      createTime: entry.CreateTime,
      lastInfoTime: entry.LastInfoTime,
      lastMsgTime: entry.LastMsgTime,
      infoSeq: entry.InfoSeq,
      nextMsgSeq: entry.NextMsgSeq,
      memberNum: entry.MemberNum,
      maxMemberNum: entry.MaxMemberNum,
      applyJoinOption: entry.ApplyJoinOption,
      inviteJoinOption: entry.InviteJoinOption,
      muteAllMember: mute === undefined ? undefined : mute === 'On',
    };
    for (const name in profile) if (profile[name] === undefined) delete profile[name];
    found.set(entry.GroupId, profile);
  }
  return groupIds.flatMap((id) => found.get(id) ?? []);
}

/** Both readers of one answer, as sides of a comparison. */
async function startReaders(count, ascii) {
  const module = await WebAssembly.compile(await readFile(new URL('../build/profiles.wasm', import.meta.url)));
  const go = await GoInstance.start(module);
  const bytes = profilesAnswer(count, ascii);
  const groupIds = JSON.parse(decoder.decode(bytes)).GroupInfo.map((entry) => entry.GroupId);
  go.call('ask', go.write(JSON.stringify(groupIds)));
  const read = profileReader(profileFields, false);
  const ours = {
    run() {
      go.copyTo(go.call('input', bytes.length), bytes);
      const at = go.call('read', bytes.length);
      const { buffer } = go.ids(); // Go's memory
      const [rows, size, ascii, asciiLength, wide, wideLength] = new Uint32Array(buffer, at, 6);
      const text = (address, length) => go.decode(new Uint8Array(buffer, address, length));
      return read(count, new Float64Array(buffer, rows, size), text(ascii, asciiLength), text(wide, wideLength));
    },
  };
  const theirs = { run: () => readPlainly(bytes, groupIds) };
  assert.deepEqual(ours.run(), theirs.run());
  return { ours, theirs };
}

/** A page of so many profiles. */
export async function compareProfiles(ms, count, ascii) {
  const { ours, theirs } = await startReaders(count, ascii);
  return compare(ms, ours, theirs);
}
