import { MongoServerError, type Db, type Document } from 'mongodb';

/** How collections look: options and indexes, no documents. What an undo of the models' changes needs to know. */
export interface CatalogueSnapshot extends Document {
  readonly collections: readonly StoredLook[];
}

interface StoredLook {
  readonly name: string;
  /** Null where the collection was not there. */
  readonly options: Document | null;
  readonly indexes: readonly Document[];
}

const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;
/** What `listIndexes` tells and `createIndexes` does not take. */
const NO_OPTION = new Set(['ns', 'background']);

export async function takeCatalogueSnapshot(database: Db, names: readonly string[]): Promise<CatalogueSnapshot> {
  const found = await database.listCollections({}, { nameOnly: false }).toArray();
  const options = new Map(found.map((one) => [one.name, 'options' in one ? (one.options ?? {}) : {}]));
  const collections: StoredLook[] = [];
  for (const name of names) {
    const stored = options.get(name);
    const indexes = stored ? await database.collection(name).listIndexes().toArray() : [];
    collections.push({ name, options: stored ?? null, indexes });
  }
  return { collections };
}

/**
 * Makes collections look as they did: validators, expiry of a time series, indexes. A collection that was not there goes if it is empty.
 * May run twice. @returns what stays different, one sentence each
 */
export async function restoreCatalogue(database: Db, { collections }: CatalogueSnapshot): Promise<string[]> {
  const now = await takeCatalogueSnapshot(
    database,
    collections.map(({ name }) => name),
  );
  const left: string[] = [];
  for (const [index, before] of collections.entries()) {
    const present = now.collections[index];
    if (!present?.options) {
      if (before.options) left.push(`${before.name} is gone; it is not made again`);
      continue;
    }
    if (before.options) left.push(...(await restoreLook(database, before, present)));
    else left.push(...(await dropIfEmpty(database, before.name, present.options)));
  }
  return left;
}

async function restoreLook(database: Db, before: StoredLook, present: StoredLook): Promise<string[]> {
  const { name, options, indexes } = before;
  const left: string[] = [];
  if (options?.['timeseries']) {
    if (text(options['expireAfterSeconds']) !== text(present.options?.['expireAfterSeconds'])) {
      await database.command({ collMod: name, expireAfterSeconds: options['expireAfterSeconds'] ?? 'off' });
    }
    if (text(options['timeseries']) !== text(present.options?.['timeseries']))
      left.push(`the granularity of ${name} can only grow: it stays as it is`);
  } else if (rulesText(options) !== rulesText(present.options)) {
    const { validator = {}, validationLevel = 'strict', validationAction = 'error' } = options ?? {};
    await database.command({ collMod: name, validator, validationLevel, validationAction });
  }
  await restoreIndexes(database, name, indexes, present.indexes);
  return left;
}

/** What differs goes before what was there comes back: two indexes of the same keys cannot stand side by side. */
async function restoreIndexes(
  database: Db,
  name: string,
  before: readonly Document[],
  present: readonly Document[],
): Promise<void> {
  const collection = database.collection(name);
  const wanted = new Set(before.map(text));
  for (const index of present) {
    if (index['name'] === '_id_' || wanted.has(text(index))) continue;
    await ignoring([INDEX_NOT_FOUND], () => collection.dropIndex(String(index['name'])));
  }
  const there = new Set(present.map(text));
  const missing = before.filter((index) => index['name'] !== '_id_' && !there.has(text(index)));
  if (missing.length === 0) return;
  const indexes = missing.map((index) =>
    Object.fromEntries(Object.entries(index).filter(([key]) => !NO_OPTION.has(key))),
  );
  await database.command({ createIndexes: name, indexes });
}

async function dropIfEmpty(database: Db, name: string, options: Document): Promise<string[]> {
  const [document] = await database
    .collection(name)
    .find({}, { projection: { _id: 1 } })
    .limit(1)
    .toArray();
  if (document) return [`${name} holds documents: it stays${options['validator'] ? ', with its validator' : ''}`];
  await ignoring([NAMESPACE_NOT_FOUND], () => database.dropCollection(name));
  return [];
}

function rulesText(options: Document | null): string {
  const { validator = {}, validationLevel = 'strict', validationAction = 'error' } = options ?? {};
  return text([validator, validationLevel, validationAction]);
}

/** In the order of fields, which means something in keys and filters. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)) ?? '';
}

async function ignoring(codes: readonly number[], action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof MongoServerError && codes.includes(Number(error.code)))) throw error;
  }
}
