import type { Logger } from '@lucid/core/logger';
import type { ChangeStream, Collection } from 'mongodb';
import type { StoredJob } from './jobs.repository.ts';

/**
 * Wakes those who watch a job when its record changes: one change stream a process however many watch, open while there is one.
 * Only a wake-up: it may be missed (the stream broke, or cannot be had), so whoever waits looks for himself now and then.
 */
export class JobChanges {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly collection: Collection<StoredJob>;
  private readonly logger: Logger;
  private stream: ChangeStream | undefined;

  constructor(collection: Collection<StoredJob>, logger: Logger) {
    this.collection = collection;
    this.logger = logger;
  }

  /** Calls `wake` at each change of the job until the returned function is called. */
  subscribe(id: string, wake: () => void): () => void {
    const wakes = this.waiting.get(id) ?? new Set();
    this.waiting.set(id, wakes.add(wake));
    this.open();
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0) this.waiting.delete(id);
      if (this.waiting.size === 0) this.close();
    };
  }

  private open(): void {
    if (this.stream) return;
    const stream = this.collection.watch([{ $project: { documentKey: 1 } }]);
    this.stream = stream;
    stream.on('change', (change) => {
      if (!('documentKey' in change)) return;
      for (const wake of this.waiting.get(String(change.documentKey._id)) ?? []) wake();
    });
    stream.on('error', (error) => {
      this.logger.warn({ err: error }, 'job changes are polled until the next watcher comes');
      if (this.stream === stream) this.close();
    });
  }

  private close(): void {
    const { stream } = this;
    this.stream = undefined;
    stream?.close().catch((error: unknown) => this.logger.debug({ err: error }, 'change stream did not close'));
  }
}
