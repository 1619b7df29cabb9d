/** Reads BSON (https://bsonspec.org/spec.html) by its lengths, without making objects; every length is checked. */

export interface BsonElement {
  readonly type: number;
  readonly name: string;
  /** Where the value begins and ends. */
  readonly start: number;
  readonly end: number;
}

const FIXED_SIZES: Readonly<Record<number, number>> = {
  0x01: 8,
  0x06: 0,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x0a: 0,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
  0x7f: 0,
  0xff: 0,
};

/** Types that begin with a length: how many bytes it does not count. */
const BESIDE_LENGTH: Readonly<Record<number, number>> = {
  0x02: 4, // string
  0x03: 0, // document
  0x04: 0, // array
  0x05: 5, // binary
  0x0c: 16, // DBPointer
  0x0d: 4, // JavaScript code
  0x0e: 4, // symbol
  0x0f: 0, // code with scope
};

/** The end of the document that begins at `start`. @throws RangeError where it does not fit before `limit` */
export function documentEnd(buffer: Buffer, start: number, limit: number): number {
  const size = limit - start >= 5 ? buffer.readInt32LE(start) : 0;
  const end = start + size;
  if (size < 5 || end > limit || buffer[end - 1] !== 0) throw new RangeError('A BSON document has a wrong length.');
  return end;
}

/** The elements of the document (or array) that begins at `start`. @throws RangeError where it is malformed */
export function* elementsOf(buffer: Buffer, start: number, limit: number): Generator<BsonElement> {
  const last = documentEnd(buffer, start, limit) - 1;
  let offset = start + 4;
  while (offset < last) {
    const type = buffer[offset] ?? 0;
    const nameEnd = buffer.indexOf(0, offset + 1);
    const valueStart = nameEnd + 1;
    if (nameEnd < 0 || valueStart > last) throw new RangeError('A BSON element has no name.');
    const end = valueStart + sizeOf(type, buffer, valueStart, last);
    if (end < valueStart || end > last) throw new RangeError('A BSON element is longer than its document.');
    yield { type, name: buffer.toString('utf8', offset + 1, nameEnd), start: valueStart, end };
    offset = end;
  }
}

/** Checks what `elementsOf` checks, and makes nothing: several times as fast. @throws RangeError where the document is malformed */
export function assertElements(buffer: Buffer, start: number, limit: number): void {
  const last = documentEnd(buffer, start, limit) - 1;
  let offset = start + 4;
  while (offset < last) {
    let nameEnd = offset + 1;
    while (nameEnd < last && buffer[nameEnd] !== 0) nameEnd += 1;
    const valueStart = nameEnd + 1;
    if (valueStart > last) throw new RangeError('A BSON element has no name.');
    const end = valueStart + sizeOf(buffer[offset] ?? 0, buffer, valueStart, last);
    if (end < valueStart || end > last) throw new RangeError('A BSON element is longer than its document.');
    offset = end;
  }
}

/** The named elements of a document, at its top. */
export function findElements(buffer: Buffer, start: number, names: readonly string[]): Map<string, BsonElement> {
  const found = new Map<string, BsonElement>();
  for (const element of elementsOf(buffer, start, buffer.length)) {
    if (names.includes(element.name)) found.set(element.name, element);
    if (found.size === names.length) break;
  }
  return found;
}

function sizeOf(type: number, buffer: Buffer, at: number, limit: number): number {
  const fixed = FIXED_SIZES[type];
  if (fixed !== undefined) return fixed;
  if (type === 0x0b) {
    const pattern = buffer.indexOf(0, at);
    const options = pattern < 0 ? -1 : buffer.indexOf(0, pattern + 1);
    return options < 0 ? -1 : options + 1 - at;
  }
  if (at + 4 > limit) return -1;
  const length = buffer.readInt32LE(at);
  const added = BESIDE_LENGTH[type];
  if (added === undefined) throw new RangeError(`A BSON element has the unknown type ${type}.`);
  return length < 0 || (added === 0 && length < 5) ? -1 : length + added;
}
