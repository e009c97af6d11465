/**
 * Lists the IDs of all groups in a Tencent Cloud Chat app.
 *
 * What is said here about the service comes from the vendor's page "Getting All Groups in an App" (get_appid_group_list)
 * and, where noted, from its "RESTful API Overview" and "Error Codes".
 */

/** A group type in the endpoint's words, or in today's names of two of them: Work is Private, Meeting is ChatRoom. */
export type GroupType =
  | 'Public'
  | 'Private'
  | 'ChatRoom'
  | 'AVChatRoom'
  | 'BChatRoom'
  | 'Community'
  | 'Work'
  | 'Meeting';

/** A data centre of the service. An app lives in one of them and is known to no other. */
export type Region =
  | 'china'
  | 'singapore'
  | 'seoul'
  | 'frankfurt'
  | 'mumbai'
  | 'tokyo'
  | 'silicon-valley'
  | 'jakarta'
  | 'riyadh';

/**
 * The options of every function. Wrong ones reject with a {@link ValidationError} that names the option, what was given and
 * what is accepted, before anything is sent; so do names that are not listed here. An option that is `undefined` counts as
 * not given.
 */
export interface GroupListOptions {
  // ---- who asks: exactly one of userSig, secretKey and proxy ----

  /**
   * The app's SDKAppID: a whole number from 1 to 4294967295. Required, except with `proxy`, which knows it; given all the
   * same, it keeps checkpoints of different apps apart.
   */
  sdkAppId?: number | undefined;

  /** The UserID of an admin of the app (the service lets nobody else list groups). Required, except with `proxy`. */
  identifier?: string | undefined;

  /**
   * A UserSig of `identifier`, or a function that returns one or a promise of one. A function is called before the first
   * call, and once more for a page when the service says that the UserSig has expired (70001) or was revoked (70052); a
   * string cannot be renewed, so there the listing fails. Refused in a browser.
   */
  userSig?: string | (() => string | Promise<string>) | undefined;

  /**
   * The app's secret key. UserSigs are made of it in this process (Node.js, Electron's main process, Bun, Deno), valid for
   * 30 minutes each and renewed when expired. Refused in a browser, where everyone could read it.
   */
  secretKey?: string | undefined;

  /**
   * The URL of a signing proxy, which adds identity and signature: https, or http on a loopback host or on the page's own
   * origin. In a browser it may be a path on the page's own origin ('/chat'). The call goes to
   * `<proxy>/v4/group_open_http_svc/get_appid_group_list`, by POST, with the JSON body alone and no query.
   */
  proxy?: string | undefined;

  // ---- where: at most one of region and endpoint, neither with a proxy ----

  /** The data centre. Default: the one that the SDKAppID belongs to. */
  region?: Region | undefined;

  /** The base URL of the REST API, in place of a region's: https, or http on a loopback host (for the sandbox). No query. */
  endpoint?: string | undefined;

  // ---- what ----

  /** The most IDs of one page: a whole number from 1 to 10000. Default 10000. */
  limit?: number | undefined;

  /**
   * The cursor of the page to begin with: a decimal string, a bigint or a safe integer, from 0 to 2^63-1. Default 0, the
   * first page. Cursors have 64 bits: keep them as the strings that pages carry. `null`, the end of a listing, is refused.
   */
  next?: string | bigint | number | undefined;

  /** Only groups of this type. Default: all types. */
  groupType?: GroupType | undefined;

  // ---- how ----

  /** Used in place of the global fetch. It gets the signed URL: it must not write it to a log. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;

  /** Sent with every call, for what a proxy asks for; `content-type` is set by this package. */
  headers?: ConstructorParameters<typeof Headers>[0] | undefined;

  /** As fetch takes it; 'include' sends cookies to a proxy on another origin. Default: fetch's own. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined;

  /** Ends the listing at once, in whatever state. The promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;

  /** The most that one try may take, body included: milliseconds, 1 to 3600000. Default 10000. */
  timeoutMs?: number | undefined;

  /**
   * How often a failed call is repeated, in a row and without progress: 0 to 1000. Default 5. A page that arrives sets the
   * count back. Asking for a smaller page (10018) or with a fresh UserSig does not count against it.
   */
  maxRetries?: number | undefined;

  /**
   * The least time between the arrivals of two calls of one app: milliseconds, 0 to 3600000. Default 1000, since the service
   * allows one call a second. It holds over all listings of an app in this process.
   */
  minIntervalMs?: number | undefined;

