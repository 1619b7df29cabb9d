import { randomBytes } from 'node:crypto';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore, ProcessStore } from './simulated-store.ts';
import type { SnapshotHold } from './holds.ts';

const options: CreateOptions = {
  masterKey: parseMasterKey(randomBytes(32).toString('base64')),
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  workers: 1,
};
const ID = 'bkp_0123456789abcdef';
const hold = (reason: string): SnapshotHold => ({
  reason,
  until: null,
  heldAt: '2026-11-21T12:00:00.000Z',
  heldBy: 'key_x',
});

let store: MemoryStore;
let repository: Repository;
let opened: Repository[];

beforeEach(async () => {
  store = new MemoryStore();
  repository = await Repository.create(store, options);
  opened = [repository];
});
afterEach(() => Promise.all(opened.map((one) => one.close())));

/** The repository as a process sees it that dies before its call number `calls` on the store. */
async function dyingAfter(calls: number): Promise<Repository> {
  let left = Infinity;
  const dying = new ProcessStore(store, () => {
    if ((left -= 1) < 0) throw new Error('killed');
  });
  const one = await Repository.open(dying, options);
  opened.push(one);
  left = calls;
  return one;
}

describe('holds on snapshots', () => {
  it('are kept beside them, changed and lifted, and leave nothing behind', async () => {
    const holds = repository.holds();
    expect(await holds.find(ID)).toBeUndefined();
    await holds.put(ID, hold('audit'));
    await holds.put('bkp_other', hold('court'));
    await holds.put(ID, hold('audit of 2026'));
    expect(await holds.find(ID)).toEqual(hold('audit of 2026'));
    expect(await holds.list()).toEqual(
      new Map([
        [ID, hold('audit of 2026')],
        ['bkp_other', hold('court')],
      ]),
    );
    expect(store.keys('holds/')).toHaveLength(2);
    await holds.lift(ID);
    await holds.lift(ID);
    expect(await holds.find(ID)).toBeUndefined();
    expect(store.keys('holds/')).toEqual(['holds/bkp_other/00000001']);
  });

  it('cannot be changed by a cluster that does not own the repository', async () => {
    const stranger = await Repository.open(store, { ...options, clusterId: 'cluster-b' });
    opened.push(stranger);
    await repository.holds().put(ID, hold('audit'));
    await expect(stranger.holds().lift(ID)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    expect(await stranger.holds().find(ID)).toEqual(hold('audit'));
  });

  it('hold when their record is damaged or was moved from another snapshot', async () => {
    await repository.holds().put(ID, hold('audit'));
    const [key = ''] = store.keys('holds/');
    const bytes = Buffer.from(store.objects.get(key)!);
    bytes[10] = bytes[10]! ^ 1;
    store.objects.set(key, bytes);
    expect(await repository.holds().find(ID)).toMatchObject({ reason: expect.stringContaining('damaged') });
    await repository.holds().lift(ID);
    await repository.holds().put('bkp_other', hold('court'));
    store.objects.set(key, store.objects.get('holds/bkp_other/00000001')!);
    expect(await repository.holds().find(ID)).toMatchObject({ reason: expect.stringContaining('damaged') });
  });

  it('hold at every moment of a change that dies anywhere, and the next change cleans up', async () => {
    let isDone = false;
    for (let calls = 0; !isDone; calls += 1) {
      await repository.holds().put(ID, hold('before'));
      const dying = await dyingAfter(calls);
      isDone = await dying
        .holds()
        .put(ID, hold('after'))
        .then(
          () => true,
          () => false,
        );
      expect(['before', 'after']).toContain((await repository.holds().find(ID))?.reason);
      expect(calls).toBeLessThan(50);
    }
    await repository.holds().put(ID, hold('last'));
    expect(store.keys('holds/')).toHaveLength(1);
  });

  it('are there or lifted when the lifting dies anywhere, and the next lifting cleans up', async () => {
    let isDone = false;
    for (let calls = 0; !isDone; calls += 1) {
      await repository.holds().put(ID, hold('audit'));
      isDone = await (
        await dyingAfter(calls)
      )
        .holds()
        .lift(ID)
        .then(
          () => true,
          () => false,
        );
      expect([undefined, 'audit']).toContain((await repository.holds().find(ID))?.reason);
      await repository.holds().lift(ID);
      expect(store.keys('holds/')).toEqual([]);
      expect(calls).toBeLessThan(50);
    }
  });
});
