// index.d.ts is held against what js/ exports and against the messages that the engine reads and writes.

import type * as declared from '../../index.js';
import type * as browser from '../../js/browser.js';
import type { groupTypeNames, groupTypes, regions } from '../../js/facts.js';
import * as node from '../../js/node.js';
import type * as protocol from '../../js/protocol.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

// Every value that is declared is exported, and the other way round.
type Values = keyof typeof declared;
const names: Same<keyof typeof node, Values> = true;
const namesInBrowsers: Same<keyof typeof browser, Values> = true;

const functions: Pick<
  typeof declared,
  'listGroups' | 'listAllGroups' | 'paginateGroups' | 'countGroups' | 'createClient' | 'init'
> = node;

// An option is declared if and only if the engine knows it.
const options: Same<keyof declared.GroupListOptions, protocol.OptionName> = true;

const groupTypesOfEndpoint: Same<declared.EndpointGroupType, (typeof groupTypes)[number]> = true;
const groupTypesOfCallers: Same<declared.GroupType, (typeof groupTypeNames)[number]> = true;
const regionNames: Same<declared.Region, (typeof regions)[number]['name']> = true;

type Plain<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] | undefined ? E[] | Extract<T[K], undefined> : T[K];
};
const checkpoint: Same<Plain<declared.Checkpoint>, Plain<protocol.Checkpoint>> = true;
const checkpointMembers: Same<keyof declared.Checkpoint, keyof protocol.Checkpoint> = true;
const kinds: Same<Exclude<declared.GroupListErrorKind, 'load'>, protocol.Failure['kind']> = true;

void [
  names,
  namesInBrowsers,
  functions,
  options,
  checkpoint,
  checkpointMembers,
  kinds,
  groupTypesOfEndpoint,
  groupTypesOfCallers,
  regionNames,
];
