import { DocumentSetDigest } from '../../../drills/document-set-digest.ts';
import { documentsOf } from '../oplog-bson.ts';
import { indexesOf } from '../restore-indexes.ts';
import { compareIndexes, mismatch } from '../restore-verify.ts';
import type { RestoreUnit } from '../restore-units.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { SavedSharding } from './cluster-source.ts';
import { isOfShardKey } from './create-sharded.ts';

/**
 * Compares what the router shows of the working collections with the backup, before anything gets its final name: indexes by definition, and
 * all documents, those that the oplog changed too, by number and by the digest of their bytes in any order. A capped collection may have
 * evicted some. @throws AppError RESTORE_MISMATCH
 */
export async function verifyInCluster(context: ClusterContext, units: readonly RestoreUnit[]): Promise<void> {
  const { journal, restoreId, client, signal, progress, cluster } = context;
  const journalled = (await journal.find(restoreId))?.collections ?? {};
  for (const [done, unit] of units.entries()) {
    signal.throwIfAborted();
    const { sharding } = cluster.collections.get(unit.collection.namespace) ?? {};
    compareIndexes(unit, withoutOwn(unit, await indexesOf(client, unit.physical), sharding));
    const expected = journalled[unit.number];
    const found = await digestOf(context, unit);
    if (!expected) throw mismatch(unit, 'was not filled');
    const isCapped = unit.collection.options['capped'] === true;
    if (isCapped ? found.documents > expected.documents : found.documents !== expected.documents)
      throw mismatch(unit, `has ${found.documents} instead of ${expected.documents} documents`);
    if (!isCapped && found.toHex() !== expected.digest) throw mismatch(unit, 'has documents with other bytes');
    progress({ phase: 'verify', done: done + 1, total: units.length, unit: 'collections' });
  }
}

/** The index that the server makes for a shard key where the backup has none for it. */
function withoutOwn(
  { collection }: RestoreUnit,
  found: Awaited<ReturnType<typeof indexesOf>>,
  sharding: SavedSharding | undefined,
): Awaited<ReturnType<typeof indexesOf>> {
  if (!sharding) return found;
  return new Map(
    [...found].filter(([name, index]) => collection.indexes.has(name) || !isOfShardKey(index, sharding.key)),
  );
}

async function digestOf({ writer, signal }: ClusterContext, { physical }: RestoreUnit): Promise<DocumentSetDigest> {
  const digest = new DocumentSetDigest();
  for await (const batch of writer.read(physical, signal))
    for (const document of documentsOf(batch)) digest.add(document);
  return digest;
}
