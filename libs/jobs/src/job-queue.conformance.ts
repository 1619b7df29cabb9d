import { eventually } from '@lucid/testing/eventually';
import type { JobQueue, QueueItem } from './job-queue.ts';

/** What every implementation of the port must do. `open` gives another object on the same queue each time; all are closed after. */
export function testJobQueue(open: () => JobQueue): void {
  const item = (jobId: string, name = 'a.do', run = 1): QueueItem => ({ jobId, name, run });

  it('delivers each item once to one of several consumers', async () => {
    const seen: string[] = [];
    const queue = open();
    await queue.add(Array.from({ length: 20 }, (_, index) => item(`job-${index}`)));
    for (const consumer of [open(), open()])
      await consumer.consume({ 'a.do': 3 }, async ({ jobId }) => void seen.push(jobId));
    await eventually('all are delivered', () => seen.length >= 20);
    expect(new Set(seen).size).toBe(20);
    expect(seen).toHaveLength(20);
  });

  it('takes an item that waits or is handled only once, and again when it is gone', async () => {
    const queue = open();
    await Promise.all([queue.add([item('same')]), queue.add([item('same')]), queue.add([item('same'), item('same')])]);
    expect(await queue.waiting('a.do')).toBe(1);
    let count = 0;
    const gate = Promise.withResolvers<void>();
    const consumer = open();
    await consumer.consume({ 'a.do': 2 }, async () => ((count += 1), gate.promise));
    await eventually('it is handled', () => count === 1);
    await queue.add([item('same')]);
    expect(await queue.waiting('a.do')).toBe(0);
    gate.resolve();
    await eventually('it can be added again', async () => {
      await queue.add([item('same')]);
      return count === 2;
    });
  });

  it('forgets an item whose consumer threw', async () => {
    let count = 0;
    const queue = open();
    await open().consume({ 'a.do': 1 }, async () => {
      count += 1;
      throw new Error('the consumer is broken');
    });
    await queue.add([item('broken'), item('after')]);
    await eventually('both were tried', () => count === 2);
    expect(await queue.waiting('a.do')).toBe(0);
  });

  it('keeps to the places of each name, and a full name holds up no other', async () => {
    const gate = Promise.withResolvers<void>();
    let [running, most, others] = [0, 0, 0];
    const queue = open();
    await queue.add([...Array.from({ length: 5 }, (_, index) => item(`slow-${index}`)), item('quick', 'b.do')]);
    await open().consume({ 'a.do': 2, 'b.do': 1 }, async ({ name }) => {
      if (name === 'b.do') return void (others += 1);
      most = Math.max(most, (running += 1));
      await gate.promise;
      running -= 1;
    });
    await eventually('the other name is served while two wait', () => others === 1 && running === 2);
    gate.resolve();
    await eventually('nothing is left', async () => running === 0 && (await queue.waiting('a.do')) === 0);
    expect(most).toBe(2);
  });

  it('takes nothing after a pause, and leaves it to others', async () => {
    const queue = open();
    const seen: string[] = [];
    const paused = await open().consume({ 'a.do': 1 }, async () => void seen.push('paused'));
    await paused.pause();
    await paused.pause();
    await queue.add([item('later')]);
    await open().consume({ 'a.do': 1 }, async () => void seen.push('other'));
    await eventually('it is delivered', () => seen.length === 1);
    expect(seen).toEqual(['other']);
    await paused.close();
    await paused.close();
  });
}
