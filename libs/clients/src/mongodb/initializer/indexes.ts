import type { IndexDefinition, ModelDefinition } from '@lucid/models/model-definition';
import { type Collection, type Document, MongoServerError } from 'mongodb';
import { canonical, type ChangeLog } from './change.ts';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const INDEX_OPTIONS_CONFLICT = 85;
const INDEX_KEY_SPECS_CONFLICT = 86;
const INDEX_NOT_FOUND = 27;

/** An index as `listIndexes` tells it. */
interface StoredIndex {
  readonly name: string;
  readonly key: Document;
  readonly expireAfterSeconds?: number;
  readonly [option: string]: unknown;
}

/** Makes the indexes of a collection match the model's. Others are left alone and mentioned. */
export async function initializeIndexes(
  collection: Collection,
  model: ModelDefinition,
  exists: boolean,
  log: ChangeLog,
): Promise<void> {
  const stored = exists ? ((await collection.listIndexes().toArray()) as StoredIndex[]) : [];
  const matched = new Set<string>(['_id_']);
  for (const wanted of model.indexes) {
    const name = await initializeIndex(collection, wanted, stored, log);
    if (name !== undefined) matched.add(name);
  }
  // A time series makes an index of its own on meta and time.
  if (model.timeseries) return;
  for (const { name } of stored) {
    if (!matched.has(name)) log.remark(`${collection.namespace}`, `index ${name} is not in the model; left alone`);
  }
}

/** @returns the name of the stored index that was taken for the wanted one */
async function initializeIndex(
  collection: Collection,
  wanted: IndexDefinition,
  stored: readonly StoredIndex[],
  log: ChangeLog,
): Promise<string | undefined> {
  const target = `${collection.namespace}.${wanted.name}`;
  const same = stored.find((index) => isSame(index, wanted));
  if (same) return same.name;
  const otherExpiry = stored.find((index) => isSame(index, wanted, true));
  if (otherExpiry && wanted.expireAfterSeconds !== undefined) {
    await changeExpiry(collection, otherExpiry, wanted.expireAfterSeconds, log);
    return otherExpiry.name;
  }
  const rival =
    stored.find((index) => index.name === wanted.name) ??
    stored.find((index) => keysText(index.key) === keysText(wanted.keys) && index.name !== '_id_');
  if (!rival) {
    await log.change({ target, action: 'create index', detail: describe(wanted) }, () => create(collection, wanted));
    return undefined;
  }
  const detail = `it had other options (${describe({ ...rival, keys: rival.key })} → ${describe(wanted)})`;
  await log.change({ target, action: 'rebuild index', detail }, () => rebuild(collection, wanted, rival, stored));
  return rival.name;
}

/**
 * Builds the new index before the old one goes, so that queries and uniqueness are never without it. It then has a name with a
 * number, since an index cannot be renamed; the next run knows it by what it is. Where the server holds the two for the same,
 * the old one goes first.
 */
async function rebuild(
  collection: Collection,
  wanted: IndexDefinition,
  rival: StoredIndex,
  stored: readonly StoredIndex[],
): Promise<void> {
  try {
    const name = rival.name === wanted.name ? freeName(wanted.name, stored) : wanted.name;
    await create(collection, { ...wanted, name });
    await drop(collection, rival.name);
  } catch (error) {
    if (!hasCode(error, INDEX_OPTIONS_CONFLICT, INDEX_KEY_SPECS_CONFLICT)) throw error;
    await drop(collection, rival.name);
    await create(collection, wanted);
  }
}

function freeName(name: string, stored: readonly StoredIndex[]): string {
  for (let number = 2; ; number++) {
    const candidate = `${name}_v${number}`;
    if (stored.every((index) => index.name !== candidate)) return candidate;
  }
}

async function changeExpiry(
  collection: Collection,
  index: StoredIndex,
  seconds: number,
  log: ChangeLog,
): Promise<void> {
  const before = index.expireAfterSeconds === undefined ? 'never' : `${index.expireAfterSeconds} s`;
  const change = {
    target: `${collection.namespace}.${index.name}`,
    action: 'change expiry of index',
    detail: `${before} → ${seconds} s`,
  };
  const command = { collMod: collection.collectionName, index: { name: index.name, expireAfterSeconds: seconds } };
  await log.change(change, () => collection.db.command(command));
}

async function create(collection: Collection, index: IndexDefinition): Promise<void> {
  const { keys, ...options } = index;
  await collection.createIndex(new Map(Object.entries(keys)), options);
}

async function drop(collection: Collection, name: string): Promise<void> {
  try {
    await collection.dropIndex(name);
  } catch (error) {
    if (!hasCode(error, INDEX_NOT_FOUND)) throw error;
  }
}

function hasCode(error: unknown, ...codes: number[]): boolean {
  return error instanceof MongoServerError && codes.includes(Number(error.code));
}

function isSame(index: StoredIndex, wanted: IndexDefinition, ignoreExpiry = false): boolean {
  return (
    keysText(index.key) === keysText(wanted.keys) &&
    optionsText(index, ignoreExpiry) === optionsText(wanted, ignoreExpiry)
  );
}

/** In order: the order of an index's fields is its meaning. */
function keysText(keys: Document): string {
  return JSON.stringify(
    Object.entries(keys).map(([field, direction]) => [field, isNaN(Number(direction)) ? direction : Number(direction)]),
  );
}

function optionsText(index: IndexDefinition | StoredIndex, ignoreExpiry: boolean): string {
  const {
    unique = false,
    sparse = false,
    partialFilterExpression = null,
    expireAfterSeconds,
  } = index as IndexDefinition;
  const { collation = null } = index as { collation?: unknown };
  const expiry = ignoreExpiry || expireAfterSeconds === undefined ? null : Number(expireAfterSeconds);
  return canonical({ unique, sparse, partialFilterExpression, collation, expiry });
}

function describe(index: IndexDefinition | (StoredIndex & { keys: Document })): string {
  const { keys, unique, sparse, partialFilterExpression, expireAfterSeconds } = index as IndexDefinition;
  return [
    JSON.stringify(keys),
    ...(unique ? ['unique'] : []),
    ...(sparse ? ['sparse'] : []),
    ...(partialFilterExpression ? ['partial'] : []),
    ...(expireAfterSeconds === undefined ? [] : [`expires after ${expireAfterSeconds} s`]),
  ].join(', ');
}
