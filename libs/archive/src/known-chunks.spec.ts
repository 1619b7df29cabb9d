import { createHash } from 'node:crypto';
import { KnownChunks } from './known-chunks.ts';

function id(number: number): Buffer {
  return createHash('sha256').update(String(number)).digest();
}

describe('KnownChunks', () => {
  it('knows what was added and nothing else, through its growth', () => {
    const known = new KnownChunks();
    for (let i = 0; i < 70_000; i++) known.add(id(i));
    for (let i = 0; i < 70_000; i += 7) known.add(id(i));
    expect(known.size).toBe(70_000);
    for (let i = 0; i < 70_000; i += 100) expect(known.has(id(i))).toBe(true);
    for (let i = 70_000; i < 71_000; i++) expect(known.has(id(i))).toBe(false);
  });

  it('compares ids in full', () => {
    const known = new KnownChunks();
    const one = id(1);
    const alike = Buffer.from(one);
    alike[31]! ^= 1;
    known.add(one);
    expect(known.has(alike)).toBe(false);
    known.add(alike);
    expect(known.size).toBe(2);
    expect(() => known.add(Buffer.alloc(16))).toThrow(RangeError);
  });
});
