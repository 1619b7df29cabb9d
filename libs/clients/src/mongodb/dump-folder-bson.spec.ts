import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BSON } from 'bson';
import fc from 'fast-check';
import { readDumpBatches } from './dump-folder-bson.ts';

const MAX_SIZE = 16 * 1024 * 1024 + 16 * 1024;

describe('readDumpBatches', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dump-bson-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function write(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  }

  async function readAll(path: string, limits = { maxBytes: 1000, maxDocuments: 10 }) {
    const batches = [];
    for await (const batch of readDumpBatches(path, limits)) batches.push(batch);
    return batches;
  }

  function documents(sizes: readonly number[]): Buffer {
    return Buffer.concat(sizes.map((size, at) => BSON.serialize({ _id: at, text: 'x'.repeat(size) })));
  }

  function headed(size: number): Buffer {
    const bytes = Buffer.alloc(64);
    bytes.writeInt32LE(size);
    return bytes;
  }

  it('gives back every byte in whole documents, plain and compressed, whatever their sizes', async () => {
    const sizes = fc.array(fc.nat({ max: 3000 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async (list, isPacked) => {
        const bytes = documents(list);
        const path = await (isPacked ? write('some.bson.gz', gzipSync(bytes)) : write('some.bson', bytes));
        const batches = await readAll(path);
        expect(Buffer.concat(batches.map((batch) => batch.documents)).equals(bytes)).toBe(true);
        expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        for (const { documents: part, count } of batches) {
          expect(count).toBeLessThanOrEqual(10);
          expect(part.length <= 1000 || count === 1).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('names file and offset of every cut', async () => {
    const whole = documents([10, 20]);
    const first = whole.readInt32LE(0);
    for (let size = 1; size < whole.length; size++) {
      if (size === first) continue;
      const path = await write('cut.bson', whole.subarray(0, size));
      const offset = size < first ? 0 : first;
      await expect(readAll(path)).rejects.toMatchObject({
        code: 'DUMP_INVALID',
        message: expect.stringContaining(`cut.bson, offset ${offset}:`) as unknown,
      });
    }
  });

  it.each([
    ['negative', headed(-5)],
    ['too small', headed(4)],
    ['zero', headed(0)],
    ['larger than any document', headed(MAX_SIZE + 1)],
    ['the largest integer', headed(0x7fffffff)],
    ['one that ends elsewhere', Buffer.concat([headed(10).subarray(0, 9), Buffer.from([1])])],
  ])('refuses a length that is %s', async (_name, bytes) => {
    const good = documents([5]);
    const path = await write('hostile.bson', Buffer.concat([good, bytes]));
    await expect(readAll(path)).rejects.toMatchObject({
      code: 'DUMP_INVALID',
      message: expect.stringContaining(`hostile.bson, offset ${good.length}:`) as unknown,
    });
  });

  it('refuses a compressed file that is cut off or damaged', async () => {
    const packed = gzipSync(documents([100, 200, 300]));
    const flipped = Buffer.from(packed);
    flipped.writeUInt8(flipped.readUInt8(packed.length - 6) ^ 1, packed.length - 6);
    for (const bytes of [packed.subarray(0, packed.length - 12), flipped, Buffer.from('no gzip at all')]) {
      const path = await write('packed.bson.gz', bytes);
      await expect(readAll(path)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    }
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const result = await readAll(await write('any.bson', bytes)).catch((error: unknown) => error);
        if (Array.isArray(result))
          expect(Buffer.concat(result.map((batch) => batch.documents)).equals(bytes)).toBe(true);
        else expect(result).toMatchObject({ code: 'DUMP_INVALID' });
      }),
    );
  });
});
