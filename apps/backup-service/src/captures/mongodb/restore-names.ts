import { AppError } from '@lucid/core/app-error';

export interface Namespace {
  readonly database: string;
  readonly collection: string;
}

/** Nothing is ever restored into these; the control database joins them. */
export const SYSTEM_DATABASES = ['admin', 'local', 'config'];
/** Of the main database; an in-place restore keeps them unless they are named. */
export const KEPT_COLLECTIONS = ['backups', 'audit_logs', 'alerts'];
export const BUCKETS_PREFIX = 'system.buckets.';
const STAGING_PREFIX = '__restore_';
const RESTORE_ID = /^[A-Za-z0-9_-]{1,80}$/;
/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Length-of-Database-Names and below it */
const MAX_NAMESPACE_BYTES = 255;
const DATABASE = /^[^/\\. "$*<>:|?\0]{1,63}$/;

/** The first dot parts database and collection. @throws AppError RESTORE_REFUSED */
export function parseNamespace(text: string): Namespace {
  const dot = text.indexOf('.');
  const [database, collection] = [text.slice(0, dot), text.slice(dot + 1)];
  const isValid = dot > 0 && DATABASE.test(database) && collection !== '' && !/[$\0]/.test(collection);
  if (!isValid || Buffer.byteLength(text) > MAX_NAMESPACE_BYTES) {
    throw new AppError(
      'RESTORE_REFUSED',
      `${JSON.stringify(text)} is not the name of a collection (database.collection).`,
    );
  }
  return { database, collection };
}

/** `*` stands for any characters of the collection's name: `lucid.*`, `lucid.block*`. */
export function matchesGlob(glob: string, namespace: string): boolean {
  if (!glob.includes('*')) return glob === namespace;
  const pattern = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^\\0]*')}$`, 'u').test(namespace);
}

/** Where a collection is restored before it gets its name: hidden from sync, cache and backup by its prefix. */
export function stagingName(restoreId: string, number: number): string {
  return `${stagingPrefix(restoreId)}${number}`;
}

export function stagingPrefix(restoreId: string): string {
  if (!RESTORE_ID.test(restoreId)) throw new AppError('RESTORE_REFUSED', 'The id of a restore has other characters.');
  return `${STAGING_PREFIX}${restoreId}_`;
}

export function isStagingName(collection: string): boolean {
  return collection.startsWith(STAGING_PREFIX) || collection.startsWith(`${BUCKETS_PREFIX}${STAGING_PREFIX}`);
}

/** The collection of the suite or of the server that is no business of a restore: profiler data, view definitions, staging. */
export function isInternalCollection(collection: string): boolean {
  if (collection.startsWith(BUCKETS_PREFIX)) return true;
  return (collection.startsWith('system.') && collection !== 'system.js') || isStagingName(collection);
}