  /** Called after each page. What a callback throws ends the listing, and the promise rejects with just that. */
  onProgress?: ((progress: Progress) => void) | undefined;

  /** Called before a call is repeated. */
  onRetry?: ((retry: Retry) => void) | undefined;

  /**
   * A checkpoint to go on from: of a page, of a listing, of a progress event or of an error. It must belong to the same app
   * and groupType.
   */
  resume?: Checkpoint | undefined;

  /** Stop after so many pages: a whole number from 1. Default: all. listGroups and countGroups make do with one. */
  maxPages?: number | undefined;
}

/**
 * Where a listing stands: plain JSON, to keep anywhere and give to `resume` later. It holds no secret. All counts include
 * those of the listing that it was resumed from.
 */
export interface Checkpoint {
  readonly version: 1;
  /** The SDKAppID, or the proxy's URL where only the proxy knows it. */
  readonly app: string;
  readonly groupType: GroupType | null;
  /** Smaller than asked for if answers were too large. */
  readonly limit: number;
  /** The cursor of the next page, '0' for the first; null at the end. */
  readonly next: string | null;
  /** As the last answer told it. */
  readonly totalCount: number;
  /** IDs handed on, duplicates not counted. */
  readonly groups: number;
  readonly duplicates: number;
  readonly pages: number;
  /** Calls made, and how many of them were repetitions. */
  readonly requests: number;
  readonly retries: number;
  readonly elapsedMs: number;
}

/** One page. */
export interface GroupPage {
  /** Exactly as the server sent them. */
  groupIds: string[];
  /** How many groups the app has, of `groupType` if one was given, whatever the page. */
  totalCount: number;
  /** The cursor of the next page, a decimal string; null at the end. */
  next: string | null;
  /** Where the listing stands once this page is dealt with. */
  checkpoint: Checkpoint;
}

/** A whole listing. */
export interface GroupListing {
  /** In the server's order, each once. */
  groupIds: string[];
  /** As the last answer told it. */
  totalCount: number;
  pages: number;
  /** Calls made, and how many of them were repetitions. */
  requests: number;
  retries: number;
  /** IDs that came again, and were dropped: groups created or dismissed meanwhile move others from page to page. */
  duplicates: number;
  elapsedMs: number;
  /** The end was reached, and as many groups were listed as `totalCount` says. */
  complete: boolean;
  /** The cursor to go on at after `maxPages`; null at the end. */
  next: string | null;
  checkpoint: Checkpoint;
}

/** What `onProgress` gets. */
export interface Progress {
  groups: number;
  totalCount: number;
  pages: number;
  requests: number;
  retries: number;
  duplicates: number;
  elapsedMs: number;
  checkpoint: Checkpoint;
}

/** What `onRetry` gets. */
export interface Retry {
  /** What went wrong. */
  error: AnyGroupListError;
  /** How often the call was made so far: 1 after the first failure. */
  attempt: number;
  /** The pause before the next try, in milliseconds; the pace may add to it. */
  waitMs: number;
}

/**
 * Fetches one page: one call, repeated where it makes sense.
 * @throws {GroupListError}
 */
export function listGroups(options: GroupListOptions): Promise<GroupPage>;

/**
 * Fetches every page, one call a second. An error's `checkpoint` says where to go on, its `groupIds` what was read.
 * @throws {GroupListError}
 */
export function listAllGroups(options: GroupListOptions): Promise<GroupListing>;

/**
 * Fetches page by page, each when it is asked for, in constant memory. Leaving the loop early stops at once. IDs that come
 * again on a later page are not dropped here.
 * @throws {GroupListError}
 * @example
 * for await (const { groupIds } of paginateGroups(options)) console.log(groupIds.length);
 */
export function paginateGroups(options: GroupListOptions): AsyncIterableIterator<GroupPage>;

/**
 * Counts the groups of the app, of `groupType` if one is given, with one call.
 * @throws {GroupListError}
 */
export function countGroups(options: GroupListOptions): Promise<number>;

/** The four functions with defaults; options given to a call win over them. */
export interface Client {
  listGroups(options?: GroupListOptions): Promise<GroupPage>;
  listAllGroups(options?: GroupListOptions): Promise<GroupListing>;
  paginateGroups(options?: GroupListOptions): AsyncIterableIterator<GroupPage>;
  countGroups(options?: GroupListOptions): Promise<number>;
}

/** Makes a client. The defaults are copied, and checked when a function is called. */
export function createClient(defaults: GroupListOptions): Client;

