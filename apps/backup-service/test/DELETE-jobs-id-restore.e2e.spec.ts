import { randomBytes } from 'node:crypto';
import { eventually } from '@lucid/testing/eventually';
import { whileFrozen } from '@lucid/testing/while-frozen';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { Db, Document } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { type BackupTestService, type EndedJob, startBackupService } from './interchange-service.ts';

/** Far below the five minutes that an insert may take, and far above the five seconds that are promised. */
const ENDS_WITHIN = { timeoutMs: 120_000 };
const PATIENT = { timeoutMs: 120_000 };
const TARGET = 'restored';

describe('DELETE /api/v1/jobs/{id} of a restore', () => {
  let set: SingleMemberSet;
  let service: BackupTestService;
  let backupId: string;

  beforeAll(async () => {
    set = await startSingleMemberSet({ oplogMegabytes: 500, checkpointSeconds: 60 });
    // Its own records are elsewhere: it is the server that is restored to which hangs.
    service = await startBackupService({ BACKUP_RESTORE_URI: set.uri });
    const database = service.database.sibling('held');
    const documents = service.database.client.db(database).collection('documents');
    for (let first = 0; first < 4_000; first += 500) {
      await documents.insertMany(
        Array.from({ length: 500 }, (_, n): Document => ({ n: first + n, pad: randomBytes(16_000) })),
      );
    }
    await documents.createIndex({ n: 1 });
    backupId = await service.backup(database);
  });
  afterAll(async () => {
    await service?.close();
    await set?.stop();
  });

  async function begin(): Promise<string> {
    const body = { backupId, targetDatabase: TARGET };
    const { status, headers } = await service.call('POST', '/api/v1/restores', { key: service.admin, body });
    expect(status).toBe(202);
    return String(headers['location']);
  }

  async function cancelled(location: string): Promise<EndedJob> {
    expect((await service.call('DELETE', location, { key: service.admin })).status).toBe(202);
    return eventually(
      'its end',
      async () => {
        const job = (await service.call('GET', location, { key: service.admin })).json as unknown as EndedJob;
        return ['running', 'cancelling'].includes(job.state) ? undefined : job;
      },
      ENDS_WITHIN,
    );
  }

  const collections = (): Promise<string[]> =>
    set.client
      .db(TARGET)
      .listCollections({}, { nameOnly: true })
      .toArray()
      .then((listed) => listed.map(({ name }) => name));

  const hangIndexBuilds = (mode: 'alwaysOn' | 'off'): Promise<unknown> =>
    set.client.db('admin').command({ configureFailPoint: 'hangAfterStartingIndexBuild', mode });

  async function nothingIsLeft(): Promise<void> {
    const control = service.app.get<Db>(TOKENS.CONTROL_DATABASE).databaseName;
    const journals = set.client.db(control).collection('restore_journals');
    await eventually(
      'nothing of it is left',
      async () => (await collections()).length === 0 && (await journals.countDocuments()) === 0,
      PATIENT,
    );
  }

  it('ends it while MongoDB hangs before its indexes are built; what it staged goes when MongoDB is back', async () => {
    // However late it is frozen: the restore gets no further than to its first index.
    await hangIndexBuilds('alwaysOn');
    try {
      const location = await begin();
      await eventually(
        'staged documents',
        async () => {
          const [staged] = await collections();
          return staged !== undefined && (await set.client.db(TARGET).collection(staged).estimatedDocumentCount()) > 0;
        },
        { ...PATIENT, intervalMs: 5 },
      );
      const ended = await whileFrozen(set.pid, () => cancelled(location));
      expect(ended).toMatchObject({ state: 'cancelled', error: { code: 'JOB_CANCELLED' } });
    } finally {
      await hangIndexBuilds('off');
    }
    await nothingIsLeft();
  });

  it('ends it while an index is built', async () => {
    const admin = set.client.db('admin');
    await hangIndexBuilds('alwaysOn');
    try {
      const location = await begin();
      const building = [{ $currentOp: { allUsers: true } }, { $match: { 'command.createIndexes': /^__restore_/ } }];
      await eventually('the build', async () => (await admin.aggregate(building).toArray()).length > 0, PATIENT);
      expect(await cancelled(location)).toMatchObject({ state: 'cancelled', error: { code: 'JOB_CANCELLED' } });
    } finally {
      await hangIndexBuilds('off');
    }
    await nothingIsLeft();
  });

  it('leaves the way free for the next one', async () => {
    expect(await service.restore(backupId, TARGET)).toMatchObject({ state: 'succeeded' });
    expect(await set.client.db(TARGET).collection('documents').countDocuments()).toBe(4_000);
  });
});
