// The first listGroups of a fresh process.
import { listGroups } from 'tencent-chat-groups';

const { groupIds } = await listGroups(JSON.parse(process.env.OPTIONS));
if (groupIds.length !== 100) throw new Error(`${groupIds.length} groups`);
