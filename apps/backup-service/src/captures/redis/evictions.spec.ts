import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import fc from 'fast-check';
import { EvictionReader, EvictionWriter } from './evictions.ts';

/** A sink that keeps what is written. */
function sink(): { written: Buffer[]; openStream: SnapshotWriter['openStream'] } {
  const written: Buffer[] = [];
  const openStream: SnapshotWriter['openStream'] = (name, { kind }) => ({
    write: async (buffer) => void written.push(Buffer.from(buffer)),
    end: async () => ({ name, kind, plainBytes: 0, documents: 0 }),
  });
  return { written, openStream };
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const field = fc.oneof(
  fc.constant({ idle: -1, freq: -1 }),
  fc.nat({ max: 2 ** 31 - 1 }).map((idle) => ({ idle, freq: -1 })),
  fc.nat({ max: 255 }).map((freq) => ({ idle: -1, freq })),
);

describe('idle times and counters beside the keys', () => {
  it('come back for each key, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(field, { maxLength: 100 }), fc.integer({ min: 1, max: 20 }), async (fields, size) => {
        const { written, openStream } = sink();
        const writer = new EvictionWriter('redis/0/evictions', { openStream });
        for (const { idle, freq } of fields) await writer.add(idle, freq);
        const hasAny = fields.some(({ idle, freq }) => idle >= 0 || freq >= 0);
        expect(await writer.end()).toBe(hasAny ? 'redis/0/evictions' : null);
        const reader = new EvictionReader(hasAny ? chunksOf(Buffer.concat(written), size) : undefined);
        const read = [];
        for (let n = 0; n < fields.length; n += 1) {
          if (reader.isHungry) await reader.fill();
          reader.advance();
          read.push({ idle: reader.idle, freq: reader.freq });
        }
        expect(read).toEqual(fields);
      }),
    );
  });

  it('are refused where the stream is damaged', async () => {
    const reader = new EvictionReader(chunksOf(Buffer.alloc(20, 0xff), 20));
    await reader.fill();
    expect(() => reader.advance()).toThrow('damaged');
  });
});
