import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { whileFrozen } from '@lucid/testing/while-frozen';
import {
  chunksStored,
  collectionNames,
  committedSnapshots,
  endOf,
  hashesOf,
  listBackups,
  objectsOf,
  repositoryFolder,
  runBackup,
  runRestore,
  succeeded,
  type Backup,
  type Job,
} from './backup-jobs.ts';
import { call, keyOf, openEvents, readEvents } from './http-calls.ts';
import { startSuite, type Suite } from './suite.ts';

/** A worker looks at its record this often, and then sees that it is to stop. */
const HEARTBEAT_MS = 5_000;

describe('what backups refuse and promise, through REST', () => {
  let suite: Suite;
  let database: string;
  let backup: Backup;

  /** The code with which a backup of this body ends; it must not succeed. */
  async function codeOfBackup(body: object): Promise<string | undefined> {
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', body);
    const job = await endOf(suite.api, id);
    expect(job.state).toBe('failed');
    return job.error?.code;
  }

  beforeAll(async () => {
    // Slow enough that there is a middle in which to cancel.
    suite = await startSuite(['storage-api', 'backup-service'], { BACKUP_READ_LIMIT: '24MB' });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 60e6 });
    await suite.mongo.db(`${suite.database}_small`).collection('notes').insertOne({ text: 'small' });
    backup = await runBackup(suite, { database: `${suite.database}_small` });
  });

  afterAll(() => suite.stop());

  it.each([
    ['plain into an encrypted repository', { encryption: false }, 'REPOSITORY_MISMATCH'],
    ['uncompressed into a compressed one', { compression: false }, 'REPOSITORY_MISMATCH'],
  ])('a backup: %s', async (_what, body, code) => {
    const before = await listBackups(suite);
    expect(await codeOfBackup(body)).toBe(code);
    expect(await listBackups(suite)).toEqual(before);
  });

  it.each([
    ['a database of an engine that has none', { database: 'shop', engines: ['redis'] }, 'BACKUP_ENGINE_UNSUPPORTED'],
    ['a database that does not exist', { database: 'test_there_is_none_00000000' }, 'BACKUP_SCOPE_EMPTY'],
  ])('a backup of %s: 422 at once', async (_what, body, code) => {
    const reply = await call(suite, 'POST', '/api/v1/backups/create', { body });
    expect([reply.status, reply.body['code']]).toEqual([422, code]);
  });

  it('a backup into a repository that does not exist: 404 at once', async () => {
    const reply = await call(suite, 'POST', '/api/v1/backups/create', { body: { repository: 'elsewhere' } });
    expect([reply.status, reply.body['code']]).toEqual([404, 'REPOSITORY_NOT_FOUND']);
  });

  it.each([
    ['an unknown field', { databse: 'lucid' }],
    ['a wrong type', { encryption: 'yes' }],
    ['an unknown engine', { engines: ['oracle'] }],
    ['a name that no database can have', { database: 'a.b' }],
    ['collections without their database', { collections: ['blocks'] }],
    ['one repository and several', { repository: 'default', repositories: ['default'] }],
  ])('a request with %s: 400 with the field', async (_what, body) => {
    const reply = await call(suite, 'POST', '/api/v1/backups/create', { body });
    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    const [field] = Object.keys(body);
    expect(reply.body).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: expect.stringContaining(`/${field}`) }],
    });
  });

  it('an unknown backup: 404 for reading it and for restoring it', async () => {
    const id = 'bkp_0000000000000000';
    const replies = [
      await call(suite, 'GET', `/api/v1/backups/${id}`),
      await call(suite, 'POST', `/api/v1/backups/${id}/restore`, { body: {} }),
    ];
    for (const { status, body } of replies) expect([status, body['code']]).toEqual([404, 'BACKUP_NOT_FOUND']);
  });

  it('roles: a viewer may look, an operator may back up, neither may restore', async () => {
    const [viewer, operator] = [await keyOf(suite, 'viewer'), await keyOf(suite, 'operator')];
    const jobs = async (): Promise<number> =>
      suite.mongo.db(`${suite.database}_control`).collection('jobs').countDocuments();
    const before = await jobs();
    const create = { body: { database: `${suite.database}_small` } };
    expect((await call(suite, 'GET', '/api/v1/backups', { key: viewer })).status).toBe(200);
    const refused = await call(suite, 'POST', '/api/v1/backups/create', { ...create, key: viewer });
    expect([refused.status, refused.body['code']]).toEqual([403, 'FORBIDDEN']);
    for (const key of [viewer, operator]) {
      const restore = await call(suite, 'POST', `/api/v1/backups/${backup.id}/restore`, { key, body: {} });
      expect([restore.status, restore.body['code']]).toEqual([403, 'FORBIDDEN']);
    }
    const stranger = await call(suite, 'POST', '/api/v1/backups/create', { ...create, key: 'lucid_nobody' });
    expect([stranger.status, stranger.body['code']]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await jobs()).toBe(before);
    const accepted = await call(suite, 'POST', '/api/v1/backups/create', { ...create, key: operator });
    expect([accepted.status, accepted.headers.get('location')]).toEqual([202, `/api/v1/jobs/${accepted.body['id']}`]);
    succeeded(await endOf(suite.api, String(accepted.body['id'])));
  });

  it('a restore over documents of another database: RESTORE_CONFLICT, and they stay', async () => {
    const target = `${suite.database}_taken`;
    await suite.mongo.db(target).collection('notes').insertOne({ text: 'mine' });
    const before = await hashesOf(suite.mongo, target);
    const job = await runRestore(suite, backup.id, { targetDatabase: target });
    expect([job.state, job.error?.code]).toEqual(['failed', 'RESTORE_CONFLICT']);
    expect(job.error?.detail).toContain(`${target}.notes`);
    expect(await hashesOf(suite.mongo, target)).toEqual(before);
    expect(await collectionNames(suite.mongo, target)).toEqual(['notes']);
  });

  it.each(['admin', 'config', 'local', 'control'])('a restore into %s: RESTORE_REFUSED', async (name) => {
    const targetDatabase = name === 'control' ? `${suite.database}_control` : name;
    const path = `/api/v1/backups/${backup.id}/restore`;
    const reply = await call(suite, 'POST', path, { body: { targetDatabase } });
    expect([reply.status, reply.body]).toMatchObject([422, { code: 'RESTORE_REFUSED' }]);
  });

  it('dryRun lists what would be restored and changes nothing', async () => {
    const target = `${suite.database}_planned`;
    const job = succeeded(await runRestore(suite, backup.id, { targetDatabase: target, dryRun: true }));
    expect(job.result).toMatchObject({
      dryRun: true,
      documents: 1,
      namespaces: [
        {
          source: `${suite.database}_small.notes`,
          target: `${target}.notes`,
          documents: 1,
          indexes: 0,
          replaces: false,
        },
      ],
    });
    expect(await collectionNames(suite.mongo, target)).toEqual([]);
  });

  it('the same Idempotency-Key gives the same job; with another body it is refused', async () => {
    const headers = { 'idempotency-key': `nightly-${suite.database}` };
    const body = { database: `${suite.database}_small`, label: 'nightly' };
    const asked = await Promise.all(
      [1, 2, 3].map(() => call(suite, 'POST', '/api/v1/backups/create', { body, headers })),
    );
    expect(asked.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(asked.map((reply) => reply.body['id']));
    expect(ids.size).toBe(1);
    const other = await call(suite, 'POST', '/api/v1/backups/create', { body: { ...body, label: 'other' }, headers });
    expect([other.status, other.body['code']]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const [id] = ids;
    succeeded(await endOf(suite.api, String(id)));
    const again = await call(suite, 'POST', '/api/v1/backups/create', { body, headers });
    expect(again.body).toMatchObject({ id, state: 'succeeded' });
    expect((await listBackups(suite)).filter(({ jobId }) => jobId === id)).toHaveLength(1);
  });

  it('events stream a job to its end, each with the revision as its id, and go on where a client left', async () => {
    // Nothing happens before somebody looks on.
    const { pid } = suite.process('backup-service').daemon;
    const { id, stream } = await whileFrozen(pid, async () => {
      const asked = await suite.api.post<Job>('/api/v1/backups/create', { database });
      return { id: asked.id, stream: await openEvents(suite, `/api/v1/jobs/${asked.id}/events`) };
    });
    const events = await readEvents(stream);
    expect(events.length).toBeGreaterThan(1);
    const revisions = events.map((event) => event.id);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(events.map(({ data }) => data['revision'])).toEqual(revisions);
    expect(events.at(-1)?.data).toMatchObject({ id, state: 'succeeded', progress: { phase: 'commit' } });
    const beforeLast = String(revisions.at(-2));
    const later = await readEvents(
      await openEvents(suite, `/api/v1/jobs/${id}/events`, { 'last-event-id': beforeLast }),
    );
    expect(later).toEqual(events.slice(-1));
    expect((await call(suite, 'GET', '/api/v1/jobs/backup_none/events')).body['code']).toBe('JOB_NOT_FOUND');
  });

  it('cancel while it runs: it ends cancelled and leaves nothing listed', async () => {
    const before = await listBackups(suite);
    const folder = repositoryFolder(suite);
    const more = `${suite.database}_more`;
    await loadLucidData(suite.mongo, more, { sizeBytes: 60e6, seed: 'more' });
    const there = (await objectsOf(join(folder, 'chunks'))).length;
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database: more });
    await chunksStored(folder, there + 2);
    // So small a backup would be over before the worker's next look at its record. It stands still until that is due.
    const { pid } = suite.process('backup-service').daemon;
    await whileFrozen(pid, async () => {
      const cancelled = await call(suite, 'DELETE', `/api/v1/jobs/${id}`);
      expect([cancelled.status, cancelled.body['state']]).toEqual([202, 'cancelling']);
      await pause(HEARTBEAT_MS);
    });
    const job = await endOf(suite.api, id);
    expect([job.state, job.error?.code, job.result]).toEqual(['cancelled', 'JOB_CANCELLED', null]);
    expect(await listBackups(suite)).toEqual(before);
    expect(await committedSnapshots(folder)).toHaveLength(before.length);
    const again = await call(suite, 'DELETE', `/api/v1/jobs/${id}`);
    expect([again.status, again.body['code']]).toEqual([409, 'JOB_FINISHED']);
    succeeded(await endOf(suite.api, (await suite.api.post<Job>('/api/v1/backups/create', { database: more })).id));
  });
});

describe('without Elasticsearch and the cache', () => {
  let suite: Suite;

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service'], {
      REDIS_URI: 'redis://127.0.0.1:1',
      ELASTICSEARCH_URI: 'http://127.0.0.1:1',
    });
  });

  afterAll(() => suite.stop());

  it('both services say degraded with 200, and a backup comes back', async () => {
    for (const name of ['storage-api', 'backup-service'] as const) {
      // An engine that is there may answer too late once on a busy host.
      const text = await eventually(`the engines of ${name} that are there`, async () => {
        const response = await fetch(`${suite.process(name).url}/health/ready`);
        return response.status === 200 && (await response.text());
      });
      expect(JSON.parse(text)).toMatchObject({
        status: 'degraded',
        details: {
          mongodb: { status: 'up' },
          redis_queue: { status: 'up' },
          redis_cache: { status: 'degraded' },
          elasticsearch: { status: 'degraded' },
        },
      });
      expect(text).not.toContain('127.0.0.1');
    }
    const database = `${suite.database}_data`;
    await suite.mongo.db(database).collection('notes').insertOne({ text: 'it works' });
    const backup = await runBackup(suite, { database });
    const target = `${suite.database}_copy`;
    succeeded(await runRestore(suite, backup.id, { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
  });
});
