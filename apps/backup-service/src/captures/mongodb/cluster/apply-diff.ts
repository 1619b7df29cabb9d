import { AppError } from '@lucid/core/app-error';
import { BSON_ARRAY, BSON_DOCUMENT, type BsonField, bsonDocument, bsonElement, fieldsOf } from '../oplog-bson.ts';

const NULL = { type: 0x0a, value: Buffer.alloc(0) };
const BOOLEAN = 0x08;
const INT32 = 0x10;
const MOST_ELEMENTS = 1_000_000;

type Value = Pick<BsonField, 'type' | 'value'>;

/** One entry of the oplog on one document. */
export interface DocumentOperation {
  readonly op: 'i' | 'u' | 'd';
  readonly o: Buffer;
}

/**
 * What a document is after an entry, as bytes: what the entry does not name keeps its bytes. A document that is newer than the entry comes
 * out as the entries after it expect it, as in the server's own replay (src/mongo/db/update/document_diff_applier.cpp).
 * @returns undefined where there is none: an update of a missing document does nothing, a later entry deletes it
 * @throws AppError RESTORE_REFUSED where the entry has a form that is not known
 */
export function applyOperation(document: Buffer | undefined, { op, o }: DocumentOperation): Buffer | undefined {
  if (op === 'd') return undefined;
  if (op === 'i') return o;
  const fields = new Map(fieldsOf(o).map((field) => [field.name, field]));
  const version = fields.get('$v');
  if (!version) return document && o;
  const diff = fields.get('diff');
  if (versionOf(version) !== 2 || diff?.type !== BSON_DOCUMENT) throw unknownForm();
  return document && applyToDocument(document, diff.value);
}

function versionOf({ type, value }: BsonField): number {
  if (type === INT32) return value.readInt32LE();
  return type === 0x12 ? Number(value.readBigInt64LE()) : 0;
}

/** `d` removes, `u` changes in place, `i` adds at the end, `s<field>` goes into a field. */
function applyToDocument(document: Buffer, diff: Buffer): Buffer {
  const changes = new Map<string, Value | 'remove'>();
  const inner = new Map<string, Buffer>();
  const added: BsonField[] = [];
  for (const { name, type, value } of fieldsOf(diff)) {
    if (type !== BSON_DOCUMENT) throw unknownForm();
    if (name === 'd') for (const one of fieldsOf(value)) changes.set(one.name, 'remove');
    else if (name === 'u') for (const one of fieldsOf(value)) changes.set(one.name, one);
    else if (name === 'i') added.push(...fieldsOf(value));
    else if (name.startsWith('s')) inner.set(name.slice(1), value);
    else throw unknownForm();
  }
  for (const { name } of added) changes.set(name, 'remove');
  const elements: Buffer[] = [];
  for (const field of fieldsOf(document)) {
    const change = changes.get(field.name);
    const into = inner.get(field.name);
    if (change === 'remove') continue;
    const { type, value } = change ?? (into ? applyInside(field, into) : field);
    elements.push(bsonElement(type, field.name, value));
  }
  for (const { type, name, value } of added) elements.push(bsonElement(type, name, value));
  return bsonDocument(elements);
}

/** A value of another kind is newer than the difference: null until a later entry sets it. */
function applyInside({ type, value }: Value, diff: Buffer): Value {
  const isOfArray = fieldsOf(diff)[0]?.name === 'a';
  if (type !== (isOfArray ? BSON_ARRAY : BSON_DOCUMENT)) return NULL;
  return { type, value: isOfArray ? applyToArray(value, diff) : applyToDocument(value, diff) };
}

/** `l` is the new length, `u<index>` sets an element, `s<index>` goes into one; what is missing in between is null. */
function applyToArray(array: Buffer, diff: Buffer): Buffer {
  const items: Value[] = fieldsOf(array);
  for (const { name, type, value } of fieldsOf(diff)) {
    if (name === 'a' && type === BOOLEAN) continue;
    if (name === 'l' && type === INT32) {
      resize(items, value.readInt32LE());
      continue;
    }
    const index = /^[us]\d+$/.test(name) ? Number(name.slice(1)) : MOST_ELEMENTS;
    if (index >= MOST_ELEMENTS || (name.startsWith('s') && type !== BSON_DOCUMENT)) throw unknownForm();
    if (items.length <= index) resize(items, index + 1);
    items[index] = name.startsWith('u') ? { type, value } : applyInside(items[index] ?? NULL, value);
  }
  return bsonDocument(items.map(({ type, value }, index) => bsonElement(type, String(index), value)));
}

function resize(items: Value[], length: number): void {
  if (length < 0 || length > MOST_ELEMENTS) throw unknownForm();
  while (items.length < length) items.push(NULL);
  items.length = length;
}

function unknownForm(): AppError {
  return new AppError('RESTORE_REFUSED', 'The oplog changes a document in a form that this version does not know.');
}
