import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { initializeIndices } from '@lucid/clients/elasticsearch/indices';
import { searchDocumentOf } from '@lucid/clients/elasticsearch/search-document';
import type { BackupRestoreResult } from '@lucid/jobs/contracts/backup-restore';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { allModels } from '@lucid/models/all-models';
import { createTestElasticsearch, type TestElasticsearch } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import type { Collection, Document, ObjectId } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { backupService } from '../src/backup-service.ts';
import type { RecoveryWindowsView } from '../src/recovery-windows/recovery-windows.dto.ts';

const JOB_MS = 180_000;
const ENGINES = ['mongodb', 'elasticsearch'];
const models = allModels().filter(({ collection }) => collection === 'sessions');
const search = models[0]!.search!;
let set: SingleMemberSet;
let indices: TestElasticsearch;
let folder: string;
let service: TestService;
let key: string;
let sessions: Collection<Document>;
let marks: Collection<Document>;

beforeAll(async () => {
  set = await startSingleMemberSet({ oplogMegabytes: 200 });
  indices = createTestElasticsearch('restores');
  folder = await mkdtemp(join(tmpdir(), 'lucid-restores-'));
  service = await startTestService(backupService, {
    MONGODB_URI: set.uri,
    MONGODB_DATABASE: 'lucid_main',
    CONTROL_DATABASE: 'lucid_control',
    ELASTICSEARCH_INDEX_PREFIX: indices.prefix,
    ELASTICSEARCH_SNAPSHOT_PATH: '',
    // The cache is away: a restore in place says that it may hold what was there before.
    REDIS_URI: 'redis://127.0.0.1:1',
    BACKUP_STORAGE_PATH: folder,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_SCHEDULE: '',
    BACKUP_PITR_ENABLED: 'true',
    BACKUP_PITR_SLICE_SECONDS: '1',
  });
  key = await service.key('backup-admin');
  sessions = set.client.db('lucid_main').collection('sessions');
  marks = set.client.db('lucid_main').collection('marks');
  await initializeIndices(indices.client, { models, prefix: indices.prefix, shards: 1, replicas: 0 });
});
afterAll(async () => {
  await service?.close();
  await set?.stop();
  await indices?.close();
  await rm(folder, { recursive: true, force: true });
});

/** MongoDB first, its search document after it, as live sync does it; until it is told to stop. */
function startWriter(writer: number): { rounds(): number; stop(): Promise<void> } {
  let isStopping = false;
  let round = 0;
  const running = (async (): Promise<void> => {
    for (; !isStopping; round += 1) {
      const _id = `${writer}-${round % 7 === 3 ? round - 3 : round}` as unknown as ObjectId;
      const isGone = round % 5 === 4;
      const document = { _id, session_id: String(_id), user_id: `u${round}`, status: 'active', created_at: new Date() };
      if (isGone) await sessions.deleteOne({ _id: `${writer}-${round - 2}` as unknown as ObjectId });
      else await sessions.replaceOne({ _id }, document, { upsert: true });
      const index = `${indices.prefix}_sessions`;
      const id = isGone ? `${writer}-${round - 2}` : String(_id);
      if (isGone) await indices.client.delete({ index, id }, { ignore: [404] });
      else await indices.client.index({ index, id, document: searchDocumentOf(document, search)!.source });
      await pause(1);
    }
  })();
  return {
    rounds: () => round,
    async stop() {
      isStopping = true;
      await running;
    },
  };
}

async function ended(path: string, body: object): Promise<JobRecord> {
  const { json, text } = await service.call('POST', path, { key, body });
  const id = String(json?.['id'] ?? json?.['job_id'] ?? text);
  const jobs = service.app.get(JobService);
  const isOver = (record: JobRecord): boolean => record.finishedAt !== null;
  return eventually(`the end of ${id}`, async () => [await jobs.get(id)].find(isOver), { timeoutMs: JOB_MS });
}

async function restore(body: object): Promise<BackupRestoreResult> {
  const { state, error, result } = await ended('/api/v1/restores', body);
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
  return result as BackupRestoreResult;
}

async function indexed(): Promise<Record<string, unknown>> {
  const index = `${indices.prefix}_sessions`;
  await indices.client.indices.refresh({ index });
  const { hits } = await indices.client.search({ index, size: 10_000 });
  return Object.fromEntries(hits.hits.map(({ _id, _source }) => [_id, _source]));
}

async function derived(): Promise<Record<string, unknown>> {
  const documents = await sessions.find().toArray();
  return Object.fromEntries(
    documents.map((one) => searchDocumentOf(one, search)!).map(({ id, source }) => [id, source]),
  );
}

