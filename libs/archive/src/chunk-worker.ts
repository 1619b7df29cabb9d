import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { runChunkTask, type ChunkTask } from './chunk-task.ts';
import type { CodecKeys } from './frame-codec.ts';

/**
 * One thread of the pool: takes a task, answers it; memory that is not shared travels by transfer. Node's codecs allocate what they
 * return, megabytes a task beside a few objects, which V8's young collection is slow to notice; so it is started after each
 * task (a fraction of a millisecond).
 */
let keys = workerData as CodecKeys;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;

type Message = { task: number; request: ChunkTask } | { keys: CodecKeys };

parentPort?.on('message', (message: Message) => {
  if ('keys' in message) {
    keys = message.keys;
    return;
  }
  const { task, request } = message;
  try {
    const { answer, transfer } = runChunkTask(keys, request);
    parentPort?.postMessage({ task, answer }, transfer);
  } catch (error) {
    parentPort?.postMessage({ task, failure: { name: (error as Error).name, message: (error as Error).message } });
  }
  if (request.op !== 'hash') collect({ type: 'minor' });
});
