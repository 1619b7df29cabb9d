import { isDeepStrictEqual } from 'node:util';
import { AnswerTooLarge, isStatus, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import {
  mongodbIdOf,
  searchDocumentOf,
  type SearchDocument,
  searchIdOf,
} from '@lucid/clients/elasticsearch/search-document';
import { closePointInTime, openPointInTime, readShard } from '@lucid/clients/elasticsearch/shard-reader';
import type { HitPage } from '@lucid/clients/elasticsearch/hits';
import type { RefusedDocument } from '@lucid/clients/elasticsearch/raw-bulk';
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
  /** Documents of a later version than the cluster time here: this cluster's clock is behind that of the backup. */
  readonly ahead: number;
}

/** A batch is whichever comes first; two are under way at a time. */
const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 1024 * 1024;
const IN_FLIGHT = 2;
/** Documents of the index are asked for by number, which follows the size of those that came: nobody can tell it before. */
const FIRST_PIECE = 100;
const PIECE_BYTES = 4 * 1024 * 1024;
/** An answer of several documents beyond it is asked for again with fewer of them. */
const MAX_PIECE_BYTES = 16 * 1024 * 1024;
const VERSION_CONFLICT = 'version_conflict_engine_exception';
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

/** A line of a bulk request that has one, and what it does. */
interface Change {
  readonly kind: 'index' | 'delete';
  readonly id: string;
  /** JSON text. */
  readonly routing?: string | undefined;
  /** JSON text of an `index`. */
  readonly json?: string;
}

/**
 * Makes a staged index what its collection says: each document of the collection is derived anew and compared; what differs or is missing
 * is indexed, and where the index then holds more than the collection, what the collection does not hold is deleted. May run twice.
 * Memory: two batches, and for each of them 16 MB of what is there or one document.
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
  private ahead = 0;
  private pieceSize = FIRST_PIECE;
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
    const { there, different } = await this.compare(batch);
    const refused = await this.send(different.map(({ id, json }) => ({ kind: 'index', id, json })));
    for (const { id } of different) {
      if (refused.has(id)) continue;
      if (there.has(id)) this.changed += 1;
      else this.added += 1;
    }
    // A refused change leaves the older document there.
    this.derived += batch.filter(({ id }) => !refused.has(id) || there.has(id)).length;
  }

  /** Which of these are in the index, and which differ from what is there, or are not: a piece of the answer is in hand at a time. */
  private async compare(batch: readonly Prepared[]): Promise<{ there: Set<string>; different: Prepared[] }> {
    const there = new Set<string>();
    const different: Prepared[] = [];
    for (let at = 0; at < batch.length;) {
      const piece = batch.slice(at, at + this.pieceSize);
      const found = await this.read(piece.map(({ id }) => id));
      if (!found) {
        this.pieceSize = Math.max(1, piece.length >> 3);
        continue;
      }
      for (const id of found.keys()) there.add(id);
      different.push(...piece.filter(({ id, source }) => !isDeepStrictEqual(found.get(id), source)));
      at += piece.length;
    }
    return { there, different };
  }

  /** @returns undefined where fewer are to be asked for, for us or for the server's circuit breakers */
  private async read(ids: readonly string[]): Promise<Map<string, unknown> | undefined> {
    const { client, run } = this.context;
    try {
      const answer = await rawRequest(client, {
        ...{ method: 'POST', path: pathOf(this.unit.staging, '_mget'), body: JSON.stringify({ ids }) },
        ...{ query: { filter_path: 'docs._id,docs.found,docs._routing,docs._source' } },
        ...{ signal: run.signal, timeoutMs: 120_000 },
        ...(ids.length > 1 && { maxBytes: MAX_PIECE_BYTES }),
      });
      const fitting = Math.floor(PIECE_BYTES / (answer.length / ids.length));
      this.pieceSize = Math.max(1, Math.min(fitting, ids.length * 4, BATCH_DOCUMENTS));
      const { docs } = JSON.parse(answer.toString()) as { docs: FoundDocument[] };
      // An empty source is left out by the filter. One with a routing counts as another one, whatever it holds: it would go as a stray.
      return new Map(
        docs
          .filter(({ found }) => found)
          .map(({ _id, _routing, _source = {} }) => [_id, _routing === undefined ? _source : undefined]),
      );
    } catch (error) {
      const isTooLarge = error instanceof AnswerTooLarge || isStatus(error, 429);
      if (!isTooLarge || ids.length === 1) throw error;
      return undefined;
    }
  }

  /**
   * Where a document there has a later version than the cluster time here, the change goes without one of its own, which counts up from what
   * is there: nobody else writes to a staged index, so the conflict says only that this cluster's clock is behind that of the backup.
   * @returns the ids of what was refused for good
   */
  private async send(changes: readonly Change[]): Promise<ReadonlySet<string>> {
    const { version } = this.origin;
    const refused = await this.sendLines(changes.map((one) => lineOf(one, version)));
    const conflicts = new Set(refused.filter(({ type }) => type === VERSION_CONFLICT).map(({ id }) => id));
    const again = changes.filter(({ id }) => conflicts.has(id));
    this.ahead += again.length;
    const lasting = refused.filter(({ type }) => type !== VERSION_CONFLICT);
    lasting.push(...(await this.sendLines(again.map((one) => lineOf(one)))));
    for (const { id } of lasting) this.refused.add(id);
    return new Set(lasting.map(({ id }) => id));
  }

  private async sendLines(lines: readonly string[]): Promise<RefusedDocument[]> {
    if (lines.length === 0) return [];
    const { staging, index } = this.unit;
    return sendUntilTaken(this.context, { staging, index: index.name }, Buffer.from(lines.join('')));
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
    const refused = await this.send(strays.map(({ id, routing }) => ({ kind: 'delete', id, routing })));
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
      ...{ refused: this.refused.size, refusedIds: [...this.refused].slice(0, NAMED_DOCUMENTS), ahead: this.ahead },
    };
  }
}

function lineOf({ kind, id, routing, json }: Change, version?: bigint): string {
  const own = routing === undefined ? '' : `,"routing":${routing}`;
  const versioned = version === undefined ? '' : `,"version":${version},"version_type":"external_gte"`;
  const action = `{"${kind}":{"_id":${JSON.stringify(id)}${own}${versioned}}}\n`;
  return json === undefined ? action : `${action}${json}\n`;
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
