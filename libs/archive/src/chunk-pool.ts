import { Worker } from 'node:worker_threads';
import { AppError } from '@lucid/core/app-error';
import { memoryOf, runChunkTask, type ChunkAnswer, type ChunkTask } from './chunk-task.ts';
import type { CodecKeys } from './frame-codec.ts';
import { FrameError } from './frame-header.ts';

interface Waiting {
  resolve(answer: ChunkAnswer): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

interface Reply {
  task: number;
  answer?: ChunkAnswer;
  failure?: { name: string; message: string };
}

/** From source it runs as TypeScript (Node strips the types), after a build as JavaScript. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './chunk-worker.ts' : './chunk-worker.js', import.meta.url);

/**
 * Threads that hash, compress and encrypt. A task's memory is shared or *transferred*: the caller must not touch it again until the
 * answer brings it back. The pool queues what it is given; whoever calls bounds how much is in flight. Threads start with the
 * first task and do not keep an idle process alive.
 */
export class ChunkPool {
  #keys: CodecKeys;
  readonly #size: number;
  readonly #threads: Thread[] = [];
  #nextTask = 0;

  constructor(keys: CodecKeys, size: number) {
    this.#keys = keys;
    this.#size = size;
  }

  /** @throws AppError CHUNK_CORRUPT where a frame is not what was stored; Error where the thread died */
  run(request: ChunkTask): Promise<ChunkAnswer> {
    if (this.#size === 0) return runHere(this.#keys, request);
    const thread = this.#leastBusy();
    const task = this.#nextTask++;
    return new Promise((resolve, reject) => {
      thread.waiting.set(task, { resolve, reject });
      thread.worker.ref();
      thread.worker.postMessage({ task, request }, memoryOf(request));
    });
  }

  /** What is run from now on uses these keys. */
  useKeys(keys: CodecKeys): void {
    this.#keys = keys;
    for (const { worker } of this.#threads) worker.postMessage({ keys });
  }

  /** Ends the threads; what is in flight fails. A later `run` starts new ones. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread {
    const idle = this.#threads.find(({ waiting }) => waiting.size === 0);
    if (idle) return idle;
    if (this.#threads.length < this.#size) return this.#start();
    return this.#threads.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best));
  }

  #start(): Thread {
    const worker = new Worker(WORKER, {
      workerData: this.#keys,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
    });
    const thread: Thread = { worker, waiting: new Map() };
    worker.unref();
    worker.on('message', (reply: Reply) => settle(thread, reply));
    worker.on('error', (error) => this.#lose(thread, error as Error));
    worker.on('exit', () => this.#lose(thread, new Error('a chunk worker ended')));
    this.#threads.push(thread);
    return thread;
  }

  #lose(thread: Thread, error: Error): void {
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
    for (const { reject } of thread.waiting.values()) reject(error);
    thread.waiting.clear();
  }
}

/** Without threads, in the caller's. */
async function runHere(keys: CodecKeys, request: ChunkTask): Promise<ChunkAnswer> {
  try {
    return runChunkTask(keys, request).answer;
  } catch (error) {
    throw error instanceof FrameError ? damaged(error) : error;
  }
}

function damaged(cause: Error): AppError {
  return new AppError('CHUNK_CORRUPT', 'A chunk is not what was stored.', { cause });
}

function settle({ worker, waiting }: Thread, { task, answer, failure }: Reply): void {
  const entry = waiting.get(task);
  waiting.delete(task);
  if (waiting.size === 0) worker.unref();
  if (answer) return entry?.resolve(answer);
  const cause = new Error(`${failure?.name}: ${failure?.message}`);
  const isDamage = failure?.name === 'FrameError';
  entry?.reject(isDamage ? damaged(cause) : cause);
}
