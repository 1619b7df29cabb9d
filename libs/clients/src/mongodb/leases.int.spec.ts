import { LEASE_STALE_MS } from '@lucid/core/lease';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { LEASES_COLLECTION, type LeaseDocument } from './collections.ts';
import { MongoLeaseStore } from './leases.ts';

describe('leases in MongoDB', () => {
  let database: TestDatabase;
  let store: MongoLeaseStore;

  beforeAll(async () => {
    database = await createTestDatabase('leases');
    store = new MongoLeaseStore(database.db);
  });
  afterAll(() => database.close());

  /** As if the holder had been silent for so long: only the database's own time may tell. */
  async function silence(resource: string, ms: number): Promise<void> {
    await database.db
      .collection<LeaseDocument>(LEASES_COLLECTION)
      .updateOne({ _id: resource }, [{ $set: { heartbeatAt: { $subtract: ['$$NOW', ms] } } }]);
  }

  it('gives a resource to one of many contenders', async () => {
    const results = await Promise.allSettled([...'abcdefgh'].map((name) => store.acquire('repository:one', name)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const losers = results.filter((result) => result.status === 'rejected');
    expect(losers.map(({ reason }) => reason.code)).toEqual(Array(7).fill('LEASE_HELD'));
  });

  it('names the holder to who comes too late, also when he has the same name', async () => {
    await store.acquire('named', 'job-1');
    await expect(store.acquire('named', 'job-2')).rejects.toThrow('named is held by job-1');
    await expect(store.acquire('named', 'job-1')).rejects.toMatchObject({ code: 'LEASE_HELD' });
  });

  it('says since when the holder has it, and until when if that one died', async () => {
    await store.acquire('dated', 'job-1');
    const leases = database.db.collection<LeaseDocument>(LEASES_COLLECTION);
    const lease = await leases.findOne({ _id: 'dated' });
    const [since, beat] = [lease?.acquiredAt ?? new Date(0), lease?.heartbeatAt ?? new Date(0)];
    const freeAt = new Date(beat.getTime() + LEASE_STALE_MS);
    await expect(store.acquire('dated', 'job-2')).rejects.toThrow(
      `by job-1 since ${since.toISOString()}; should that one be gone, it is free at ${freeAt.toISOString()}`,
    );
  });

  it('gives a greater token at each success', async () => {
    const first = await store.acquire('tokens', 'a');
    await first.release();
    const second = await store.acquire('tokens', 'b');
    await silence('tokens', LEASE_STALE_MS + 1_000);
    const third = await store.acquire('tokens', 'c');
    expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
    expect(third.fencingToken).toBeGreaterThan(second.fencingToken);
  });

  it('does not give away what is silent but not stale yet', async () => {
    // So far from stale that a busy host does not get there.
    const patient = new MongoLeaseStore(database.db, 600_000);
    const lease = await patient.acquire('silent', 'a');
    await silence('silent', 300_000);
    await expect(patient.acquire('silent', 'b')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    await lease.heartbeat();
    await lease.assertHeld();
  });

  it('shuts out a zombie for good', async () => {
    const zombie = await store.acquire('zombie', 'a');
    await silence('zombie', LEASE_STALE_MS + 1_000);
    const heir = await store.acquire('zombie', 'b');
    await expect(zombie.assertHeld()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await zombie.release();
    await heir.assertHeld();
    await heir.release();
    await expect(zombie.heartbeat()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it('can be released twice, and the second time not from under the next holder', async () => {
    const lease = await store.acquire('twice', 'a');
    await lease.release();
    const next = await store.acquire('twice', 'b');
    await lease.release();
    await next.assertHeld();
  });

  it('frees everything of a holder that is known to be gone', async () => {
    const [one, two] = [await store.acquire('gone:1', 'dead'), await store.acquire('gone:2', 'dead')];
    const other = await store.acquire('gone:3', 'alive');
    await store.releaseHolder('dead');
    await expect(one.assertHeld()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await store.acquire('gone:2', 'heir')).fencingToken).toBeGreaterThan(two.fencingToken);
    await other.assertHeld();
  });

  it('takes a holder that looks like a field path as text', async () => {
    const lease = await store.acquire('$resource', '$heartbeatAt');
    await lease.assertHeld();
    expect(lease.holder).toBe('$heartbeatAt');
  });
});
