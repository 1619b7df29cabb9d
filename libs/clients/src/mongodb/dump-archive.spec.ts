import { gzipSync } from 'node:zlib';
import { isAppError } from '@lucid/core/app-error';
import { serialize } from 'bson';
import fc from 'fast-check';
import { unpacked } from './dump-archive-bytes.ts';
import { Crc64 } from './dump-archive-crc.ts';
import { type ArchiveNamespace, encodeEnd, encodePrelude, encodeSegment, TERMINATOR } from './dump-archive-format.ts';
import { DumpArchiveReader } from './dump-archive-reader.ts';
import { writeDumpArchive } from './dump-archive-writer.ts';

const header = { serverVersion: '7.0.1', toolVersion: '100.9.4', concurrentCollections: 4 };

function namespace(collection: string, type: ArchiveNamespace['type'] = 'collection'): ArchiveNamespace {
  return { database: 'shop', collection, metadata: `{"indexes":[],"collectionName":"${collection}"}`, type, size: 0 };
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

interface Content {
  namespaces: string[];
  documents: Record<string, string>;
  ended: string[];
}

async function read(bytes: Buffer, pieceBytes = 64): Promise<Content> {
  const reader = await DumpArchiveReader.open(unpacked(inPieces(bytes, pieceBytes)));
  const content: Content = { namespaces: [], documents: {}, ended: [] };
  content.namespaces = reader.prelude.namespaces.map(({ collection, type }) => `${collection}:${type}`);
  for await (const part of reader.parts()) {
    const { collection } = part.namespace;
    if (part.kind === 'end') content.ended.push(collection);
    else content.documents[collection] = (content.documents[collection] ?? '') + part.documents.toString('hex');
  }
  return content;
}

async function written(collections: Record<string, Buffer[]>, types: Record<string, ArchiveNamespace['type']> = {}) {
  const namespaces = Object.keys(collections).map((name) => namespace(name, types[name]));
  const documentsOf = async function* ({ collection }: ArchiveNamespace) {
    yield* collections[collection] ?? [];
  };
  const parts: Buffer[] = [];
  for await (const part of writeDumpArchive({ header, namespaces }, documentsOf)) parts.push(part);
  return Buffer.concat(parts);
}

const document = fc.record({ _id: fc.integer(), text: fc.string({ maxLength: 300 }), list: fc.array(fc.double()) });
const documents = fc.array(
  document.map((one) => Buffer.from(serialize(one))),
  { maxLength: 12 },
);

describe('an archive of mongodump', () => {
  it('comes back as it was written, whatever the pieces it arrives in, packed or not', async () => {
    const content = fc.record({ a: documents, 'b.c': documents, empty: fc.constant<Buffer[]>([]) });
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 500 }), fc.boolean(), async (collections, size, isPacked) => {
        const bytes = await written(collections, { empty: 'view' });
        const found = await read(isPacked ? gzipSync(bytes) : bytes, size);
        expect(found.namespaces).toEqual(['a:collection', 'b.c:collection', 'empty:view']);
        expect(found.ended).toEqual(['a', 'b.c', 'empty']);
        for (const [name, list] of Object.entries(collections))
          expect(found.documents[name] ?? '').toBe(Buffer.concat(list).toString('hex'));
      }),
    );
  });

  it('may interleave its namespaces', async () => {
    const [a, b, c] = [1, 2, 3].map((_id) => Buffer.from(serialize({ _id }))) as [Buffer, Buffer, Buffer];
    const segment = (name: string, bytes: Buffer): Buffer[] => [encodeSegment('shop', name), bytes, TERMINATOR];
    const crc = (...all: Buffer[]): bigint => new Crc64().update(Buffer.concat(all)).value();
    const bytes = Buffer.concat([
      ...encodePrelude({ header, namespaces: [namespace('x'), namespace('y', 'timeseries')] }),
      ...segment('x', a),
      ...segment('system.buckets.y', b),
      ...segment('x', c),
      encodeEnd('shop', 'system.buckets.y', crc(b)),
      encodeEnd('shop', 'x', crc(a, c)),
    ]);
    const found = await read(bytes, 7);
    expect(found.documents).toEqual({ x: Buffer.concat([a, c]).toString('hex'), y: b.toString('hex') });
    expect(found.ended).toEqual(['y', 'x']);
  });

  it('is refused wherever it is cut off', async () => {
    const bytes = await written({ a: [Buffer.from(serialize({ _id: 1 }))], b: [Buffer.from(serialize({ _id: 2 }))] });
    for (let length = 0; length < bytes.length; length += 1) {
      await expect(read(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    }
    const packed = gzipSync(bytes);
    await expect(read(packed.subarray(0, packed.length - 9))).rejects.toMatchObject({ code: 'DUMP_INVALID' });
  });

  it('is refused, and never misread, where a byte of its data was changed', async () => {
    const bytes = await written({ a: Array.from({ length: 20 }, (_, _id) => Buffer.from(serialize({ _id, s: 'x' }))) });
    const first = bytes.lastIndexOf(serialize({ _id: 0, s: 'x' }));
    const last = bytes.lastIndexOf(Buffer.from(serialize({ _id: 19, s: 'x' }))) + 20;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: first, max: last }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] as number) ^ change;
        await expect(read(damaged)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
      }),
    );
  });

  it('that is hostile is refused or read, and nothing else happens', async () => {
    const bytes = await written({ a: [Buffer.from(serialize({ _id: 1, s: 'hello' }))], b: [] });
    const edit = fc.tuple(fc.nat(bytes.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of edits) damaged[at] = value;
        try {
          await read(damaged);
        } catch (error) {
          expect(isAppError(error, 'DUMP_INVALID')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
        await expect(read(Buffer.concat([bytes.subarray(0, 4), noise]))).rejects.toMatchObject({
          code: 'DUMP_INVALID',
        });
      }),
    );
  });

  it('that claims a length it has not is not believed', async () => {
    const huge = Buffer.alloc(4);
    for (const size of [0x7fff_ffff, 4, 0, -2, -0x8000_0000]) {
      huge.writeInt32LE(size);
      const bytes = Buffer.concat([
        ...encodePrelude({ header, namespaces: [namespace('a')] }),
        encodeSegment('shop', 'a'),
      ]);
      await expect(read(Buffer.concat([bytes, huge]))).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    }
  });

  it('closes its source when the reader leaves', async () => {
    const bytes = await written({ a: Array.from({ length: 50 }, (_, _id) => Buffer.from(serialize({ _id }))) });
    let isClosed = false;
    const source = async function* () {
      try {
        yield* inPieces(bytes, 100);
      } finally {
        isClosed = true;
      }
    };
    const reader = await DumpArchiveReader.open(unpacked(source()));
    for await (const _part of reader.parts()) break;
    expect(isClosed).toBe(true);
  });
});
