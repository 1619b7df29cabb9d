import { AppError } from '@lucid/core/app-error';
import type { Document } from 'bson';
import type { CatalogueCollection, RestoreCatalogue } from './restore-catalogue.ts';
import { BUCKETS_PREFIX } from './restore-names.ts';

/** A command of the oplog with its names resolved: `namespace` as a user sees it, `o` the command without UUIDs. */
export interface DdlCommand {
  readonly name: string;
  readonly database: string;
  readonly namespace: string;
  readonly uuid: string | undefined;
  /** UUID of the collection that a rename replaced. */
  readonly dropTarget: string | undefined;
  readonly o: Document;
}

/** Options of collMod that only the server can apply; it gets them at the end, when the data is in. */
const LATE_OPTIONS = ['changeStreamPreAndPostImages', 'cappedSize', 'cappedMax', 'timeseries'];
const CHECKS = ['validator', 'validationLevel', 'validationAction'];

type Edit = (catalogue: RestoreCatalogue, command: DdlCommand, found: CatalogueCollection | undefined) => void;

const EDITS: Readonly<Record<string, Edit>> = {
  create: createCollection,
  drop: dropCollection,
  renameCollection,
  collMod: (_catalogue, { o }, found) => found && modifyCollection(found, o),
  createIndexes: (catalogue, { o }, found) => {
    const { createIndexes: _collection, ...spec } = o;
    if (found) catalogue.putIndex(found, spec);
  },
  commitIndexBuild: (catalogue, { o }, found) => {
    if (!found) return;
    for (const spec of (o.indexes as Document[] | undefined) ?? []) catalogue.putIndex(found, spec);
  },
  dropIndexes: dropIndex,
  deleteIndexes: dropIndex,
  deleteIndex: dropIndex,
  // An index build counts when it commits; the collections of a database are dropped one by one before it.
  startIndexBuild: () => undefined,
  abortIndexBuild: () => undefined,
  dropDatabase: () => undefined,
};

/** Edits the catalogue as the command did on the source. @throws AppError RESTORE_REFUSED for a command it does not know */
export function applyDdl(catalogue: RestoreCatalogue, command: DdlCommand): void {
  const { name, namespace, uuid } = command;
  const edit = Object.hasOwn(EDITS, name) ? EDITS[name] : undefined;
  if (!edit) {
    throw new AppError(
      'RESTORE_REFUSED',
      `The oplog of this backup holds the command ${JSON.stringify(name)} on ${namespace}, which cannot be replayed.`,
    );
  }
  edit(catalogue, command, catalogue.find(namespace, uuid));
}

function createCollection(catalogue: RestoreCatalogue, { namespace, uuid, o, database }: DdlCommand): void {
  if (o.viewOn !== undefined) return;
  const { create, temp: _temp, ...options } = o;
  const isBuckets = String(create).startsWith(BUCKETS_PREFIX);
  if (!isBuckets) return catalogue.create(namespace, 'collection', uuid, options);
  const { timeseries, expireAfterSeconds } = options;
  const kept = { timeseries, ...(expireAfterSeconds !== undefined && { expireAfterSeconds }) };
  catalogue.create(`${database}.${String(create).slice(BUCKETS_PREFIX.length)}`, 'timeseries', uuid, kept);
}

function dropCollection(catalogue: RestoreCatalogue, command: DdlCommand, found?: CatalogueCollection): void {
  if (found) found.isAlive = false;
  if (command.o.drop !== 'system.views') return;
  for (const view of [...catalogue.views.keys()]) {
    if (view.startsWith(`${command.database}.`)) catalogue.views.delete(view);
  }
}

function renameCollection(catalogue: RestoreCatalogue, command: DdlCommand, found?: CatalogueCollection): void {
  const to = String(command.o.to);
  const { uuid, dropTarget } = command;
  if (!found && uuid !== undefined) catalogue.addUnseen(to, uuid);
  if (!found || found.namespace === to) return;
  const replaced = catalogue.alive.filter((one) => one !== found && one.namespace === to);
  for (const one of replaced) {
    // A namesake with another UUID came later than this entry, and is in the listing already.
    if (one.uuid === undefined || one.uuid === dropTarget) one.isAlive = false;
  }
  found.namespace = to;
}

function modifyCollection(collection: CatalogueCollection, o: Document): void {
  for (const option of [...CHECKS, 'expireAfterSeconds', ...LATE_OPTIONS]) {
    if (o[option] === undefined) continue;
    const value: unknown = option === 'timeseries' ? mergeTimeseries(collection, o) : o[option];
    collection.options = { ...collection.options, [option]: value };
  }
  if (o.index) modifyIndex(collection, o.index as Document);
}

/** The command names only what changes; the span of a bucket follows from a granularity. */
function mergeTimeseries({ options }: CatalogueCollection, o: Document): Document {
  const change = o.timeseries as Document;
  const { bucketMaxSpanSeconds, bucketRoundingSeconds, ...kept } = (options.timeseries as Document | undefined) ?? {};
  const spans = change.granularity === undefined ? { bucketMaxSpanSeconds, bucketRoundingSeconds } : {};
  const present = Object.entries({ ...kept, ...spans, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present);
}

function modifyIndex(collection: CatalogueCollection, change: Document): void {
  const index = collection.indexes.get(String(change.name));
  if (!index) return;
  const next: Document = { ...index };
  for (const option of ['expireAfterSeconds', 'hidden', 'unique', 'prepareUnique']) {
    if (change[option] !== undefined) next[option] = change[option];
  }
  collection.indexes.set(String(change.name), next);
}

function dropIndex(_catalogue: RestoreCatalogue, { o }: DdlCommand, found: CatalogueCollection | undefined): void {
  if (o.index === '*') found?.indexes.clear();
  else found?.indexes.delete(String(o.index));
}
