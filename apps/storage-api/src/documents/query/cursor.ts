import { hash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { BSON, type Document, type Filter } from 'mongodb';
import type { SortKey } from './parse-sort.ts';

/** Where a page ended. */
export interface Position {
  /** The values its last document is sorted by. */
  readonly values: readonly unknown[];
  /** Its `_id`, where the next page goes on among documents that sort together with it. */
  readonly id?: unknown;
}

/** What a cursor belongs to. */
export interface CursorQuery {
  readonly collection: string;
  readonly filter: Filter<Document>;
  readonly sort: readonly SortKey[];
}

const HASH_BYTES = 12;
/** An address has its limits: 16 KiB with everything in it. */
export const MAX_CURSOR_LENGTH = 4096;

/** An opaque text that only the same query takes. @throws AppError VALIDATION_FAILED where the values to sort by are too long */
export function encodePosition(query: CursorQuery, { values, id }: Position): string {
  const position = BSON.serialize({ v: values, ...(id !== undefined && { i: id }) });
  const cursor = Buffer.concat([queryHash(query), position]).toString('base64url');
  if (cursor.length <= MAX_CURSOR_LENGTH) return cursor;
  const message = 'the values to sort by are too long to go on after them: sort by a shorter field';
  throw new AppError('VALIDATION_FAILED', message, { errors: [{ pointer: '/sort', code: 'TOO_LARGE', message }] });
}

/**
 * It is not signed: whatever a forged one holds is only ever compared with, so it reaches nothing that the query it belongs to would not.
 * @throws AppError BAD_CURSOR
 */
export function decodePosition(query: CursorQuery, cursor: string): Position {
  const bytes = Buffer.from(cursor, 'base64url');
  const isOwn = cursor.length <= MAX_CURSOR_LENGTH && bytes.subarray(0, HASH_BYTES).equals(queryHash(query));
  const position = isOwn ? read(bytes.subarray(HASH_BYTES)) : undefined;
  const values: unknown = position?.['v'];
  if (Array.isArray(values) && values.length === query.sort.length && values.every(isComparable)) {
    return { values, ...(Object.hasOwn(position ?? {}, 'i') && { id: position?.['i'] as unknown }) };
  }
  throw new AppError('BAD_CURSOR', 'the cursor does not belong to this filter and sort; start again without one');
}

function read(bytes: Buffer): Document | undefined {
  try {
    return BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  } catch {
    return undefined;
  }
}

/** Lists are never sorted by as a whole; the empty one has a place of its own. */
function isComparable(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}

function queryHash({ collection, filter, sort }: CursorQuery): Buffer {
  return hash('sha256', BSON.serialize({ c: collection, f: filter, s: sort }), 'buffer').subarray(0, HASH_BYTES);
}
