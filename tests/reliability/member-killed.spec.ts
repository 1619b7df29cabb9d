import { systemClock } from '@lucid/core/clock';
import { startOwnReplicaSet, type OwnReplicaSet } from '../setup/own-replica-set.ts';
import { endOf, succeeded, type Job } from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';

const PATH = '/api/v1/database/replica-set';
const LIMIT_MS = 300_000;
/** Later than the request was answered. On this side of the first copy, within it and beyond it. */
const KILLED_AFTER_MS = [0, 150, 400, 800, 1_500, 2_500];

interface View {
  members: { host: string; votes: number; priority: number; state: string }[];
}

describe('SIGKILL of storage-api while it adds a member', () => {
  let set: OwnReplicaSet;
  let suite: Suite;

  beforeAll(async () => {
    set = await startOwnReplicaSet(1);
    suite = await startSuite(['storage-api'], { MONGODB_URI: set.uri });
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.stop();
    await set?.stop();
  });

  it.each(KILLED_AFTER_MS)(
    'after %d ms: the same job goes on, and the member stands there once with its vote',
    async (afterMs) => {
      const [spare] = set.spares;
      const host = spare?.host ?? '';
      const { id } = await suite.api.post<Job>(`${PATH}/members`, { host });
      await systemClock.sleep(afterMs);
      await suite.kill('storage-api');
      await suite.start('storage-api');
      const job = succeeded(await endOf(suite.api, id, LIMIT_MS));
      expect(job.result).toMatchObject({ host, state: 'SECONDARY', votes: 1 });
      const { members } = await suite.api.get<View>(PATH);
      expect(members.filter((one) => one.host === host)).toMatchObject([{ votes: 1, priority: 1, state: 'SECONDARY' }]);
      await suite.api.remove(`${PATH}/members/${host}`);
    },
    LIMIT_MS,
  );
});
