import { documentEnd } from '@lucid/clients/mongodb/wire/bson-walk';
import { AppError } from '@lucid/core/app-error';
import { documentsOf, idKeyOf } from './oplog-bson.ts';
import { clearClaimed } from './restore-claims.ts';
import { recreateWorking, uuidOf } from './restore-collections.ts';
import type { RestoreContext } from './restore-context.ts';
import { digestUntouched, DocumentSequenceDigest } from './restore-digest.ts';
import type { JournalledCollection } from './restore-journal.ts';
import { underOnePrimary } from './restore-primary.ts';
import type { RestoreUnit } from './restore-units.ts';

const PARALLEL_STREAMS = 2;
const MAX_GROUP_UNITS = 50;
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
/** Limits of the server for one message: https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Write-Command-Batch-Limit-Size */
const MAX_BATCH_DOCUMENTS = 100_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Fills the working collections from their streams, two at a time. One that the journal holds and that is still the same is
 * skipped; any other is dropped and begun again, so a kill or a change of primary leaves nothing half-filled.
 */
export async function restoreData(context: RestoreContext, units: readonly RestoreUnit[]): Promise<void> {
  const journalled = (await context.journal.find(context.restoreId))?.collections ?? {};
  const queue = groupsOf([...units].sort((a, b) => bytesOf(b) - bytesOf(a)));
  const total = units.reduce((sum, unit) => sum + bytesOf(unit), 0);
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  let done = 0;
  const progress = (bytes: number): void => {
    done += bytes;
    context.progress({ phase: 'data', done: Math.min(done, total), total, unit: 'bytes' });
  };
  const worker = async (): Promise<void> => {
    for (let group = queue.shift(); group; group = queue.shift()) {
      const missing: RestoreUnit[] = [];
      for (const unit of group) {
        const before = journalled[unit.number];
        if (before && (await uuidOf(context.client, unit.working)) === before.uuid) progress(bytesOf(unit));
        else missing.push(unit);
      }
      if (missing.length > 0) await restoreGroup({ ...context, signal }, missing, progress);
    }
  };
  const workers = Array.from({ length: PARALLEL_STREAMS }, () =>
    worker().catch((error: unknown) => {
      failure.abort(error); // the others stop, and all have ended before this is thrown
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed) throw context.signal.aborted ? context.signal.reason : failure.signal.reason;
}

/** Before an oplog is replayed again over capped collections: what they evicted meanwhile would come back in another order. */
export async function refillCapped(context: RestoreContext, units: readonly RestoreUnit[]): Promise<void> {
  for (const unit of units) if (unit.inserted) await restoreGroup(context, [unit], () => undefined);
}

function bytesOf({ collection }: RestoreUnit): number {
  return collection.source?.bytes ?? 0;
}

/** Large collections stand alone; small ones share a majority write, or ten thousand of them would wait for ten thousand. */
function groupsOf(units: readonly RestoreUnit[]): RestoreUnit[][] {
  const groups: RestoreUnit[][] = [];
  let bytes = Infinity;
  for (const unit of units) {
    const last = groups.at(-1);
    if (last && last.length < MAX_GROUP_UNITS && bytes + bytesOf(unit) <= MAX_GROUP_BYTES) last.push(unit);
    else {
      groups.push([unit]);
      bytes = 0;
    }
    bytes += bytesOf(unit);
  }
  return groups;
}

/** Fills the collections of one group under one primary, and journals them together. */
async function restoreGroup(
  context: RestoreContext,
  units: readonly RestoreUnit[],
  progress: (bytes: number) => void,
): Promise<void> {
  const { client, clock, signal, journal, restoreId } = context;
  let counted = 0;
  await underOnePrimary(client, clock, signal, async (attempt) => {
    if (attempt > 1)
      context.logger.warn({ targets: units.length, attempt }, 'the primary changed: collections are begun again');
    progress(-counted);
    counted = 0;
    const states = new Map<number, JournalledCollection>();
    for (const unit of units) {
      if (unit.isDirect) await claim(context, unit);
      const uuid = await recreateWorking(client, unit, context);
      if (unit.isDirect) await journal.noteMade(restoreId, unit.number, uuid);
      const filled = await stream(context, unit, uuid, (bytes) => {
        counted += bytes;
        progress(bytes);
      });
      states.set(unit.number, { uuid, ...filled });
    }
    await journal.setCollections(restoreId, states);
  });
}

/**
 * What is made under its own name says so before anything of that name is touched.
 * @throws AppError RESTORE_CONFLICT where an earlier run claimed it, and somebody has made another one since
 */
async function claim({ client, journal, restoreId }: RestoreContext, unit: RestoreUnit): Promise<void> {
  const previous = (await uuidOf(client, unit.final)) ?? null;
  const target = `${unit.final.database}.${unit.final.collection}`;
  await journal.claim(restoreId, unit.number, { target, previous });
  await clearClaimed({ client, journal, restoreId }, unit.number);
}

async function stream(
  { source, writer, signal }: RestoreContext,
  { collection, physical, touched, inserted }: RestoreUnit,
  uuid: string,
  progress: (bytes: number) => void,
): Promise<Omit<JournalledCollection, 'uuid'>> {
  const digest = new DocumentSequenceDigest();
  const name = collection.source?.stream;
  if (name === undefined) return { digest: digest.toText(), documents: 0 };
  let documents = 0;
  for await (const chunk of source.read(name, { signal, borrowed: true })) {
    for (const { batch, count } of batchesOf(chunk)) {
      signal.throwIfAborted();
      const inserting = writer.insert(physical, inserted ? withoutInserted(batch, inserted) : batch, { signal, uuid });
      inserting.catch(() => undefined); // awaited below; the digest is computed meanwhile
      documents += count;
      if (touched) digestUntouched(digest, batch, touched);
      const duplicates = await inserting;
      // A document that was deleted and inserted again is met twice by a long read; the oplog tells which it is.
      if (duplicates > 0 && touched?.size === 0) throw repeated(collection.namespace);
      progress(batch.length);
    }
  }
  if (documents !== collection.source?.documents) throw shortStream(collection.namespace);
  return { documents: digest.documents, digest: digest.toText() };
}

function withoutInserted(batch: Buffer, inserted: ReadonlySet<string>): Buffer {
  return Buffer.concat([...documentsOf(batch)].filter((document) => !inserted.has(idKeyOf(document) ?? '')));
}

function* batchesOf(chunk: Buffer): Generator<{ batch: Buffer; count: number }> {
  let [start, count] = [0, 0];
  for (let at = 0; at < chunk.length;) {
    const end = documentEnd(chunk, at, chunk.length);
    if (count > 0 && (count === MAX_BATCH_DOCUMENTS || end - start > MAX_BATCH_BYTES)) {
      yield { batch: chunk.subarray(start, at), count };
      [start, count] = [at, 0];
    }
    count += 1;
    at = end;
  }
  if (count > 0) yield { batch: chunk.subarray(start), count };
}

function repeated(namespace: string): AppError {
  return new AppError('RESTORE_MISMATCH', `The backup of ${namespace} holds documents with the same _id.`);
}

function shortStream(namespace: string): AppError {
  return new AppError(
    'MANIFEST_CORRUPT',
    `The stream of ${namespace} has another number of documents than the manifest.`,
  );
}
