import { documentEnd, elementsOf, findElements } from '@lucid/clients/mongodb/wire/bson-walk';
import { deserialize, type Document } from 'bson';

/** One element of a BSON document, undecoded: `value` is what follows the name (https://bsonspec.org/spec.html). */
export interface BsonField {
  readonly type: number;
  readonly name: string;
  readonly value: Buffer;
}

export const BSON_STRING = 0x02;
export const BSON_DOCUMENT = 0x03;
export const BSON_ARRAY = 0x04;

/** The elements of a document, in their order. @throws RangeError where the bytes are no BSON document */
export function fieldsOf(document: Buffer): BsonField[] {
  if (documentEnd(document, 0, document.length) < document.length) throw new RangeError('a BSON document is not alone');
  const elements = [...elementsOf(document, 0, document.length)];
  return elements.map(({ type, name, start, end }) => ({ type, name, value: document.subarray(start, end) }));
}

export function textOf(field: BsonField | undefined): string | undefined {
  return field?.type === BSON_STRING ? field.value.toString('utf8', 4, field.value.length - 1) : undefined;
}

/** Type and bytes of the `_id`: equal for two documents exactly when MongoDB stored the same `_id` bytes. */
export function idKeyOf(document: Buffer): string | undefined {
  const id = findElements(document, 0, ['_id']).get('_id');
  return id && String.fromCharCode(id.type) + document.toString('latin1', id.start, id.end);
}

export function bsonText(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeInt32LE(bytes.length + 1);
  return bsonElement(BSON_STRING, name, Buffer.concat([length, bytes, Buffer.alloc(1)]));
}

export function bsonElement(type: number, name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`, 'utf8'), value]);
}

export function bsonDocument(elements: readonly Buffer[]): Buffer {
  const size = elements.reduce((sum, element) => sum + element.length, 5);
  const head = Buffer.alloc(4);
  head.writeInt32LE(size);
  return Buffer.concat([head, ...elements, Buffer.alloc(1)]);
}

/** The documents of a buffer that holds whole ones, one after the other; they share its memory. */
export function* documentsOf(concatenated: Buffer): Generator<Buffer> {
  let offset = 0;
  while (offset < concatenated.length) {
    const end = documentEnd(concatenated, offset, concatenated.length);
    yield concatenated.subarray(offset, end);
    offset = end;
  }
}

/** Decodes a command or an option document; numbers keep their BSON types. */
export function decodeExact(document: Buffer): Document {
  return deserialize(document, { promoteValues: false, bsonRegExp: true });
}