/** Where groups.wasm comes from. */
export type WasmSource = string | URL | ArrayBuffer | ArrayBufferView | Response | WebAssemblyModule;

/** A WebAssembly.Module, also where the compiler's libraries do not know WebAssembly. */
type WebAssemblyModule = typeof globalThis extends { WebAssembly: { Module: new (...args: never[]) => infer Module } }
  ? Module
  : object;

/** What `init` takes. */
export interface InitOptions {
  /**
   * groups.wasm: its URL, its bytes, a Response with it, a promise of one of these, or a compiled module (which can be
   * shared with workers). Default: the file that came with this package.
   */
  wasm?: WasmSource | Promise<WasmSource> | undefined;

  /**
   * usersig.wasm, which signs where a `secretKey` is used, given as `wasm` is: for a bundle of a Node.js program or of
   * Electron's main process that does not carry the file. Default: the file that came with this package, loaded when it is
   * needed. Refused in a browser.
   */
  signer?: WasmSource | Promise<WasmSource> | undefined;
}

/**
 * Loads the engine. Not needed where the default works: the first call does it. Once the engine is loaded, it does nothing.
 * @throws {LoadError} and can then be called again
 */
export function init(options?: InitOptions): Promise<void>;

/** What went wrong, in one word. */
export type GroupListErrorKind =
  | 'validation'
  | 'api'
  | 'http'
  | 'network'
  | 'timeout'
  | 'protocol'
  | 'signing'
  | 'load'
  | 'internal';

/**
 * What every function rejects with, except that an abort rejects with the signal's own reason. If that is an object, it gets
 * `checkpoint` and, from listAllGroups, `groupIds` as hidden properties, unless it aborted several listings at once: then take
 * the checkpoint from `onProgress`. No property and no cause holds a UserSig, a secret
 * key or a signed URL.
 */
export class GroupListError extends Error {
  protected constructor();
  /** So that the compiler knows each class by its `kind` after `instanceof GroupListError`. */
  static [Symbol.hasInstance](value: unknown): value is AnyGroupListError;
  /** Says which class it is, for code that cannot use instanceof. */
  readonly kind: GroupListErrorKind;
  /** The ErrorCode of an ApiError; the system's code (ECONNREFUSED) of a NetworkError, if the runtime tells it. */
  readonly code: number | string | undefined;
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** What to do about it; it is also the end of `message`. */
  readonly hint: string;
  /** How often the failing call was made. */
  readonly attempts: number;
  /** Give it to `resume` to go on. Undefined where nothing was begun. */
  readonly checkpoint: Checkpoint | undefined;
  /** From listAllGroups only: the IDs that were read. Not shown in logs. */
  readonly groupIds?: string[];
}

/** An option is wrong; nothing was sent. */
export class ValidationError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ValidationError;
  readonly kind: 'validation';
  /** The option's name. */
  readonly option: string;
}

/** The server answered with an error code: see `code`, and the vendor's "Error Codes". */
export class ApiError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ApiError;
  readonly kind: 'api';
  readonly code: number;
  /** The server's own words. */
  readonly errorInfo: string;
  readonly requestId: string | undefined;
}

/** The answer has an HTTP status other than 200. */
export class HttpError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is HttpError;
  readonly kind: 'http';
  /** 0 for a redirect in a browser, which does not tell. */
  readonly status: number;
}

/** There was no answer. */
export class NetworkError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is NetworkError;
  readonly kind: 'network';
  readonly code: string | undefined;
}

/** There was no complete answer within `timeoutMs`. */
export class TimeoutError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is TimeoutError;
  readonly kind: 'timeout';
}

/** The answer is not what the endpoint promises: no JSON, a missing field, a cursor that came before. */
export class ProtocolError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ProtocolError;
  readonly kind: 'protocol';
}

/** The `userSig` function failed or returned no string, or the key could not sign. */
export class SigningError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is SigningError;
  readonly kind: 'signing';
}

/** The WebAssembly module could not be loaded. It can be tried again. */
export class LoadError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is LoadError;
  readonly kind: 'load';
}

/** A fault of this package. The next call starts a fresh engine. */
export class InternalError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is InternalError;
  readonly kind: 'internal';
}

/** One of the classes: `switch (error.kind)` tells them apart. */
export type AnyGroupListError =
  | ValidationError
  | ApiError
  | HttpError
  | NetworkError
  | TimeoutError
  | ProtocolError
  | SigningError
  | LoadError
  | InternalError;
