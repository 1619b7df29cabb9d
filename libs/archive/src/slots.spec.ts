import { Slots } from './slots.ts';

describe('slots', () => {
  it('never hold more than their limit, and let nobody overtake', async () => {
    const slots = new Slots(4);
    const order: string[] = [];
    let held = 0;
    let most = 0;
    const hold = async (name: string, weight: number): Promise<void> => {
      await slots.acquire(weight);
      order.push(name);
      held += Math.min(weight, 4);
      most = Math.max(most, held);
      await new Promise((done) => setImmediate(done));
      held -= Math.min(weight, 4);
      slots.release(weight);
    };
    await Promise.all([hold('a', 1), hold('b', 2), hold('heavy', 9), hold('c', 1), hold('d', 1)]);
    expect(order).toEqual(['a', 'b', 'heavy', 'c', 'd']);
    expect(most).toBe(4);
    await slots.acquire(4);
    slots.release(4);
  });
});
