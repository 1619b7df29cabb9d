import { hash } from 'node:crypto';
import { type Document, EJSON, serialize } from 'bson';
import { decodeExact, documentsOf, fieldsOf, idKeyOf } from '../captures/mongodb/oplog-bson.ts';
import { applyUpdate } from '../captures/mongodb/oplog-diff.ts';
import { type DataOperation, OplogRewriter } from '../captures/mongodb/oplog-rewriter.ts';
import { type CatalogueCollection, RestoreCatalogue } from '../captures/mongodb/restore-catalogue.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';

/** Beyond these, documents that the oplog changed are compared by being there only. */
const MAX_TOUCHED = 500_000;
const MAX_CHANGED_BYTES = 64 * 1024 * 1024;

/** What a document that the oplog touched is at the end. */
export type Expected =
  | { readonly kind: 'gone' }
  /** SHA-256 of its bytes. */
  | { readonly kind: 'bytes'; readonly digest: string }
  /** Made by following differences: the order of its fields may be another, its content may not. */
  | { readonly kind: 'content'; readonly digest: string; readonly contentDigest: string }
  | { readonly kind: 'unknown' };

export interface ExpectedCollection {
  readonly collection: CatalogueCollection;
  /** By type and bytes of `_id`. */
  readonly touched: ReadonlyMap<string, Expected>;
  /** False where so many documents were touched that they are not known one by one. */
  readonly isComparable: boolean;
}

export interface ExpectedContent {
  readonly collections: readonly ExpectedCollection[];
  /** Their namespaces. */
  readonly views: readonly string[];
}

/**
 * What a backup brings back, computed from its streams and its oplog alone: an own reading of the backup that shares no step with the
 * restore but the reading of oplog entries. Memory is bounded.
 */
export async function expectedContent(source: RestoreSource, signal: AbortSignal): Promise<ExpectedContent> {
  const touched = new TouchedDocuments();
  const catalogue = new RestoreCatalogue(source);
  for await (const operation of operationsOf(source, catalogue, signal)) touched.see(operation);
  for (const collection of catalogue.alive) await touched.readBases(source, collection, signal);
  for await (const operation of operationsOf(source, new RestoreCatalogue(source), signal)) touched.follow(operation);
  const collections = catalogue.alive.map((collection) => ({ collection, ...touched.of(collection.number) }));
  return { collections, views: [...catalogue.views.keys()] };
}

async function* operationsOf(
  source: RestoreSource,
  catalogue: RestoreCatalogue,
  signal: AbortSignal,
): AsyncGenerator<DataOperation> {
  const commands = source.catalogueAt === 'end' ? 'skip' : 'edit';
  const rewriter = new OplogRewriter(catalogue, () => true, commands);
  for (const stream of source.oplogStreams) {
    for await (const chunk of source.read(stream, { signal })) {
      signal.throwIfAborted();
      for (const entry of documentsOf(chunk)) yield* rewriter.operations(entry);
    }
  }
}

interface Touched {
  expected: Expected;
  /** Follows differences: what the document is so far. */
  document?: Document | undefined;
  isFollowed: boolean;
}

class TouchedDocuments {
  private readonly byCollection = new Map<number, Map<string, Touched> | undefined>();
  private count = 0;
  private bytes = 0;

  /** First pass: the last entry of each document, and whether it is a difference. */
  see(operation: DataOperation): void {
    const { number } = operation.collection;
    if (!this.byCollection.has(number)) this.byCollection.set(number, new Map());
    const keys = this.byCollection.get(number);
    const key = keyOf(operation);
    if (!keys || key === undefined) {
      this.byCollection.set(number, undefined);
      return;
    }
    const isNew = !keys.has(key);
    const whole = wholeDocument(operation);
    if (operation.op === 'd') keys.set(key, { expected: { kind: 'gone' }, isFollowed: false });
    else if (whole) keys.set(key, { expected: { kind: 'bytes', digest: digestOf(whole) }, isFollowed: false });
    else keys.set(key, { expected: { kind: 'unknown' }, isFollowed: true });
    if (isNew && (this.count += 1) > MAX_TOUCHED) {
      this.count -= keys.size;
      this.byCollection.set(number, undefined);
    }
  }

  /** The documents of the stream that differences begin with. */
  async readBases(source: RestoreSource, collection: CatalogueCollection, signal: AbortSignal): Promise<void> {
    const keys = this.byCollection.get(collection.number);
    const stream = collection.source?.stream;
    if (!keys || stream === undefined || ![...keys.values()].some(({ isFollowed }) => isFollowed)) return;
    for await (const chunk of source.read(stream, { signal })) {
      for (const document of documentsOf(chunk)) {
        const found = keys.get(idKeyOf(document) ?? '');
        if (found?.isFollowed) this.set(found, document);
      }
    }
  }

  /** Second pass: applies every entry to the documents that are followed. */
  follow(operation: DataOperation): void {
    const found = this.byCollection.get(operation.collection.number)?.get(keyOf(operation) ?? '');
    if (!found?.isFollowed) return;
    const whole = wholeDocument(operation);
    try {
      if (operation.op === 'd') found.document = undefined;
      else if (whole) this.set(found, whole);
      else if (found.document) found.document = applyUpdate(found.document, decodeExact(operation.o));
    } catch {
      // A difference of another form, or of a document that is newer than it: what comes of it is not known here.
      found.document = undefined;
    }
  }

  of(number: number): { touched: ReadonlyMap<string, Expected>; isComparable: boolean } {
    if (this.byCollection.has(number) && !this.byCollection.get(number)) {
      return { touched: new Map(), isComparable: false };
    }
    const touched = new Map<string, Expected>();
    for (const [key, { expected, document }] of this.byCollection.get(number) ?? []) {
      if (!document) touched.set(key, expected);
      else {
        const digest = digestOf(serialize(document));
        touched.set(key, { kind: 'content', digest, contentDigest: contentDigestOf(document) });
      }
    }
    return { touched, isComparable: true };
  }

  private set(found: Touched, document: Buffer): void {
    if (this.bytes + document.length > MAX_CHANGED_BYTES) {
      found.isFollowed = false;
      found.document = undefined;
      return;
    }
    this.bytes += document.length;
    found.document = decodeExact(document);
  }
}

function keyOf({ op, o, o2 }: DataOperation): string | undefined {
  return idKeyOf(op === 'u' && o2 ? o2 : o);
}

/** The whole document where the operation says it, not only what changed. */
function wholeDocument({ op, o }: DataOperation): Buffer | undefined {
  if (op === 'd') return undefined;
  return op === 'i' || !fieldsOf(o).some(({ name }) => name === '$v') ? o : undefined;
}

export function digestOf(document: Uint8Array): string {
  return hash('sha256', document, 'base64');
}

/** The same for two documents that differ in the order of fields alone. */
export function contentDigestOf(document: Document): string {
  return hash('sha256', JSON.stringify(sorted(EJSON.serialize(document, { relaxed: false }))), 'base64');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
