import { AppError } from '@lucid/core/app-error';
import { allModels } from '@lucid/models/all-models';
import type { ModelDefinition } from '@lucid/models/model-definition';

/** Collections of the main database that hold the suite's own records: read through the API, written by the services only. */
const SUITE_COLLECTIONS: ReadonlySet<string> = new Set(['audit_logs', 'backups', 'alerts']);
/** What a restore stages, and what the server keeps for itself, is no collection to a caller. */
const HIDDEN = /^(system\.|__restore_)/;
/** MongoDB: at most 255 bytes for `database.collection`, 63 of them the database's and the dot. */
const MAX_NAME_BYTES = 255 - 64;

const mainModels = new Map(
  allModels()
    .filter((model) => model.database === 'main')
    .map((model) => [model.collection, model]),
);

/** The model that says what a collection looks like; none for a collection that callers made up. */
export function modelOfCollection(name: string): ModelDefinition | undefined {
  return mainModels.get(name);
}

/** Whether a listing leaves it out: the server's own collections and what a restore stages. */
export function isHiddenCollection(name: string): boolean {
  return HIDDEN.test(name);
}

/** Whether the services alone write it. */
export function isSuiteCollection(name: string): boolean {
  return SUITE_COLLECTIONS.has(name);
}

/**
 * A name that MongoDB takes, of a collection that callers may see.
 * Source of the rules: https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
 * @throws AppError NAMESPACE_INVALID naming what is wrong with it
 */
export function collectionName(name: string): string {
  const wrong = whatIsWrong(name);
  if (wrong !== undefined) throw new AppError('NAMESPACE_INVALID', `${JSON.stringify(shown(name))} ${wrong}`);
  return name;
}

/**
 * A name as above, of a collection whose documents, indexes and options callers may change.
 * @throws AppError NAMESPACE_INVALID; FORBIDDEN for the suite's own records
 */
export function writableCollectionName(name: string): string {
  collectionName(name);
  if (SUITE_COLLECTIONS.has(name)) {
    const detail = `${name} holds the suite's own records: the services alone write it, and no role may; it can be read`;
    throw new AppError('FORBIDDEN', detail);
  }
  return name;
}

function whatIsWrong(name: string): string | undefined {
  if (name === '') return 'is no name of a collection: it is empty';
  if (!name.isWellFormed()) return 'is no name of a collection: it holds half a character';
  if (name.includes('\0')) return 'is no name of a collection: it holds a null character';
  if (name.includes('$')) return 'is no name of a collection: it holds "$"';
  if (name.startsWith('.') || name.endsWith('.') || name.includes('..'))
    return 'is no name of a collection: it begins or ends with a dot, or has two in a row';
  if (isHiddenCollection(name))
    return "is the server's or a restore's own: names do not begin with system. or __restore_";
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `is longer than ${String(MAX_NAME_BYTES)} bytes`;
  return undefined;
}

function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
