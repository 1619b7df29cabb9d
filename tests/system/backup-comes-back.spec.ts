import { waitForJob } from '../../scripts/services/rest-client.ts';
import { importSampleDump } from './sample-dump.ts';
import { readDatabase, startSuite, type CollectionState, type Suite } from './suite.ts';

interface Job {
  id: string;
  state: string;
}

describe('a backup comes back through REST', () => {
  let suite: Suite;
  let databases: string[];
  let original: Record<string, Record<string, CollectionState>>;

  async function readAll(): Promise<Record<string, Record<string, CollectionState>>> {
    const state: Record<string, Record<string, CollectionState>> = {};
    for (const name of databases) state[name] = await readDatabase(suite.mongo, name);
    return state;
  }

  async function backup(body: object): Promise<string> {
    const job = await suite.api.post<Job>('/api/v1/backups/create', body);
    const ended = await waitForJob(suite.api, job.id);
    return String(ended.result?.['backupId']);
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service']);
    databases = await importSampleDump(suite.mongo, `${suite.database}_`);
    original = await readAll();
  });

  afterAll(() => suite.stop());

  it('brings every document and index of a dropped database back in place', async () => {
    const mflix = `${suite.database}_sample_mflix`;
    const id = await backup({ database: mflix });
    await suite.mongo.db(mflix).dropDatabase();
    expect(await readDatabase(suite.mongo, mflix)).toEqual({});
    const restore = await suite.api.post<Job>(`/api/v1/backups/${id}/restore`, {});
    await waitForJob(suite.api, restore.id);
    expect(await readAll()).toEqual(original);
  });

  it('restores beside the live original, which stays as it is', async () => {
    const source = `${suite.database}_sample_geospatial`;
    const target = `${suite.database}_copy`;
    const uuids = async (): Promise<unknown[]> => {
      const found = await suite.mongo.db(source).listCollections().toArray();
      return found.map((collection) => ('info' in collection ? collection.info?.uuid?.toString('hex') : undefined));
    };
    const before = await uuids();
    const id = await backup({ database: source });
    const restore = await suite.api.post<Job>(`/api/v1/backups/${id}/restore`, { targetDatabase: target });
    await waitForJob(suite.api, restore.id);
    expect(await readDatabase(suite.mongo, target)).toEqual(original[source]);
    expect(await uuids()).toEqual(before);
    expect(await readAll()).toEqual(original);
  });

  it('stores little when nothing has changed', async () => {
    const database = `${suite.database}_sample_analytics`;
    const first = await suite.api.get<{ storedBytes: number }>(`/api/v1/backups/${await backup({ database })}`);
    const second = await suite.api.get<{ storedBytes: number; plainBytes: number }>(
      `/api/v1/backups/${await backup({ database })}`,
    );
    expect(first.storedBytes).toBeGreaterThan(0);
    // So small a database is mostly manifest; the share is measured on 200 MB in backup-at-size.spec.ts.
    expect(second.storedBytes).toBeLessThan(first.storedBytes * 0.2);
  });

  it('lists the backup on both services, under the same job id', async () => {
    const job = await suite.rest('backup-service').post<Job & { job_id: string }>('/backup', {
      database: `${suite.database}_sample_mflix`,
      collections: ['users'],
    });
    expect(job.job_id).toMatch(/^backup_\d{8}_\d{6}_[0-9a-z]{4}$/);
    const ended = await waitForJob(suite.api, job.job_id);
    const own = await suite.rest('backup-service').get<{ id: string }>(`/backup/${job.job_id}`);
    expect(own.id).toBe(job.job_id);
    const backups = await suite.rest('backup-service').get<{ items: { id: string }[] }>('/backups');
    expect(backups.items.map((item) => item.id)).toContain(ended.result?.['backupId']);
  });
});
