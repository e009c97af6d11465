/**
 * Lists the IDs of all groups in a Tencent Cloud Chat app.
 *
 * What is said here about the service comes from the vendor's page "Getting All Groups in an App" (get_appid_group_list)
 * and, where noted, from its "RESTful API Overview" and "Error Codes".
 */

/**
 * A group type in the endpoint's words, with a capital as here, or in today's names of two of them: Work is Private, Meeting is
 * ChatRoom.
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

/** A group type as the service knows it, and as this package writes it: never Work or Meeting. */
export type EndpointGroupType = Exclude<GroupType, 'Work' | 'Meeting'>;

/** Several group types, which are listed one after the other: a list without repetition, or each of the six. */
export type GroupTypes = readonly GroupType[] | 'each';

/**
 * A data centre of the service, as the console names it where the app was made. An app lives in one of them and is known to no
 * other: asked elsewhere, it is an {@link ApiError} 70020.
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

/** What the option `fetch` is called with: the part of a RequestInit that every library takes. */
export interface FetchInit {
  method: 'POST';
  headers: Headers & Iterable<[string, string]>;
  /** The JSON of the request. */
  body: string;
  /** Aborts when the call times out or the listing is aborted. */
  signal: AbortSignal;
  redirect: 'manual';
  /**
   * No cache, of a browser or a framework, may store the answer under the signed URL. Missing where the runtime has no such option, as
   * in Cloudflare Workers with a compatibility date before 2024-11-11.
   */
  cache?: 'no-store';
  credentials?: 'omit' | 'same-origin' | 'include';
}

/** What is read of the Response that the option `fetch` returns: the platform's own fits, and so do those of libraries. */
export interface FetchResponse {
  readonly status: number;
  readonly headers?: { get(name: string): string | null };
  /** A ReadableStream, a Node.js stream or another async iterable of bytes. Without one, `arrayBuffer` is called. */
  readonly body?: unknown;
  readonly bodyUsed?: boolean;
  arrayBuffer?(): Promise<ArrayBufferLike>;
}

/**
 * The options of every function. Wrong ones reject with a {@link ValidationError} that names the option, what was given and
 * what is accepted, before anything is sent; so do names that are not listed here. An option that is `undefined` counts as
 * not given.
 */
export interface GroupListOptions {
  // ---- who asks: exactly one of userSig, secretKey and proxy ----

  /**
   * The app's SDKAppID, as the console shows it: a whole number from 1 to 4294967295. Required, except with `proxy`, which knows
   * it; given all the same, it keeps checkpoints of different apps apart.
   */
  sdkAppId?: number | undefined;

  /** The UserID of an admin of the app (the service lets nobody else list groups). Required, except with `proxy`. */
  identifier?: string | undefined;

  /**
   * A UserSig of `identifier`, or a function that returns one or a promise of one. A function is called before the first
   * call, and once more for a page when the service says that the UserSig has expired (70001) or was revoked (70052); a
   * string cannot be renewed, so there the listing fails. What the function throws, or a result that is no string, is a
   * {@link SigningError}. Refused in a browser.
   * @example
   * userSig: () => fetch('https://signer.example/administrator').then((response) => response.text())
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

  /**
   * The base URL of the REST API, in place of a region's: https, or http on a loopback host (for the sandbox). Without a query
   * or fragment. It has no backup host. Signed calls go there: it must not come from somebody else.
   */
  endpoint?: string | undefined;

  // ---- what ----

  /**
   * The most IDs of one page: a whole number from 1 to 10000. Default 10000. Where an answer would be over 1 MB, the service
   * refuses it (10018), and the listing goes on with half as many. countGroups asks for 1.
   */
  limit?: number | undefined;

  /**
   * The cursor of the page to begin with: a decimal string, a bigint or a safe integer, from 0 to 2^63-1. Default 0, the
   * first page. Cursors have 64 bits: keep them as the strings that pages carry. `null`, the end of a listing, is refused.
   */
  next?: string | bigint | number | undefined;

  /**
   * Only groups of this type, see {@link GroupType}. Default: all types at once, in which case nobody can tell which group is of
   * which type, since the service does not say. To know, give a list of types, or 'each': they are listed one after the other, at
   * one pace and with one checkpoint. Not with listGroups, which fetches one page, nor with `next`.
   */
  groupType?: GroupType | GroupTypes | undefined;

  // ---- how ----

  /**
   * Replaces the global fetch, for example to use a dispatcher or your own certificates. It must return a promise of a Response, or
   * of what node-fetch, cross-fetch and make-fetch-happen return, and should honor `init.signal`. It receives the signed URL and must
   * not log it. Default: the global fetch.
   */
  fetch?: ((url: string, init: FetchInit) => Promise<FetchResponse>) | undefined;

