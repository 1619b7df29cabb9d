import { errorTypeOf, isStatus } from '@lucid/clients/elasticsearch/raw-request';
import {
  closePointInTime,
  openPointInTime,
  type PointInTime,
  renewPointInTime,
} from '@lucid/clients/elasticsearch/shard-reader';
import type { CaptureSource } from './capture-source.ts';
import { type CatalogueIndex, refresh } from './index-catalogue.ts';
import { inParallel } from './parallel.ts';

/** How long the server keeps a point in time that nobody asks about: what a killed capture leaves is gone after that. */
export const KEEP_ALIVE = '10m';
const RENEW_MS = 180_000;
const PARALLEL_OPENS = 4;

export interface UnreadableShard {
  readonly index: string;
  readonly shard: number;
  readonly reason: string;
}

/** Points in time on every shard, opened together so that they lie close to one another, and kept until each is read. */
export class ShardPoints {
  readonly points: PointInTime[] = [];
  readonly unreadable: UnreadableShard[] = [];
  private readonly waiting = new Set<PointInTime>();
  private readonly source: CaptureSource;
  private renewing: Promise<void> = Promise.resolve();
  private stopRenewing: (() => void) | undefined;

  constructor(source: CaptureSource) {
    this.source = source;
  }

  /** Documents are found from their refresh on: refreshed first, what was acknowledged before is in. */
  async open(indices: readonly CatalogueIndex[]): Promise<void> {
    const { context, client } = this.source;
    const { signal, clock } = context;
    await inParallel(PARALLEL_OPENS, indices, (index) => refresh(client, index, signal));
    const shards = indices.flatMap(({ name, shards: count }) =>
      Array.from({ length: count }, (_, shard) => ({ index: name, shard })),
    );
    await inParallel(PARALLEL_OPENS, shards, async (shard) => {
      try {
        const point = await openPointInTime(client, shard, { keepAlive: KEEP_ALIVE, signal });
        this.points.push(point);
        this.waiting.add(point);
      } catch (error) {
        this.note(error, shard);
      }
    });
    this.points.sort((a, b) => (a.index === b.index ? a.shard - b.shard : a.index < b.index ? -1 : 1));
    this.stopRenewing = clock.every(RENEW_MS, () => (this.renewing = this.renewing.then(() => this.renewWaiting())));
  }

  /** It is read from now on, which keeps it alive. */
  taken(point: PointInTime): void {
    this.waiting.delete(point);
  }

  /** Frees one that was read. */
  async close(point: PointInTime): Promise<void> {
    this.waiting.delete(point);
    const position = this.points.indexOf(point);
    if (position >= 0) this.points.splice(position, 1);
    try {
      await closePointInTime(this.source.client, point);
    } catch (error) {
      this.source.context.logger.warn({ err: error }, 'a point in time of Elasticsearch will expire by itself');
    }
  }

  async closeAll(): Promise<void> {
    this.stopRenewing?.();
    await this.renewing;
    const open = [...this.points];
    await inParallel(PARALLEL_OPENS, open, (point) => this.close(point));
  }

  private async renewWaiting(): Promise<void> {
    for (const point of [...this.waiting]) {
      // One that is gone is found when it is read.
      await renewPointInTime(this.source.client, point, { keepAlive: KEEP_ALIVE }).catch(() => undefined);
    }
  }

  /** A shard without a copy, or an index that may not be read, is left out and said; a server that is gone ends the capture. */
  private note(error: unknown, { index, shard }: { index: string; shard: number }): void {
    this.source.context.signal.throwIfAborted();
    const type = errorTypeOf(error);
    const isGone = isStatus(error, 404);
    const isOfIndex = type === 'cluster_block_exception' || type === 'search_phase_execution_exception' || isGone;
    if (!isOfIndex || isStatus(error, 429)) throw error;
    // The server's own words may name hosts: they are for the log alone.
    this.source.context.logger.warn({ err: error, index, shard }, 'a shard of Elasticsearch cannot be read');
    const isBlocked = type === 'cluster_block_exception';
    const reason = isGone
      ? 'it was deleted meanwhile'
      : isBlocked
        ? 'reading it is blocked'
        : 'it has no copy that answers';
    this.unreadable.push({ index, shard, reason });
  }
}
