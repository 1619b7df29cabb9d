import { AppError } from '@lucid/core/app-error';
import type { LeaseStore } from '@lucid/core/lease';
import { createLogger } from '@lucid/core/logger';
import type { CollectionDropPayload } from '@lucid/jobs/contracts/collection-drop';
import type { JobContext } from '@lucid/jobs/job-handler';
import type { JobView } from '@lucid/jobs/job-record';
import { createSteps } from '@lucid/jobs/job-steps';
import { newJobId } from '@lucid/models/ids';
import type { Backup } from '@lucid/models/main/backups';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import { startBackupServiceBeside } from '../../../tests/setup/backup-service-beside.ts';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { DropCollectionFlow } from '../src/collections/drop-collection.flow.ts';
import { storageApi } from '../src/storage-api.ts';

const JOB_MS = 90_000;

describe('DELETE /api/v1/database/collections/{name}', () => {
  let service: TestService;
  let beside: Awaited<ReturnType<typeof startBackupServiceBeside>>;
  let key: string;
  let db: Db;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    beside = await startBackupServiceBeside(service);
    key = await service.key('admin');
    db = service.database.db;
  });
  afterAll(async () => {
    await beside.close();
    await service.close();
  });

  const remove = (name: string, query = '', caller = key): Promise<Answer> =>
    service.call('DELETE', `/api/v1/database/collections/${encodeURIComponent(name)}${query}`, { key: caller });
  const exists = async (name: string): Promise<boolean> => (await db.listCollections({ name }).toArray()).length === 1;
  const backupOf = (id: unknown): Promise<Backup | null> =>
    db.collection<Backup>('backups').findOne({ _id: String(id) });
  const control = (): Db => service.app.get<Db>(TOKENS.CONTROL_DATABASE);

  async function make(name: string, documents = 3): Promise<void> {
    await db.collection(name).insertMany(Array.from({ length: documents }, (_, n) => ({ n })));
    await db.collection(name).createIndex({ n: 1 });
  }
  function ended(answer: Answer): Promise<JobView> {
    expect(answer.status).toBe(202);
    const ask = async (): Promise<JobView | undefined> => {
      const job = (await service.call('GET', String(answer.headers['location']), { key })).json as unknown as JobView;
      return job.finishedAt === null ? undefined : job;
    };
    return eventually('the end of the drop', ask, { timeoutMs: JOB_MS });
  }

  it('drops at once, for an admin only', async () => {
    await make('plain');
    expect((await remove('plain', '', await service.key('backup-admin'))).json).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    const answer = await remove('plain');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ name: 'plain', documents: 3, indexes: ['_id_', 'n_1'], dropped: true });
    expect(await exists('plain')).toBe(false);
    expect((await remove('plain')).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
  });

  it('only says with dryRun what would go', async () => {
    await make('kept');
    await db.createCollection('kept_view', { viewOn: 'kept' });
    const plan = await remove('kept', '?dryRun=true&backup=true');
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({ documents: 3, dependents: ['kept_view'], needsConfirm: false, dropped: false });
    expect(plan.json?.['dataBytes']).toBeGreaterThan(0);
    expect(await exists('kept')).toBe(true);
  });

  it('asks twice for the collection of a model', async () => {
    await make('wallets');
    expect((await remove('wallets', '?dryRun=true')).json).toMatchObject({ model: 'Wallet', needsConfirm: true });
    for (const query of ['', '?confirm=users', '?backup=true'])
      expect((await remove('wallets', query)).json).toMatchObject({ status: 409, code: 'CONFIRMATION_REQUIRED' });
    expect(await exists('wallets')).toBe(true);
    expect((await remove('wallets', '?confirm=wallets')).json).toMatchObject({ dropped: true });
    expect(await exists('wallets')).toBe(false);
  });

  it('drops views and time series as such', async () => {
    await db.createCollection('series', { timeseries: { timeField: 't' } });
    await db.collection('series').insertOne({ t: new Date() });
    await db.createCollection('series_view', { viewOn: 'series' });
    expect((await remove('series_view')).json).toMatchObject({ type: 'view', documents: null, dropped: true });
    expect(await exists('series')).toBe(true);
    expect((await remove('series')).json).toMatchObject({ type: 'timeseries', dropped: true });
    expect(await exists('system.buckets.series')).toBe(false);
  });

  it.each([
    ['audit_logs', '?confirm=audit_logs', 403, 'FORBIDDEN'],
    ['system.views', '', 400, 'NAMESPACE_INVALID'],
    ['nothing', '?backup=true', 404, 'COLLECTION_NOT_FOUND'],
    ['nothing', '?dryRun=perhaps', 400, 'VALIDATION_FAILED'],
    ['nothing', '?force=true', 400, 'VALIDATION_FAILED'],
  ])('refuses %s%s', async (name, query, status, code) => {
    expect((await remove(name, query)).json).toMatchObject({ status, code });
  });

  it('with backup drops what is in a committed backup, to the document', async () => {
    await make('archived', 50);
    const job = await ended(await remove('archived', '?backup=true'));
    expect(job).toMatchObject({
      state: 'succeeded',
      name: 'collection.drop',
      result: { collection: 'archived', documents: 50, indexes: 2 },
    });
    const backup = await backupOf((job.result as { backupId: string }).backupId);
    expect(backup).toMatchObject({
      namespaces: [`${db.databaseName}.archived`],
      documents: 50,
      label: 'before the drop of archived',
    });
    expect(await exists('archived')).toBe(false);
    expect(await db.listCollections({ name: /^dropped\./ }).toArray()).toEqual([]);
  });

  it('with backup drops time series and views too', async () => {
    await db.createCollection('old_series', { timeseries: { timeField: 't' } });
    await db.collection('old_series').insertOne({ t: new Date() });
    await db.createCollection('old_view', { viewOn: 'old_series' });
    for (const name of ['old_view', 'old_series']) {
      const job = await ended(await remove(name, '?backup=true'));
      expect(job).toMatchObject({ state: 'succeeded', result: { collection: name } });
      expect(await exists(name)).toBe(false);
    }
  });

  it('takes another backup where the collection was written to meanwhile, and loses no document', async () => {
    await make('busy');
    const accepted = await remove('busy', '?backup=true');
    // Until the second backup is asked for, which the writes of before make necessary.
    for (let n = 100; ; n += 1) {
      await db.collection('busy').insertOne({ n });
      if (
        (await control().collection('jobs').countDocuments({ name: 'backup.create', 'payload.collections': 'busy' })) >
        1
      )
        break;
    }
    const documents = await db.collection('busy').countDocuments();
    const job = await ended(accepted);
    expect(job.state).toBe('succeeded');
    expect((job.result as { earlierBackupIds: string[] }).earlierBackupIds.length).toBeGreaterThan(0);
    expect(await backupOf((job.result as { backupId: string }).backupId)).toMatchObject({ documents });
  });

  it('gives up where it is written to without end, and leaves it as it is', async () => {
    await make('restless');
    const accepted = await remove('restless', '?backup=true');
    let isOver = false;
    let inserted = 3;
    const writer = (async () => {
      for (; !isOver; inserted += 1) await db.collection('restless').insertOne({ n: inserted });
    })();
    const job = await ended(accepted);
    isOver = true;
    await writer;
    expect(job).toMatchObject({ state: 'failed', error: { code: 'COLLECTION_CHANGED' } });
    expect(await db.collection('restless').countDocuments()).toBe(inserted);
  });

  describe('a run that dies, is cancelled or meets others', () => {
    /** The flow as a worker runs it, so that it can be stopped where it hurts. */
    function runs(name: string, stored: Record<string, unknown> = {}) {
      const id = newJobId('drop', new Date());
      const controller = new AbortController();
      const start = (assertHeld = (): Promise<void> => Promise.resolve()) => {
        const { signal } = controller;
        const save = (key: string, result: unknown): Promise<void> => {
          stored[key] = result;
          return Promise.resolve();
        };
        const context = {
          ...{ signal, assertHeld, fencingToken: 1, payload: { collection: name }, progress: () => undefined },
          job: { id, actor: { id: 'key_spec', role: 'admin' }, correlationId: 'spec' },
          logger: createLogger('spec', 'silent'),
          steps: createSteps({ stored, signal, save }),
        } as unknown as JobContext<CollectionDropPayload>;
        return service.app.get(DropCollectionFlow).run(context);
      };
      const dies = async (): Promise<void> => {
        await expect(start(() => Promise.reject(new AppError('LEASE_LOST', 'died')))).rejects.toThrow('died');
      };
      return { aside: `dropped.${id}`, controller, start, dies, stored };
    }

    it('goes on after a death before and after the renaming, with the same backup', async () => {
      for (const isRenamed of [false, true]) {
        const name = `mortal_${String(isRenamed)}`;
        await make(name);
        const { aside, start, dies, stored } = runs(name);
        await dies();
        if (isRenamed) await db.collection(name).rename(aside);
        const taken = Object.entries(stored).filter(([step]) => step.startsWith('backup-'));
        // As if it had died before it could store what it asked for: the same backup is found again all the same.
        if (!isRenamed) for (const [step] of taken) Reflect.deleteProperty(stored, step);
        const { backupId } = await start();
        expect(taken.map(([, result]) => result)).toContain(backupId);
        expect([await exists(name), await exists(aside)]).toEqual([false, false]);
        expect(await start()).toMatchObject({ collection: name, backupId });
      }
    });

    it('gives the name back where a write came before the renaming, and backs up again', async () => {
      await make('slipped');
      const { aside, start, dies } = runs('slipped');
      await dies();
      await db.collection('slipped').insertOne({ n: 'late' });
      await db.collection('slipped').rename(aside);
      const { backupId, earlierBackupIds } = await start();
      expect(earlierBackupIds).toHaveLength(1);
      expect(await backupOf(backupId)).toMatchObject({ documents: 4 });
      expect(await exists(aside)).toBe(false);
    });

    it('gives the name back when it is cancelled', async () => {
      await make('cancelled');
      const { aside, controller, start, dies } = runs('cancelled');
      await dies();
      await db.collection('cancelled').rename(aside);
      controller.abort(new AppError('JOB_CANCELLED', 'cancelled'));
      await expect(start()).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
      expect(await db.collection('cancelled').countDocuments()).toBe(3);
      expect(await exists(aside)).toBe(false);
    });

    it('loses nothing where a writer made the collection anew, and says where all stands', async () => {
      await make('revived');
      const { aside, start, dies } = runs('revived');
      await dies();
      await db.collection('revived').insertOne({ n: 'late' });
      await db.collection('revived').rename(aside);
      await db.collection('revived').insertOne({ n: 'anew' });
      await expect(start()).rejects.toMatchObject({
        code: 'COLLECTION_CHANGED',
        message: expect.stringContaining(aside),
      });
      expect(await db.collection(aside).countDocuments()).toBe(4);
      expect(await db.collection('revived').countDocuments()).toBe(1);
    });

    it('does not drop another collection of the same name', async () => {
      await make('replaced');
      const { start, dies } = runs('replaced');
      await dies();
      await db.dropCollection('replaced');
      await make('replaced', 7);
      await expect(start()).rejects.toMatchObject({ code: 'COLLECTION_CHANGED' });
      expect(await db.collection('replaced').countDocuments()).toBe(7);
    });

    it('drops nothing where the backup fails', async () => {
      await make('unsaved');
      const waiting = remove('unsaved', '?backup=true');
      const cancelled = { $set: { state: 'cancelled', finishedAt: new Date() }, $inc: { revision: 1 } } as const;
      const filter = { name: 'backup.create', 'payload.collections': 'unsaved', state: { $in: ['queued', 'running'] } };
      await eventually(
        'the backup is asked for',
        () => control().collection('jobs').findOneAndUpdate(filter, cancelled),
        { intervalMs: 5 },
      );
      const job = await ended(await waiting);
      expect(job).toMatchObject({ state: 'failed', error: { code: 'BACKUP_FIRST_FAILED' } });
      expect(await exists('unsaved')).toBe(true);
    });

    it('cancels the backup it waits for', async () => {
      await make('waited');
      const accepted = await remove('waited', '?backup=true');
      const filter = { name: 'backup.create', 'payload.collections': 'waited' };
      const backup = await eventually('the backup is asked for', () => control().collection('jobs').findOne(filter), {
        intervalMs: 5,
      });
      await service.call('DELETE', String(accepted.headers['location']), { key });
      const job = await ended(accepted);
      // Where the cancel came too late, the collection is gone and in a backup; never one without the other.
      expect(await exists('waited')).toBe(job.state === 'cancelled');
      const end = await eventually('the backup ends', () =>
        control()
          .collection('jobs')
          .findOne({ _id: backup._id, finishedAt: { $ne: null } }),
      );
      expect(['cancelled', 'succeeded']).toContain(end['state']);
    });

    it('waits for nobody: a drop at once is refused while a job has the collection', async () => {
      await make('leased');
      const leases = service.app.get<LeaseStore>(TOKENS.LEASES);
      const lease = await leases.acquire('collection:leased', 'index_20260109_020000_abcd-1');
      const refused = await remove('leased');
      expect(refused.json).toMatchObject({ status: 409, code: 'LEASE_HELD', retryable: true });
      await lease.release();
      expect((await remove('leased')).status).toBe(200);
    });
  });
});
