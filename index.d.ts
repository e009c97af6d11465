/**
 * Lists the IDs of all groups in a Tencent Cloud Chat app.
 *
 * Facts about the service come from the vendor's page "Getting All Groups in an App" (get_appid_group_list) and, where
 * noted, from its "RESTful API Overview" and "Error Codes".
 */

/**
 * A group type. Private and ChatRoom also have the vendor's newer names, Work and Meeting. Case matters.
 */
export type GroupType =
  | 'Public'
  | 'Private'
  | 'ChatRoom'
  | 'AVChatRoom'
  | 'BChatRoom'
  | 'Community'
  | 'Work'
  | 'Meeting';

/** A group type as the service and this package write it: never Work or Meeting. */
export type EndpointGroupType = Exclude<GroupType, 'Work' | 'Meeting'>;

/** Several group types, listed one after another: a list without duplicates, or 'each' for all six. */
export type GroupTypes = readonly GroupType[] | 'each';

/**
 * A data center of the service. The console shows it for each app. An app belongs to one of them; a call to another one
 * fails with {@link ApiError} 70020.
 */
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

/** The second argument of the option `fetch`: the part of RequestInit that every library takes. */
export interface FetchInit {
  method: 'POST';
  headers: Headers & Iterable<[string, string]>;
  /** The JSON of the request. */
  body: string;
  /** Aborts when the call times out or the listing is aborted. */
  signal: AbortSignal;
  redirect: 'manual';
  /**
   * Keeps caches of browsers and frameworks from storing the answer under the signed URL. Undefined where the runtime
   * has no such option, such as Cloudflare Workers with a compatibility date before 2024-11-11.
   */
  cache?: 'no-store';
  credentials?: 'omit' | 'same-origin' | 'include';
}

/** The part of a Response that this package reads. The platform's own fits, and so do those of libraries. */
export interface FetchResponse {
  readonly status: number;
  readonly headers?: { get(name: string): string | null };
  /** A ReadableStream, a Node.js stream or another async iterable of bytes. Without one, `arrayBuffer` is called. */
  readonly body?: unknown;
  readonly bodyUsed?: boolean;
  arrayBuffer?(): Promise<ArrayBufferLike>;
}

/**
 * The options of every function. A wrong value or an unknown name rejects with a {@link ValidationError} before
 * anything is sent. The error names the option, the value and what is accepted. `undefined` is the same as leaving an
 * option out.
 */
export interface GroupListOptions {
  // ---- credentials: exactly one of userSig, secretKey and proxy ----

  /**
   * The app's SDKAppID, as the console shows it: a whole number from 1 to 4294967295. Required unless `proxy` is given.
   * With `proxy`, it keeps checkpoints of different apps apart.
   */
  sdkAppId?: number | undefined;

  /**
   * The UserID of an admin of the app, 1 to 255 bytes. Only admins may list groups. Required unless `proxy` is given.
   */
  identifier?: string | undefined;

  /**
   * A UserSig of `identifier`, or a function that returns one (or a promise of one). A function is called before the
   * first call, and once again for a page if the service reports that the UserSig expired (70001) or was revoked
   * (70052). A string cannot be renewed, so the listing fails then. If the function throws or returns no string, the
   * listing rejects with a {@link SigningError}. Refused in a browser.
   * @example
   * userSig: () => fetch('https://signer.example/administrator').then((response) => response.text())
   */
  userSig?: string | (() => string | Promise<string>) | undefined;

  /**
   * The app's secret key. It signs UserSigs in this process (Node.js, Electron's main process, Bun, Deno). Each is
   * valid for 30 minutes and renewed when it expires. Refused in a browser, where everyone could read the key.
   */
  secretKey?: string | undefined;

  /**
   * The URL of a signing proxy, which adds SDKAppID, identifier and UserSig: https, or http on a loopback host or on
   * the page's own origin. In a browser it may be a path on the page's own origin ('/chat'). Calls are POST requests to
   * `<proxy>/v4/group_open_http_svc/get_appid_group_list` with a JSON body and no query.
   */
  proxy?: string | undefined;

  // ---- host: at most one of region and endpoint; neither with a proxy ----

  /** The data center. Default: the one that the SDKAppID belongs to. */
  region?: Region | undefined;

  /**
   * The base URL of the REST API instead of a region's: https, or http on a loopback host (for the sandbox), without
   * query and fragment. It has no backup host. Signed calls go there: never take it from untrusted input.
   */
  endpoint?: string | undefined;

  // ---- what to list ----

