import { isAppError } from '@lucid/core/app-error';
import fc from 'fast-check';
import { Crc64 } from './crc64.ts';
import { RdbScanner } from './rdb-scanner.ts';
import {
  rdbAux,
  rdbEnd,
  rdbExpiry,
  rdbFreq,
  rdbHeader,
  rdbIdle,
  rdbLength,
  rdbSelect,
  rdbString,
} from './rdb-writer.ts';

interface Read {
  database: number;
  key: string;
  type: number;
  expiresAtMs: number;
  idle: number;
  freq: number;
  value: Buffer;
}

/** Everything an RDB holds, and the bytes of all items, which must be the RDB again. */
function readAll(chunks: readonly Buffer[]): { entries: Read[]; bytes: Buffer; scanner: RdbScanner } {
  const scanner = new RdbScanner();
  const entries: Read[] = [];
  const bytes: Buffer[] = [];
  for (const chunk of chunks) {
    scanner.push(chunk);
    for (let item = scanner.next(); item; item = scanner.next()) {
      const { buffer, start, end, entry, database } = scanner;
      bytes.push(Buffer.from(buffer.subarray(start, end)));
      if (item === 'entry') {
        const { type, expiresAtMs, idle, freq, valueStart } = entry;
        const value = Buffer.from(buffer.subarray(valueStart, end));
        entries.push({ database, key: scanner.key().toString('hex'), type, expiresAtMs, idle, freq, value });
      } else if (item === 'value') {
        const last = entries.at(-1)!;
        last.value = Buffer.concat([last.value, buffer.subarray(start, end)]);
      }
    }
  }
  scanner.finish();
  return { entries, bytes: Buffer.concat(bytes), scanner };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((place, index) => bytes.subarray(sorted[index], place));
}

function withEnd(...parts: Buffer[]): Buffer {
  const crc = new Crc64();
  const body = Buffer.concat(parts);
  crc.update(body, 0, body.length);
  return Buffer.concat([body, rdbEnd(crc)]);
}

const bytesOf = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const plain = bytesOf(100).map(rdbString);
const integer = fc.constantFrom([0xc0, 7], [0xc1, 1, 2], [0xc2, 1, 2, 3, 4]).map((array) => Buffer.from(array));
/** A compressed string: 3 literal bytes, then a reference of 9 bytes. */
const lzf = fc.constant(Buffer.from([0xc3, 7, 12, 2, 0x61, 0x62, 0x63, 0xe0, 0x00, 0x02]));
const text = fc.oneof({ weight: 5, arbitrary: plain }, integer, lzf);
const length = fc.nat({ max: 2 ** 31 - 1 }).map(rdbLength);
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => {
  const encoded = Buffer.alloc(9, 0x81);
  encoded.writeBigUInt64BE(value, 1);
  return encoded;
});
const fixed = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map((array) => Buffer.from(array));
const joined = (...parts: fc.Arbitrary<Buffer>[]) => fc.tuple(...parts).map((some) => Buffer.concat(some));
const counted = (one: fc.Arbitrary<Buffer>, maxLength = 5) =>
  fc.array(one, { maxLength }).map((some) => Buffer.concat([rdbLength(some.length), ...some]));
const double = fc.oneof(
  fc.constantFrom(253, 254, 255).map((byte) => Buffer.from([byte])),
  fc.double().map((value) => Buffer.concat([Buffer.from([String(value).length]), Buffer.from(String(value))])),
);

function stream(type: 15 | 19 | 21): fc.Arbitrary<Buffer> {
  const none = fc.constant(Buffer.alloc(0));
  const pending = joined(fixed(16), fixed(8), length);
  const consumer = joined(text, fixed(type === 21 ? 16 : 8), counted(fixed(16), 2));
  const group = joined(text, id, id, type === 15 ? none : id, counted(pending, 3), counted(consumer, 2));
  const head = joined(
    counted(joined(text, text), 3),
    length,
    id,
    id,
    type === 15 ? none : joined(id, id, id, id, length),
  );
  return joined(head, counted(group, 3));
}

const container = fc.constantFrom(1, 2).map((kind) => Buffer.from([kind]));
const VALUES: Record<number, fc.Arbitrary<Buffer>> = {
  ...Object.fromEntries([0, 9, 10, 11, 12, 13, 16, 17, 20, 23].map((type) => [type, text])),
  ...Object.fromEntries([1, 2, 14].map((type) => [type, counted(text)])),
  3: counted(joined(text, double)),
  4: counted(joined(text, text)),
  5: counted(joined(text, fixed(8))),
  15: stream(15),
  18: counted(joined(container, text)),
  19: stream(19),
  21: stream(21),
  22: counted(joined(length, text, text)),
  24: joined(fixed(8), counted(joined(length, text, text))),
  25: joined(fixed(8), text),
};

