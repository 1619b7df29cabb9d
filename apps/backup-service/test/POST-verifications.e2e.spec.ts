import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { Db } from 'mongodb';
import { fillDatabase } from '../src/interchange/interchange.fixture.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('POST /api/v1/verifications', () => {
  let service: BackupTestService;

  beforeAll(async () => {
    service = await startBackupService();
    const database = service.database.sibling('shop');
    await fillDatabase(service.database.client.db(database));
    await service.backup(database);
  });
  afterAll(() => service.close());

  async function backups(): Promise<Record<string, unknown>[]> {
    const { json } = await service.call('GET', '/backups', { key: service.admin });
    return (json as unknown as { items: Record<string, unknown>[] }).items;
  }

  async function chunkFiles(): Promise<string[]> {
    const files = await readdir(join(service.folder, 'repository', 'chunks'), { recursive: true, withFileTypes: true });
    return files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  }

  it('reads part after part', async () => {
    const first = await service.run('/api/v1/verifications', { days: 1 });
    const chunks = (await chunkFiles()).length;
    expect(first).toMatchObject({ state: 'succeeded', result: { fraction: 1, chunks, readChunks: chunks } });
    const second = await service.run('/api/v1/verifications', { days: 1 });
    expect(second).toMatchObject({ state: 'succeeded', result: { repository: 'default' } });
    // The whole is due once a day; next to nothing of it again so soon.
    expect(second.result?.['fraction']).toBeLessThan(0.1);
  });

  it('fails where a chunk is damaged, and names the backup', async () => {
    const { items } = (await service.call('GET', '/backups', { key: service.admin })).json as {
      items: { id: string }[];
    };
    const verify = `/api/v1/backups/${items[0]?.id}/verify`;
    expect(await service.run(verify, {})).toMatchObject({ state: 'succeeded' });
    const files = await chunkFiles();
    const saved = await Promise.all(files.map((path) => readFile(path)));
    for (const [at, path] of files.entries()) {
      const damaged = Buffer.from(saved[at] ?? '');
      damaged[100] = (damaged[100] ?? 0) ^ 1;
      await writeFile(path, damaged);
    }
    await service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection('verification_samples').deleteMany({});
    const job = await service.run('/api/v1/verifications', { days: 1 });
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'CHUNK_CORRUPT', detail: expect.stringMatching(/bkp_/) },
    });
    expect(await service.run(verify, {})).toMatchObject({ state: 'failed', error: { code: 'CHUNK_CORRUPT' } });
    const after = (await service.call('GET', '/backups', { key: service.admin })).json as { items: object[] };
    expect(after.items[0]).toMatchObject({ lastVerifiedAt: null, lastVerifiedLevel: null });
    for (const [at, path] of files.entries()) await writeFile(path, saved[at] ?? '');
    const sound = await service.run('/api/v1/verifications', { days: 1 });
    expect(sound).toMatchObject({ state: 'succeeded', result: { fraction: 1 } });
  });

  it('reads every repository; what is found out about each copy outlives the catalogue', async () => {
    const path = join(service.folder, 'second');
    const second = { name: 'second', kind: 'file', path };
    const made = await service.call('POST', '/api/v1/repositories', { key: await service.key('admin'), body: second });
    expect(made.status).toBe(201);
    const id = String((await backups())[0]?.['id']);
    expect(await service.run(`/api/v1/backups/${id}/copies`, { repository: 'second' })).toMatchObject({
      state: 'succeeded',
    });
    const sample = await service.run('/api/v1/verifications', { days: 1 });
    expect(sample).toMatchObject({
      state: 'succeeded',
      result: {
        repositories: [
          { repository: 'default' },
          { repository: 'second', fraction: 1, readChunks: expect.any(Number) },
        ],
        unreachable: [],
      },
    });
    await service.run(`/api/v1/backups/${id}/verify`, { level: 'ciphertext', repository: 'second' });
    const drill = await service.run(`/api/v1/backups/${id}/drills`, { target: 'scratch', repository: 'second' });
    expect(drill).toMatchObject({ state: 'succeeded', result: { repository: 'second' } });
    const [noted] = await backups();
    expect(noted?.['copies']).toEqual([
      expect.objectContaining({ repository: 'default', lastVerifiedAt: null, lastDrilledAt: null }),
      expect.objectContaining({ repository: 'second', lastVerifiedLevel: 'ciphertext', lastDrillOk: true }),
    ]);
    expect(noted).toMatchObject({ lastVerifiedLevel: 'ciphertext', lastDrillOk: true });
    await service.app.get<Db>(TOKENS.MAIN_DATABASE).collection('backups').deleteMany({});
    for (const name of ['default', 'second']) await service.run(`/api/v1/repositories/${name}/scan`, {});
    const [again] = await backups();
    expect(again?.['copies']).toEqual(noted?.['copies']);
    expect(again).toMatchObject({
      lastVerifiedAt: noted?.['lastVerifiedAt'],
      lastDrillSeconds: noted?.['lastDrillSeconds'],
    });
  });

  it('is for operators, and knows its repositories', async () => {
    const post = (body: object, key?: string) =>
      service.call('POST', '/api/v1/verifications', { body, ...(key && { key }) });
    expect((await post({})).status).toBe(401);
    expect((await post({}, await service.key('viewer'))).status).toBe(403);
    for (const body of [{ days: 0 }, { days: 1.5 }, { days: 4000 }, { repository: '../x' }, { all: true }]) {
      expect((await post(body, service.admin)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    }
    const unknown = await post({ repository: 'nowhere' }, service.admin);
    expect(unknown.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
  });
});