  /**
   * Sent with every call, for what a proxy asks for: a Headers, an object or a list of pairs. `content-type` is set by this
   * package. Default: none.
   * @example
   * headers: { authorization: 'Bearer ' + token }
   */
  headers?: ConstructorParameters<typeof Headers>[0] | undefined;

  /** As fetch takes it; 'include' sends cookies to a proxy on another origin. Default: fetch's own. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined;

  /**
   * Ends the listing at once, in whatever state. The promise rejects with the signal's reason, which is no
   * {@link GroupListError}; where it is an object, it gets the `checkpoint` to go on from.
   * @example
   * signal: AbortSignal.timeout(60_000)
   */
  signal?: AbortSignal | undefined;

  /**
   * The most that one try may take, body included: milliseconds, 1 to 3600000. Default 10000. A try that takes longer is
   * repeated, and when `maxRetries` are used up it is a {@link TimeoutError}. For a listing as a whole, use `signal`.
   */
  timeoutMs?: number | undefined;

  /**
   * How often a failed call is repeated, in a row and without progress: 0 to 1000. Default 5. A page that arrives sets the
   * count back. Asking for a smaller page (10018) or with a fresh UserSig does not count against it.
   */
  maxRetries?: number | undefined;

  /**
   * The least time between the arrivals of two calls of one app: milliseconds, 0 to 3600000. Default 1000, since the service
   * allows one call a second. All listings of an app in this process share it: the largest of those that are open holds.
   */
  minIntervalMs?: number | undefined;

  /**
   * Called after each page. What a callback throws ends the listing, and the promise rejects with just that. If it returns a
   * promise, the listing waits for it, and so it is when that rejects.
   * @example
   * onProgress: ({ groups, totalCount }) => console.error(groups, 'of', totalCount)
   */
  onProgress?: ((progress: Progress) => void | Promise<void>) | undefined;

  /** Called before a call is repeated, and before the pause that precedes it. A promise is waited for, and what it throws ends the listing, as well. */
  onRetry?: ((retry: Retry) => void | Promise<void>) | undefined;

  /**
   * A checkpoint to go on from: of a page, of a listing, of a progress event or of an error, also after a way through JSON. It
   * must belong to the same app and groupType, and excludes `next`. A checkpoint of a listing that has ended lists nothing.
   * Undefined begins at the start.
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
  /** Of the form of checkpoints: another one is refused. */
  readonly version: 1;
  /** The SDKAppID, or the proxy's URL where only the proxy knows it. */
  readonly app: string;
  /** The group type that is listed now; null where all types are listed at once. */
  readonly groupType: EndpointGroupType | null;
  /** Only if several group types were requested: all of them, in the order of the listing. */
  readonly groupTypes?: readonly EndpointGroupType[];
  /** Only there too: what the TotalCounts of the types before `groupType` add up to. */
  readonly earlierTotalCount?: number;
  /** Only where `totalCount` was larger before: the most that it was, by which a server that invents pages is found out. */
  readonly maxTotalCount?: number;
  /** The IDs a page that are asked for: fewer than the option says if answers were too large. */
  readonly limit: number;
  /** The cursor of the next page, '0' for the first; null at the end. */
  readonly next: string | null;
  /** How many groups there are, as the last answer told it; of several types, what they add up to so far. */
  readonly totalCount: number;
  /** IDs handed on, duplicates not counted. */
  readonly groups: number;
  /** IDs that came again on a later page; listAllGroups alone counts them. */
  readonly duplicates: number;
  /** Pages handed on. */
  readonly pages: number;
  /** Calls made, repetitions included. */
  readonly requests: number;
  /** How many of the calls were repetitions. */
  readonly retries: number;
  /** Milliseconds from the start, waiting included, time between runs not. */
  readonly elapsedMs: number;
}

/** One page. */
export interface GroupPage {
  /** The groups' IDs, exactly as the server sent them, in its order. At most `limit`; a page may be empty. */
  groupIds: string[];
  /** The type of its groups, if only those of one or of several were asked for; else null. */
  groupType: EndpointGroupType | null;
  /** How many groups the app has, of `groupType` if that is not null, whatever the page. */
  totalCount: number;
  /** The cursor of the next page, of the same type if there are several, a decimal string; null at the end. */
  next: string | null;
  /** Where the listing stands once this page is dealt with: keep it after the page, and give it to `resume`. */
  checkpoint: Checkpoint;
}

