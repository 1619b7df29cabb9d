/** The type byte and name of an element, encoded once. https://bsonspec.org/spec.html */
export type ElementName = Buffer;

const TYPES = { string: 0x02, document: 0x03, array: 0x04, objectId: 0x07, date: 0x09, int: 0x10, long: 0x12 } as const;

export function elementName(type: keyof typeof TYPES, name: string): ElementName {
  return Buffer.concat([Buffer.from([TYPES[type]]), Buffer.from(`${name}\0`)]);
}

/** Writes BSON documents one after the other into a buffer that grows; made for speed, checks nothing. */
export class BsonWriter {
  length = 0;
  private bytes: Buffer;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** What has been written, as a buffer of its own; the writer is empty then. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  /** Makes room; to be called before each document with more than it can need. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe((this.length + size) * 2);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Begins a document or an array. @returns what `end` needs */
  begin(name?: ElementName): number {
    if (name) this.raw(name);
    const start = this.length;
    this.length += 4;
    return start;
  }

  end(start: number): void {
    this.bytes[this.length++] = 0;
    this.bytes.writeInt32LE(this.length - start, start);
  }

  /** ASCII text, `size` bytes of `text` from `from`. */
  string(name: ElementName, text: Buffer, from = 0, size = text.length): void {
    this.raw(name);
    this.bytes.writeInt32LE(size + 1, this.length);
    text.copy(this.bytes, this.length + 4, from, from + size);
    this.length += size + 5;
    this.bytes[this.length - 1] = 0;
  }

  int(name: ElementName, value: number): void {
    this.raw(name);
    this.length = this.bytes.writeInt32LE(value, this.length);
  }

  /** A long, or a date as milliseconds: whole, not negative, below 2^53. */
  long(name: ElementName, value: number): void {
    this.raw(name);
    this.bytes.writeUInt32LE(value % 0x1_0000_0000, this.length);
    this.length = this.bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4);
  }

  objectId(name: ElementName, kind: number, number: number): void {
    this.raw(name);
    this.bytes.fill(0, this.length, this.length + 12);
    this.bytes[this.length] = kind;
    this.length = this.bytes.writeUInt32BE(number, this.length + 8);
  }

  private raw(bytes: Buffer): void {
    bytes.copy(this.bytes, this.length);
    this.length += bytes.length;
  }
}
