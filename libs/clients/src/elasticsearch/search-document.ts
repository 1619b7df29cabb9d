import type { SearchDefinition } from '@lucid/models/model-definition';
import { EJSON, Long, type Document } from 'bson';

/** What stands in a search index for a document of MongoDB. */
export interface SearchDocument {
  readonly id: string;
  /** Plain JSON values; no number beyond what a double holds exactly. */
  readonly source: Record<string, unknown>;
}

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.11/mapping-id-field.html */
const MAX_ID_BYTES = 512;
const OBJECT_ID = /^[0-9a-f]{24}$/;
const INTEGER = /^-?\d+$/;
/** What JSON can begin with. */
const JSON_START = /^[\s"[{tfn\d-]/;

type BsonValue = { readonly _bsontype: string; toString(): string };

/**
 * The one way from a document of MongoDB to that of a search index; live sync, reindex, drift checks and restores all go it. It keeps every
 * field but those that the model keeps out of search, unknown ones too. 64-bit integers beyond 2^53, decimals and ObjectIds are text, dates
 * RFC 3339 (milliseconds since 1970 beyond the years of four digits), binaries Base64 or UUIDs, what is not finite null.
 * @returns undefined where its `_id` is longer than the 512 bytes that Elasticsearch takes
 */
export function searchDocumentOf(
  { _id, ...fields }: Document,
  { mapping }: SearchDefinition,
): SearchDocument | undefined {
  const id = searchIdOf(_id);
  if (id === undefined) return undefined;
  return { id, source: withoutPaths(plainObject(fields), mapping._source?.excludes ?? []) };
}

/**
 * The `_id` in a search index: an ObjectId is its hexadecimal text, a number its decimal one, a string itself; anything else, and a string that
 * could be taken for one of the others, is Extended JSON. So no two documents share one, and `mongodbIdOf` leads back.
 */
export function searchIdOf(id: unknown): string | undefined {
  const text = idText(id);
  return Buffer.byteLength(text) <= MAX_ID_BYTES ? text : undefined;
}

function idText(id: unknown): string {
  if (typeof id === 'string') return OBJECT_ID.test(id) || isJson(id) ? JSON.stringify(id) : id;
  if (typeof id === 'number' && Number.isFinite(id)) return numberText(id);
  if (typeof id === 'bigint') return String(id);
  const type = bsonTypeOf(id);
  if (type === 'ObjectId' || type === 'Long') return String(id);
  if (type === 'Int32' || type === 'Double') return idText((id as { value: number }).value);
  return EJSON.stringify(id, { relaxed: false });
}

/** All digits of a large double, for MongoDB, to which it is the integer of the same value. */
function numberText(id: number): string {
  if (Number.isInteger(id) && !Number.isSafeInteger(id)) return String(BigInt(id));
  return String(id === 0 ? 0 : id);
}

/**
 * The `_id` in MongoDB of what `searchIdOf` made; any other text is a string. @throws what EJSON throws, of an id that it did not make, such as
 * `{"$oid":"?"}`
 */
export function mongodbIdOf(searchId: string): unknown {
  if (OBJECT_ID.test(searchId)) return EJSON.parse(`{"$oid":"${searchId}"}`) as unknown;
  if (!isJson(searchId)) return searchId;
  if (INTEGER.test(searchId) && !Number.isSafeInteger(Number(searchId))) return largeInteger(BigInt(searchId));
  return EJSON.parse(searchId) as unknown;
}

function largeInteger(value: bigint): Long | number {
  return BigInt.asIntN(64, value) === value ? Long.fromBigInt(value) : Number(value);
}

function isJson(text: string): boolean {
  if (text === '') return true; // No index takes an empty one: it must be quoted.
  if (!JSON_START.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function plainObject(fields: Document): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plainOf(value)]));
}

function plainOf(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value + 0 : null;
    case 'bigint':
      return integerOf(value);
    case 'object':
      return value === null ? null : plainOfObject(value);
    default:
      return null;
  }
}

function plainOfObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Date) return dateOf(value);
  if (value instanceof RegExp) return EJSON.serialize(value);
  switch (bsonTypeOf(value)) {
    case undefined:
      return plainObject(value);
    case 'ObjectId':
      return String(value);
    case 'Long':
      return integerOf((value as Long).toBigInt());
    case 'Int32':
    case 'Double':
      return plainOf((value as unknown as { value: number }).value);
    case 'Decimal128':
      return /[a-z]{3}/i.test(String(value)) ? null : String(value);
    case 'Binary':
      return binaryOf(value as unknown as { sub_type: number; buffer: Uint8Array; position: number });
    default:
      return EJSON.serialize(value);
  }
}

function bsonTypeOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? (value as Partial<BsonValue>)._bsontype : undefined;
}

function integerOf(value: bigint): number | string {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
}

function dateOf(date: Date): string | number | null {
  const ms = date.getTime();
  if (Number.isNaN(ms)) return null;
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : ms;
}

/** Subtype 4 of BSON is a UUID. */
function binaryOf({ sub_type, buffer, position }: { sub_type: number; buffer: Uint8Array; position: number }): string {
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, position);
  if (sub_type !== 4 || bytes.length !== 16) return bytes.toString('base64');
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * As `_source.excludes` does it: a path leads through arrays and through names with dots, and what lies on it and is empty goes too. What
 * is derived equals what the server keeps.
 */
function withoutPaths(fields: Record<string, unknown>, paths: readonly string[]): Record<string, unknown> {
  if (paths.length === 0) return fields;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (paths.some((path) => path === name || name.startsWith(`${path}.`))) return [];
      const inner = paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
      const kept = inner.length > 0 ? pruned(value, inner) : value;
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function pruned(value: unknown, paths: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const kept = value.map((item) => pruned(item, paths)).filter((item) => item !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  const kept = withoutPaths(value as Record<string, unknown>, paths);
  return Object.keys(kept).length > 0 ? kept : undefined;
}
