import { eventually } from './eventually.ts';
import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new FakeClock(new Date(1_000));
    await clock.advance(500);
    expect(clock.now()).toEqual(new Date(1_500));
    expect(clock.monotonicMs()).toBe(500);
  });

  it('wakes sleepers in the order they are due, each at its own time', async () => {
    const clock = new FakeClock(new Date(0));
    const woken: [string, number][] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push([name, clock.monotonicMs()]);
    };
    void sleep('late', 300);
    void sleep('early', 100).then(() => sleep('chained', 50));
    await clock.advance(299);
    expect(woken).toEqual([
      ['early', 100],
      ['chained', 150],
    ]);
    await clock.advance(1);
    expect(woken.at(-1)).toEqual(['late', 300]);
    expect(clock.pending).toBe(0);
  });

  it('repeats until stopped, also when stopped from inside', async () => {
    const clock = new FakeClock();
    const at: number[] = [];
    const stop = clock.every(10, () => {
      at.push(clock.monotonicMs());
      if (at.length === 3) stop();
    });
    await clock.advance(100);
    expect(at).toEqual([10, 20, 30]);
    expect(clock.pending).toBe(0);
  });

  it('rejects an aborted sleep with the reason and forgets it', async () => {
    const clock = new FakeClock();
    const stopping = new AbortController();
    const sleeping = clock.sleep(1_000, stopping.signal);
    stopping.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, stopping.signal)).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
  });

  it('lets the wall clock jump without moving durations', async () => {
    const clock = new FakeClock(new Date(0));
    let isAwake = false;
    void clock.sleep(100).then(() => (isAwake = true));
    clock.jumpTo(new Date(1_000_000));
    await clock.advance(99);
    expect(isAwake).toBe(false);
    expect(clock.monotonicMs()).toBe(99);
    await clock.advance(1);
    expect(isAwake).toBe(true);
    expect(clock.now()).toEqual(new Date(1_000_100));
  });
});

describe('eventually', () => {
  it('returns the first real answer, a zero included', async () => {
    const clock = new FakeClock();
    const answers = [false, undefined, null, 0] as const;
    let asked = 0;
    const asking = eventually('an answer', () => answers[asked++], { clock });
    await clock.advance(1_000);
    expect(await asking).toBe(0);
    expect(asked).toBe(4);
  });

  it('fails with what was waited for and the last error', async () => {
    const clock = new FakeClock();
    const ask = (): never => {
      throw new Error('no primary');
    };
    const asking = eventually('an election', ask, { clock, timeoutMs: 500 }).catch((error: unknown) => error);
    await clock.advance(600);
    const failure = (await asking) as Error;
    expect(failure.message).toBe('an election did not happen within 500 ms');
    expect((failure.cause as Error).message).toBe('no primary');
  });
});
