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

const FIXED_SIZES: Record<number, number> = {
  0x01: 8, // double
  0x06: 0, // undefined
  0x07: 12, // ObjectId
  0x08: 1, // boolean
  0x09: 8, // date
  0x0a: 0, // null
  0x10: 4, // int32
  0x11: 8, // timestamp
  0x12: 8, // int64
  0x13: 16, // decimal128
  0xff: 0, // min key
  0x7f: 0, // max key
};

/** The elements of a document, in their order. @throws RangeError where the bytes are no BSON document */
export function fieldsOf(document: Buffer): BsonField[] {
  if (document.length < 5 || document.readInt32LE(0) !== document.length || document.at(-1) !== 0) {
    throw new RangeError('a BSON document is not whole');
  }
  const fields: BsonField[] = [];
  const end = document.length - 1;
  let offset = 4;
  while (offset < end) {
    const type = document.readUInt8(offset);
    const nameEnd = document.indexOf(0, offset + 1);
    const name = document.toString('utf8', offset + 1, nameEnd);
    const size = valueSize(type, document, nameEnd + 1);
    offset = nameEnd + 1 + size;
    if (nameEnd >= end || size < 0 || offset > end) throw new RangeError('a BSON element is longer than its document');
    fields.push({ type, name, value: document.subarray(nameEnd + 1, offset) });
  }
  return fields;
}

function valueSize(type: number, bytes: Buffer, offset: number): number {
  const fixed = FIXED_SIZES[type];
  if (fixed !== undefined) return fixed;
  switch (type) {
    case BSON_STRING:
    case 0x0d: // JavaScript code
    case 0x0e: // symbol
      return 4 + bytes.readInt32LE(offset);
    case BSON_DOCUMENT:
    case BSON_ARRAY:
    case 0x0f: // code with scope
      return bytes.readInt32LE(offset);
    case 0x05: // binary
      return 5 + bytes.readInt32LE(offset);
    case 0x0b: // regular expression: two C strings
      return bytes.indexOf(0, bytes.indexOf(0, offset) + 1) + 1 - offset;
    case 0x0c: // DBPointer
      return 4 + bytes.readInt32LE(offset) + 12;
    default:
      throw new RangeError(`BSON type ${type} is not known`);
  }
}

export function textOf(field: BsonField | undefined): string | undefined {
  return field?.type === BSON_STRING ? field.value.toString('utf8', 4, field.value.length - 1) : undefined;
}

/** Type and bytes of the `_id`: equal for two documents exactly when MongoDB stored the same `_id` bytes. */
export function idKeyOf(document: Buffer): string | undefined {
  const id = fieldsOf(document).find((field) => field.name === '_id');
  return id && String.fromCharCode(id.type) + id.value.toString('latin1');
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
    const size = concatenated.length - offset >= 5 ? concatenated.readInt32LE(offset) : 0;
    if (size < 5 || offset + size > concatenated.length) throw new RangeError('a BSON document is not whole');
    yield concatenated.subarray(offset, offset + size);
    offset += size;
  }
}

/** Decodes a command or an option document; numbers keep their BSON types. */
export function decodeExact(document: Buffer): Document {
  return deserialize(document, { promoteValues: false, bsonRegExp: true });
}
