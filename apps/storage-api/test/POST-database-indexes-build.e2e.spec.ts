import { AppError } from '@lucid/core/app-error';
import type { IndexCreatePayload } from '@lucid/jobs/contracts/index-create';
import type { JobContext } from '@lucid/jobs/job-handler';
import { createSteps } from '@lucid/jobs/job-steps';
import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { CreateIndexFlow } from '../src/indexes/create-index.flow.ts';
import { storageApi } from '../src/storage-api.ts';
import { indexCalls } from './index-calls.ts';

describe('POST /api/v1/database/collections/{name}/indexes, where it takes its time', () => {
  let set: SingleMemberSet;
  let service: TestService;
  let api: ReturnType<typeof indexCalls>;
  let db: Db;
  /** Stops each build between its scan and the rest, where it can be looked at and ended. */
  const hang = (mode: 'alwaysOn' | 'off'): Promise<unknown> =>
    set.client.db('admin').command({ configureFailPoint: 'hangAfterStartingIndexBuild', mode });

  beforeAll(async () => {
    set = await startSingleMemberSet({ oplogMegabytes: 50 });
    service = await startTestService(storageApi, { MONGODB_URI: set.uri });
    api = indexCalls(service, await service.key('operator'));
    db = set.client.db(service.database.name);
    const documents = Array.from({ length: 3_000 }, (_, n) => ({ n, m: -n }));
    await db.collection('slow').insertMany(documents);
  });
  afterAll(async () => {
    await hang('off');
    await service.close();
    await set.stop();
  });

  it('shows how far the server is, in its job and in the list, and is not dropped meanwhile', async () => {
    await hang('alwaysOn');
    const accepted = await api.create('slow', { keys: { n: 1 } });
    const index = await eventually('the build is listed', async () =>
      (await api.list('slow')).find(({ name, build }) => name === 'n_1' && build?.total === 3_000),
    );
    expect(index.build?.phase).toBe('scanning collection');
    expect(index.usage).toBeNull();
    const job = await eventually('the job shows it', async () => {
      const view = await api.job(accepted);
      return view.progress?.phase === 'scanning collection' ? view : undefined;
    });
    expect(job.progress).toMatchObject({ total: 3_000, unit: 'documents' });
    expect((await api.drop('slow', 'n_1')).json).toMatchObject({ status: 409, code: 'CONFLICT' });
    await hang('off');
    expect(await api.ended(accepted)).toMatchObject({ state: 'succeeded', result: { created: true } });
  });

  it('is ended on the server by a cancel of its job', async () => {
    await hang('alwaysOn');
    const accepted = await api.create('slow', { keys: { m: 1 } });
    await eventually('the build has begun', async () =>
      (await api.list('slow')).some(({ build }) => build?.total === 3_000),
    );
    const cancelled = await service.call('DELETE', String(accepted.headers['location']), {
      key: await service.key('operator'),
    });
    expect(cancelled.status).toBe(202);
    expect(await api.ended(accepted)).toMatchObject({ state: 'cancelled', error: { code: 'JOB_CANCELLED' } });
    await hang('off');
    await eventually('the server has ended the build', async () =>
      (await api.list('slow')).every(({ name }) => name !== 'm_1'),
    );
  });

  it('goes on without the worker, and the next run waits for it', async () => {
    const stored: Record<string, unknown> = {};
    const start = (signal: AbortSignal) => {
      const save = (key: string, result: unknown): Promise<void> => {
        stored[key] = result;
        return Promise.resolve();
      };
      const payload: IndexCreatePayload = {
        collection: 'slow',
        name: 'by_both',
        keys: [
          ['n', 1],
          ['m', -1],
        ],
      };
      const context = { payload, signal, progress: () => undefined, steps: createSteps({ stored, signal, save }) };
      return service.app.get(CreateIndexFlow).run(context as unknown as JobContext<IndexCreatePayload>);
    };
    await hang('alwaysOn');
    const worker = new AbortController();
    const first = start(worker.signal);
    const interrupted = expect(first).rejects.toMatchObject({ code: 'JOB_INTERRUPTED' });
    const isBuilding = async (): Promise<boolean> =>
      (await api.list('slow')).some(({ name, build }) => name === 'by_both' && build?.total === 3_000);
    await eventually('the build has begun', isBuilding);
    worker.abort(new AppError('JOB_INTERRUPTED', 'the worker stops'));
    await interrupted;
    await eventually('the build goes on', isBuilding);
    const second = start(new AbortController().signal);
    await hang('off');
    expect(await second).toMatchObject({ name: 'by_both', created: true });
    // The builder's thread may end after its answer.
    await eventually('an index that is not built any more', async () =>
      (await api.list('slow')).some(({ name, build }) => name === 'by_both' && build === null),
    );
  });

  it('fails with a clear error where somebody drops the collection meanwhile', async () => {
    await db.collection('short').insertMany(Array.from({ length: 100 }, (_, n) => ({ n })));
    await hang('alwaysOn');
    const accepted = await api.create('short', { keys: { n: 1 } });
    await eventually('the build has begun', async () =>
      (await api.list('short')).some(({ build }) => build?.total === 100),
    );
    const dropped = db.dropCollection('short');
    await hang('off');
    await dropped;
    const job = await api.ended(accepted);
    // The build may have come to its end before the drop.
    if (job.state !== 'succeeded')
      expect(job).toMatchObject({ state: 'failed', error: { code: 'COLLECTION_CHANGED' } });
  });
});