/** A whole listing. */
export interface GroupListing {
  /** The groups' IDs, exactly as the server sent them, in its order, each once. After `resume`, those that came since. */
  groupIds: string[];
  /** How many groups there are, of `groupType` if one was given, as the last answer told it; of several types, what they add up to. */
  totalCount: number;
  /** Pages read. */
  pages: number;
  /** Calls made, repetitions included. */
  requests: number;
  /** How many of the calls were repetitions. */
  retries: number;
  /** IDs that came again, and were dropped: groups created or dismissed meanwhile move others from page to page. */
  duplicates: number;
  /** Milliseconds from the start, waiting included, time between runs not. */
  elapsedMs: number;
  /**
   * true: the end was reached, and as many groups were listed as `totalCount` says. false: it was not, or fewer were. null: as many IDs
   * came, but of those that came before `resume` some may be among them again, which only the caller can see.
   */
  complete: boolean | null;
  /** The cursor to go on at after `maxPages`, a decimal string; null at the end. */
  next: string | null;
  /** Where the listing stands: give it to `resume` to go on after `maxPages`. */
  checkpoint: Checkpoint;
}

/** A whole listing of several group types. */
export interface GroupListingByType extends GroupListing {
  /** The IDs of each type that was listed, in the order of the types; of a resumed listing, those since then. */
  groupIdsByType: { [type in EndpointGroupType]?: string[] };
}

/** How many groups there are of several types. */
export interface GroupCounts {
  /** Of all of them. */
  totalCount: number;
  totalCountByType: { [type in EndpointGroupType]?: number };
}

/** Options that ask for several group types. */
export type ByType<Options = GroupListOptions> = Options & { groupType: GroupTypes };

/** What `onProgress` gets. */
export interface Progress {
  /** IDs handed on so far, duplicates not counted. */
  groups: number;
  /** How many groups there are, as the last answer told it: it may change from page to page. */
  totalCount: number;
  /** Pages handed on. */
  pages: number;
  /** Calls made, repetitions included. */
  requests: number;
  /** How many of the calls were repetitions. */
  retries: number;
  /** IDs that came again and were dropped; listAllGroups alone does so. */
  duplicates: number;
  /** Milliseconds from the start, waiting included, time between runs not. */
  elapsedMs: number;
  /** Where the listing stands after the page. */
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
 * Fetches one page: one call, repeated where it makes sense. The first, or the one at `next`.
 * @returns the page; its `next` is where the one after it begins
 * @throws a {@link GroupListError} of the class that says what went wrong, or the signal's reason
 * @example
 * const { groupIds, next } = await listGroups({ ...options, limit: 100 });
 * const second = next === null ? undefined : await listGroups({ ...options, limit: 100, next });
 */
export function listGroups(options: GroupListOptions): Promise<GroupPage>;

/**
 * Fetches every page, one call a second: 10,000 groups a second at best. All IDs are held in memory; where that is too much, use
 * {@link paginateGroups}.
 * @returns all groups, once each, and what it took to list them
 * @throws a {@link GroupListError} of the class that says what went wrong, or the signal's reason. Its `checkpoint` says where to
 * go on, its `groupIds` what was read
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
 * Fetches page by page, each when it is asked for, in constant memory. Leaving the loop early stops at once. IDs that come
 * again on a later page are not dropped here.
 * @throws a {@link GroupListError} of the class that says what went wrong, or the signal's reason: the loop throws it
 * @example
 * for await (const { groupIds, checkpoint } of paginateGroups(options)) {
 *   await store(groupIds);
 *   await remember(checkpoint); // to go on from with `resume`
 * }
 */
export function paginateGroups(options: GroupListOptions): AsyncIterableIterator<GroupPage>;

/**
 * Counts the groups of the app, of `groupType` if one is given, with one call; of several types, with one call each.
 * @returns the service's TotalCount; of several types, each one's and what they add up to
 * @throws a {@link GroupListError} of the class that says what went wrong, or the signal's reason
 * @example
 * const communities = await countGroups({ ...options, groupType: 'Community' });
 * const { totalCount, totalCountByType } = await countGroups({ ...options, groupType: 'each' });
 */
export function countGroups(options: ByType): Promise<GroupCounts>;
export function countGroups(options: GroupListOptions & { groupType?: GroupType | undefined }): Promise<number>;
export function countGroups(options: GroupListOptions): Promise<number | GroupCounts>;

/** The four functions with defaults; options given to a call win over them, unless they are `undefined`. */
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

/** A client whose defaults ask for several group types. */
export interface ClientByType extends Omit<Client, 'listAllGroups' | 'countGroups'> {
  /** See {@link listAllGroups | the function of this name}. */
  listAllGroups(options?: Omit<GroupListOptions, 'groupType'>): Promise<GroupListingByType>;
  listAllGroups(options: GroupListOptions): Promise<GroupListing>;
  /** See {@link countGroups | the function of this name}. */
  countGroups(options?: Omit<GroupListOptions, 'groupType'>): Promise<GroupCounts>;
  countGroups(options: GroupListOptions): Promise<number | GroupCounts>;
}

/**
 * Makes a client. The defaults are copied, and checked when a function is called.
 * @example
 * const chat = createClient({ sdkAppId: 1400000000, identifier: 'administrator', userSig: freshUserSig });
 * await chat.countGroups({ groupType: 'Public' });
 */
export function createClient(defaults: ByType): ClientByType;
export function createClient(defaults: GroupListOptions): Client;

/** Where groups.wasm comes from: a URL (in a browser also a relative one), its bytes, a Response, or the compiled module. */
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
 * @throws a {@link LoadError}, and can then be called again; a {@link ValidationError} if it is given something else
 * @example
 * await init({ wasm: '/assets/groups.wasm' }); // where a bundler or a server put it
 */
export function init(options?: InitOptions): Promise<void>;

/** What went wrong, in one word: one for each class of error. */
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
 * What every function rejects with. Three errors are passed on as they are: the reason of an abort, what a callback throws, and the
 * errors by which a framework steers itself (Next.js gives them a `digest`). An abort's reason that is an object gets `checkpoint`
 * and, from listAllGroups, `groupIds` as hidden properties, unless it aborted several listings at once: then take the checkpoint from
 * `onProgress`. `message` says what happened and ends with `hint`. `cause` is a copy of the runtime's own
 * error, where there was one. No property and no cause holds a UserSig, a secret key or a signed URL.
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
  /** So that the compiler knows each class by its `kind` after `instanceof GroupListError`. */
  static [Symbol.hasInstance](value: unknown): value is AnyGroupListError;
  /** Says which class it is, for code that cannot use instanceof. */
  readonly kind: GroupListErrorKind;
  /** The ErrorCode of an ApiError; the system's code (ECONNREFUSED) of a NetworkError, if the runtime tells it. */
  readonly code: number | string | undefined;
  /** The same call may succeed later: what is wrong may pass by itself. */
  readonly retryable: boolean;
  /** What to do about it; it is also the end of `message`. Empty if there is nothing to say. */
  readonly hint: string;
  /** How often the failing call was made, the first time included; 0 if it never was. */
  readonly attempts: number;
  /** Give it to `resume` to go on. Undefined where nothing was begun. */
  readonly checkpoint: Checkpoint | undefined;
  /** From listAllGroups only: the IDs that were read. Not shown in logs. */
  readonly groupIds?: string[];
  /** From listAllGroups of several group types only: the IDs that were read, by type. Not shown in logs. */
  readonly groupIdsByType?: { [type in EndpointGroupType]?: string[] };
}

