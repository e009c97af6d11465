// What callers get, to the letter.
import {
  ApiError,
  type Checkpoint,
  countGroups,
  createClient,
  type GroupCounts,
  GroupListError,
  type GroupListing,
  type GroupListingByType,
  type GroupPage,
  HttpError,
  listAllGroups,
  type listGroups,
  NetworkError,
  paginateGroups,
  ValidationError,
} from 'tencent-chat-groups';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

const who = { sdkAppId: 1400000000, identifier: 'administrator', secretKey: 'made-up' };

same<Awaited<ReturnType<typeof listGroups>>, GroupPage>(true);
same<Awaited<ReturnType<typeof listAllGroups>>, GroupListing>(true);
const count = await countGroups(who);
same<typeof count, number>(true);
same<GroupPage['next'], string | null>(true);
same<GroupPage['groupIds'], string[]>(true);

const each = await listAllGroups({ ...who, groupType: 'each' });
same<typeof each, GroupListingByType>(true);
same<typeof each.groupIdsByType.Public, string[] | undefined>(true);
const two = await countGroups({ ...who, groupType: ['Public', 'Work'] });
same<typeof two.totalCountByType.Private, number | undefined>(true);
const one = await countGroups({ ...who, groupType: 'Public' });
same<typeof one, number>(true);
const byType = createClient({ ...who, groupType: 'each' });
const counts = await byType.countGroups();
same<typeof counts, GroupCounts>(true);
const plain = await createClient(who).countGroups();
same<typeof plain, number>(true);
const all = await listAllGroups(who);
// @ts-expect-error: nobody can tell the types of all groups at once
all.groupIdsByType;

for await (const page of paginateGroups(who)) same<typeof page, GroupPage>(true);

try {
  await listAllGroups(who);
} catch (error) {
  if (error instanceof ValidationError) same<typeof error.option, string>(true);
  else if (error instanceof ApiError) same<typeof error.code, number>(true);
  else if (error instanceof HttpError) same<typeof error.status, number>(true);
  else if (error instanceof NetworkError) same<typeof error.code, string | undefined>(true);
  else if (error instanceof GroupListError) {
    same<typeof error.checkpoint, Checkpoint | undefined>(true);
    await listAllGroups({ ...who, resume: error.checkpoint });
    // @ts-expect-error: errors are read-only
    error.retryable = true;
  }
}

// kind tells the classes apart, each with what only it has.
export function describe(error: unknown): string {
  if (!(error instanceof GroupListError)) throw error;
  switch (error.kind) {
    case 'validation':
      return error.option;
    case 'api':
      return `${error.code}: ${error.errorInfo}`;
    case 'http':
      return String(error.status);
    case 'network':
      return error.code ?? '';
    case 'timeout':
    case 'protocol':
    case 'signing':
    case 'load':
    case 'internal':
      // @ts-expect-error: none of these has an option
      return error.option;
  }
  // Every kind was dealt with.
  same<typeof error, never>(true);
}

listAllGroups({
  ...who,
  onRetry: ({ error }) => {
    if (error.kind === 'http') same<typeof error, HttpError>(true);
  },
});

// @ts-expect-error: errors are made by this package alone
new GroupListError('no');
// @ts-expect-error: a count is a number
same<typeof count, string>(true);
