import { escapePattern } from '@lucid/clients/redis/document-keys';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { CacheFlushPayload } from '@lucid/jobs/contracts/cache-flush';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { CacheDatabases } from './cache-databases.service.ts';
import type { CacheFlushDto, CacheFlushPlan } from './cache.dto.ts';
import { assertNoQueueKey, encodingOf } from './cache-names.ts';

const BUDGET = { ms: 2_000, keys: 1_000_000 };
const KEYS_A_STEP = 1_000;
const EXAMPLES = 20;

/** What a flush is asked to remove, and what it would. */
@Injectable()
export class CacheFlushService {
  constructor(
    private readonly databases: CacheDatabases,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError VALIDATION_FAILED, FORBIDDEN */
  payloadOf({ pattern, prefix, database }: CacheFlushDto): CacheFlushPayload {
    if (pattern === undefined && prefix === undefined && database === undefined) {
      throw invalid('', 'say what is to go: a pattern, a prefix, or a database for all of it');
    }
    if (pattern !== undefined && prefix !== undefined) throw invalid('/prefix', 'give a pattern or a prefix, not both');
    assertNoQueueKey(Buffer.from(prefix ?? pattern ?? ''));
    const chosen = prefix === undefined ? pattern : `${escapePattern(prefix)}*`;
    return { database: this.databases.open(database).number, ...(chosen !== undefined && { pattern: chosen }) };
  }

  /** Counts what a flush would remove, for two seconds at most. @throws AppError REDIS_UNAVAILABLE */
  async plan({ database: number, pattern = '*' }: CacheFlushPayload): Promise<CacheFlushPlan> {
    const database = this.databases.open(number);
    const scan = this.databases.scan(database, pattern);
    const startedMs = this.clock.monotonicMs();
    const examples: string[] = [];
    let keys = 0;
    for (let scanned = 0; ; scanned += KEYS_A_STEP) {
      const isOver = scanned >= BUDGET.keys || this.clock.monotonicMs() - startedMs >= BUDGET.ms;
      const step = isOver ? undefined : await scan.step(KEYS_A_STEP);
      if (!step) return { database: number, pattern, keys, isComplete: !isOver, examples };
      const found = step.keys.filter((key) => this.databases.holds(database, key));
      keys += found.length;
      for (const key of found.slice(0, EXAMPLES - examples.length)) {
        const own = key.subarray(Buffer.byteLength(database.prefix));
        examples.push(own.toString(encodingOf(own) === 'utf8' ? 'utf8' : 'base64url'));
      }
    }
  }
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('VALIDATION_FAILED', message, { errors: [{ pointer, code: 'REQUIRED', message }] });
}