  /**
   * The maximum number of IDs per page: a whole number from 1 to 10000. Default 10000. The service refuses an answer of
   * more than 1 MB (10018); the listing then halves the limit and continues. countGroups always uses 1.
   */
  limit?: number | undefined;

  /**
   * The cursor of the first page to fetch: a decimal string, a bigint or a safe integer, from 0 to 2^63-1. Default 0,
   * the first page of the listing. Cursors have 64 bits: keep them as strings, as pages have them. `null`, the end of a
   * listing, is refused.
   */
  next?: string | bigint | number | undefined;

  /**
   * Only groups of this type, see {@link GroupType}. Default: all types at once. The service then does not return the
   * type of a group. To learn it, give a list of types or 'each': the types are listed one after another, at one pace
   * and with one checkpoint. listGroups, which fetches one page, and `next` do not accept several types.
   */
  groupType?: GroupType | GroupTypes | undefined;

  // ---- calls ----

  /**
   * Replaces the global fetch, for example to use a dispatcher or your own certificates. It must return a promise of a
   * Response; those of node-fetch, cross-fetch and make-fetch-happen work too. It should honor `init.signal`. It
   * receives the signed URL and must not log it. Default: the global fetch.
   */
  fetch?: ((url: string, init: FetchInit) => Promise<FetchResponse>) | undefined;

  /**
   * Headers of every call, such as a token for a proxy: a Headers object, an object or a list of pairs. This package
   * sets
   * `content-type`. Default: none.
   * @example
   * headers: { authorization: 'Bearer ' + token }
   */
  headers?: ConstructorParameters<typeof Headers>[0] | undefined;

  /** Passed to fetch. 'include' sends cookies to a proxy on another origin. Default: fetch's own default. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined;

  /**
   * Aborts the listing at once, in any state. The promise rejects with the signal's reason, not with a {@link
   * GroupListError}. If the reason is an object, it gets the `checkpoint` to resume from.
   * @example
   * signal: AbortSignal.timeout(60_000)
   */
  signal?: AbortSignal | undefined;

  /**
   * The timeout of one attempt, body included: milliseconds, 1 to 3600000. Default 10000. A timed-out call is retried;
   * after `maxRetries` retries the listing rejects with a {@link TimeoutError}. To limit a whole listing, use `signal`.
   */
  timeoutMs?: number | undefined;

  /**
   * The maximum number of retries of a failed call: 0 to 1000. Default 5. Every page starts at 0 again. A retry with a
   * smaller page (10018) or with a fresh UserSig does not count.
   */
  maxRetries?: number | undefined;

  /**
   * The minimum time between the arrivals of two calls of one app: milliseconds, 0 to 3600000. Default 1000: the
   * service allows one call per second. All listings of an app in this process share the pace; the largest interval
   * among the open ones applies.
   */
  minIntervalMs?: number | undefined;

  /**
   * Called after each page. If it returns a promise, the listing waits for it. If it throws or rejects, the listing
   * ends and rejects with the same value.
   * @example
   * onProgress: ({ groups, totalCount }) => console.error(groups, 'of', totalCount)
   */
  onProgress?: ((progress: Progress) => void | Promise<void>) | undefined;

  /**
   * Called after a failed attempt, before the pause that precedes the retry. Promises and errors work as with
   * `onProgress`.
   */
  onRetry?: ((retry: Retry) => void | Promise<void>) | undefined;

  /**
   * The checkpoint to resume from: of a page, a listing, a progress event or an error, possibly stored as JSON in
   * between. It must belong to the same app and groupType, and cannot be combined with `next`. Resuming a finished
   * checkpoint lists nothing. Default: start from the first page.
   */
  resume?: Checkpoint | undefined;

  /** Stops after this many pages: a whole number from 1. Default: no limit. listGroups and countGroups ignore it. */
  maxPages?: number | undefined;
}

/**
 * A listing's position, as plain JSON: store it anywhere, and give it to `resume` later. It contains no secret. All
 * counts include those of the runs before.
 */
export interface Checkpoint {
  /** The version of the format. Other versions are refused. */
  readonly version: 1;
  /** The SDKAppID, or the proxy's URL if only the proxy knows the SDKAppID. */
  readonly app: string;
  /** The group type that is being listed; null if all types are listed at once. */
  readonly groupType: EndpointGroupType | null;
  /** Only if several group types were requested: all of them, in the order of the listing. */
  readonly groupTypes?: readonly EndpointGroupType[];
  /** Only with `groupTypes`: the sum of the TotalCounts of the types before `groupType`. */
  readonly earlierTotalCount?: number;
  /**
   * Only if `totalCount` was larger before: its maximum. It bounds the listing if a server returns pages without end.
   */
  readonly maxTotalCount?: number;
  /** The requested IDs per page. Smaller than the option if answers were too large. */
  readonly limit: number;
  /** The cursor of the next page: '0' for the first, null at the end. */
  readonly next: string | null;
  /** The number of groups in the last answer. With several types, the sum so far. */
  readonly totalCount: number;
  /** IDs returned, without duplicates. */
  readonly groups: number;
  /** IDs that came again on a later page. Only listAllGroups counts them. */
  readonly duplicates: number;
  /** Pages returned. */
  readonly pages: number;
  /** Calls, retries included. */
  readonly requests: number;
  /** Retries among the calls. */
  readonly retries: number;
  /** Milliseconds since the start, with pauses, without the time between runs. */
  readonly elapsedMs: number;
}

