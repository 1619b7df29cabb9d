import { isUtf8 } from 'node:buffer';
import { DOCUMENT_DATABASE } from '@lucid/clients/redis/cache-databases';
import { AppError } from '@lucid/core/app-error';

/** Of a database that a request may leave out. */
export const USUAL_DATABASE =
  'Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in';
/** In an address; Redis itself takes 512 MB. */
export const LONGEST_KEY_BYTES = 1_024;
/** Session tokens and authentication data (`cache-databases.ts`): who reads a value there can be somebody else. */
const SECRET_DATABASES: ReadonlySet<number> = new Set([0, 1]);
const QUEUE = /^(?:\{lucid\}|bull):/;
const DOCUMENT = /^(?:db\d+:)?document(?:-fill|-position)?:/;

export const ENCODINGS = ['utf8', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** How bytes are written in an answer: as text where they are text. */
export function encodingOf(...parts: readonly Buffer[]): Encoding {
  return parts.every((part) => isUtf8(part)) ? 'utf8' : 'base64';
}

/** The bytes of a key in an address. @throws AppError NAMESPACE_INVALID */
export function parseKey(text: string, encoding: Encoding): Buffer {
  const key = encoding === 'utf8' ? Buffer.from(text) : Buffer.from(text, 'base64url');
  const isWhole =
    encoding === 'utf8' ||
    key.toString('base64url') === text.replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');
  if (!isWhole || key.length === 0)
    throw new AppError('NAMESPACE_INVALID', 'the key is not base64: send it as base64url');
  if (key.length > LONGEST_KEY_BYTES) {
    throw new AppError('NAMESPACE_INVALID', `the key is longer than ${String(LONGEST_KEY_BYTES)} bytes`);
  }
  return key;
}

/** Does it belong to BullMQ? Its Redis may be the cache's, where nobody gave the queue one of its own. */
export function isQueueKey(key: Buffer): boolean {
  return QUEUE.test(key.toString('latin1', 0, 16));
}

/** @throws AppError FORBIDDEN for keys of the job queue */
export function assertNoQueueKey(key: Buffer): void {
  if (!isQueueKey(key)) return;
  throw new AppError('FORBIDDEN', 'keys of the job queue are not the cache’s: see GET /api/v1/jobs');
}

/** @throws AppError FORBIDDEN also for documents, which only their own reads may fill */
export function assertWritableKey(key: Buffer, database: number): void {
  assertNoQueueKey(key);
  if (database !== DOCUMENT_DATABASE || !DOCUMENT.test(key.toString('latin1', 0, 64))) return;
  throw new AppError('FORBIDDEN', 'cached documents are filled by reading them: DELETE the key to have it read again');
}

/** May values of the database be shown to those who may only look on? */
export function isSecretDatabase(database: number): boolean {
  return SECRET_DATABASES.has(database);
}
