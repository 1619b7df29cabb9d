import { DOCUMENT_DATABASE } from '@lucid/clients/redis/cache-databases';
import type { ScanPosition } from '@lucid/clients/redis/key-scan';
import { scanKeys, unlinkKeys } from '@lucid/clients/redis/scan-keys';
import type { Clock } from '@lucid/core/clock';
import type { CacheFlushPayload, CacheFlushResult } from '@lucid/jobs/contracts/cache-flush';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { CacheDatabase } from './cache-connections.ts';
import { CacheDatabases } from './cache-databases.service.ts';

const KEYS_A_STEP = 1_000;
/** Keys between two stored positions; the more parts there are, the longer they become, so that the record stays small. */
const KEYS_A_PART = 100_000;
const PARTS_OF_A_LENGTH = 20;

interface Part {
  /** Where it ended; nothing when there are no more keys. */
  readonly position: ScanPosition | null;
  readonly scanned: number;
  readonly removed: number;
}

/** Removes the keys of a pattern by SCAN and UNLINK: the server goes on serving, and no command that empties a database is needed. */
@Injectable()
export class FlushCacheFlow {
  constructor(
    private readonly databases: CacheDatabases,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** A run that takes over goes on from the last stored position. */
  async run(context: JobContext<CacheFlushPayload>): Promise<CacheFlushResult> {
    const { payload, signal, steps } = context;
    const { pattern = '*' } = payload;
    const database = this.databases.open(payload.database);
    const startedAt = this.clock.now().toISOString();
    const total = await this.databases.size(database);
    await this.forgetFills(database, signal);
    let scanned = 0;
    let removed = 0;
    let position: ScanPosition | undefined;
    for (let number = 0; ; number += 1) {
      const from = position;
      const report = (keys: number): void =>
        context.progress({ phase: 'removing', done: Math.min(scanned + keys, total), total, unit: 'keys' });
      const part: Part = await steps.run(`part-${String(number)}`, () =>
        this.part(database, pattern, from, { number, signal, report }),
      );
      scanned += part.scanned;
      removed += part.removed;
      if (part.position === null) break;
      position = part.position;
    }
    context.progress({ phase: 'removing', done: total, total, unit: 'keys' });
    const finishedAt = this.clock.now().toISOString();
    return { database: database.number, pattern, scanned, removed, startedAt, finishedAt };
  }

  private async part(
    database: CacheDatabase,
    pattern: string,
    from: ScanPosition | undefined,
    { number, signal, report }: { number: number; signal: AbortSignal; report: (keys: number) => void },
  ): Promise<Part> {
    const scan = this.databases.scan(database, pattern, undefined, from);
    const most = KEYS_A_PART * 2 ** Math.floor(number / PARTS_OF_A_LENGTH);
    let removed = 0;
    for (let scanned = 0; ; scanned += KEYS_A_STEP) {
      signal.throwIfAborted();
      if (scanned >= most) return { position: scan.position, scanned, removed };
      const step = await scan.step(KEYS_A_STEP);
      if (!step) return { position: null, scanned, removed };
      removed += await unlinkKeys(
        database.client,
        step.keys.filter((key) => this.databases.holds(database, key)),
      );
      report(scanned + KEYS_A_STEP);
    }
  }

  /** What is being read now, and would be stored behind the flush's back. */
  private async forgetFills({ number, client, prefix }: CacheDatabase, signal: AbortSignal): Promise<void> {
    if (number !== DOCUMENT_DATABASE) return;
    for await (const keys of scanKeys(client, `${prefix}document-fill:*`, signal)) await unlinkKeys(client, keys);
  }
}
