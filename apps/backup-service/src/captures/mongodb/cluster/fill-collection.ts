import { DocumentSetDigest } from '../../../drills/document-set-digest.ts';
import type { JournalledCollection } from '../restore-journal.ts';
import type { RestoreUnit } from '../restore-units.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { ClusterCollection } from './cluster-source.ts';
import type { ShardDocuments } from './shard-documents.ts';
import { KeySample } from './split-points.ts';

const MAX_BATCH_DOCUMENTS = 50_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** The shards of the backup, by id, as they were at its end. */
export type ShardsAtEnd = ReadonlyMap<string, ShardDocuments>;

export interface Filled extends Omit<JournalledCollection, 'uuid'> {
  /** Documents that their shard held without owning them: left out. */
  readonly orphans: number;
}

/** Reads the whole collection once beforehand: how its keys lie decides where it is split, and a damaged chunk is found by it. */
export async function sampleKeys(
  { signal }: ClusterContext,
  collection: ClusterCollection,
  shards: ShardsAtEnd,
): Promise<KeySample | undefined> {
  const { sharding } = collection;
  if (!sharding || sharding.ranges.key.beginsHashed) return undefined;
  const sample = new KeySample(sharding.ranges.key);
  for await (const { documents } of ownedDocuments(collection, shards, signal))
    for (const document of documents) sample.add(document);
  return sample;
}

/** Writes the documents of all shards of the backup through the router. */
export async function fillCollection(
  { writer, signal }: ClusterContext,
  { unit, uuid }: { unit: RestoreUnit; uuid: string },
  collection: ClusterCollection,
  shards: ShardsAtEnd,
  progress: (bytes: number) => void,
): Promise<Filled> {
  const digest = new DocumentSetDigest();
  const shown = `${unit.final.database}.${unit.final.collection}`;
  let [orphans, bytes]: [number, number] = [0, 0];
  let batch: Buffer[] = [];
  let inserting = Promise.resolve();
  const flush = async (): Promise<void> => {
    await inserting;
    inserting = writer.insert(unit.physical, Buffer.concat(batch), { uuid, shown, signal });
    inserting.catch(() => undefined); // awaited before the next batch; the backup is read meanwhile
    [batch, bytes] = [[], 0];
  };
  for await (const { documents, left } of ownedDocuments(collection, shards, signal, progress)) {
    orphans += left;
    for (const document of documents) {
      if (batch.length === MAX_BATCH_DOCUMENTS || (bytes > 0 && bytes + document.length > MAX_BATCH_BYTES))
        await flush();
      digest.add(document);
      batch.push(document);
      bytes += document.length;
    }
  }
  if (batch.length > 0) await flush();
  await inserting;
  return { documents: digest.documents, digest: digest.toHex(), orphans };
}

/** By the chunks of the backup: no chunk moved while it was taken. */
async function* ownedDocuments(
  { parts, sharding }: ClusterCollection,
  shards: ShardsAtEnd,
  signal: AbortSignal,
  progress: (bytes: number) => void = () => undefined,
): AsyncGenerator<{ documents: Buffer[]; left: number }> {
  for (const { shard, collection } of parts) {
    const reader = shards.get(shard);
    if (!reader) throw new RangeError('A part is of a shard that the backup does not have.');
    for await (const all of reader.read(collection, signal, progress)) {
      const documents = sharding ? all.filter((document) => sharding.ranges.ownerOf(document) === shard) : all;
      yield { documents, left: all.length - documents.length };
    }
  }
}
