import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import { collectionLease } from './collection-drop.ts';
import { defineContract } from './define-contract.ts';
import { COLLECTION_NAME } from './names.ts';

export class IndexCreatePayload {
  @ApiProperty({ type: String, description: 'Of the main database' })
  @Matches(COLLECTION_NAME, { message: 'must be the name of a collection' })
  collection!: string;

  @ApiProperty({ type: String })
  @IsString()
  @Length(1, 127)
  name!: string;

  /** Fields in order, `["field", 1]`: their order is the meaning of an index, and that of an object's keys may change on the way. */
  @ApiProperty({ type: 'array', items: { type: 'array', items: {} } })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(32)
  keys!: [string, number | string][];

  /** Options of `createIndexes`, as Extended JSON. */
  @ApiPropertyOptional({ type: Object })
  @IsOptional()
  @IsObject()
  options?: Record<string, unknown>;
}

export class IndexCreateResult {
  collection!: string;
  name!: string;
  /** False where it was there already. */
  created!: boolean;
  sizeBytes!: number;
  /** RFC 3339. */
  startedAt!: string;
  finishedAt!: string;
}

/** Builds one index. The server goes on building when the worker dies; the next run waits for that build. */
export const indexCreate = defineContract({
  name: 'index.create',
  queue: 'storage-api',
  idPrefix: 'index',
  payload: IndexCreatePayload,
  result: IndexCreateResult,
  timeoutMs: 24 * 3_600_000,
  attempts: 5,
  backoff: { baseMs: 2_000, maxMs: 60_000 },
  concurrency: 2,
  roles: ['operator', 'backup-admin', 'admin'],
  resources: ({ collection }) => [collectionLease(collection)],
});
