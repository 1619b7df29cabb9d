import { ensureConnected } from '@lucid/clients/redis/cache-client';
import { forgetDocuments } from '@lucid/clients/redis/forget-documents';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { Db, Timestamp } from 'mongodb';
import type { CacheFreshness } from './cache-freshness.ts';
import { ChangeBatch, type ChangeBatchOptions } from './change-batch.ts';
import {
  type DocumentChange,
  type DocumentChanges,
  isPositionLost,
  openDocumentChanges,
  operationTime,
  positionText,
} from './document-changes.ts';

/** As many removals are under way at a time, and for so long, before they are waited for. */
const MOST_UNDER_WAY = 1_000;
const SETTLE_MS = 100;
const MARK_MS = 1_000;
const RETRY_MS = 1_000;
const SILENT_MS = 30_000;
/** The stored position stays so far behind: what Redis loses when it restarts or fails over is then taken out once more. */
export const POSITION_LAG_MS = 5_000;
const POSITION_SECONDS = 7_200;

export interface InvalidatorOptions extends ChangeBatchOptions {
  readonly database: Db;
  readonly freshness: CacheFreshness;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Takes every change of the database out of the cache. Each process has its own change stream, and serves from the cache only while its own
 * is in step: so none depends on another's health, and what two remove is removed as well. The position is kept in Redis, beside what
 * it is about: a Redis that comes back with older data comes back with an older position. Where there is no position, or its history is
 * gone from the oplog, everything is forgotten.
 */
export class DocumentInvalidator {
  readonly #options: InvalidatorOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #following: Following | undefined;

  constructor(options: InvalidatorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** May be called twice. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.restart();
    await this.#running;
  }

  /** Goes back to the stored position; until it has come up to date again nothing is served from the cache. */
  restart(): void {
    this.#options.freshness.lost();
    this.#following?.end();
  }

  async #run(): Promise<void> {
    const { clock, logger, freshness } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        this.#following = new Following(this.#options, signal);
        await this.#following.run();
      } catch (error) {
        if (signal.aborted) break;
        logger.warn({ err: error }, 'changes are not followed; documents are read without cache until they are');
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      } finally {
        this.#following = undefined;
        freshness.lost();
      }
    }
  }
}

/** One change stream from its position to its end. */
class Following {
  readonly #options: InvalidatorOptions;
  readonly #signal: AbortSignal;
  #changes: DocumentChanges | undefined;
  #isEnded = false;
  #isOpen = false;
  #batch: ChangeBatch;
  #positions: { atMs: number; position: string }[] = [];
  /** The time of the database at one moment: when the changes reach it, everything up to that moment is out of the cache. */
  #mark: { atMs: number; time: Timestamp } | undefined;
  #heardMs: number;

  constructor(options: InvalidatorOptions, stopped: AbortSignal) {
    this.#options = options;
    this.#signal = stopped;
    this.#batch = new ChangeBatch(options);
    this.#heardMs = options.clock.monotonicMs();
  }

  /** Ends it at once; `run` returns soon after. */
  end(): void {
    this.#isEnded = true;
    void this.#changes?.close().catch(() => undefined);
  }

  /** @throws what Redis or the database threw */
  async run(): Promise<void> {
    const { clock, client, keys, database, logger } = this.#options;
    await ensureConnected(client);
    const position = (await client.get(keys.position)) ?? undefined;
    const changes = openDocumentChanges(database, position);
    this.#changes = changes;
    const stopWatching = clock.every(MARK_MS, () => {
      if (clock.monotonicMs() - this.#heardMs > SILENT_MS) this.end();
    });
    try {
      await this.#follow(changes, position === undefined);
    } catch (error) {
      if (this.#isEnded) return;
      if (position === undefined || !isPositionLost(error, this.#isOpen)) throw error;
      logger.warn({ err: error }, 'changes cannot be followed from the stored position on: the cache starts empty');
      await client.del(keys.position);
    } finally {
      stopWatching();
      await changes.close().catch(() => undefined);
    }
  }

  async #follow(changes: DocumentChanges, mustForgetAll: boolean): Promise<void> {
    const { clock } = this.#options;
    let mustForget = mustForgetAll;
    let askedMs = clock.monotonicMs();
    let settledMs = askedMs;
    while (!this.#isEnded) {
      if (this.#batch.size === 0) askedMs = clock.monotonicMs();
      const change = await changes.tryNext();
      this.#isOpen = true;
      this.#heardMs = clock.monotonicMs();
      if (mustForget) await this.#forgetAll();
      mustForget = false;
      if (change) this.#batch.add(change);
      const isDue = this.#batch.size >= MOST_UNDER_WAY || this.#heardMs - settledMs >= SETTLE_MS;
      if (change && change.operationType !== 'invalidate' && !isDue) continue;
      await this.#settle(change, askedMs, positionText(changes.resumeToken));
      if (change?.operationType === 'invalidate') return;
      settledMs = clock.monotonicMs();
    }
  }

  /** Now that the stream is open: whatever changes from here on is heard. */
  async #forgetAll(): Promise<void> {
    const { client, keys, metrics } = this.#options;
    metrics.forgot('flush', await forgetDocuments(client, keys.patterns(), this.#signal));
  }

  async #settle(change: DocumentChange | null, askedMs: number, position: string): Promise<void> {
    const batch = this.#batch;
    this.#batch = new ChangeBatch(this.#options);
    await batch.settle(this.#signal);
    // After this one the stream ends; only from behind it another can begin.
    if (change?.operationType === 'invalidate') return this.#store(position);
    await this.#keepPosition(position);
    if (change) await this.#compareMark(change);
    // Without a change the database had none when it was asked.
    else this.#inStepAsOf(askedMs);
  }

  /** A stream that always has a change never says that it is at the end. */
  async #compareMark({ clusterTime }: DocumentChange): Promise<void> {
    const { clock, database } = this.#options;
    if (this.#mark === undefined) {
      const atMs = clock.monotonicMs();
      this.#mark = { atMs, time: await operationTime(database) };
    } else if (clusterTime?.greaterThan(this.#mark.time)) {
      this.#inStepAsOf(this.#mark.atMs);
      this.#mark = undefined;
    }
  }

  #inStepAsOf(monotonicMs: number): void {
    if (!this.#isEnded) this.#options.freshness.inStepAsOf(monotonicMs);
  }

  async #keepPosition(position: string): Promise<void> {
    const nowMs = this.#options.clock.monotonicMs();
    const newest = this.#positions.at(-1);
    if (newest === undefined || nowMs - newest.atMs >= MARK_MS) this.#positions.push({ atMs: nowMs, position });
    const due = this.#positions.findLastIndex(({ atMs }) => atMs <= nowMs - POSITION_LAG_MS);
    if (due < 0) return;
    const [kept] = this.#positions.splice(0, due + 1).slice(-1);
    if (kept) await this.#store(kept.position);
  }

  async #store(position: string): Promise<void> {
    const { client, keys } = this.#options;
    await client.set(keys.position, position, 'EX', POSITION_SECONDS);
  }
}