/** One page. */
export interface GroupPage {
  /** The group IDs, exactly as the server sent them, in its order. At most `limit`; a page may be empty. */
  groupIds: string[];
  /** The type of these groups if `groupType` was given, else null. */
  groupType: EndpointGroupType | null;
  /** The number of groups in the app, of `groupType` if that is not null. */
  totalCount: number;
  /** The cursor of the next page (of the same type): a decimal string, null at the end. */
  next: string | null;
  /** The position after this page. Store it once the page is processed, and give it to `resume`. */
  checkpoint: Checkpoint;
}

/** A whole listing. */
export interface GroupListing {
  /** The group IDs, exactly as the server sent them, in its order, each once. After `resume`, those of this run. */
  groupIds: string[];
  /** The number of groups in the last answer, of `groupType` if it was given. With several types, the sum. */
  totalCount: number;
  /** Pages fetched. */
  pages: number;
  /** Calls, retries included. */
  requests: number;
  /** Retries among the calls. */
  retries: number;
  /** IDs that came again and were dropped: groups created or dismissed meanwhile move others from page to page. */
  duplicates: number;
  /** Milliseconds since the start, with pauses, without the time between runs. */
  elapsedMs: number;
  /**
   * true: the end was reached, and at least `totalCount` groups were listed. false: the end was not reached, or groups
   * are missing. null: enough IDs came, but after `resume` some may be duplicates of earlier runs, which only the
   * caller can detect.
   */
  complete: boolean | null;
  /** The cursor of the next page after `maxPages`: a decimal string, null at the end. */
  next: string | null;
  /** The position after the last page. Give it to `resume` to continue after `maxPages`. */
  checkpoint: Checkpoint;
}

/** A whole listing of several group types. */
export interface GroupListingByType extends GroupListing {
  /** The IDs of each listed type, in the order of the types. After `resume`, those of this run. */
  groupIdsByType: { [type in EndpointGroupType]?: string[] };
}

/** The number of groups of several types. */
export interface GroupCounts {
  /** The sum. */
  totalCount: number;
  totalCountByType: { [type in EndpointGroupType]?: number };
}

/** Options with several group types. */
export type ByType<Options = GroupListOptions> = Options & { groupType: GroupTypes };

/** The argument of `onProgress`. */
export interface Progress {
  /** IDs returned so far, without duplicates. */
  groups: number;
  /** The number of groups in the last answer. It may change from page to page. */
  totalCount: number;
  /** Pages returned. */
  pages: number;
  /** Calls, retries included. */
  requests: number;
  /** Retries among the calls. */
  retries: number;
  /** IDs that came again and were dropped. Only listAllGroups drops them. */
  duplicates: number;
  /** Milliseconds since the start, with pauses, without the time between runs. */
  elapsedMs: number;
  /** The position after the page. */
  checkpoint: Checkpoint;
}

/** The argument of `onRetry`. */
export interface Retry {
  /** The failure of the last attempt. */
  error: AnyGroupListError;
  /** The number of attempts so far: 1 after the first failure. */
  attempt: number;
  /** The pause before the next attempt in milliseconds. The pace may extend it. */
  waitMs: number;
}

/**
 * Fetches one page, the first or the one at `next`. Transient failures are retried.
 * @returns the page; its `next` is the cursor of the following page
 * @throws a {@link GroupListError}, or the signal's reason
 * @example
 * const { groupIds, next } = await listGroups({ ...options, limit: 100 });
 * const second = next === null ? undefined : await listGroups({ ...options, limit: 100, next });
 */
export function listGroups(options: GroupListOptions): Promise<GroupPage>;