const entry = fc
  .record({
    type: fc.constantFrom(...Object.keys(VALUES).map(Number)),
    key: bytesOf(40),
    expiresAtMs: fc.option(
      fc.nat({ max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
      { nil: -1 },
    ),
    eviction: fc.constantFrom('none', 'idle', 'freq'),
    amount: fc.nat({ max: 255 }),
  })
  .chain((one) => (VALUES[one.type] as fc.Arbitrary<Buffer>).map((value) => ({ ...one, value })));

const rdb = fc.array(entry, { maxLength: 8 }).map((entries) => {
  const parts = [rdbHeader(10), rdbAux('redis-ver', '7.0.15'), rdbAux('ctime', '1700000000'), rdbSelect(3)];
  for (const { type, key, expiresAtMs, eviction, amount, value } of entries) {
    if (expiresAtMs >= 0) parts.push(rdbExpiry(expiresAtMs));
    if (eviction === 'idle') parts.push(rdbIdle(amount));
    if (eviction === 'freq') parts.push(rdbFreq(amount));
    parts.push(Buffer.from([type]), rdbString(key), value);
  }
  const expected = entries.map(({ type, key, expiresAtMs, eviction, amount, value }) => ({
    ...{ database: 3, key: key.toString('hex'), type, expiresAtMs, value },
    idle: eviction === 'idle' ? amount : -1,
    freq: eviction === 'freq' ? amount : -1,
  }));
  return { bytes: withEnd(...parts), expected };
});

describe('reading an RDB', () => {
  it('finds every key and the extent of every value, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(rdb, fc.array(fc.nat(), { maxLength: 20 }), ({ bytes, expected }, places) => {
        const { entries, bytes: again, scanner } = readAll(cut(bytes, places));
        expect(entries).toEqual(expected);
        expect(again.equals(bytes)).toBe(true);
        expect(scanner.hasChecksum).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a big value in pieces, byte by byte the same', () => {
    const members = Array.from({ length: 40_000 }, (_, n) => rdbString(Buffer.from(`member ${n} of a set`)));
    const value = Buffer.concat([rdbLength(members.length), ...members]);
    const bytes = withEnd(rdbHeader(10), rdbSelect(0), Buffer.from([2]), rdbString(Buffer.from('big')), value);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1_009) }, (_, n) =>
      bytes.subarray(n * 1_009, (n + 1) * 1_009),
    );
    const { entries, bytes: again } = readAll(chunks);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.value.equals(value)).toBe(true);
    expect(again.equals(bytes)).toBe(true);
  });

  it('refuses damage with an error of its own, and never hangs', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rdb, damage, fc.array(fc.nat(), { maxLength: 5 }), ({ bytes }, changes, places) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        // Zeros for a checksum mean that there is none: then a change may go unseen, and that is the format's.
        if (damaged.equals(bytes) || damaged.readBigUInt64LE(damaged.length - 8) === 0n) return;
        expect(failureOf(() => readAll(cut(damaged, places)))).toMatch(/^RDB_(INVALID|UNSUPPORTED)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses every cut', () => {
    fc.assert(
      fc.property(rdb, fc.nat(), ({ bytes }, at) => {
        expect(failureOf(() => readAll([bytes.subarray(0, at % bytes.length)]))).toBe('RDB_INVALID');
      }),
    );
  });

  it('refuses noise after a header', () => {
    fc.assert(
      fc.property(bytesOf(300), (noise) => {
        const failure = failureOf(() => readAll([Buffer.concat([rdbHeader(10), noise])]));
        if (failure !== 'none') expect(failure).toMatch(/^RDB_(INVALID|UNSUPPORTED)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses bytes after the end, a wrong version, and an impossible length', () => {
    const good = withEnd(rdbHeader(10));
    expect(failureOf(() => readAll([good]))).toBe('none');
    expect(failureOf(() => readAll([Buffer.concat([good, Buffer.from([0])])]))).toBe('RDB_INVALID');
    expect(failureOf(() => readAll([withEnd(rdbHeader(13))]))).toBe('RDB_UNSUPPORTED');
    const huge = Buffer.from([0, 0x81, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(failureOf(() => readAll([withEnd(rdbHeader(10), huge)]))).toBe('RDB_INVALID');
  });

  it('names the key of a type it does not know, and a module', () => {
    const unknown = Buffer.concat([Buffer.from([77]), rdbString(Buffer.from('cart\n1')), Buffer.alloc(9)]);
    expect(() => readAll([withEnd(rdbHeader(12), unknown)])).toThrow('The key "cart\\x0a1" has the unknown type 77');
    const module = Buffer.concat([Buffer.from([7]), rdbString(Buffer.from('doc')), Buffer.alloc(9)]);
    expect(() => readAll([withEnd(rdbHeader(12), module)])).toThrow('The key "doc" belongs to a Redis module');
    // ReJSON-RL, version 3: nine letters of six bits, then ten bits.
    let idOfModule = 0n;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const letter of 'ReJSON-RL') idOfModule = (idOfModule << 6n) | BigInt(letters.indexOf(letter));
    const aux = Buffer.alloc(10, 247);
    aux[1] = 0x81;
    aux.writeBigUInt64BE((idOfModule << 10n) | 3n, 2);
    expect(() => readAll([withEnd(rdbHeader(12), aux)])).toThrow('ReJSON-RL');
  });

  it('takes an RDB without a checksum, and says so', () => {
    const { scanner } = readAll([Buffer.concat([rdbHeader(10), rdbEnd()])]);
    expect(scanner.hasChecksum).toBe(false);
  });
});

function failureOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
}
