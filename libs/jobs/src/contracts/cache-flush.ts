import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { defineContract } from './define-contract.ts';

export class CacheFlushPayload {
  /** As of SCAN MATCH; without it every key of the database. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1_024)
  pattern?: string;

  @ApiProperty({ type: Number, minimum: 0, maximum: 15 })
  @IsInt()
  @Min(0)
  @Max(15)
  database!: number;
}

export class CacheFlushResult {
  database!: number;
  pattern!: string;
  /** Keys that were looked at, and keys that were removed. */
  scanned!: number;
  removed!: number;
  startedAt!: string;
  finishedAt!: string;
}

/** Removing twice is as removing once, so it holds no lease. */
export const cacheFlush = defineContract({
  name: 'cache.flush',
  queue: 'storage-api',
  idPrefix: 'flush',
  payload: CacheFlushPayload,
  result: CacheFlushResult,
  timeoutMs: 2 * 3_600_000,
  attempts: 5,
  backoff: { baseMs: 2_000, maxMs: 60_000 },
  concurrency: 2,
  roles: ['operator', 'backup-admin', 'admin'],
  resources: () => [],
});
