import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { JobService } from '@lucid/jobs/job-service';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { requestGapBackup } from './gap-backup.ts';

const MINUTE_MS = 60_000;

/** Nobody works on the jobs: how they end is written into their records. */
describe('the backup after a gap', () => {
  let database: TestDatabase;
  let jobs: JobService;

  beforeAll(async () => {
    database = await createTestDatabase('gap_backup');
    jobs = new JobService({
      controlDatabase: database.db,
      queues: { open: () => ({ add: () => Promise.resolve() }) as never },
      ...{ clock: systemClock, logger: createLogger('spec', 'silent') },
    });
    await jobs.init();
  });
  afterAll(() => database.close());

  async function end(id: string, state: string, finishedAt: Date): Promise<void> {
    const { matchedCount } = await database.db
      .collection('jobs')
      .updateOne({ _id: id as never }, { $set: { state, finishedAt } });
    expect(matchedCount).toBe(1);
  }
  async function ask(gapId: string, now: Date): Promise<string> {
    return (await requestGapBackup(jobs, gapId, now))?.id ?? 'none';
  }

  it('is asked for once while it runs, and when it has succeeded', async () => {
    const now = new Date();
    const first = await ask('one', now);
    expect(await ask('one', now)).toBe(first);
    await end(first, 'succeeded', now);
    expect(await ask('one', new Date(now.getTime() + 86_400_000))).toBe(first);
  });

  it('is asked for again after it has failed, with growing pauses', async () => {
    const start = new Date();
    const later = (minutes: number): Date => new Date(start.getTime() + minutes * MINUTE_MS);
    const first = await ask('two', start);
    await end(first, 'failed', start);
    expect(await ask('two', later(4))).toBe(first);
    const second = await ask('two', later(5));
    expect(second).not.toBe(first);
    await end(second, 'failed', later(6));
    expect(await ask('two', later(15))).toBe(second);
    const third = await ask('two', later(16));
    expect([first, second]).not.toContain(third);
    expect(await ask('two', later(600))).toBe(third);
  });

  it('is not asked for again where somebody cancelled it', async () => {
    const now = new Date();
    const first = await ask('three', now);
    await end(first, 'cancelled', now);
    expect(await ask('three', new Date(now.getTime() + 86_400_000))).toBe(first);
  });
});
