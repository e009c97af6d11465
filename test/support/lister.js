// A worker that lists all groups through a proxy, as a process of its own would: it shares no pace with others.
import { parentPort, workerData } from 'node:worker_threads';
import { listAllGroups } from 'tencent-chat-groups';

try {
  const { groupIds, complete, requests, retries } = await listAllGroups(workerData);
  parentPort.postMessage({ groupIds, complete, requests, retries });
} catch (error) {
  parentPort.postMessage({ error: `${error.name}: ${error.message}` });
}