/**
 * Fetches every page, at one call per second: up to 10,000 groups per second. All IDs are held in memory; {@link
 * paginateGroups} holds one page at a time.
 * @returns all group IDs, each once, with counts
 * @throws a {@link GroupListError}, or the signal's reason. The error has the
 * `checkpoint` to resume from and the `groupIds` that were read
 * @example
 * const { groupIds, totalCount, complete } = await listAllGroups({
 *   sdkAppId: 1400000000,
 *   identifier: 'administrator',
 *   secretKey: process.env.TENCENT_CHAT_SECRET_KEY,
 * });
 */
export function listAllGroups(options: ByType): Promise<GroupListingByType>;
export function listAllGroups(options: GroupListOptions): Promise<GroupListing>;

/**
 * Fetches one page per iteration, in constant memory. Leaving the loop stops the listing at once. IDs that come again
 * on a later page are not dropped.
 * @throws a {@link GroupListError}, or the signal's reason, thrown by the loop
 * @example
 * for await (const { groupIds, checkpoint } of paginateGroups(options)) {
 *   await store(groupIds);
 *   await remember(checkpoint); // for `resume`
 * }
 */
export function paginateGroups(options: GroupListOptions): AsyncIterableIterator<GroupPage>;

/**
 * Counts the groups of the app, or those of `groupType`, with one call per type.
 * @returns the service's TotalCount; with several types, an object with the count of each type and the sum
 * @throws a {@link GroupListError}, or the signal's reason
 * @example
 * const communities = await countGroups({ ...options, groupType: 'Community' });
 * const { totalCount, totalCountByType } = await countGroups({ ...options, groupType: 'each' });
 */
export function countGroups(options: ByType): Promise<GroupCounts>;
export function countGroups(options: GroupListOptions & { groupType?: GroupType | undefined }): Promise<number>;
export function countGroups(options: GroupListOptions): Promise<number | GroupCounts>;

/** The four functions with default options. An option of a call replaces the default, unless it is `undefined`. */
export interface Client {
  /** See {@link listGroups | the function of this name}. */
  listGroups(options?: GroupListOptions): Promise<GroupPage>;
  /** See {@link listAllGroups | the function of this name}. */
  listAllGroups(options: ByType): Promise<GroupListingByType>;
  listAllGroups(options?: GroupListOptions): Promise<GroupListing>;
  /** See {@link paginateGroups | the function of this name}. */
  paginateGroups(options?: GroupListOptions): AsyncIterableIterator<GroupPage>;
  /** See {@link countGroups | the function of this name}. */
  countGroups(options: ByType): Promise<GroupCounts>;
  countGroups(options?: GroupListOptions & { groupType?: GroupType | undefined }): Promise<number>;
  countGroups(options?: GroupListOptions): Promise<number | GroupCounts>;
}

/** A client whose default options have several group types. */
export interface ClientByType extends Omit<Client, 'listAllGroups' | 'countGroups'> {
  /** See {@link listAllGroups | the function of this name}. */
  listAllGroups(options?: Omit<GroupListOptions, 'groupType'>): Promise<GroupListingByType>;
  listAllGroups(options: GroupListOptions): Promise<GroupListing>;
  /** See {@link countGroups | the function of this name}. */
  countGroups(options?: Omit<GroupListOptions, 'groupType'>): Promise<GroupCounts>;
  countGroups(options: GroupListOptions): Promise<number | GroupCounts>;
}

/**
 * Returns a client. The default options are copied now, and checked when a function is called.
 * @example
 * const chat = createClient({ sdkAppId: 1400000000, identifier: 'administrator', userSig: freshUserSig });
 * await chat.countGroups({ groupType: 'Public' });
 */
export function createClient(defaults: ByType): ClientByType;
export function createClient(defaults: GroupListOptions): Client;

/**
 * A source of a WebAssembly module: a URL (in a browser also a relative one), bytes, a Response, or the compiled
 * module.
 */
export type WasmSource = string | URL | ArrayBuffer | ArrayBufferView | Response | WebAssemblyModule;

/** WebAssembly.Module, or object if the compiler's libraries do not know WebAssembly. */
type WebAssemblyModule = typeof globalThis extends { WebAssembly: { Module: new (...args: never[]) => infer Module } }
  ? Module
  : object;

/** The options of `init`. */
export interface InitOptions {
  /**
   * The source of groups.wasm, or a promise of it. A compiled module can be shared with workers. Default: the file in
   * this package.
   */
  wasm?: WasmSource | Promise<WasmSource> | undefined;

  /**
   * The source of usersig.wasm, which signs with a `secretKey`: for bundles of Node.js programs that do not contain the
   * file. Default: the file in this package, loaded when a `secretKey` is first used. Refused in a browser.
   */
  signer?: WasmSource | Promise<WasmSource> | undefined;
}

