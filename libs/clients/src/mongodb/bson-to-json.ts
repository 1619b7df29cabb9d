import { Decimal128 } from 'mongodb';
import { doubleToJson, int64ToJson, timeToJson } from './extended-json-output.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** Up to here a loop is quicker than a copy. */
const SHORT_BYTES = 48;
/** Of a value that is no text: the longest is a Decimal128 in its wrapper. */
const SMALL_VALUE_BYTES = 128;
const HEX = Buffer.from('0123456789abcdef');
/** What JSON has a short escape for (RFC 8259, 7). */
const ESCAPES: Readonly<Record<number, string>> = {
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
};
const OLD_BINARY = 0x02;

/**
 * Writes BSON (https://bsonspec.org/spec.html), as the server sent it, as the JSON that `extended-json.ts` describes: bytes to bytes,
 * without an object a document. Every type keeps its name, also those that the driver cannot write any more (undefined, DBPointer).
 * The bytes must be whole and come from a server: they are not checked.
 */
export class BsonJsonWriter {
  #out: Buffer;
  #at = 0;

  /** `sizeBytes`: about what will be written; it grows by itself. */
  constructor(sizeBytes = 1024) {
    this.#out = Buffer.allocUnsafe(Math.max(sizeBytes, SMALL_VALUE_BYTES));
  }

  /** What was written, without a copy: nothing may be written afterwards. */
  bytes(): Buffer {
    return this.#out.subarray(0, this.#at);
  }

  get length(): number {
    return this.#at;
  }

  /** Text that is JSON already, in ASCII. */
  ascii(text: string): this {
    this.#ensure(text.length);
    if (text.length > SHORT_BYTES) this.#at += this.#out.write(text, this.#at, 'latin1');
    else for (let index = 0; index < text.length; index += 1) this.#out[this.#at++] = text.charCodeAt(index);
    return this;
  }

  /** Text that is JSON already. */
  json(text: string): this {
    this.#ensure(text.length * 3);
    this.#at += this.#out.write(text, this.#at, 'utf8');
    return this;
  }

