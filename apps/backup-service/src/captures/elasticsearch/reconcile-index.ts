import { isDeepStrictEqual } from 'node:util';
import { jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import {
  mongodbIdOf,
  searchDocumentOf,
  type SearchDocument,
  searchIdOf,
} from '@lucid/clients/elasticsearch/search-document';
import { closePointInTime, openPointInTime, readShard } from '@lucid/clients/elasticsearch/shard-reader';
import type { HitPage } from '@lucid/clients/elasticsearch/hits';
import type { RestoredSearchIndex } from '@lucid/jobs/contracts/backup-restore';
import type { SearchDefinition } from '@lucid/models/model-definition';
import type { Collection, Document } from 'mongodb';
import { countDocuments } from './index-catalogue.ts';
import { sendUntilTaken } from './restore-bulk.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import type { RestoreUnit } from './restore-plan.ts';
import { putSettings } from './restore-settings.ts';

/** What an index is derived from. */
export interface SearchOrigin {
  readonly search: SearchDefinition;
  readonly collection: Collection;
  /**
   * A cluster time before the first read, as `version`: what live sync writes later has a greater one and wins, what it writes again from
   * before has a smaller one and changes nothing.
   */
  readonly version: bigint;
  /** What the collection does not hold goes from the index; not where the restore left the collection as it was. */
  readonly mayRemove: boolean;
}

export interface Reconciled extends RestoredSearchIndex {
  /** Some of the documents that cannot stand in the index. */
  readonly refusedIds: readonly string[];
}

/** A batch is whichever comes first; two are under way at a time. */
const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 1024 * 1024;
const IN_FLIGHT = 2;
const KEEP_ALIVE = '5m';
const NAMED_DOCUMENTS = 10;

interface Prepared extends SearchDocument {
  readonly json: string;
}

interface FoundDocument {
  readonly _id: string;
  readonly found?: boolean;
  readonly _routing?: string;
  readonly _source?: unknown;
}

/**
 * Makes a staged index what its collection says: each document of the collection is derived anew and compared; what differs or is missing
 * is indexed, and where the index then holds more than the collection, what the collection does not hold is deleted. May run twice.
 * Memory: two batches.
 * @throws AppError ELASTICSEARCH_UNAVAILABLE, STORAGE_FULL, what the driver throws, the signal's reason
 */
export async function reconcileIndex(
  context: ElasticsearchRestoreContext,
  unit: RestoreUnit,
  origin: SearchOrigin,
): Promise<Reconciled> {
  // A run that was killed before its swap left it closed to writes.
  await putSettings(context.client, unit.staging, { 'index.blocks.write': null });
  const work = new Reconciliation(context, unit, origin);
  await work.addAndChange();
  await work.publish();
  // Each document of the collection has its own there: as many are the same ones.
  if (origin.mayRemove && (await work.count()) !== work.derived) await work.removeStrays();
  await work.publish();
  return work.result();
}

class Reconciliation {
  /** Documents that have one in the index. */
  derived = 0;
  private compared = 0;
  private added = 0;
  private changed = 0;
  private removed = 0;
  private readonly refused = new Set<string>();
  private readonly context: ElasticsearchRestoreContext;
  private readonly unit: RestoreUnit;
  private readonly origin: SearchOrigin;

  constructor(context: ElasticsearchRestoreContext, unit: RestoreUnit, origin: SearchOrigin) {
    this.context = context;
    this.unit = unit;
    this.origin = origin;
  }

  async addAndChange(): Promise<void> {
    const inFlight = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    for await (const batch of this.batches()) {
      if (failure) break;
      this.context.run.signal.throwIfAborted();
      const done: Promise<void> = this.bringUp(batch)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => inFlight.delete(done));
      inFlight.add(done);
      if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
    if (failure) throw failure.error;
  }

  private async *batches(): AsyncGenerator<Prepared[]> {
    const { collection, search } = this.origin;
    const total = await collection.estimatedDocumentCount();
    let batch: Prepared[] = [];
    let bytes = 0;
    const cursor = collection.find({}, { batchSize: BATCH_DOCUMENTS });
    try {
      for await (const document of cursor) {
        this.compared += 1;
        const derived = searchDocumentOf(document, search);
        if (!derived) {
          this.refused.add(JSON.stringify(document._id).slice(0, 100));
          continue;
        }
        const json = JSON.stringify(derived.source);
        bytes += json.length;
        batch.push({ ...derived, json });
        if (batch.length < BATCH_DOCUMENTS && bytes < BATCH_BYTES) continue;
        yield batch;
        this.context.run.progress({
          phase: 'elasticsearch reconcile',
          ...{ done: this.compared, total: Math.max(total, this.compared), unit: 'documents' },
        });
        batch = [];
        bytes = 0;
      }
    } finally {
      await cursor.close();
    }
    if (batch.length > 0) yield batch;
  }

  private async bringUp(batch: readonly Prepared[]): Promise<void> {
    const there = await this.read(batch.map(({ id }) => id));
    const different = batch.filter(({ id, source }) => !isDeepStrictEqual(there.get(id), source));
    const refused = await this.send(different.map(({ id, json }) => `${this.action('index', id)}\n${json}\n`));
    for (const { id } of different) {
      if (refused.has(id)) continue;
      if (there.has(id)) this.changed += 1;
      else this.added += 1;
    }
    // A refused change leaves the older document there.
    this.derived += batch.filter(({ id }) => !refused.has(id) || there.has(id)).length;
  }

  private async read(ids: readonly string[]): Promise<Map<string, unknown>> {
    const { client, run } = this.context;
    const { docs } = await jsonRequest<{ docs: FoundDocument[] }>(client, {
      ...{ method: 'POST', path: pathOf(this.unit.staging, '_mget'), body: JSON.stringify({ ids }) },
      ...{ query: { filter_path: 'docs._id,docs.found,docs._routing,docs._source' } },
      ...{ signal: run.signal, timeoutMs: 120_000 },
    });
    // An empty source is left out by the filter. One with a routing counts as another one, whatever it holds: it would go as a stray.
    return new Map(
      docs
        .filter(({ found }) => found)
        .map(({ _id, _routing, _source = {} }) => [_id, _routing === undefined ? _source : undefined]),
    );
  }

  /** @returns the ids of what was refused for good */
  private async send(lines: readonly string[]): Promise<ReadonlySet<string>> {
    if (lines.length === 0) return new Set();
    const { staging, index } = this.unit;
    const refused = await sendUntilTaken(this.context, { staging, index: index.name }, Buffer.from(lines.join('')));
    for (const { id } of refused) this.refused.add(id);
    return new Set(refused.map(({ id }) => id));
  }

  private action(kind: 'index' | 'delete', id: string, routing?: string): string {
    const own = routing === undefined ? '' : `,"routing":${routing}`;
    const version = `"version":${this.origin.version},"version_type":"external_gte"`;
    return `{"${kind}":{"_id":${JSON.stringify(id)}${own},${version}}}`;
  }

  /** What no document of the collection stands behind, and what was indexed with a routing, which derived documents have not. */
  async removeStrays(): Promise<void> {
    const { client, run } = this.context;
    const options = { keepAlive: KEEP_ALIVE, signal: run.signal };
    for (let shard = 0; shard < this.unit.index.shards; shard += 1) {
      const point = await openPointInTime(client, { index: this.unit.staging, shard }, options);
      try {
        for await (const page of readShard(client, point, options)) await this.removeStraysOf(page);
      } finally {
        await closePointInTime(client, point).catch(() => undefined); // it expires
      }
    }
  }

  private async removeStraysOf({ text, hits }: HitPage): Promise<void> {
    const found = hits.map(({ id, routing }) => ({
      id: JSON.parse(text.toString('utf8', id.start, id.end)) as string,
      routing: routing && text.toString('utf8', routing.start, routing.end),
    }));
    const known = await this.idsThere(found.flatMap(({ id }) => mongodbIds(id)));
    const strays = found.filter(({ id, routing }) => routing !== undefined || !known.has(id));
    const refused = await this.send(strays.map(({ id, routing }) => `${this.action('delete', id, routing)}\n`));
    this.removed += strays.filter(({ id }) => !refused.has(id)).length;
  }

  private async idsThere(ids: unknown[]): Promise<ReadonlySet<string | undefined>> {
    const found = this.origin.collection.find({ _id: { $in: ids } } as Document, { projection: { _id: 1 } });
    return new Set((await found.toArray()).map(({ _id }) => searchIdOf(_id)));
  }

  count(): Promise<number> {
    return countDocuments(this.context.client, this.unit.staging, this.context.run.signal);
  }

  /** To disk and to searches, also under the settings of staging. */
  async publish(): Promise<void> {
    const { client, run } = this.context;
    for (const step of ['_flush', '_refresh']) {
      const path = pathOf(this.unit.staging, step);
      await rawRequest(client, { method: 'POST', path, signal: run.signal, timeoutMs: 600_000 });
    }
  }

  result(): Reconciled {
    const { compared, added, changed, removed } = this;
    const { collection } = this.origin;
    return {
      ...{ index: this.unit.target, collection: collection.namespace, compared, added, changed, removed },
      ...{ refused: this.refused.size, refusedIds: [...this.refused].slice(0, NAMED_DOCUMENTS) },
    };
  }
}

/**
 * The id to ask MongoDB for; none where no document can have it, which only somebody else has indexed: what does not lead back, what a filter
 * takes for an expression, and what is no `_id` for MongoDB.
 */
function mongodbIds(searchId: string): unknown[] {
  try {
    const id = mongodbIdOf(searchId);
    return isId(id) && searchIdOf(id) === searchId ? [id] : [];
  } catch {
    return [];
  }
}

function isId(id: unknown): boolean {
  if (typeof id !== 'object' || id === null) return true;
  const { _bsontype } = id as { _bsontype?: unknown };
  return !Array.isArray(id) && _bsontype !== 'BSONRegExp' && Object.keys(id)[0]?.startsWith('$') !== true;
}
