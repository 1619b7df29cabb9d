import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { COLLECTION_NAME } from './names.ts';

export class IndexTryPayload {
  @ApiProperty({ type: String, example: 'adv_9f86d081884c7d65' })
  @Matches(/^adv_[0-9a-f]{16}$/, { message: 'must be the id of a proposal' })
  adviceId!: string;

  @ApiProperty({ type: String, description: 'Of the main database' })
  @Matches(COLLECTION_NAME, { message: 'must be the name of a collection' })
  collection!: string;

  /** Fields in order, `["field", 1]`. */
  @ApiProperty({ type: 'array', items: { type: 'array', items: {} } })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(32)
  keys!: [string, 1 | -1][];

  /** Of the slow queries that are measured; their values are read from the profiler when it is done, and stored nowhere. */
  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(5)
  @Matches(/^[0-9a-f]{16}$/, { each: true, message: 'must be fingerprints' })
  fingerprints!: string[];
}

/** One execution, as `explain` measured it. */
export interface MeasuredQuery {
  fingerprint: string;
  docsExamined: number;
  keysExamined: number;
  returned: number;
  executionMs: number;
  sortsInMemory: boolean;
  indexes: string[];
}

export class IndexTryResult {
  collection!: string;
  /** The index, which is there and hidden. */
  name!: string;
  sizeBytes!: number;
  without!: MeasuredQuery[];
  /** With the index, named by a hint. */
  with!: MeasuredQuery[];
  /** Of the measured queries, those for which MongoDB chose it by itself. */
  chosen!: string[];
  /** Fewer documents and keys are examined in all, or an order need no longer be made. */
  isBetter!: boolean;
}

/** No lease of the collection: the job that builds the index has it, and this one waits for that. */
export const indexTry = defineContract({
  name: 'index.try',
  queue: 'storage-api',
  idPrefix: 'try',
  payload: IndexTryPayload,
  result: IndexTryResult,
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 5_000, maxMs: 60_000 },
  concurrency: 1,
  roles: ['admin'],
  resources: ({ collection }) => [`index-advice:${collection}`],
});