/** An option is wrong; nothing was sent. `message` names the option, what was given and what is accepted. */
export class ValidationError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ValidationError;
  readonly kind: 'validation';
  /** The option's name; 'options' where it is about them as a whole. */
  readonly option: string;
}

/** The server answered with an error code. docs/errors.md explains each, as does `hint`. */
export class ApiError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ApiError;
  readonly kind: 'api';
  /** The service's ErrorCode, such as 10007. */
  readonly code: number;
  /** The server's own words, its ErrorInfo; may be empty. */
  readonly errorInfo: string;
  /** The server's RequestId, if it gave one: the vendor's support asks for it. */
  readonly requestId: string | undefined;
}

/**
 * The answer has an HTTP status other than 200: a proxy, a gateway or a firewall said it, since the service always says 200. The
 * message has the detail of an `application/problem+json` body, without secrets.
 */
export class HttpError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is HttpError;
  readonly kind: 'http';
  /** The status, 100 to 599; 0 for a redirect in a browser, which does not tell. */
  readonly status: number;
}

/** There was no answer, or it broke off: a name that does not resolve, a refused or broken connection, CORS. */
export class NetworkError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is NetworkError;
  readonly kind: 'network';
  /** The system's code, such as ECONNREFUSED, if the runtime tells it. */
  readonly code: string | undefined;
}

/** There was no complete answer within `timeoutMs`. */
export class TimeoutError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is TimeoutError;
  readonly kind: 'timeout';
}

/**
 * The answer is not what the endpoint promises: no JSON, a missing field, over 2 MiB, a cursor that came before, far more group IDs
 * than TotalCount explains. Nothing of it was handed on.
 */
export class ProtocolError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is ProtocolError;
  readonly kind: 'protocol';
}

/** The `userSig` function failed or returned no string, or the key could not sign. */
export class SigningError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is SigningError;
  readonly kind: 'signing';
}

/**
 * The WebAssembly module could not be loaded or started: the file is missing, is of another version, or the runtime refuses it.
 * `hint` says what to do; where a bundler moved the file, `init` takes its URL. If `retryable`, the next call tries again.
 */
export class LoadError extends GroupListError {
  static [Symbol.hasInstance](value: unknown): value is LoadError;
  readonly kind: 'load';
}

/** A fault of this package: please report it. The next call starts a fresh engine, from `checkpoint` if it is given that. */
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
