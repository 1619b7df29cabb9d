import { deserialize, type Document, EJSON, serialize } from 'bson';
import type { Ejson } from './manifest.ts';
import { BSON_ARRAY, BSON_DOCUMENT, type BsonField, bsonDocument, bsonElement, fieldsOf } from './oplog-bson.ts';

/** Names that a JavaScript object puts first, in the order of their numbers. */
const INTEGER_LIKE = /^(0|[1-9]\d{0,9})$/;
const EXACT = { promoteValues: false, bsonRegExp: true };

/**
 * Decodes options, an index or a view so that it can be sent back unchanged: numbers keep their types, and a document with names that
 * look like integers becomes a Map, since the order of its fields counts (`{2: 1, 1: 1}` is another index than `{1: 1, 2: 1}`).
 * The document itself is always an object: its own names are those of the server.
 */
export function decodeOrdered(document: Buffer): Document {
  return Object.fromEntries(fieldsOf(document).map((field) => [field.name, valueOf(field)]));
}

function valueOf(field: BsonField): unknown {
  if (field.type === BSON_DOCUMENT) {
    const fields = fieldsOf(field.value);
    const entries = fields.map((one): [string, unknown] => [one.name, valueOf(one)]);
    return fields.some(({ name }) => INTEGER_LIKE.test(name)) ? new Map(entries) : Object.fromEntries(entries);
  }
  if (field.type === BSON_ARRAY) return fieldsOf(field.value).map(valueOf);
  return deserialize(bsonDocument([bsonElement(field.type, 'v', field.value)]), EXACT).v;
}

/** The fields of a document that `decodeOrdered` made, in their order. */
export function entriesOf(document: object): [string, unknown][] {
  return document instanceof Map ? [...(document as Map<string, unknown>)] : Object.entries(document);
}

/** As `decodeOrdered` would have made it. */
export function fromEntriesOrdered(entries: Iterable<[string, unknown]>): Document {
  const map = new Map(entries);
  return [...map.keys()].some((name) => INTEGER_LIKE.test(name)) ? map : Object.fromEntries(map);
}

/** Documents as a manifest keeps them: Extended JSON to be read by anybody, and the bytes where reading that back would change them. */
export interface KeptDocument {
  readonly ejson: Ejson;
  /** Base64. */
  readonly bson: string | undefined;
}

export function keepDocument(document: Buffer): KeptDocument {
  const ejson = EJSON.serialize(deserialize(document, EXACT), { relaxed: false }) as Ejson;
  const again = serialize(EJSON.deserialize(ejson, { relaxed: false }) as Document);
  return { ejson, bson: document.equals(again) ? undefined : document.toString('base64') };
}

export function readKept(ejson: Ejson, bson: string | undefined): Document {
  if (bson !== undefined) return decodeOrdered(Buffer.from(bson, 'base64'));
  return EJSON.deserialize(ejson, { relaxed: false }) as Document;
}

/** The bytes that `keepDocument` was given. */
export function keptBytes(ejson: Ejson, bson: string | undefined): Buffer {
  if (bson !== undefined) return Buffer.from(bson, 'base64');
  return Buffer.from(serialize(EJSON.deserialize(ejson, { relaxed: false }) as Document));
}

/**
 * Text by which two definitions compare: key order counts (also of names that look like integers), that of the top does not,
 * numbers are equal whatever their type.
 */
export function definitionText(definition: Document): string {
  const sorted = Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1));
  return EJSON.stringify(
    sorted.map(([name, value]) => [name, pairsOf(value)]),
    { relaxed: true },
  );
}

/** Documents become lists of pairs, which keep their order in JSON. */
function pairsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pairsOf);
  if (typeof value !== 'object' || value === null || '_bsontype' in value || value instanceof Date) return value;
  return entriesOf(value).map(([name, inner]) => ({ name, value: pairsOf(inner) }));
}
