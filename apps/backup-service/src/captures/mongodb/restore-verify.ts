import { AppError } from '@lucid/core/app-error';
import type { Document } from 'bson';
import { definitionText } from './ordered-documents.ts';
import type { RestoreContext } from './restore-context.ts';
import { digestUntouched, DocumentSequenceDigest } from './restore-digest.ts';
import { indexesOf } from './restore-indexes.ts';
import type { JournalledCollection } from './restore-journal.ts';
import type { RestoreUnit } from './restore-units.ts';

/**
 * Compares what stands in the working collections with the backup, before anything gets its final name. For each collection:
 * - indexes: the same names and definitions (expiry left out, it comes last);
 * - documents that the oplog does not touch: the same number and the same digest of their bytes as the chunks had;
 * - documents that it touches: there, or gone, as their last entry says. Their content is not compared: it would take a second
 *   engine that applies updates. A capped collection with oplog entries is compared by its indexes alone (it evicts by itself).
 * @returns names of collections whose content was not compared. @throws AppError RESTORE_MISMATCH
 */
export async function verifyRestored(context: RestoreContext, units: readonly RestoreUnit[]): Promise<string[]> {
  const { journal, restoreId, client, signal, progress } = context;
  const journalled = (await journal.find(restoreId))?.collections ?? {};
  const uncompared: string[] = [];
  for (const [done, unit] of units.entries()) {
    signal.throwIfAborted();
    compareIndexes(unit, await indexesOf(client, unit.physical));
    const expected = journalled[unit.number];
    const { touched, collection } = unit;
    if (!expected || !touched || (collection.options.capped === true && touched.size > 0))
      uncompared.push(nameOf(unit));
    else await compareDocuments(context, unit, touched, expected);
    progress({ phase: 'verify', done: done + 1, total: units.length, unit: 'collections' });
  }
  return uncompared;
}

async function compareDocuments(
  { writer, signal }: RestoreContext,
  unit: RestoreUnit,
  touched: ReadonlyMap<string, boolean>,
  expected: JournalledCollection,
): Promise<void> {
  const digest = new DocumentSequenceDigest();
  const missing = new Set([...touched].filter(([, isThere]) => isThere).map(([key]) => key));
  for await (const batch of writer.read(unit.physical, signal)) {
    digestUntouched(digest, batch, touched, (key, isThere) => {
      if (!isThere) throw mismatch(unit, 'has a document that was deleted');
      missing.delete(key);
    });
  }
  if (missing.size > 0) throw mismatch(unit, `lacks ${missing.size} documents that the oplog wrote`);
  if (digest.documents !== expected.documents) {
    throw mismatch(unit, `has ${digest.documents} instead of ${expected.documents} documents`);
  }
  if (digest.toText() !== expected.digest) throw mismatch(unit, 'has documents with other bytes');
}

/** @throws AppError RESTORE_MISMATCH */
export function compareIndexes(unit: RestoreUnit, found: ReadonlyMap<string, Document>): void {
  const { indexes, type } = unit.collection;
  for (const [name, index] of indexes) {
    const there = found.get(name);
    if (!there || definitionOf(there) !== definitionOf(index))
      throw mismatch(unit, `has not the index ${name} of the backup`);
  }
  // Newer servers make an index of their own on a time-series collection.
  const isMore = [...found.keys()].some((name) => !indexes.has(name));
  if (isMore && type === 'collection') throw mismatch(unit, 'has an index that the backup has not');
}

/** Key order counts, the order of options does not. */
function definitionOf({ v: _v, expireAfterSeconds: _e, prepareUnique: _p, ...definition }: Document): string {
  return definitionText(definition);
}

export function mismatch(unit: RestoreUnit, what: string): AppError {
  return new AppError('RESTORE_MISMATCH', `What was restored for ${nameOf(unit)} ${what}.`);
}

function nameOf({ final }: RestoreUnit): string {
  return `${final.database}.${final.collection}`;
}
