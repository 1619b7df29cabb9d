import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { compareClusterTimes } from './manifest.ts';
import { ReadingMember } from './reading-member.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('reading_member');
});
afterAll(() => database.close());

describe('ReadingMember', () => {
  it('waits for a write of the primary that the secondary has not heard of yet', async () => {
    const topology = new Topology(database.uri);
    const member = await ReadingMember.open(topology, await topology.chooseReadingMember());
    const { signal } = new AbortController();
    try {
      for (let n = 0; n < 100; n += 1) {
        await database.db.collection('writes').insertOne({ n }, { writeConcern: { w: 1 } });
        const written = await member.latest(signal);
        await member.waitForMajority(written, signal);
        expect(compareClusterTimes(await member.applied(signal), written)).toBeGreaterThanOrEqual(0);
      }
    } finally {
      member.close();
    }
  });
});
