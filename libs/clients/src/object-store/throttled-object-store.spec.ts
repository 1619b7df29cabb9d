import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { FakeClock } from '@lucid/testing/fake-clock';
import { FileObjectStore } from './file-object-store.ts';
import { describeObjectStore } from './object-store.conformance.ts';
import { ThrottledObjectStore } from './throttled-object-store.ts';
import { TokenBucket } from './token-bucket.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lucid-throttled-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describeObjectStore(
  'ThrottledObjectStore',
  async () => new ThrottledObjectStore(await FileObjectStore.open(root), [new TokenBucket(1e12)]),
);

/** Bytes that were let through within `ms`, counted in what `parts` calls took one after the other. */
async function letThrough(bucket: TokenBucket, clock: FakeClock, partBytes: number, ms: number): Promise<number> {
  let bytes = 0;
  const ending = new AbortController();
  const run = async (): Promise<void> => {
    for (;;) {
      await bucket.take(partBytes, ending.signal);
      bytes += partBytes;
    }
  };
  const running = run().catch(() => undefined);
  await clock.advance(ms);
  ending.abort();
  await running;
  return bytes;
}

describe('TokenBucket', () => {
  it.each([
    [1_000_000, 300_000],
    [50_000, 8_000],
    [10_000_000, 3_000_000],
  ])('lets %d bytes a second through, and half a second of them at once', async (limit, part) => {
    const clock = new FakeClock();
    const bytes = await letThrough(new TokenBucket(limit, clock), clock, part, 20_000);
    expect(bytes).toBeGreaterThanOrEqual(limit * 19);
    expect(bytes).toBeLessThanOrEqual(limit * 20.5);
  });

  it('saves nothing up over a long pause', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(1_000_000, clock);
    await clock.advance(3_600_000);
    expect(await letThrough(bucket, clock, 100_000, 1_000)).toBeLessThanOrEqual(1_500_000);
  });

  it('gives each of several callers its share, however much one of them wants', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(1_000_000, clock);
    const large = bucket.take(50_000_000);
    let isDone = false;
    const small = bucket.take(500_000).then(() => {
      isDone = true;
    });
    await clock.advance(1_200);
    expect(isDone).toBe(true);
    await small;
    await clock.advance(60_000);
    await large;
  });

  it('ends waiting with the reason of the signal', async () => {
    const bucket = new TokenBucket(10, new FakeClock());
    const ending = new AbortController();
    const waiting = bucket.take(1_000, ending.signal);
    const reason = new Error('cancelled');
    ending.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it.each([0, -1, Number.NaN])('refuses a limit of %d', (limit) => {
    expect(() => new TokenBucket(limit)).toThrow(RangeError);
  });
});

describe('ThrottledObjectStore', () => {
  it('counts what is written and what is read, in every bucket', async () => {
    const clock = new FakeClock();
    const [slow, fast] = [new TokenBucket(1_000, clock), new TokenBucket(1_000_000, clock)];
    const store = new ThrottledObjectStore(await FileObjectStore.open(root), [slow, fast]);
    await store.putIfAbsent('free', Buffer.alloc(500));
    let isWritten = false;
    const written = store.putIfAbsent('key', Buffer.alloc(2_000)).then(() => {
      isWritten = true;
    });
    await eventually('the write to wait', () => clock.pending > 0);
    await clock.advance(1_900);
    expect(isWritten).toBe(false);
    await clock.advance(200);
    await written;
    const read = store.get('key');
    await eventually('the read to wait', () => clock.pending > 0);
    await clock.advance(2_100);
    expect(await read).toHaveLength(2_000);
  });
});