describe('POST /api/v1/restores of MongoDB and Elasticsearch', () => {
  let backupId: string;
  let later: string;

  beforeAll(async () => {
    const writers = [startWriter(1), startWriter(2)];
    try {
      await eventually('documents', async () => (await sessions.estimatedDocumentCount()) > 100);
      const { state, error, result } = await ended('/backup', { engines: ENGINES });
      expect({ state, error }).toEqual({ state: 'succeeded', error: null });
      backupId = (result as { backupId: string }).backupId;
      const begun = writers.map((writer) => writer.rounds());
      await eventually('documents after it', () => writers.every((writer, n) => writer.rounds() > begun[n]! + 50));
      // A time is a second: whatever was written in it counts, so the marks are of others.
      await marks.insertOne({ is: 'before' });
      await pause(1_100);
      later = new Date().toISOString();
      await pause(1_100);
      await marks.insertOne({ is: 'after' });
      await eventually('a window beyond it', async () => {
        const { json } = await service.call('GET', '/api/v1/recovery-windows', { key });
        const end = (json as unknown as RecoveryWindowsView).items.at(-1)?.end.clusterTime.t ?? 0;
        return end > Date.parse(later) / 1_000 + 1;
      });
    } finally {
      await Promise.all(writers.map((writer) => writer.stop()));
    }
  });

  it('to a later second: each index is the derivation of its collection, exactly', async () => {
    const { searchIndices, warnings } = await restore({ backupId, engines: ENGINES, pointInTime: later });
    expect(warnings).toEqual([expect.stringContaining('documents cached before the restore')]);
    const [figures] = searchIndices!;
    expect(figures).toMatchObject({ index: `${indices.prefix}_sessions-000001`, collection: 'lucid_main.sessions' });
    expect(figures?.added).toBeGreaterThan(0);
    expect(figures?.refused).toBe(0);
    expect(await indexed()).toEqual(await derived());
    expect((await marks.find().toArray()).map(({ is }) => is as unknown)).toEqual(['before']);
  });

  it('to the instant of the backup: MongoDB and its indices agree, whatever was written while it ran', async () => {
    const { searchIndices, namespaces } = await restore({ backupId, engines: ENGINES });
    expect(searchIndices).toHaveLength(1);
    expect(await indexed()).toEqual(await derived());
    expect(namespaces.find(({ target }) => target.endsWith('_sessions-000001'))?.documents).toBe(
      await sessions.countDocuments(),
    );
  });

  it('with a backup before it: the result, and every event from then on, name that backup', async () => {
    const body = { backupId, engines: ['mongodb'], safetyBackup: true };
    const { id, state, result, progress } = await ended('/api/v1/restores', body);
    expect(state).toBe('succeeded');
    const { safetyBackupId } = result as BackupRestoreResult;
    const { json } = await service.call('GET', '/backups', { key });
    const made = (json as { items: { id: string; label: string | null }[] }).items;
    expect(made.find(({ label }) => label === `before ${id}`)?.id).toBe(safetyBackupId);
    expect(progress?.note).toContain(safetyBackupId);
  });

  it.each([
    [{ namespaces: ['lucid_main.sesions'] }, 'BACKUP_SCOPE_EMPTY', 'called lucid_main.sesions; there are '],
    [{ renames: { 'lucid_main.none': 'lucid_main.some' } }, 'RESTORE_REFUSED', 'lucid_main.none'],
    [{ engines: ['redis'] }, 'BACKUP_ENGINE_UNSUPPORTED', 'holds mongodb, elasticsearch'],
    [{ targetDatabase: 'lucid_main', namespaces: ['lucid_main.*'] }, 'RESTORE_REFUSED', 'where it came from'],
    [{ pointInTime: '2001-01-01T00:00:00Z' }, 'RECOVERY_TIME_UNAVAILABLE', 'nearest time after'],
  ])('of %j: 422, and no job', async (request, code, part) => {
    const jobs = set.client.db('lucid_control').collection('jobs');
    const before = await jobs.countDocuments({ name: 'backup.restore' });
    const refused = await service.call('POST', '/api/v1/restores', { key, body: { backupId, ...request } });
    expect(refused.json).toMatchObject({ status: 422, code, detail: expect.stringContaining(part) as unknown });
    expect(await jobs.countDocuments({ name: 'backup.restore' })).toBe(before);
  });

  it.each([
    [{ database: 'lucid_mian' }, 422, 'BACKUP_SCOPE_EMPTY', 'lucid_main'],
    [{ database: 'lucid_main', collections: ['sesions'] }, 422, 'BACKUP_SCOPE_EMPTY', 'sessions'],
    [{ database: 'lucid_main', engines: ['redis'] }, 422, 'BACKUP_ENGINE_UNSUPPORTED', 'engines'],
    [{ engines: ['mongodb'], encryption: false }, 409, 'REPOSITORY_MISMATCH', 'aes-256-gcm'],
  ])('POST /backup of %j: refused, and no job', async (body, status, code, part) => {
    const refused = await service.call('POST', '/backup', { key, body });
    expect(refused.json).toMatchObject({ status, code, detail: expect.stringContaining(part) as unknown });
  });
});