/**
 * Loads the engine. Optional: the first call loads it too. Does nothing once the engine is loaded.
 * @throws a {@link LoadError}, after which it can be called again; a {@link ValidationError} if an option is wrong
 * @example
 * await init({ wasm: '/assets/groups.wasm' });
 */
export function init(options?: InitOptions): Promise<void>;

/** The kind of an error. Each class has its own. */
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
 * The base class of all errors. Three others are passed on unchanged: the reason of an abort, errors of a callback, and
 * the errors that a framework uses for control flow (Next.js marks them with a `digest`). An abort's reason that is an
 * object gets `checkpoint` and, from listAllGroups, `groupIds` as hidden properties, unless it aborted several listings
 * at once: then take the checkpoint from
 * `onProgress`. `message` says what happened and ends with `hint`. `cause` is a copy of the runtime's error, if there was one. No property
 * and no cause contains a UserSig, a secret key or a signed URL.
 * @example
 * try {
 *   await listAllGroups(options);
 * } catch (error) {
 *   if (error instanceof GroupListError && error.retryable) scheduleAgain(error.checkpoint);
 *   else throw error;
 * }
 */
export class GroupListError extends Error {
  protected constructor();
  /** Lets the compiler narrow by `kind` after `instanceof GroupListError`. */
  static [Symbol.hasInstance](value: unknown): value is AnyGroupListError;
  /** Names the class, for code that cannot use instanceof. */
  readonly kind: GroupListErrorKind;
  /** The ErrorCode of an ApiError; the system's code (such as ECONNREFUSED) of a NetworkError, if known. */
  readonly code: number | string | undefined;
  /** The same call may succeed later. */
  readonly retryable: boolean;
  /** What to do. Also the end of `message`. May be empty. */
  readonly hint: string;
  /** The number of attempts of the failing call; 0 if it was never made. */
  readonly attempts: number;
  /** The position to resume from. Undefined if the listing did not begin. */
  readonly checkpoint: Checkpoint | undefined;
  /** Only from listAllGroups: the IDs that were read. Hidden in logs. */
  readonly groupIds?: string[];
  /** Only from listAllGroups with several group types: the IDs that were read, by type. Hidden in logs. */
  readonly groupIdsByType?: { [type in EndpointGroupType]?: string[] };
}

/** An option is wrong; nothing was sent. `message` names the option, the value and what is accepted. */
export class ValidationError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ValidationError;
  readonly kind: 'validation';
  /** The option's name, or 'options' for the argument as a whole. */
  readonly option: string;
}

/** The server answered with an error code. `hint` and docs/errors.md say what to do. */
export class ApiError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ApiError;
  readonly kind: 'api';
  /** The service's ErrorCode, such as 10007. */
  readonly code: number;
  /** The server's ErrorInfo. May be empty. */
  readonly errorInfo: string;
  /** The server's RequestId, if the answer has one. The vendor's support asks for it. */
  readonly requestId: string | undefined;
}

/**
 * The answer has an HTTP status other than 200. It comes from a proxy, a gateway or a firewall: the service always
 * answers 200. The message contains the detail of an `application/problem+json` body, without secrets.
 */
export class HttpError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is HttpError;
  readonly kind: 'http';
  /** The status, 100 to 599; 0 for a redirect in a browser, which hides it. */
  readonly status: number;
}

/** No answer, or an incomplete one: a name that does not resolve, a refused or broken connection, CORS. */
export class NetworkError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is NetworkError;
  readonly kind: 'network';
  /** The system's code, such as ECONNREFUSED, if known. */
  readonly code: string | undefined;
}

/** No complete answer within `timeoutMs`. */
export class TimeoutError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is TimeoutError;
  readonly kind: 'timeout';
}

/**
 * The answer is not what the endpoint promises: not JSON, a missing field, more than 2 MiB, a repeated cursor, or far
 * more group IDs than TotalCount explains. Nothing of it was returned.
 */
export class ProtocolError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ProtocolError;
  readonly kind: 'protocol';
}

/** The `userSig` function failed or returned no string, or the `secretKey` could not sign. */
export class SigningError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is SigningError;
  readonly kind: 'signing';
}

/**
 * The WebAssembly module could not be loaded or started: the file is missing, has another version, or the runtime
 * refuses it. `hint` says what to do. If a bundler moved the file, give its URL to `init`. If `retryable`, the next
 * call tries again.
 */
export class LoadError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is LoadError;
  readonly kind: 'load';
}

/**
 * A fault of this package: please report it. The next call starts a fresh engine; `resume` continues from `checkpoint`.
 */
export class InternalError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is InternalError;
  readonly kind: 'internal';
}

/** Any of the error classes. `switch (error.kind)` distinguishes them. */
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