  /** One document; `without` names a field of its top level that is left out. */
  document(bson: Uint8Array, without?: string): this {
    this.#ensure(bson.length * 2);
    const source = Buffer.isBuffer(bson) ? bson : Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength);
    this.#fields(source, 0, false, without);
    return this;
  }

  #fields(source: Buffer, start: number, isArray: boolean, without?: string): number {
    const end = start + source.readInt32LE(start) - 1;
    let offset = start + 4;
    let isFirst = true;
    this.#ensure(2);
    this.#out[this.#at++] = isArray ? 0x5b : 0x7b;
    while (offset < end) {
      const type = source[offset] ?? 0;
      const nameStart = offset + 1;
      let nameEnd = nameStart;
      while (source[nameEnd] !== 0) nameEnd += 1;
      const before = this.#at;
      if (!isFirst) {
        this.#ensure(1);
        this.#out[this.#at++] = COMMA;
      }
      if (!isArray) {
        this.#string(source, nameStart, nameEnd);
        this.#ensure(1);
        this.#out[this.#at++] = 0x3a;
      }
      offset = this.#value(type, source, nameEnd + 1);
      if (without !== undefined && source.toString('latin1', nameStart, nameEnd) === without) this.#at = before;
      else isFirst = false;
    }
    this.#ensure(1);
    this.#out[this.#at++] = isArray ? 0x5d : 0x7d;
    return end + 1;
  }

  /** @returns where the value ends */
  #value(type: number, source: Buffer, start: number): number {
    switch (type) {
      case 0x02:
        return this.#text(source, start);
      case 0x03:
        return this.#fields(source, start, false);
      case 0x04:
        return this.#fields(source, start, true);
      case 0x07:
        return this.#objectId(source, start);
      case 0x08:
        this.ascii(source[start] === 1 ? 'true' : 'false');
        return start + 1;
      case 0x0a:
        this.ascii('null');
        return start;
      case 0x10:
        this.ascii(String(source.readInt32LE(start)));
        return start + 4;
      case 0x01:
        this.#small(doubleToJson(source.readDoubleLE(start)));
        return start + 8;
      case 0x12:
        this.#small(int64ToJson(source.readBigInt64LE(start)));
        return start + 8;
      case 0x09:
        this.#small(timeToJson(Number(source.readBigInt64LE(start)), source.readBigInt64LE(start)));
        return start + 8;
      default:
        return this.#rare(type, source, start);
    }
  }

  #rare(type: number, source: Buffer, start: number): number {
    switch (type) {
      case 0x05:
        return this.#binary(source, start);
      case 0x06:
        return this.#constant('{"$undefined":true}', start);
      case 0x0b:
        return this.#regularExpression(source, start);
      case 0x0c:
        return this.#dbPointer(source, start);
      case 0x0d:
        return this.#wrapped('$code', source, start);
      case 0x0e:
        return this.#wrapped('$symbol', source, start);
      case 0x0f:
        return this.#codeWithScope(source, start);
      case 0x11:
        this.#small({ $timestamp: { t: source.readUInt32LE(start + 4), i: source.readUInt32LE(start) } });
        return start + 8;
      case 0x13:
        this.#small({ $numberDecimal: new Decimal128(source.subarray(start, start + 16)).toString() });
        return start + 16;
      case 0x7f:
        return this.#constant('{"$maxKey":1}', start);
      case 0xff:
        return this.#constant('{"$minKey":1}', start);
      default:
        throw new Error(`there is no BSON type ${String(type)}`);
    }
  }

  #constant(text: string, start: number): number {
    this.ascii(text);
    return start;
  }

  #small(value: number | object): void {
    this.ascii(typeof value === 'number' ? String(value) : JSON.stringify(value));
  }

  /** A BSON string: its length with the null at its end, then its bytes. */
  #text(source: Buffer, start: number): number {
    const end = start + 4 + source.readInt32LE(start);
    this.#string(source, start + 4, end - 1);
    return end;
  }

  #wrapped(key: string, source: Buffer, start: number): number {
    this.ascii(`{"${key}":`);
    const end = this.#text(source, start);
    this.ascii('}');
    return end;
  }

  #objectId(source: Buffer, start: number): number {
    this.ascii('{"$oid":"');
    this.#hex(source, start, start + 12);
    this.ascii('"}');
    return start + 12;
  }

  #hex(source: Buffer, start: number, end: number): void {
    this.#ensure(2 * (end - start));
    for (let index = start; index < end; index += 1) {
      const byte = source[index] ?? 0;
      this.#out[this.#at++] = HEX[byte >> 4] ?? 0;
      this.#out[this.#at++] = HEX[byte & 15] ?? 0;
    }
  }

  #binary(source: Buffer, start: number): number {
    const subType = source[start + 4] ?? 0;
    const end = start + 5 + source.readInt32LE(start);
    // The old generic subtype has its length a second time.
    const dataStart = subType === OLD_BINARY ? start + 9 : start + 5;
    this.ascii('{"$binary":{"base64":"')
      .ascii(source.toString('base64', dataStart, end))
      .ascii('","subType":"');
    this.#hex(source, start + 4, start + 5);
    this.ascii('"}}');
    return end;
  }

  #regularExpression(source: Buffer, start: number): number {
    const patternEnd = source.indexOf(0, start);
    const optionsEnd = source.indexOf(0, patternEnd + 1);
    this.ascii('{"$regularExpression":{"pattern":');
    this.#string(source, start, patternEnd);
    this.ascii(',"options":');
    this.#string(source, patternEnd + 1, optionsEnd);
    this.ascii('}}');
    return optionsEnd + 1;
  }

  #dbPointer(source: Buffer, start: number): number {
    this.ascii('{"$dbPointer":{"$ref":');
    const end = this.#text(source, start);
    this.ascii(',"$id":');
    this.#objectId(source, end);
    this.ascii('}}');
    return end + 12;
  }

  #codeWithScope(source: Buffer, start: number): number {
    this.ascii('{"$code":');
    const scopeStart = this.#text(source, start + 4);
    this.ascii(',"$scope":');
    const end = this.#fields(source, scopeStart, false);
    this.ascii('}');
    return end;
  }

  /** UTF-8 stays as it is; only what JSON wants escaped is. */
  #string(source: Buffer, start: number, end: number): void {
    this.#ensure(end - start + 2);
    this.#out[this.#at++] = QUOTE;
    let from = start;
    for (let index = start; index < end; index += 1) {
      const byte = source[index] ?? 0;
      if (byte > BACKSLASH || (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH)) continue;
      this.#copy(source, from, index);
      this.ascii(ESCAPES[byte] ?? `\\u${byte.toString(16).padStart(4, '0')}`);
      from = index + 1;
    }
    this.#copy(source, from, end);
    this.#ensure(1);
    this.#out[this.#at++] = QUOTE;
  }

  #copy(source: Buffer, start: number, end: number): void {
    this.#ensure(end - start);
    if (end - start > SHORT_BYTES) this.#at += source.copy(this.#out, this.#at, start, end);
    else for (let index = start; index < end; index += 1) this.#out[this.#at++] = source[index] ?? 0;
  }

  #ensure(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#at + bytes));
    this.#out.copy(grown, 0, 0, this.#at);
    this.#out = grown;
  }
}

/** The JSON of one document. */
export function bsonToJson(bson: Uint8Array): Buffer {
  return new BsonJsonWriter(bson.length * 2).document(bson).bytes();
}
