import { parentPort, workerData } from 'node:worker_threads';
import { runChunkTask, type ChunkTask } from './chunk-task.ts';
import type { CodecKeys } from './frame-codec.ts';

/** One thread of the pool: takes a task, answers it; memory that is not shared travels by transfer. */
let keys = workerData as CodecKeys;

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
});
