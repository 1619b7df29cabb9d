import { parentPort, workerData } from 'node:worker_threads';
import { runChunkTask, type ChunkTask } from './chunk-task.ts';
import type { CodecKeys } from './frame-codec.ts';

/** One thread of the pool: takes a task, answers it; buffers travel both ways by transfer. */
const keys = workerData as CodecKeys;

parentPort?.on('message', ({ task, request }: { task: number; request: ChunkTask }) => {
  try {
    const { answer, transfer } = runChunkTask(keys, request);
    parentPort?.postMessage({ task, answer }, transfer);
  } catch (error) {
    parentPort?.postMessage({ task, failure: { name: (error as Error).name, message: (error as Error).message } });
  }
});
