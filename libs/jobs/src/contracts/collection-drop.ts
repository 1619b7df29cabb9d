import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { COLLECTION_NAME } from './names.ts';

export class CollectionDropPayload {
  @ApiProperty({ type: String, description: 'Of the main database' })
  @Matches(COLLECTION_NAME, { message: 'must be the name of a collection' })
  collection!: string;

  /** The name once more: the collection of a model goes only with it. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @Matches(COLLECTION_NAME, { message: 'must be the name of the collection' })
  confirm?: string;
}

export class CollectionDropResult {
  collection!: string;
  /** Holds it as it was when it went. */
  backupId!: string;
  /** Null of a time series and of a view. */
  documents!: number | null;
  dataBytes!: number;
  indexes!: number;
  /** RFC 3339. */
  droppedAt!: string;
  /** Backups that were made before and do not hold its last state, because it was written to meanwhile. */
  earlierBackupIds?: string[];
}

/** Backs the collection up and drops it where it has not changed since. Nothing else of the suite changes it meanwhile. */
export const collectionDrop = defineContract({
  name: 'collection.drop',
  queue: 'storage-api',
  idPrefix: 'drop',
  payload: CollectionDropPayload,
  result: CollectionDropResult,
  timeoutMs: 13 * 3_600_000,
  attempts: 5,
  backoff: { baseMs: 5_000, maxMs: 120_000 },
  concurrency: 2,
  roles: ['admin'],
  resources: ({ collection }) => [collectionLease(collection)],
});

/** Held by jobs that change a collection of the main database as a whole. */
export function collectionLease(collection: string): string {
  return `collection:${collection}`;
}

/** The name that a collection has between its renaming and its end: visible, so that nothing is ever hidden from an operator. */
export function asideName(jobId: string): string {
  return `dropped.${jobId}`;
}

const ASIDE = /^dropped\.drop_\d{8}_\d{6}_/;

/** Was the collection set aside to be dropped? */
export function isAsideName(collection: string): boolean {
  return ASIDE.test(collection);
}
